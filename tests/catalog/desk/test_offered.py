"""Offerings that texts speak of: proposed once, accepted with their evidence, refused for good."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.choices import Origin, ProposalState, TakenApartBy
from catalog.decompose import Offer, decompose
from catalog.desk import merging, offered
from catalog.desk.offered import CannotOffer, Place, Proposed
from catalog.digest import catalog_digest
from catalog.models import Artifact, Capability, Offering, Proposal, Source, Synonym
from tests.cast import erin
from tests.factories import make_artifact, make_capability, make_offering, make_source

pytestmark = pytest.mark.django_db

README = "# Heron\n\n## Features\n- **Web search**: asks several engines at once\n"
AT = Place("https://github.com/example/heron")


@pytest.fixture
def web() -> Capability:
    return make_capability(key="search.web", slug="web-search", name="Web search")


def proposed(artifact: Artifact | None = None, place: Place = AT) -> Proposal:
    offered.take_apart(artifact or make_artifact(), README, words=offered.vocabulary(), place=place)
    return Proposal.objects.get()


def test_a_text_is_proposed_once_and_changes_nothing_until_accepted(web: Capability) -> None:
    artifact = make_artifact()
    before = catalog_digest()
    words = offered.vocabulary()
    assert offered.take_apart(artifact, README, words=words, place=AT) == Proposed(new=1)
    assert offered.take_apart(artifact, README, words=words, place=AT) == Proposed(known=1)
    assert not Offering.objects.exists()
    assert not Source.objects.exists()
    assert catalog_digest() == before


def test_accepted_it_is_an_offering_by_rules_with_its_evidence(web: Capability) -> None:
    proposal = proposed()
    offering = offered.accept(proposal, by=erin())
    assert (offering.capability, offering.title, offering.taken_apart_by) == (web, "Web search", TakenApartBy.RULES)
    evidence = offering.evidence.get()
    assert evidence.quote == "**Web search**: asks several engines at once"
    assert (evidence.source.url, evidence.origin) == (AT.url, Origin.OBSERVED)
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, erin())
    assert offering.history.first().history_change_reason == "Accepted from a text, by Rules."
    with pytest.raises(CannotOffer, match="has been decided"):
        offered.refuse(Proposal.objects.get(), by=erin())


def test_in_other_words_it_is_an_editors(web: Capability) -> None:
    """The label says whose words they are; the quote stays as the source has it."""
    edited = {"title": "Searches several engines", "capability": web}
    offering = offered.accept(proposed(), by=erin(), edited=edited)
    assert (offering.title, offering.taken_apart_by) == ("Searches several engines", TakenApartBy.EDITOR)
    assert offering.evidence.get().quote in README


def test_what_a_model_took_apart_is_labelled_so(web: Capability) -> None:
    offer = Offer("search.web", "Web search", "It searches.", "Web search", 1, 0.7, "Asked.")
    offered.propose(make_artifact(), [offer], by=TakenApartBy.AI, place=AT)
    offering = offered.accept(Proposal.objects.get(), by=erin())
    assert (offering.taken_apart_by, offering.evidence.get().origin) == (TakenApartBy.AI, Origin.AI)


def test_a_source_that_is_known_is_cited_and_not_made_again(web: Capability) -> None:
    known = make_source(url=AT.url)
    assert offered.accept(proposed(), by=erin()).evidence.get().source == known


def test_the_listings_own_words_are_no_evidence(web: Capability) -> None:
    artifact = make_artifact(tagline="A web search for assistants", description="")
    assert offered.take_listings_apart([artifact]) == Proposed(new=1)
    assert not offered.accept(Proposal.objects.get(), by=erin()).evidence.exists()


def test_refused_it_is_not_proposed_again_whatever_the_words(web: Capability) -> None:
    artifact = make_artifact()
    offered.refuse(proposed(artifact), by=erin())
    other = "# Heron\n- A web search that never sleeps; web search for all\n- Web search\n"
    assert offered.take_apart(artifact, other, words=offered.vocabulary()) == Proposed(known=1)
    assert Proposal.objects.get().state == ProposalState.REFUSED


def test_what_is_offered_already_is_not_proposed(web: Capability) -> None:
    artifact = make_offering(capability=web).artifact
    assert offered.take_apart(artifact, README, words=offered.vocabulary()) == Proposed(known=1)


def test_what_somebody_added_meanwhile_is_not_added_twice(web: Capability) -> None:
    proposal = proposed()
    make_offering(artifact=proposal.artifact, capability=web)
    with pytest.raises(CannotOffer, match="by now"):
        offered.accept(proposal, by=erin())


def test_a_capability_merged_meanwhile_is_followed(web: Capability) -> None:
    proposal = proposed()
    into = make_capability(name="Search")
    merging.merge_capabilities(web, into=into, why="One.")
    assert offered.accept(Proposal.objects.get(pk=proposal.pk), by=erin()).capability == into


def test_a_merge_of_listings_keeps_what_waits_for_both(web: Capability) -> None:
    """One proposal of one capability moves over; two of one capability become one."""
    first, second = make_artifact(), make_artifact()
    words = offered.vocabulary()
    for artifact in (first, second):
        offered.take_apart(artifact, README, words=words)
    merging.merge(first, into=second, why="One thing.")
    assert [row.artifact for row in Proposal.objects.all()] == [second]


def test_nothing_is_published_by_itself_unless_the_site_says_so(web: Capability, settings: Any) -> None:
    settings.DECOMPOSER = {**settings.DECOMPOSER, "ACCEPT_FROM": 0.9}
    sure = offered.take_apart(make_artifact(), README, words=offered.vocabulary(), place=AT)
    unsure = offered.take_apart(make_artifact(), "# X\n- It has web search\n", words=offered.vocabulary(), place=AT)
    assert (sure, unsure) == (Proposed(accepted=1), Proposed(new=1))
    assert Offering.objects.get().taken_apart_by == TakenApartBy.RULES


def test_the_default_publishes_nothing_however_sure(web: Capability) -> None:
    offer = Offer("search.web", "Web search", "It searches.", "Web search", 1, 1.0, "Surely.")
    assert offered.propose(make_artifact(), [offer], by=TakenApartBy.RULES, place=AT) == Proposed(new=1)


def test_the_live_vocabulary_has_names_and_synonyms(web: Capability) -> None:
    Synonym.objects.create(capability=web, text="internet search")
    gone = make_capability(name="Old search")
    merging.merge_capabilities(gone, into=make_capability(name="Other"), why="One.")
    found: list[Any] = decompose("# X\n- Internet search\n", offered.vocabulary())
    assert [offer.capability for offer in found] == ["search.web"]
    assert gone.key not in offered.vocabulary().terms
