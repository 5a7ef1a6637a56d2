"""How are a rank's steps, its history and a tie drawn?

Pure functions from numbers to SVG, like `catalog.templatetags.glyphs`: classes that the style sheets know, no colours,
no inline styles, no script. They stretch with the page, so all words stand in the page beside them or in the text
alternative.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ranking import wording

#: Units of a chart's own; the page stretches them.
WIDTH, STEP_HEIGHT, HISTORY_HEIGHT, TIE_HEIGHT, BARS_HEIGHT = 400, 20, 160, 120, 100


@dataclass(frozen=True)
class Scale:
    """From ranks to places from left to right."""

    low: float
    high: float

    def x(self, rank: float) -> float:
        return (min(max(rank, self.low), self.high) - self.low) / (self.high - self.low) * WIDTH


def scale_for(ranks: Sequence[float]) -> Scale:
    """Round tens around everything that is shown."""
    low, high = 10 * int(min(ranks) // 10), 10 * int(-(-max(ranks) // 10))
    return Scale(low, high if high > low else low + 10)


def step_svg(
    scale: Scale,
    start: float,
    end: float,
    *,
    typical: float,
    component: str,
    estimated: bool = False,
    withheld: float = 0.0,
) -> SafeString:
    """One line of the waterfall: a bar from where the rank stood to where the step takes it.

    Hollow where it is estimated; what is held back is hatched and goes on beyond the end. Ornament beside the figures.
    """
    tone = f"step-{escape(component)}"
    body = _line("step-typical", scale.x(typical), 0, STEP_HEIGHT)
    left, right = sorted((scale.x(start), scale.x(end)))
    if withheld:
        a, b = sorted((scale.x(end), scale.x(end + withheld)))
        body += f'<g class="step-withheld {tone}">{_rect("step-edge", a, 4, b - a, STEP_HEIGHT - 8)}'
        body += "".join(
            f'<path class="step-hatch" d="M{_n(x)} {STEP_HEIGHT - 4}L{_n(min(x + 5, b))} 4"/>' for x in _steps(a, b, 5)
        )
        body += "</g>"
    kind = "step-estimated" if estimated else "step-known"
    body += f'<g class="{kind} {tone}">{_rect("step-bar", left, 4, max(right - left, 1.5), STEP_HEIGHT - 8)}</g>'
    # What leads to the next line.
    body += _line("step-thread", scale.x(end), STEP_HEIGHT - 4, STEP_HEIGHT)
    body += _line("step-thread", scale.x(start), 0, 4)
    return _stretched("step", STEP_HEIGHT, body)


def total_svg(scale: Scale, score: float, low: float, high: float, *, typical: float) -> SafeString:
    """The waterfall's last line: the rank with its band."""
    body = _line("step-typical", scale.x(typical), 0, STEP_HEIGHT)
    body += _rect("rank-band", scale.x(low), 4, max(scale.x(high) - scale.x(low), 1.0), STEP_HEIGHT - 8)
    body += _line("step-rank", scale.x(score), 0, STEP_HEIGHT)
    return _stretched("step", STEP_HEIGHT, body)


@dataclass(frozen=True)
class Week:
    """A rank on one day of its history."""

    on: dt.date
    score: float
    low: float
    high: float
    #: Computed afterwards, from what was known that day.
    is_reconstructed: bool = False


def history_text(weeks: Sequence[Week]) -> str:
    first, last = weeks[0], weeks[-1]
    scores = [week.score for week in weeks]
    text = (
        f"Rank from {_ranked(first)} on {_day(first.on)} to {_ranked(last)} on {_day(last.on)}, "
        f"between {wording.whole(min(scores))} and {wording.whole(max(scores))}"
    )
    afterwards = sum(week.is_reconstructed for week in weeks)
    if afterwards:
        text += f"; the first {afterwards} of {len(weeks)} weeks are computed afterwards"
    return text + "."


def history_scale(weeks: Sequence[Week]) -> Scale:
    return scale_for([value for week in weeks for value in (week.low, week.high)])


