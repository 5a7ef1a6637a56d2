"""From the first word to the last: opened, proven, suspended, released; and what is published and logged on the way."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from catalog.digest import catalog_digest
from catalog.models import Artifact
from claims import audit, checking, ownership
from claims.choices import ClaimState, DisputeState, ProofState, Role
from claims.models import AuditEntry, Claim, Dispute, Look, Member, Proof
from claims.permissions import Verb, may
from tests import cast
from tests.claims.conftest import NOW, World, place_of
from tests.factories import make_artifact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_at_once")]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
WELL_KNOWN = "https://www.maker.dev/.well-known/unfragile.json"


def opened(artifact: Artifact, who: object = None, method: str = "well_known", now: dt.datetime = NOW) -> Proof:
    return ownership.open_claim(artifact, place_of(artifact, method), by=who or cast.olga(), now=now)  # type: ignore[arg-type]


def put(world: World, *proofs: Proof) -> None:
    world.say(WELL_KNOWN, {"unfragile-challenges": [proof.token for proof in proofs]})


def look(world: World, proof: Proof, now: dt.datetime = NOW) -> Look:
    found = checking.look_for(Proof.objects.select_related("claim").get(pk=proof.pk), now=now, reach=world.reach)
    assert found is not None
    return found


def proven(world: World, artifact: Artifact, who: object = None) -> Claim:
    proof = opened(artifact, who)
    put(world, proof)
    assert look(world, proof).outcome == "present"
    return Claim.objects.get(pk=proof.claim_id)


def until(artifact: Artifact) -> dt.datetime | None:
    return Artifact.objects.values_list("verified_until", flat=True).get(pk=artifact.pk)


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("verb", flat=True))


def test_a_claim_is_proven_once_its_word_is_there(world: World, scribe: Artifact) -> None:
    proof = opened(scribe)
    assert look(world, proof).code == "no_page"
    assert until(scribe) is None
    put(world, proof)
    look(world, proof, NOW + HOUR)
    claim = Claim.objects.get()
    assert (claim.state, claim.first_proven_at) == (ClaimState.PROVEN, NOW + HOUR)
    assert until(scribe) == NOW + HOUR + 7 * DAY
    assert list(Member.objects.values_list("user__username", "role")) == [("olga", Role.OWNER)]
    assert verbs() == ["opened", "proven"]
    assert [letter.to for letter in mail.outbox] == [["olga@unfragile.example"]]
    assert "Scribe is yours" in mail.outbox[0].subject


def test_somebody_elses_word_and_another_listings_prove_nothing(world: World, scribe: Artifact) -> None:
    other = make_artifact(name="Writer", slug="writer", homepage="https://www.maker.dev/writer")
    mine, theirs, elsewhere = opened(scribe), opened(scribe, cast.oskar()), opened(other)
    by_page = opened(make_artifact(name="Third", slug="third", homepage="https://www.maker.dev/"), method="meta")
    put(world, theirs, elsewhere, by_page)
    assert look(world, mine).outcome == "absent"
    assert Claim.objects.get(pk=mine.claim_id).state == ClaimState.PENDING


def test_another_challenge_kills_the_one_before(world: World, scribe: Artifact) -> None:
    first = opened(scribe)
    second = opened(scribe, method="dns")
    assert first.claim_id == second.claim_id
    put(world, first)
    first.refresh_from_db()
    assert first.state == ProofState.OVER
    checking.look_for(first, now=NOW, reach=world.reach)
    assert Claim.objects.get().state == ClaimState.PENDING


def test_a_proof_that_is_gone_is_told_suspends_lapses_and_ends(world: World, scribe: Artifact) -> None:
    claim = proven(world, scribe)
    proof = claim.proofs.get()
    mail.outbox.clear()
    world.pages.clear()
    now = NOW
    for day in (1, 2, 3):
        now = NOW + day * DAY
        look(world, proof, now)
    claim.refresh_from_db()
    assert [letter.subject for letter in mail.outbox] == [
        "The proof for Scribe is missing",
        "Your claim of Scribe is suspended",
    ]
    assert claim.state == ClaimState.SUSPENDED
    assert until(scribe) is None
    assert not may(cast.olga(), Verb.ANALYSE, claim, now=now)
    assert may(cast.olga(), Verb.PROVE, claim, now=now)
    assert ownership.pass_time(now=now + 29 * DAY) == 0
    assert ownership.pass_time(now=now + 30 * DAY) == 1
    assert ownership.pass_time(now=now + 30 * DAY) == 0
    claim.refresh_from_db()
    assert claim.state == ClaimState.RELEASED
    assert not Member.objects.exists()
    assert verbs() == ["opened", "proven", "suspended", "released"]
    assert audit.verified() == (4, [])


def test_a_proof_that_is_put_back_brings_everything_back(world: World, scribe: Artifact) -> None:
    claim = proven(world, scribe)
    proof = claim.proofs.get()
    world.pages.clear()
    for day in (1, 2, 3):
        look(world, proof, NOW + day * DAY)
    put(world, proof)
    look(world, proof, NOW + 10 * DAY)
    claim.refresh_from_db()
    assert claim.state == ClaimState.PROVEN
    assert until(scribe) == NOW + 17 * DAY
    assert may(cast.olga(), Verb.EDIT, claim, now=NOW + 10 * DAY)


def test_without_any_look_badge_and_rights_end_by_themselves(world: World, scribe: Artifact) -> None:
    """A worker that has died makes badges lapse: nothing has to run for it."""
    claim = proven(world, scribe)
    assert until(scribe) == NOW + 7 * DAY
    assert may(cast.olga(), Verb.ANALYSE, claim, now=NOW + 14 * DAY - HOUR)
    assert not may(cast.olga(), Verb.ANALYSE, claim, now=NOW + 14 * DAY)


def test_an_error_while_looking_is_never_present(
    world: World, scribe: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> object:
        raise RuntimeError("of the code")

    proof = opened(scribe)
    put(world, proof)
    monkeypatch.setattr("claims.proofs.look", broken)
    assert look(world, proof).outcome == "unknown"
    assert Claim.objects.get().state == ClaimState.PENDING


def test_a_challenge_runs_out_after_a_week(scribe: Artifact) -> None:
    opened(scribe)
    assert ownership.pass_time(now=NOW + 7 * DAY) == 1
    assert Claim.objects.get().state == ClaimState.EXPIRED
    assert opened(scribe, now=NOW + 8 * DAY).claim.state == ClaimState.PENDING, "one may begin anew"


def test_a_round_in_which_nothing_is_over_asks_once(
    world: World, scribe: Artifact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """However many claims stand: each that is taken up holds up all other changes of the catalog."""
    proven(world, scribe)
    opened(make_artifact(name="Other", slug="other", homepage="https://www.maker.dev/"))
    with django_assert_num_queries(1):
        assert ownership.pass_time(now=NOW + 6 * DAY) == 0
    assert ownership.pass_time(now=NOW + 14 * DAY) == 2


def test_another_way_takes_over_once_it_is_seen(world: World, scribe: Artifact) -> None:
    claim = proven(world, scribe)
    by_name = opened(scribe, method="dns", now=NOW + HOUR)
    assert by_name.claim_id == claim.pk
    look(world, by_name, NOW + HOUR)
    assert claim.proofs.get(state=ProofState.STANDING).method == "well_known"
    world.put_txt("www.maker.dev", by_name.token)
    look(world, by_name, NOW + 2 * HOUR)
    assert claim.proofs.get(state=ProofState.STANDING).method == "dns"
    assert verbs() == ["opened", "proven", "proof changed"]


def test_a_repository_that_became_anothers_suspends_at_once(world: World, scribe: Artifact) -> None:
    world.put_repository("maker/scribe")
    proof = opened(scribe, method="repository")
    world.put_file("maker/scribe", proof.token)
    look(world, proof)
    assert Proof.objects.get().ids == {"repository": "1", "owner": "7"}
    world.put_repository("maker/scribe", key=2)
    look(world, proof, NOW + HOUR)
    assert Claim.objects.get().state == ClaimState.SUSPENDED


# --- whom it may be --------------------------------------------------------------------------------------------------


def test_what_somebody_else_holds_is_disputed_and_passes_to_nobody(world: World, scribe: Artifact) -> None:
    held = proven(world, scribe)
    theirs = opened(scribe, cast.oskar())
    put(world, held.proofs.get(), theirs)
    look(world, theirs, NOW + HOUR)
    contested = Claim.objects.get(pk=theirs.claim_id)
    assert (contested.state, Claim.objects.get(pk=held.pk).state) == (ClaimState.CONTESTED, ClaimState.PROVEN)
    dispute = Dispute.objects.get()
    assert (dispute.holder_id, dispute.challenger_id, dispute.state) == (held.pk, contested.pk, DisputeState.OPEN)
    assert not may(cast.oskar(), Verb.EDIT, contested, now=NOW + HOUR)
    assert may(cast.olga(), Verb.EDIT, held, now=NOW + HOUR)
    assert sorted(letter.to[0] for letter in mail.outbox if "Somebody else" in letter.subject) == [
        "olga@unfragile.example",
        "oskar@unfragile.example",
    ]


def test_what_an_editor_takes_back_is_gone_at_once(world: World, scribe: Artifact) -> None:
    claim = proven(world, scribe)
    with pytest.raises(ownership.CannotClaim):
        ownership.revoke(claim, by=cast.erin(), why=" ", now=NOW, agreed_by=cast.sven())
    ownership.revoke(claim, by=cast.erin(), why="It was sold.", now=NOW, agreed_by=cast.sven())
    assert until(scribe) is None
    assert not may(cast.olga(), Verb.EDIT, claim, now=NOW)
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.actor, entry.after["why"]) == ("revoked", cast.erin().pk, "It was sold.")


@pytest.mark.parametrize("lifecycle", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_cannot_be_claimed(lifecycle: str, db: None) -> None:
    given = {"withdrawn_reason": "Gone."} if lifecycle == "withdrawn" else {}
    artifact = make_artifact(name="A", slug="a", homepage="https://www.maker.dev/", lifecycle=lifecycle, **given)
    with pytest.raises(ownership.CannotClaim):
        opened(artifact)


def test_whoever_has_no_confirmed_address_claims_nothing(scribe: Artifact) -> None:
    rui = cast.rui()
    EmailAddress.objects.filter(user=rui).update(verified=False)
    with pytest.raises(ownership.CannotClaim, match="Confirm your e-mail address"):
        opened(scribe, rui)


def test_an_account_has_ten_claims_that_wait(db: None) -> None:
    for number in range(ownership.MOST_OPEN):
        opened(make_artifact(name=f"A{number}", slug=f"a{number}", homepage="https://www.maker.dev/"))
    with pytest.raises(ownership.CannotClaim):
        opened(make_artifact(name="B", slug="b", homepage="https://www.maker.dev/"))


# --- how often -------------------------------------------------------------------------------------------------------


def test_after_five_failures_in_an_hour_nothing_is_asked(world: World, scribe: Artifact) -> None:
    proof, olga = opened(scribe), cast.olga()
    for minute in range(5):
        checking.look_for(proof, by=olga, now=NOW + dt.timedelta(minutes=minute), reach=world.reach)
        proof.refresh_from_db()
    asked = len(world.loopback.asked)
    with pytest.raises(checking.CannotLook) as refused:
        checking.look_for(proof, by=olga, now=NOW + 10 * HOUR / 60, reach=world.reach)
    assert 49 * 60 < refused.value.retry_after <= 50 * 60 + 1
    assert len(world.loopback.asked) == asked
    assert checking.look_for(proof, by=olga, now=NOW + HOUR + DAY / 24, reach=world.reach)


def test_the_round_looks_for_what_is_due_and_no_earlier(world: World, scribe: Artifact) -> None:
    claim = proven(world, scribe)
    assert checking.check_due(now=NOW + HOUR, reach=world.reach) == (0, 0)
    assert checking.check_due(now=NOW + 31 * HOUR, reach=world.reach) == (1, 0)
    assert checking.check_due(now=NOW + 31 * HOUR, reach=world.reach) == (0, 0)
    assert claim.proofs.get().last_present_at == NOW + 31 * HOUR
    assert until(scribe) == NOW + 31 * HOUR + 7 * DAY


def test_claiming_changes_no_fact(world: World, scribe: Artifact) -> None:
    told = Artifact.objects.filter(pk=scribe.pk).values_list("facts_changed_at", "name", "homepage")
    before = list(told), catalog_digest()
    proven(world, scribe)
    assert (list(told), catalog_digest()) == before
