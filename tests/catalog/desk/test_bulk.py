"""A change of many: what is said beforehand, what is written, and that the two are one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.changes import AS_IMPORTED
from catalog.choices import Lifecycle
from catalog.desk import bulk, workflow
from catalog.desk.bulk import Wanted
from catalog.desk.planned import Edit
from catalog.desk.pointing import pointing_at, pointing_at_each
from catalog.models import Artifact
from tests.cast import erin, sven
from tests.factories import (
    make_artifact,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_lineage,
    make_offering,
)

pytestmark = pytest.mark.django_db
TOMORROW = "2040-01-02T09:30:00+00:00"


def ready(**overrides: Any) -> Artifact:
    """Something with all that readers need."""
    artifact = make_artifact(**{"homepage": "https://example.org/a", **overrides})
    make_evidence(offering=make_offering(artifact=artifact))
    artifact.refresh_from_db()
    return artifact


def draft(**overrides: Any) -> Artifact:
    return ready(**{"lifecycle": "draft", "published_at": None, **overrides})


def test_each_edit_is_named_and_then_written() -> None:
    """Shelves, kind and licence, each with what it was; what is so already is no edit."""
    one, other = make_category(slug="one"), make_category(slug="other")
    artifact = make_artifact(kind="app", licence="MIT", categories=[one])
    same = make_artifact(kind="webapp", licence="Apache-2.0", categories=[other])
    copies = same.history.count()
    wanted = Wanted("Sorted.", (other.pk,), (one.pk,), kind="webapp", licence="apache-2.0")
    planned = bulk.plan([artifact.pk, same.pk], wanted, by=erin())
    assert planned[0].edits == [
        Edit("categories", "one", "other"),
        Edit("kind", "App", "Web app"),
        Edit("licence", "MIT", "Apache-2.0"),
    ]
    assert (planned[1].outcome, planned[1].edits) == (None, [])
    bulk.apply(planned, wanted, by=erin())
    artifact.refresh_from_db()
    assert (artifact.kind, artifact.licence, artifact.licence_class) == ("webapp", "Apache-2.0", "permissive")
    assert list(artifact.categories.all()) == [other]
    newest = artifact.history.first()
    assert (newest.history_user, newest.history_change_reason, newest.kind) == (erin(), "Sorted.", "webapp")
    assert [row.category_id for row in newest.categories.all()] == [other.pk], "a restore needs its shelves"
    assert same.history.count() == copies
    assert bulk.plan([artifact.pk, same.pk], wanted, by=erin())[0].outcome is None, "done twice, nothing is left to do"


def test_what_was_imported_is_kept_before_it_is_changed() -> None:
    artifact = make_artifact(licence="MIT")
    artifact.history.all().delete()
    wanted = Wanted("Mended.", licence="ISC")
    bulk.apply(bulk.plan([artifact.pk], wanted, by=erin()), wanted, by=erin())
    assert [(row.licence, row.history_change_reason) for row in artifact.history.order_by("history_id")] == [
        ("MIT", AS_IMPORTED),
        ("ISC", "Mended."),
    ]


def test_a_kind_that_its_facts_do_not_have_is_refused_and_they_are_named() -> None:
    artifact = make_artifact(kind="model")
    make_fact(artifact=artifact, name="context_window")
    make_fact(artifact=artifact, name="version", value="1")
    wanted = Wanted("Moved.", kind="dataset", licence="MIT")
    planned = bulk.plan([artifact.pk], wanted, by=erin())
    assert planned[0].refusals == ["It has facts that are none of the kind dataset: context window."]
    bulk.apply(planned, wanted, by=erin())
    artifact.refresh_from_db()
    assert (artifact.kind, artifact.licence) == ("model", ""), "what is refused stays as it is, all of it"


STATES: dict[str, Any] = {
    "draft": draft,
    "bare draft": lambda: make_artifact(lifecycle="draft", published_at=None, tagline=""),
    "in review": lambda: draft(lifecycle="in_review"),
    "published": ready,
    "deprecated": lambda: ready(lifecycle="deprecated"),
    "withdrawn": lambda: ready(lifecycle="withdrawn", withdrawn_reason="Old."),
    "withdrawn draft": lambda: draft(lifecycle="withdrawn", withdrawn_reason="Old."),
}


@pytest.mark.parametrize("four_eyes", [False, True])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", bulk.STEPS)
def test_the_preview_and_the_workflow_agree(verb: str, state: str, four_eyes: bool, settings: Any) -> None:
    """What is foretold as refused would be refused by the step itself, and the other way round."""
    artifact = STATES[state]()
    if state == "in review":
        artifact.review_steps.create(step="submitted", by=erin())
    settings.FOUR_EYES = four_eyes
    wanted = Wanted("Because.", step=verb, at=TOMORROW)
    planned = bulk.plan([artifact.pk], wanted, by=erin())
    foretold, will_be = planned[0].refusals, {edit.field: edit.will_be for edit in planned[0].edits}
    try:
        bulk.STEPS[verb].take(Artifact.objects.get(pk=artifact.pk), erin(), wanted, None)
    except workflow.CannotMove:
        assert foretold
    else:
        if (verb, state) == ("deprecate", "deprecated"):  # again, by another: its own page does not offer it either
            assert foretold == ["It is deprecated, so it cannot be deprecated."]
            return
        assert foretold == []
        now = Artifact.objects.get(pk=artifact.pk)
        moves = {"lifecycle": Lifecycle(now.lifecycle).label} if now.lifecycle != artifact.lifecycle else {}
        assert will_be == moves | ({"to be published": "2 January 2040, 09:30 UTC"} if now.publish_at else {})


def test_a_step_is_taken_with_its_note_and_its_editor() -> None:
    artifact = draft()
    wanted = Wanted("All there.", step="publish")
    bulk.apply(bulk.plan([artifact.pk], wanted, by=sven()), wanted, by=sven())
    artifact.refresh_from_db()
    assert artifact.lifecycle == "published"
    assert artifact.published_at is not None
    assert artifact.history.first().history_user == sven()
    assert list(artifact.review_steps.values_list("step", "note", "by")) == [("published", "All there.", sven().pk)]


def test_one_that_the_step_refuses_after_all_does_not_hold_up_the_others() -> None:
    """Somebody was faster between plan and step: that one keeps its error and everything it had."""
    one, other = draft(licence="MIT"), draft(licence="MIT")
    wanted = Wanted("Ready.", licence="ISC", step="submit")
    planned = bulk.plan([one.pk, other.pk], wanted, by=erin())
    planned[0].artifact.tagline = ""
    bulk.apply(planned, wanted, by=erin())
    assert planned[0].refusals == ["It has no tagline."]
    states = dict(Artifact.objects.values_list("pk", "lifecycle"))
    assert states == {one.pk: "draft", other.pk: "in_review"}
    assert Artifact.objects.get(pk=one.pk).licence == "MIT"


def test_deprecated_ones_name_what_to_use_instead_and_never_themselves() -> None:
    one, successor = ready(), ready()
    wanted = Wanted("Superseded.", step="deprecate", successor=successor.pk)
    planned = bulk.plan([one.pk, successor.pk], wanted, by=erin())
    assert planned[1].refusals == ["An artifact cannot be deprecated by itself."]
    bulk.apply(planned, wanted, by=erin())
    one.refresh_from_db()
    assert (one.lifecycle, one.deprecated_by) == ("deprecated", successor)


def test_who_may_not_take_a_step_is_told_so() -> None:
    person = User.objects.create_user("somebody", is_staff=True)
    person.groups.add(Group.objects.get(name="Editor"))
    planned = bulk.plan([ready().pk], Wanted("Old.", step="withdraw"), by=person)
    assert planned[0].refusals == ["You may not withdraw artifacts; a senior editor can."]


def test_steps_ask_for_the_rights_that_their_pages_ask_for() -> None:
    from catalog.admin.steps import STEPS

    assert {verb: step.permission for verb, step in bulk.STEPS.items()} == {
        verb: STEPS[verb].permission for verb in bulk.STEPS
    }
    assert set(STEPS) - set(bulk.STEPS) == {"unschedule"}


def test_a_time_that_has_passed_is_refused_and_so_is_one_that_passes_before_the_word() -> None:
    artifact = draft()
    late = Wanted("Because.", step="schedule", at="2020-01-02T09:30:00+00:00")
    assert bulk.plan([artifact.pk], late, by=erin())[0].refusals == ["That time has passed; choose a later one."]
    planned = bulk.plan([artifact.pk], Wanted("Because.", step="schedule", at=TOMORROW), by=erin())
    bulk.apply(planned, late, by=erin())
    assert planned[0].refusals == ["That time has passed; publish it now, or choose a later one."]
    assert Artifact.objects.get(pk=artifact.pk).publish_at is None


def test_a_licence_is_emptied() -> None:
    """Where there is one; elsewhere nothing changes."""
    artifact, bare = make_artifact(licence="MIT"), make_artifact()
    wanted = Wanted("Nobody gave it.", empties_licence=True)
    assert not wanted.is_nothing
    planned = bulk.plan([artifact.pk, bare.pk], wanted, by=erin())
    assert [one.edits for one in planned] == [[Edit("licence", "MIT", "")], []]
    bulk.apply(planned, wanted, by=erin())
    artifact.refresh_from_db()
    assert (artifact.licence, artifact.licence_class) == ("", "unknown")


def test_what_points_at_withdrawn_ones_is_named_as_on_the_page_of_one() -> None:
    """The same pointers, in as many queries for many as for one."""
    going, lone = make_artifact(), make_artifact()
    heron = make_artifact(name="Heron", lifecycle="deprecated", deprecated_by=going)
    make_lineage(artifact=make_artifact(name="Reed"), parent=going)
    make_contrast(offering=make_offering(artifact=make_artifact(name="Egret")), artifact=going)
    planned = bulk.plan([going.pk, lone.pk], Wanted("Old.", step="withdraw"), by=erin())
    assert [len(one.notes) for one in planned] == [1, 0]
    for pointer in pointing_at(going):
        assert f"“{pointer.artifact.name}” {pointer.how}" in planned[0].notes[0]
    assert f"“{heron.name}” is deprecated in favour of it" in planned[0].notes[0]
    for n in range(9):
        make_artifact(name=f"More {n}", lifecycle="deprecated", deprecated_by=lone)
    with CaptureQueriesContext(connection) as one_asked:
        pointing_at_each([lone.pk])
    with CaptureQueriesContext(connection) as asked:
        found = pointing_at_each([going.pk, lone.pk])
    assert len(asked) == len(one_asked)
    assert (len(found[going.pk]), len(found[lone.pk])) == (3, 9)
    planned = bulk.plan([lone.pk], Wanted("Old.", step="withdraw"), by=erin())
    assert planned[0].notes[0].endswith("and 4 more point at it.")


def test_what_is_gone_or_merged_is_refused() -> None:
    kept = make_artifact(slug="kept")
    merged = make_artifact(lifecycle="withdrawn", withdrawn_reason="Merged.", merged_into=kept)
    planned = bulk.plan([merged.pk, 10**9], Wanted("Sorted.", kind="app"), by=erin(), first=5)
    assert [(one.number, one.refusals) for one in planned] == [
        (5, ["It was merged into “kept”."]),
        (6, ["It is not there any more."]),
    ]


def test_a_plan_takes_the_same_few_queries_for_many() -> None:
    category = make_category()
    wanted = Wanted("Sorted.", (category.pk,), kind="app", licence="MIT", step="publish")
    counts = []
    for many in (2, 30):
        ids = [make_artifact(kind="api").pk for _ in range(many)]
        editor = User.objects.get(pk=erin().pk)
        editor.has_perm("catalog.publish_artifact")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            bulk.plan(ids, wanted, by=editor)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
