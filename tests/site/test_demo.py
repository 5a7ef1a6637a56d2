"""The demo site: work in every queue at the first log-in, ranks of every sort with half a year of history.

Loaded once for the module, in a transaction that is rolled back: each test changes what it likes and leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.desk.queues import open_to
from catalog.digest import catalog_digest
from catalog.models import Artifact, Generation, Proposal, Report, ReviewStep, Standing
from catalog.state import live_state
from ranking.configurations import formula_of, live_configuration
from ranking.document import document_of
from ranking.models import ComparisonNote, ComparisonTally, Hold, HoldReason, Sheet, Snapshot
from ranking.notes import featured, note_for
from ranking.scoring import ties
from unfragile_site import demo_notes
from unfragile_site.desk import WORK

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo")
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # so that what has to be outermost may be inside of it
    with django_db_blocker.unblock(), around:
        with override_settings(VAR_DIR=folder):
            call_command("demo", stdout=StringIO())
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Path, db: None, settings: Any) -> User:
    """Its editor."""
    settings.VAR_DIR = loaded
    return User.objects.get(username="editor")


def test_every_queue_has_work_for_the_editor(demo: User) -> None:
    now = timezone.now()
    assert [queue.key for queue in open_to(demo, WORK)] == list(WORK), "the editor of the demo may do all of it"
    idle = [queue.key for queue in open_to(demo, WORK) if not queue.count(demo, now)]
    assert idle == ["imports", "claimed-twice", "second-word", "replies"], "proofs wait until the site answers"


def test_loading_it_again_adds_nothing(demo: User) -> None:
    models = (Artifact, Proposal, Report, ReviewStep, Snapshot, Generation, Sheet, ComparisonNote, ComparisonTally)
    before = catalog_digest(), [model.objects.count() for model in models]
    call_command("demo", stdout=StringIO())
    assert (catalog_digest(), [model.objects.count() for model in models]) == before


def test_what_editors_have_begun_is_left_alone(demo: User) -> None:
    ReviewStep.objects.filter(artifact__slug="llamafile").delete()
    Artifact.objects.get(slug="llamafile").delete()
    call_command("demo", stdout=StringIO())
    assert not Artifact.objects.filter(slug="llamafile").exists()


def test_ranks_of_the_demo_are_of_every_sort(demo: User) -> None:
    """Nearly everything has one, some wait for evidence of a second family; coverage runs from under half to all; two
    ranks tie; a burst and a reading out of all proportion wait for an editor."""
    public = Artifact.objects.filter(lifecycle__in=PUBLIC_LIFECYCLES)
    ranked = {row.artifact_id: row for row in Standing.objects.select_related("artifact")}
    waiting = [artifact.slug for artifact in public if artifact.pk not in ranked]
    assert 5 <= len(waiting) <= 10
    assert sum(row.artifact.kind == "model" for row in ranked.values()) >= 20
    assert all(row.percentile is not None for row in ranked.values() if row.artifact.kind == "model")
    assert sum(artifact.kind == "mcp" and artifact.pk not in ranked for artifact in public) <= 2
    coverage = [row.coverage for row in ranked.values()]
    assert min(coverage) < 0.5
    assert max(coverage) == pytest.approx(1)

    standing = {row.artifact.slug: ties.Standing(row.score, row.low, row.high) for row in ranked.values()}
    formula = formula_of(live_configuration(now=timezone.now()))
    first, second = standing["deepseek-r1"], standing["flux-1-dev"]
    assert ties.outcome(ties.probability_above(first, second, formula), formula) == ties.Outcome.TIE

    found = {(hold.artifact.slug, hold.reason) for hold in Hold.objects.select_related("artifact")}
    assert found == {("awesome-mcp-servers", HoldReason.BURST), ("exa-mcp", HoldReason.LEAP)}


def test_there_is_half_a_year_of_snapshots(demo: User) -> None:
    weeks, generations = Snapshot.objects.values("on").distinct().count(), Generation.objects.count()
    assert (weeks, generations) == (27, 1)


def test_published_notes_are_shown_where_their_comparisons_are(demo: User) -> None:
    """Each file is the note of the comparison that it is named by; one more waits for the editor."""
    state = live_state()
    keys = {file.stem for file in (demo_notes.Path(demo_notes.__file__).parent / "demo" / "notes").glob("*.md")}
    assert {note.key for note in featured("", state)} == keys
    for key in keys:
        note = note_for(key, state)
        assert note is not None
        assert (note.author, note.title[:1] != "#", len(note.text) > 400) == ("ada", True, True)
    assert note_for(demo_notes.SUBMITTED[0], state) is None
    assert all(demo_notes._artifacts(key) for key in demo_notes.VIEWS)


def test_a_note_that_an_editor_has_withdrawn_stays_withdrawn(demo: User) -> None:
    ComparisonNote.objects.filter(state="published").update(state="draft")
    call_command("demo", stdout=StringIO())
    assert not ComparisonNote.objects.filter(state="published").exists()


def test_every_rank_can_be_computed_again_from_its_file(demo: User) -> None:
    """Each number and mark of it, of all artifacts, ranked or not."""
    generation = live_state().generation_id
    assert generation is not None
    checked = 0
    for artifact in Artifact.objects.filter(lifecycle__in=PUBLIC_LIFECYCLES):
        it = document_of(artifact, generation, configuration_url="https://unfragile.example/methodology/formula.yaml")
        if it is not None:
            assert it["recompute_note"] == "", artifact.slug  # what does not follow is not handed out
            checked += it["rank"] is not None
    assert checked == Standing.objects.filter(generation=generation, artifact__lifecycle__in=PUBLIC_LIFECYCLES).count()
