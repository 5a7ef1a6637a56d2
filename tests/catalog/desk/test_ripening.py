"""The rule “publish when it has what readers need” holds after the import as well, and never over a person's head."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from catalog.choices import Lifecycle, PublishRule, TakenApartBy
from catalog.decompose import Offer
from catalog.desk import offered, workflow
from catalog.desk.ripening import publish_ripe
from catalog.models import Artifact, Entry, ImportRule, ImportRun, Proposal
from catalog.tasks import take_texts_apart
from tests.cast import erin, sven
from tests.factories import make_artifact, make_capability

pytestmark = pytest.mark.django_db
AT = offered.Place("https://github.com/a/b")


def held(importer: str = "docker-mcp", **fields: Any) -> Artifact:
    said = {"lifecycle": Lifecycle.IN_REVIEW, "published_at": None, "homepage": "https://a.example", **fields}
    artifact = make_artifact(**said)
    run = ImportRun.objects.create(importer=importer, origin="x", started_at=timezone.now(), state="done")
    Entry.objects.create(importer=importer, key=artifact.slug, artifact=artifact, run=run)
    return artifact


def accepted(artifact: Artifact) -> Artifact:
    key = f"search.of-{artifact.pk}"
    make_capability(key=key, slug=key.replace(".", "-"), name=f"Search {artifact.pk}")
    offer = Offer(key, "Search", "It searches.", "searches", 1, 0.8, "Found.")
    offered.propose(artifact, [offer], by=TakenApartBy.RULES, place=AT)
    offered.accept(Proposal.objects.get(artifact=artifact), by=erin())
    return artifact


def stands(artifact: Artifact) -> str:
    return str(Artifact.objects.get(pk=artifact.pk).lifecycle)


def test_it_is_published_when_the_first_offering_was_accepted() -> None:
    ImportRule.objects.create(importer="docker-mcp", publishes=PublishRule.WHEN_SUFFICIENT)
    bare, ready = held(), accepted(held())
    take_texts_apart()
    take_texts_apart()
    assert (stands(ready), stands(bare)) == (Lifecycle.PUBLISHED, Lifecycle.IN_REVIEW)


def test_one_of_several_lists_follows_its_sources_rule() -> None:
    ImportRule.objects.create(importer="best-of", publishes=PublishRule.WHEN_SUFFICIENT)
    accepted(held("best-of/mcp"))
    assert publish_ripe(now=timezone.now()) == 1
    assert publish_ripe(now=timezone.now()) == 0


def test_held_sources_stay_held() -> None:
    """The default of every source, and one that an editor has set back to it."""
    ImportRule.objects.create(importer="docker-mcp", publishes=PublishRule.HOLD)
    artifacts = [accepted(held()), accepted(held("mcp-registry"))]
    assert publish_ripe(now=timezone.now()) == 0
    assert {stands(one) for one in artifacts} == {Lifecycle.IN_REVIEW}


def test_what_people_have_in_hand_is_theirs() -> None:
    """Scheduled, sent back and submitted again, or withdrawn before: no rule publishes it."""
    ImportRule.objects.create(importer="docker-mcp", publishes=PublishRule.WHEN_SUFFICIENT)
    scheduled, sent_back, draft = (accepted(held()) for _ in range(3))
    workflow.schedule(scheduled, at=timezone.now() + dt.timedelta(days=9), by=sven())
    workflow.send_back(sent_back, by=sven(), note="Say more.")
    workflow.submit(Artifact.objects.get(pk=sent_back.pk), by=erin())
    workflow.send_back(draft, by=sven(), note="Say more.")
    assert publish_ripe(now=timezone.now()) == 0
