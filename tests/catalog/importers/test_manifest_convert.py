"""Checked files become records: plain values, nothing lost, nothing made up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from catalog.importers.manifest import read_folder
from catalog.importers.records import (
    ArtifactRecord,
    BenchmarkRecord,
    CapabilityRecord,
    ContrastRecord,
    EvidenceRecord,
    FactRecord,
    LineageRecord,
    OfferingRecord,
    PriceRecord,
    PublisherRecord,
    ReadingRecord,
    Records,
    SourceRecord,
)
from tests.catalog.importers.sample import SAMPLE, Folder

APRIL, MAY = dt.date(2026, 4, 1), dt.date(2026, 5, 31)


@pytest.fixture(scope="module")
def records() -> Records:
    return read_folder(SAMPLE)


@pytest.fixture(scope="module")
def heron(records: Records) -> ArtifactRecord:
    return next(record for record in records.artifacts if record.slug == "heron-7b")


def test_everything_of_the_folder_is_there(records: Records) -> None:
    assert [record.slug for record in records.categories] == ["text-models", "corpora"]
    assert records.publishers == (
        PublisherRecord("heron", "Heron Labs", "https://heron.example"),
        PublisherRecord("price-watch", "Price Watch"),
    )
    assert records.capabilities[1] == CapabilityRecord(
        "text.summarisation", "Summarisation", "Says the same in fewer words.", ("summarization",), "text.generation"
    )
    assert [record.slug for record in records.artifacts] == ["heron-7b-chat", "heron-7b", "reeds"]


def test_shared_sources_keep_their_key_and_own_ones_carry_the_artifacts_slug(records: Records) -> None:
    assert [source.slug for source in records.sources] == ["price-list", "hub", "heron-7b-card"]
    assert records.sources[2] == SourceRecord(
        "heron-7b-card", "Model card of Heron 7B", "documentation", "https://heron.example/7b/card", "heron"
    )


def test_the_listing(heron: ArtifactRecord) -> None:
    assert heron.licence == "Apache-2.0"
    assert heron.description == "A text model of **seven** billion parameters."
    assert heron.lifecycle == "published"
    assert heron.ids == (("huggingface", "heron/Heron-7B"),)
    assert (heron.categories, heron.aliases) == (("text-models",), ("heron-small",))


def test_facts_are_cleaned_and_cited(heron: ArtifactRecord) -> None:
    assert heron.facts[0] == FactRecord("parameters_total", 7_000_000_000, "heron-7b-card", "observed", MAY)
    assert heron.facts[2] == FactRecord("context_window", 65_536, "price-list")
    assert heron.facts[3] == FactRecord("released", "2026-03", "heron-7b-card")


def test_prices_and_results_are_exact_decimals(heron: ArtifactRecord) -> None:
    assert heron.prices[0] == PriceRecord(
        "Marsh", "input_tokens", Decimal("0.20"), "price-list", per=1_000_000, valid_from=APRIL
    )
    assert heron.benchmarks == (
        BenchmarkRecord(
            "Reed score",
            Decimal("61.5"),
            "percent correct",
            "heron-7b-card",
            benchmark_artifact="reeds",
            low=Decimal("60.1"),
            high=Decimal("62.9"),
            measured_on=dt.date(2026, 5, 2),
        ),
    )


def test_readings_are_one_a_day_and_dates_are_days_since_1970(heron: ArtifactRecord) -> None:
    days = (dt.date(2026, 5, 12) - dt.date(1970, 1, 1)).days
    assert heron.readings == (
        ReadingRecord("likes", dt.date(2026, 4, 30), 120.0, "hub"),
        ReadingRecord("likes", MAY, 180.0, "hub"),
        ReadingRecord("last_commit", MAY, float(days), "hub"),
    )


def test_offerings(heron: ArtifactRecord) -> None:
    assert heron.offerings[0] == OfferingRecord(
        capability="text.generation",
        title="Writes on, calmly",
        description="Continues a text without getting excited.",
        unique="Knows when to stop.",
        intents=("write the next paragraph",),
        best_for=("long reports",),
        limitations=("English only",),
        requires=("16 GB of memory",),
        input_types=("text",),
        output_types=("text", "code"),
        failure_modes=({"mode": "Repeats itself", "frequency": "occasional", "mitigation": "Ask for less"},),
        evidence=(EvidenceRecord("heron-7b-card", "Heron continues text.", dt.date(2026, 3, 10)),),
        contrasts=(ContrastRecord("heron-7b-chat", "Takes no instructions, which the other does."),),
    )
    assert heron.offerings[1].evidence == ()


def test_lineage_without_a_source_has_none(records: Records) -> None:
    assert records.artifacts[0].lineage == (
        LineageRecord("derived_from", "heron-7b", "Fine-tune"),
        LineageRecord("trained_on", "reeds"),
    )


def test_what_a_file_leaves_out_stays_empty(records: Records) -> None:
    reeds = records.artifacts[2]
    assert (reeds.publisher, reeds.homepage, reeds.prices, reeds.offerings, reeds.readings) == ("", "", (), (), ())
    assert reeds.facts[0].retrieved_on is None


def test_a_smaller_statement_of_a_failure_mode_is_filled_with_unknown(folder: Folder) -> None:
    folder.replace(
        "artifacts/models/heron-7b.yaml", "        frequency: occasional\n        mitigation: Ask for less\n", ""
    )
    offering = read_folder(folder.path).artifacts[1].offerings[0]
    assert offering.failure_modes == ({"mode": "Repeats itself", "frequency": "unknown", "mitigation": ""},)
