"""A listing is handed on: with the password, with consent, with three days to think; and nothing of before is left."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import Artifact
from claims import audit, checking, disputes, keys, overrides, ownership, people, transfers
from claims.choices import ClaimState, Outcome, ProofState, Role
from claims.models import AuditEntry, Claim, Dispute, Invitation, Member, Proof, Transfer
from claims.permissions import Verb, may
from claims.proofs import Seen
from tests import cast
from tests.claims.acting import RUI, asked_for_password, join, link, page, roles, signed_in, text_of, verbs
from tests.claims.conftest import NOW, held_by
from tests.factories import make_artifact
from tests.remembered import remembered

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_at_once")]


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    """Olga's."""
    held = held_by(cast.olga(), scribe)
    mail.outbox.clear()
    return held


def offer(claim: Claim, email: str = RUI, by: User | None = None, now: dt.datetime = NOW) -> Transfer:
    return transfers.start(claim, email, by=by or cast.olga(), now=now)


def accepted(claim: Claim, now: dt.datetime = NOW) -> Transfer:
    return transfers.accept(offer(claim, now=now), by=cast.rui(), now=now)


def see(proof: Proof, outcome: Outcome, now: dt.datetime) -> None:
    ownership.took_place(proof.pk, Seen(outcome, "there"), host="maker.dev", by=None, now=now)


def subjects() -> list[tuple[str, str]]:
    return sorted((letter.to[0].partition("@")[0], letter.subject) for letter in mail.outbox)


def test_three_days_after_it_was_accepted_it_is_theirs_alone(claim: Claim) -> None:
    join(claim, cast.oskar(), Role.MAINTAINER)
    row = offer(claim)
    assert transfers.transfer_of(link(0).split("/")[-2]) == row
    transfers.accept(row, by=cast.rui(), now=NOW + HOUR)
    assert transfers.pass_time(now=NOW + 3 * DAY) == 0
    assert roles(claim) == {"olga": "owner", "oskar": "maintainer"}
    mail.outbox.clear()
    assert transfers.pass_time(now=NOW + 3 * DAY + HOUR) == 1
    assert transfers.pass_time(now=NOW + 3 * DAY + HOUR) == 0
    assert roles(claim) == {"rui": "owner"}
    claim.refresh_from_db()
    assert (claim.state, claim.opened_by) == (ClaimState.PROVEN, cast.rui())
    assert not may(cast.olga(), Verb.SEE, claim, now=NOW + 4 * DAY)
    assert may(cast.rui(), Verb.LEAD, claim, now=NOW + 4 * DAY)
    assert subjects() == [
        ("olga", "Scribe has changed hands"),
        ("oskar", "Scribe has changed hands"),
        ("rui", "Scribe is yours now: publish a word of your own"),
    ]
    assert verbs() == ["transfer offered", "transfer accepted", "transferred"]
    assert audit.verified()[1] == []


def test_nothing_of_the_one_before_is_left(claim: Claim) -> None:
    join(claim, cast.oskar(), Role.OWNER)
    theirs = [
        keys.make(person, name="Nightly", scopes=["analytics:read"], days=30, now=NOW, claim=claim)[1]
        for person in (cast.olga(), cast.oskar())
    ]
    people.invite(claim, "friend@unfragile.example", "owner", by=cast.olga(), now=NOW)
    offer(claim, "earlier@unfragile.example")
    transfers.call_off(claim, by=cast.olga(), now=NOW)
    pending = ownership.open_claim(claim.artifact, ownership.places(claim.artifact)[0], by=cast.olga(), now=NOW)
    accepted(claim)
    late = NOW + 3 * DAY
    transfers.pass_time(now=late)
    assert not Invitation.objects.exists()
    assert list(Transfer.objects.values_list("email", "is_done")) == [("", True)]
    assert list(Member.objects.values_list("user__username", "since")) == [("rui", late)]
    assert [keys.key_of(text, now=late) for text in theirs] == [None, None]
    assert audit.held_since(Claim.objects.get()) == late
    pending.refresh_from_db()
    assert pending.state == ProofState.OVER, "a word that the one before could still publish"


