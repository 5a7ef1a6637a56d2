"""How does a long list draw its rows and its filters?

Put together here and not in templates: a page has two dozen rows and a hundred options, and a template takes some ten
times as long for each. This is the only home of their markup; every text that is not ours goes through `format_html`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog.templatetags.glyphs import at, bar, figure, icon, kind_glyph, rank_line

if TYPE_CHECKING:
    from catalog.pages.listing import Facet, Option
    from catalog.pages.rows import Row

register = template.Library()

_NO_PRICE = mark_safe('<span class="quiet">price not known</span>')
_PRICE = '<a class="figure" href="{}" title="{}">{}</a> <span class="quiet">at <bdi>{}</bdi></span>'
_ROW = """<li class="row">
  <span class="row-glyph">{}</span>
  <div class="row-main">
    <div class="row-head"><h3 class="row-name clamp"><a href="{}"><bdi>{}</bdi></a></h3> <p class="row-by clamp">{}<bdi>{}</bdi>{}</p></div>
    <p class="row-tagline clamp" dir="auto">{}</p>
    {}
  </div>
  <div class="row-terms">{}
    <p>{}</p>
    <p class="quiet">{}</p>
  </div>
</li>"""  # noqa: E501 - as it is sent


@register.simple_tag
def artifact_row(artifact: Row, *, show_rank: bool = False, hide_kind: bool = False) -> SafeString:
    """One artifact of a dense list. `hide_kind`: the list has one kind; `show_rank`: it has ranks at all."""
    kind = "" if hide_kind else f"{artifact.kind_label} · " if artifact.publisher_name else artifact.kind_label
    does = " · ".join(artifact.capability_names)
    price: str = _NO_PRICE
    if artifact.price_text:
        source = at("catalog:source-detail", artifact.price_source_slug)
        price = format_html(_PRICE, source, artifact.price_provider, artifact.price_text, artifact.price_provider)
    return format_html(
        _ROW,
        kind_glyph(artifact.kind),
        at("catalog:artifact-detail", artifact.slug),
        artifact.name,
        kind,
        artifact.publisher_name,
        " · deprecated" if artifact.is_deprecated else "",
        artifact.tagline,
        format_html('<p class="row-does clamp">{}</p>', does) if does else "",
        rank_line(artifact.standing) if show_rank else "",
        price,
        artifact.licence or "licence not known",
    )


_FACET = """<details class="facet"{}>
  <summary>{}{}{}</summary>
  <fieldset>
    <legend class="vh">{}</legend>
    <ul>{}
    </ul>
  </fieldset>
</details>"""
_OPTION = """
      <li><label class="{}"><input id="{}-{}" type="{}" name="{}" value="{}"{}><span class="option-label">{}</span><span class="count">{}</span>{}</label></li>"""  # noqa: E501


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
        format_html_join("", _OPTION, (_option(facet, option) for option in facet.options)),
    )


def _option(facet: Facet, option: Option) -> tuple[str, ...]:
    value = conditional_escape(option.value)
    return (
        "option" if option.count or option.selected else "option option-none",
        facet.name,
        value,
        "radio" if facet.single else "checkbox",
        facet.name,
        value,
        mark_safe(" checked") if option.selected else "",
        option.label,
        figure(option.count),
        _bar(round(option.share, 3)),
    )


@lru_cache(maxsize=1_001)
def _bar(share: float) -> SafeString:
    """A bar of 160 px has a tenth of a pixel's precision: a thousand of them are all there are."""
    return bar(share)
