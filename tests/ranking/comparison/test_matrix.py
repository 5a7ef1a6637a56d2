"""The same capability on one row; what only one is shown to do first; a silence is unknown, never a no."""

from __future__ import annotations

import pytest

from catalog.confidence import Level
from ranking.comparison.matrix import capability_rows
from ranking.comparison.subject import Subject, Term
from ranking.comparison.table import Has
from tests.ranking.comparison.subjects import fact, offering, subject, terms_of


def rows_of(*subjects: Subject, broader: dict[str, str] | None = None):
    return capability_rows(subjects, terms_of(*subjects, broader=broader))


def test_a_capability_of_both_stands_on_one_row() -> None:
    (row,) = rows_of(subject("a", offerings=(offering("chat"),)), subject("b", offerings=(offering("chat"),)))
    assert (row.group, [cell.state for cell in row.cells]) == ("all", [Has.HAS, Has.HAS])
    assert row.name == "capability.chat"


def test_a_missing_offering_is_unknown() -> None:
    (row,) = rows_of(subject("a", offerings=(offering("chat"),)), subject("b"))
    assert (row.group, row.cells[1].state) == ("one", Has.UNKNOWN)
    assert row.cells[1].said == ()


def test_two_of_three_are_some() -> None:
    has = (offering("chat"),)
    (row,) = rows_of(subject("a", offerings=has), subject("b", offerings=has), subject("c"))
    assert row.group == "some"


def test_what_tells_them_apart_comes_first_and_the_best_shown_before_the_rest() -> None:
    one = subject("a", offerings=(offering("chat"), offering("weak", Level.LOW), offering("strong", Level.HIGH)))
    rows = rows_of(one, subject("b", offerings=(offering("chat"),)))
    assert [row.slug for row in rows] == ["strong", "weak", "chat"]


@pytest.mark.parametrize("broader", [{"captions": "seeing", "tagging": "seeing"}, {"captions": "tagging"}])
def test_near_ones_are_joined_under_their_broader_one_and_it_is_said(broader: dict[str, str]) -> None:
    one, other = subject("a", offerings=(offering("captions"),)), subject("b", offerings=(offering("tagging"),))
    (row,) = rows_of(one, other, broader=broader)
    assert row.slug == next(iter(broader.values()))
    assert row.group == "all"
    assert "Captions" in row.joined
    assert [cell.offerings[0].capability_slug for cell in row.cells] == ["captions", "tagging"]


def test_near_ones_of_one_artifact_alone_stay_apart() -> None:
    one = subject("a", offerings=(offering("captions"), offering("tagging")))
    rows = rows_of(one, subject("b"), broader={"captions": "seeing", "tagging": "seeing"})
    assert {row.slug for row in rows} == {"captions", "tagging"}


def test_what_is_shared_as_it_is_is_not_joined_with_a_sibling() -> None:
    has = offering("captions")
    one, other = subject("a", offerings=(has,)), subject("b", offerings=(has, offering("tagging")))
    rows = rows_of(one, other, broader={"captions": "seeing", "tagging": "seeing"})
    assert {row.slug: row.group for row in rows} == {"captions": "all", "tagging": "one"}


@pytest.mark.parametrize("seed", range(3))
def test_no_offering_is_lost_or_shown_twice_by_joining(seed: int) -> None:
    names = [f"n{number}" for number in range(6)]
    broader = {name: names[(number * 2 + seed) % 3] for number, name in enumerate(names) if number >= 3}
    one = subject("a", offerings=tuple(offering(name) for name in names[seed:4]))
    other = subject("b", offerings=tuple(offering(name) for name in names[3:]))
    rows = rows_of(one, other, broader=broader)
    for place, it in enumerate((one, other)):
        shown = sorted(o.capability_slug for row in rows for o in row.cells[place].offerings)
        assert shown == sorted(o.capability_slug for o in it.offerings)


def cell_without(it: Subject, key: str) -> object:
    has = subject("has", offerings=(offering("x", capability_uri=f"capability://{key}"),))
    (row,) = capability_rows((has, it), {"x": Term("x", "X", f"capability://{key}")})
    return row.cells[1]


def test_a_fact_that_says_no_shows_the_absence_with_its_source() -> None:
    cell = cell_without(subject(facts=(fact("tool_calling", False),)), "agent.tool-calling")
    assert (cell.state, cell.note, len(cell.said)) == (Has.LACKS, "Tool calling: no.", 1)


def test_a_disputed_no_shows_nothing() -> None:
    cell = cell_without(subject(facts=(fact("tool_calling", False, True),)), "agent.tool-calling")
    assert cell.state == Has.UNKNOWN


def test_a_fact_that_says_yes_is_not_an_offering() -> None:
    assert cell_without(subject(facts=(fact("tool_calling", True),)), "agent.tool-calling").state == Has.UNKNOWN


def test_what_takes_and_gives_no_image_does_nothing_with_images() -> None:
    it = subject(facts=(fact("input_modalities", ["text"]), fact("output_modalities", ["text", "code"])))
    cell = cell_without(it, "image.captioning")
    assert (cell.state, cell.note) == (Has.LACKS, "It is listed as taking text and giving text, code: no image.")
    assert cell_without(it, "text.chat").state == Has.UNKNOWN


def test_half_of_what_it_takes_and_gives_shows_no_absence() -> None:
    it = subject(facts=(fact("input_modalities", ["text"]),))
    assert cell_without(it, "image.generation").state == Has.UNKNOWN


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("text.chat", Has.DOES_NOT_APPLY),
        ("train.pretraining-corpus", Has.UNKNOWN),
        ("code.training-corpus", Has.UNKNOWN),
    ],
)
def test_a_dataset_does_nothing_by_itself_and_serves_training(key: str, state: Has) -> None:
    assert cell_without(subject(kind="dataset"), key).state == state
