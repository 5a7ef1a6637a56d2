"""What owners may change of a listing, what they only propose, and what nobody can write through them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from catalog.choices import Origin, ProposalState, TakenApartBy
from catalog.desk import proposals
from catalog.digest import catalog_digest
from catalog.models import Artifact, Contrast, Fact, Offering, Price, Proposal, Source
from claims import listing, ownership, suggestions
from claims.listing import change_at_once, submit
from claims.listing_plans import CannotPropose
from claims.models import Claim, OwnChange
from tests import cast
from tests.claims.conftest import NOW
from tests.claims.proposing import accept, ask, proven
from tests.factories import (
    make_artifact,
    make_capability,
    make_contrast,
    make_fact,
    make_offering,
    make_price,
    make_publisher,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    return proven(scribe)


# --- proposing --------------------------------------------------------------------------------------------------------


def test_what_is_proposed_changes_nothing_until_an_editor_accepts_it(claim: Claim) -> None:
    """A tagline waits as an open proposal, by whom and why; accepted, it stands and the history says from whom."""
    before = catalog_digest()
    (proposal,) = ask(claim, "listing", {"tagline": "Writes it all down", "name": "Scribe"}, why="Shorter.")
    assert catalog_digest() == before
    assert (proposal.before, proposal.after) == ({"tagline": "Does one thing"}, {"tagline": "Writes it all down"})
    assert (proposal.origin, proposal.proposed_by, proposal.why) == (Origin.OWNER, cast.olga(), "Shorter.")
    accept(proposal)
    artifact = Artifact.objects.get(pk=claim.artifact_id)
    assert artifact.tagline == "Writes it all down"
    assert artifact.history.first().history_change_reason == "Accepted from its owner."


def test_an_accepted_fact_stands_as_the_owners_word(claim: Claim) -> None:
    """It is a row of its own, of the owner's origin, before what was observed and with a source of theirs."""
    make_fact(artifact=claim.artifact, name="tool_count", value=3)
    (proposal,) = ask(claim, "facts", {"tool_count": 5}, source="https://www.maker.dev/tools")
    accept(proposal)
    fact = Fact.objects.get(artifact=claim.artifact, origin=Origin.OWNER)
    assert (fact.value, fact.is_stated, fact.is_disputed, fact.source.url) == (
        5, True, True, "https://www.maker.dev/tools",
    )  # fmt: skip


def test_an_editors_word_stands_against_the_owners(claim: Claim) -> None:
    """The owner's value is kept beside it, and is not the one that is shown."""
    make_fact(artifact=claim.artifact, name="tool_count", value=3, origin=Origin.EDITOR)
    accept(ask(claim, "facts", {"tool_count": 5})[0])
    assert Fact.objects.get(artifact=claim.artifact, is_stated=True).value == 3


def test_two_proposals_for_one_fact_end_in_one_row(claim: Claim) -> None:
    """The later one changes what the earlier one has written."""
    (first,) = ask(claim, "facts", {"tool_count": 5})
    (second,) = ask(claim, "facts", {"tool_count": 6})
    accept(first)
    accept(second)
    assert Fact.objects.get(artifact=claim.artifact).value == 6


def test_an_offering_is_added_changed_and_taken_away(claim: Claim) -> None:
    """Accepted, a new one is labelled as the owner's, with its source as evidence of the owner's."""
    capability = make_capability(key="text.dictation")
    words = {"capability": "text.dictation", "title": "Dictation", "description": "Writes what is said."}
    accept(ask(claim, "offerings", {**words, "intents": "write what I say\nminutes"}, source="https://maker.dev/d")[0])
    offering = Offering.objects.get(artifact=claim.artifact, capability=capability)
    assert offering.taken_apart_by == TakenApartBy.OWNER
    assert offering.intents == ["write what I say", "minutes"]
    assert [one.origin for one in offering.evidence.all()] == [Origin.OWNER]
    (change,) = ask(claim, "offerings", {"limitations": ["English only"]}, row=offering.pk)
    assert change.after == {"limitations": ["English only"]}
    accept(change)
    offering.refresh_from_db()
    assert offering.limitations == ["English only"]
    accept(ask(claim, "offerings", {}, row=offering.pk, remove=True)[0])
    assert not Offering.objects.filter(artifact=claim.artifact).exists()


