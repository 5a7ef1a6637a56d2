"""Two proofs of one listing: three days, and then whose it is."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from catalog.changes import change
from catalog.desk.merging import merge
from catalog.models import Artifact
from claims import audit, checking, disputes, ownership
from claims.choices import ClaimState, DisputeState, ProofState
from claims.disputes import CHALLENGER, HOLDER, CannotSettle
from claims.models import AuditEntry, Claim, Dispute, Member, Proof
from tests import cast
from tests.claims.acting import asked_for_password, join
from tests.claims.conftest import NOW, World, place_of
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
WELL_KNOWN = "https://www.maker.dev/.well-known/unfragile.json"


def claimed(world: World, artifact: Artifact, who: object, method: str, now: dt.datetime = NOW) -> Claim:
    proof = ownership.open_claim(artifact, place_of(artifact, method, "www"), by=who, now=now)  # type: ignore[arg-type]
    put(world, proof)
    checking.look_for(proof, now=now, reach=world.reach)
    return Claim.objects.get(pk=proof.claim_id)


def put(world: World, proof: Proof) -> None:
    if proof.method == "dns":
        world.put_txt("www.maker.dev", proof.token)
    elif proof.method == "meta":
        world.say(proof.place, f'<head><meta name="unfragile-challenge" content="{proof.token}"></head>')
    else:
        world.say(WELL_KNOWN, {"unfragile-challenges": [proof.token]})


def take_away(world: World, method: str) -> None:
    if method == "dns":
        for one in world.names:
            one.records.clear()
    else:
        world.pages.clear()


def pass_days(world: World, hours: tuple[float, ...] = (1, 24, 72)) -> Dispute:
    for after in hours:
        disputes.look_again(now=NOW + HOUR + after * HOUR, reach=world.reach)
    return Dispute.objects.get()


def both(world: World, scribe: Artifact, mine: str = "well_known", theirs: str = "dns") -> tuple[Claim, Claim]:
    return (
        claimed(world, scribe, cast.olga(), mine),
        claimed(world, scribe, cast.oskar(), theirs, NOW + HOUR),
    )


def states(*claims: Claim) -> list[str]:
    return [Claim.objects.get(pk=claim.pk).state for claim in claims]


def test_both_are_looked_at_after_an_hour_a_day_and_three(world: World, scribe: Artifact) -> None:
    both(world, scribe)
    assert disputes.look_again(now=NOW + HOUR + 0.9 * HOUR, reach=world.reach) == 0
    dispute = pass_days(world)
    assert [(look["holder"], look["challenger"]) for look in dispute.looks] == [("present", "present")] * 3
    assert disputes.look_again(now=NOW + 90 * DAY, reach=world.reach) == 0


def test_two_of_a_kind_wait_for_an_editor(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    assert pass_days(world).state == DisputeState.WAITING
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.CONTESTED]


def test_whose_proof_alone_is_left_has_it(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    take_away(world, "well_known")
    dispute = pass_days(world)
    assert (dispute.state, dispute.outcome) == (DisputeState.SETTLED, CHALLENGER)
    assert states(mine, theirs) == [ClaimState.REVOKED, ClaimState.PROVEN]
    assert list(Member.objects.values_list("claim", "user__username")) == [(theirs.pk, "oskar")]
    assert Artifact.objects.get(pk=scribe.pk).verified_until == NOW + HOUR + 3 * DAY + 7 * DAY
    assert audit.verified()[1] == []


def test_a_challenger_who_takes_the_proof_away_has_lost(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    take_away(world, "dns")
    assert pass_days(world).outcome == HOLDER
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.RELEASED]


def test_the_stronger_kind_of_proof_has_it(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe, mine="meta", theirs="dns")
    assert pass_days(world).outcome == CHALLENGER
    assert states(mine, theirs) == [ClaimState.REVOKED, ClaimState.PROVEN]


def test_a_place_that_gives_no_clear_answer_is_for_an_editor(world: World, scribe: Artifact) -> None:
    both(world, scribe)
    world.say(WELL_KNOWN, "", status=503)
    assert pass_days(world).state == DisputeState.WAITING


@pytest.mark.parametrize(
    ("outcome", "expected", "people"),
    [
        ("holder", [ClaimState.PROVEN, ClaimState.RELEASED], ["olga"]),
        ("challenger", [ClaimState.REVOKED, ClaimState.PROVEN], ["oskar"]),
        ("both", [ClaimState.PROVEN, ClaimState.RELEASED], ["olga", "oskar"]),
    ],
)
def test_an_editor_settles_it_once_and_with_a_reason(
    world: World, scribe: Artifact, outcome: str, expected: list[str], people: list[str]
) -> None:
    mine, theirs = both(world, scribe)
    dispute = Dispute.objects.get()
    for what, why in ((outcome, " "), ("nobody", "So.")):
        with pytest.raises(CannotSettle):
            disputes.settle(dispute, what, why=why, by=cast.sven(), now=NOW)
    said = {"why": "They showed the contract.", "by": cast.sven(), "agreed_by": cast.erin()}
    disputes.settle(dispute, outcome, now=NOW + 2 * HOUR, **said)  # type: ignore[arg-type]
    assert states(mine, theirs) == expected
    assert sorted(Member.objects.values_list("user__username", flat=True)) == people
    assert AuditEntry.objects.filter(verb="settled", actor=cast.sven().pk).count() == 1
    with pytest.raises(CannotSettle, match="has been settled"):
        disputes.settle(dispute, outcome, why="Again.", by=cast.sven(), now=NOW + 3 * HOUR)


def test_nobody_judges_what_is_their_own(world: World, scribe: Artifact) -> None:
    """Whoever opened one of the two claims, or looks after it with others, leaves it to another editor."""
    mine, theirs = both(world, scribe)
    join(theirs, cast.erin())
    dispute = Dispute.objects.get()
    for editor in (cast.olga(), cast.oskar(), cast.erin()):
        with pytest.raises(CannotSettle, match="another editor"):
            disputes.settle(dispute, "challenger", why="It is ours.", by=editor, now=NOW + 2 * HOUR)
        with pytest.raises(ownership.CannotClaim, match="another editor"):
            ownership.revoke(mine, by=editor, why="It is ours.", now=NOW + 2 * HOUR)
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.CONTESTED]


def test_a_proof_of_a_place_that_the_listing_no_longer_names_is_for_an_editor(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe, mine="meta", theirs="dns")
    with change(why="It has moved."):
        Artifact.objects.filter(pk=scribe.pk).update(homepage="https://elsewhere.dev/")
    assert pass_days(world).state == DisputeState.WAITING
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.CONTESTED]


def test_who_gives_up_makes_way_for_whoever_has_proven_it_too(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    ownership.give_up(mine, by=cast.olga(), now=NOW + 2 * HOUR)
    assert states(mine, theirs) == [ClaimState.RELEASED, ClaimState.PROVEN]
    assert Dispute.objects.get().state == DisputeState.SETTLED


def test_a_challengers_proof_that_goes_ends_that_claim_and_touches_nobody_elses(world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    proof = theirs.proofs.get(state=ProofState.STANDING)
    take_away(world, "dns")
    for day in (1, 2, 3):
        checking.look_for(Proof.objects.get(pk=proof.pk), now=NOW + HOUR + day * DAY, reach=world.reach)
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.RELEASED]


def test_a_claim_goes_along_with_a_merge(world: World, scribe: Artifact) -> None:
    mine = claimed(world, scribe, cast.olga(), "well_known")
    heir = make_artifact(name="Heir", slug="heir", kind="mcp", homepage="https://www.maker.dev/scribe")
    merge(scribe, into=heir, by=cast.sven(), why="One thing.")
    assert ownership.pass_time(now=NOW + HOUR) == 1
    mine.refresh_from_db()
    assert (mine.artifact_id, mine.state) == (heir.pk, ClaimState.PROVEN)
    assert Artifact.objects.get(pk=heir.pk).verified_until == NOW + 7 * DAY
    assert Artifact.objects.get(pk=scribe.pk).verified_until is None
    assert ownership.pass_time(now=NOW + HOUR) == 0


def test_two_claims_that_meet_in_a_merge_are_disputed(world: World, scribe: Artifact) -> None:
    mine = claimed(world, scribe, cast.olga(), "well_known")
    heir = make_artifact(name="Heir", slug="heir", kind="mcp", homepage="https://www.maker.dev/scribe")
    theirs = claimed(world, heir, cast.oskar(), "dns")
    merge(scribe, into=heir, by=cast.sven(), why="One thing.")
    ownership.pass_time(now=NOW + HOUR)
    assert states(mine, theirs) == [ClaimState.CONTESTED, ClaimState.PROVEN]
    dispute = Dispute.objects.get()
    assert (dispute.holder_id, dispute.challenger_id) == (theirs.pk, mine.pk)


# --- at the desk, and for its people ----------------------------------------------------------------------------------


def test_both_sides_read_how_it_stands(client: Client, world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    pass_days(world, (1,))
    for who, claim in ((cast.olga(), mine), (cast.oskar(), theirs)):
        client.force_login(who)
        told = client.get(f"/owner/claims/{claim.pk}/").content.decode()
        assert "Somebody else has proven it, too" in told
        assert "unfragile.example</bdi>" not in told.replace(f"{who.email}</bdi>", ""), "nobody learns who the other is"


def test_the_desk_shows_both_proofs_and_settles_it(client: Client, world: World, scribe: Artifact) -> None:
    mine, theirs = both(world, scribe)
    pass_days(world)
    senior = cast.sven()
    senior.user_permissions.add(*Permission.objects.filter(content_type__app_label="claims"))
    client.force_login(senior)
    here = f"/admin/claims/dispute/{Dispute.objects.get().pk}/"
    page = client.get(here).content.decode()
    for words in ("A file on the website at www.maker.dev", "A DNS record at www.maker.dev", "present"):
        assert words in page
    assert "This field is required" in client.post(here, {"outcome": "holder"}).content.decode()
    asked = client.post(here, {"outcome": "holder", "why": "The company was sold."})
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.CONTESTED], "not before they have said who they are"
    asked_for_password(client, asked, "sven")
    assert states(mine, theirs) == [ClaimState.PROVEN, ClaimState.RELEASED]
    assert "The company was sold." in client.get(here).content.decode()
