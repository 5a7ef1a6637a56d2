"""How is a piece of the match graph drawn?

Pure, from names and numbers to SVG, like `ranking.charts`: classes that style sheets know, no colours of its own. Three
columns, intents to capabilities to artifacts; a line is the thicker, the more often what it joins was chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, ROW = 720, 26
#: Where the names of each column begin or end, and the ends of lines beside them.
LEFT, MIDDLE, RIGHT = 200, (268, 452), 520
THICKEST, THINNEST = 9.0, 0.75
#: Height of the plate under a capability's name, and of each further line of a name; a row where names have two.
PLATE, LINE, TALL = 20, 14, 38
#: Lines of a name, and what room each has in the three columns: the left one begins at the edge of the picture.
LINES, ROOM = 2, (LEFT - 4, MIDDLE[1] - MIDDLE[0], WIDTH - RIGHT - 4)
#: How wide letters are at most, drawn bold in the widest font that a reader may have; drawn plain they are less.
_NARROW, _WIDE = frozenset("ijlftrI .,:;'’!|-()[]/"), frozenset("mwMW@%&—…")
PLAIN = 0.93


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
    written = [
        {name: _written(name, room, bold=name == marked) for name in names}
        for names, room in zip(columns, ROOM, strict=True)
    ]
    height = 8 + max(len(lines) * (TALL if any(len(one) > 1 for one in lines.values()) else ROW) for lines in written)
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
                plate = PLATE + LINE * (len(written[1][name]) - 1)
                body += (
                    f'<rect x="{MIDDLE[0] - 8:g}" y="{places[1][name] - plate / 2:g}" rx="2"'
                    f' width="{MIDDLE[1] - MIDDLE[0] + 16:g}" height="{plate}"/>'
                )
            tone = ' class="graph-marked"' if name == marked else ""
            lines = written[column][name]
            top = places[column][name] + 4 - LINE * (len(lines) - 1) / 2
            for at, line in enumerate(lines):
                body += f'<text x="{x:g}" y="{top + LINE * at:g}" text-anchor="{anchor}"{tone}>{escape(line)}</text>'
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


def _written(name: str, room: float, *, bold: bool) -> list[str]:
    """A name in its lines: between words where they fit, else within one; what is left over ends in an ellipsis."""

    def fits(text: str) -> bool:
        return width(text, bold=bold) <= room

    lines: list[str] = []
    rest = " ".join(name.split())
    while rest and len(lines) < LINES:
        if fits(rest):
            return [*lines, rest]
        taken = next(at for at in range(len(rest) - 1, 0, -1) if at == 1 or fits(rest[:at].rstrip()))
        space = rest.rfind(" ", 0, taken + 1)
        taken = space if space > 0 else taken
        lines.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    last = lines[-1]
    while len(last) > 1 and not fits(f"{last}…"):
        last = last[:-1].rstrip()
    return [*lines[:-1], f"{last}…"]


def width(text: str, *, bold: bool) -> float:
    """No less than what a reader's browser takes for it, at the 13 pixels of a picture."""
    return sum(map(_letter, text)) * (1.0 if bold else PLAIN)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 6.4
    if letter in _WIDE or east_asian_width(letter) in "WF":
        return 14.5
    return 11.1 if letter.isupper() or not letter.isascii() else 9.4
