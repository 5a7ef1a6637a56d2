"""Answers: what comes first, why, how sure, and what never happens."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranking.match import configuration
from ranking.match.documents import Chosen, Document
from ranking.match.engine import MOST, Engine, largest
from ranking.match.index import build, open_index
from tests.ranking.match.made import TEXTS, documents, engine, keys


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("cold"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """More documents than are all scored, so that candidates have to be found."""
    rng = random.Random(5)
    words = [
        f"{a}{b}" for a in ("blue", "red", "quick", "slow", "deep", "flat") for b in ("bird", "stone", "river", "lamp")
    ]
    filler = [
        Document(
            artifact=f"filler-{i}",
            name=f"Filler {i}",
            capability=" ".join(rng.sample(words, 2)),
            description=" ".join(rng.choices(words, k=12)),
            facets=frozenset({"kind:repo"}),
        )
        for i in range(1500)
    ]
    chosen = [Chosen("zebra stripes everywhere", "filler-77", 5.0)]
    return engine(tmp_path_factory.mktemp("large"), [*filler, *documents()], chosen)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("turn my recorded speech into text", "scribe"),
        ("draw a picture of a cat", "painter"),
        ("translate a document into French", "polyglot"),
        ("help me repair this program", "coder"),
        ("will there be rain tomorrow in Paris", "weather"),
        ("get the tables out of a pdf", "tabler"),
        ("answer my e-mail", "mailer"),
        ("toxicity of a molecule", "chemist"),
        ("codehelper", "coder"),
        ("FORECASTS OF WIND", "weather"),
    ],
)
def test_what_it_does_is_found(cold: Engine, large: Engine, query: str, expected: str) -> None:
    assert keys(cold.answer(query).found)[0] == expected
    assert keys(large.answer(query).found)[0] == expected


def test_a_past_choice_finds_what_words_do_not(large: Engine) -> None:
    assert keys(large.answer("stripes of a zebra").found)[0] == "filler-77"


def test_a_choice_lifts_and_is_told(tmp_path: Path) -> None:
    before = engine(tmp_path).answer("note what was said in the meeting")
    chosen = [Chosen("what was said in our meeting, noted", "chemist", 4.0)]
    after = engine(tmp_path, chosen=chosen).answer("note what was said in the meeting")
    place = lambda answer: keys(answer.found).index("chemist")  # noqa: E731
    assert place(after) == 0 < place(before)
    told = [reason.sentence for reason in after.found[0].reasons]
    assert "People who asked “what was said in our meeting, noted” chose it." in told


def test_reasons_name_what_matched(cold: Engine) -> None:
    best = cold.answer("speech recognition for forty languages").found[0]
    assert [(reason.about, reason.words) for reason in best.reasons] == [
        ("capability", ("speech", "recognition")),
        ("words", ("speech", "forty", "languages")),
    ]
    assert best.reasons[0].sentence == "It offers speech recognition."
    assert best.reasons[1].sentence == "Its listing has “speech”, “forty” and “languages”."


def test_conditions_that_meet_the_query_are_told(tmp_path: Path) -> None:
    one = Document(
        artifact="a",
        name="Alpha",
        capability="transcription",
        description="Writes down speech.",
        best_for=("podcasts and interviews",),
        limitations=("No music.",),
        requires=("a GPU with 8 GB",),
    )
    found = engine(tmp_path, [one]).answer("write down a podcast with music on a gpu").found[0].reasons
    told = {reason.about: reason.sentence for reason in found}
    assert told["fits"] == "Best for: podcasts and interviews."
    assert told["conflicts"] == "Known limitation: No music."
    assert told["requires"] == "Requires: a GPU with 8 GB."


def test_parts_add_up(tmp_path: Path) -> None:
    chosen = [Chosen("say it in French", "polyglot", 6.0), Chosen("paint it", "painter", 2.0)]
    for match in engine(tmp_path, chosen=chosen).answer("say it in Spanish").found:
        assert sum(match.parts.values()) == pytest.approx(match.score, abs=1e-3)
        assert set(match.parts) == set(configuration.PARTS)


def test_without_choices_only_content_counts(cold: Engine) -> None:
    for match in cold.answer("draw a cat").found:
        assert all(match.parts[name] == 0 for name in configuration.OF_CHOICES)


# --- wishes and filters ----------------------------------------------------------------------------------------------


def test_a_wish_in_the_words_sorts_out(cold: Engine) -> None:
    answer = cold.answer("MCP server for languages")
    assert [one.facet for one in answer.understood] == ["kind:mcp"]
    assert set(keys(answer.found)) == {"scribe", "weather"}


def test_a_wish_that_was_taken_away_sorts_out_nothing(cold: Engine) -> None:
    answer = cold.answer("MCP server for languages", ignored=["kind:mcp"])
    assert answer.understood == ()
    assert len(answer.found) == len(TEXTS)


def test_a_wish_that_nothing_can_meet_is_no_filter(cold: Engine) -> None:
    """No artifact is known to have open weights, so that cannot mean that nothing fits."""
    answer = cold.answer("draw pictures, open weights")
    assert answer.understood == ()
    assert [one.facet for one in answer.not_met] == ["weights:open"]
    assert keys(answer.found)[0] == "painter"


def test_wishes_that_contradict_the_catalog_are_told(cold: Engine) -> None:
    answer = cold.answer("free dataset", filters=[])
    assert answer.found
    together = cold.answer("a free framework for rain", filters=["kind:model"])
    assert [one.facet for one in together.not_met] == ["price:free", "kind:framework"]
    assert set(keys(together.found)) == {"painter", "chemist"}


def test_of_wishes_that_nothing_meets_together_the_kind_stays(cold: Engine) -> None:
    """Whoever asks for a free data set where none is free is shown data sets, not free servers."""
    answer = cold.answer("a free model for rain")
    assert [one.facet for one in answer.understood] == ["kind:model"]
    assert [one.facet for one in answer.not_met] == ["price:free"]
    assert set(keys(answer.found)) == {"painter", "chemist"}


def test_a_wish_is_not_given_up_for_one_that_nothing_meets(tmp_path: Path) -> None:
    """No model is known to run locally; that some have open weights still holds."""
    rows = [
        Document(artifact="open", name="Model of words", facets=frozenset({"kind:model", "weights:open"})),
        Document(artifact="closed", name="Model of words", facets=frozenset({"kind:model"})),
        Document(artifact="runner", name="Runs models", facets=frozenset({"kind:cli", "runs:locally"})),
    ]
    answer = engine(tmp_path, rows).answer("open weights model that runs locally")
    assert [one.facet for one in answer.understood] == ["weights:open", "kind:model"]
    assert [one.facet for one in answer.not_met] == ["runs:locally"]
    assert keys(answer.found) == ["open"]


def test_filters_hold(cold: Engine, large: Engine) -> None:
    for one in (cold, large):
        found = one.answer("languages", filters=["kind:mcp", "price:free"], limit=50)
        assert set(keys(found.found)) == {"scribe", "weather"}
        assert one.answer("languages", filters=["kind:nothing-of-the-sort"]).found == ()
    assert "scribe" not in keys(large.answer("speech into text", filters=["kind:repo"], limit=50).found)


# --- what never happens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", " ", "?", "\N{ROCKET}", "\x00", "the of and", "--", '"', "(((", "a:^~*"])
def test_nothing_asked_is_nothing_found(cold: Engine, query: str) -> None:
    """What says nothing is answered by abstaining, never by a guess that looks like an answer."""
    answer = cold.answer(query)
    assert answer.matches == ()
    assert answer.confidence.fits < cold.configuration.abstain


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=700))
def test_any_text_is_answered(cold: Engine, query: str) -> None:
    answer = cold.answer(query)
    assert len(answer.found) <= 10
    assert not (answer.matches and answer.near)
    assert 0 <= answer.confidence.first <= answer.confidence.fits <= 1


@pytest.mark.parametrize(("limit", "expected"), [(-5, 0), (0, 0), (3, 3), (10**9, 8)])
def test_limits(cold: Engine, limit: int, expected: int) -> None:
    assert len(cold.answer("languages", limit=limit).found) == min(expected, MOST)


def test_the_order_of_documents_changes_nothing(tmp_path: Path) -> None:
    rows, chosen = (
        documents(),
        [Chosen("rain", "weather", 2.0), Chosen("a cat", "painter", 1.5), Chosen("cat", "coder")],
    )
    queries = ["a cat in the rain", "languages", "free speech to text", "files"]
    expected = None
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        random.Random(seed).shuffle(chosen)
        one = engine(tmp_path, rows, chosen)
        found = [[(m.artifact, m.score) for m in one.answer(query).found] for query in queries]
        expected = expected or found
        assert [[key for key, _ in row] for row in found] == [[key for key, _ in row] for row in expected]
        flat = [score for row in found for _, score in row]
        assert flat == pytest.approx([score for row in expected for _, score in row], abs=1e-3)


@pytest.mark.parametrize("people", [0, 1, 3, 10, 60])
@pytest.mark.parametrize("target", ["painter", "mailer", "scribe"])
def test_a_genuine_choice_never_lowers(tmp_path: Path, people: int, target: str) -> None:
    """One more person who chose it for this very query: its score does not fall, and nothing overtakes it."""
    query = "draw a picture of a cat"
    rest = [Chosen("paint me a landscape", "painter", 3.0), Chosen("rain in Paris", "weather", 8.0)]
    places, scores = [], []
    for weight in (people, people + 1):
        own = [Chosen(query, target, float(weight))] if weight else []
        answer = engine(tmp_path, chosen=[*rest, *own]).answer(query)
        places.append(keys(answer.found).index(target))
        scores.append(next(m.score for m in answer.found if m.artifact == target))
    assert places[1] <= places[0]
    assert scores[1] >= scores[0]


def test_standing_breaks_ties_and_nothing_else(tmp_path: Path) -> None:
    twin = {"name": "Twin", "description": "Draws maps of rivers."}
    rows = [
        Document(artifact="low", standing=0.1, **twin),
        Document(artifact="high", standing=0.9, **twin),
        Document(artifact="famous", name="Famous", description="Sings songs.", standing=1.0),
    ]
    assert keys(engine(tmp_path, rows).answer("draw a map of a river").found) == ["high", "low", "famous"]


def test_parts_can_be_left_out(tmp_path: Path) -> None:
    """What each is worth is told by leaving it out: text only, with vectors, with choices."""
    numbers = configuration.without(configuration.shipped(), *configuration.PARTS[1:])
    chosen = [Chosen("draw a cat", "mailer", 9.0)]
    assert (
        keys(engine(tmp_path, chosen=chosen, configuration=numbers).answer("draws a description").found)[0] == "painter"
    )
    assert keys(engine(tmp_path, chosen=chosen).answer("draw a cat").found)[0] == "mailer"


@pytest.mark.parametrize(("size", "most"), [(10, 3), (30_000, 50), (30_000, 29_999), (5, 9)])
def test_the_largest_are_the_largest(size: int, most: int) -> None:
    values = np.random.default_rng(size).random(size)
    assert sorted(largest(values, most)) == sorted(np.argsort(-values)[:most])


def test_the_largest_of_equal_values() -> None:
    assert len(largest(np.zeros(50_000), 20)) == 20


def test_offerings_of_one_artifact_are_one_match(tmp_path: Path) -> None:
    """The offering that fits best stands for its artifact."""
    rows = [
        Document(artifact="a", name="Suite", offering="1", capability="translation", description="Translates."),
        Document(artifact="a", name="Suite", offering="2", capability="drawing", description="Draws pictures."),
        Document(artifact="b", name="Other", offering="3", capability="singing", description="Sings."),
    ]
    build(tmp_path / "i", rows)
    found = Engine(open_index(tmp_path / "i")).answer("draw a picture").found
    assert [(m.artifact, m.offering) for m in found] == [("a", "2"), ("b", "3")]
