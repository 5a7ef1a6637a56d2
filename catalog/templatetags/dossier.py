"""How does an artifact's page draw what it has many of: offerings and sources?

Put together here and not in templates: a page has a dozen of each, and a template takes some ten times as long for one.
This is the only home of their markup; every text that is not ours is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from catalog.templatetags.glyphs import at, cited, confidence, day, escaped, icon
from catalog.weblinks import linkable

if TYPE_CHECKING:
    from catalog.pages.dossier.shapes import SourceUse
    from catalog.parts import AgainstLine, EvidenceLine, FailureMode, OfferingPart

register = template.Library()


@register.simple_tag
def offering_entry(offering: OfferingPart) -> SafeString:
    """One artifact's take on one capability: closed it is title, pips and two lines; open it tells all."""
    known, description = offering.confidence, escaped(offering.description)
    return mark_safe(  # noqa: S308 - escaped here and below
        f"""<details class="offering" id="{escaped(offering.anchor)}">
  <summary>
    <h3 class="offering-title"><bdi>{escaped(offering.title)}</bdi></h3>
    {confidence(known.level, known.reason, silent=True)}
    <p class="offering-gist clamp" dir="auto">{description}</p>
    {icon("chevron")}
  </summary>
  {offering_body(offering)}
</details>"""
    )


@register.simple_tag
def offering_body(offering: OfferingPart) -> SafeString:
    """All that is known of one offering, as an artifact's page and a comparison open it."""
    known = offering.confidence
    return mark_safe(  # noqa: S308 - escaped here and below
        f"""<div class="offering-body">
  <p class="prose" dir="auto">{escaped(offering.description)}</p>
  <dl class="terms">
    <div><dt>Capability</dt><dd>{_capability(offering)}</dd></div>\
{_lines("Serves", (f"“<bdi>{escaped(intent)}</bdi>”" for intent in offering.intents))}\
{_term("Only here", escaped(offering.unique))}\
{_lines("Against", map(_against, offering.against))}\
{_lines("Best for", map(escaped, offering.best_for))}\
{_lines("Limits", map(escaped, offering.limitations))}\
{_lines("Requires", map(escaped, offering.requires))}\
{_lines("Fails when", map(failure_line, offering.failure_modes))}
    <div><dt>Confidence</dt><dd>{escaped(f"{known.label}: {known.reason}")}</dd></div>\
{_lines("Evidence", map(_evidence, offering.evidence))}
  </dl>
  <p class="small quiet">Taken apart by {escaped(offering.by_label.lower())}.</p>
</div>"""
    )


def _term(name: str, text: str) -> str:
    return f'\n      <div><dt>{name}</dt><dd dir="auto">{text}</dd></div>' if text else ""


def _lines(name: str, lines: Iterable[str]) -> str:
    listed = "".join(f"<li>{line}</li>" for line in lines)
    return f'\n      <div><dt>{name}</dt><dd><ul class="lines">{listed}</ul></dd></div>' if listed else ""


def _capability(offering: OfferingPart) -> str:
    address = at("catalog:capability-detail", offering.capability_slug)
    link = f'<a href="{escaped(address)}">{escaped(offering.capability_name)}</a>'
    if not offering.input_labels:
        return link
    takes, gives = (", ".join(labels).lower() for labels in (offering.input_labels, offering.output_labels))
    return f'{link} <span class="quiet">({escaped(takes)} in, {escaped(gives)} out)</span>'


def _against(line: AgainstLine) -> str:
    address = at("catalog:artifact-detail", line.other.slug)
    said = f'<a href="{escaped(address)}"><bdi>{escaped(line.other.name)}</bdi></a>: <bdi>{escaped(line.text)}</bdi>'
    if not line.reply or line.replied_on is None:
        return said
    whose = f"The owner of <bdi>{escaped(line.other.name)}</bdi> replies, {day(line.replied_on)}:"
    reply = f'<span class="quiet">{whose}</span> <bdi>{escaped(line.reply)}</bdi>'
    return f'{said}<blockquote class="reply">{reply}</blockquote>'


def failure_line(failure: FailureMode) -> str:
    helps = f" What helps: <bdi>{escaped(failure.mitigation)}</bdi>" if failure.mitigation else ""
    often = escaped(failure.frequency_label.lower())
    return f'<bdi>{escaped(failure.mode)}</bdi> <span class="quiet">({often})</span>{helps}'


def _evidence(line: EvidenceLine) -> str:
    quote = f"“<bdi>{escaped(line.quote)}</bdi>” " if line.quote else ""
    return f"{quote}{cited(line.source, line.on)}"


@register.simple_tag
def source_entry(use: SourceUse) -> SafeString:
    """A source, the way to its origin, and how much this page leans on it."""
    source, title = use.source, escaped(use.source.title)
    origin = ""
    if linkable(source.url):
        short = escaped(Truncator(source.title).chars(80)) if len(source.title) > 80 else title
        origin = (
            f' <a href="{escaped(source.url)}" rel="nofollow noopener" aria-label="{short}, at its origin">'
            f"{icon('external')}</a>"
        )
    read = f", read {day(use.read_on)}" if use.read_on else ""
    return mark_safe(  # noqa: S308 - escaped above and here
        f'<li><a href="{escaped(at("catalog:source-detail", source.slug))}"><bdi>{title}</bdi></a>{origin}'
        f' <span class="small quiet">{escaped(source.kind_label)}{read};'
        f" {use.count} statement{'' if use.count == 1 else 's'}</span></li>"
    )
