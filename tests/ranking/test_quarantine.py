"""A quarantined source counts for nothing, and counts again exactly as before when the quarantine is lifted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User

from catalog.models import Reading, Source
from ranking import generations, quarantine, setting_aside
from ranking.models import Breakdown, Build, Quarantine, ReferenceTable
from ranking.quarantine import impose, reach
from ranking.setting_aside import CannotQuarantine, confirm, lift
from tests.cast import erin, sven
from tests.factories import make_artifact, make_reading, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = pytest.mark.django_db
WHY = "It counts its own visits."


def ranks() -> tuple[str, list[Any]]:
    """All that a generation built now says: its checksum, and every reading's part in every rank."""
    build = generations.build(now=NOW)
    assert build is not None
    assert build.problems == ""
    bodies = Breakdown.objects.filter(generation=build.generation).order_by("artifact")
    return build.checksum, list(bodies.values_list("artifact", "momentum", "survival", "body", "points"))


@pytest.fixture
def bad() -> Source:
    """Says more, and later, of what others say too."""
    rows = make_ranked(6)
    source = make_source()
    for row in rows[:2]:
        add_history(row, source, now=NOW - dt.timedelta(hours=1), stars=90_000, monthly=9_000, downloads=8_000_000)
    return source


def set_by_erin(source: Source, **days: Any) -> Quarantine:
    return impose(source, why=WHY, by=erin(), now=NOW, **days)


def test_it_has_the_effect_of_readings_that_were_never_made(bad: Source) -> None:
    set_by_erin(bad)
    left_out = ranks()
    Quarantine.objects.all().delete()
    assert ranks() != left_out
    Reading.objects.filter(source=bad).delete()
    assert ranks() == left_out


def test_some_of_its_days_are_left_out_and_no_others(bad: Source) -> None:
    since, upto = dt.date(2026, 8, 1), dt.date(2026, 10, 17)
    first, last = dt.datetime(2026, 8, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 18, tzinfo=dt.UTC)
    within = Reading.objects.filter(source=bad, observed_at__gte=first, observed_at__lt=last)
    assert 0 < within.count() < bad.readings.count()
    assert reach(bad, since=since, upto=upto).readings == within.count()
    set_by_erin(bad, since=since, upto=upto)
    left_out = ranks()
    Quarantine.objects.all().delete()
    within.delete()
    assert ranks() == left_out


def test_lifted_it_leaves_the_very_ranks_there_were_before(bad: Source) -> None:
    before, readings = ranks(), list(Reading.objects.order_by("pk").values_list())
    it = set_by_erin(bad)
    assert ranks() != before
    lift(it, why="Their numbers were right.", by=sven(), now=NOW)
    assert ranks() == before
    assert list(Reading.objects.order_by("pk").values_list()) == readings
    assert (it.set_by, it.why, it.lifted_by, it.lifted_why) == (erin(), WHY, sven(), "Their numbers were right.")


def test_a_generation_is_due_when_one_is_set_and_when_it_is_lifted(bad: Source) -> None:
    ranks()
    assert not generations.due(now=NOW)
    it = set_by_erin(bad)
    assert generations.due(now=NOW)
    ranks()
    lift(it, why="Right after all.", by=erin(), now=NOW)
    assert generations.due(now=NOW)


def test_its_reach_is_told_before_it_is_set() -> None:
    source, other, one, two = make_source(), make_source(), make_artifact(), make_artifact()
    for days, artifact in enumerate((one, one, two)):
        make_reading(source=source, artifact=artifact, observed_at=NOW - dt.timedelta(days=days))
    make_reading(source=other, artifact=one, observed_at=NOW)
    found = reach(source, since=None, upto=None)
    assert (found.readings, found.artifacts, found.share) == (3, 2, 0.75)
    assert reach(source, since=NOW.date(), upto=NOW.date()).readings == 1


@pytest.mark.parametrize(
    ("days", "why"),
    [({}, " "), ({"since": dt.date(2026, 2, 2), "upto": dt.date(2026, 2, 1)}, WHY)],
)
def test_without_a_reason_or_a_day_it_is_refused(days: dict[str, Any], why: str) -> None:
    with pytest.raises(CannotQuarantine):
        impose(make_source(), why=why, by=erin(), now=NOW, **days)
    assert not Quarantine.objects.exists()


