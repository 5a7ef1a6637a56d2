"""The demo's sample searches: asked of the real engine, chosen from what it shows, all marked as sample.

Drawn with a fixed seed, so that every demo has the same. `remove` takes out exactly these, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from catalog.models import Artifact, Offering
from ranking import indexing
from ranking.graph import folding
from ranking.graph.gathering import phrase_of
from ranking.match.engine import Answer
from ranking.models import Act, Door, Feedback, Search

FILE = Path(__file__).with_suffix(".yaml")
SEED = 11
DAYS = 26  # of them, so that all lie within the life of queries' words
#: How many searches a person makes for one need, and of a hundred that chose how many say whether it worked.
AGAIN, TELL = (1, 1, 1, 2, 3), 45
LIMIT = 10
#: Nobody's, so that no real actor or network is ever the same.
MARK = "5a3b1e"


def add(*, now: dt.datetime) -> int:
    """How many searches there are now; nothing where there is no index to ask, or they are there already."""
    if Search.objects.filter(is_sample=True).exists():
        return 0
    engine = indexing.engine()
    if engine is None:
        return 0
    answers = cache(lambda text: engine.answer(text, limit=LIMIT))  # people say the same in the same words
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    draw = random.Random(SEED)  # noqa: S311 - a sample, no secret
    slugs = dict(Artifact.objects.values_list("pk", "slug"))
    of = dict(Offering.objects.values_list("pk", "capability_id"))
    searches: list[Search] = []
    feedback: list[Feedback] = []
    for number, need in enumerate(told):
        for person in range(need["people"]):
            for _ in range(draw.choice(AGAIN)):
                search = _search(need, person, number, answers, of, draw, now)
                searches.append(search)
                feedback += _feedback(need, search, slugs, draw)
    searches.sort(key=lambda one: one.at)
    with transaction.atomic():
        Search.objects.bulk_create(searches, batch_size=500)
        Feedback.objects.bulk_create(sorted(feedback, key=lambda one: one.at), batch_size=500)
    folding.fold(now=now)
    indexing.refresh(now=now)
    return len(searches)


def remove(*, now: dt.datetime) -> int:
    """How many searches were taken out. The graph is then what it would be without them."""
    with transaction.atomic():
        Feedback.objects.filter(is_sample=True).delete()
        count, _ = Search.objects.filter(is_sample=True).delete()
    folding.refold(now=now)
    indexing.refresh(now=now)
    return count


def _search(
    need: dict[str, Any],
    person: int,
    number: int,
    answers: Callable[[str], Answer],
    of: dict[int, int],
    draw: random.Random,
    now: dt.datetime,
) -> Search:
    said = need["said"]
    # The first way of saying it is the most usual one.
    text = said[min(int(draw.expovariate(0.9)), len(said) - 1)]
    answer = answers(text)
    shown = answer.matches or answer.near[:5]
    return Search(
        key=uuid.UUID(int=draw.getrandbits(128), version=4),
        at=now - dt.timedelta(minutes=draw.randrange(10, DAYS * 1440)),
        actor=f"{MARK}{number:04x}{person:06x}",
        network=f"{MARK}{number:04x}{person:06x}",
        text=text,
        phrase=phrase_of(text),
        door=Door.PAGE,
        answered=bool(answer.matches),
        confidence=answer.confidence.fits,
        shown=[[int(one.artifact), of.get(int(one.offering or 0), 0)] for one in shown],
        is_sample=True,
    )


def _feedback(need: dict[str, Any], search: Search, slugs: dict[int, str], draw: random.Random) -> list[Feedback]:
    took = need.get("took", {})
    weights = [took.get(slugs.get(artifact, ""), 0) for artifact, _ in search.shown]
    if not any(weights) or draw.random() * 100 >= min(sum(weights), 90):
        return []
    ((artifact, _),) = draw.choices(search.shown, weights)
    common = {"artifact_id": artifact, "actor": search.actor, "network": search.network, "is_sample": True}
    found = [Feedback(search_key=search.key, act=Act.CHOICE, at=search.at + dt.timedelta(minutes=1), **common)]
    if draw.random() * 100 < TELL:
        worked = draw.random() * 100 < need["worked"]
        later = search.at + dt.timedelta(minutes=draw.randrange(5, 8))
        found.append(Feedback(search_key=search.key, act=Act.OUTCOME, worked=worked, at=later, **common))
    return found
