"""What owners may change of a listing, what they only propose, and what nobody can write through them."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client
from django.utils import timezone

from catalog.choices import Origin, ProposalState, TakenApartBy
from catalog.desk import proposals
from catalog.digest import catalog_digest
from catalog.models import Artifact, Capability, Contrast, Fact, Offering, Price, Proposal, Source
from claims import fields, listing, ownership, suggestions
from claims.choices import ClaimState, ProofState, Role
from claims.listing import change_at_once, propose, submit
from claims.listing_plans import CannotPropose
from claims.models import Claim, Member, OwnChange, Proof
from tests import cast
from tests.claims.conftest import place_of
from tests.factories import (
    make_artifact,
    make_capability,
    make_contrast,
    make_fact,
    make_offering,
    make_price,
    make_publisher,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)


def proven(artifact: Artifact, *, now: dt.datetime = NOW, method: str = "well_known") -> Claim:
    """Olga's, proven without asking any place."""
    proof = ownership.open_claim(artifact, place_of(artifact, method), by=cast.olga(), now=now)
    Proof.objects.filter(pk=proof.pk).update(
        state=ProofState.STANDING, first_present_at=now, last_present_at=now, last_checked_at=now
    )
    Claim.objects.filter(pk=proof.claim_id).update(state=ClaimState.PROVEN, first_proven_at=now)
    Member.objects.create(claim=proof.claim, user=cast.olga(), role=Role.OWNER, since=now)
    return Claim.objects.select_related("artifact").get(pk=proof.claim_id)


@pytest.fixture
def claim(scribe: Artifact) -> Claim:
    return proven(scribe)


def ask(claim: Claim, section: str, sent: dict[str, Any], **more: Any) -> list[Proposal]:
    return propose(claim, section, sent, by=cast.olga(), now=more.pop("now", NOW), **more)


def accept(proposal: Proposal, **more: Any) -> Proposal:
    proposals.accept(proposal, by=cast.erin(), **more)
    return Proposal.objects.get(pk=proposal.pk)


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


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def now_proven(scribe: Artifact) -> Claim:
    """Whose rights hold today, as pages ask for them."""
    return proven(scribe, now=timezone.now())


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def form_of(page: str, key: str) -> dict[str, str]:
    """The fields of one form of the page as a browser would send them."""
    (found,) = [one for one in re.findall(r"<form.*?</form>", page, re.S) if f'name="form" value="{key}"' in one]
    sent = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', found)
    }
    for name, value in re.findall(r'<textarea[^>]*? name="(\w+)"[^>]*>\n(.*?)</textarea>', found, re.S):
        sent[name] = html.unescape(value)
    return {**sent, "meter": "request"} if "prices" in key else sent


def send(client: Client, claim: Claim, key: str, /, **changed: str) -> Any:
    place = f"/owner/claims/{claim.pk}/listing/"
    sent = {**form_of(client.get(place).content.decode(), key), "act": "save", **changed}
    return client.post(place, sent)


def test_the_page_sends_what_was_changed_and_nothing_else(client: Client, now_proven: Claim) -> None:
    """Also where a field that nobody touched could not be taken today: an import has brought it."""
    Artifact.objects.filter(pk=now_proven.artifact_id).update(description="two\r\nlines \x01 ")
    client.force_login(cast.olga())
    answer = send(client, now_proven, "listing", tagline="Writes it all down", why="Clearer.")
    assert answer.status_code == 302
    assert Proposal.objects.get().after == {"tagline": "Writes it all down"}
    page = text_of(client.get(f"/owner/claims/{now_proven.pk}/listing/"))
    assert "1 of your proposals waits" in page
    assert "A proposal of yours waits." in page


def test_what_is_refused_stands_beside_its_field_and_nothing_is_lost(client: Client, now_proven: Claim) -> None:
    client.force_login(cast.olga())
    answer = send(client, now_proven, "listing", tagline="x" * 200, description="Kept <b>words</b>", why="Because.")
    page = text_of(answer)
    assert answer.status_code == 400
    assert 'id="listing-tagline-error">At most 160 characters, not 200.' in page
    for kept in ("x" * 200, "Kept <b>words</b>", "Because."):
        assert kept in page
    assert "<b>words</b>" not in answer.content.decode()
    assert not Proposal.objects.exists()


def test_facts_offerings_contrasts_and_prices_are_sent_from_the_page(client: Client, now_proven: Claim) -> None:
    offering = make_offering(artifact=now_proven.artifact)
    contrast = make_contrast(offering=offering)
    make_capability(key="text.dictation")
    make_artifact(slug="rival")
    client.force_login(cast.olga())
    for key, changed in (
        ("facts", {"tool_count": "5", "version": "1.2"}),
        (f"offerings-{offering.pk}", {"unique": "Only here."}),
        (f"contrasts-{contrast.pk}", {"text": "Slower."}),
        (f"contrasts-new-{offering.pk}", {"against": "rival", "text": "Smaller."}),
        ("offerings-new", {"capability": "text.dictation", "title": "T", "description": "D"}),
        ("prices-new", {"amount": "2"}),
    ):
        assert send(client, now_proven, key, **changed).status_code == 302, key
    assert Fact.objects.get().value == "1.2"  # at once
    assert sorted(one.subject for one in Proposal.objects.all()) == sorted(
        [
            "fact tools",
            f"offering “{offering.title}”",
            f"contrast with {contrast.artifact.name}",
            "contrast with " + Artifact.objects.get(slug="rival").name,
            "new offering of " + Capability.objects.get(key="text.dictation").name,
            "price at Scribe",
        ]
    )
    assert send(client, now_proven, f"offerings-{offering.pk}", act="remove").status_code == 302
    assert Proposal.objects.filter(after={}).get().row == offering.pk


