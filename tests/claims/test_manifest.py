"""unfragile.yml from the proven repository: when it is read, what comes of it, and where it parts from the page."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from catalog.digest import catalog_digest
from catalog.models import Artifact
from claims import manifests, tasks
from claims.drift import State
from claims.models import AuditEntry, Claim, Manifest, Member
from tests import cast
from tests.claims.conftest import MANIFEST, NOW, REPOSITORY, World
from tests.factories import make_artifact, make_capability, make_fact, make_identifier, make_offering, make_price

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
EXAMPLES = Path(__file__).parents[2] / "docs/examples"


@pytest.fixture(autouse=True)
def letters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is never kept, so nothing would ever be sent."""
    monkeypatch.setattr("claims.notices.on_commit", lambda send: send())


@pytest.fixture
def claim(by_repository: Claim) -> Claim:
    mail.outbox.clear()
    return by_repository


def read(world: World, claim: Claim, now: dt.datetime = NOW) -> Manifest:
    row = manifests.read(claim, now=now, reach=world.reach, draw=lambda: 0.5)
    assert row is not None
    assert row.code in manifests.SENTENCES, "whatever comes of a look, there is a sentence for it"
    return Manifest.objects.select_related("claim__artifact").get()


def states(row: Manifest) -> dict[str, str]:
    parts = manifests.drift(row, today=NOW.date())
    return {f"{part.title}: {cell.label}": cell.state for part in parts for cell in part.cells}


def entries() -> int:
    return AuditEntry.objects.filter(verb="manifest read").count()


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_file_of_the_proven_repository_is_read_and_changes_nothing(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    before = catalog_digest()
    row = read(world, claim)
    assert (row.code, row.place, row.read_at) == ("read", f"github.com/{REPOSITORY}/unfragile.yml", NOW)
    assert row.data["artifact"]["tagline"] == "Writes minutes of meetings"
    assert {finding["is_error"] for finding in row.findings} == {False}
    assert any("text.minutes" in finding["text"] and finding["line"] == 12 for finding in row.findings)
    assert catalog_digest() == before
    assert entries() == 1


@pytest.mark.parametrize("name", [file.name for file in sorted(EXAMPLES.glob("*.unfragile.yml"))])
def test_every_example_of_the_docs_can_be_read(world: World, claim: Claim, name: str) -> None:
    world.put_manifest((EXAMPLES / name).read_bytes())
    row = read(world, claim)
    assert row.code == "read"
    assert states(row)


def test_the_same_file_again_is_no_news(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    read(world, claim)
    row = read(world, claim, NOW + DAY)
    assert row.looked_at == row.read_at == NOW + DAY
    assert entries() == 1


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("unfragile: [", "not YAML", 1),
        (BOMB, "Anchors and aliases", 1),
        ("unfragile: !!python/object:os.system x\n", "tag", 1),
        ("", "empty", 0),
        (b"\xff\xfe\x00", "not UTF-8", 1),
        (MANIFEST.replace("kind: mcp", "kind: 7"), "kind", 5),
        (MANIFEST.replace("name: Scribe", "name: [Scribe]"), "name", 4),
        (MANIFEST.replace("licence: MIT", "licence: do what you like"), "SPDX", 7),
        (MANIFEST + "rank: 100\n", "rank", 16),
        (MANIFEST.replace("name: Scribe", 'name: "a\\0b"'), "no database keeps", 4),
        ("[" * 5_000, "", 1),
    ],
)
def test_a_file_that_cannot_be_taken_says_where(
    world: World, claim: Claim, text: str | bytes, words: str, line: int
) -> None:
    world.put_manifest(text)
    before = catalog_digest()
    row = read(world, claim)
    assert (row.code, row.data) == ("faulty", None)
    first = row.findings[0]
    assert words in first["text"]
    assert first["line"] == line
    assert catalog_digest() == before
    assert manifests.drift(row, today=NOW.date()) == []
    assert [letter.subject for letter in mail.outbox] == ["unfragile.yml of Scribe cannot be taken as it is"]


def test_a_faulty_file_is_told_once(world: World, claim: Claim) -> None:
    world.put_manifest("unfragile: [")
    read(world, claim)
    read(world, claim, NOW + DAY)
    assert len(mail.outbox) == 1


def test_a_file_that_is_too_large_is_not_read(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST + "#" * 300 * 1024)
    row = read(world, claim)
    assert (row.code, row.data) == ("too_large", None)


def test_no_file_is_no_error(world: World, claim: Claim) -> None:
    row = read(world, claim)
    assert (row.code, row.findings) == ("no_page", [])
    assert not mail.outbox


