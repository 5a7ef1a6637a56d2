"""How does a long list draw its rows and its filters?

Put together here and not in templates: a page has two dozen rows and a hundred options, and a template takes some ten
times as long for each. This is the only home of their markup; every text that is not ours is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.templatetags.glyphs import (
    around,
    at,
    badge_svg,
    bar,
    confidence,
    escaped,
    figure,
    icon,
    kind_glyph,
    rank_line,
    shortened,
)

if TYPE_CHECKING:
    from catalog.pages.alternatives import Alternative
    from catalog.pages.leaders import KindGroup, Offered
    from catalog.pages.listing import Facet, Option
    from catalog.pages.rows import Row

register = template.Library()


#: The two addresses that a row leads to, as `around` has them: looked up once for a whole list.
Ways = tuple[tuple[str, str], tuple[str, str]]


@register.simple_tag
def artifact_rows(artifacts: Iterable[Row], **how: Any) -> SafeString:
    """The rows of a list, each drawn the same way."""
    ways = _ways()
    return mark_safe("".join(artifact_row(artifact, ways=ways, **how) for artifact in artifacts))  # noqa: S308 - escaped there


def artifact_row(
    artifact: Row, *, show_rank: bool = False, hide_kind: bool = False, compare: str = "", ways: Ways | None = None
) -> str:
    """One artifact of a dense list. `hide_kind`: the list has one kind; `show_rank`: it has ranks at all; `compare`:
    where comparisons are put together."""
    how = (show_rank, hide_kind, compare, artifact.is_proven)
    if how not in artifact.drawn:
        artifact.drawn[how] = _drawn_row(artifact, *how, ways or _ways())
    return artifact.drawn[how]


def _ways() -> Ways:
    return around("catalog:artifact-detail"), around("catalog:source-detail")


def _drawn_row(artifact: Row, show_rank: bool, hide_kind: bool, compare: str, is_proven: bool, ways: Ways) -> str:
    kind = "" if hide_kind else f"{artifact.kind_label} · " if artifact.publisher_name else artifact.kind_label
    does = escaped(" · ".join(artifact.capability_names))
    (before, after), to_source = ways
    return f"""<li class="row">
  <span class="row-glyph">{kind_glyph(artifact.kind)}</span>
  <div class="row-main">
    <div class="row-head"><h3 class="row-name clamp">\
<a href="{before}{escaped(artifact.slug)}{after}"><bdi>{escaped(artifact.name)}</bdi></a></h3> \
{badge_svg("proven", artifact.verified_how) if is_proven else ""}\
<p class="row-by clamp">{kind}<bdi>{escaped(artifact.publisher_name)}</bdi>\
{" · deprecated" if artifact.is_deprecated else ""}</p></div>
    <p class="row-tagline clamp" dir="auto">{escaped(artifact.tagline)}</p>
    {f'<p class="row-does clamp">{does}</p>' if does else ""}
  </div>
  <div class="row-terms">{_rank(artifact) if show_rank else ""}
    <p>{_price(artifact, *to_source)}</p>
    <p class="quiet">{escaped(artifact.licence) or "licence not known"}</p>\
{compare_link(artifact.slug, artifact.name, compare) if compare else ""}
  </div>
</li>"""


@register.simple_tag
def offered_rows(group: KindGroup, show_rank: bool) -> SafeString:
    """Who offers one capability, with its own title for it."""
    before, after = around("catalog:artifact-detail")
    return mark_safe("".join(_offered(it, show_rank, before, after) for it in group.offered))  # noqa: S308 - escaped there


def _offered(it: Offered, show_rank: bool, before: str, after: str) -> str:
    row, known = it.row, it.confidence
    address = f"{before}{escaped(row.slug)}{after}#{escaped(it.anchor)}"
    unique = f'<p class="small quiet clamp" dir="auto">{escaped(it.unique)}</p>' if it.unique else ""
    terms = f'<div class="row-terms">{_rank(row)}</div>' if show_rank else ""
    return f"""<li class="row row-offering">
    <div class="row-main"><h3 class="row-name clamp"><a href="{address}"><bdi>{escaped(row.name)}</bdi></a></h3>\
