"""rank.json holds all that is needed to compute a rank again; verify_rank finds every number that does not follow."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.desk.merging import merge, undo
from catalog.models import Artifact, CatalogState, Standing
from ranking import generations, verifying
from ranking.computing import ranked
from ranking.configurations import live_configuration
from ranking.document import document_of
from ranking.formulas import BrokenFormula, formula_in
from ranking.loading import moment
from ranking.models import Hold, HoldState
from ranking.verifying import CannotVerify, differences, recomputed
from tests.factories import make_artifact, make_reading, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def document(artifact: Artifact) -> dict[str, Any]:
    """As a download: through JSON and back."""
    live = CatalogState.objects.get(pk=1).live_generation_id
    assert live is not None
    found = document_of(artifact, live, configuration_url="https://unfragile.example/methodology/formula.yaml")
    assert found is not None
    told: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return told


@pytest.fixture
@remembered
def artifact() -> Artifact:
    artifacts = make_ranked(4)
    generations.build(now=NOW)
    return artifacts[2]


def test_its_numbers_follow_from_its_readings(artifact: Artifact) -> None:
    it = document(artifact)
    assert differences(it) == []
    assert it["rank"] == 50 + sum(point["points"] for point in it["points"])


def test_each_point_is_its_weight_times_its_z(artifact: Artifact) -> None:
    it = document(artifact)
    for point in it["points"]:
        assert it["deviation"] * point["weight"] * point["z"] / it["norm"] == pytest.approx(point["points"], abs=1e-9)


def test_one_artifact_alone_comes_out_as_among_all_others(artifact: Artifact) -> None:
    """score_readings, the builder and verify_rank share one function; how many are scored at once changes nothing."""
    configuration = live_configuration(now=NOW)
    (kind,) = ranked(moment(now=NOW), configuration)
    place = kind.evidence.artifacts.tolist().index(artifact.pk)
    alone = recomputed(document(artifact))
    np.testing.assert_allclose(alone.points[0], kind.scores.points[place], atol=1e-9)
    assert alone.rank[0] == pytest.approx(Standing.objects.get(artifact=artifact).score, abs=1e-9)


def test_later_readings_leave_the_document_of_a_generation_as_it_is(artifact: Artifact) -> None:
    before = document(artifact)
    make_reading(artifact=artifact, signal="stars", value=9_000.0, observed_at=NOW - dt.timedelta(days=1))
    assert document(artifact) == before


def test_made_another_kind_it_is_told_as_what_it_was_ranked_until_the_next_generation(artifact: Artifact) -> None:
    artifact.kind = "dataset"
    artifact.save()
    assert document(artifact)["kind"] == "repo"
    assert differences(document(artifact)) == []
    generations.build(now=NOW + dt.timedelta(hours=1))
    assert document(artifact)["kind"] == "dataset"
    assert differences(document(artifact)) == []


#: Leaves that may be changed without being found out, and why. Whatever else is in the file is found.
CANNOT_BE_FOUND = {
    r"artifact|generation|configuration": "Names and addresses: nothing is computed from them.",
    r"percentile": "It follows from all others of the kind.",
    r"points\.\d+\.source\.(title|url)": "Who said a value changes nothing in it.",
    r"not_used\.\d+\.(signal|observed_at|value)": "Nothing is computed from what is not used.",
    r"recompute\.(series|accepted)\..*": "What was read and decided: told by the numbers that rest on it, if any do.",
    r"recompute\.tables\.(signals|curves|correlation)\..*": "What is usual: told by the numbers that rest on it.",
}


def leaves(it: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(it, dict | list):
        for step, value in it.items() if isinstance(it, dict) else enumerate(it):
            yield from leaves(value, (*path, step))
    else:
        yield path, it


def changed(value: Any) -> Any:
    if value is None:
        return 1.0
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 + abs(value) / 10
    for sort in (dt.date, dt.datetime):
        with suppress(ValueError):
            return (sort.fromisoformat(value) - dt.timedelta(days=2)).isoformat()
    return value + "x"


def replaced(it: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    it = copy.deepcopy(it)
    place: Any = it
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return it


def is_found(it: dict[str, Any], path: tuple[Any, ...]) -> bool:
    """By its own name, unless the file is refused as a whole or it is an input, of which its numbers tell."""
    try:
        found = [one.what for one in differences(it)]
    except (CannotVerify, BrokenFormula):
        return True
    if path[0] == "recompute":
        return found != []
    if path[0] == "points":
        told = ".".join(["points", it["points"][path[1]]["signal"], *path[2:]])
        return any(what == told or (path[2] == "signal" and told.startswith(what)) for what in found)
    told = ".".join(map(str, path))
    return told in found


def with_everything() -> dict[str, Any]:
    """Held back, cut, refused, accepted, reported: an artifact of which all that a file can hold is said."""
    make_ranked()
    burst, source = make_artifact(kind="repo"), make_source()
    add_history(burst, source, burst=3_000, downloads=None)
    for value, days in ((-3.0, 1), (9.0, -20), (5e9, 2)):
        make_reading(
            artifact=burst, signal="forks", value=value, observed_at=NOW - dt.timedelta(days=days), source=source
        )
    make_reading(artifact=burst, signal="forks", value=4.0, observed_at=NOW - dt.timedelta(days=30), source=source)
    generations.build(now=NOW)
    return document(burst)


def poor() -> dict[str, Any]:
    make_ranked()
    it = make_artifact(kind="repo")
    make_reading(artifact=it, signal="stars", value=10.0, observed_at=NOW)
    generations.build(now=NOW)
    return document(it)


def test_whatever_is_changed_is_found(artifact: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number and mark of the file by itself, except those of which the list says why not."""
    monkeypatch.setattr(verifying, "formula_in", cache(formula_in))  # reading it takes longer than all else
    whole = [document(artifact), with_everything(), poor()]
    assert any(point["held"] for point in whole[1]["points"])
    assert {one["why"] for one in whole[1]["not_used"]} == {"negative", "future", "leap"}
    assert whole[2]["rank"] is None
    missed, listed = [], set()
    for it in whole:
        assert differences(it) == []
        for path, value in leaves(it):
            name = ".".join(map(str, path))
            if name == "recompute.tables.is_prior" and it["rank"] is None:
                continue  # it widens bands, and without a rank there is none
            reason = next((one for one in CANNOT_BE_FOUND if re.fullmatch(one, name)), None)
            if reason is not None:
                listed.add(reason)
            elif not is_found(replaced(it, path, changed(value)), path):
                missed.append(f"{name}: {value!r}")
    assert missed == []
    assert listed == set(CANNOT_BE_FOUND), "the list names what no file holds"


