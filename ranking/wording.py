"""Ranks, points and values of signals in words, as pages and their charts print them. Pure.

1 204 new stars in six months · +2.4 · top 8 % of MCP servers · changed at most 30 days ago
"""

from __future__ import annotations

import math

from catalog.wording import grouped
from ranking.signals import Measure, SignalSpec

MINUS = "\u2212"
THIN = "\u202f"
#: Days up to which a time is told in days, and in months.
IN_DAYS, IN_MONTHS = 60, 730
MONTH = 30.44
#: What the signals' sentences say of many, and of one.
_ONE = {
    "stars": "star",
    "forks": "fork",
    "likes": "like",
    "votes": "vote",
    "downloads": "download",
    "issues": "issue",
    "contributors": "contributor",
    "commits": "commit",
    "repositories and packages depend": "repository or package depends",
    "models or datasets": "model or dataset",
    "providers carry": "provider carries",
}
#: Why a reading is kept and not used.
REFUSED = {
    "negative": "it is below zero",
    "no number": "it is no number",
    "future": "it is dated later than the day of the rank",
    "ahead": "it is a day that had not come when it was read",
    "leap": "it is far beyond what came before; an editor is shown it",
}


def amount(spec: SignalSpec, value: float, *, floor: float = 0.0) -> str:
    """A signal's value without its sentence. `floor`: shorter times than this count as this (days)."""
    if spec.measure == Measure.AGE:
        return f"at most {floor:.0f} days" if value <= floor else duration(value)
    if spec.measure == Measure.CHECK:
        return "yes" if value else "no"
    if spec.name == "outcomes":
        return f"{100 * value:.0f}{THIN}%"
    return grouped(round(value))


def sentence(spec: SignalSpec, value: float, *, floor: float = 0.0) -> str:
    """What a reader is told of a value: “1 204 new stars in six months”."""
    told = amount(spec, value, floor=floor)
    text = spec.sentence.replace("{value}", told)
    if told == "1":
        for many, one in _ONE.items():
            if f" {many}" in text:
                return text.replace(f" {many}", f" {one}")
    return text


def duration(days: float) -> str:
    if days < IN_DAYS:
        return f"{days:.0f} day{'' if round(days) == 1 else 's'}"
    if days < IN_MONTHS:
        return f"{days / MONTH:.0f} months"
    return f"{days / 365.25:.0f} years"


def points(number: float) -> str:
    """+2.4 or −0.8, with its sign; what rounds to nothing has none."""
    text = f"{abs(number):.1f}"
    if float(text) == 0:
        return text
    return f"{'+' if number > 0 else MINUS}{text}"


def whole(number: float) -> int:
    """Half goes up, as on the rank line."""
    return math.floor(number + 0.5)


def chance(share: float) -> str:
    """A probability as a percentage; none is ever told as certain."""
    if share > 0.99:
        return f"over 99{THIN}%"
    return f"under 1{THIN}%" if share < 0.01 else f"{whole(100 * share)}{THIN}%"


def counted(number: int, one: str, several: str = "") -> str:
    """1 search, 1,234 searches: with commas, as the desk writes numbers."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def many(plural: str) -> str:
    """A kind's plural inside a sentence: models, but APIs and MCP servers."""
    return plural if plural[:2].isupper() else plural[:1].lower() + plural[1:]


#: Of so few a hundredth says nothing: the place is told.
FEW = 50


def share(percentile: float, plural: str, among: int = 0) -> str:
    """Top 8 % of MCP servers; of the lower half what it is above. `among`: of how many: 23rd of 23."""
    # A percentile is the middle of a place; where that gives no whole number, some share one.
    place = among + 0.5 - percentile * among / 100
    if 0 < among <= FEW and abs(place - round(place)) < 0.01 and 1 <= round(place) <= among:
        return f"{ordinal(round(place))} of {among} {many(plural)}"
    if percentile >= 50:
        return f"top {max(1, whole(100 - percentile))}{THIN}% of {many(plural)}"
    return f"above {whole(percentile)}{THIN}% of {many(plural)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 11th, 23rd"""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def headline(
    score: float, low: float, high: float, percentile: float | None, coverage: float, plural: str, among: int = 0
) -> str:
    """Rank 72 (66–78) · top 8 % of MCP servers · coverage 83 %"""
    parts = [f"Rank {whole(score)} ({whole(low)}–{whole(high)})"]
    if percentile is not None:
        parts.append(share(percentile, plural, among))
    parts.append(f"coverage {whole(100 * coverage)}{THIN}%")
    return " · ".join(parts)
