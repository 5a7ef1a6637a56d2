"""Aider's polyglot leaderboard: a YAML list of test runs, several for a model where it was asked in several ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.importers import values
from catalog.importers.documents import parse
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.model_rows import MAKERS, model_key
from catalog.importers.reading import Opened, refused
from catalog.importers.records import ArtifactRecord, BenchmarkRecord, SourceRecord

SOURCE = SourceRecord(
    "aider-polyglot",
    "Aider polyglot leaderboard",
    "measurement",
    "https://aider.chat/docs/leaderboards/",
    licence="Apache-2.0",
)
#: What the page is drawn from.
DATA = "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml"


def read(place: Opened) -> Iterator[Item]:
    text = place.text()
    if text.lstrip()[:1] == "<":
        raise refused(place.place, "This is a web page, not YAML.")
    document = parse(text, place.place)
    if not document.is_read or not isinstance(document.data, list):
        why = document.problems[0] if document.problems else None
        raise refused(place.place, why.text if why else "It is no list of test runs.", why.line if why else 0)
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for number, raw in enumerate(document.data, start=1):
        name = values.line(raw.get("model"), 200) if isinstance(raw, dict) else ""
        if not name:
            yield Refusal(f"run {number}", "It names no model.")
        elif "+" in name or " & " in name:
            yield Refusal(f"{name}, run {number}", "Two models took the test together; it is the score of neither.")
        elif _score(raw) is None:
            yield Refusal(f"{name}, run {number}", "It has no share of passed tests between 0 and 100.")
        else:
            groups[_key(name, raw)].append((name, raw))
    for key, rows in groups.items():
        yield unless_known(place, (key, rows), partial(told_of, key, rows, place))


def _score(raw: dict[str, Any]) -> Any:
    found = values.number(raw.get("pass_rate_2"))
    return found if found is not None and 0 <= found <= 100 else None


def _key(name: str, raw: dict[str, Any]) -> str:
    """The command tells the id under which it was called, where the name is one for readers."""
    called = re.search(r"--model\s+(\S+)", values.line(raw.get("command"), 500))
    told = called.group(1) if called else name
    plain = re.sub(r"\s*\(.*\)$", "", told if "/" in told or " " in name else name).strip().replace(" ", "-")
    effort = re.search(r"\(([^)]*)\)$", name)
    return model_key("", plain) + (f" ({effort.group(1)})" if effort and not called else "")


def told_of(key: str, rows: list[tuple[str, dict[str, Any]]], place: Opened) -> Told:
    results: dict[tuple[Any, ...], BenchmarkRecord] = {}
    for name, raw in rows:
        measured = values.day(raw.get("date"), on=place.on)
        effort = re.search(r"\(([^)]*)\)$", name)
        way = ", ".join(filter(None, [values.line(raw.get("edit_format"), 20), effort.group(1) if effort else ""]))[:40]
        found = BenchmarkRecord(
            "Aider polyglot", round(_score(raw), 4), "% of tasks passed in two tries", SOURCE.slug,
            version=way, measured_on=measured, standing="verified",
        )  # fmt: skip
        results.setdefault((found.version, measured), found)
    maker = key.partition("/")[0]
    name = re.sub(r"\s*\([^)]*\)$", "", rows[0][0])
    record = ArtifactRecord(
        slug=values.slug_of(name, key),
        name=name,
        kind="model",
        ids=values.ids(("models-dev", key if maker in MAKERS and " " not in key else "")),
        benchmarks=tuple(results.values()),
    )
    return Told(key[:300], record)


FEED = Feed(
    "aider",
    "Aider's polyglot leaderboard, a YAML list of test runs.",
    SOURCE,
    read,
    address=DATA,
    is_dated=False,
)