def test_a_page_that_is_behind_sends_nothing(client: Client, now_proven: Claim) -> None:
    """What somebody changed meanwhile would look as if the owner had changed it back."""
    client.force_login(cast.olga())
    place = f"/owner/claims/{now_proven.pk}/listing/"
    sent = form_of(client.get(place).content.decode(), "listing")
    Artifact.objects.filter(pk=now_proven.artifact_id).update(description="By an editor.")
    answer = client.post(place, {**sent, "tagline": "New", "act": "save"})
    assert answer.status_code == 400
    assert "has changed since you opened this page" in text_of(answer)
    assert 'value="New"' in text_of(answer)
    again = form_of(answer.content.decode(), "listing")
    assert client.post(place, {**again, "description": "By an editor.", "act": "save"}).status_code == 302
    assert Proposal.objects.get().after == {"tagline": "New"}


def test_too_many_in_a_day_are_told_when_to_go_on(
    client: Client, now_proven: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_A_DAY", 0)
    client.force_login(cast.olga())
    answer = send(client, now_proven, "listing", tagline="New")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_what_was_answered_is_shown_with_the_editors_note(client: Client, now_proven: Claim) -> None:
    """Field by field where it was answered so; what waits can be withdrawn."""
    client.force_login(cast.olga())
    at = timezone.now()
    (partly,) = ask(now_proven, "listing", {"tagline": "Writes it down", "name": "The Best Scribe"}, now=at)
    accept(partly, fields=["tagline"], notes={"name": "Names do not praise."})
    (waits,) = ask(now_proven, "listing", {"licence": "MIT"}, now=at)
    page = text_of(client.get(f"/owner/claims/{now_proven.pk}/proposals/"))
    for words in ("Accepted in part", "Names do not praise.", "<del>Does one thing</del>", "Waits for an editor"):
        assert words in page
    answer = client.post(f"/owner/claims/{now_proven.pk}/proposals/{waits.pk}/withdraw/", follow=True)
    assert "Withdrawn. Nothing was changed." in text_of(answer)


# --- who may ----------------------------------------------------------------------------------------------------------


def statuses(client: Client, claim: Claim) -> set[int]:
    (proposal,) = ask(claim, "listing", {"tagline": f"By {timezone.now()}"}, now=timezone.now())
    place = f"/owner/claims/{claim.pk}"
    return {
        client.get(f"{place}/listing/").status_code,
        client.post(f"{place}/listing/", {"form": "listing", "act": "save"}).status_code,
        client.get(f"{place}/proposals/").status_code,
        client.post(f"{place}/proposals/{proposal.pk}/withdraw/").status_code,
    }


def test_maintainers_may_and_nobody_else_finds_anything(client: Client, now_proven: Claim) -> None:
    client.force_login(cast.oskar())
    assert statuses(client, now_proven) == {404}
    member = Member.objects.create(claim=now_proven, user=cast.oskar(), role=Role.ANALYST, since=NOW)
    assert statuses(client, now_proven) == {404}
    member.role = Role.MAINTAINER
    member.save()
    assert statuses(client, now_proven) == {200, 302, 400}


def test_while_the_proof_is_gone_nothing_can_be_changed(client: Client, now_proven: Claim) -> None:
    """Suspended, or not seen for a fortnight: the pages are not there."""
    client.force_login(cast.olga())
    Proof.objects.update(last_present_at=timezone.now() - dt.timedelta(days=15))
    assert statuses(client, now_proven) == {404}
    Proof.objects.update(last_present_at=timezone.now())
    Claim.objects.update(state=ClaimState.SUSPENDED, suspended_at=timezone.now())
    assert statuses(client, now_proven) == {404}


def test_no_other_field_of_any_model_can_be_written(client: Client, now_proven: Claim) -> None:
    """All names of all columns are sent through every form, with values that would be noticed."""
    offering = make_offering(artifact=now_proven.artifact)
    contrast = make_contrast(offering=offering)
    price = make_price(artifact=now_proven.artifact, provider="Scribe")
    make_fact(artifact=now_proven.artifact, name="tool_count", value=3)
    names = {
        name
        for model in apps.get_models()
        if model._meta.app_label in ("catalog", "ranking", "claims", "auth")
        for one in model._meta.get_fields()
        for name in {one.name, getattr(one, "attname", one.name)}
    }
    assert len(names) > 200
    ours = {one.name for one in (*fields.LISTING, *fields.OFFERING, *fields.CONTRAST, *fields.PRICE, *fields.PRICE_END)}
    ours |= {one.name for one in fields.facts("mcp")} | {"source", "why", "capability", "offering", "against", "value"}
    others = dict.fromkeys(names - ours, "7")
    assert {"slug", "kind", "lifecycle", "verified_until", "publisher_id", "repository", "origin"} <= others.keys()
    client.force_login(cast.olga())
    before = rows_of_catalog()
    keys = ["listing", "facts", f"offerings-{offering.pk}", f"contrasts-{contrast.pk}", f"prices-{price.pk}"]
    for key in [*keys, "offerings-new", "prices-new", f"contrasts-new-{offering.pk}"]:
        assert send(client, now_proven, key, **others).status_code == 400, key
    assert rows_of_catalog() == before
    assert not Proposal.objects.exists()
    client.get(f"/owner/claims/{now_proven.pk}/listing/", others)
    assert rows_of_catalog() == before
    assert send(client, now_proven, "listing", **others, tagline="New").status_code == 302
    (proposal,) = Proposal.objects.all()
    assert (proposal.artifact_id, proposal.row, proposal.after) == (
        now_proven.artifact_id, now_proven.artifact_id, {"tagline": "New"},
    )  # fmt: skip


def rows_of_catalog() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in ("catalog", "ranking", "claims", "auth")
    }
