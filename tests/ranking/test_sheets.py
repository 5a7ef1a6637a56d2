"""What is said of artifacts is written down weekly, where it has changed; and a past day is shown from it alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from catalog.models import Artifact, CatalogState, Fact, Offering
from catalog.publishing import rename_slug
from catalog.state import live_state
from ranking import generations, sheets, snapshots, tasks
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparing_past import CannotLookBack, Past, comparison_at
from ranking.comparison import Preferences
from ranking.models import Sheet, Snapshot
from tests.catalog.api.test_artifact_detail import make_full
from tests.factories import make_artifact, make_price
from tests.ranking.conftest import NOW, make_ranked

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(weeks=1)


def changed(slug: str, now: dt.datetime) -> None:
    """As if an edit had been made at that time."""
    Artifact.objects.filter(slug=slug).update(facts_changed_at=now)


@pytest.fixture
def rows() -> None:
    make_full("one")
    make_full("two")
    Artifact.objects.update(facts_changed_at=NOW - WEEK)


def test_a_week_is_written_down_once(rows: None) -> None:
    assert sheets.keep(now=NOW) == 4
    Offering.objects.update(description="Another.")
    changed("one", NOW + dt.timedelta(days=1))
    assert sheets.keep(now=NOW + dt.timedelta(days=2)) == 0
    assert sheets.keep(now=NOW + WEEK) == 1
    assert Sheet.objects.filter(artifact__slug="one").count() == 2


def test_nothing_is_written_where_nobody_says_anything_else(rows: None) -> None:
    """Whatever touched the artifact: the digest decides."""
    sheets.keep(now=NOW)
    changed("one", NOW + WEEK)
    Fact.objects.update(retrieved_on=NOW.date())
    assert sheets.keep(now=NOW + WEEK) == 0


def test_drafts_have_no_sheet() -> None:
    make_artifact(lifecycle="draft", published_at=None)
    assert sheets.keep(now=NOW) == 0


def test_a_price_that_begins_by_itself_makes_a_sheet(rows: None) -> None:
    make_price(artifact=Artifact.objects.get(slug="one"), provider="Other", valid_from=(NOW + WEEK).date())
    Artifact.objects.update(facts_changed_at=NOW - WEEK)
    assert sheets.keep(now=NOW) == 4
    assert sheets.keep(now=NOW + WEEK) == 1


def test_a_batch_costs_the_same_however_large(rows: None, django_assert_num_queries: Any) -> None:
    sheets.keep(now=NOW)
    for week, count in enumerate((1, 6), start=1):
        for number in range(count):
            make_full(f"more-{week}-{number}")
        with django_assert_num_queries(16):
            sheets.keep(now=NOW + week * WEEK)


def test_kept_answers_turn_with_new_sheets(rows: None) -> None:
    before = CatalogState.objects.get(pk=1).version
    sheets.keep(now=NOW)
    assert CatalogState.objects.get(pk=1).version > before
    before = CatalogState.objects.get(pk=1).version
    sheets.keep(now=NOW)
    assert CatalogState.objects.get(pk=1).version == before


def test_the_task_writes_both_and_may_run_twice() -> None:
    make_ranked()
    tasks.recompute_ranks()
    tasks.snapshot_ranks()
    tasks.snapshot_ranks()
    assert (Snapshot.objects.count(), Sheet.objects.count()) == (3, 3)


def past(slugs: list[str], on: dt.date, today: dt.date | None = None) -> Past:
    state = live_state()
    artifacts = artifacts_for(slugs, state).artifacts
    return comparison_at(artifacts, on=on, preferences=Preferences(), state=state, today=today or on)


def test_a_past_day_shows_what_was_seen(rows: None) -> None:
    """The same rows in the same words, whatever is said since."""
    state = live_state()
    seen = comparison_of(
        artifacts_for(["one", "two"], state).artifacts, state, preferences=Preferences(), today=NOW.date()
    )
    sheets.keep(now=NOW)
    Fact.objects.filter(name="context_window").update(value=1_000)
    Offering.objects.filter(artifact__slug="two").delete()
    found = past(["one", "two"], NOW.date(), NOW.date() + WEEK)
    assert found.table.facts == seen.facts
    assert [row.name for row in found.table.capabilities] == [row.name for row in seen.capabilities]
    assert found.table.verdict == seen.verdict
    assert found.table.at == NOW.date()
    told = {(row.slug, row.name) for row in found.changes.rows}
    assert {("one", "context_window"), ("two", "context_window")} <= told
    assert any(slug == "two" and name.startswith("capability.") for slug, name in told)


def test_a_past_day_has_the_last_sheet_by_then(rows: None) -> None:
    sheets.keep(now=NOW)
    Fact.objects.filter(name="context_window").update(value=1_000)
    changed("one", NOW + WEEK)
    sheets.keep(now=NOW + WEEK)
    row = past(["one", "two"], (NOW + 2 * WEEK).date()).table.row("context_window")
    assert row is not None
    assert row.cells[0].value == 1_000  # type: ignore[union-attr]
    before = past(["one", "two"], (NOW + dt.timedelta(days=3)).date(), (NOW + 2 * WEEK).date())
    assert before.table.row("context_window").cells[0].value == 32_768  # type: ignore[union-attr]


def test_ranks_that_reach_further_back_than_facts_stand_alone() -> None:
    """Nothing of today is put beside them; the answer says from when on facts are kept."""
    first, second = make_ranked(2)
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    Snapshot.objects.update(on=NOW.date() - 4 * WEEK, score=44.4)
    sheets.keep(now=NOW)
    found = past([first.slug, second.slug], NOW.date() - 3 * WEEK, NOW.date())
    assert {row.group.value for row in found.table.facts} == {"rank", "terms"}
    assert found.table.facts[1].cells[0].text.startswith("44 (")
    assert found.changes.ranks_of == NOW.date() - 4 * WEEK
    assert found.changes.facts_from == NOW.date()
    assert found.changes.note.startswith("Facts are kept from 16 November 2026 on.")
    assert {row.name for row in found.changes.rows} == {"rank"}


def test_facts_without_a_rank_say_so(rows: None) -> None:
    sheets.keep(now=NOW)
    assert past(["one", "two"], NOW.date()).changes.note.startswith("No rank was kept of")


def test_who_was_renamed_is_shown_under_the_name_of_today(rows: None) -> None:
    sheets.keep(now=NOW)
    rename_slug(Artifact.objects.get(slug="two"), "zwei")
    assert past(["one", "zwei"], NOW.date()).table.key == "one-vs-zwei"


@pytest.mark.parametrize(
    ("days", "said"), [(1, "has not come yet"), (-1, "Facts are kept from 16 November 2026 on"), (-9999, "Nothing was")]
)
def test_a_day_of_which_nothing_is_kept_is_a_plain_sentence(rows: None, days: int, said: str) -> None:
    sheets.keep(now=NOW)
    with pytest.raises(CannotLookBack, match=said):
        past(["one", "two"], NOW.date() + dt.timedelta(days=days), NOW.date())
