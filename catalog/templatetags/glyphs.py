"""How is a rank, a confidence, the state of a value, a badge or a series drawn, and how is it said in words?

Pure functions from numbers to SVG, each with a text alternative that says the same, and the template tags around
them. No colours and no inline styles: classes that the style sheets know. Called by templates, feeds and pictures.
"""

from __future__ import annotations

import html
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from catalog.confidence import Level
from catalog.weblinks import linkable
from catalog.wording import grouped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

register = template.Library()

MINUS = "\u2212"

#: Width, height, half the band's height and the dot's radius, in px.
RANK_SIZES = {"small": (96, 14, 3.5, 3.0), "large": (320, 24, 6.0, 5.0), "wide": (480, 22, 6.0, 5.0)}

#: What each state of a value is called, beside its mark.
STATES = {
    "known": "",
    "estimated": "estimated",
    "unknown": "unknown",
    "disputed": "disputed",
    "stale": "out of date",
    "owner": "stated by the owner",
}

_STATE_MARKS = {
    "known": "",
    "estimated": '<circle cx="6" cy="6" r="3.4"/>',
    "unknown": '<path d="M0 6h28" stroke-dasharray="1.5 3.2"/>',
    "disputed": '<path class="seam-ink" d="M1 4.2h3.2l1.6 3.6L7.4 5l.8 2.4H11"/>',
    "stale": '<circle cx="6" cy="6" r="4.4"/><path d="M6 3.4V6l1.8 1.2"/>',
    "owner": '<path d="M1.6 10.4C3 6.4 5.6 2.7 10.4 1.6c-.2 4-2.5 6.6-6.5 6.8m0 0c1-2 2.3-3.2 3.9-4.2"/>',
}

_BADGE_MARKS = {
    "proven": '<circle cx="8" cy="8" r="6.4"/><path d="m5 8.3 2.2 2.3L11.2 5.8"/>',
    "lapsed": '<circle cx="8" cy="8" r="6.4" stroke-dasharray="2.5 2.2"/><path d="M5.2 8h5.6"/>',
}


#: Whether somebody has a capability, and how that is drawn. Unknown has the mark of every unknown value.
_HAS = {
    "has": ("It does", '<circle class="has-fill" cx="6" cy="6" r="4"/>'),
    "lacks": ("It does not", '<circle cx="6" cy="6" r="4"/><path d="m3.2 8.8 5.6-5.6"/>'),
    "does_not_apply": ("Does not apply", '<path d="M3 6h6"/>'),
}


def escaped(text: str) -> str:
    """As Django's `conditional_escape` in a fifth of its time: that one looks out for lazy texts, too. A page has a
    thousand texts, and hardly one of them needs it."""
    if isinstance(text, SafeString):
        return text
    text = str(text)
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        return html.escape(text)
    return text


@register.filter
def shortened(text: str, most: int) -> str:
    """As `truncatechars`, which takes longer to find that a text is short enough than all else about it does."""
    return Truncator(text[: most * 2]).chars(most) if len(text) > most else text


def figure(value: float | str | None) -> str:
    """A whole number with thin spaces and a real minus sign: 1 234 567. Unknown stays an empty string."""
    if value is None or isinstance(value, str):  # a variable that a template does not have is an empty string
        return ""
    return grouped(value).replace("-", MINUS)


def rank_text(score: float | None, low: float | None = None, high: float | None = None) -> str:
    if score is None:
        return "Not ranked yet"
    text = f"Rank {_whole(score)} of 100"
    if low is None or high is None:
        return text
    return f"{text}, likely between {_whole(low)} and {_whole(high)}"


def rank_line_svg(
    score: float | None, low: float | None = None, high: float | None = None, *, size: str = "small"
) -> SafeString:
    """A line from 0 to 100 with a tick at 50, the band as a bar, the score as a dot. No score: an empty line."""
    named, band, tick, point, dot, step = _rank_ground(size)
    drawn = f"{named}{rank_text(score, low, high)}"
    if low is not None and high is not None:
        left = round(dot + min(max(low, 0.0), 100.0) * step, 1)
        right = round(dot + min(max(high, 0.0), 100.0) * step, 1)
        drawn += band.format(_coordinate(left), _coordinate(max(right - left, 1.0)))
    else:
        drawn += band[: band.index("<rect")]
    # The tick lies on the band, so that a band across 50 still shows where typical is.
    drawn += tick
    if score is not None:
        drawn += point.format(_coordinate(dot + min(max(score, 0.0), 100.0) * step))
    return mark_safe(f"{drawn}</svg>")  # noqa: S308 - built above from numbers and constants


