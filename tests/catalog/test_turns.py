"""Two editors of one family of artifacts at once: on PostgreSQL they would lock each other's rows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from catalog.changes import change
from catalog.models import Artifact, CatalogState, Fact
from tests.factories import make_artifact, make_fact


@pytest.mark.postgres  # SQLite lets one writer in at a time by itself
@pytest.mark.django_db(transaction=True)
def test_two_editors_of_one_family_both_finish() -> None:
    """Each saves its own artifact first and then one that the other has saved: without turns they deadlock."""
    one, other = make_artifact(), make_artifact()
    facts = {one.pk: make_fact(artifact=one), other.pk: make_fact(artifact=other)}
    before = CatalogState.objects.get(pk=1).version
    meet = threading.Barrier(2, timeout=10)
    failures: list[BaseException] = []

    def edit(mine: int, theirs: int) -> None:
        try:
            for round_ in range(5):
                meet.wait()
                with change():
                    Artifact.objects.get(pk=mine).save()
                    fact = Fact.objects.get(pk=facts[theirs].pk)
                    fact.value = 1_000 + round_
                    fact.save()
        except BaseException as error:
            failures.append(error)
            meet.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=pair) for pair in ((one.pk, other.pk), (other.pk, one.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert CatalogState.objects.get(pk=1).version == before + 10
