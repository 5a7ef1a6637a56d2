"""How often anything is asked of somebody's host, and how many words one account is given."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from catalog.models import Artifact
from claims import checking, ownership
from claims.choices import ProofState
from claims.models import Look, Proof
from tests import cast
from tests.claims.conftest import NOW, World, place_of
from tests.claims.test_flow import HOUR, opened, proven
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db


def people(count: int) -> list[User]:
    found = [User.objects.create_user(f"p{number}", f"p{number}@x.example") for number in range(count)]
    EmailAddress.objects.bulk_create(EmailAddress(user=one, email=one.email, verified=True) for one in found)
    return found


def listing(number: int) -> Artifact:
    return make_artifact(name=f"A{number}", slug=f"a{number}", homepage="https://www.maker.dev/")


def looks_made(world: World, proof: Proof, times: int = 1) -> int:
    before = Look.objects.count()
    for _ in range(times):
        try:
            checking.look_for(proof, now=NOW, reach=world.reach)
        except checking.CannotLook:
            break
    return Look.objects.count() - before


def test_the_clock_fails_for_one_account_at_one_host_five_times_an_hour(world: World, db: None) -> None:
    """However many claims it has opened there; another account's are looked for."""
    hers = [opened(listing(number)) for number in range(8)]
    assert sum(looks_made(world, proof) for proof in hers) == checking.MOST_FAILED
    assert looks_made(world, opened(listing(9), cast.oskar())) == 1
    checking.look_for(hers[-1], now=NOW + HOUR, reach=world.reach)


def test_a_host_is_asked_thirty_times_an_hour_and_ten_of_them_for_what_stands(world: World, scribe: Artifact) -> None:
    """Whoever only tries, with however many accounts, cannot keep anybody's proof from being seen."""
    standing = proven(world, scribe).proofs.get()
    tries = [opened(listing(number), person) for number, person in enumerate(people(25))]
    tried = sum(looks_made(world, proof) for proof in tries)
    assert 1 + tried == checking.MOST_AT_HOST - checking.KEPT
    assert looks_made(world, standing, 20) == checking.KEPT
    assert standing.state == ProofState.STANDING


def test_an_account_begins_twenty_proofs_a_day(scribe: Artifact) -> None:
    """Another way is one more, though it is the same claim."""
    for _ in range(ownership.MOST_A_DAY):
        opened(scribe)
    with pytest.raises(ownership.CannotClaim, match="Go on tomorrow"):
        ownership.open_claim(scribe, place_of(scribe, "dns"), by=cast.olga(), now=NOW)
    assert opened(scribe, cast.oskar())
    assert opened(scribe, now=NOW + 25 * HOUR)