@lru_cache(maxsize=len(RANK_SIZES))
def _rank_ground(size: str) -> tuple[str, str, str, str, float, float]:
    """What all rank lines of a size share: beginning, axis with band, tick and dot, the places that differ left open;
    where 0 is, and how far one is."""
    width, height, half, dot = RANK_SIZES[size]
    middle = _coordinate(height / 2)
    top, tall = _coordinate(height / 2 - half), _coordinate(2 * half)
    tick_top, tick_tall = _coordinate(height / 2 - half - 1), _coordinate(2 * half + 2)
    named, _, _ = _svg(f"rank-line rank-line-{size}", width, height, "", text="|").partition("|")
    axis = f'"><path class="rank-axis" d="M{_coordinate(dot)} {middle}H{_coordinate(width - dot)}"/>'
    return (
        named,
        f'{axis}<rect class="rank-band" x="{{}}" y="{top}" width="{{}}" height="{tall}"/>',
        f'<path class="rank-tick" d="M{_coordinate(width / 2)} {tick_top}v{tick_tall}"/>',
        f'<circle class="rank-dot" cx="{{}}" cy="{middle}" r="{_coordinate(dot)}"/>',
        dot,
        (width - 2 * dot) / 100,
    )


def confidence_text(level: Level, reason: str = "") -> str:
    return f"{Level(level).label}: {reason}" if reason else Level(level).label


def confidence_svg(level: Level, reason: str = "") -> SafeString:
    """Three pips, filled by evidence."""
    pips = "".join(
        f'<circle class="{"pip" if n < level else "pip-empty"}" cx="{4.5 + 9 * n:g}" cy="6" r="3"/>' for n in range(3)
    )
    return _svg("pips", 27, 12, pips, text=confidence_text(level, reason))


def state_svg(state: str, note: str = "") -> SafeString:
    """The mark of a value's state. A known value is plain and has none."""
    mark = _STATE_MARKS.get(state, "")
    if not mark:
        return mark_safe("")
    text = STATES[state]
    return _svg(f"state-mark state-mark-{state}", 28 if state == "unknown" else 12, 12, mark, text=note or text)


def has_svg(state: str) -> SafeString:
    """Whether it has a capability: a dot, a crossed ring where a source says no, a dash where it cannot."""
    text, mark = _HAS[state]
    return _svg(f"has-mark has-mark-{state}", 12, 12, mark, text=text)


def badge_text(state: str, method: str = "", checked: str = "") -> str:
    text = "Proven owner" if state == "proven" else "The owner\u2019s proof has lapsed"
    details = ", ".join(part for part in (method and f"by {method}", checked and f"last checked {checked}") if part)
    return f"{text}: {details}" if details else text


def badge_svg(state: str, method: str = "", checked: str = "") -> SafeString:
    mark = _BADGE_MARKS["proven" if state == "proven" else "lapsed"]
    return _svg(f"badge-mark badge-mark-{state}", 16, 16, mark, text=badge_text(state, method, checked))


def sparkline_svg(
    points: Sequence[tuple[dt.date, float]], *, label: str, width: int = 160, height: int = 32
) -> SafeString:
    """A series over time, its last value as a dot. Fewer than two points make no line and give nothing.

    Time runs true to scale, so that a gap in the readings is a long straight stretch. The vertical axis spans the
    values and not zero: it shows the movement, the figure beside it the size.
    """
    series = sorted(points)
    if len(series) < 2:
        return mark_safe("")
    (first_on, first), (last_on, last) = series[0], series[-1]
    days = (last_on - first_on).days or 1
    floor = min(value for _, value in series)
    span = max(value for _, value in series) - floor
    pad = 3.0

    def at(on: dt.date, value: float) -> str:
        x = pad + (on - first_on).days / days * (width - 2 * pad)
        share = (value - floor) / span if span else 0.5
        return f"{_coordinate(x)} {_coordinate(height - pad - share * (height - 2 * pad))}"

    line = "L".join(at(on, value) for on, value in series)
    end_x, end_y = at(last_on, last).split()
    text = f"{label}: from {figure(first)} on {first_on:%-d %B %Y} to {figure(last)} on {last_on:%-d %B %Y}"
    body = f'<path class="spark-line" d="M{line}"/><circle class="spark-dot" cx="{end_x}" cy="{end_y}" r="2.2"/>'
    return _svg("spark", width, height, body, text=f"{text}, {len(series)} readings")


def bar_svg(share: float, *, tone: str = "ink", width: int = 160, height: int = 6, label: str = "") -> SafeString:
    """A horizontal bar of a share between 0 and 1. Without a label it is ornament beside a printed figure."""
    filled = _coordinate(min(max(share, 0.0), 1.0) * width)
    body = (
        f'<rect class="bar-rest" width="{width}" height="{height}"/>'
        f'<rect class="bar-fill bar-{escaped(tone)}" width="{filled}" height="{height}"/>'
    )
    return _svg("bar", width, height, body, text=label, stretch=True)


def icon_svg(name: str, *, sprite: str, label: str = "") -> SafeString:
    """One symbol of the sprite, in the colour of the text around it."""
    use = f'<use href="{escaped(sprite)}#{escaped(name)}"/>'
    return _svg("icon", 16, 16, use, text=label)


