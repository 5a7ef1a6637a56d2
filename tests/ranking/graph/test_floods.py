"""A thousand fresh actors of one network in a day change the first ten of nothing that goes by what people say."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client

from catalog.models import Artifact
from catalog.state import live_state
from ranking import indexing
from ranking.graph import folding
from ranking.graph.actors import asker
from ranking.graph.gathering import phrase_of
from ranking.graph.intents import page_of
from ranking.graph.recording import Reader
from ranking.match import engine
from ranking.match.configuration import shipped
from ranking.models import Act, Door, Feedback, Intent, Search
from ranking.searching import search
from tests.factories import make_artifact, make_capability, make_offering
from tests.ranking.conftest import NOW

pytestmark = pytest.mark.django_db

NEED = "transcribe a podcast"
ACTORS, TOP = 1_000, 10
LATER = NOW + dt.timedelta(minutes=1)
#: What makes one listing say less of the need than another.
FILLER = ("prints", "mails", "folds", "counts", "paints", "plays", "stores", "reads", "shares", "sorts", "sings",
          "cooks", "drives", "sews", "digs", "swims")  # fmt: skip


@pytest.fixture(autouse=True)
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all there is serves a need nothing stands out, and the engine would rather say nothing; it is asked for
    its order here."""
    monkeypatch.setattr(engine, "shipped", lambda: replace(shipped(), abstain=0.0))


@pytest.fixture
def scribes() -> list[Artifact]:
    speech = make_capability(key="audio.transcription", slug="transcription", name="Speech transcription")
    found = []
    for n in range(16):
        artifact = make_artifact(name=f"Scribe {n}", slug=f"scribe-{n}", kind="repo")
        text = f"Transcribes podcasts {' '.join(FILLER[:n])}."
        make_offering(artifact=artifact, capability=speech, title="Writes", description=text)
        found.append(artifact)
    indexing.refresh(now=NOW)
    return found


def act(address: str, browser: str, at: dt.datetime, shown: list[int], chosen: int) -> tuple[Search, list[Feedback]]:
    """One reader searches, chooses and says that it worked."""
    who = asker(address, browser, on=at.date())
    asked = Search(
        key=uuid.uuid4(),
        at=at,
        actor=who.actor.hex(),
        network=who.network.hex(),
        text=NEED,
        phrase=phrase_of(NEED),
        door=Door.PAGE,
        answered=True,
        confidence=0.8,
        shown=[[artifact, 0] for artifact in shown],
    )
    common = {"search_key": asked.key, "artifact_id": chosen, "actor": asked.actor, "network": asked.network}
    later = at + dt.timedelta(seconds=20)
    return asked, [Feedback(act=a, at=later, worked=w, **common) for a, w in ((Act.CHOICE, None), (Act.OUTCOME, True))]


def say(acts: list[tuple[Search, list[Feedback]]], *, now: dt.datetime) -> None:
    Search.objects.bulk_create(asked for asked, _ in acts)
    Feedback.objects.bulk_create(one for _, feedback in acts for one in feedback)
    folding.fold(now=now)
    indexing.refresh(now=now)


def found() -> list[int]:
    live = indexing.engine()
    assert live is not None
    return [int(match.artifact) for match in live.answer(NEED, limit=16).found]


def scores() -> dict[str, float]:
    live = indexing.engine()
    assert live is not None
    return {match.artifact: match.score for match in live.answer(NEED, limit=16).found}


def shown() -> list[int]:
    """By the search page."""
    reader = Reader("203.0.113.7", "Firefox")
    answer = search(NEED, state=live_state(), reader=reader, door=Door.PAGE, now=NOW, limit=TOP, is_recorded=False)
    return [hit.row.id for hit in answer.hits]


def resolved(client: Client) -> list[str]:
    answer = client.post("/api/v1/resolve", {"intent": NEED, "limit": TOP}, content_type="application/json").json()
    return [answer["best"]["artifact"]["slug"], *(one["artifact"]["slug"] for one in answer["alternatives"])]


def served() -> list[int]:
    (intent,) = Intent.objects.all()
    assert intent.is_public
    return [one.row.id for one in page_of(intent, live_state()).served]


def readers(order: list[int], *, known: int) -> list[tuple[Search, list[Feedback]]]:
    """Each of a network of their own, over four days, and shown all in an order of their own: the first of this order
    have most of them. The last `known` that anybody has chosen are those that the crowd will want to lift."""
    acts, seen, draw = [], list(order), random.Random(4)
    for place, artifact in enumerate(order[: TOP + known]):
        for n in range(3 * (TOP + known - place)):
            at = NOW - dt.timedelta(days=1 + n % 4, minutes=place)
            draw.shuffle(seen)
            acts.append(act(f"198.{place}.{n}.9", "Firefox", at, list(seen), artifact))
    return acts


def crowd(order: list[int]) -> list[tuple[Search, list[Feedback]]]:
    """Each has an address and a browser of their own, and chooses what stands behind the tenth."""
    draw = random.Random(5)
    return [
        act(
            f"100.64.0.{n % 254 + 1}",
            f"Browser {n}",
            NOW - dt.timedelta(seconds=60 + draw.random() * 86_340),
            order,
            draw.choice(order[TOP : TOP + 3]),
        )
        for n in range(ACTORS)
    ]


def test_no_first_ten_changes(scribes, client):
    """Where nobody else has chosen what the crowd wants to lift."""
    order = found()
    say(readers(order, known=0), now=NOW)
    before = found(), shown(), resolved(client), served()
    say(crowd(order), now=LATER)
    after = found(), shown(), resolved(client), served()
    for was, now in zip(before, after, strict=True):
        assert now[:TOP] == was[:TOP]
    assert after[0] == before[0], "nor anything behind them"


def test_where_others_chose_it_the_crowd_is_one_reader_more(scribes, client):
    """Search learns from it exactly what it learns from a single one, and the intent's page counts as much."""
    order = found()
    said = readers(order, known=3)
    say(said, now=NOW)
    with transaction.atomic():
        say([act("192.0.2.1", "Firefox", NOW - dt.timedelta(hours=2), order, one) for one in order[TOP:13]], now=LATER)
        one_more = scores()
        transaction.set_rollback(True)
    say(crowd(order), now=LATER + dt.timedelta(minutes=1))
    assert scores() == one_more
    chosen = {one.row.id: one.chosen for one in page_of(Intent.objects.get(), live_state()).served}
    for place in range(TOP, 13):
        assert chosen[order[place]] == 3 * (13 - place) + 1


def test_as_many_of_as_many_networks_do_change_them(scribes, client):
    """So that the test above can fail."""
    say(readers(found(), known=0), now=NOW)
    ranking = served()
    before = found(), ranking
    many = [
        act(f"100.{64 + n // 250}.{n % 250}.1", "Firefox", NOW - dt.timedelta(hours=1), ranking, ranking[TOP])
        for n in range(ACTORS)
    ]
    say(many, now=LATER)
    assert found()[:TOP] != before[0][:TOP]
    assert served()[:TOP] != before[1][:TOP]


def test_what_a_single_network_chose_is_told_and_moves_nothing(scribes):
    order = found()
    say(readers(order, known=0), now=NOW)
    say([act("192.0.2.1", "Firefox", NOW - dt.timedelta(hours=2), order, order[TOP])], now=LATER)
    (intent,) = Intent.objects.all()
    (it,) = [one for one in page_of(intent, live_state()).served if one.row.id == order[TOP]]
    assert it.chosen == 1
    assert it.mean < it.prior