def test_a_reading_that_was_changed_is_told_by_what_rests_on_it(artifact: Artifact) -> None:
    it = replaced(document(artifact), ("recompute", "series", "stars", 7, 1), 90_000.0)
    assert {"points.new_stars.points", "points.new_stars.value", "rank"} <= {one.what for one in differences(it)}


@pytest.mark.parametrize("day", [-1e300, -3e9, 1e300, float("nan"), float("inf"), float("-inf")])
def test_a_reading_of_no_day_there_ever_was_is_found(artifact: Artifact, day: float) -> None:
    it = document(artifact)
    it["recompute"]["series"]["downloads_month"] = [[day, 5.0]]
    assert is_found(it, ("recompute",))


def test_a_point_that_is_left_out_or_told_twice_is_found(artifact: Artifact) -> None:
    it = document(artifact)
    first = it["points"].pop(0)
    assert f"points.{first['signal']}" in {one.what for one in differences(it)}
    it["points"] += [first, first]
    assert f"points.{first['signal']}" in {one.what for one in differences(it)}


def test_a_source_of_what_is_estimated_is_found(artifact: Artifact) -> None:
    it = document(artifact)
    place = next(n for n, point in enumerate(it["points"]) if point["estimated"])
    it["points"][place]["source"] = {"title": "Somebody", "url": "https://somebody.example/"}
    assert [one.what for one in differences(it)] == [f"points.{it['points'][place]['signal']}.source"]


