"""The image that is shown beside a link to a comparison: names, rank lines on one scale, the verdict's sentence. Pure.

SVG, 1200 by 630, drawn to PNG by resvg with the one font that lies beside this module: resvg draws no text at all, and
says nothing, where a family is not among its files. Widths of letters come from a table made of the same font, so that
long names are fitted before anything is drawn.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import resvg_py

from catalog.kinds import KINDS
from catalog.storable import unturned
from catalog.wording import day
from ranking.comparison.document import Edition
from ranking.comparison.subject import Subject
from ranking.wording import whole

WIDTH, HEIGHT = 1200, 630
_MARGIN = 64
_RIGHT = WIDTH - _MARGIN
_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "Newsreader"
#: The tokens of the light set, as tokens.css has them: an image cannot know what its reader prefers.
_GROUND, _INK, _INK_2, _LINE, _BAND, _GOLD = "#fbf8f1", "#1d1a15", "#4d4738", "#8f8670", "#beb397", "#a87616"
#: Where the rows stand, and the rank lines in them.
_TOP, _BOTTOM = 128, 440
_LINE_LEFT, _LINE_RIGHT = 690, 1010
_NAME_WIDTH = _LINE_LEFT - _MARGIN - 40
#: A name's size where it fits, by how many there are; and the least before it is cut.
_NAME_SIZES, _LEAST = {2: 54, 3: 44, 4: 36}, 24
_SENTENCE_SIZES, _SENTENCE_LINES = (36, 32, 28), 3


def png_of(edition: Edition) -> bytes:
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=svg_of(edition),
        width=WIDTH,
        height=HEIGHT,
        skip_system_fonts=True,
        font_files=[str(_FONTS / "newsreader.ttf")],
        font_family=_FAMILY,
    )
    return bytes(drawn)


def svg_of(edition: Edition) -> str:
    table = edition.table
    height = (_BOTTOM - _TOP) / len(table.subjects)
    body = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_GROUND}"/>',
        _MARK,
        _text(_MARGIN + 50, 78, "Unfragile", 32),
        _text(_RIGHT, 76, _when(edition), 22, fill=_INK_2, anchor="end"),
        _SEAM,
    ]
    for number, it in enumerate(table.subjects):
        body.append(_row(it, _TOP + height * number, height, _NAME_SIZES[len(table.subjects)]))
    body.append(f'<path d="M{_MARGIN} {_BOTTOM}H{_RIGHT}" stroke="{_LINE}" stroke-width="1" opacity=".6"/>')
    size, lines = _wrapped(_drawable_sentence(edition), _RIGHT - _MARGIN)
    body += [_text(_MARGIN, _BOTTOM + 50 + n * size * 1.2, line, size) for n, line in enumerate(lines)]
    address = edition.address.partition("://")[2]
    body.append(_text(_MARGIN, HEIGHT - 22, _cut(address, 20, _RIGHT - _MARGIN), 20, fill=_INK_2))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{_FAMILY}">{"".join(body)}</svg>'
    )


_MARK = (
    f'<g transform="translate({_MARGIN} 48) scale(1.2)" fill="none"><g stroke="{_INK}" stroke-width="3.8">'
    '<path d="M22.1 5.3A12.2 12.2 0 0 1 10.9 27.7"/><path d="M9.9 26.7A12.2 12.2 0 0 1 21.1 4.3"/></g>'
    f'<path d="M24 1 20.8 7.4l-4.3 4.2 2 4-5.4 4.2.4 3.8L8 31" stroke="{_GOLD}" stroke-width="2.6" '
    'stroke-linejoin="round" stroke-linecap="round"/></g>'
)
_SEAM = (
    f'<path d="M{_MARGIN} 108H712l14 -7 9 13 16 -9 8 5 6 -2H{_RIGHT}" fill="none" stroke="{_GOLD}" '
    'stroke-width="2.5" stroke-linejoin="round"/>'
)


def _when(edition: Edition) -> str:
    number = edition.table.generation
    on = day(edition.table.at)
    return f"generation {number}, {on}" if number else on


def _row(it: Subject, top: float, height: float, size: int) -> str:
    name = _name(it)
    fitted = max(_LEAST, min(size, int(size * _NAME_WIDTH / max(width_of(name, size), 1))))
    middle = top + height / 2
    below = " · ".join(text for text in (KINDS[it.kind].label, drawable(it.publisher)) if text)
    return "".join(
        [
            _text(_MARGIN, middle + 4, _cut(name, fitted, _NAME_WIDTH), fitted),
            _text(_MARGIN, middle + 34, _cut(below, 21, _NAME_WIDTH), 21, fill=_INK_2),
            _rank_line(it, middle),
        ]
    )


def _rank_line(it: Subject, y: float) -> str:
    line = (
        f'<path d="M{_LINE_LEFT} {y}H{_LINE_RIGHT}M{_x(50):.1f} {y - 9}v18" stroke="{_LINE}" stroke-width="2" '
        'fill="none"/>'
    )
    if it.ranked is None:
        return line + _text(_RIGHT, y + 8, "not ranked yet", 22, fill=_INK_2, anchor="end")
    at = it.ranked.standing
    left, right = _x(at.low), _x(at.high)
    return (
        f'{line}<rect x="{left:.1f}" y="{y - 7}" width="{max(right - left, 2):.1f}" height="14" rx="3" fill="{_BAND}"/>'
        f'<circle cx="{_x(at.score):.1f}" cy="{y}" r="8" fill="{_INK}"/>'
        + _text(_RIGHT, y + 6, str(whole(at.score)), 44, anchor="end")
        + _text(_RIGHT, y + 32, f"{whole(at.low)}–{whole(at.high)}", 21, fill=_INK_2, anchor="end")
    )


def _x(rank: float) -> float:
    return _LINE_LEFT + (_LINE_RIGHT - _LINE_LEFT) * min(max(rank, 0), 100) / 100


def _text(x: float, y: float, text: str, size: float, *, fill: str = _INK, anchor: str = "start") -> str:
    placed = f'x="{x:g}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"'
    return f"<text {placed}>{escape(drawable(text))}</text>"


# --- letters ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _widths() -> dict[str, int]:
    """Of the letters the font has, in thousandths of its size."""
    found: dict[str, int] = json.loads((_FONTS / "newsreader-widths.json").read_text(encoding="utf-8"))
    return found


def width_of(text: str, size: float) -> float:
    widths = _widths()
    return sum(widths.get(letter, 600) for letter in text) * size / 1000


def drawable(text: str) -> str:
    """With plain letters for those the font has not, and without what has no plain letter."""
    widths = _widths()
    return "".join(
        letter
        if letter in widths
        else "".join(part for part in unicodedata.normalize("NFKD", letter) if part in widths)
        for letter in text
    )


def _name(it: Subject) -> str:
    """The slug where the font cannot draw the name: readable, instead of half a name or boxes."""
    drawn = drawable(it.name)
    return drawn if len(drawn) >= len(it.name) else it.slug


def _drawable_sentence(edition: Edition) -> str:
    sentence = edition.table.verdict.sentence
    for it in edition.table.subjects:
        sentence = sentence.replace(unturned(it.name), _name(it))
    return drawable(sentence)


def _cut(text: str, size: float, width: float) -> str:
    text = drawable(text)
    if width_of(text, size) <= width:
        return text
    while text and width_of(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _wrapped(text: str, width: float) -> tuple[int, Sequence[str]]:
    """At the largest size at which it fits in three lines; at the smallest it ends with an ellipsis."""
    for size in _SENTENCE_SIZES:
        lines = _lines(text, size, width)
        if len(lines) <= _SENTENCE_LINES:
            return size, lines
    kept = lines[: _SENTENCE_LINES - 1]
    return size, [*kept, _cut(" ".join(lines[_SENTENCE_LINES - 1 :]), size, width)]


def _lines(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size, width))
    return [line for line in lines if line]