def test_how_it_stands_against_another_is_added_and_changed(claim: Claim) -> None:
    """By one of its offerings and the other's slug."""
    offering, other = make_offering(artifact=claim.artifact), make_artifact(slug="rival")
    sent = {"offering": str(offering.pk), "against": "rival", "text": "Slower, and exact."}
    accept(ask(claim, "contrasts", sent)[0])
    contrast = Contrast.objects.get(offering=offering, artifact=other)
    accept(ask(claim, "contrasts", {"text": "Slower, but exact."}, row=contrast.pk)[0])
    contrast.refresh_from_db()
    assert contrast.text == "Slower, but exact."


def test_a_price_is_their_own_and_ends_the_one_before(claim: Claim) -> None:
    """Asked for by its publisher, whatever was sent; what it replaces has ended, and stays as history."""
    Artifact.objects.filter(pk=claim.artifact_id).update(publisher=make_publisher(name="Maker"))
    sent = {"amount": "2.00", "currency": "usd", "per": "1,000,000", "meter": "input_tokens"}
    accept(ask(claim, "prices", {**sent, "valid_from": "2026-01-01"})[0])
    accept(ask(claim, "prices", {**sent, "amount": "1.5", "valid_from": "2026-10-01"})[0])
    told = [(p.provider, str(p.amount.normalize()), str(p.valid_from), p.origin) for p in Price.objects.order_by("pk")]
    assert told == [("Maker", "2", "2026-01-01", "owner"), ("Maker", "1.5", "2026-10-01", "owner")]
    assert str(Price.objects.order_by("pk")[0].valid_to) == "2026-10-01"
    theirs = make_price(artifact=claim.artifact, provider="Somebody else")
    with pytest.raises(CannotPropose, match="not a price of yours"):
        ask(claim, "prices", {"valid_to": "2026-12-01"}, row=theirs.pk)


def test_nothing_new_is_no_proposal(claim: Claim) -> None:
    with pytest.raises(CannotPropose, match="Nothing would change"):
        ask(claim, "listing", {"tagline": claim.artifact.tagline})


def test_the_same_is_proposed_once_while_it_waits_and_again_once_it_was_refused(claim: Claim) -> None:
    (proposal,) = ask(claim, "listing", {"tagline": "New"})
    with pytest.raises(CannotPropose, match="just that"):
        ask(claim, "listing", {"tagline": "New"})
    proposals.refuse(proposal, by=cast.erin(), note="Too short.")
    assert ask(claim, "listing", {"tagline": "New"}, now=NOW + dt.timedelta(hours=1), why="It is all one needs.")


