"""Where an artifact's file cites a source, names another artifact, or gives a date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.importers.documents import Path_


def cited(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    for section in ("facts", "prices", "benchmarks", "lineage", "readings"):
        for index, row in enumerate(data.get(section, ())):
            if "source" in row:
                yield (section, index, "source"), row["source"]
    for index, offering in enumerate(data.get("offerings", ())):
        for number, evidence in enumerate(offering.get("evidence", ())):
            yield ("offerings", index, "evidence", number, "source"), evidence["source"]


def mentioned(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    if data.get("deprecated_by"):
        yield ("deprecated_by",), data["deprecated_by"]
    for index, row in enumerate(data.get("lineage", ())):
        yield ("lineage", index, "artifact"), row["artifact"]
    for index, row in enumerate(data.get("benchmarks", ())):
        if "artifact" in row:
            yield ("benchmarks", index, "artifact"), row["artifact"]
    for index, offering in enumerate(data.get("offerings", ())):
        for number, contrast in enumerate(offering.get("against", ())):
            yield ("offerings", index, "against", number, "artifact"), contrast["artifact"]


def dates(data: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """Dates written in quotes, which YAML itself has not checked."""
    for section, names in (
        ("facts", ("retrieved",)),
        ("prices", ("valid_from", "valid_to", "retrieved")),
        ("benchmarks", ("measured_on",)),
    ):
        for index, row in enumerate(data.get(section, ())):
            yield from (((section, index, name), row[name]) for name in names if name in row)
    for index, reading in enumerate(data.get("readings", ())):
        yield from ((("readings", index, "values", day), day) for day in reading["values"])
    for index, offering in enumerate(data.get("offerings", ())):
        for number, evidence in enumerate(offering.get("evidence", ())):
            if "date" in evidence:
                yield ("offerings", index, "evidence", number, "date"), evidence["date"]
