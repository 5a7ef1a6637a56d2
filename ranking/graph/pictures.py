"""How is a piece of the match graph drawn?

Pure, from names and numbers to SVG, like `ranking.charts`: classes that style sheets know, no colours of its own. Three
columns, intents to capabilities to artifacts; a line is the thicker, the more often what it joins was chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, ROW = 720, 26
#: Where the names of each column begin or end, and the ends of lines beside them.
LEFT, MIDDLE, RIGHT = 200, (268, 452), 520
THICKEST, THINNEST = 9.0, 0.75
#: Height of the plate under a capability's name.
PLATE = 20
#: Characters of a name that fit.
LONGEST = (30, 26, 28)


@dataclass(frozen=True)
class Link:
    """That an artifact was shown, and perhaps chosen, for an intent over a capability."""

    intent: str
    capability: str
    artifact: str
    shown: float
    chosen: float


def neighbourhood_svg(links: Sequence[Link], *, title: str, marked: str = "") -> SafeString:
    """`marked` is the name that the picture is about."""
    if not links:
        return mark_safe("")
    columns = [_names(links, part) for part in ("intent", "capability", "artifact")]
    height = ROW * max(len(names) for names in columns) + 8
    places = [_places(names, height) for names in columns]
    first = _lines(((one.intent, one.capability, one) for one in links), places[0], places[1], LEFT + 8, MIDDLE[0] - 8)
    second = _lines(
        ((one.capability, one.artifact, one) for one in links), places[1], places[2], MIDDLE[1] + 8, RIGHT - 8
    )
    body = first + second
    for column, (names, x, anchor) in enumerate(
        ((columns[0], LEFT, "end"), (columns[1], sum(MIDDLE) / 2, "middle"), (columns[2], RIGHT, "start"))
    ):
        for name in names:
            if column == 1:  # on a plate, into which the lines run
                body += (
                    f'<rect x="{MIDDLE[0] - 8:g}" y="{places[1][name] - PLATE / 2:g}" rx="2"'
                    f' width="{MIDDLE[1] - MIDDLE[0] + 16:g}" height="{PLATE}"/>'
                )
            tone = ' class="graph-marked"' if name == marked else ""
            body += (
                f'<text x="{x:g}" y="{places[column][name] + 4:g}" text-anchor="{anchor}"{tone}>'
                f"{escape(_short(name, LONGEST[column]))}</text>"
            )
    return mark_safe(  # noqa: S308 - numbers, constants and escaped names
        f'<svg class="graph" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" role="img"'
        f' aria-label="{escape(title)}">{body}</svg>'
    )


def _names(links: Sequence[Link], part: str) -> list[str]:
    """Most chosen first, then most shown."""
    weight: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for link in links:
        name = getattr(link, part)
        weight[name][0] -= link.chosen
        weight[name][1] -= link.shown
    return sorted(weight, key=lambda name: (*weight[name], name))


def _places(names: Sequence[str], height: float) -> dict[str, float]:
    """Spread over the height, in their order."""
    step = height / len(names)
    return {name: step * (at + 0.5) for at, name in enumerate(names)}


def _lines(pairs: object, starts: dict[str, float], ends: dict[str, float], left: float, right: float) -> str:
    sums: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for start, end, link in pairs:  # type: ignore[attr-defined]
        sums[start, end][0] += link.chosen
        sums[start, end][1] += link.shown
    most = max((chosen for chosen, _ in sums.values()), default=0.0)
    bend = (right - left) / 2
    body = ""
    for (start, end), (chosen, _) in sorted(sums.items(), key=lambda item: item[1]):
        thick = THINNEST + (THICKEST - THINNEST) * (chosen / most if most else 0.0)
        y0, y1 = starts[start], ends[end]
        tone = "graph-chosen" if chosen else "graph-shown"
        body += (
            f'<path class="{tone}" stroke-width="{thick:.2f}"'
            f' d="M{left:g} {y0:.1f}C{left + bend:g} {y0:.1f} {right - bend:g} {y1:.1f} {right:g} {y1:.1f}"/>'
        )
    return body


def share_svg(low: float, mean: float, high: float) -> SafeString:
    """A share with its interval, on a line from nothing to all. Ornament beside the figures."""
    a, b, dot = (round(100 * value, 1) for value in (low, high, mean))
    return mark_safe(  # noqa: S308 - numbers
        '<svg class="share" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="rank-line" d="M0 6h100" vector-effect="non-scaling-stroke"/>'
        f'<rect class="rank-band" x="{a}" y="3" width="{max(b - a, 0.5):.1f}" height="6"/>'
        f'<rect class="rank-dot" x="{max(dot - 0.6, 0):.1f}" y="1" width="1.2" height="10"/></svg>'
    )


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