def history_svg(weeks: Sequence[Week], scale: Scale) -> SafeString:
    """The rank over time as a line, with its band around it; what was computed afterwards is dashed.

    Time runs true to scale. Fewer than two weeks make no line.
    """
    if len(weeks) < 2:
        return mark_safe("")
    first = weeks[0].on
    days = (weeks[-1].on - first).days or 1

    def at(week: Week, value: float) -> str:
        x = (week.on - first).days / days * WIDTH
        return f"{_n(x)} {_n(HISTORY_HEIGHT - scale.x(value) / WIDTH * HISTORY_HEIGHT)}"

    upper = "L".join(at(week, week.high) for week in weeks)
    lower = "L".join(at(week, week.low) for week in reversed(weeks))
    body = f'<path class="rank-band" d="M{upper}L{lower}Z"/>'
    for tens in range(int(scale.low), int(scale.high) + 1, 10):
        y = _n(HISTORY_HEIGHT - scale.x(tens) / WIDTH * HISTORY_HEIGHT)
        body += f'<path class="{"history-typical" if tens == 50 else "history-grid"}" d="M0 {y}H{WIDTH}"/>'
    before = [week for week in weeks if week.is_reconstructed]
    after = weeks[max(len(before) - 1, 0) :] if before else weeks
    for name, some in (("history-before", before), ("history-line", after)):
        if len(some) > 1:
            body += f'<path class="{name}" d="M{"L".join(at(week, week.score) for week in some)}"/>'
    return _stretched("history", HISTORY_HEIGHT, body, text=history_text(weeks))


@dataclass(frozen=True)
class Bar:
    """One of a row of bars, from the left. `part` of it is filled darker; None: not told, which is no zero."""

    value: float | None
    part: float = 0.0
    #: Its time is not over.
    is_open: bool = False


def bars_svg(bars: Sequence[Bar], text: str) -> SafeString:
    """Bars from zero up to the highest. Nothing where all of them are unknown."""
    top = max((bar.value for bar in bars if bar.value is not None), default=None)
    if top is None:
        return mark_safe("")
    slot, body = WIDTH / len(bars), ""
    for number, bar in enumerate(bars):
        left, width = number * slot + slot * 0.14, slot * 0.72
        if bar.value is None:
            body += f'<path class="bars-unknown" d="M{_n(left)} {BARS_HEIGHT - 1}h{_n(width)}"/>'
            continue
        for name, value in (("bars-open" if bar.is_open else "bars-whole", bar.value), ("bars-part", bar.part)):
            tall = value / (top or 1) * (BARS_HEIGHT - 2)
            if value:
                body += _rect(name, left, BARS_HEIGHT - tall, width, tall)
    body += f'<path class="bars-ground" d="M0 {BARS_HEIGHT}H{WIDTH}"/>'
    return _stretched("bars", BARS_HEIGHT, body, text=text)


def tie_svg(
    first: tuple[float, float, float], second: tuple[float, float, float], quantile: float, text: str
) -> SafeString:
    """Two ranks as what is believed of each: hills that overlap, each with its band below."""
    scale = Scale(*_around(first, second))
    body = ""
    for place, (score, low, high) in enumerate((first, second)):
        wobble = max(high - score, score - low) / quantile or 0.1
        hill = NormalDist(score, wobble)
        top = NormalDist(0, wobble).pdf(0)
        steps = [scale.low + (scale.high - scale.low) * i / 80 for i in range(81)]
        line = "L".join(f"{_n(scale.x(x))} {_n(70 - 62 * hill.pdf(x) / top)}" for x in steps)
        y = 84 + 20 * place
        body += f'<g class="tie-{"ab"[place]}"><path class="tie-hill" d="M0 70L{line}L{WIDTH} 70Z"/>'
        body += _rect("rank-band", scale.x(low), y, scale.x(high) - scale.x(low), 12)
        body += f'<path class="step-rank" d="M{_n(scale.x(score))} {y - 3}v18"/></g>'
    body += f'<path class="rank-axis" d="M0 70H{WIDTH}"/>'
    return _stretched("tie", TIE_HEIGHT, body, text=text)


def _around(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float]:
    low, high = min(first[1], second[1]), max(first[2], second[2])
    return low - (high - low) / 3, high + (high - low) / 3


def _stretched(name: str, height: int, body: str, *, text: str = "") -> SafeString:
    naming = f'role="img" aria-label="{escape(text)}"' if text else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 - built in this module from numbers, constants and escaped text
        f'<svg class="chart chart-{name}" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" {naming}>'
        f"{body}</svg>"
    )


def _rect(name: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{name}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"/>'


def _line(name: str, x: float, top: float, bottom: float) -> str:
    return f'<path class="{name}" d="M{_n(x)} {_n(top)}V{_n(bottom)}"/>'


def _steps(start: float, end: float, width: float) -> list[float]:
    return [start + width * i for i in range(int((end - start) / width) + 1)]


def _ranked(week: Week) -> str:
    return f"{wording.whole(week.score)} ({wording.whole(week.low)}–{wording.whole(week.high)})"


def _day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
