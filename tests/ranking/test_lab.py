"""The score lab: drafts that may be broken, and what a draft would change, before anybody is ranked by it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Artifact, Reading, Standing
from ranking import drafts, generations, lab
from ranking.configurations import CannotPublish, formula_of, live_configuration, publish
from ranking.formulas import BrokenFormula, formula_in
from ranking.lab import KindTrial, Trial, trial
from ranking.models import Configuration, ReferenceTable
from ranking.scoring.configuration import Formula
from ranking.scoring.foresight import auc, places, spearman
from tests.factories import make_artifact, make_reading, make_source
from tests.ranking.conftest import NOW, make_ranked

WEIGHTS = "      new_stars: 0.20\n      stars: 0.03"


def other(was: str = WEIGHTS, becomes: str = "      new_stars: 0.03\n      stars: 0.20") -> Formula:
    text = live_configuration(now=NOW).text
    assert was in text
    return formula_in(text.replace(was, becomes, 1))


def tried(formula: Formula) -> Trial:
    return trial(formula, live=live_configuration(now=NOW), now=NOW)


def repos(found: Trial) -> KindTrial:
    return next(kind for kind in found.kinds if kind.kind == "repo")


# --- drafts -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_the_live_formula_under_the_next_number() -> None:
    live = live_configuration(now=NOW)
    first, second = drafts.new_draft(now=NOW), drafts.new_draft(now=NOW)
    assert [live.version, first.version, second.version] == ["1", "2", "3"]
    assert drafts.problems_in(first) == []
    mine, its = formula_of(first), formula_of(live)
    assert (mine.version, mine.weights, mine.signals) == ("2", its.weights, its.signals)
    assert live_configuration(now=NOW) == live


@pytest.mark.django_db
def test_a_broken_draft_is_kept_with_what_is_wrong_by_line_and_cannot_be_published() -> None:
    live, draft = live_configuration(now=NOW), drafts.new_draft(now=NOW)
    broken = draft.text.replace("stars: 0.03", "stars: lots", 1)
    drafts.save(draft, broken, was=drafts.digest_of(draft.text))
    draft.refresh_from_db()
    assert draft.text == broken
    line = broken[: broken.index("stars: lots")].count("\n") + 1
    assert drafts.problems_in(draft) == [(line, "“stars” is missing or no number.")]
    with pytest.raises(BrokenFormula):
        publish(draft, why="Stars do not matter.", now=NOW)
    assert live_configuration(now=NOW) == live


@pytest.mark.django_db
def test_a_draft_that_calls_itself_otherwise_is_told_so() -> None:
    draft = drafts.new_draft(now=NOW)
    drafts.save(draft, draft.text.replace('version: "2"', 'version: "7"'), was=drafts.digest_of(draft.text))
    assert [text for _, text in drafts.problems_in(draft)] == ["This draft is version “2”; the text has to say so."]


@pytest.mark.django_db
def test_what_somebody_else_has_saved_is_not_overwritten() -> None:
    draft = drafts.new_draft(now=NOW)
    was, mine = drafts.digest_of(draft.text), Configuration.objects.get(pk=draft.pk)
    drafts.save(draft, "theirs", was=was)
    with pytest.raises(drafts.CannotEdit):
        drafts.save(mine, "mine", was=was)
    draft.refresh_from_db()
    with pytest.raises(drafts.CannotEdit):
        drafts.save(draft, "mine", was=was)
    draft.refresh_from_db()
    assert draft.text == "theirs"


@pytest.mark.django_db
def test_what_is_published_is_neither_changed_nor_thrown_away() -> None:
    draft = drafts.new_draft(now=NOW)
    with pytest.raises(CannotPublish):
        publish(draft, why=" ", now=NOW)
    publish(draft, why="Tried, and better.", now=NOW)
    assert live_configuration(now=NOW) == draft
    with pytest.raises(drafts.CannotEdit):
        drafts.save(draft, "other", was=drafts.digest_of(draft.text))
    with pytest.raises(drafts.CannotEdit):
        drafts.discard(draft)
    assert Configuration.objects.get(pk=draft.pk).text == draft.text


@pytest.mark.django_db
def test_two_editors_begin_two_drafts_or_the_later_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    first = drafts.new_draft(now=NOW)
    monkeypatch.setattr(drafts, "next_version", lambda: first.version)  # as it was read before the other was there
    with pytest.raises(drafts.CannotEdit):
        drafts.new_draft(now=NOW)
    assert Configuration.objects.filter(state="draft").get() == first


@pytest.mark.django_db
def test_a_draft_is_thrown_away() -> None:
    draft = drafts.new_draft(now=NOW)
    drafts.discard(draft)
    assert drafts.new_draft(now=NOW).version == "2"


# --- who moves --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_live_formula_moves_nobody() -> None:
    make_ranked(8)
    found = repos(tried(formula_of(live_configuration(now=NOW))))
    assert (found.count, found.moved, found.mean, found.up, found.down) == (8, 0, 0.0, (), ())
    assert found.correlation == pytest.approx(1.0)


@pytest.mark.django_db
def test_it_says_who_moves_as_the_next_generation_would_move_them() -> None:
    """What is tried is what comes true: the numbers are those of generations before and after it is published."""
    rows = make_ranked(8)
    # Many stars long ago, none lately: it lives by what the draft raises.
    old, source = make_artifact(kind="repo"), rows[0].readings.first().source  # type: ignore[union-attr]
    for back in range(8):
        make_reading(
            artifact=old, source=source, signal="stars", value=90_000, observed_at=NOW - dt.timedelta(days=30 * back)
        )
    make_reading(artifact=old, source=source, signal="downloads_month", value=500, observed_at=NOW)
    formula = other()
    found = repos(tried(formula))
    assert found.up[0].artifact == old
    assert {cause.label for cause in found.up[0].causes[:2]} == {"New stars", "Confirmed stars"}
    assert {mover.artifact for mover in found.down} <= set(rows)
    before = ranks()
    draft = drafts.new_draft(now=NOW)
    drafts.save(draft, formula.text.replace('version: "1"', 'version: "2"'), was=drafts.digest_of(draft.text))
    publish(draft, why="Stock counts.", now=NOW)
    after = ranks()
    for mover in (*found.up, *found.down):
        assert (mover.before, mover.after) == (before[mover.artifact.pk], after[mover.artifact.pk])
    moved = [abs(after[pk] - before[pk]) for pk in before]
    assert found.moved == sum(move >= lab.A_MOVE for move in moved)
    assert found.mean == pytest.approx(sum(moved) / len(moved))


def ranks() -> dict[int, float]:
    build = generations.build(now=NOW)
    assert build is not None
    return dict(Standing.objects.filter(generation=build.generation).values_list("artifact", "score"))


@pytest.mark.django_db
def test_causes_of_a_move_are_its_largest_differences_in_points() -> None:
    make_ranked(8)
    for mover in repos(tried(other())).up:
        sizes = [abs(cause.points) for cause in mover.causes]
        assert sizes == sorted(sizes, reverse=True)
        told = sum(cause.points for cause in mover.causes)
        assert told == pytest.approx(mover.after - mover.before, abs=1.0)


@pytest.mark.django_db
def test_what_gains_or_loses_its_rank_is_counted() -> None:
    make_ranked(5)
    found = repos(tried(other("least: {families: 2,", "least: {families: 4,")))
    assert (found.lost_rank, found.gained_rank, found.count, found.up, found.left) != (0, 0, 5, (), ())
    assert found.lost_rank == 5
    assert len(found.left) == 5


@pytest.mark.django_db
def test_it_writes_nothing() -> None:
    make_ranked(5)
    live = live_configuration(now=NOW)
    counts = [model.objects.count() for model in (Reading, Standing, ReferenceTable, Configuration, Artifact)]
    trial(other(), live=live, now=NOW)
    assert [m.objects.count() for m in (Reading, Standing, ReferenceTable, Configuration, Artifact)] == counts


@pytest.mark.django_db
def test_of_a_large_catalog_a_share_is_tried_and_the_top_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = make_ranked(40)
    generations.build(now=NOW)
    monkeypatch.setattr(lab, "MOST_READINGS", 13 * 10)
    monkeypatch.setattr(lab, "ALWAYS", 3)
    highest = Standing.objects.order_by("-low").values_list("artifact", flat=True)[:3]
    expected = {row.pk for row in rows[::4]} | set(highest)
    ids, _ = lab._chosen()
    assert ids == sorted(expected)
    found = tried(other())
    assert found.is_sample
    assert (found.tried, found.of) == (len(expected), 40)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_catalog() -> None:
    formula = other()
    counts = []
    for _ in range(2):
        make_ranked(10)
        with CaptureQueriesContext(connection) as asked:
            tried(formula)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- a year ago -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_year_of_readings_nothing_is_said_of_foresight() -> None:
    make_ranked(5)
    assert tried(other()).foresight == ()


@pytest.mark.django_db
def test_with_a_year_of_readings_both_formulas_are_held_against_what_came() -> None:
    """Whoever gained most before gains most after: the formula that counts gains foresees it better."""
    source = make_source()
    rows = []
    for place in range(24):
        artifact, monthly = make_artifact(kind="repo"), 2 + 2 * place
        for back in range(22):
            at = NOW - dt.timedelta(days=30 * back, hours=1)
            stars = 20_000 - 800 * place - monthly * back
            rows += [
                Reading(artifact=artifact, source=source, signal="stars", value=stars, observed_at=at),
                Reading(
                    artifact=artifact, source=source, signal="downloads_month", value=50 * 1.2**place, observed_at=at
                ),
            ]
    Reading.objects.bulk_create(rows)
    (kind,) = tried(other()).foresight
    stars = next(measure for measure in kind.measures if measure.label == "new stars")
    assert (kind.kind, stars.count) == ("repo", 24)
    assert stars.before is not None
    assert stars.after is not None
    assert stars.before > 0.99 > stars.after
    alive = next(measure for measure in kind.measures if measure.label == "alive or not, by survival")
    assert (alive.before, alive.after, alive.count) == (None, None, 0)  # nobody has read a commit


# --- pure -------------------------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(-5, 5), min_size=1, max_size=30)


@given(NUMBERS)
def test_ties_share_the_middle_of_their_places(values: list[int]) -> None:
    found = places(np.array(values, float))
    for place, value in zip(found, values, strict=True):
        below, upto = sum(v < value for v in values), sum(v <= value for v in values)
        assert place == (below + 1 + upto) / 2


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 400], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8),
        ([1, 2, 3, 4], [7, 7, 7, 7], None),
        ([1, 2, np.nan, 4], [1, 2, 3, np.nan], None),
    ],
)
def test_agreement_in_order(first: list[float], second: list[float], expected: float | None) -> None:
    found, count = spearman(np.array(first, float), np.array(second, float), least=3)
    assert found == (None if expected is None else pytest.approx(expected))
    assert count == sum(a == a and b == b for a, b in zip(first, second, strict=True))


def test_few_pairs_say_nothing_of_an_order() -> None:
    values = np.arange(19.0)
    assert spearman(values, values) == (None, 19)
    assert spearman(np.arange(20.0), np.arange(20.0)) == (pytest.approx(1.0), 20)


@pytest.mark.parametrize(
    ("living", "dead", "expected"),
    [
        ([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], 1.0),
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.0),
        ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1], 0.5),
        ([1, 2, 3, 4], [5, 6, 7, 8, 9], None),
    ],
)
def test_telling_the_living_from_the_dead(living: list[int], dead: list[int], expected: float | None) -> None:
    alive = np.array([True] * len(living) + [False] * len(dead))
    assert auc(alive, np.array([*living, *dead], float)) == (expected, len(alive))
