"""A comparison as JSON: what `.json` and the API answer with. Pure.

The keys of api.md's shape are fixed; what stands beside them may grow. Each key has a function of its own, so that
`fields=` makes nothing that nobody asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from catalog import wording
from catalog.confidence import Confidence
from catalog.parts import Cited, Mention, OfferingPart, Statement
from catalog.storable import isolated
from catalog.wording import day
from ranking.comparison.changes import Changes
from ranking.comparison.preferences import WEIGHED
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityCell, CapabilityRow, Cell, FactRow, Table

Json = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """A table with where it is read: what every file is made from."""

    table: Table
    #: https://unfragile.example, without a slash at its end.
    root: str
    #: What has changed since; None where the table is today's.
    changes: Changes | None = None

    @property
    def address(self) -> str:
        """The comparison's page; of a day in the past, on that day, and with what the reader asked of it."""
        page = f"{self.root}{reverse('ranking:comparison-file', args=[self.table.key, 'json']).removesuffix('.json')}/"
        query = [] if self.changes is None else [("at", self.table.at.isoformat())]
        query += self.table.preferences.asked
        return f"{page}?{urlencode(query)}" if query else page

    @property
    def title(self) -> str:
        names = [isolated(it.name) for it in self.table.subjects]
        return ", ".join([*names[:-2], " and ".join(names[-2:])])

    @property
    def citation(self) -> str:
        """In a line: what, when, from which ranks, by which weights, where."""
        number = self.table.generation
        ranks = f"generation {number}" if number else "before the first generation"
        if self.changes is not None and self.changes.ranks_of is not None:
            ranks = f"ranks of {day(self.changes.ranks_of)}"
        given = self.table.preferences.weights
        weights = wording.listed([f"{name} {given[name]:g}" for name in WEIGHED if given.get(name)])
        by = f", weighed by {weights}" if weights else ""
        return f"{self.title}. Unfragile, {ranks}, {day(self.table.at)}{by}. {self.address}"

    def artifact(self, slug: str) -> str:
        return self.absolute(reverse("catalog:artifact-detail", args=[slug]))

    def rank(self, slug: str) -> str:
        """Where every point of it is explained."""
        return self.absolute(reverse("ranking:rank-detail", args=[slug]))

    def absolute(self, path: str) -> str:
        return f"{self.root}{path}" if path.startswith("/") else path


def document_of(edition: Edition, fields: Collection[str] | None = None) -> Json:
    """All of it, or only these keys."""
    return {name: make(edition) for name, make in PARTS.items() if fields is None or name in fields}


def _artifact(it: Subject, edition: Edition) -> Json:
    return {
        "slug": it.slug,
        "name": it.name,
        "kind": it.kind,
        "tagline": it.tagline,
        "url": edition.artifact(it.slug),
        "rank": _rank(it, edition.table.generation),
        "rank_url": edition.rank(it.slug),
        "verified": it.is_verified,
        "publisher": it.publisher,
    }


def _rank(it: Subject, generation: int | None) -> Json | None:
    if it.ranked is None:
        return None
    standing = it.ranked.standing
    return {
        "score": standing.score,
        "low": standing.low,
        "high": standing.high,
        "percentile": it.ranked.percentile,
        "coverage": it.ranked.coverage,
        "generation": generation,
    }


def _fact(row: FactRow, edition: Edition) -> Json:
    return {
        "name": row.name,
        "label": row.label,
        "group": str(row.group),
        "cells": [_cell(cell, edition) for cell in row.cells],
        "differs": row.differs,
        "better": row.better,
    }


def _cell(cell: Cell, edition: Edition) -> Json:
    return {
        "value": cell.value,
        "text": cell.text,
        "state": str(cell.state),
        "mark": cell.mark,
        "note": cell.note,
        "sources": [_statement(said, edition) for said in cell.said],
    }


def _statement(said: Statement, edition: Edition) -> Json:
    return {
        **_source(said.source, edition),
        "value": said.value,
        "text": said.text,
        "origin": said.origin,
        "retrieved_on": _date(said.retrieved_on),
        "of": _mention(said.of, edition) if said.of else None,
        "condition": said.condition,
    }


def _source(cited: Cited, edition: Edition) -> Json:
    return {
        "slug": cited.slug,
        "title": cited.title,
        "url": edition.absolute(cited.link),
        "kind": cited.kind,
        "publisher": cited.publisher_name,
    }


def _mention(other: Mention, edition: Edition) -> Json:
    return {"slug": other.slug, "name": other.name, "kind": other.kind, "url": edition.artifact(other.slug)}


