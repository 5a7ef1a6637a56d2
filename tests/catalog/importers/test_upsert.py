"""The door by which imported facts reach the tables: what it writes, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.digest import catalog_digest
from catalog.importers.errors import CannotImport
from catalog.importers.manifest import read_folder
from catalog.importers.records import ArtifactRecord, Records
from catalog.importers.upsert import upsert
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    Category,
    Difference,
    Evidence,
    Fact,
    ImportRun,
    Lineage,
    Offering,
    Price,
    Proposal,
    Reading,
    Source,
)
from catalog.state import live_state
from tests.catalog.importers.sample import HERON, LATER, NOW, SAMPLE, Folder, heron, load
from tests.factories import make_artifact, make_capability

pytestmark = pytest.mark.django_db


# --- the first time ---------------------------------------------------------------------------------------------------


def test_everything_is_written(folder: Folder) -> None:
    assert str(load(folder)) == "read=3 new=3 changed=0 unchanged=0 refused=0 held=0"
    artifact = heron()
    assert (artifact.publisher.name, artifact.licence, artifact.lifecycle) == ("Heron Labs", "Apache-2.0", "published")
    assert (artifact.published_at, artifact.facts_changed_at is not None) == (NOW, True)
    assert [row.slug for row in artifact.categories.all()] == ["text-models"]
    assert [row.slug for row in artifact.aliases.all()] == ["heron-small"]
    assert artifact.facts.count() == 4
    assert artifact.prices.count() == 2
    assert artifact.readings.count() == 3
    assert artifact.benchmark_results.get().benchmark_artifact.slug == "reeds"
    assert [row.capability.key for row in artifact.offerings.order_by("position")] == [
        "text.generation",
        "text.summarisation",
    ]
    assert artifact.offerings.first().contrasts.get().artifact.slug == "heron-7b-chat"
    assert Evidence.objects.get(offering__artifact=artifact).source.slug == "heron-7b-card"
    assert Lineage.objects.get(relation="derived_from").parent == artifact
    assert Capability.objects.get(key="text.summarisation").broader.key == "text.generation"


def test_derived_columns_are_up_to_date(folder: Folder) -> None:
    load(folder)
    artifact = heron()
    assert (artifact.licence_class, artifact.price_class, artifact.offering_count) == ("permissive", "paid", 2)
    assert artifact.disputed_count == 1
    assert artifact.identifiers == {"huggingface": "heron/Heron-7B"}
    assert artifact.headline_price.meter == "input_tokens"
    # The fine-tune holds with its base's 32K, and is disputed by the same 64K.
    assert Fact.objects.get(artifact__slug="heron-7b-chat", name="context_window").is_disputed


def test_the_run_is_kept_with_its_counts_and_one_line_for_what_is_new(folder: Folder) -> None:
    load(folder)
    run = ImportRun.objects.get()
    assert (run.importer, run.state, run.origin) == ("manifest", "done", str(folder.path))
    assert (run.read_count, run.new_count, run.changed_count) == (3, 3, 0)
    assert run.started_at == NOW
    assert run.finished_at is not None
    assert list(run.differences.values_list("subject", "before")) == [("listing", None)] * 3


def test_it_is_one_step_of_the_version_and_one_event(
    folder: Folder, django_capture_on_commit_callbacks: Any, heard: list[frozenset[int]]
) -> None:
    before = live_state().version
    with django_capture_on_commit_callbacks(execute=True):
        load(folder)
    assert live_state().version == before + 1
    assert heard == [frozenset(Artifact.objects.values_list("pk", flat=True))]


# --- the second time --------------------------------------------------------------------------------------------------


def test_twice_changes_nothing(
    folder: Folder, django_capture_on_commit_callbacks: Any, heard: list[frozenset[int]]
) -> None:
    load(folder)
    digest, version, differences = catalog_digest(), live_state().version, Difference.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        assert str(load(folder, now=LATER)) == "read=3 new=0 changed=0 unchanged=3 refused=0 held=0"
    assert catalog_digest() == digest
    assert live_state().version == version
    assert Difference.objects.count() == differences
    assert heard == []


def test_a_changed_file_changes_only_what_it_says(folder: Folder) -> None:
    load(folder)
    tables = (Artifact, Fact, Price, Offering, Evidence, BenchmarkResult, Reading, Lineage, Source, Capability)
    before = {model: {row["id"]: row for row in model._default_manager.values()} for model in tables}
    folder.replace(HERON, '    amount: "0.20"', '    amount: "0.15"')
    folder.replace(HERON, "tagline: A small model", "tagline: A little model")
    assert str(load(folder, now=LATER)) == "read=3 new=0 changed=1 unchanged=2 refused=0 held=0"
    changed = [
        (model.__name__, sorted(name for name in row if row[name] != before[model][pk][name]))
        for model in tables
        for pk, row in ((row["id"], row) for row in model._default_manager.values())
        if row != before[model][pk]
    ]
    assert changed == [("Artifact", ["facts_changed_at", "listed_version", "tagline"]), ("Price", ["amount"])]
    run = ImportRun.objects.latest("id")
    rows = [(d.artifact.slug, d.subject, d.before, d.after) for d in run.differences.order_by("id")]
    assert rows == [
        (
            "heron-7b",
            "listing",
            {"tagline": "A small model that stands still and waits"},
            {"tagline": "A little model that stands still and waits"},
        ),
        ("heron-7b", "price at Marsh", {"amount": "0.200000000000"}, {"amount": "0.15"}),
    ]


def test_what_is_added_to_a_standing_artifact_is_listed_line_by_line(folder: Folder) -> None:
    load(folder)
    folder.replace(HERON, "      2026-05-31: 180\n", "      2026-05-31: 180\n      2026-06-30: 200\n")
    folder.append(HERON, "  - capability: vision.detection\n    title: Sees\n    description: Sees things.\n")
    load(folder, now=LATER)
    assert [(d.subject, d.before) for d in ImportRun.objects.latest("id").differences.order_by("id")] == [
        ("reading of likes", None),
        ("offering vision.detection", None),
    ]


def test_nothing_is_deleted_when_a_file_no_longer_says_it(folder: Folder) -> None:
    load(folder)
    digest = catalog_digest()
    folder.replace(HERON, "      2026-04-30: 120\n", "")
    folder.replace(HERON, "  - name: released\n    value: 2026-03\n    source: card\n", "")
    (folder.path / "artifacts/reeds.yaml").rename(folder.path / "kept.txt")
    folder.replace("artifacts/models/heron-7b-chat.yaml", "  - relation: trained_on\n    artifact: reeds\n", "")
    folder.replace(HERON, "    artifact: reeds\n", "")
    folder.replace(HERON, "- benchmark: Reed score", "- benchmark: Other score")
    load(folder, now=LATER)
    assert Artifact.objects.filter(slug="reeds").exists()
    assert BenchmarkResult.objects.count() == 2
    BenchmarkResult.objects.get(benchmark="Other score").delete()
    assert catalog_digest() == digest


def test_a_value_that_changes_is_written_down_anew_and_one_that_stays_is_not(folder: Folder) -> None:
    load(folder)
    folder.replace(HERON, "    value: 65536", "    value: 131072")
    load(folder, now=LATER)
    recorded = dict(heron().facts.filter(name="context_window").values_list("value", "recorded_at"))
    assert recorded == {32_768: NOW, 131_072: LATER}


# --- trial runs, refusals, failures -----------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_change_and_writes_nothing(folder: Folder) -> None:
    empty = catalog_digest()
    assert load(folder, is_dry_run=True).new == 3
    assert catalog_digest() == empty
    assert not ImportRun.objects.exists()
    assert live_state().version == 0
    load(folder)
    folder.replace(HERON, '    amount: "0.20"', '    amount: "0.15"')
    digest = catalog_digest()
    assert load(folder, is_dry_run=True).changed == 1
    assert (catalog_digest(), ImportRun.objects.count()) == (digest, 1)


def test_a_refused_folder_leaves_nothing_but_the_run(folder: Folder) -> None:
    load(folder)
    digest, version = catalog_digest(), live_state().version
    folder.replace(HERON, "tagline: A small model", "tagline: A little model")
    folder.replace(HERON, '    amount: "0.20"', '    amount: "-0.20"')
    with pytest.raises(CannotImport):
        load(folder, now=LATER)
    assert (catalog_digest(), live_state().version) == (digest, version)
    run = ImportRun.objects.latest("id")
    assert (run.state, run.refused_count, run.finished_at) == ("refused", 1, LATER)
    assert run.error.startswith(f"{HERON}:{folder.line_of(HERON, '-0.20')}: ")


def test_a_refused_dry_run_leaves_nothing_at_all(folder: Folder) -> None:
    folder.replace(HERON, '    amount: "0.20"', '    amount: "-0.20"')
    with pytest.raises(CannotImport):
        load(folder, is_dry_run=True)
    assert not ImportRun.objects.exists()


def other_thing_with_an_id() -> None:
    first = make_artifact(slug="other")
    first.identifier_rows.create(scheme="huggingface", value="heron/reeds", key="heron/reeds")
    second = make_artifact(slug="another")
    second.identifier_rows.create(scheme="repository", value="x", key="github.com/heron/corpora#reeds")


def alias_that_is_taken() -> None:
    Alias.objects.create(slug="heron-small", artifact=make_artifact())


def alias_that_is_a_slug() -> None:
    make_artifact(slug="heron-small")


def name_that_is_taken() -> None:
    make_capability(key="birds.generation", name="Text generation")


def address_that_is_taken() -> None:
    make_capability(key="birds.generation", name="Birdsong", slug="text-generation")


def category_name_that_is_taken() -> None:
    Category.objects.create(slug="birds", name="Corpora")


@pytest.mark.parametrize(
    ("clash", "words"),
    [
        (other_thing_with_an_id, ["artifacts/reeds.yaml:", "another, other"]),
        (alias_that_is_taken, ["heron-small", "redirects to another artifact already"]),
        (alias_that_is_a_slug, ["heron-small", "would hide it"]),
        (name_that_is_taken, ["capabilities.yaml:", "birds.generation"]),
        (address_that_is_taken, ["capabilities.yaml:", "birds.generation"]),
        (category_name_that_is_taken, ["categories.yaml:", "birds"]),
    ],
)
def test_a_clash_with_what_stands_is_named_and_nothing_is_half_loaded(
    folder: Folder, clash: Any, words: list[str]
) -> None:
    clash()
    digest, version = catalog_digest(), live_state().version
    with pytest.raises(CannotImport) as refusal:
        load(folder)
    assert all(word in str(refusal.value) for word in words)
    assert (catalog_digest(), live_state().version) == (digest, version)
    assert ImportRun.objects.get().state == "refused"


def test_two_records_with_one_identity_are_refused(folder: Folder) -> None:
    """Importers other than that of folders hand over whatever they read."""
    twins = tuple(ArtifactRecord(slug, slug, "mcp", ids=(("npm", "@acme/tool"),)) for slug in ("one", "two"))
    with pytest.raises(CannotImport, match="two"):
        upsert(Records(artifacts=twins), importer="test", origin="x", now=NOW)
    assert not Artifact.objects.exists()


def test_a_failure_halfway_leaves_nothing_but_the_run_that_says_why(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    empty = catalog_digest()
    monkeypatch.setattr("catalog.importers.upsert.details._upsert_offerings", fail)
    with pytest.raises(RuntimeError):
        load(folder)
    assert catalog_digest() == empty
    run = ImportRun.objects.get()
    assert (run.state, run.error) == ("failed", "RuntimeError: the disk is full")
    assert run.finished_at is not None


def test_a_failure_that_only_the_tables_see_leaves_nothing_either(folder: Folder) -> None:
    records = read_folder(folder.path)
    broken = ArtifactRecord("egret-vs-crane", "Egret", "model")
    empty = catalog_digest()
    with pytest.raises(Exception, match="artifact_slug_without_vs"):
        upsert(
            Records(**{**records.__dict__, "artifacts": (*records.artifacts, broken)}),
            importer="test",
            origin="x",
            now=NOW,
        )
    assert catalog_digest() == empty
    assert ImportRun.objects.get().state == "failed"


# --- cost -------------------------------------------------------------------------------------------------------------


def herd(size: int) -> Records:
    records = read_folder(SAMPLE)
    model = next(record for record in records.artifacts if record.slug == "heron-7b")
    offerings = tuple(replace(offering, contrasts=()) for offering in model.offerings)
    herd = tuple(
        replace(model, slug=f"h-{n}", ids=(("npm", f"h-{n}"),), aliases=(f"a-{n}",), benchmarks=(), offerings=offerings)
        for n in range(size)
    )
    return replace(records, artifacts=herd)


def queries_for(size: int, django_assert_max_num_queries: Any) -> list[int]:
    counted = []
    records = herd(size)
    changed = replace(
        records,
        artifacts=tuple(
            replace(a, tagline="Other", facts=tuple(replace(f, retrieved_on=NOW.date()) for f in a.facts))
            for a in records.artifacts
        ),
    )
    for version in (records, records, changed):  # all new, nothing new, all changed
        with django_assert_max_num_queries(1_000) as queries:
            upsert(version, importer="test", origin="x", now=NOW)
        counted.append(len(queries))
    for model in (Difference, Proposal, ImportRun, Artifact):
        model.objects.all().delete()
    return counted


def test_the_number_of_queries_does_not_grow_with_the_number_of_artifacts(django_assert_max_num_queries: Any) -> None:
    queries_for(1, django_assert_max_num_queries)  # the vocabulary and the rest of what is shared
    few = queries_for(5, django_assert_max_num_queries)
    many = queries_for(50, django_assert_max_num_queries)
    # SQLite takes 999 values in one INSERT, so that many rows go in several; one query an artifact would be 45 more.
    assert all(m <= f + 10 for f, m in zip(few, many, strict=True)), (few, many)
    assert max(few) <= 90
