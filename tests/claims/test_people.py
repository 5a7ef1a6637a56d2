"""Who looks after a listing: invited, taken on, made more or less, let go; and always an owner."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail

from catalog.models import Artifact
from claims import audit, keys, ownership, people, transfers
from claims.choices import ClaimState, Outcome, Role
from claims.models import AuditEntry, Claim, Invitation, Member, Transfer
from claims.permissions import Verb, may, visible_to
from claims.proofs import Seen
from tests import cast
from tests.claims.acting import RUI, join, link, roles, verbs
from tests.claims.conftest import NOW, Many, held_by
from tests.factories import make_artifact
from tests.remembered import remembered

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("letters_at_once")


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    """Olga's."""
    held = held_by(cast.olga(), scribe)
    mail.outbox.clear()
    return held


def invite(claim: Claim, email: str = RUI, role: str = Role.MAINTAINER, now: dt.datetime = NOW) -> Invitation:
    return people.invite(claim, email, role, by=cast.olga(), now=now)


# --- invited ----------------------------------------------------------------------------------------------------------


def test_whoever_is_invited_and_agrees_looks_after_it(claim: Claim) -> None:
    row = invite(claim, " RUI@unfragile.example ")
    assert [letter.to for letter in mail.outbox] == [[RUI]]
    assert "olga@unfragile.example asks you to look after Scribe as maintainer" in mail.outbox[0].body
    token = link().split("/")[-2]
    found = people.invitation_of(token)
    assert found == row
    assert token not in str(Invitation.objects.values_list("token_digest", flat=True))
    people.take_up(found, by=cast.rui(), now=NOW + HOUR)
    assert roles(claim) == {"olga": "owner", "rui": "maintainer"}
    assert may(cast.rui(), Verb.EDIT, claim, now=NOW + HOUR)
    assert verbs() == ["invited", "joined"]
    assert audit.verified()[1] == []


def test_the_log_names_no_address(claim: Claim) -> None:
    people.withdraw(invite(claim), by=cast.olga(), now=NOW)
    assert "@" not in str(list(AuditEntry.objects.values_list("before", "after", "evidence")))


def test_an_invitation_is_good_once(claim: Claim) -> None:
    row = invite(claim)
    people.take_up(row, by=cast.rui(), now=NOW)
    people.remove(claim, cast.rui().pk, by=cast.olga(), now=NOW)
    with pytest.raises(people.CannotChange):
        people.take_up(row, by=cast.rui(), now=NOW)
    assert roles(claim) == {"olga": "owner"}


def test_an_invitation_is_good_for_three_days(claim: Claim) -> None:
    row = invite(claim)
    with pytest.raises(people.CannotChange):
        people.take_up(row, by=cast.rui(), now=NOW + 3 * DAY)
    people.take_up(row, by=cast.rui(), now=NOW + 3 * DAY - HOUR)


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_only_a_confirmed_address_takes_it_up(claim: Claim, is_confirmed: bool) -> None:
    """And only the very one that was invited."""
    row = invite(claim, "new@unfragile.example")
    EmailAddress.objects.create(user=cast.rui(), email="new@unfragile.example", verified=is_confirmed)
    for who, is_theirs in ((cast.oskar(), False), (cast.rui(), is_confirmed)):
        if is_theirs:
            people.take_up(row, by=who, now=NOW)
        else:
            with pytest.raises(people.CannotChange):
                people.take_up(row, by=who, now=NOW)
    assert ("rui" in roles(claim)) is is_confirmed


def test_what_was_withdrawn_or_declined_is_over(claim: Claim) -> None:
    first = invite(claim)
    people.withdraw(first, by=cast.olga(), now=NOW)
    second = invite(claim)
    people.decline(second, by=cast.rui(), now=NOW)
    for row in (first, second):
        with pytest.raises(people.CannotChange):
            people.take_up(row, by=cast.rui(), now=NOW)
    assert verbs() == ["invited", "invitation withdrawn", "invited", "declined"]


def test_whoever_is_there_or_was_invited_already_is_not_invited_again(claim: Claim) -> None:
    invite(claim)
    with pytest.raises(people.CannotChange, match="have been invited already"):
        invite(claim, RUI.upper())
    with pytest.raises(people.CannotChange, match="look after it already"):
        invite(claim, "olga@unfragile.example")
    assert Invitation.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "typed", ["", "rui", "rui@", "a@b.example\x00", "a@b.example\nBcc: c@d.example", f"{'a' * 300}@b.example"]
)
def test_what_is_no_address_is_invited_nowhere(claim: Claim, typed: str) -> None:
    with pytest.raises(people.CannotChange, match="no e-mail address"):
        invite(claim, typed)
    assert mail.outbox == []