<p class="row-by clamp"><bdi>{escaped(row.publisher_name)}</bdi></p></div>
    <div><p dir="auto">{escaped(it.title)} {confidence(known.level, known.reason)}</p>{unique}</div>
    {terms}
  </li>"""


@register.simple_tag
def alternative_row(it: Alternative, address: str, show_rank: bool) -> SafeString:
    """What can take another's place, and what they share. `address`: of the comparison of the two."""
    row = it.row
    shared = f'<p class="small quiet">{escaped(" · ".join(it.shared))}</p>' if it.shared else ""
    name, glyph = escaped(row.name), kind_glyph(row.kind, row.kind_label)
    return mark_safe(  # noqa: S308 - escaped above and here
        f"""<li class="row row-offering">
    <div class="row-main"><h2 class="row-name clamp">{glyph}\
<a href="{at("catalog:artifact-detail", escaped(row.slug))}"><bdi>{name}</bdi></a></h2>\
<p class="row-by clamp"><bdi>{escaped(row.publisher_name)}</bdi></p></div>
    <div><p>{escaped(it.reason)}</p>{shared}</div>
    <div class="row-terms">{_rank(row) if show_rank else ""}<p>{bar(it.overlap)}</p>\
<p class="quiet">{it.only_there} only there, {it.only_here} only here</p>\
<p><a rel="nofollow" href="{escaped(address)}" aria-label="Compare with {escaped(shortened(row.name, 60))}">\
Compare</a></p></div>
  </li>"""
    )


def _rank(row: Row) -> str:
    if "rank" not in row.drawn:
        row.drawn["rank"] = rank_line(row.standing)
    return row.drawn["rank"]


@register.simple_tag
def compare_link(slug: str, name: str, address: str) -> SafeString:
    """Puts an artifact into the tray: at once by the script that draws the tray, else on the tray's own page."""
    slug, name = escaped(slug), escaped(shortened(name, 60))
    return mark_safe(  # noqa: S308 - escaped above
        f'<a class="compare-link" rel="nofollow" href="{escaped(address)}?with={slug}" data-compare="{slug}"'
        f' data-name="{name}" aria-label="Compare {name}">Compare +</a>'
    )


def _price(artifact: Row, before: str, after: str) -> str:
    if not artifact.price_text:
        return '<span class="quiet">price not known</span>'
    source = f"{before}{escaped(artifact.price_source_slug)}{after}"
    provider = escaped(artifact.price_provider)
    price = f'<a class="figure" href="{source}" title="{provider}">{escaped(artifact.price_text)}</a>'
    return f'{price} <span class="quiet">at <bdi>{provider}</bdi></span>'


_FACET = """<details class="facet"{}>
  <summary>{}{}{}</summary>
  <fieldset>
    <legend class="vh">{}</legend>
    <ul>{}
    </ul>
  </fieldset>
</details>"""


@register.simple_tag
def facet_filter(facet: Facet) -> SafeString:
    """One filter with its counts, inside a GET form."""
    chosen = facet.selected_count
    return format_html(
        _FACET,
        mark_safe(" open") if facet.is_open or chosen else "",
        facet.label,
        format_html(' <span class="count">{}</span>', chosen) if chosen else "",
        icon("chevron"),
        facet.label,
        mark_safe("".join(_option(facet, option) for option in facet.options)),  # noqa: S308 - escaped below
    )


def _option(facet: Facet, option: Option) -> str:
    """Text by text, since a page has a hundred of them: all else in it is a name of ours or a number."""
    value, label = escaped(option.value), escaped(option.label)
    return (
        f'\n      <li><label class="option{"" if option.count or option.selected else " option-none"}">'
        f'<input id="{facet.name}-{value}" type="{"radio" if facet.single else "checkbox"}"'
        f' name="{facet.name}" value="{value}"{" checked" if option.selected else ""}>'
        f'<span class="option-label">{label}</span><span class="count">{figure(option.count)}</span>'
        f"{_bar(round(option.share * 1_600))}</label></li>"
    )


@lru_cache(maxsize=1_601)
def _bar(tenths: int) -> SafeString:
    """160 px wide and true to a tenth of one: so many bars there are, and each is drawn once per process."""
    return bar(tenths / 1_600)
