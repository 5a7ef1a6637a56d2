"""rank.json holds all that is needed to compute a rank again; verify_rank finds every number that does not follow."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.desk.merging import merge, undo
from catalog.models import Artifact, CatalogState, Standing
from ranking import generations
from ranking.computing import ranked
from ranking.configurations import live_configuration
from ranking.document import CannotVerify, differences, document_of, recomputed
from ranking.loading import moment
from ranking.models import Hold, HoldState
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


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("rank",), 99.0, "rank"),
        (("low",), 1.0, "low"),
        (("momentum",), 3.0, "momentum"),
        (("components", "adoption"), 3.0, "components.adoption"),
        (("points", 0, "points"), 9.0, "points.new_stars"),
        (("recompute", "series", "stars", 7, 1), 90_000.0, "points.new_stars"),
    ],
)
def test_whatever_is_changed_is_found(artifact: Artifact, path: tuple[Any, ...], value: float, what: str) -> None:
    it = document(artifact)
    place = it
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert what in {one.what for one in differences(it)}


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
