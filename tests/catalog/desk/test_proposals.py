"""What an import says where an editor's word stands is asked about once, and only when it is new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.choices import ProposalState
from catalog.desk import merging, proposals
from catalog.desk.proposals import CannotDecide
from catalog.digest import catalog_digest
from catalog.importers.upsert.proposing import Held, propose
from catalog.models import Fact, ImportRun, Offering, Price, Proposal
from tests.cast import erin
from tests.catalog.importers.sample import HERON, LATER, SAMPLE, Folder, heron, load
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db

OURS, THEIRS = "As an editor put it", "As the import puts it now"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    import shutil

    shutil.copytree(SAMPLE, tmp_path / "catalog")
    return Folder(tmp_path / "catalog")


def edit() -> None:
    row = heron()
    row.tagline = OURS
    row.save()


def proposed(folder: Folder) -> Proposal:
    """An editor has put the tagline in other words, and the import brings new ones."""
    load(folder)
    was = heron().tagline
    edit()
    folder.replace(HERON, was, THEIRS)
    load(folder, now=LATER)
    return Proposal.objects.get()


def test_what_the_editor_replaced_is_not_proposed_again(folder: Folder) -> None:
    load(folder)
    edit()
    assert load(folder, now=LATER).held == 1
    assert not Proposal.objects.exists()


def test_what_is_new_is_proposed_once(folder: Folder) -> None:
    proposal = proposed(folder)
    assert (proposal.artifact, proposal.subject, proposal.state) == (heron(), "listing", ProposalState.OPEN)
    assert (proposal.before, proposal.after) == ({"tagline": OURS}, {"tagline": THEIRS})
    load(folder, now=LATER)
    assert Proposal.objects.count() == 1


def test_a_dry_run_proposes_nothing(folder: Folder) -> None:
    load(folder)
    was = heron().tagline
    edit()
    folder.replace(HERON, was, THEIRS)
    load(folder, now=LATER, is_dry_run=True)
    assert not Proposal.objects.exists()


def test_one_that_the_import_no_longer_makes_is_outdated(folder: Folder) -> None:
    proposal = proposed(folder)
    folder.replace(HERON, THEIRS, "Newer still")
    load(folder, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OUTDATED
    assert [p.after for p in Proposal.objects.filter(state=ProposalState.OPEN)] == [{"tagline": "Newer still"}]


def test_a_locked_fact_an_offering_and_a_price_are_proposed_too(folder: Folder) -> None:
    load(folder)
    Fact.objects.filter(name="parameters_total").update(is_locked=True, value=1)
    offering = Offering.objects.filter(artifact=heron()).first()
    assert offering
    title = offering.title
    offering.title = OURS
    offering.save()
    price = Price.objects.get(meter="input_tokens")
    price.amount = "0.25"
    price.save()
    folder.replace(HERON, '    amount: "0.20"', '    amount: "0.15"')
    folder.replace(HERON, title, THEIRS)
    load(folder, now=LATER)
    found = {(p.label, name): value for p in Proposal.objects.all() for name, value in p.after.items()}
    assert ("catalog.fact", "value") in found
    assert found["catalog.offering", "title"] == THEIRS
    assert found["catalog.price", "amount"] == "0.15"


def test_accepted_it_stands_and_the_history_says_why(folder: Folder) -> None:
    proposal = proposed(folder)
    proposals.accept(proposal, by=erin(), note="Better.")
    assert heron().tagline == THEIRS
    assert heron().history.first().history_change_reason == "Accepted from manifest. Better."
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, erin())
    with pytest.raises(CannotDecide, match="has been decided"):
        proposals.refuse(Proposal.objects.get(), by=erin(), note="Changed my mind.")


def test_an_amount_is_accepted_as_a_number(folder: Folder) -> None:
    load(folder)
    price = Price.objects.get(meter="input_tokens")
    price.amount = "0.25"
    price.save()
    folder.replace(HERON, '    amount: "0.20"', '    amount: "0.15"')
    load(folder, now=LATER)
    proposals.accept(Proposal.objects.get(), by=erin())
    assert float(Price.objects.get(meter="input_tokens").amount) == 0.15


def test_refused_nothing_changes_and_it_is_never_asked_again(folder: Folder) -> None:
    proposal = proposed(folder)
    digest = catalog_digest()
    with pytest.raises(CannotDecide, match="Say why"):
        proposals.refuse(proposal, by=erin(), note=" ")
    proposals.refuse(proposal, by=erin(), note="Ours is shorter.")
    load(folder, now=LATER)
    assert catalog_digest() == digest
    assert not Proposal.objects.filter(state=ProposalState.OPEN).exists()


def test_what_has_gone_since_can_only_be_refused(folder: Folder) -> None:
    load(folder)
    offering = Offering.objects.filter(artifact=heron()).first()
    assert offering
    title = offering.title
    offering.title = OURS
    offering.save()
    folder.replace(HERON, title, THEIRS)
    load(folder, now=LATER)
    offering.delete()
    with pytest.raises(CannotDecide, match="not there any more"):
        proposals.accept(Proposal.objects.get(), by=erin())
    proposals.refuse(Proposal.objects.get(), by=erin(), note="Gone.")


def test_at_the_desk(client: Client, folder: Folder) -> None:
    proposal = proposed(folder)
    client.force_login(erin())
    place = f"/admin/catalog/proposal/{proposal.pk}/"
    page = client.get(place).content.decode()
    assert OURS in page
    assert THEIRS in page
    stale: Any = client.post(place, {"answer": "accept", "seen": "0" * 32})
    assert "Somebody has changed it" in stale.content.decode()
    assert heron().tagline == OURS
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(place, {"answer": "accept", "seen": seen}).status_code == 302
    assert heron().tagline == THEIRS
    assert "Accepted" in client.get(place).content.decode()


def test_who_may_not_answer_sees_nothing(client: Client, folder: Folder) -> None:
    proposal = proposed(folder)
    user = erin()
    user.user_permissions.clear()
    client.force_login(user)
    assert client.get(f"/admin/catalog/proposal/{proposal.pk}/").status_code == 403


def test_one_that_comes_back_is_asked_again(folder: Folder) -> None:
    proposal = proposed(folder)
    folder.replace(HERON, THEIRS, "Newer still")
    load(folder, now=LATER)
    folder.replace(HERON, "Newer still", THEIRS)
    load(folder, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN
    assert Proposal.objects.filter(state=ProposalState.OPEN).count() == 1


def test_one_that_the_import_takes_back_is_outdated(folder: Folder) -> None:
    proposal = proposed(folder)
    folder.replace(HERON, THEIRS, OURS)
    load(folder, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OUTDATED


def test_after_a_merge_it_can_only_be_refused(folder: Folder) -> None:
    proposal = proposed(folder)
    kept = make_artifact()
    merge = merging.merge(heron(), into=kept, why="One thing.")
    with pytest.raises(CannotDecide, match="has been merged"):
        proposals.accept(proposal, by=erin())
    merging.undo(merge)
    proposal.refresh_from_db()
    assert proposal.artifact == heron()


def test_what_no_table_holds_is_refused_in_a_sentence(folder: Folder) -> None:
    load(folder)
    price = Price.objects.get(meter="input_tokens")
    price.valid_from = "2026-01-01"
    price.save()
    proposal = proposed_end(price)
    with pytest.raises(CannotDecide, match="cannot be accepted as it is"):
        proposals.accept(proposal, by=erin())


def proposed_end(price: Price) -> Proposal:
    run = ImportRun.objects.latest("id")
    propose([Held(price, price.artifact_id, "price", {"valid_to": None}, {"valid_to": "2025-01-01"})], run, [])
    return Proposal.objects.get(label="catalog.price")
