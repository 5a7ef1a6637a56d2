"""What rests on a source."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.pages import citations as module
from catalog.pages.citations import Citation, citations_of
from tests.factories import (
    make_artifact,
    make_capability,
    make_evidence,
    make_fact,
    make_offering,
    make_price,
    make_reading,
    make_result,
    make_source,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 31)


def test_every_sort_of_statement_is_listed_in_words() -> None:
    source, artifact = make_source(), make_artifact(slug="heron", name="Heron")
    make_fact(artifact=artifact, source=source, value=32_768, retrieved_on=DAY)
    make_price(artifact=artifact, source=source, provider="Marsh", amount="2.00")
    make_result(
        artifact=artifact, source=source, benchmark="Reeds", score="8.30", metric="score of 10", measured_on=DAY
    )
    make_reading(artifact=artifact, source=source, signal="likes", value=180)
    offering = make_offering(artifact=artifact, capability=make_capability(name="Summarisation"))
    make_evidence(offering=offering, source=source, quote="It condenses.", dated_on=DAY)
    found = citations_of(source)
    assert found.total == 5
    assert found.shown == [
        Citation("heron", "Heron", "Context window", "32\u202f768 tokens", DAY),
        Citation("heron", "Heron", "Likes", "180", DAY),
        Citation("heron", "Heron", "Price at Marsh", "$2.00 per 1M input tokens", None),
        Citation("heron", "Heron", "Reeds", "8.3, score of 10", DAY),
        Citation("heron", "Heron", "Summarisation", "“It condenses.”", DAY),
    ]


def test_only_its_own_and_only_of_public_artifacts() -> None:
    source = make_source()
    make_fact()
    make_fact(source=source, artifact=make_artifact(lifecycle="draft"))
    make_evidence(
        source=source, offering=make_offering(artifact=make_artifact(lifecycle="withdrawn", withdrawn_reason="x"))
    )
    make_fact(source=source, artifact=make_artifact(lifecycle="deprecated"))
    assert citations_of(source).total == 1


def test_a_long_list_is_cut_and_the_total_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN", 2)
    source = make_source()
    for _ in range(4):
        make_fact(source=source)
    found = citations_of(source)
    assert (len(found.shown), found.total) == (2, 4)


def test_a_fact_that_the_registry_no_longer_knows_is_still_listed() -> None:
    source = make_source()
    make_fact(source=source, name="retired", value="x")
    assert [(c.what, c.text) for c in citations_of(source).shown] == [("retired", "x")]