def _date(on: dt.date | None) -> str | None:
    return None if on is None else on.isoformat()


def _capability(row: CapabilityRow, edition: Edition) -> Json:
    return {
        "capability": row.slug,
        "name": row.name,
        "label": row.label,
        "uri": row.uri,
        "group": row.group,
        "joined": list(row.joined),
        "cells": [_capability_cell(cell, edition) for cell in row.cells],
        "differs": row.differs,
    }


def _capability_cell(cell: CapabilityCell, edition: Edition) -> Json:
    offerings = [_offering(part, edition) for part in cell.offerings]
    return {
        "state": str(cell.state),
        "offering": offerings[0] if offerings else None,
        "offerings": offerings,
        "confidence": _confidence(cell.confidence) if cell.confidence else None,
        "note": cell.note,
        "sources": [_statement(said, edition) for said in cell.said],
    }


def _confidence(found: Confidence) -> Json:
    return {"level": found.level.name.lower(), "score": found.score, "reason": found.reason}


def _offering(part: OfferingPart, edition: Edition) -> Json:
    return {
        "capability": part.capability_slug,
        "title": part.title,
        "description": part.description,
        "unique": part.unique,
        "confidence": _confidence(part.confidence),
        "evidence": [
            {
                "source": _source(line.source, edition),
                "quote": line.quote,
                "dated_on": _date(line.on),
                "origin": line.origin,
            }
            for line in part.evidence
        ],
        "against": [
            {
                "artifact": _mention(line.other, edition),
                "text": line.text,
                "reply": {"text": line.reply, "dated_on": _date(line.replied_on)} if line.replied_on else None,
            }
            for line in part.against
        ],
        "best_for": part.best_for,
        "limitations": part.limitations,
        "requires": part.requires,
        "input_types": part.input_types,
        "output_types": part.output_types,
        "failure_modes": [
            {"mode": mode.mode, "frequency": mode.frequency, "mitigation": mode.mitigation}
            for mode in part.failure_modes
        ],
        "taken_apart_by": part.by,
    }


def _verdict(edition: Edition) -> Json:
    verdict = edition.table.verdict
    return {
        "sentence": verdict.sentence,
        "outcome": str(verdict.outcome),
        "winner": verdict.winner,
        "probability": verdict.probability,
        "findings": [
            {"rule": it.rule, "text": it.text, "rows": list(it.rows), "favours": list(it.favours)}
            for it in verdict.findings
        ],
    }


def _preferences(edition: Edition) -> Json:
    asked = edition.table.preferences
    return {
        "input_tokens": asked.workload.input_tokens,
        "output_tokens": asked.workload.output_tokens,
        "calls": asked.workload.calls,
        "weights": dict(asked.weights),
        "capability": list(asked.capabilities),
        "licence": list(asked.licences),
    }


def _weighed(edition: Edition) -> Json | None:
    found = edition.table.weighed
    if found is None:
        return None
    return {
        "sentence": found.sentence,
        "outcome": str(found.outcome),
        "winner": found.winner,
        "robust": found.robust,
        "order": [
            {"slug": it.slug, "score": it.score, "ruled_out": list(it.ruled_out), "unknown": list(it.unknown)}
            for it in found.order
        ],
    }


def _changes(edition: Edition) -> Json | None:
    found = edition.changes
    if found is None:
        return None
    return {
        "ranks_of": _date(found.ranks_of),
        "facts_from": _date(found.facts_from),
        "note": found.note,
        "rows": [
            {
                "name": it.name,
                "label": it.label,
                "artifact": it.slug,
                "then": it.then,
                "now": it.now,
                "beyond_band": it.beyond_band,
            }
            for it in found.rows
        ],
    }


def _of_table(edition: Edition, name: str) -> Any:
    return getattr(edition.table, name)


PARTS: Mapping[str, Callable[[Edition], Any]] = {
    "key": partial(_of_table, name="key"),
    "url": lambda edition: edition.address,
    "artifacts": lambda edition: [_artifact(it, edition) for it in edition.table.subjects],
    "generation": partial(_of_table, name="generation"),
    "at": lambda edition: edition.table.at.isoformat(),
    "comparable": partial(_of_table, name="comparable"),
    "why_not": partial(_of_table, name="why_not"),
    "facts": lambda edition: [_fact(row, edition) for row in edition.table.facts],
    "capabilities": lambda edition: [_capability(row, edition) for row in edition.table.capabilities],
    "verdict": _verdict,
    "preferences": _preferences,
    "weighed": _weighed,
    "changes": _changes,
    "citation": lambda edition: edition.citation,
}
