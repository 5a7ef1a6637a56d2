"""The shipped demo catalog: it loads clean, is as large as promised, and invents nothing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.desk.links import check
from catalog.desk.mending import suggestion
from catalog.digest import catalog_digest
from catalog.importers.manifest import read_folder
from catalog.importers.records import ArtifactRecord, Records
from catalog.importers.run import import_from
from catalog.models import Artifact, BrokenLink, Difference, Fact

DEMO = Path(settings.BASE_DIR) / "unfragile_site" / "demo"
#: As product.md names them.
NAMED = [
    "Mixtral 8x22B Instruct",
    "Mixtral 8x22B",
    "Mixtral 8x7B",
    "Mistral Small 3.1 24B",
    "The Stack v2",
    "Mistral Large 3 2512",
    "Gemma 4 26B A4B",
    "Qwen3.5-122B-A10B",
    "MiMo-V2-Flash",
    "Ministral 3 8B 2512",
    "DeepSeek-V3.2",
    "Hugging Face Hub",
]
PLACEHOLDER = re.compile(r"\b(undefined|TODO|FIXME|TBD|[Ll]orem|ipsum|N/A|n/a|NaN|foo)\b|\?{3}|^(None|-|—)$")


@pytest.fixture(scope="module")
def records() -> Records:
    return read_folder(DEMO)


@pytest.fixture(scope="module")
def by_name(records: Records) -> dict[str, ArtifactRecord]:
    return {record.name: record for record in records.artifacts}


def test_it_has_the_promised_numbers(records: Records) -> None:
    artifacts = [record for record in records.artifacts if record.lifecycle == "published"]
    assert len(artifacts) >= 60
    assert len({record.kind for record in artifacts}) >= 10
    assert len(records.capabilities) >= 120
    assert sum(len(record.offerings) for record in artifacts) >= 350
    assert sum(bool(record.readings) for record in artifacts) >= 40
    rivals = Counter(record.kind for record in artifacts)
    assert sum(n >= 8 for n in rivals.values()) >= 2


@pytest.mark.parametrize("name", NAMED)
def test_every_artifact_named_in_the_founding_documents_is_there(by_name: dict[str, ArtifactRecord], name: str) -> None:
    plain = {re.sub(r"[\s-]+", " ", known) for known in by_name}
    assert re.sub(r"[\s-]+", " ", name) in plain


def test_the_tutorials_repository_is_there(by_name: dict[str, ArtifactRecord]) -> None:
    assert [
        r.kind for name, r in by_name.items() if re.search(r"stable.diffusion.*tutorials", name, re.IGNORECASE)
    ] == ["repo"]


def test_every_artifact_offers_something_and_says_what_it_is(records: Records) -> None:
    for record in records.artifacts:
        assert record.offerings, record.slug
        assert record.tagline, record.slug
        assert not record.tagline.endswith("."), record.slug
        assert len(record.description) > 100, record.slug
        assert record.ids or record.repository or record.homepage, record.slug
        assert record.categories, record.slug


def test_every_capability_is_described_and_all_but_a_few_are_offered(records: Records) -> None:
    """The vocabulary may be ahead of the artifacts by a word or two, not by a shelf of empty pages."""
    offered = {offering.capability for record in records.artifacts for offering in record.offerings}
    offered |= {record.broader for record in records.capabilities}
    assert all(record.description for record in records.capabilities)
    assert len([record.key for record in records.capabilities if record.key not in offered]) < 0.1 * len(
        records.capabilities
    )


def test_every_number_and_passage_has_a_source(records: Records) -> None:
    sources = {source.slug for source in records.sources}
    for record in records.artifacts:
        rows = (*record.facts, *record.prices, *record.benchmarks, *record.readings)
        assert all(row.source in sources for row in rows), record.slug
        assert all(e.source in sources for offering in record.offerings for e in offering.evidence), record.slug


def test_nearly_every_offering_has_evidence(records: Records) -> None:
    """Where nothing quotable is at hand, none is made up: the page then says that there is no evidence."""
    offerings = [offering for record in records.artifacts for offering in record.offerings]
    assert sum(bool(offering.evidence) for offering in offerings) > 0.9 * len(offerings)


def test_sources_say_where_they_are(records: Records) -> None:
    """The founding documents are on no public page, what is made up for the demo on none at all; the rest is."""
    assert [source.slug for source in records.sources if not source.url] == ["founding-documents", "demo-figures"]


def test_nobody_takes_what_is_made_up_for_measured(records: Records) -> None:
    """What the demo is ranked by comes from one source, whose title says what it is; the rest is of real sources."""
    titles = {source.slug: source.title for source in records.sources}
    made_up = {
        titles[row.source] for record in records.artifacts for row in record.readings if row.source.startswith("demo")
    }
    assert made_up == {"Illustrative figures of the demo catalog, not measured"}


def test_quotes_are_short(records: Records) -> None:
    quotes = [e.quote for record in records.artifacts for offering in record.offerings for e in offering.evidence]
    assert max(map(len, quotes)) <= 300
    assert sum(map(bool, quotes)) > 100


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        return texts(list(value.values()))
    return texts(list(vars(value).values())) if hasattr(value, "__dataclass_fields__") else []


def test_no_placeholder_anywhere(records: Records) -> None:
    found = [text for text in texts(records) if PLACEHOLDER.search(text)]
    assert found == []


def test_no_text_is_used_twice_as_a_description(records: Records) -> None:
    descriptions = Counter(o.description for r in records.artifacts for o in r.offerings) + Counter(
        r.description for r in records.artifacts
    )
    assert [text for text, n in descriptions.items() if n > 1] == []


def test_readings_are_dated_in_the_past_and_some_run_over_months(records: Records) -> None:
    spans = []
    for record in records.artifacts:
        by_signal: dict[tuple[str, str], list[Any]] = {}
        for reading in record.readings:
            assert reading.observed_on <= timezone.now().date(), record.slug
            by_signal.setdefault((reading.signal, reading.source), []).append(reading.observed_on)
        spans += [(max(days) - min(days)).days for days in by_signal.values()]
    assert max(spans) > 90


@pytest.mark.django_db
def test_it_loads_and_twice_changes_nothing() -> None:
    first = import_from("manifest", str(DEMO), now=timezone.now()).counts
    assert (first.new, first.refused, first.held) == (first.read, 0, 0)

    founding = {"mixtral-8x22b": {"parameters_total", "parameters_active", "context_window"}}
    for slug, names in founding.items():
        disputed = set(Fact.objects.disputed().filter(artifact__slug=slug).values_list("name", flat=True))
        assert names <= disputed
    assert Artifact.objects.filter(disputed_count__gt=0).count() >= 2
    assert not Artifact.objects.filter(offering_count=0).exists()
    values = {row.value for row in Fact.objects.filter(artifact__slug="mixtral-8x22b", name="parameters_total")}
    assert len(values) > 1 or 176_000_000_000 in values

    digest, differences = catalog_digest(), Difference.objects.count()
    second = import_from("manifest", str(DEMO), now=timezone.now()).counts
    assert (second.new, second.changed, second.unchanged) == (0, 0, second.read)
    assert (catalog_digest(), Difference.objects.count()) == (digest, differences)

    # Editors find a link to mend at their first log-in: one that is mistyped, one that has moved.
    check(now=timezone.now())
    assert {(row.wrong, suggestion(row)) for row in BrokenLink.objects.all()} == {
        ("not_found", "/artifacts/fetch-mcp/"),
        ("moved", "/artifacts/mixtral-8x22b/"),
    }
