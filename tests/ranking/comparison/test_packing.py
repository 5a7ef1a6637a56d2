"""What a weekly sheet holds comes back as it was, and a new one is written only where somebody says something else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from catalog.confidence import Confidence, Level
from catalog.parts import AgainstLine, EvidenceLine, FailureMode, Mention
from ranking.comparison.packing import digest_of, packed, unpacked
from ranking.comparison.subject import Subject
from tests.ranking.comparison.subjects import DAY, cited, fact, offering, price, ranked, result, subject, terms_of

LATER = dt.date(2026, 9, 1)


def full() -> Subject:
    return subject(
        ranked=ranked(60),
        facts=(fact("context_window", 32_000, 64_000), fact("open_weights", False), fact("languages", ["en"])),
        prices=(price("0.10"), price("0", "download", provider="Beta")),
        results=(result("8.30", low=None), result("7", benchmark="Arena")),
        offerings=(
            offering(
                "code",
                best_for=["short"],
                evidence=[EvidenceLine(cited("Code", id=2, slug="code"), "It does.", DAY, "observed")],
                failure_modes=[FailureMode("Stops", "rare", "Rare", "Ask again.")],
                against=[AgainstLine(Mention("beta", "Beta", "model"), "Faster.")],
            ),
        ),
        derived_from=("base",),
        is_verified=True,
        tagline="Does it",
    )


def test_it_comes_back_as_it_was_but_for_the_rank() -> None:
    """Also through JSON, as a database keeps it. No false, nought or empty list is taken for nothing."""
    it, terms = full(), terms_of(full(), broader={"code": "work"})
    body = json.loads(json.dumps(packed(it, list(terms.values()))))
    back, words = unpacked(body)
    assert back == replace(it, ranked=None)
    assert words == list(terms.values())


def test_each_source_is_written_once() -> None:
    body = packed(full(), [])
    titles = [source["title"] for source in body["sources"]]
    assert sorted(set(titles)) == sorted(titles)


def test_a_body_of_another_version_can_be_read() -> None:
    """What it has not reads as empty, what nobody knows any more is skipped."""
    body = packed(full(), [])
    body["subject"]["formerly"] = 1
    del body["subject"]["tagline"]
    body["sources"][0]["once"] = "more"
    back, _ = unpacked(body)
    assert back.tagline == ""


def later(it: Subject) -> Subject:
    """The same three months on, read again by an importer, shown and chosen meanwhile."""
    aged = [
        replace(part, age="3 months old", state="stale" if part.state == "known" else part.state,
                statements=[replace(said, retrieved_on=LATER) for said in part.statements])
        for part in it.facts
    ]  # fmt: skip
    sure = Confidence(Level.MEDIUM, 0.41, "An older source.")
    return replace(
        it,
        facts=tuple(aged),
        prices=tuple(replace(part, retrieved_on=LATER) for part in it.prices),
        offerings=tuple(replace(part, confidence=sure) for part in it.offerings),
        ranked=ranked(20),
        shown=12,
        chosen=3,
    )


def test_time_alone_makes_no_new_sheet() -> None:
    assert digest_of(later(full())) == digest_of(full())


@pytest.mark.parametrize(
    "change",
    [
        {"licence": "Apache-2.0"},
        {"is_verified": False},
        {"prices": (price("0.20"),)},
        {"facts": (fact("context_window", 32_000),)},
        {"results": (result("8.40"),)},
        {"offerings": ()},
        {"offerings": (offering("code", description="Does more."),)},
        {"offerings": (offering("code", Level.LOW),)},
    ],
)
def test_whatever_anybody_says_anew_makes_one(change: dict[str, Any]) -> None:
    assert digest_of(replace(full(), **change)) != digest_of(full())
