"""Who did what at the desk, the newest first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.changes import change
from catalog.desk import activity, workflow
from catalog.desk.activity import acts
from catalog.desk.merging import merge, undo
from catalog.desk.reports import decide, report
from catalog.desk.rowdiffs import ROWS
from catalog.models import Artifact, ImportRun, Pair, Proposal
from tests.cast import erin, sven
from tests.factories import make_artifact, make_capability, make_evidence, make_fact, make_offering

pytestmark = pytest.mark.django_db


def save_as(user: User, artifact: Artifact, tagline: str = "Another", why: str = "") -> None:
    with change(why=why):
        artifact._history_user = user
        artifact.tagline = tagline
        artifact.save()


def test_a_save_of_several_rows_is_one_act() -> None:
    artifact = make_artifact(name="Heron")
    fact, offering = make_fact(artifact=artifact), make_offering(artifact=artifact)
    evidence = make_evidence(offering=offering)
    with change(why="The card says so."):
        for row in (artifact, fact, offering, evidence):
            row._history_user = erin()
            row.save()
    (act,), older = acts()
    assert (act.by, act.what, act.why) == ("erin", "Heron", "The card says so.")
    assert act.did == "changed it, 1 fact, 1 offering and 1 evidence"
    assert act.address == ("catalog_artifact_history", (artifact.pk,))
    assert older is None


def test_each_sort_of_work_is_told() -> None:
    artifact = make_artifact(name="Heron", lifecycle="draft", published_at=None, homepage="https://example.org/h")
    make_evidence(offering=make_offering(artifact=artifact))
    workflow.submit(artifact, by=erin(), note="Ready.")
    twin, kept = make_artifact(), make_artifact(name="Kept")
    done = merge(twin, into=kept, why="One thing.", by=sven())
    undo(done, by=sven())
    told = report(address="/x/", text="The window is 64K, as the card says.", section="facts", artifact=kept)
    decide(told, state="mended", outcome="Mended.", by=erin())
    first, second = sorted((artifact.pk, kept.pk))
    Pair.objects.create(
        first_id=first, second_id=second, score=0.5, state="not_the_same", decided_at=timezone.now(), decided_by=sven()
    )
    capability = make_capability(name="Web search")
    capability._history_user = erin()
    capability.save()
    said = {(act.by, act.did) for act in acts()[0]}
    assert said >= {
        ("erin", "submitted for review"),
        ("sven", "merged another into it"),
        ("sven", "undid a merge"),
        ("erin", "decided a report: mended"),
        ("sven", "told it apart from a likely double"),
        ("erin", "changed it"),
    }


@pytest.mark.parametrize("state", ["accepted", "refused"])
def test_an_answered_proposal_is_told(state: str) -> None:
    """Whoever answered it, how, and their note; one that is open or outdated by itself is nobody's work."""
    artifact = make_artifact(name="Heron")
    run = ImportRun.objects.create(importer="manifest", origin="x", started_at=timezone.now())
    common = {"artifact": artifact, "run": run, "label": "catalog.fact", "before": {}, "after": {}}
    for row, now in enumerate((state, "open", "outdated")):
        by = {"decided_by": erin(), "decided_at": timezone.now(), "note": "The card says so."} if now == state else {}
        Proposal.objects.create(**common, row=row, digest=str(row), subject="fact version", state=now, **by)
    (act,) = [act for act in acts(by=erin().pk)[0] if "proposal" in act.did]
    assert (act.did, act.what, act.why) == (
        f"answered a proposal for fact version: {state}", "Heron", "The card says so.",
    )  # fmt: skip
    assert len([act for act in acts()[0] if "proposal" in act.did]) == 1


def test_what_one_editor_did_is_found_by_an_index() -> None:
    """In every table of the history: else the newest of one are searched among those of all."""
    for model in (*ROWS, *activity._ALONE):
        fields = [index.fields for index in model.history.model._meta.indexes]  # type: ignore[attr-defined]
        assert ["history_user", "-history_date", "-history_id"] in fields, model


def test_one_editor_is_told_without_the_others() -> None:
    artifact = make_artifact()
    save_as(erin(), artifact, "One")
    save_as(sven(), artifact, "Two")
    assert [act.by for act in acts(by=sven().pk)[0]] == ["sven"]
    assert [act.by for act in acts()[0]] == ["sven", "erin"]


def test_what_no_person_did_is_left_out() -> None:
    """Imports, tasks, and the copy that is kept of what was imported."""
    artifact = make_artifact()
    Artifact.history.all().delete()
    save_as(erin(), artifact)
    assert [act.did for act in acts()[0]] == ["changed it"]


def test_pages_follow_one_another_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a table was not read to its end."""
    monkeypatch.setattr(activity, "PER_PAGE", 4)
    monkeypatch.setattr(activity, "_READ", 6)
    artifact, fact = make_artifact(), make_fact()
    for number in range(15):
        save_as(erin(), artifact, why=f"{number}")
        if number % 3 == 0:
            fact._history_user = erin()
            fact.save()
    seen: list[dt.datetime] = []
    before: dt.datetime | None = None
    for _ in range(20):
        page, before = acts(before=before)
        seen += [act.at for act in page]
        if before is None:
            break
    assert before is None
    assert len(seen) == 20
    assert seen == sorted(set(seen), reverse=True)


def test_no_number_of_acts_takes_more_queries() -> None:
    artifact = make_artifact()

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            acts()
        return len(seen)

    save_as(erin(), artifact)
    few = queries()
    for number in range(10):
        save_as(sven(), make_artifact(), f"{number}")
    assert queries() == few
