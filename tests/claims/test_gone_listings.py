"""What becomes of a claim whose listing is merged into another one, or withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.desk import workflow
from catalog.desk.merging import merge
from catalog.models import Artifact
from claims import audit, ownership
from claims.badge import badge_of
from claims.choices import ClaimState, ProofState
from claims.models import Claim, Dispute, Proof
from claims.permissions import Verb, has_rights, may
from tests import cast
from tests.claims.conftest import NOW, held_by, place_of
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def heir_at(homepage: str) -> Artifact:
    return make_artifact(name="Heir", slug="heir", kind="mcp", homepage=homepage)


def merged(artifact: Artifact, heir: Artifact) -> None:
    merge(artifact, into=heir, by=cast.sven(), why="One thing.")
    ownership.pass_time(now=NOW + HOUR)


@pytest.mark.parametrize("is_held", [False, True])
def test_a_proof_of_another_place_does_not_go_along_with_a_merge(scribe: Artifact, is_held: bool) -> None:
    """Neither into a listing that is somebody's, nor into one that is nobody's yet."""
    mine, heir = held_by(cast.olga(), scribe), heir_at("https://heir.dev/")
    theirs = held_by(cast.oskar(), heir) if is_held else None
    merged(scribe, heir)
    mine.refresh_from_db()
    assert (mine.state, mine.artifact_id) == (ClaimState.RELEASED, scribe.pk)
    assert "merged into Heir" in mine.why
    assert not Dispute.objects.exists()
    assert ownership.holder_of(heir.pk) == theirs
    assert audit.verified()[1] == []


def test_a_claim_of_the_demo_goes_along_all_the_same(scribe: Artifact) -> None:
    mine, heir = held_by(cast.olga(), scribe), heir_at("https://heir.dev/")
    Claim.objects.update(is_demo=True)
    merged(scribe, heir)
    mine.refresh_from_db()
    assert (mine.state, mine.artifact_id) == (ClaimState.PROVEN, heir.pk)


def test_a_word_asked_for_at_another_place_is_over_after_a_merge(scribe: Artifact) -> None:
    mine, heir = held_by(cast.olga(), scribe), heir_at(scribe.homepage)
    other = ownership.open_claim(scribe, place_of(scribe, "repository"), by=cast.olga(), now=NOW)
    merged(scribe, heir)
    assert Proof.objects.get(pk=other.pk).state == ProofState.OVER
    assert ownership.holder_of(heir.pk) == mine


def test_a_claim_ends_with_the_publicity_of_its_listing(scribe: Artifact) -> None:
    """Rights and badge at once, whatever runs; the claim itself with the next round, and nothing is looked for then."""
    mine = held_by(cast.olga(), scribe)
    waiting = ownership.open_claim(scribe, place_of(scribe, "meta"), by=cast.oskar(), now=NOW)
    assert has_rights(mine, now=NOW)
    workflow.withdraw(scribe, reason="It was harmful.", by=cast.sven())
    assert not has_rights(mine, now=NOW)
    assert not may(cast.olga(), Verb.EDIT, mine, now=NOW)
    assert badge_of(scribe.pk, now=NOW) is None
    assert ownership.pass_time(now=NOW) == 2
    assert set(Claim.objects.values_list("state", "why")) == {("released", "The listing was withdrawn.")}
    assert not Proof.objects.exclude(state=ProofState.OVER).exists()
    assert Proof.objects.get(pk=waiting.pk).next_check_at is None
    assert Artifact.objects.get(pk=scribe.pk).verified_until is None
    assert ownership.pass_time(now=NOW) == 0


def test_what_is_deprecated_stays_its_owners(scribe: Artifact) -> None:
    mine = held_by(cast.olga(), scribe)
    Artifact.objects.filter(pk=scribe.pk).update(lifecycle="deprecated")
    assert has_rights(mine, now=NOW)
    assert badge_of(scribe.pk, now=NOW) is not None
    assert ownership.pass_time(now=NOW) == 0