def _svg(classes: str, width: int, height: int, body: str, *, text: str = "", stretch: bool = False) -> SafeString:
    naming = f'role="img" aria-label="{escaped(text)}"' if text else 'aria-hidden="true"'
    # Without a title element there is no native tooltip; the tags below add one where the page has no room for words.
    shape = ' preserveAspectRatio="none"' if stretch else ""
    return mark_safe(  # noqa: S308 - built above from numbers, constants and escaped text
        f'<svg class="{classes}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"{shape} {naming}>'
        f"{body}</svg>"
    )


def _whole(value: float) -> int:
    """Half goes up, as readers expect, and not to the even neighbour."""
    return math.floor(value + 0.5)


def _coordinate(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


register.filter("figure", figure)
register.filter("linkable", linkable)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return _drawn(name, label)


@register.simple_tag
def kind_glyph(kind: str, label: str = "") -> SafeString:
    return _drawn(f"kind-{kind}", label)


@lru_cache(maxsize=1_000)
def _drawn(name: str, label: str) -> SafeString:
    """Drawn once per process: a page has fifty of them, and looking up the sprite's address is most of the work."""
    return icon_svg(name, sprite=static("site/icons/icons.svg"), label=label)


@lru_cache(maxsize=100)
def _around(prefix: str, name: str) -> tuple[str, str]:
    """What stands before and after the one argument of this address."""
    before, _, after = reverse(name, args=["0"]).rpartition("0")
    return before, after


def around(name: str) -> tuple[str, str]:
    return _around(get_script_prefix(), name)


@register.simple_tag
def at(name: str, slug: str) -> str:
    """`url` for addresses of one slug, of which a page has up to two hundred: the pattern is looked up once."""
    before, after = around(name)
    return f"{before}{slug}{after}"


def day(on: dt.date) -> SafeString:
    return mark_safe(f'<time datetime="{on:%Y-%m-%d}">{on.day} {on:%b %Y}</time>')  # noqa: S308 - numbers


@register.simple_tag
def cited(source: Any, on: dt.date | None = None) -> SafeString:
    """Where a value comes from and when it was read there. `source` has title, url (may be empty) and link."""
    rel = ' rel="nofollow noopener"' if source.url else ""
    read = f", {day(on)}" if on else ""
    link = f'<a href="{escaped(source.link)}"{rel}><bdi>{escaped(source.title)}</bdi></a>'
    return mark_safe(f'<span class="source">{link}{read}</span>')  # noqa: S308 - escaped above


# The next two are put together here and not in a template: a list draws them up to two hundred times.


@register.simple_tag
def rank_line(standing: Any, size: str = "small", url: str = "") -> SafeString:
    """The line, the score, its band. `standing` has score, low and high, or is None: not ranked yet. `url` leads to
    where the number comes from."""
    score, low, high = (
        (standing.score, standing.low, standing.high) if standing is not None and standing != "" else (None, None, None)
    )
    words = '<span class="rank-none" aria-hidden="true">not ranked yet</span>'
    if score is not None:
        words = f'<span class="rank-score" aria-hidden="true">{_whole(score)}</span>'
        if low is not None and high is not None:
            words += f' <span class="rank-range" aria-hidden="true">{_whole(low)}–{_whole(high)}</span>'
    tag, link = ("a", f' href="{escaped(url)}"') if url else ("span", "")
    drawn = rank_line_svg(score, low, high, size=size)
    return mark_safe(f'<{tag} class="rank rank-{size}"{link}>{drawn}{words}</{tag}>')  # noqa: S308 - numbers and ours


@register.simple_tag
@lru_cache(maxsize=2_000)  # there are few reasons, and a page of two hundred offerings
def confidence(level: Level, reason: str = "", silent: bool = False) -> SafeString:
    """Three pips, and on focus, hover or tap why. `silent` leaves that out, where the page prints it anyway."""
    drawn = confidence_svg(level, reason)
    if silent or not reason:
        return mark_safe(f'<span class="confidence">{drawn}</span>')  # noqa: S308 - drawn above
    tip = f'<span class="tip-text" aria-hidden="true">{escaped(reason)}</span>'
    return mark_safe(f'<button type="button" class="confidence tip">{drawn}{tip}</button>')  # noqa: S308 - escaped above


@register.inclusion_tag("_includes/_badge.html")
def badge(state: str, method: str = "", checked: str = "") -> dict[str, Any]:
    return {
        "svg": badge_svg(state, method, checked),
        "state": state,
        "text": badge_text(state, method, checked),
    }


@register.simple_tag
def state_mark(state: str, note: str = "") -> SafeString:
    return state_svg(state, note)


@register.simple_tag
def sparkline(points: Sequence[tuple[dt.date, float]], label: str) -> SafeString:
    return sparkline_svg(points, label=label)


@register.simple_tag
def bar(share: float, tone: str = "ink", label: str = "") -> SafeString:
    return bar_svg(share, tone=tone, label=label)
