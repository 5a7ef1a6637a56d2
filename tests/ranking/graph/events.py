"""Searches and feedback for tests, with people told apart by a number."""

from __future__ import annotations

import datetime as dt
import uuid

from catalog.models import Artifact
from ranking.graph.gathering import phrase_of
from ranking.models import Act, Door, Feedback, Search

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)


def search(text: str, *artifacts: Artifact, who: int = 1, ago: float = 1.0, **given: object) -> Search:
    """One query `ago` days before NOW, by a person of a network of their own."""
    return Search.objects.create(
        key=uuid.uuid4(),
        at=NOW - dt.timedelta(days=ago),
        actor=f"{who:016x}",
        network=str(given.pop("network", f"{who:016x}")),
        text=text,
        phrase=phrase_of(text),
        door=Door.PAGE,
        answered=bool(given.pop("answered", True)),
        confidence=0.8,
        shown=[[artifact.pk, 0] for artifact in artifacts],
        **given,
    )


def choose(of: Search, artifact: Artifact, *, worked: bool | None = None, **given: object) -> Feedback:
    return Feedback.objects.create(
        search_key=of.key,
        act=Act.CHOICE if worked is None else Act.OUTCOME,
        worked=worked,
        artifact=artifact,
        at=of.at + dt.timedelta(minutes=1),
        actor=of.actor,
        network=of.network,
        **given,
    )