def test_twenty_wait_for_an_answer_and_then_one_has_to_wait(claim: Claim) -> None:
    for number in range(people.MOST_OPEN):
        invite(claim, f"p{number}@unfragile.example", now=NOW + dt.timedelta(hours=3 * number))
    late = NOW + dt.timedelta(hours=60)
    with pytest.raises(people.TooMany) as refused:
        invite(claim, now=late)
    assert refused.value.retry_after == 12 * 3600 + 1
    assert Invitation.objects.count() == 20


def test_an_account_has_twenty_letters_a_day_sent_whatever_became_of_them(claim: Claim) -> None:
    for number in range(people.MOST_A_DAY):
        people.withdraw(invite(claim, f"p{number}@unfragile.example"), by=cast.olga(), now=NOW)
    for again in (lambda: invite(claim), lambda: transfers.start(claim, RUI, by=cast.olga(), now=NOW)):
        with pytest.raises(people.TooMany) as refused:
            again()
        assert refused.value.retry_after == 24 * 3600 + 1
    invite(claim, now=NOW + DAY)
    assert len(mail.outbox) == 21


def test_one_address_gets_five_letters_a_day_whoever_asks(claim: Claim) -> None:
    """The inviter is told the same; whoever it is for sees it on their own page."""
    for _ in range(7):
        people.withdraw(invite(claim), by=cast.olga(), now=NOW)
    assert len(mail.outbox) == 5
    invite(claim)
    assert people.invited(cast.rui(), now=NOW).count() == 1


def test_while_the_proof_is_missing_nothing_is_shared_and_all_is_taken_back(claim: Claim) -> None:
    join(claim, cast.oskar())
    row, late = invite(claim, now=NOW + 13 * DAY), NOW + 14 * DAY
    for act in (
        lambda: invite(claim, "x@unfragile.example", now=late),
        lambda: people.change_role(claim, cast.oskar().pk, Role.OWNER, by=cast.olga(), now=late),
        lambda: transfers.start(claim, RUI, by=cast.olga(), now=late),
    ):
        with pytest.raises(people.CannotChange, match="proof is missing"):
            act()
    people.withdraw(row, by=cast.olga(), now=late)
    people.remove(claim, cast.oskar().pk, by=cast.olga(), now=late)
    assert roles(claim) == {"olga": "owner"}


def test_addresses_of_those_who_were_asked_are_forgotten_after_a_month(claim: Claim) -> None:
    invite(claim)
    transfers.start(claim, RUI, by=cast.olga(), now=NOW)
    transfers.call_off(claim, by=cast.olga(), now=NOW)
    people.forget(now=NOW + 30 * DAY)
    assert (Invitation.objects.count(), Transfer.objects.count()) == (1, 1)
    people.forget(now=NOW + 34 * DAY)
    assert (Invitation.objects.count(), Transfer.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", [Role.MAINTAINER, Role.ANALYST, None])
def test_only_an_owner_leads(claim: Claim, role: str | None) -> None:
    if role:
        join(claim, cast.oskar(), role)
    row = invite(claim)
    for act in (
        lambda: people.invite(claim, "x@unfragile.example", "analyst", by=cast.oskar(), now=NOW),
        lambda: people.withdraw(row, by=cast.oskar(), now=NOW),
        lambda: people.remove(claim, cast.olga().pk, by=cast.oskar(), now=NOW),
        lambda: people.change_role(claim, cast.oskar().pk, "owner", by=cast.oskar(), now=NOW),
        lambda: transfers.start(claim, "x@unfragile.example", by=cast.oskar(), now=NOW),
        lambda: transfers.call_off(claim, by=cast.oskar(), now=NOW),
    ):
        with pytest.raises(people.CannotChange):
            act()
    assert verbs() == ["invited"]


# --- made more or less, and let go ------------------------------------------------------------------------------------


def test_a_role_is_changed_with_a_letter_and_an_entry(claim: Claim) -> None:
    join(claim, cast.rui())
    people.change_role(claim, cast.rui().pk, Role.ANALYST, by=cast.olga(), now=NOW)
    assert not may(cast.rui(), Verb.EDIT, claim, now=NOW)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([RUI], "Your part in Scribe has changed")]
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.before, entry.after) == (
        "role changed",
        {"person": cast.rui().pk, "role": "maintainer"},
        {"role": "analyst"},
    )


