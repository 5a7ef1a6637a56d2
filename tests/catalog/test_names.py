"""What an artifact is called turns nothing else around, through whichever door the name came."""

from __future__ import annotations

import pytest

from catalog.importers.records import ArtifactRecord
from catalog.models import Artifact
from tests.factories import make_artifact


def fresh(artifact: Artifact) -> Artifact:
    return Artifact.objects.get(pk=artifact.pk)


NAME, KEPT = "He\u202er\u2066on\u2069", "Heron"


@pytest.mark.django_db
def test_a_name_is_kept_without_characters_that_turn_others() -> None:
    """Saved, created in bulk, updated in bulk or in the database: one field sees to all of them."""
    saved = make_artifact(slug="saved", name=NAME)
    (bulk,) = Artifact.objects.bulk_create([Artifact(slug="bulk", name=NAME, kind="model")])
    changed = make_artifact(slug="changed", name="Egret")
    Artifact.objects.filter(pk=changed.pk).update(name=NAME)
    assert saved.name == KEPT
    assert [fresh(one).name for one in (saved, bulk, changed)] == [KEPT] * 3
    assert fresh(saved).sort_name == "heron"
    changed.name = NAME
    Artifact.objects.bulk_update([changed], ["name"])
    assert fresh(changed).name == KEPT


def test_a_record_calls_it_as_the_catalog_will() -> None:
    """Otherwise each run would find the name changed."""
    assert ArtifactRecord("heron", NAME, "model").name == KEPT