def test_the_same_readings_are_quarantined_once(bad: Source) -> None:
    it = set_by_erin(bad)
    with pytest.raises(CannotQuarantine):
        set_by_erin(bad)
    lift(it, why="Right.", by=erin(), now=NOW)
    with pytest.raises(CannotQuarantine):
        lift(it, why="Right.", by=erin(), now=NOW)
    set_by_erin(bad)


def test_more_than_a_hundredth_of_all_readings_takes_a_second_person(
    bad: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then it changes nothing; who asked for it cannot be the second person."""
    before = ranks()
    monkeypatch.setattr(setting_aside, "ALONE_NUMBER", 1)
    it = set_by_erin(bad)
    assert it.waits_since == NOW
    assert ranks() == before
    with pytest.raises(CannotQuarantine):
        confirm(it, by=erin(), now=NOW)
    assert ranks() == before
    confirm(it, by=sven(), now=NOW)
    assert (it.waits_since, it.confirmed_by) == (None, sven())
    assert ranks() != before
    with pytest.raises(CannotQuarantine):
        confirm(it, by=sven(), now=NOW)


@pytest.mark.parametrize(
    ("readings", "share", "two"), [(999, 0.9, False), (1_000, 0.01, False), (1_000, 0.011, True), (5_000, 0.5, True)]
)
def test_how_much_one_person_may_leave_out(readings: int, share: float, two: bool) -> None:
    assert quarantine.Reach(readings=readings, artifacts=1, share=share).takes_two is two


def test_a_build_tells_what_was_left_out(bad: Source) -> None:
    set_by_erin(bad)
    ranks()
    assert Build.objects.first().left_out["quarantined"] == [[bad.pk, None, None]]  # type: ignore[union-attr]


def test_whoever_set_it_may_go_and_the_record_stays(bad: Source) -> None:
    it = impose(bad, why=WHY, by=User.objects.create_user("gone"), now=NOW)
    User.objects.filter(username="gone").delete()
    it.refresh_from_db()
    assert (it.set_by, it.why) == (None, WHY)


@pytest.fixture
def many() -> Source:
    """As many artifacts as make a kind a scale of its own, some of them with what one source says as well."""
    rows = make_ranked(210, downloads=5_000.0)
    source = make_source()
    for place, row in enumerate(rows[:60]):
        add_history(row, source, now=NOW - dt.timedelta(hours=1), stars=9_000 + 100 * place, monthly=900)
    return source


def told() -> tuple[str, list[Any]]:
    found = ranks()
    assert ReferenceTable.objects.filter(pk__in=Build.objects.first().tables.values()).exists()  # type: ignore[union-attr]
    return found


def test_of_a_kind_with_its_own_scale_lifting_is_exact_as_well(many: Source) -> None:
    """The scale made before a quarantine is not that of the quarantine, and is there again after it."""
    before = told()
    it = set_by_erin(many)
    left_out = told()
    lift(it, why="Their numbers were right.", by=sven(), now=NOW)
    assert told() == before
    Reading.objects.filter(source=many).delete()
    ReferenceTable.objects.all().delete()
    assert told() == left_out


def test_a_scale_first_made_during_a_quarantine_is_not_that_of_the_quarter(many: Source) -> None:
    it = set_by_erin(many)
    left_out = told()
    lift(it, why="Their numbers were right.", by=sven(), now=NOW)
    lifted = told()
    assert lifted != left_out
    ReferenceTable.objects.all().delete()
    assert told() == lifted


def test_a_scale_without_the_quarantined_is_of_the_quarters_own_moment(many: Source) -> None:
    """What has come between the first table and the quarantine is in neither of the two tables."""
    told()
    make_ranked(5, downloads=90_000.0)
    set_by_erin(many)
    told()
    whole, other = ReferenceTable.objects.order_by("pk")
    assert (whole.made_at, whole.size) == (other.made_at, other.size) == (NOW, 210)
    assert (whole.left_out == "", other.left_out == "") == (True, False)
    assert whole.body != other.body
