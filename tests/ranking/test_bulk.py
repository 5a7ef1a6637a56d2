"""Millions of readings at once: on PostgreSQL in arrays, range by range of their ids, the very same as one by one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from django.db import connection

from catalog.models import Reading
from ranking import bulk, generations, lease, publish
from tests.factories import make_artifact, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = pytest.mark.django_db


def test_all_at_once_are_the_same_as_those_of_each(monkeypatch):
    """Ranges that are empty, half full, or hold only what is too old make no difference."""
    monkeypatch.setattr(bulk, "_RANGE", 5)
    source = make_source()
    artifacts = [make_artifact() for _ in range(4)]
    for artifact in artifacts:
        add_history(artifact, source)
    Reading.objects.filter(artifact=artifacts[1]).delete()
    last = Reading.objects.latest("pk").pk - 2
    since = NOW - dt.timedelta(days=80)
    whole = np.sort(bulk.readings(last=last, since=since))
    each = np.sort(bulk.readings(last=last, since=since, artifact_ids=[one.pk for one in artifacts]))
    assert len(whole) == Reading.objects.filter(pk__lte=last, observed_at__gte=since).count() > 0
    assert (whole == each).all()
    assert not len(bulk.readings(last=0, since=since))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_only_publishing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commit waits for all before it; what a builder wrote until then nobody misses."""
    make_ranked()
    waits: dict[str, list[str]] = defaultdict(list)

    def asked(named: str, do: Any) -> Any:
        def doing(*args: Any, **named_too: Any) -> Any:
            with connection.cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                waits[named].append(cursor.fetchone()[0])
            return do(*args, **named_too)

        return doing

    monkeypatch.setattr(generations, "insert", asked("written", generations.insert))
    monkeypatch.setattr(lease, "hold_on", asked("alive", lease.hold_on))
    monkeypatch.setattr(publish, "switch", asked("published", publish.switch))
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    generations.build(now=NOW)
    connection.close()
    assert set(waits["written"]) == {"off"}
    *while_writing, before_checks, before_publishing = waits["alive"]
    assert set(while_writing) == {"off"}
    assert [before_checks, before_publishing, *waits["published"]] == ["on", "on", "on"]