@pytest.mark.parametrize("missing", ["recompute", "kind", "points", "components", "rank", "typical"])
def test_a_file_that_lacks_something_is_refused_in_words(artifact: Artifact, missing: str) -> None:
    it = document(artifact)
    del it[missing]
    with pytest.raises(CannotVerify):
        differences(it)


@pytest.mark.parametrize(
    "damage",
    [
        lambda it: it["recompute"].update(series={"stars": [["a", "b"]]}),
        lambda it: it["recompute"].update(tables={}),
        lambda it: it["recompute"].update(day=None),
        lambda it: it.update(kind="spaceship"),
        lambda it: it["recompute"].update(series=[1, 2]),
        lambda it: it["recompute"].update(series={"stars": [[1, 10**400]]}),
        lambda it: it["recompute"].update(trials=10**400),
        lambda it: it.update(rank=10**400),
        lambda it: it.update(as_of="yesterday"),
        lambda it: it.update(not_used=[{}]),
        lambda it: it["points"][0].update(signal=[]),
    ],
)
def test_a_damaged_file_is_refused_in_words(artifact: Artifact, damage: Any) -> None:
    it = copy.deepcopy(document(artifact))
    damage(it)
    with pytest.raises(CannotVerify):
        differences(it)


def test_an_artifact_without_a_rank_says_so_and_verifies() -> None:
    make_ranked()
    poor = make_artifact(kind="repo")
    make_reading(artifact=poor, signal="stars", value=10.0, observed_at=NOW)
    generations.build(now=NOW)
    it = document(poor)
    assert it["rank"] is None
    assert differences(it) == []


def test_accepted_bursts_are_part_of_it() -> None:
    burst = make_artifact(kind="repo")
    add_history(burst, make_source(), burst=3_000)
    generations.build(now=NOW)
    Hold.objects.update(state=HoldState.ACCEPTED)
    generations.build(now=NOW)
    it = document(burst)
    assert it["recompute"]["accepted"] != {}
    assert differences(it) == []
    it["recompute"]["accepted"] = {}
    assert differences(it) != []


def test_a_mark_that_was_changed_is_named_by_the_command(artifact: Artifact, tmp_path: Path) -> None:
    """Of all that the page's own program computes with."""
    file = tmp_path / "rank.json"
    for path in (("norm",), ("points", 0, "weight"), ("points", 0, "z"), ("formula_version",), ("as_of",)):
        it = document(artifact)
        old = it["points"][0][path[2]] if len(path) == 3 else it[path[0]]
        file.write_text(json.dumps(replaced(it, path, changed(old))))
        with pytest.raises(CommandError, match=f"{path[-1]}: states"):
            call_command("verify_rank", str(file))


def test_the_command_says_what_it_found(artifact: Artifact, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    it = document(artifact)
    file = tmp_path / "rank.json"
    file.write_text(json.dumps(it))
    call_command("verify_rank", str(file))
    assert f"{it['rank']:.2f}, as it states" in capsys.readouterr().out
    it["rank"] += 1
    file.write_text(json.dumps(it))
    with pytest.raises(CommandError, match="rank: states"):
        call_command("verify_rank", str(file))
    for text in ("", "[]", '{"a": 1}', "\x00", "[" * 200_000):
        file.write_text(text)
        with pytest.raises(CommandError, match=r"rank\.json"):
            call_command("verify_rank", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_rank", str(tmp_path / "nowhere.json"))


def test_after_a_merge_the_file_says_that_it_waits_for_the_next_generation(artifact: Artifact) -> None:
    """Its readings are more than the generation knew: never a file that states what does not follow from it."""
    other = make_artifact(kind="repo")
    add_history(other, make_source(), stars=70_000, monthly=900, downloads=9_000_000)
    generations.build(now=NOW)
    done = merge(other, into=artifact, why="One thing, listed twice.")
    it = document(artifact)
    assert it["recompute"] is None
    with pytest.raises(CannotVerify, match="next generation"):
        differences(it)
    generations.build(now=NOW + dt.timedelta(hours=1))
    assert differences(document(artifact)) == []
    undo(done)
    assert document(artifact)["recompute"] is None
    generations.build(now=NOW + dt.timedelta(hours=2))
    assert differences(document(artifact)) == []
    assert document(artifact)["recompute_note"] == ""
