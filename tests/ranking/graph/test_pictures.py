"""A picture of a piece of the graph: every name in it is whole within the picture, or ends in an ellipsis."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from ranking.graph.pictures import LEFT, LINES, ROOM, TALL, Link, neighbourhood_svg, width

#: (name, how many lines)
NAMES = (
    ("draw a logo", 1),
    ("search the web from an agent", 2),
    ("WWWWWWWW MMMMMMMM WWWWWWWW MMMMMMMM WWWWWWWW", 2),
    ("Donaudampfschifffahrtsgesellschaftskapitän", 2),
    ("検索エンジンを使ってウェブを調べるエージェント", 2),
)


def written(name: str) -> list[tuple[float, float, str]]:
    svg = neighbourhood_svg([Link(name, "Web search", "Kagi", 3, 1)], title="It", marked=name)
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="end"[^>]*>([^<]*)</text>', svg)
    return [(float(x), float(y), text) for x, y, text in found]


@pytest.mark.parametrize(("name", "lines"), NAMES)
def test_a_long_name_is_wrapped_and_never_runs_over_the_edge(name: str, lines: int) -> None:
    found = written(name)
    assert len(found) == lines <= LINES
    assert all(width(text, bold=True) <= ROOM[0] < LEFT for _, _, text in found)
    told = "".join(text for _, _, text in found)
    assert told.endswith("…") or told.replace(" ", "") == name.replace(" ", "")
    assert all(y > 0 for _, y, _ in found)


def test_words_stay_whole_where_they_fit() -> None:
    assert " ".join(text for _, _, text in written("search the web from an agent")) == "search the web from an agent"


def test_names_of_two_lines_do_not_touch_each_other() -> None:
    links = [Link("it", "Web search", f"A name that is much too long for a line {n}", 3, 1) for n in range(6)]
    svg = neighbourhood_svg(links, title="It")
    lows = sorted(float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="start"', svg))
    assert len(lows) == 12
    assert min(after - before for before, after in pairwise(lows)) >= 13
    assert float(re.findall(r'height="([\d.]+)" role', svg)[0]) >= 6 * TALL
