"""A program that recomputes a rank from its file, to be copied from the page. It needs Python and nothing else."""

from __future__ import annotations

from ranking.scoring.configuration import Formula

_PROGRAM = """\
import json
from urllib.request import urlopen

it = json.load(urlopen("{url}"))
rank = {typical:g}
for point in it["points"]:
    points = {deviation:g} * point["weight"] * point["z"] / it["norm"]
    assert abs(points - point["points"]) < 0.005, point["signal"]
    rank += points
rank = min(max(rank, 0), 100)
print(round(rank, 2), "is" if abs(rank - it["rank"]) < 0.005 else "is not", round(it["rank"], 2))"""


def program(url: str, formula: Formula) -> str:
    """`url` is where the rank stands as JSON."""
    return _PROGRAM.format(url=url, typical=formula.typical, deviation=formula.deviation)