def test_the_old_word_is_good_for_fourteen_days(claim: Claim) -> None:
    """However often it is seen: it was given to somebody else."""
    accepted(claim)
    taken = NOW + 3 * DAY
    transfers.pass_time(now=taken)
    old, new = (claim.proofs.get(state=state) for state in (ProofState.STANDING, ProofState.PENDING))
    assert (old.method, old.place) == (new.method, new.place)
    assert old.token != new.token
    see(old, Outcome.PRESENT, taken + 13 * DAY)
    assert Artifact.objects.get(pk=claim.artifact_id).verified_until == taken + 14 * DAY
    assert may(cast.rui(), Verb.EDIT, Claim.objects.get(), now=taken + 14 * DAY - HOUR)
    assert not may(cast.rui(), Verb.EDIT, Claim.objects.get(), now=taken + 14 * DAY)
    assert ownership.pass_time(now=taken + 14 * DAY) == 1
    assert Claim.objects.get().state == ClaimState.SUSPENDED
    see(old, Outcome.PRESENT, taken + 15 * DAY)
    assert Claim.objects.get().state == ClaimState.SUSPENDED
    see(new, Outcome.PRESENT, taken + 16 * DAY)
    assert Claim.objects.get().state == ClaimState.PROVEN
    assert may(cast.rui(), Verb.EDIT, Claim.objects.get(), now=taken + 20 * DAY)


def test_a_word_of_ones_own_takes_the_place_of_the_old_one(claim: Claim) -> None:
    accepted(claim)
    taken = NOW + 3 * DAY
    transfers.pass_time(now=taken)
    see(claim.proofs.get(state=ProofState.PENDING), Outcome.PRESENT, taken + DAY)
    see(claim.proofs.get(state=ProofState.STANDING), Outcome.PRESENT, taken + 13 * DAY)
    assert ownership.pass_time(now=taken + 15 * DAY) == 0
    assert may(cast.rui(), Verb.EDIT, Claim.objects.get(), now=taken + 20 * DAY)


@pytest.mark.parametrize("after", [dt.timedelta(), 3 * DAY - HOUR])
def test_an_owner_calls_it_off_until_the_last_moment(claim: Claim, after: dt.timedelta) -> None:
    accepted(claim)
    mail.outbox.clear()
    transfers.call_off(claim, by=cast.olga(), now=NOW + after)
    assert transfers.pass_time(now=NOW + 9 * DAY) == 0
    assert roles(claim) == {"olga": "owner"}
    assert subjects() == [(who, "Scribe does not change hands") for who in ("olga", "rui")]
    assert verbs()[-1] == "transfer called off"
    offer(claim, now=NOW + 4 * DAY)


def test_whoever_accepted_can_still_refuse(claim: Claim) -> None:
    row = accepted(claim)
    with pytest.raises(people.CannotChange):
        transfers.refuse(row, by=cast.oskar(), now=NOW)
    transfers.refuse(row, by=cast.rui(), now=NOW + DAY)
    assert transfers.pass_time(now=NOW + 4 * DAY) == 0
    assert roles(claim) == {"olga": "owner"}


def test_what_nobody_accepts_within_three_days_is_over(claim: Claim) -> None:
    row = offer(claim)
    with pytest.raises(people.CannotChange):
        transfers.accept(row, by=cast.rui(), now=NOW + 3 * DAY)
    assert transfers.pass_time(now=NOW + 3 * DAY - HOUR) == 0
    assert transfers.pass_time(now=NOW + 3 * DAY) == 1
    assert transfers.pass_time(now=NOW + 3 * DAY) == 0
    assert verbs() == ["transfer offered", "transfer ended"]


