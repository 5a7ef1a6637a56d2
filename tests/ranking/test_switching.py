"""Readers pin a generation: while generations switch under them, no answer ever mixes two."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Standing
from ranking import generations
from ranking.publish import roll_back
from tests.ranking.conftest import NOW, make_ranked

SWITCHES = 50
READERS = 3


@pytest.mark.postgres  # SQLite's tests share one connection's memory, which threads cannot
@pytest.mark.django_db(transaction=True)
def test_no_answer_mixes_generations_while_fifty_switch(settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}
    artifacts = make_ranked(10)
    first = generations.build(now=NOW)
    second = generations.build(now=NOW + dt.timedelta(days=20))
    assert first is not None
    assert second is not None
    numbers = [first.number, second.number]
    scores = {
        (number, slug): score
        for number, slug, score in Standing.objects.values_list("generation__number", "artifact__slug", "score")
    }
    assert len(scores) == 2 * len(artifacts)
    seen: set[int] = set()
    wrong: list[Any] = []
    answers = [0]
    over = threading.Event()

    def read() -> None:
        try:
            client = Client()
            while not over.is_set():
                for address in ("/api/v1/artifacts/?kind=repo&sort=rank", f"/artifacts/{artifacts[3].slug}/rank.json"):
                    it = client.get(address).json()
                    rows = it.get("results") or [{"slug": it["artifact"], "rank": {**it, "score": it["rank"]}}]
                    found = {row["rank"]["generation"] for row in rows}
                    seen.update(found)
                    answers[0] += 1
                    if len(found) != 1 or any(
                        scores[row["rank"]["generation"], row["slug"]] != row["rank"]["score"] for row in rows
                    ):
                        wrong.append(rows)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for turn in range(SWITCHES):
        roll_back(to=numbers[turn % 2])
        over.wait(0.05)
    over.set()
    for reader in readers:
        reader.join(timeout=60)
    assert wrong == []
    assert seen == set(numbers)
    assert answers[0] > SWITCHES
