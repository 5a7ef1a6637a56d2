"""LMArena's table of scores, `arena_score` with its 95 % interval as `+6/-5`: measured by people who saw no names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.model_rows import MAKERS, model_key
from catalog.importers.reading import CannotParse, Opened, refused
from catalog.importers.records import ArtifactRecord, BenchmarkRecord, SourceRecord

SOURCE = SourceRecord("lmarena-text", "LMArena text leaderboard", "measurement", "https://lmarena.ai/leaderboard/text")


def read(place: Opened) -> Iterator[Item]:
    is_first = True
    for number, row in place.csv_rows():
        if isinstance(row, CannotParse):
            yield Refusal(f"line {number}", str(row))
            continue
        if is_first and not {"model", "arena_score"} <= row.keys():
            raise refused(place.place, "The table has no columns “model” and “arena_score”.")
        is_first = False
        yield unless_known(place, row, partial(item_of, row, place, number))


def item_of(row: dict[str, str], place: Opened, number: int) -> Item:
    name = values.line(row.get("model"), 200)
    score = values.number(row.get("arena_score"))
    if not name:
        return Refusal(f"line {number}", "It names no model.")
    if score is None or not 0 < score < 10_000:
        return Refusal(name, "It has no score.")
    return Told(name, record_of(name, score, row, place), publisher=values.publisher(row.get("organization")))


def record_of(name: str, score: Decimal, row: dict[str, str], place: Opened) -> ArtifactRecord:
    interval = re.fullmatch(r"\+?(\d{1,4}(?:\.\d+)?)/-?(\d{1,4}(?:\.\d+)?)", row.get("95_pct_ci", ""))
    low, high = (score - Decimal(interval.group(2)), score + Decimal(interval.group(1))) if interval else (None, None)
    address = values.address(row.get("url"))
    hub = re.match(r"https://huggingface\.co/([\w.-]+/[\w.-]+)$", address)
    key = model_key("", name.replace(" ", "-"))
    publisher = values.publisher(row.get("organization"))
    return ArtifactRecord(
        slug=values.slug_of(name, name),
        name=name,
        kind="model",
        publisher=publisher.slug if publisher else "",
        licence=values.licence(row.get("license")),
        homepage=address,
        ids=values.ids(
            ("huggingface", hub.group(1) if hub and not hub.group(1).startswith("spaces/") else ""),
            ("models-dev", key if key.partition("/")[0] in MAKERS else ""),
        ),
        facts=values.facts("model", SOURCE.slug, {"knowledge_cutoff": values.month(row.get("knowledge_cutoff"))}),
        benchmarks=(
            BenchmarkRecord("LMArena text", score, "arena score", SOURCE.slug, low=low, high=high, standing="verified"),
        ),
        readings=values.readings(SOURCE.slug, place.on, {"arena_score": score}),
    )


FEED = Feed("lmarena", "LMArena's table of scores, with intervals, as CSV.", SOURCE, read)