def test_a_file_with_another_listings_id_is_nobodys(world: World, claim: Claim) -> None:
    other = make_artifact(name="Writer", slug="writer")
    make_identifier(artifact=other, scheme="npm", value="@maker/scribe")
    world.put_manifest(MANIFEST)
    row = read(world, claim)
    assert (row.code, row.data) == ("foreign", None)
    assert row.findings[0]["line"] == 10
    assert "@maker/scribe belongs to “Writer”." in row.findings[0]["text"]


def test_what_is_not_public_is_not_named(world: World, claim: Claim) -> None:
    hidden = make_artifact(name="Secret", slug="secret", lifecycle="draft")
    make_identifier(artifact=hidden, scheme="npm", value="@maker/scribe")
    world.put_manifest(MANIFEST)
    assert "Secret" not in str(read(world, claim).findings)


def test_what_cannot_be_seen_takes_nothing_away(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    read(world, claim)
    world.say(f"https://raw.githubusercontent.com/{REPOSITORY}/main/unfragile.yml", "", status=503)
    row = read(world, claim, NOW + DAY)
    assert (row.code, row.looked_at, row.read_at) == ("unclear", NOW + DAY, NOW)
    assert row.data is not None


def test_an_error_while_reading_is_kept_to_itself(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("claims.manifests.look", broken)
    row = read(world, claim)
    assert (row.code, row.looked_at_until) == ("unclear", None)


def test_a_renamed_repository_is_found_by_its_ids_and_a_taken_name_is_not_read(world: World, claim: Claim) -> None:
    world.pages.clear()
    world.put_repository("maker/quill")
    world.put_file("maker/quill", MANIFEST, name="unfragile.yml")
    world.pages.pop("https://api.github.com/repos/maker/quill")
    assert read(world, claim).code == "read"
    world.put_repository(REPOSITORY, key=99, owner=66)
    world.put_manifest(MANIFEST.replace("Writes", "Steals"))
    row = read(world, claim, NOW + DAY)
    assert (row.code, row.data) == ("renamed", None)


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("https://github.com/maker/scribe", "unfragile.yml"),
        ("https://github.com/maker/scribe/tree/main/servers/Scribe", "servers/Scribe/unfragile.yml"),
        ("https://github.com/maker/other/tree/main/servers", "unfragile.yml"),
        ("https://github.com/maker/scribe/tree/main/../../evil", "unfragile.yml"),
        ("", "unfragile.yml"),
    ],
)
def test_the_file_lies_beside_the_artifact(db: None, repository: str, path: str) -> None:
    artifact = make_artifact(repository=repository)
    assert manifests.path_of(artifact, "github.com/maker/scribe") == path


# --- when -------------------------------------------------------------------------------------------------------------


def test_a_file_is_read_once_a_day(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    assert manifests.due(now=NOW) == [claim.pk]
    row = read(world, claim)
    assert row.next_look_at == NOW + DAY
    assert manifests.due(now=NOW + 23 * HOUR) == []
    assert manifests.due(now=NOW + DAY) == [claim.pk]


def test_days_are_spread(world: World, claim: Claim) -> None:
    for draw, hours in ((0.0, 18), (1.0, 30)):
        manifests.read(claim, now=NOW, reach=world.reach, draw=lambda draw=draw: draw)
        assert Manifest.objects.get().next_look_at == NOW + hours * HOUR


def test_whoever_reads_at_the_same_time_leaves_it(world: World, claim: Claim) -> None:
    read(world, claim)
    Manifest.objects.update(looked_at_until=NOW + HOUR)
    assert manifests.read(claim, now=NOW, reach=world.reach) is None
    assert manifests.read(claim, now=NOW + 2 * HOUR, reach=world.reach) is not None


@pytest.mark.parametrize("state", ["pending", "contested", "suspended", "released", "revoked"])
def test_only_while_the_claim_is_proven(world: World, claim: Claim, state: str) -> None:
    Claim.objects.update(state=state)
    claim.refresh_from_db()
    asked = len(world.loopback.asked)
    assert manifests.read(claim, now=NOW, reach=world.reach) is None
    assert manifests.due(now=NOW) == []
    assert len(world.loopback.asked) == asked


def test_the_clock_reads_what_is_due(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.manifests.Reach", lambda: world.reach)
    world.put_manifest(MANIFEST)
    tasks.read_manifests()
    tasks.read_manifests()
    tasks.read_manifest(claim.pk)
    assert Manifest.objects.get().code == "read"
    asked = [request for request in world.loopback.asked if "unfragile.yml" in request]
    assert len(asked) == 1, "what was just read is not due"


# --- beside the page --------------------------------------------------------------------------------------------------


def test_fields_are_the_same_or_differ_or_stand_on_one_side(world: World, claim: Claim) -> None:
    artifact = claim.artifact
    artifact.tagline, artifact.licence, artifact.description = "Writes minutes", "mit", "It listens."
    artifact.save()
    minutes = make_capability(key="text.minutes", name="Minutes")
    make_offering(
        artifact=artifact, capability=minutes, title="Minutes  of a meeting",
        description="Who said what.", intents=["Sum up a call", "write minutes"],
    )  # fmt: skip
    make_fact(artifact=artifact, name="version", value="1.2")
    world.put_manifest(MANIFEST)
    found = states(read(world, claim))
    assert found["The listing: Tagline"] == State.DIFFERS
    assert found["The listing: Licence"] == State.SAME, "an identifier of SPDX has one spelling"
    assert found["The listing: Homepage"] == State.SAME, "a slash at the end is no difference"
    assert found["The listing: Description"] == State.PAGE
    assert found["The listing: npm package"] == State.FILE
    assert found["The listing: Version"] == State.PAGE
    assert found["Minutes: Title"] == State.SAME, "spaces are no difference"
    assert found["Minutes: Description"] == State.DIFFERS
    assert found["Minutes: Intents"] == State.SAME, "neither is the order"


PRICES = """pricing:
  - {provider: maker, meter: request, amount: "5.00", per: 1000}
  - {provider: Maker, meter: hour, amount: "3"}
  - {provider: Maker, meter: image, amount: "1"}
"""


def test_prices_are_compared_by_the_unit(world: World, claim: Claim) -> None:
    make_price(artifact=claim.artifact, provider="Maker", meter="request", amount="0.005", per=1)
    make_price(artifact=claim.artifact, provider="Maker", meter="hour", amount="2", per=1)
    world.put_manifest(MANIFEST + PRICES)
    found = states(read(world, claim))
    assert found["Prices: Requests at maker"] == State.SAME
    assert found["Prices: Hours at Maker"] == State.DIFFERS
    assert found["Prices: Images at Maker"] == State.FILE


def test_a_capability_that_nobody_knows_is_said(world: World, claim: Claim) -> None:
    world.put_manifest(MANIFEST)
    parts = manifests.drift(read(world, claim), today=NOW.date())
    assert "The vocabulary has no such capability" in next(part.note for part in parts if part.title == "text.minutes")


# --- pages ------------------------------------------------------------------------------------------------------------


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


@pytest.fixture
def page(claim: Claim) -> str:
    return f"/owner/claims/{claim.pk}/manifest/"


@pytest.fixture
def olga(client: Client, monkeypatch: pytest.MonkeyPatch, world: World) -> Client:
    """She looks at the time of the tests."""
    monkeypatch.setattr("claims.manifests.Reach", lambda: world.reach)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.force_login(cast.olga())
    return client


def test_the_page_shows_what_was_read(world: World, claim: Claim, olga: Client, page: str) -> None:
    world.put_manifest(MANIFEST.replace("Writes", "<script>alert(1)</script> writes"))
    assert "Not read yet" in text_of(olga.get(page))
    response = olga.post(f"{page}read/", follow=True)
    told = text_of(response)
    for words in ("github.com/maker/scribe/unfragile.yml", "The file was read.", "only in the file", "Tagline"):
        assert words in told
    assert "<script>alert" not in response.content.decode()


def test_the_page_says_what_is_wrong_by_line(world: World, claim: Claim, olga: Client, page: str) -> None:
    world.put_manifest(MANIFEST.replace("kind: mcp", "kind: <b>spoon</b>"))
    told = text_of(olga.post(f"{page}read/", follow=True))
    assert "cannot be taken as it is" in told
    assert "5 Error" in told


def test_reading_is_limited_like_looks_at_proofs(world: World, olga: Client, page: str) -> None:
    for _ in range(5):
        assert olga.post(f"{page}read/").status_code == 302
    asked = len(world.loopback.asked)
    refused = olga.post(f"{page}read/")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert len(world.loopback.asked) == asked


def test_without_a_proven_repository_the_page_says_how_to_get_there(
    claim: Claim, olga: Client, page: str, world: World
) -> None:
    claim.proofs.update(method="dns")
    assert "proven in another way" in text_of(olga.get(page))
    Artifact.objects.update(repository="", homepage="https://www.maker.dev/")
    assert "names no repository" in text_of(olga.get(page))
    asked = len(world.loopback.asked)
    assert olga.post(f"{page}read/").status_code == 302
    assert len(world.loopback.asked) == asked


def test_who_may_see_and_who_may_have_it_read(claim: Claim, olga: Client, page: str) -> None:
    assert Client().get(page).status_code == 302
    others = Client()
    others.force_login(cast.oskar())
    assert others.get(page).status_code == others.post(f"{page}read/").status_code == 404
    for role, status in (("analyst", 404), ("maintainer", 302)):
        Member.objects.update_or_create(claim=claim, user=cast.oskar(), defaults={"role": role, "since": NOW})
        assert others.get(page).status_code == 200
        assert others.post(f"{page}read/").status_code == status
    assert olga.get(f"{page}read/").status_code == 405
