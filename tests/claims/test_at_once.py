"""Many at the same time: one look decides, once."""

from __future__ import annotations

import pytest
from django.db import transaction

from catalog.models import Artifact
from claims import audit, checking, ownership
from claims.choices import ClaimState
from claims.models import AuditEntry, Claim, Look, Proof
from tests import cast
from tests.claims.conftest import NOW, Many, World, place_of
from tests.factories import make_artifact


@pytest.fixture
def scribe(many: Many) -> Artifact:
    return make_artifact(name="Scribe", slug="scribe", homepage="https://www.maker.dev/scribe")


def test_fifty_looks_at_once_make_one_change_and_one_entry(many: Many, world: World, scribe: Artifact) -> None:
    olga = cast.olga()
    proof = ownership.open_claim(scribe, place_of(scribe, "well_known"), by=olga, now=NOW)
    world.say("https://www.maker.dev/.well-known/unfragile.json", {"unfragile-challenges": [proof.token]})
    asked = Proof.objects.select_related("claim").get(pk=proof.pk)
    brought = many.at_once(50, lambda: checking.look_for(asked, by=olga, now=NOW, reach=world.reach))
    assert [one for one in brought if isinstance(one, Exception)] == []
    assert many.read(lambda: Claim.objects.get().state) == ClaimState.PROVEN
    assert many.read(lambda: list(AuditEntry.objects.order_by("number").values_list("verb", flat=True))) == [
        "opened",
        "proven",
    ]
    assert many.read(Look.objects.count) in (1, 2)
    assert 1 <= len(world.loopback.asked) <= 2
    assert many.read(audit.verified) == (2, [])


def test_clicks_at_once_open_one_claim(many: Many, scribe: Artifact) -> None:
    olga, place = cast.olga(), place_of(scribe, "dns")
    brought = many.at_once(8, lambda: ownership.open_claim(scribe, place, by=olga, now=NOW))
    assert [one for one in brought if isinstance(one, Exception)] == []
    assert many.read(Claim.objects.count) == 1
    assert many.read(Proof.objects.filter(state="pending").count) == 1


def test_entries_of_many_at_once_are_one_chain(many: Many) -> None:
    def write() -> int:
        with transaction.atomic():
            return audit.written("opened", at=NOW).number

    assert sorted(many.at_once(20, write), key=str) == sorted(range(1, 21), key=str)
    assert many.read(audit.verified) == (20, [])
