"""The desk's front page and the pages on which its queues are worked off."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.desk import offered, workflow
from catalog.desk.duplicates import find_pairs
from catalog.desk.links import check
from catalog.desk.queues import QUEUES
from catalog.desk.reports import report
from catalog.importers.upsert.proposing import Held, propose
from catalog.models import Artifact, ImportRun, Merge, Pair
from tests.cast import erin, sven
from tests.factories import (
    make_artifact,
    make_capability,
    make_evidence,
    make_fact,
    make_offering,
    make_publisher,
    make_source,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


@pytest.fixture
@remembered
def work() -> dict[str, Any]:
    """One piece of work in each queue."""
    publisher = make_publisher()
    one = make_artifact(name="Whisper Large v3", publisher=publisher, homepage="https://example.org/w")
    other = make_artifact(name="whisper-large-v3", publisher=publisher, licence="MIT", homepage="https://example.org/w")
    find_pairs()
    make_fact(artifact=one, value=32_768)
    make_fact(artifact=one, value=65_536)
    old = make_fact(artifact=make_artifact(name="Old heron"), name="version", value="1", retrieved_on="2020-01-01")
    offering = make_offering(artifact=other)
    waiting = make_artifact(name="Waiting", lifecycle="draft", published_at=None, homepage="https://example.org/x")
    make_evidence(offering=make_offering(artifact=waiting))
    workflow.submit(waiting, by=sven())
    back = make_artifact(name="Sent back", lifecycle="draft", published_at=None, homepage="https://example.org/y")
    make_evidence(offering=make_offering(artifact=back))
    workflow.submit(back, by=erin())
    workflow.send_back(back, by=sven(), note="More.")
    mine = Artifact(slug="mine", name="Mine", kind="model")
    mine._history_user = erin()
    mine.save()
    told = report(address="/artifacts/x/", text="The window is 64K, as the card says.", section="facts", artifact=one)
    run = ImportRun.objects.create(importer="manifest", origin="x", started_at=_now(), finished_at=_now(), state="done")
    propose(
        [Held(one, one.pk, "listing", {"tagline": one.tagline}, {"tagline": "As the import puts it"})], run, [one.pk]
    )
    make_artifact(description="Better than [Heron](/artifacts/heron-9b/).")
    check(now=_now())
    ImportRun.objects.create(importer="github", origin="x", started_at=_now(), state="waiting", brakes="It shrank.")
    make_capability(key="search.web", slug="web-search", name="Web search")
    offered.take_apart(one, "# One\n- Web search: three engines\n", words=offered.vocabulary())
    return {
        "proposals": one.name, "offered": "Web search: three engines",
        "in-review": waiting.name, "sent-back": back.name, "reports": told.text, "disputes": one.name,
        "duplicates": one.name, "without-evidence": offering.title, "stale": old.artifact.name, "drafts": mine.name,
        "recent": other.name, "broken-links": "/artifacts/heron-9b/", "imports": "github, an import",
    }  # fmt: skip


def test_every_queue_is_counted_and_one_click_away(desk: Client, work: dict[str, Any]) -> None:
    front = text(desk.get("/admin/"))
    for key, queue in QUEUES.items():
        assert queue.count(erin(), _now()) >= 1, key
        assert f'href="/admin/queue/{key}/"' in front
        page = text(desk.get(f"/admin/queue/{key}/"))
        assert work[key] in page, key


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_queues_are_somebodys(client: Client, work: dict[str, Any]) -> None:
    client.force_login(sven())
    assert "Nothing waits here." in text(client.get("/admin/queue/sent-back/"))
    assert "Nothing waits here." in text(client.get("/admin/queue/drafts/"))
    nobody = User.objects.create_user("nobody", is_staff=True)
    client.force_login(nobody)
    assert "Nothing here is yours to decide" in text(client.get("/admin/"))
    assert client.get("/admin/queue/disputes/").status_code == 403
    assert client.get("/admin/queue/nonsense/").status_code == 404


def test_the_number_of_queries_of_the_front_page_is_constant(
    desk: Client, work: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_offering(artifact=make_artifact())
    with django_assert_max_num_queries(len(QUEUES) + 10):
        desk.get("/admin/")


@pytest.fixture
def disputed() -> Artifact:
    artifact = make_artifact(name="Heron")
    make_fact(artifact=artifact, value=32_768)
    make_fact(artifact=artifact, value=65_536)
    return artifact


def dispute(artifact: Artifact) -> str:
    return f"/admin/catalog/artifact/{artifact.pk}/dispute/context_window/"


def test_a_dispute_is_settled_three_ways_and_opened_again(desk: Client, disputed: Artifact) -> None:
    low, high = disputed.facts.order_by("value")
    page = text(desk.get(dispute(disputed)))
    assert low.source.title in page
    assert "Values within 2.5% of each other agree." in page
    source = make_source()
    for said, stated, open_ in (
        ({"how": "choose", "fact": high.pk, "why": "The card."}, 65_536, 0),
        ({"how": "reopen", "why": "Not so sure."}, 32_768, 1),
        ({"how": "enter", "value": "40,960", "source": source.pk, "why": "The code."}, 40_960, 0),
        ({"how": "reopen", "why": "Wrong file."}, 40_960, 1),
    ):
        assert desk.post(dispute(disputed), said).status_code == 302, said
        disputed.refresh_from_db()
        assert disputed.facts.get(is_stated=True).value == stated, said
        assert disputed.disputed_count == open_, said
    disputed.facts.get(value=40_960).delete()
    both = {"how": "both", f"condition-{low.pk}": "as published", f"condition-{high.pk}": "scaled", "why": "Both."}
    assert desk.post(dispute(disputed), both).status_code == 302
    disputed.refresh_from_db()
    assert disputed.disputed_count == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"how": "choose", "why": "So."}, "Choose one of the values."),
        ({"how": "choose", "fact": 10**9, "why": "So."}, "Select a valid choice"),
        ({"how": "enter", "value": "", "why": "So."}, "Enter the value."),
        ({"how": "enter", "value": "5", "why": "So."}, "Name the source that shows it."),
        ({"how": "both", "why": "So."}, "at least two"),
        ({"how": "explode", "why": "So."}, "Select a valid choice. explode"),
        ({}, "This field is required."),
    ],
)
def test_a_settlement_that_says_nothing_is_refused(
    desk: Client, disputed: Artifact, said: dict[str, Any], words: str
) -> None:
    assert words in text(desk.post(dispute(disputed), said))
    disputed.refresh_from_db()
    assert disputed.disputed_count == 1


def test_a_wrong_value_is_named(desk: Client, disputed: Artifact) -> None:
    said = {"how": "enter", "value": "much", "source": make_source().pk, "why": "So."}
    assert "takes a whole number" in text(desk.post(dispute(disputed), said))


@pytest.fixture
def pair() -> Pair:
    for licence in ("", "MIT"):
        artifact = make_artifact(name="Whisper Large v3", licence=licence, homepage="https://example.org/w")
        make_offering(artifact=artifact)
    find_pairs()
    return Pair.objects.get()


def test_merged_with_chosen_words_and_undone(desk: Client, pair: Pair) -> None:
    page = text(desk.get(f"/admin/catalog/pair/{pair.pk}/"))
    assert "They have the same name." in page
    said = {"merge": "1", "keep": "first", "take-licence": "second", "why": "The same weights."}
    assert desk.post(f"/admin/catalog/pair/{pair.pk}/", said).status_code == 302
    first = Artifact.objects.get(pk=pair.first_id)
    assert (first.licence, first.merged.get().pk) == ("MIT", pair.second_id)
    record = Merge.objects.get()
    assert record.by == erin()
    assert f"/admin/catalog/merge/{record.pk}/undo/" in text(desk.get("/admin/catalog/merge/"))
    assert "go back as they stood" in text(desk.get(f"/admin/catalog/merge/{record.pk}/undo/"))
    assert desk.post(f"/admin/catalog/merge/{record.pk}/undo/").status_code == 302
    first.refresh_from_db()
    assert (first.licence, first.merged.count()) == ("", 0)
    assert "undone already" in text(desk.post(f"/admin/catalog/merge/{record.pk}/undo/"))


def test_a_merge_without_a_reason_or_right_is_refused(desk: Client, client: Client, pair: Pair) -> None:
    assert "Say why the two are one" in text(desk.post(f"/admin/catalog/pair/{pair.pk}/", {"merge": "1", "why": ""}))
    erin().user_permissions.remove(*erin().user_permissions.filter(codename="merge_artifact"))
    said = {"merge": "1", "keep": "first", "why": "The same."}
    assert client.post(f"/admin/catalog/pair/{pair.pk}/", said).status_code == 403
    assert not Merge.objects.exists()


def test_not_the_same_is_remembered(desk: Client, pair: Pair) -> None:
    assert desk.post(f"/admin/catalog/pair/{pair.pk}/", {"apart": "1"}).status_code == 302
    assert find_pairs() == 0
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("not_the_same", erin())


def test_not_the_same_is_taken_back(desk: Client, pair: Pair) -> None:
    """From the page of the pair, to which the editor's own activity leads."""
    address = f"/admin/catalog/pair/{pair.pk}/"
    desk.post(address, {"apart": "1"})
    assert f'href="{address}"' in text(desk.get("/admin/activity/erin/"))
    assert 'name="again"' in text(desk.get(address))
    assert desk.post(address, {"again": "1"}).status_code == 302
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("open", None)
    assert 'name="again"' not in text(desk.get(address))


def test_a_report_is_decided_once(desk: Client) -> None:
    told = report(address="/artifacts/x/", text="<b>The window</b> is 64K.", section="facts")
    address = f"/admin/catalog/report/{told.pk}/"
    assert "&lt;b&gt;The window&lt;/b&gt; is 64K." in text(desk.get(address))
    assert "This field is required." in text(desk.post(address, {"state": "mended"}))
    assert desk.post(address, {"state": "mended", "outcome": "It says 64K now."}).status_code == 302
    told.refresh_from_db()
    assert (told.state, told.decided_by) == ("mended", erin())
    assert "meanwhile" in text(desk.post(address, {"state": "declined", "outcome": "No."}))


@pytest.mark.parametrize(
    "address",
    [
        "/admin/queue/disputes/",
        "/admin/catalog/pair/1/",
        "/admin/catalog/report/1/",
        "/admin/catalog/merge/1/undo/",
        "/admin/catalog/artifact/1/dispute/rows/",
    ],
)
def test_strangers_are_sent_to_the_door(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/admin/login/")
