"""Turns the checked files of a folder into records. Nothing can go wrong here that `checks` has not caught."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from catalog import licences
from catalog.choices import DATE_SIGNALS
from catalog.factsheet import FACTS
from catalog.importers import records as r
from catalog.importers.documents import Document, Path_
from catalog.importers.manifest.folder import Folder, own_source_slug

EPOCH = dt.date(1970, 1, 1)
Row = dict[str, Any]


def records_of(folder: Folder) -> r.Records:
    return r.Records(
        categories=tuple(
            r.CategoryRecord(d["slug"], d["name"], d.get("description", ""), _place(document, path))
            for document, path, d in folder.lists["categories"]
        ),
        publishers=tuple(
            r.PublisherRecord(d["slug"], d["name"], d.get("homepage", "")) for d in folder.rows("publishers")
        ),
        capabilities=tuple(
            _capability(d, _place(document, path)) for document, path, d in folder.lists["capabilities"]
        ),
        sources=(
            *(_source(d["key"], d, _place(document, path)) for document, path, d in folder.lists["sources"]),
            *_own_sources(folder),
        ),
        artifacts=tuple(
            _artifact(data, {d["key"] for d in folder.rows("sources")}, _place(document, ()))
            for document, data in folder.artifacts
        ),
    )


def _own_sources(folder: Folder) -> Iterator[r.SourceRecord]:
    for document, data in folder.artifacts:
        for key, source in data.get("sources", {}).items():
            yield _source(own_source_slug(data["slug"], key), source, _place(document, ("sources", key)))


def _place(document: Document, path: Path_) -> r.Place:
    """The lines of what stands at the path, two steps deep."""
    depth = len(path)
    lines = {
        ".".join(map(str, below[depth:])): line
        for below, line in document.lines.items()
        if below[:depth] == path and len(below) <= depth + 2
    }
    return r.Place(document.place, lines)


def _date(row: Row, name: str) -> dt.date | None:
    return dt.date.fromisoformat(row[name]) if name in row else None


def _decimal(row: Row, name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None


def _capability(d: Row, place: r.Place) -> r.CapabilityRecord:
    return r.CapabilityRecord(
        d["key"], d["name"], d.get("description", ""), tuple(d.get("synonyms", ())), d.get("broader", ""), place
    )


def _source(slug: str, d: Row, place: r.Place) -> r.SourceRecord:
    return r.SourceRecord(
        slug=slug,
        title=d["title"],
        kind=d["kind"],
        url=d.get("url", ""),
        publisher=d.get("publisher", ""),
        licence=d.get("licence", ""),
        place=place,
    )


def _artifact(d: Row, shared: set[str], place: r.Place) -> r.ArtifactRecord:
    def cite(row: Row) -> str:
        key = row.get("source", "")
        return key if key in shared or not key else own_source_slug(d["slug"], key)

    return r.ArtifactRecord(
        slug=d["slug"],
        name=d["name"],
        kind=d["kind"],
        tagline=d.get("tagline", ""),
        description=d.get("description", "").strip(),
        publisher=d.get("publisher", ""),
        licence=licences.canonical(d.get("licence", "")),
        homepage=d.get("homepage", ""),
        repository=d.get("repository", ""),
        ids=tuple(sorted(d.get("ids", {}).items())),
        categories=tuple(d.get("categories", ())),
        aliases=tuple(d.get("aliases", ())),
        lifecycle=d.get("lifecycle", "published"),
        deprecated_by=d.get("deprecated_by", ""),
        withdrawn_reason=d.get("withdrawn_reason", ""),
        facts=tuple(
            r.FactRecord(
                f["name"],
                FACTS[f["name"]].clean(f["value"]),
                cite(f),
                f.get("origin", "observed"),
                _date(f, "retrieved"),
            )
            for f in d.get("facts", ())
        ),
        prices=tuple(
            r.PriceRecord(
                provider=p["provider"],
                meter=p["meter"],
                amount=Decimal(p["amount"]),
                source=cite(p),
                currency=p.get("currency", "USD"),
                per=p.get("per", 1),
                tier=p.get("tier", ""),
                valid_from=_date(p, "valid_from"),
                valid_to=_date(p, "valid_to"),
                retrieved_on=_date(p, "retrieved"),
            )
            for p in d.get("prices", ())
        ),
        benchmarks=tuple(
            r.BenchmarkRecord(
                benchmark=b["benchmark"],
                score=Decimal(b["score"]),
                metric=b["metric"],
                source=cite(b),
                version=b.get("version", ""),
                benchmark_artifact=b.get("artifact", ""),
                low=_decimal(b, "low"),
                high=_decimal(b, "high"),
                higher_is_better=b.get("higher_is_better", True),
                measured_on=_date(b, "measured_on"),
                standing=b.get("standing", "claimed"),
            )
            for b in d.get("benchmarks", ())
        ),
        lineage=tuple(
            r.LineageRecord(
                x["relation"], x["artifact"], x.get("detail", ""), cite(x), x.get("keeps_architecture", True)
            )
            for x in d.get("lineage", ())
        ),
        readings=tuple(
            r.ReadingRecord(x["signal"], dt.date.fromisoformat(day), _reading(x["signal"], value), cite(x))
            for x in d.get("readings", ())
            for day, value in x["values"].items()
        ),
        offerings=tuple(_offering(o, cite) for o in d.get("offerings", ())),
        place=place,
    )


def _reading(signal: str, value: Any) -> float:
    return float((dt.date.fromisoformat(value) - EPOCH).days) if signal in DATE_SIGNALS else float(value)


def _offering(o: Row, cite: Any) -> r.OfferingRecord:
    return r.OfferingRecord(
        capability=o["capability"],
        title=o["title"].strip(),
        description=o["description"].strip(),
        unique=o.get("unique", "").strip(),
        intents=tuple(o.get("intents", ())),
        best_for=tuple(o.get("best_for", ())),
        limitations=tuple(o.get("limitations", ())),
        requires=tuple(o.get("requires", ())),
        input_types=tuple(o.get("input", ())),
        output_types=tuple(o.get("output", ())),
        failure_modes=tuple(
            {"mode": m["mode"], "frequency": m.get("frequency", "unknown"), "mitigation": m.get("mitigation", "")}
            for m in o.get("failure_modes", ())
        ),
        evidence=tuple(
            r.EvidenceRecord(cite(e), e.get("quote", "").strip(), _date(e, "date"), e.get("origin", "observed"))
            for e in o.get("evidence", ())
        ),
        contrasts=tuple(r.ContrastRecord(c["artifact"], c["text"].strip()) for c in o.get("against", ())),
        taken_apart_by=o.get("by", "editor"),
    )
