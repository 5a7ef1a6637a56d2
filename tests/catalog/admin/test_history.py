"""The pages of history, activity and search at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.digest import catalog_digest
from catalog.models import Artifact
from tests.cast import erin
from tests.factories import make_artifact, make_capability, make_fact, make_publisher

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


@pytest.fixture
def edited() -> Artifact:
    """An artifact with a version to go back to."""
    artifact = make_artifact(name="Heron", tagline="Was so")
    artifact._history_user = erin()
    artifact.tagline = "Is so"
    artifact.save()
    return artifact


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def restore_address(desk: Client, artifact: Artifact) -> str:
    page = text(desk.get(f"/admin/catalog/artifact/{artifact.pk}/history/"))
    found = [part.partition('"')[0] for part in page.split('href="')[1:] if "/restore/" in part.partition('"')[0]]
    assert found
    return found[-1]


def seen_at(desk: Client, address: str) -> str:
    """What the form sends back of what was looked at."""
    return text(desk.get(address)).partition('name="seen" value="')[2].partition('"')[0]


def test_the_history_says_who_what_and_links_to_more(desk: Client, edited: Artifact) -> None:
    page = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    assert "<del><bdi>Was so</bdi></del> <ins><bdi>Is so</bdi></ins>" in page
    assert 'href="/admin/activity/erin/"' in page
    assert f'href="/artifacts/{edited.slug}/changes/"' in page


def test_what_editors_wrote_is_escaped(desk: Client, edited: Artifact) -> None:
    edited.description = "<script>alert(1)</script> " * 10
    edited.save()
    page = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_newest_version_offers_no_restore(desk: Client, edited: Artifact) -> None:
    page = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    assert page.count("/restore/") == 1
    assert page.count("This is how it stands.") == 1


def test_a_version_is_restored_after_a_look_at_it(desk: Client, edited: Artifact) -> None:
    address = restore_address(desk, edited)
    digest = catalog_digest()
    page = text(desk.get(address))
    assert "<del><bdi>Is so</bdi></del> <ins><bdi>Was so</bdi></ins>" in page
    assert catalog_digest() == digest
    answer = desk.post(address, {"why": "It was right.", "seen": seen_at(desk, address)})
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/catalog/artifact/{edited.pk}/history/")
    edited.refresh_from_db()
    assert edited.tagline == "Was so"
    newest = Artifact.history.filter(id=edited.pk).latest()
    assert (newest.history_change_reason, newest.history_user) == ("It was right.", erin())
    assert "It was right." in text(desk.get(f"/artifacts/{edited.slug}/changes/"))


def test_a_restore_asks_why(desk: Client, edited: Artifact) -> None:
    address = restore_address(desk, edited)
    page = text(desk.post(address, {"why": "  ", "seen": seen_at(desk, address)}))
    assert "This field is required." in page
    edited.refresh_from_db()
    assert edited.tagline == "Is so"


def test_an_edit_since_the_look_is_not_lost(desk: Client, edited: Artifact) -> None:
    """The page comes again with what would go now; sent once more, it is done."""
    address = restore_address(desk, edited)
    seen = seen_at(desk, address)
    edited.licence = "Apache-2.0"
    edited.save()
    page = text(desk.post(address, {"why": "It was right.", "seen": seen}))
    assert "Somebody has changed it since you looked." in page
    assert "<del><bdi>Apache-2.0</bdi></del>" in page
    edited.refresh_from_db()
    assert edited.tagline == "Is so"
    again = page.partition('name="seen" value="')[2].partition('"')[0]
    answer = desk.post(address, {"why": "It was right.", "seen": again})
    assert answer.status_code == 302
    edited.refresh_from_db()
    assert (edited.tagline, edited.licence) == ("Was so", "")


def test_a_restore_that_is_refused_says_why(desk: Client, edited: Artifact) -> None:
    fact = make_fact(artifact=edited)
    edited.tagline = "Later"
    edited.save()
    source = fact.source
    fact.delete()
    source.delete()
    page = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:] if "/restore/" in part.partition('"')[0]]
    said = [text(desk.get(address)) for address in addresses]
    refused = [one for one in said if "named a source that has been deleted since" in one]
    assert len(refused) == 2  # after the fact came, and after the edit that followed
    assert 'name="why"' not in refused[0]
    assert 'role="alert"' in text(desk.post(addresses[0], {"why": "Because."}))


@pytest.mark.parametrize("number", ["1", "9" * 30])
def test_a_version_that_is_not_there_restores_nothing(desk: Client, edited: Artifact, number: str) -> None:
    answer = desk.get(f"/admin/catalog/artifact/{edited.pk}/history/{number}/restore/")
    assert answer.status_code == 404 or "It is not known how it stood then." in text(answer)
    assert desk.get("/admin/catalog/artifact/999999/history/1/restore/").status_code == 404
    assert desk.get("/admin/catalog/artifact/999999/history/").status_code == 404


def test_who_may_only_look_is_offered_no_restore(client: Client, edited: Artifact) -> None:
    looks = User.objects.create(username="looks", is_staff=True)
    client.force_login(looks)
    assert client.get(f"/admin/catalog/artifact/{edited.pk}/history/").status_code == 403
    assert client.get("/admin/activity/").status_code == 403
    looks.user_permissions.set(erin().user_permissions.filter(codename="view_artifact"))
    page = text(client.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    assert "/restore/" not in page
    address = f"/admin/catalog/artifact/{edited.pk}/history/1/restore/"
    assert client.get(address).status_code == client.post(address, {"why": "x"}).status_code == 403
    assert text(client.get("/admin/activity/"))


def test_an_editor_may_restore(client: Client, edited: Artifact) -> None:
    editor = User.objects.create(username="eve", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    address = restore_address(client, edited)
    answer = client.post(address, {"why": "It was right.", "seen": seen_at(client, address)})
    assert answer.status_code == 302


def test_the_library_s_own_page_leads_to_ours(desk: Client, edited: Artifact) -> None:
    """It would put the listing back without its rows, and without a reason."""
    version = Artifact.history.filter(id=edited.pk).earliest().pk
    answer = desk.post(f"/admin/catalog/artifact/{edited.pk}/history/{version}/", {"name": "Mine"})
    assert answer["Location"] == f"/admin/catalog/artifact/{edited.pk}/history/"


def test_a_long_history_comes_in_pages(desk: Client, edited: Artifact) -> None:
    for number in range(25):
        edited.tagline = f"Take {number}"
        edited.save()
    first = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/"))
    assert 'href="?p=2"' in first
    second = text(desk.get(f"/admin/catalog/artifact/{edited.pk}/history/?p=2"))
    assert "Was so" in second
    assert "Was so" not in first


def test_activity_is_told_of_all_and_of_one(desk: Client, edited: Artifact) -> None:
    assert 'href="/admin/activity/"' in text(desk.get("/admin/"))
    for address in ("/admin/activity/", "/admin/activity/erin/"):
        page = text(desk.get(address))
        assert f'href="/admin/catalog/artifact/{edited.pk}/history/"' in page
        assert "Changed it" in page
    assert desk.get("/admin/activity/nobody-here/").status_code == 404
    assert desk.get("/admin/activity/?before=x").status_code == 404
    assert "Nothing yet." in text(desk.get("/admin/activity/?before=1"))


def test_the_search_box_is_on_every_screen_and_answers(desk: Client, edited: Artifact) -> None:
    for address in ("/admin/", "/admin/catalog/artifact/", f"/admin/catalog/artifact/{edited.pk}/change/"):
        assert 'action="/admin/search/"' in text(desk.get(address))
    page = text(desk.get("/admin/search/", {"q": "heron"}))
    assert f'href="/admin/catalog/artifact/{edited.pk}/change/"' in page
    assert 'value="heron"' in page
    for number in range(12):
        make_artifact(name=f"Heron {number}")
    assert 'href="/admin/catalog/artifact/?q=heron"' in text(desk.get("/admin/search/", {"q": "heron"}))
    assert "Nothing is called" in text(desk.get("/admin/search/", {"q": "<b>nothing</b>"}))
    assert "Type a name" in text(desk.get("/admin/search/"))


def test_who_is_not_signed_in_sees_no_box_and_no_page(client: Client) -> None:
    assert client.get("/admin/search/", {"q": "heron"}).status_code == 302
    assert 'action="/admin/search/"' not in text(client.get("/admin/login/", follow=True))


@pytest.mark.parametrize("model", ["source", "publisher", "capability", "fact"])
def test_histories_of_other_things_still_open(desk: Client, model: str) -> None:
    row = make_fact()
    made = {"source": row.source, "publisher": make_publisher(), "capability": make_capability(), "fact": row}[model]
    assert text(desk.get(f"/admin/catalog/{model}/{made.pk}/history/"))
