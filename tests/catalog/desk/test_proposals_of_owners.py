"""What an owner proposes is answered in the editors' queue, field by field, and stands as the owner's word."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.choices import Origin, ProposalState
from catalog.desk import proposals
from catalog.desk.proposals import CannotDecide
from catalog.models import Artifact, Capability, Fact, Offering, Proposal
from tests.cast import erin, olga
from tests.factories import make_artifact, make_capability, make_offering

pytestmark = pytest.mark.django_db
AFTER = {"tagline": "Hears and writes", "name": "The Best Scribe"}


def proposed(**overrides: Any) -> Proposal:
    artifact = overrides.pop("artifact", None) or make_artifact(name="Scribe", tagline="Writes")
    told: dict[str, Any] = {
        "artifact": artifact,
        "label": "catalog.artifact",
        "row": artifact.pk,
        "subject": "listing",
        "before": {name: getattr(artifact, name) for name in AFTER},
        "after": AFTER,
        "digest": f"{Proposal.objects.count()}",
        "origin": Origin.OWNER,
        "proposed_by": olga(),
        "why": "It hears, too.",
    }
    return Proposal.objects.create(**{**told, **overrides})


def again(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("artifact").get(pk=proposal.pk)


def test_some_fields_are_accepted_and_the_rest_is_noted() -> None:
    """What is ticked is written; of the rest it stands why not, beside the field."""
    proposal = proposed()
    proposals.accept(proposal, by=erin(), fields=["tagline"], notes={"name": "Names do not praise."})
    kept = again(proposal)
    assert (kept.artifact.tagline, kept.artifact.name) == ("Hears and writes", "Scribe")
    assert kept.state == ProposalState.ACCEPTED
    assert kept.is_partly_accepted
    assert kept.answers == {
        "tagline": {"is_accepted": True, "note": ""},
        "name": {"is_accepted": False, "note": "Names do not praise."},
    }


@pytest.mark.parametrize(("fields", "match"), [([], "Tick what you accept"), (["tagline"], "Say why of each")])
def test_what_is_left_out_needs_a_reason(fields: list[str], match: str) -> None:
    proposal = proposed()
    with pytest.raises(CannotDecide, match=match):
        proposals.accept(proposal, by=erin(), fields=fields)
    assert again(proposal).state == ProposalState.OPEN
    assert again(proposal).artifact.tagline == "Writes"


def test_what_has_changed_since_it_was_proposed_is_said() -> None:
    """With what stood there then; a line that is as it was says nothing."""
    proposal = proposed()
    Artifact.objects.update(tagline="Writes, by an editor")
    lines = proposals.lines_of(proposal, proposals.row_of(proposal))
    assert [(line.field, line.now, line.was) for line in lines] == [
        ("tagline", "Writes, by an editor", "Writes"),
        ("name", "Scribe", None),
    ]


def test_a_new_offering_is_of_what_its_capability_has_become() -> None:
    """One that was merged since is followed; one that it offers by now is refused."""
    into = make_capability()
    capability = make_capability()
    artifact = make_artifact()
    told: dict[str, Any] = {
        "artifact": artifact, "label": "catalog.offering", "row": None, "before": {},
        "after": {"title": "T", "description": "D", "limitations": ["English"]},
        "grounds": {"of": {"capability_id": capability.pk}, "source": {"url": ""}},
    }  # fmt: skip
    first, second = proposed(**told), proposed(**told)
    Capability.objects.filter(pk=capability.pk).update(merged_into=into)
    proposals.accept(first, by=erin())
    offering = Offering.objects.get(artifact=artifact)
    assert (offering.capability, offering.limitations) == (into, ["English"])
    with pytest.raises(CannotDecide, match="cannot be accepted as it is"):
        proposals.accept(second, by=erin())


def test_what_is_to_be_taken_away_goes_once_and_can_be_put_back() -> None:
    """Its history keeps it, with who proposed it and why it went."""
    offering = make_offering()
    proposal = proposed(
        artifact=offering.artifact,
        label="catalog.offering",
        row=offering.pk,
        before={"title": offering.title},
        after={},
    )
    proposals.accept(proposal, by=erin(), note="It was dropped.")
    assert not Offering.objects.filter(pk=offering.pk).exists()
    gone = Offering.history.filter(id=offering.pk).first()
    assert (gone.history_type, gone.history_user) == ("-", erin())
    assert gone.history_change_reason == "Accepted from its owner. It was dropped."


def test_a_fact_that_does_not_fit_is_not_written() -> None:
    proposal = proposed(
        label="catalog.fact", row=None, before={}, after={"value": "many"},
        grounds={"of": {"name": "parameters_total"}, "source": {"url": "https://maker.dev/"}},
    )  # fmt: skip
    with pytest.raises(CannotDecide, match="whole number"):
        proposals.accept(proposal, by=erin())
    assert not Fact.objects.exists()


def test_at_the_desk_fields_are_answered_one_by_one(client: Client) -> None:
    """The page says whose proposal it is and why; what was written beside a field is not lost when it is refused."""
    proposal = proposed()
    client.force_login(erin())
    place = f"/admin/catalog/proposal/{proposal.pk}/"
    page = client.get(place).content.decode()
    for words in ("Its owner", "olga", "It hears, too.", "Accept what is ticked"):
        assert words in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    told = {"answer": "accept", "seen": seen, "by_field": "yes", "note-tagline": "Well said."}
    refused = client.post(place, told).content.decode()
    assert "Tick what you accept" in refused
    assert 'value="Well said."' in refused
    assert client.post(place, {**told, "take": "tagline", "note-name": "No praise."}).status_code == 302
    assert again(proposal).artifact.tagline == "Hears and writes"
    page = client.get(place).content.decode()
    assert "Accepted in part" in page
    assert "No praise." in page
    assert "from its owner" not in client.get("/admin/queue/proposals/").content.decode()


def test_the_page_says_whether_the_proof_still_stands(client: Client) -> None:
    """Whoever has lost the place may have sent it."""
    proposal = proposed()
    client.force_login(erin())
    place = f"/admin/catalog/proposal/{proposal.pk}/"
    assert "has not been seen lately" in client.get(place).content.decode()
    Artifact.objects.update(verified_until=timezone.now() + dt.timedelta(days=1))
    assert "has not been seen lately" not in client.get(place).content.decode()


def test_what_waits_for_long_is_a_line_on_the_desk(client: Client) -> None:
    proposal = proposed()
    client.force_login(erin())
    assert "for more than five days" not in client.get("/admin/").content.decode()
    assert "from its owner" in client.get("/admin/queue/proposals/").content.decode()
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=timezone.now() - dt.timedelta(days=6))
    assert "1 for more than five days" in client.get("/admin/").content.decode()
