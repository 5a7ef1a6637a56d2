"""How often the built-in decomposer maps a phrase to the right capability, on rows labelled by hand.

    REAL_DATA_DIR=... python bench/decompose.py [--others N] [--show]

Two sets, each chosen by seed and labelled before what it measures was written: 150 rows (decompose_rows.csv) before
there was a mapping, 100 fresh ones (decompose_fresh.csv) before vocabulary and mapping were worked on again.
`--others` prints what is proposed for tools and tags of neither: those are for tuning.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalog.decompose import Term, Vocabulary  # noqa: E402
from catalog.decompose.mapping import Match  # noqa: E402
from catalog.decompose.phrases import Phrase  # noqa: E402
from catalog.decompose.tags import phrase_of_tag, phrases_of_hub  # noqa: E402
from catalog.decompose.tools import phrases_of_tools  # noqa: E402

ROWS = Path(__file__).with_name("decompose_rows.csv")
FRESH = Path(__file__).with_name("decompose_fresh.csv")
Row = tuple[str, str, str]


def vocabulary() -> Vocabulary:
    """The demo's, which the rows were labelled with."""
    rows = [
        row
        for file in sorted((ROOT / "unfragile_site" / "demo" / "capabilities").glob("*.yaml"))
        for row in yaml.safe_load(file.read_text())
    ]
    return Vocabulary(
        Term(row["key"], row["name"], row.get("description", ""), tuple(row.get("synonyms", ()))) for row in rows
    )


def labelled(rows: Path = ROWS) -> dict[Row, set[str]]:
    with rows.open(newline="") as file:
        return {(row["kind"], row["where"], row["item"]): set(row["right"].split()) for row in csv.DictReader(file)}


def phrases(folder: Path) -> dict[Row, list[Phrase]]:
    """Every phrase of the tool lists and hub objects, by row."""
    found: dict[Row, list[Phrase]] = {}
    for file in sorted((folder / "docker-mcp" / "servers").glob("*/tools.json")):
        for tool in json.loads(file.read_text()):
            found["tool", file.parent.name, tool["name"]] = list(phrases_of_tools([tool]))
    for item in json.loads((folder / "huggingface" / "api_models.json").read_text()):
        for phrase in phrases_of_hub(item):
            found["tag", item["id"], phrase.quote] = [phrase]
        for tag in item["tags"]:
            one = phrase_of_tag(tag, 0)
            found.setdefault(("tag", item["id"], tag), [one] if one else [])
    return found


def proposed(words: Vocabulary, found: dict[Row, list[Phrase]], rows: list[Row]) -> list[tuple[Row, Match]]:
    return [(row, match) for row in rows for match in words.map(found[row])]


def measured(words: Vocabulary, found: dict[Row, list[Phrase]], file: Path = ROWS) -> dict[str, Any]:
    """Counts on the labelled rows."""
    rights = labelled(file)
    reached = {row for row, match in proposed(words, found, list(rights)) if match.key in rights[row]}
    counts: dict[str, Any] = {"rows": len(rights), "with a capability": sum(map(bool, rights.values()))}
    by_how: dict[str, Counter[bool]] = {}
    for row, match in proposed(words, found, list(rights)):
        by_how.setdefault(match.how, Counter())[match.key in rights[row]] += 1
    counts["proposed"] = sum(sum(both.values()) for both in by_how.values())
    counts["found"] = len(reached)
    counts["right"] = sum(both[True] for both in by_how.values())
    counts["by how"] = {how: (both[True], sum(both.values())) for how, both in sorted(by_how.items())}
    return counts


def interval(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's: 95 in 100 such samples hold the true share."""
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return middle - half, middle + half


def report(words: Vocabulary, found: dict[Row, list[Phrase]], file: Path, *, is_shown: bool) -> None:
    counts = measured(words, found, file)
    low, high = interval(counts["right"], counts["proposed"])
    print(
        f"{file.name}: {counts['rows']} rows, {counts['with a capability']} of them with a capability of the vocabulary"
    )
    print(
        f"proposed {counts['proposed']}, right {counts['right']}: precision {counts['right'] / counts['proposed']:.2f}"
        f" ({low:.2f} to {high:.2f}); found {counts['found']} of the {counts['with a capability']}"
    )
    for how, (right, all_of_them) in counts["by how"].items():
        print(f"  {how}: {right} of {all_of_them}")
    rights = labelled(file)
    for row, match in proposed(words, found, list(rights)) if is_shown else ():
        if match.key not in rights[row]:
            print("wrong", row, match.key, match.how, match.word)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=0, metavar="N", help="print proposals for N other rows")
    parser.add_argument("--show", action="store_true", help="print the labelled rows that are wrong")
    given = parser.parse_args()
    folder = Path(os.environ["REAL_DATA_DIR"]) / "sources"
    words, found = vocabulary(), phrases(folder)
    if given.others:
        known = {*labelled(), *labelled(FRESH)}
        rest = [row for row in found if row not in known]
        random.Random(1).shuffle(rest)
        for row, match in proposed(words, found, rest[: given.others]):
            print(
                f"{match.key:32} {match.how:26} [{match.word}] {row[1]}/{row[2]}: {match.phrase.text[:90]}",
            )
        return
    for file in (ROWS, FRESH):
        report(words, found, file, is_shown=given.show)
    begun = time.perf_counter()
    made = words.map([phrase for some in found.values() for phrase in some])
    print(f"all {len(found)} tools and tags: {len(made)} proposals in {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
