"""An owner's pages of a listing: what they send, what they keep of what was refused, and for whom they are there."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from catalog.choices import ProposalState
from catalog.models import Artifact, Capability, Fact, Proposal
from claims import fields, listing
from claims.choices import ClaimState, Role
from claims.listing_plans import CannotPropose
from claims.models import Claim, Member, Proof
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
)

pytestmark = pytest.mark.django_db


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


def statuses(client: Client, claim: Claim, proposal: Proposal | None = None) -> set[int]:
    if proposal is None:
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
    (waits,) = ask(now_proven, "listing", {"tagline": "Of before"}, now=timezone.now())
    Proof.objects.update(last_present_at=timezone.now() - dt.timedelta(days=15))
    assert statuses(client, now_proven, waits) == {404}
    with pytest.raises(CannotPropose):  # also for whoever was let in just before, and waited
        ask(now_proven, "listing", {"tagline": "Too late"}, now=timezone.now())
    Proof.objects.update(last_present_at=timezone.now())
    Claim.objects.update(state=ClaimState.SUSPENDED, suspended_at=timezone.now())
    assert statuses(client, now_proven, waits) == {404}


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


def test_whoever_gets_a_claim_sees_nothing_of_what_was_before(client: Client, now_proven: Claim) -> None:
    """Neither what was proposed nor what was changed at once, and cannot withdraw it."""
    before = timezone.now()
    (proposal,) = ask(now_proven, "listing", {"tagline": "By Olga"}, now=before)
    listing.change_at_once(now_proven, "facts", {"version": "9.9.9"}, by=cast.olga(), now=before)
    Member.objects.filter(claim=now_proven).update(user=cast.oskar(), since=before + dt.timedelta(seconds=1))
    client.force_login(cast.oskar())
    place = f"/owner/claims/{now_proven.pk}"
    assert "You have proposed nothing yet" in text_of(client.get(f"{place}/proposals/"))
    page = text_of(client.get(f"{place}/listing/"))
    assert "What you changed at once" not in page
    assert "proposals wait" not in page
    client.post(f"{place}/proposals/{proposal.pk}/withdraw/")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN
