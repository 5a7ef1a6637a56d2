"""What unfragile.yml says and the page does not, proposed for its owner: each word of the file once."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from catalog.desk.proposals import accept, refuse
from catalog.models import Artifact, Proposal
from claims import proposing
from claims.models import Claim, Member, Stated
from tests import cast
from tests.claims.conftest import MANIFEST, NOW, World
from tests.factories import make_capability, make_offering

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PRICES = """pricing:
  - {provider: Scribe, meter: request, amount: "5.00", per: 1000}
"""


@pytest.fixture
def claim(by_repository: Claim) -> Claim:
    return by_repository


@pytest.fixture
def page(claim: Claim) -> str:
    return f"/owner/claims/{claim.pk}/manifest/"


@pytest.fixture
def olga(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """She looks at the time of the tests."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.force_login(cast.olga())
    return client


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def take(world: World, claim: Claim, now: dt.datetime = NOW, by: object = None) -> list[Proposal]:
    """What is new after this reading."""
    before = set(Proposal.objects.values_list("pk", flat=True))
    claim.artifact.refresh_from_db()
    proposing.read_and_propose(claim, now=now, reach=world.reach, by=by)  # type: ignore[arg-type]
    return list(Proposal.objects.exclude(pk__in=before).order_by("pk"))


def afters(rows: list[Proposal]) -> dict[str, object]:
    return {f"{row.subject}.{name}": value for row in rows for name, value in row.after.items()}


def test_what_an_owner_may_touch_is_proposed_and_nothing_else(world: World, claim: Claim) -> None:
    minutes = make_capability(key="text.minutes", name="Minutes")
    make_offering(artifact=claim.artifact, capability=minutes, title="Minutes", description="Who said what.")
    world.put_manifest(MANIFEST.replace("kind: mcp", "kind: agent").replace("slug: scribe", "slug: quill"))
    rows = take(world, claim)
    said = afters(rows)
    assert said["listing.tagline"] == "Writes minutes of meetings"
    assert said["offering “Minutes”.title"] == "Minutes of a meeting"
    assert {row.label for row in rows} == {"catalog.artifact", "catalog.offering"}
    assert not any(name.endswith((".kind", ".slug", ".repository", ".ids")) for name in said)
    assert {(row.origin, row.proposed_by) for row in rows} == {("owner", cast.olga())}
    claim.artifact.refresh_from_db()
    assert claim.artifact.tagline != "Writes minutes of meetings", "an editor has the last word"


def test_the_same_file_twice_proposes_nothing_twice(world: World, claim: Claim) -> None:
    make_capability(key="text.minutes", name="Minutes")
    world.put_manifest(MANIFEST + PRICES)
    assert take(world, claim)
    count = Stated.objects.count()
    assert take(world, claim, NOW + DAY) == []
    assert Stated.objects.count() == count


def test_what_was_refused_is_not_proposed_again_until_the_file_says_something_else(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    for row in take(world, claim):
        refuse(row, by=cast.erin(), note="It does not write, it types.")
    assert take(world, claim, NOW + DAY) == []
    world.put_manifest(MANIFEST.replace("Writes minutes", "Types minutes"))
    assert afters(take(world, claim, NOW + 2 * DAY)) == {"listing.tagline": "Types minutes of meetings"}
    world.put_manifest(MANIFEST)
    assert take(world, claim, NOW + 3 * DAY) == []


def test_what_is_accepted_stands_as_the_owners_word(world: World, claim: Claim) -> None:
    make_capability(key="text.minutes", name="Minutes")
    world.put_manifest(MANIFEST)
    for row in take(world, claim):
        accept(row, by=cast.erin())
    claim.artifact.refresh_from_db()
    assert claim.artifact.tagline == "Writes minutes of meetings"
    assert claim.artifact.offerings.get().taken_apart_by == "owner"
    assert take(world, claim, NOW + DAY) == []


def test_what_the_file_does_not_say_is_not_taken_away(world: World, claim: Claim) -> None:
    Artifact.objects.update(description="It listens.", tagline="Writes minutes of meetings", licence="MIT")
    make_offering(artifact=claim.artifact, capability=make_capability(key="text.other", name="Other"))
    world.put_manifest(MANIFEST)
    assert take(world, claim) == []


def test_others_prices_are_not_an_owners_to_state(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST + 'pricing:\n  - {provider: Somebody, meter: hour, amount: "0"}\n')
    assert not any(row.label == "catalog.price" for row in take(world, claim))
    world.put_manifest(MANIFEST + 'pricing:\n  - {provider: Scribe, meter: hour, amount: "3"}\n')
    assert [row.after["amount"] for row in take(world, claim, NOW + DAY) if row.label == "catalog.price"] == ["3"]


def test_what_cannot_be_taken_is_said_beside_its_field(world: World, claim: Claim, olga: Client, page: str) -> None:
    world.put_manifest(
        MANIFEST.replace("Writes minutes of meetings", "javascript:alert(1)").replace("name: Scribe", "name: Quill")
    )
    assert afters(take(world, claim)) == {"listing.name": "Quill", "listing.licence": "MIT"}
    assert "would run in the reader" in Stated.objects.get(label="Listing: Tagline").note
    told = text_of(olga.get(page))
    assert "Listing: Tagline Not proposed" in told
    assert "Listing: Name Open" in told


@pytest.mark.parametrize("text", ["unfragile: [", MANIFEST + "rank: 100\n"])
def test_a_file_that_cannot_be_taken_proposes_nothing(world: World, claim: Claim, text: str) -> None:
    world.put_manifest(text)
    assert take(world, claim) == []


def test_whoever_has_lost_the_right_proposes_nothing(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    Member.objects.update(role="analyst")
    assert take(world, claim) == []
    Member.objects.all().delete()
    assert take(world, claim) == []


def test_a_large_file_keeps_to_the_owners_limits(world: World, claim: Claim) -> None:
    rows = ""
    for number in range(60):
        make_capability(key=f"text.kind-{number}", name=f"Kind {number}")
        rows += f"  - {{capability: text.kind-{number}, title: T, description: D}}\n"
    world.put_manifest(MANIFEST.partition("  - capability")[0] + rows)
    first = take(world, claim)
    assert 0 < len(first) <= 50
    assert len(take(world, claim, NOW + HOUR)) == 50 - len(first)
    for row in Proposal.objects.all():
        refuse(row, by=cast.erin(), note="One at a time.")
    assert len(take(world, claim, NOW + 2 * DAY)) == 61 - 50, "the rest, and none twice"


def test_whoever_comes_next_is_not_told_what_was_proposed(world: World, claim: Claim, olga: Client, page: str) -> None:
    world.put_manifest(MANIFEST)
    take(world, claim)
    assert "Proposed from the file" in text_of(olga.get(page))
    Member.objects.update(since=NOW + DAY)
    assert "Proposed from the file" not in text_of(olga.get(page))


def test_a_version_number_stands_at_once(world: World, claim: Claim, olga: Client, page: str) -> None:
    world.put_manifest(MANIFEST.replace("licence: MIT", "licence: MIT\n  version: 2.0.58"))
    assert not any("2.0.58" in row.after.values() for row in take(world, claim))
    assert claim.artifact.facts.get(name="version").value == "2.0.58"
    assert "Fact: Version It stands on the page" in text_of(olga.get(page))