def test_all_that_somebody_had_by_it_goes_with_them_at_once(claim: Claim) -> None:
    oskar = cast.oskar()
    join(claim, oskar, Role.OWNER)
    _, text = keys.make(oskar, name="Nightly", scopes=["analytics:read"], days=30, now=NOW, claim=claim)
    _, of_anything = keys.make(oskar, name="All", scopes=["analytics:read"], days=30, now=NOW)
    theirs = people.invite(claim, RUI, "analyst", by=oskar, now=NOW)
    mine = invite(claim, "new@unfragile.example")
    transfers.start(claim, "heir@unfragile.example", by=oskar, now=NOW)
    mail.outbox.clear()
    people.remove(claim, oskar.pk, by=cast.olga(), now=NOW)
    assert not may(oskar, Verb.SEE, claim, now=NOW)
    assert list(people.waiting(claim, now=NOW)) == [mine]
    with pytest.raises(people.CannotChange):
        people.take_up(theirs, by=cast.rui(), now=NOW)
    assert transfers.under_way(claim) is None
    assert keys.key_of(text, now=NOW) is None
    assert keys.key_of(of_anything, now=NOW), "one that was not made for this claim goes on, and opens it no more"
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["oskar@unfragile.example"], "You no longer look after Scribe")
    ]
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.after) == ("removed", {"invitations": 1, "transfers": 1})


