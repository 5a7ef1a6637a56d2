"""The demo's sample searches: asked of the real engine, chosen from what it shows, all marked as sample.

Drawn with a fixed seed, so that every demo has the same. `remove` takes out exactly these, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from catalog.models import Artifact, Offering
from ranking import indexing
from ranking.graph import folding
from ranking.graph.gathering import phrase_of
from ranking.match.engine import Engine
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
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    draw = random.Random(SEED)  # noqa: S311 - a sample, no secret
    slugs = dict(Artifact.objects.values_list("pk", "slug"))
    of = dict(Offering.objects.values_list("pk", "capability_id"))
    asked = [
        (_search(need, person, number, draw, now), need)
        for number, need in enumerate(told)
        for person in range(need["people"])
        for _ in range(draw.choice(AGAIN))
    ]
    asked.sort(key=lambda one: one[0].at)
    # Most are answered by an engine that has learnt from the first third, as they would have been.
    for part in (asked[: len(asked) // 3], asked[len(asked) // 3 :]):
        _ask(part, engine, slugs, of, draw)
        folding.fold(now=now)
        indexing.refresh(now=now)
        engine = indexing.engine() or engine
    return len(asked)


def remove(*, now: dt.datetime) -> int:
    """How many searches were taken out. The graph is then what it would be without them."""
    with transaction.atomic():
        Feedback.objects.filter(is_sample=True).delete()
        count, _ = Search.objects.filter(is_sample=True).delete()
    folding.refold(now=now)
    indexing.refresh(now=now)
    return count


def _ask(
    part: Sequence[tuple[Search, dict[str, Any]]],
    engine: Engine,
    slugs: dict[int, str],
    of: dict[int, int],
    draw: random.Random,
) -> None:
    """Each is answered, and something chosen of some answers."""
    answers = cache(lambda text: engine.answer(text, limit=LIMIT))  # people say the same in the same words
    feedback: list[Feedback] = []
    for search, need in part:
        answer = answers(search.text)
        search.answered, search.confidence = bool(answer.matches), answer.confidence.fits
        shown = answer.matches or answer.near[:5]
        search.shown = [[int(one.artifact), of.get(int(one.offering or 0), 0)] for one in shown]
        feedback += _feedback(need, search, slugs, draw)
    with transaction.atomic():
        Search.objects.bulk_create([search for search, _ in part], batch_size=500)
        Feedback.objects.bulk_create(sorted(feedback, key=lambda one: one.at), batch_size=500)


def _search(need: dict[str, Any], person: int, number: int, draw: random.Random, now: dt.datetime) -> Search:
    said = need["said"]
    # The first way of saying it is the most usual one.
    text = said[min(int(draw.expovariate(0.9)), len(said) - 1)]
    return Search(
        key=uuid.UUID(int=draw.getrandbits(128), version=4),
        at=now - dt.timedelta(minutes=draw.randrange(10, DAYS * 1440)),
        actor=f"{MARK}{number:04x}{person:06x}",
        network=f"{MARK}{number:04x}{person:06x}",
        text=text,
        phrase=phrase_of(text),
        door=Door.PAGE,
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
