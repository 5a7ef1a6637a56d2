"""The page of one broken link at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from catalog.desk.links import check
from catalog.models import Artifact, BrokenLink
from tests.cast import erin
from tests.factories import make_artifact, make_capability, make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


@pytest.fixture
def link() -> BrokenLink:
    make_artifact(slug="heron")
    make_artifact(name="Linking", slug="linking", description="Lighter than <b>[Heron](/artifacts/herron/)</b>.")
    check(now=timezone.now())
    return BrokenLink.objects.get()


def address(link: BrokenLink) -> str:
    return f"/admin/catalog/broken-link/{link.pk}/"


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_it_shows_the_text_what_is_wrong_and_what_to_do(desk: Client, link: BrokenLink) -> None:
    assert address(link) in text(desk.get("/admin/queue/broken-links/"))
    page = text(desk.get(address(link)))
    assert "Lighter than &lt;b&gt;[Heron](<mark>/artifacts/herron/</mark>)&lt;/b&gt;." in page
    assert "There is no such page." in page
    assert 'value="/artifacts/heron/"' in page
    assert f"/admin/catalog/artifact/{link.artifact_id}/change/" in page


def test_the_suggestion_is_taken_and_the_queue_is_empty(desk: Client, link: BrokenLink) -> None:
    answer = desk.post(address(link), {"replace": "1", "url": "/artifacts/heron/"}, follow=True)
    assert "The text has the other address now." in text(answer)
    assert "Nothing waits here." in text(answer)
    assert "(/artifacts/heron/)" in Artifact.objects.get(slug="linking").description
    page = text(desk.get(address(link)))
    assert "Leads somewhere again" in page
    assert 'name="replace"' not in page


def test_an_address_that_leads_nowhere_is_refused_beside_its_field(desk: Client, link: BrokenLink) -> None:
    page = text(desk.post(address(link), {"replace": "1", "url": "/artifacts/nothing/"}))
    assert "That leads to no page either." in page
    assert 'value="/artifacts/nothing/"' in page
    link.refresh_from_db()
    assert link.state == "open"


def test_it_is_set_aside_with_a_note_or_not_at_all(desk: Client, link: BrokenLink) -> None:
    assert "Say why it stays as it is." in text(desk.post(address(link), {"aside": "1"}))
    assert desk.post(address(link), {"aside": "1", "note": "It comes back."}).status_code == 302
    assert "It comes back." in text(desk.get(address(link)))
    assert "Nothing waits here." in text(desk.get("/admin/queue/broken-links/"))


def test_a_link_that_left_its_text_or_lost_its_row_is_shown_as_such(desk: Client, link: BrokenLink) -> None:
    Artifact.objects.update(description="No link.")
    assert "does not have this link any more" in text(desk.get(address(link)))
    BrokenLink.objects.update(where="offering:1:description")
    page = text(desk.get(address(link)))
    assert "does not have this link any more" in page
    assert 'name="replace"' not in page


def test_a_link_of_an_offering_leads_to_its_form(desk: Client) -> None:
    offering = make_offering(description="See [it](/nothing/).")
    check(now=timezone.now())
    page = text(desk.get(address(BrokenLink.objects.get())))
    assert f"/admin/catalog/offering/{offering.pk}/change/" in page


def test_who_may_not_change_the_vocabulary_cannot_through_its_links(client: Client) -> None:
    """An editor sees it, may set it aside, and changes nothing of the text."""
    capability = make_capability(description="See [it](/nothing/).")
    check(now=timezone.now())
    link = BrokenLink.objects.get()
    editor = User.objects.create_user("somebody", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client.force_login(editor)
    page = text(client.get(address(link)))
    assert ('name="replace"' in page, 'name="aside"' in page) == (False, True)
    assert client.post(address(link), {"replace": "1", "url": "/artifacts/"}).status_code == 403
    capability.refresh_from_db()
    assert capability.description == "See [it](/nothing/)."
    editor.groups.set(Group.objects.filter(name="Senior editor"))
    assert client.post(address(link), {"replace": "1", "url": "/artifacts/"}).status_code == 302


def test_whoever_is_no_editor_sees_nothing_of_it(client: Client, link: BrokenLink) -> None:
    assert client.get(address(link))["Location"].startswith("/admin/login/")
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(address(link)).status_code == 403
    assert client.post(address(link), {"aside": "1", "note": "So."}).status_code == 403
    client.force_login(erin())
    assert client.get("/admin/catalog/broken-link/999999/").status_code == 404


@pytest.mark.parametrize(("right", "status"), [("change_artifact", 403), ("change_brokenlink", 200)])
def test_the_queue_and_its_pages_take_one_right(client: Client, link: BrokenLink, right: str, status: int) -> None:
    """Whoever is shown the queue can open what stands in it."""
    person = User.objects.create_user("somebody", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename=right))
    client.force_login(person)
    assert client.get("/admin/queue/broken-links/").status_code == status
    assert client.get(address(link)).status_code == status