def test_it_is_accepted_once_and_by_the_address_it_was_offered_to(claim: Claim) -> None:
    row = offer(claim)
    for who in (cast.oskar(), cast.olga()):
        with pytest.raises(people.CannotChange):
            transfers.accept(row, by=who, now=NOW)
    transfers.accept(row, by=cast.rui(), now=NOW)
    with pytest.raises(people.CannotChange):
        transfers.accept(row, by=cast.rui(), now=NOW + HOUR)
    assert Transfer.objects.get().takes_effect_at == NOW + 3 * DAY


def test_it_is_offered_to_one_at_a_time_and_not_to_oneself(claim: Claim) -> None:
    with pytest.raises(people.CannotChange, match="your own address"):
        offer(claim, "OLGA@unfragile.example")
    offer(claim)
    with pytest.raises(people.CannotChange, match="offered to somebody already"):
        offer(claim, "x@unfragile.example")
    offer(claim, "x@unfragile.example", now=NOW + 3 * DAY)
    assert Transfer.objects.filter(ended_at=None).count() == 1


def test_an_owner_who_is_removed_hands_nothing_on(claim: Claim) -> None:
    join(claim, cast.oskar(), Role.OWNER)
    transfers.accept(offer(claim, by=cast.oskar()), by=cast.rui(), now=NOW)
    people.remove(claim, cast.oskar().pk, by=cast.olga(), now=NOW + DAY)
    assert transfers.pass_time(now=NOW + 4 * DAY) == 0
    assert roles(claim) == {"olga": "owner"}


def test_what_somebody_else_has_proven_meanwhile_passes_to_nobody(claim: Claim) -> None:
    accepted(claim)
    held_by(cast.oskar(), claim.artifact, now=NOW + HOUR, method="well_known")
    with pytest.raises(people.CannotChange, match="has proven it, too"):
        transfers.start(claim, "x@unfragile.example", by=cast.olga(), now=NOW + HOUR)
    assert transfers.pass_time(now=NOW + 2 * HOUR) == 1
    assert transfers.pass_time(now=NOW + 4 * DAY) == 0
    assert roles(claim) == {"olga": "owner"}


def test_without_a_proof_it_waits_and_ends_with_the_claim(claim: Claim) -> None:
    row = accepted(claim, now=NOW + 12 * DAY)
    assert transfers.pass_time(now=NOW + 15 * DAY) == 0
    assert ownership.pass_time(now=NOW + 15 * DAY) == 1
    see(claim.proofs.get(), Outcome.PRESENT, NOW + 16 * DAY)
    assert transfers.pass_time(now=NOW + 16 * DAY) == 1
    row.refresh_from_db()
    assert row.is_done


def test_what_is_said_of_one_owner_does_not_meet_the_next(claim: Claim) -> None:
    """Nor does anybody get away from it by handing the listing on."""
    accepted(claim)
    cast.erin().user_permissions.add(*Permission.objects.filter(content_type__app_label="claims"))
    wish = overrides.take_back(claim, why="The proof was forged.", by=cast.erin(), now=NOW + DAY)
    assert wish is not None
    assert transfers.pass_time(now=NOW + 3 * DAY) == 0
    overrides.refuse(wish, why="It was not.", by=cast.erin(), now=NOW + 4 * DAY)
    assert transfers.pass_time(now=NOW + 4 * DAY) == 1
    assert roles(claim) == {"rui": "owner"}


def test_a_claim_that_ends_is_handed_to_nobody(claim: Claim) -> None:
    accepted(claim)
    ownership.revoke(claim, by=cast.erin(), why="Not theirs.", now=NOW + DAY, agreed_by=cast.sven())
    assert transfers.pass_time(now=NOW + 4 * DAY) == 0
    assert Claim.objects.get().state == ClaimState.REVOKED
    assert not Member.objects.exists()