def test_there_is_an_end_to_what_may_be_proposed_in_a_day(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the refusal says when to go on."""
    monkeypatch.setattr(listing, "MOST_A_DAY", 2)
    ask(claim, "listing", {"tagline": "One"})
    ask(claim, "listing", {"tagline": "Two"})
    with pytest.raises(CannotPropose) as refused:
        ask(claim, "listing", {"tagline": "Three"}, now=NOW + dt.timedelta(hours=1))
    assert refused.value.retry_after == 23 * 3600
    ask(claim, "listing", {"tagline": "Three"}, now=NOW + dt.timedelta(days=1))


# --- at once ----------------------------------------------------------------------------------------------------------


def test_a_version_stands_at_once_with_its_history(claim: Claim) -> None:
    """As the owner's word, from the listing's own page; nobody has to accept it."""
    assert change_at_once(claim, "facts", {"version": "2.1.0"}, by=cast.olga(), now=NOW) == ["Version"]
    fact = Fact.objects.get(artifact=claim.artifact, name="version")
    assert (fact.value, fact.origin, fact.is_stated) == ("2.1.0", Origin.OWNER, True)
    kept = fact.history.first()
    assert (kept.history_user, kept.history_change_reason) == (cast.olga(), listing.WHY)
    assert OwnChange.objects.get().label == "Version"
    assert not Proposal.objects.exists()


def test_a_homepage_stands_at_once_on_the_website_that_is_proven(claim: Claim) -> None:
    """On any other it is proposed, together with whatever else was changed."""
    done = submit(
        claim, "listing", {"homepage": "https://www.maker.dev/scribe2", "tagline": "New"}, by=cast.olga(), now=NOW
    )
    assert done.at_once == ("Homepage",)
    assert [one.after for one in done.proposed] == [{"tagline": "New"}]
    assert Artifact.objects.get(pk=claim.artifact_id).homepage == "https://www.maker.dev/scribe2"
    for other in ("https://maker.dev.evil.example/", "http://www.maker.dev/", "https://www.maker.dev:8443/"):
        with pytest.raises(CannotPropose, match="Only an editor"):
            change_at_once(claim, "listing", {"homepage": other}, by=cast.olga(), now=NOW)


@pytest.mark.parametrize("sent", [{"tool_count": 9}, {"version": "The best ever"}])
def test_what_could_mislead_does_not_stand_at_once(claim: Claim, sent: dict[str, Any]) -> None:
    with pytest.raises(CannotPropose, match="Only an editor"):
        change_at_once(claim, "facts", sent, by=cast.olga(), now=NOW)
    assert not Fact.objects.exists()


def test_a_version_from_elsewhere_is_proposed(claim: Claim) -> None:
    """Its link would be shown without anybody having looked at it."""
    done = submit(claim, "facts", {"version": "2"}, by=cast.olga(), now=NOW, source="https://elsewhere.example/")
    assert (done.at_once, len(done.proposed)) == ((), 1)
    assert not Source.objects.filter(url__contains="elsewhere").exists()


def test_twenty_changes_a_day_stand_at_once(claim: Claim) -> None:
    for number in range(20):
        change_at_once(claim, "facts", {"version": f"1.{number}"}, by=cast.olga(), now=NOW)
    with pytest.raises(CannotPropose) as refused:
        change_at_once(claim, "facts", {"version": "2"}, by=cast.olga(), now=NOW)
    assert refused.value.retry_after > 0
    assert Fact.objects.get().value == "1.19"


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "sent", "name"),
    [
        ("listing", {"tagline": "x" * 161}, "tagline"),
        ("listing", {"tagline": "two\nlines"}, "tagline"),
        ("listing", {"description": "a\x00b"}, "description"),
        ("listing", {"description": "a\x07b"}, "description"),
        ("listing", {"description": "half \ud800"}, "description"),
        ("listing", {"description": "turned \u202e around"}, "description"),
        ("listing", {"description": "[see](javascript:alert(1))"}, "description"),
        ("listing", {"description": "[see](JaVaScRiPt :alert(1))"}, "description"),
        ("listing", {"homepage": "javascript:alert(1)"}, "homepage"),
        ("listing", {"homepage": "ftp://maker.dev/"}, "homepage"),
        ("listing", {"name": "  "}, "name"),
        ("listing", {"name": ["a"]}, "name"),
        ("listing", {"licence": "MIT OR"}, "licence"),
        ("facts", {"tool_count": "many"}, "tool_count"),
        ("facts", {"tool_count": -1}, "tool_count"),
        ("facts", {"version": {"a": 1}}, "version"),
        ("facts", {"transports": ["a\x00"]}, "transports"),
        ("facts", {"transports": '["a\\u0000"]'}, "transports"),
        ("facts", {"authentication": '"a\\u0007"'}, "authentication"),
        ("facts", {"last_updated": "2026-01-01"}, "last_updated"),
        ("facts", {"parameters_total": 7}, "parameters_total"),  # not of this kind
        ("offerings", {"capability": "no.such", "title": "T", "description": "D"}, "capability"),
        ("offerings", {"capability": "a\x00", "title": "T", "description": "D"}, "capability"),
        ("contrasts", {"offering": "9" * 30, "against": "x", "text": "T"}, "offering"),
        ("prices", {"amount": "NaN", "currency": "USD", "per": "1", "meter": "request"}, "amount"),
        ("prices", {"amount": "-1", "currency": "USD", "per": "1", "meter": "request"}, "amount"),
        ("prices", {"amount": "1e30", "currency": "USD", "per": "1", "meter": "request"}, "amount"),
        ("prices", {"amount": "1", "currency": "USD", "per": "0", "meter": "request"}, "per"),
        ("prices", {"amount": "1", "currency": "USD", "per": "1", "meter": "love"}, "meter"),
        ("prices", {"amount": "1", "currency": "USD", "per": "1", "meter": ["love"]}, "meter"),
        ("prices", {"amount": "1", "currency": "USD", "per": "1", "meter": "request", "provider": "Rival"}, "provider"),
        ("listing", {"slug": "mine"}, "slug"),
        ("nothing", {}, ""),
    ],
)
def test_what_no_page_can_hold_is_refused_beside_its_field(
    claim: Claim, section: str, sent: dict[str, Any], name: str
) -> None:
    """Nothing is kept of it, also not of the fields beside it that were right."""
    with pytest.raises(CannotPropose) as refused:
        ask(claim, section, sent)
    assert name in refused.value.errors
    assert not Proposal.objects.exists()


def test_a_row_of_somebody_elses_is_not_there(claim: Claim) -> None:
    offering, contrast = make_offering(), make_contrast()
    for section, row in (("offerings", offering.pk), ("contrasts", contrast.pk), ("prices", make_price().pk)):
        with pytest.raises(CannotPropose):
            ask(claim, section, {"title": "Mine", "text": "Mine"}, row=row)
        with pytest.raises(CannotPropose):
            ask(claim, section, {}, row=row, remove=True)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def test_what_is_open_can_be_withdrawn_once(claim: Claim) -> None:
    (proposal,) = ask(claim, "listing", {"tagline": "New"})
    other = proven(make_artifact(slug="other", homepage="https://www.maker.dev/other"))
    with pytest.raises(CannotPropose):
        listing.withdraw(other, proposal.pk, by=cast.olga(), now=NOW)
    listing.withdraw(claim, proposal.pk, by=cast.olga(), now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OUTDATED
    with pytest.raises(CannotPropose, match="answered"):
        listing.withdraw(claim, proposal.pk, by=cast.olga(), now=NOW)


def test_a_claim_that_ends_takes_along_what_waits(claim: Claim) -> None:
    (proposal,) = ask(claim, "listing", {"tagline": "New"})
    ownership.give_up(claim, by=cast.olga(), now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OUTDATED


def test_its_people_are_told_once_of_what_was_decided(
    claim: Claim, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    """One letter for all that was answered since the last, with the way to the proposals."""
    for tagline in ("One", "Two"):
        proposals.refuse(ask(claim, "listing", {"tagline": tagline})[0], by=cast.erin(), note="No.")
    for expected in (1, 0):
        with django_capture_on_commit_callbacks(execute=True):
            assert suggestions.tell_decided(now=NOW) == expected
    (mail,) = mailoutbox
    assert f"/owner/claims/{claim.pk}/proposals/" in mail.body
    assert mail.to == ["olga@unfragile.example"]


def test_editors_are_reminded_once_of_what_waits_for_five_days(claim: Claim, mailoutbox: list[Any]) -> None:
    """At their confirmed addresses, and only those who may answer."""
    EmailAddress.objects.create(user=cast.erin(), email=cast.erin().email, verified=True, primary=True)
    EmailAddress.objects.create(user=cast.sven(), email=cast.sven().email, verified=False, primary=True)
    ask(claim, "listing", {"tagline": "New"})
    assert suggestions.remind(now=NOW + dt.timedelta(days=4)) == 0
    assert suggestions.remind(now=NOW + dt.timedelta(days=5)) == 1
    assert suggestions.remind(now=NOW + dt.timedelta(days=6)) == 0
    assert [mail.to for mail in mailoutbox] == [["erin@unfragile.example"]]
