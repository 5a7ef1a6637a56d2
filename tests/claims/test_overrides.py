"""Nobody alone takes a listing from somebody whose proof stands."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from catalog.desk.queues import open_to
from catalog.models import Artifact
from claims import audit, disputes, overrides, ownership
from claims.choices import ClaimState, OverrideState
from claims.disputes import BOTH, CHALLENGER, HOLDER, CannotSettle
from claims.models import AuditEntry, Claim, Dispute, Override
from claims.ownership import CannotClaim
from tests import cast
from tests.claims.acting import asked_for_password, join, text_of
from tests.claims.conftest import NOW, held_by
from unfragile_site.desk import WORK

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def two() -> tuple[User, User]:
    rights = Permission.objects.filter(content_type__app_label="claims")
    for person in (cast.erin(), cast.sven()):
        person.user_permissions.add(*rights)
    return cast.erin(), cast.sven()


@pytest.fixture
def held(scribe: Artifact) -> Claim:
    return held_by(cast.olga(), scribe)


def state(claim: Claim) -> str:
    return Claim.objects.values_list("state", flat=True).get(pk=claim.pk)


def asked(claim: Claim, by: User, *, now: dt.datetime = NOW) -> Override:
    it = overrides.take_back(claim, why="It was sold.", by=by, now=now)
    assert it is not None
    return it


def test_one_asks_and_another_agrees(held: Claim, two: tuple[User, User]) -> None:
    erin, sven = two
    it = asked(held, erin)
    assert state(held) == ClaimState.PROVEN
    with pytest.raises(CannotClaim, match="somebody else has to agree"):
        overrides.agree(it, by=erin, now=NOW + HOUR)
    assert state(held) == ClaimState.PROVEN
    overrides.agree(it, by=sven, now=NOW + HOUR)
    assert state(held) == ClaimState.REVOKED
    said = AuditEntry.objects.order_by("-number").values_list("verb", "actor")
    assert list(said[:3]) == [("revoked", erin.pk), ("override agreed", sven.pk), ("override asked", erin.pk)]
    assert audit.verified()[1] == []
    with pytest.raises(CannotClaim, match="does not wait any more"):
        overrides.agree(it, by=sven, now=NOW + HOUR)


def test_no_function_lets_one_do_it_alone(held: Claim, scribe: Artifact, two: tuple[User, User]) -> None:
    with pytest.raises(CannotClaim, match="a second editor"):
        ownership.revoke(held, by=two[0], why="It was sold.", now=NOW)
    held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    for outcome in (CHALLENGER, BOTH):
        with pytest.raises(CannotSettle, match="a second editor"):
            disputes.settle(Dispute.objects.get(), outcome, why="It was sold.", by=two[0], now=NOW)
    assert state(held) == ClaimState.PROVEN


def test_without_a_proof_that_stands_one_is_enough(held: Claim, two: tuple[User, User]) -> None:
    later = NOW + 15 * DAY
    assert overrides.take_back(held, why="Nobody is there.", by=two[0], now=later) is None
    assert state(held) == ClaimState.REVOKED


@pytest.mark.parametrize("who", [0, 1], ids=["the one who asked", "another"])
def test_it_can_be_refused(held: Claim, two: tuple[User, User], who: int) -> None:
    it = asked(held, two[0])
    with pytest.raises(CannotClaim, match="Say why not"):
        overrides.refuse(it, why=" ", by=two[who], now=NOW + HOUR)
    overrides.refuse(it, why="The contract says otherwise.", by=two[who], now=NOW + HOUR)
    it.refresh_from_db()
    assert (it.state, it.answered_by, it.answer) == (OverrideState.REFUSED, two[who], "The contract says otherwise.")
    assert state(held) == ClaimState.PROVEN
    asked(held, two[0], now=NOW + DAY)


def test_who_is_party_neither_asks_nor_answers(held: Claim, two: tuple[User, User]) -> None:
    erin, sven = two
    join(held, sven)
    with pytest.raises(CannotClaim, match="another editor decides"):
        asked(held, sven)
    it = asked(held, erin)
    for answer in (overrides.agree, lambda *a, **k: overrides.refuse(*a, why="No.", **k)):
        with pytest.raises(CannotClaim, match="another editor decides"):
            answer(it, by=sven, now=NOW)  # type: ignore[operator]


def test_one_wish_at_a_time(held: Claim, two: tuple[User, User]) -> None:
    asked(held, two[0])
    with pytest.raises(CannotClaim, match="has asked for it already"):
        asked(held, two[1])


@pytest.mark.parametrize("how", ["rights", "staff", "closed", "deleted"])
def test_the_word_of_somebody_who_is_no_editor_any_more_counts_for_nothing(
    held: Claim, two: tuple[User, User], how: str
) -> None:
    erin, sven = two
    it = asked(held, erin)
    if how == "deleted":
        erin.delete()
    elif how == "closed":
        User.objects.filter(pk=erin.pk).update(is_active=False)
    elif how == "staff":
        User.objects.filter(pk=erin.pk).update(is_staff=False)
    else:
        erin.user_permissions.clear()
    with pytest.raises(CannotClaim, match="may no longer"):
        overrides.agree(it, by=sven, now=NOW + HOUR)
    assert state(held) == ClaimState.PROVEN


def test_a_claim_that_ends_takes_the_wish_with_it(held: Claim, two: tuple[User, User]) -> None:
    it = asked(held, two[0])
    ownership.give_up(held, by=cast.olga(), now=NOW + HOUR)
    it.refresh_from_db()
    assert it.state == OverrideState.MOOT
    with pytest.raises(CannotClaim, match="does not wait any more"):
        overrides.agree(it, by=two[1], now=NOW + HOUR)


def test_a_dispute_is_settled_for_the_challenger_by_two(held: Claim, scribe: Artifact, two: tuple[User, User]) -> None:
    erin, sven = two
    theirs = held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    dispute = Dispute.objects.get()
    it = overrides.settle(dispute, CHALLENGER, why="They showed the contract.", by=erin, now=NOW)
    assert it is not None
    assert (state(held), state(theirs)) == (ClaimState.PROVEN, ClaimState.CONTESTED)
    overrides.agree(it, by=sven, now=NOW + HOUR)
    assert (state(held), state(theirs)) == (ClaimState.REVOKED, ClaimState.PROVEN)
    dispute.refresh_from_db()
    assert (dispute.outcome, dispute.settled_by, dispute.why) == ("challenger", erin, "They showed the contract.")


def test_nobody_shares_a_listing_by_the_word_of_one(held: Claim, scribe: Artifact, two: tuple[User, User]) -> None:
    """Whoever is an owner beside somebody may remove them."""
    theirs = held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    dispute = Dispute.objects.get()
    it = overrides.settle(dispute, BOTH, why="They made it together.", by=two[0], now=NOW)
    assert it is not None
    assert set(held.members.values_list("user", flat=True)) == {cast.olga().pk}
    overrides.agree(it, by=two[1], now=NOW + HOUR)
    assert set(held.members.values_list("user", flat=True)) == {cast.olga().pk, cast.oskar().pk}
    assert (state(held), state(theirs)) == (ClaimState.PROVEN, ClaimState.RELEASED)


def test_who_settles_disputes_alone_may_ask_for_a_second_word(
    held: Claim, scribe: Artifact, two: tuple[User, User]
) -> None:
    erin, sven = two
    erin.user_permissions.remove(Permission.objects.get(codename="change_claim"))
    theirs = held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    it = overrides.settle(Dispute.objects.get(), CHALLENGER, why="They showed the contract.", by=erin, now=NOW)
    assert it is not None
    overrides.agree(it, by=sven, now=NOW + HOUR)
    assert state(theirs) == ClaimState.PROVEN


def test_of_what_is_settled_nobody_asks_anything(held: Claim, scribe: Artifact, two: tuple[User, User]) -> None:
    held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    dispute = Dispute.objects.get()
    disputes.settle(dispute, HOLDER, why="It was forged.", by=two[0], now=NOW)
    with pytest.raises(CannotSettle, match="has been settled"):
        overrides.settle(dispute, CHALLENGER, why="From a page of before.", by=two[1], now=NOW)
    assert not Override.objects.exists()


def test_a_challenger_who_gives_up_takes_the_wish_along(held: Claim, scribe: Artifact, two: tuple[User, User]) -> None:
    theirs = held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    it = overrides.settle(Dispute.objects.get(), CHALLENGER, why="The contract.", by=two[0], now=NOW)
    assert it is not None
    ownership.give_up(theirs, by=cast.oskar(), now=NOW + HOUR)
    it.refresh_from_db()
    assert it.state == OverrideState.MOOT
    asked(held, two[1], now=NOW + DAY)


def test_for_the_holder_one_settles_it_and_the_wish_is_over(
    held: Claim, scribe: Artifact, two: tuple[User, User]
) -> None:
    theirs = held_by(cast.oskar(), scribe, now=NOW, method="well_known")
    dispute = Dispute.objects.get()
    it = overrides.settle(dispute, CHALLENGER, why="They showed the contract.", by=two[0], now=NOW)
    assert it is not None
    assert overrides.settle(dispute, HOLDER, why="It was forged.", by=two[1], now=NOW) is None
    assert (state(held), state(theirs)) == (ClaimState.PROVEN, ClaimState.RELEASED)
    it.refresh_from_db()
    assert it.state == OverrideState.MOOT


# --- at the desk ------------------------------------------------------------------------------------------------------


def test_the_desk_asks_one_and_then_the_other(client: Client, scribe: Artifact, two: tuple[User, User]) -> None:
    erin, sven = two
    held = held_by(cast.olga(), scribe, now=timezone.now())
    here = f"/admin/claims/claim/{held.pk}/"
    client.force_login(erin)
    assert "nothing happens until a second editor agrees" in text_of(client.get(here))
    client.post(here, {"why": " "})
    answer = client.post(here, {"why": "It was proven by mistake."})
    assert not Override.objects.exists(), "not before they have said who they are"
    asked_for_password(client, answer, "erin")
    it = Override.objects.get()
    assert "You may take your wish back" in text_of(client.get(here))
    assert 'name="agree"' not in client.get(here).content.decode()
    client.post(here, {"agree": it.pk})
    assert state(held) == ClaimState.PROVEN
    counts = {queue.key: queue.count(person, timezone.now()) for person in two for queue in open_to(person, WORK)}
    assert counts["second-word"] == 1, "of the second: one's own wishes are for others"

    client.force_login(sven)
    assert here in client.get("/admin/queue/second-word/").content.decode()
    answer = client.post(here, {"agree": it.pk})
    assert state(held) == ClaimState.PROVEN
    asked_for_password(client, answer, "sven")
    assert state(held) == ClaimState.REVOKED
    client.force_login(cast.olga())
    assert "It was proven by mistake." in text_of(client.get(f"/owner/claims/{held.pk}/"))


def test_the_desk_shows_what_was_refused_and_of_another_claim_it_answers_nothing(
    client: Client, scribe: Artifact, two: tuple[User, User]
) -> None:
    erin, sven = two
    held = held_by(cast.olga(), scribe, now=timezone.now())
    it = asked(held, erin, now=timezone.now())
    other = Claim.objects.create(artifact=scribe, opened_by=cast.oskar(), opened_at=timezone.now())
    client.force_login(sven)
    client.post(f"/admin/claims/claim/{held.pk}/", {"refuse": it.pk, "why": ""})
    answer = client.post(f"/admin/claims/claim/{other.pk}/", {"refuse": it.pk, "why": "No."})
    asked_again = asked_for_password(client, answer, "sven")
    assert asked_again.status_code == 404  # type: ignore[attr-defined]
    assert Override.objects.get().state == OverrideState.WAITING
    client.post(f"/admin/claims/claim/{held.pk}/", {"refuse": it.pk, "why": "They are whom they say."})
    assert Override.objects.get().state == OverrideState.REFUSED
    told = re.sub(r"\s+", " ", text_of(client.get(f"/admin/claims/claim/{held.pk}/")))
    assert "refused: They are whom they say." in told


@pytest.mark.parametrize(
    ("outcome", "told", "button"),
    [
        ("challenger", "give the listing to the other claim", "Agree: take it back"),
        ("both", "share the listing with the other claim", "Agree: share it"),
    ],
)
def test_a_dispute_at_the_desk_waits_for_the_second(
    client: Client, scribe: Artifact, two: tuple[User, User], outcome: str, told: str, button: str
) -> None:
    erin, sven = two
    now = timezone.now()
    held = held_by(cast.olga(), scribe, now=now)
    held_by(cast.oskar(), scribe, now=now, method="well_known")
    here = f"/admin/claims/dispute/{Dispute.objects.get().pk}/"
    client.force_login(erin)
    answer = client.post(here, {"outcome": outcome, "why": "The company was sold."})
    said = text_of(asked_for_password(client, answer, "erin"))
    assert "a second editor has to agree" in said
    assert "Agree or refuse at the holder" in said
    assert state(held) == ClaimState.PROVEN
    client.force_login(sven)
    there = text_of(client.get(f"/admin/claims/claim/{held.pk}/"))
    assert told in there
    assert button in there