@pytest.mark.parametrize("how", ["closed", "deleted"])
def test_an_account_that_is_gone_takes_nothing_over(claim: Claim, how: str) -> None:
    accepted(claim)
    if how == "closed":
        User.objects.filter(username="rui").update(is_active=False)
    else:
        cast.rui().delete()
    assert transfers.pass_time(now=NOW + 3 * DAY) == 1
    assert roles(claim) == {"olga": "owner"}


def test_whoever_takes_it_over_may_have_looked_after_it_or_begun_to_claim_it(claim: Claim) -> None:
    join(claim, cast.rui(), Role.ANALYST)
    begun = ownership.open_claim(claim.artifact, ownership.places(claim.artifact)[0], by=cast.rui(), now=NOW)
    accepted(claim)
    transfers.pass_time(now=NOW + 3 * DAY)
    assert roles(claim) == {"rui": "owner"}
    assert Claim.objects.get(pk=begun.claim_id).state == ClaimState.RELEASED
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.PROVEN


def test_the_round_asks_once_where_nothing_is_due(
    claim: Claim, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    accepted(claim)
    with django_assert_num_queries(1):
        assert transfers.pass_time(now=NOW + DAY) == 0
    assert checking.check_due(now=NOW + 3 * DAY)[1] == 1


# --- since when it is theirs ------------------------------------------------------------------------------------------


def test_what_is_older_than_the_present_owners_is_not_theirs(scribe: Artifact) -> None:
    mine = held_by(cast.olga(), scribe)
    assert audit.held_since(mine) == NOW
    theirs = held_by(cast.oskar(), scribe, now=NOW + DAY, method="well_known")
    assert theirs.first_proven_at == NOW + DAY
    ownership.give_up(mine, by=cast.olga(), now=NOW + 2 * DAY)
    assert audit.held_since(Claim.objects.get(pk=theirs.pk)) == NOW + 2 * DAY


def test_a_proof_that_was_away_for_a_while_does_not_begin_it_anew(claim: Claim) -> None:
    proof = claim.proofs.get()
    for day in (1, 2, 3):
        see(proof, Outcome.ABSENT, NOW + day * DAY)
    assert Claim.objects.get().state == ClaimState.SUSPENDED
    see(proof, Outcome.PRESENT, NOW + 4 * DAY)
    assert audit.held_since(Claim.objects.get()) == NOW


def test_what_is_not_proven_is_nobodys_yet(scribe: Artifact) -> None:
    proof = ownership.open_claim(scribe, ownership.places(scribe)[0], by=cast.olga(), now=NOW)
    assert audit.held_since(proof.claim) is None


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mine(scribe: Artifact, client: Client) -> Claim:
    """Olga's, who is signed in."""
    held = held_by(cast.olga(), scribe, now=timezone.now())
    mail.outbox.clear()
    client.force_login(cast.olga())
    return held


def test_both_sides_say_their_password_and_nothing_happens_by_looking(client: Client, mine: Claim) -> None:
    asked = client.post(page(mine, "transfer/"), {"transfer-email": RUI})
    assert not Transfer.objects.exists()
    assert "Is it still you?" in text_of(client.get(asked["Location"]))
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong", "next": page(mine, "transfer/")})
    assert wrong.status_code == 200
    assert not Transfer.objects.exists()
    done = asked_for_password(client, asked)
    assert "Offered. They have three days" in text_of(done)
    here = link(0)
    for who, status in ((cast.oskar(), 403), (cast.olga(), 403), (cast.rui(), 200)):
        assert signed_in(who).get(here).status_code == status
    rui = signed_in(cast.rui())
    assert "is offered to you" in text_of(rui.get("/owner/"))
    asked = rui.post(here, {"answer": "yes"})
    assert Transfer.objects.get().accepted_at is None
    done = asked_for_password(rui, asked, "rui")
    assert "Accepted. It is yours on" in text_of(done)
    assert "is yours on" in text_of(rui.get("/owner/"))
    told = text_of(client.get(page(mine)))
    assert "It changes hands on" in told
    assert "Called off." in text_of(client.post(page(mine, "transfer/call-off/"), follow=True))
    assert rui.get(here).status_code == 410
    assert roles(mine) == {"olga": "owner"}


def test_a_password_said_ten_minutes_ago_is_said_again(client: Client, mine: Claim) -> None:
    asked_for_password(client, client.post(page(mine, "transfer/"), {"transfer-email": RUI}))
    transfers.call_off(mine, by=cast.olga(), now=timezone.now())
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 601
    session.save()
    assert client.post(page(mine, "transfer/"), {"transfer-email": RUI})["Location"].startswith("/accounts/reauth")
    assert Transfer.objects.count() == 1


def test_whoever_has_no_password_sets_one_first(client: Client, mine: Claim) -> None:
    """An account that came by GitHub has nothing that could be asked for."""
    olga = cast.olga()
    olga.set_unusable_password()
    olga.save()
    client.force_login(olga)
    answer = client.post(page(mine, "transfer/"), {"transfer-email": RUI})
    assert answer["Location"] == "/accounts/password/set/"
    assert not Transfer.objects.exists()


def test_the_new_owner_sees_their_word_and_none_of_the_old_people(client: Client, mine: Claim) -> None:
    join(mine, cast.oskar())
    accepted(mine, now=timezone.now())
    transfers.pass_time(now=timezone.now() + 3 * DAY)
    rui = signed_in(cast.rui())
    told = text_of(rui.get(f"/owner/claims/{mine.pk}/"))
    assert "Publish your own before then" in told
    assert mine.proofs.get(state=ProofState.PENDING).token in told
    for rest in ("", "people/"):
        assert client.get(page(mine, rest)).status_code == 404
        seen = rui.get(page(mine, rest)).content.decode()
        assert "olga" not in seen
        assert "oskar" not in seen
    assert "Scribe" not in text_of(client.get("/owner/"))


def test_a_refused_offer_stays_where_it_is(client: Client, mine: Claim) -> None:
    offer(mine, now=timezone.now())
    here = link(0)
    assert "Refused. All stays as it was." in text_of(signed_in(cast.rui()).post(here, {"answer": "no"}, follow=True))
    assert roles(mine) == {"olga": "owner"}
    assert AuditEntry.objects.first().verb == "transfer refused"  # type: ignore[union-attr]


def test_a_co_owner_by_a_settled_dispute_is_one_whatever_they_were(scribe: Artifact) -> None:
    held = held_by(cast.olga(), scribe)
    join(held, cast.oskar(), Role.ANALYST)
    held_by(cast.oskar(), scribe, now=NOW + HOUR, method="well_known")
    disputes.settle(Dispute.objects.get(), "both", why="One team.", by=None, now=NOW + 2 * HOUR)
    assert roles(held) == {"olga": "owner", "oskar": "owner"}


def test_another_listings_transfer_is_not_there(mine: Claim) -> None:
    row = offer(mine, now=timezone.now())
    held_by(
        cast.oskar(), make_artifact(name="Two", slug="two", homepage="https://www.maker.dev/two"), now=timezone.now()
    )
    oskar = signed_in(cast.oskar())
    assert oskar.get(f"/owner/transfers/{row.pk}/").status_code == 404
    assert oskar.post(f"/owner/transfers/{row.pk}/", {"answer": "no"}).status_code == 404
    assert transfers.under_way(mine) == row


def test_what_was_handed_on_cannot_be_handed_on_again_by_whoever_had_it(claim: Claim) -> None:
    """Also not in the moment between its time and the clock's next round."""
    accepted(claim)
    late = NOW + 3 * DAY + HOUR
    with pytest.raises(people.CannotChange):
        offer(claim, "another@unfragile.example", now=late)
    assert not Transfer.objects.filter(email="another@unfragile.example").exists()
    assert transfers.pass_time(now=late) == 1
    assert roles(claim) == {"rui": "owner"}