def test_a_failing_part_of_it_takes_nothing_away(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("of the keys")

    monkeypatch.setattr(keys, "revoke_of", broken)
    join(claim, cast.rui())
    with pytest.raises(RuntimeError):
        people.remove(claim, cast.rui().pk, by=cast.olga(), now=NOW)
    assert roles(claim) == {"olga": "owner", "rui": "maintainer"}
    assert verbs() == []


def test_an_owner_who_is_made_less_has_invited_nobody(claim: Claim) -> None:
    join(claim, cast.oskar(), Role.OWNER)
    people.invite(claim, RUI, "owner", by=cast.oskar(), now=NOW)
    people.change_role(claim, cast.oskar().pk, Role.ANALYST, by=cast.olga(), now=NOW)
    assert not people.waiting(claim, now=NOW).exists()


@pytest.mark.parametrize("act", ["leave", "remove", "lessen"])
@pytest.mark.parametrize("other", [None, "maintainer", "closed"])
def test_the_last_owner_stays(claim: Claim, act: str, other: str | None) -> None:
    """Neither a maintainer nor an owner whose account is closed could go on in their place."""
    olga = cast.olga()
    if other:
        join(claim, cast.oskar(), Role.OWNER if other == "closed" else Role.MAINTAINER)
        User.objects.filter(username="oskar").update(is_active=other != "closed")
    acts = {
        "leave": lambda: people.leave(claim, by=olga, now=NOW),
        "remove": lambda: people.remove(claim, olga.pk, by=olga, now=NOW),
        "lessen": lambda: people.change_role(claim, olga.pk, Role.ANALYST, by=olga, now=NOW),
    }
    with pytest.raises(people.CannotChange, match="no other owner"):
        acts[act]()
    assert roles(claim)["olga"] == "owner"
    assert verbs() == []


def test_whoever_began_it_and_left_sees_nothing_of_it_any_more(claim: Claim) -> None:
    join(claim, cast.oskar(), Role.OWNER)
    people.leave(claim, by=cast.olga(), now=NOW)
    claim.refresh_from_db()
    assert claim.opened_by == cast.oskar()
    assert ownership.claims_of(cast.olga()) == []
    ownership.give_up(claim, by=cast.oskar(), now=NOW)
    claim.refresh_from_db()
    assert not may(cast.olga(), Verb.SEE, claim, now=NOW)
    assert may(cast.oskar(), Verb.SEE, claim, now=NOW)


def test_an_account_that_is_deleted_leaves_no_listing_without_owner(claim: Claim) -> None:
    other = held_by(cast.olga(), make_artifact(name="Two", slug="two", homepage="https://www.maker.dev/two"))
    join(other, cast.oskar(), Role.OWNER)
    join(claim, cast.rui())
    cast.olga().delete()
    assert dict(Claim.objects.values_list("artifact__slug", "state")) == {"scribe": "released", "two": "proven"}
    assert list(Member.objects.values_list("user__username", "role")) == [("oskar", "owner")]
    assert Claim.objects.get(state=ClaimState.PROVEN).opened_by == cast.oskar()
    assert audit.verified()[1] == []


def test_two_owners_who_remove_each_other_two_hundred_times_leave_one(many: Many) -> None:
    """Or both leave, or both make each other less, at the same moment."""
    olga, oskar = cast.olga(), cast.oskar()
    claim = held_by(olga, make_artifact(name="Scribe", slug="scribe", homepage="https://www.maker.dev/scribe"))
    join(claim, oskar, Role.OWNER)
    acts = (
        lambda me, other: people.remove(claim, other.pk, by=me, now=NOW),
        lambda me, other: people.leave(claim, by=me, now=NOW),
        lambda me, other: people.change_role(claim, other.pk, Role.ANALYST, by=me, now=NOW),
    )

    def both_again() -> int:
        left = claim.members.filter(role=Role.OWNER).count()
        for person in (olga, oskar):
            Member.objects.update_or_create(
                claim=claim,
                user=person,
                defaults={"role": Role.OWNER},
                create_defaults={"role": Role.OWNER, "since": NOW},
            )
        return left

    for number, act in zip(range(200), itertools.cycle(acts), strict=False):
        sides = [(olga, oskar), (oskar, olga)]
        brought = many.at_once(2, lambda act=act, sides=sides: act(*sides.pop()))
        refused = [one for one in brought if isinstance(one, Exception)]
        assert [type(one) for one in refused] == [people.CannotChange], (number, brought)
        assert many.read(both_again) == 1, number
    assert many.read(audit.verified) == (2 + 200, [])


def test_a_word_that_somebody_asked_for_is_good_no_more_once_they_have_gone(claim: Claim) -> None:
    """They could publish it months later, and so put their own proof in the place of the owners'."""
    join(claim, cast.oskar(), Role.OWNER)
    place = ownership.places(claim.artifact)[0]
    word = ownership.open_claim(claim.artifact, place, by=cast.oskar(), now=NOW)
    people.remove(claim, cast.oskar().pk, by=cast.olga(), now=NOW)
    word.refresh_from_db()
    assert word.state == "over"


def test_a_second_word_runs_out_like_a_first_one(claim: Claim) -> None:
    standing = claim.proofs.get()
    place = ownership.places(claim.artifact)[0]
    word = ownership.open_claim(claim.artifact, place, by=cast.olga(), now=NOW)
    late = NOW + dt.timedelta(days=8)
    ownership.took_place(word.pk, Seen(Outcome.PRESENT, "there"), host="maker.dev", by=None, now=late)
    assert list(claim.proofs.exclude(state="over")) == [standing]


def test_nobody_joins_while_the_proof_is_missing(claim: Claim) -> None:
    row = people.invite(claim, RUI, "owner", by=cast.olga(), now=NOW)
    claim.proofs.update(last_present_at=NOW - dt.timedelta(days=15))
    with pytest.raises(people.CannotChange):
        people.take_up(row, by=cast.rui(), now=NOW)


def test_what_waits_for_an_account_that_is_gone_is_proven_for_nobody(scribe: Artifact) -> None:
    rui = cast.rui()
    word = ownership.open_claim(scribe, ownership.places(scribe)[0], by=rui, now=NOW)
    people.close_account(rui, now=NOW)
    ownership.took_place(word.pk, Seen(Outcome.PRESENT, "there"), host="maker.dev", by=None, now=NOW)
    assert Claim.objects.get(opened_by=rui).state == ClaimState.RELEASED


def test_of_a_contested_claim_its_members_have_their_parts(scribe: Artifact) -> None:
    """Whoever opened it may be an analyst by now, and others its owners."""
    held_by(cast.olga(), scribe)
    contested = held_by(cast.rui(), scribe)
    join(contested, cast.oskar(), Role.OWNER)
    Member.objects.filter(claim=contested, user=cast.rui()).update(role=Role.ANALYST)
    assert may(cast.oskar(), Verb.PROVE, contested, now=NOW)
    assert may(cast.rui(), Verb.SEE, contested, now=NOW)
    assert not may(cast.rui(), Verb.LEAD, contested, now=NOW)
    assert contested in visible_to(cast.oskar())


def test_whoever_has_no_part_in_it_gives_nothing_up(claim: Claim) -> None:
    """As somebody who was let go while they waited for their turn."""
    ownership.give_up(claim, by=cast.oskar(), now=NOW)
    assert Claim.objects.get().state == ClaimState.PROVEN
