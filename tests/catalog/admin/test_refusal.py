"""Who may not, reads what it is and who may: a plain page in the desk's frame."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from catalog.models import Artifact
from tests.factories import make_artifact, make_capability

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    person = User.objects.create_user("erin", is_staff=True)
    person.groups.add(Group.objects.get(name="Editor"))
    client.force_login(person)
    return client


@pytest.fixture
def senior() -> User:
    person = User.objects.create_user("sven", is_staff=True)
    person.groups.add(Group.objects.get(name="Senior editor"))
    return person


def told(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 403
    return answer.content.decode()


def test_the_page_says_what_may_not_be_done_which_group_may_and_who_is_in_it(editor: Client, senior: User) -> None:
    gone = User.objects.create_user("gone", is_staff=True, is_active=False)
    gone.groups.add(Group.objects.get(name="Senior editor"))
    page = told(editor, f"/admin/catalog/artifact/{make_artifact().pk}/step/withdraw/")
    assert "You may not withdraw and restore artifacts" in page
    assert "somebody in the group <b>Senior editor</b>" in page
    assert "<bdi>sven</bdi>" in page
    assert "gone" not in page
    assert "editors’ desk" in page


def test_pages_of_django_itself_say_it_as_well(editor: Client, senior: User) -> None:
    page = told(editor, "/admin/catalog/capability/add/")
    assert "You may not add capabilities" in page
    assert "<bdi>sven</bdi>" in page
    assert "You may not delete capabilities" in told(
        editor, f"/admin/catalog/capability/{make_capability().pk}/delete/"
    )


def test_where_no_group_may_an_administrator_does(editor: Client) -> None:
    User.objects.create_superuser("root")
    page = told(editor, "/admin/auth/user/")
    assert "You may not see users" in page
    assert "This takes an administrator." in page
    assert "<bdi>root</bdi>" in page


def test_what_was_public_is_deleted_by_nobody_whatever_their_rights(client: Client, senior: User) -> None:
    client.force_login(senior)
    page = told(client, f"/admin/catalog/artifact/{make_artifact().pk}/delete/")
    assert "You may not do this" in page
    assert "Nobody may as things stand" in page


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/admin/queue/disputes/", "http://testserver/admin/queue/disputes/"),
        ("https://elsewhere.example/", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("http://testserver/admin/auth/user/", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_the_way_back_leads_to_where_one_was_and_never_elsewhere(editor: Client, came_from: str, back: str) -> None:
    page = told(editor, "/admin/auth/user/", Referer=came_from)
    assert f'<a href="{back}">Back to where you were</a>' in page


def test_whoever_is_signed_out_goes_to_log_in_and_comes_back(client: Client) -> None:
    answer = client.get("/admin/queue/disputes/")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/login/?next=/admin/queue/disputes/"


def test_many_who_may_are_named_in_part(editor: Client) -> None:
    seniors = Group.objects.get(name="Senior editor")
    for number in range(12):
        User.objects.create_user(f"senior-{number:02}", is_staff=True).groups.add(seniors)
    page = told(editor, "/admin/catalog/capability/add/")
    assert "senior-09" in page
    assert "senior-10" not in page
    assert "and others." in page


@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_what_nobody_writes_by_hand_takes_no_administrator(client: Client, editor: Client, who: str) -> None:
    """Django makes rights to add and change these; they open nothing, and the page sends to nobody."""
    if who == "administrator":
        client.force_login(User.objects.create_superuser("root"))
    page = told(client, "/admin/catalog/importrun/add/")
    assert "This takes" not in page
    assert "Nobody may as things stand" in page


def test_the_address_of_a_draft_is_told_to_nobody_without_the_right(client: Client) -> None:
    """Django's “view on site” would send on whoever is signed in, to an address that names the slug."""
    draft = make_artifact(slug="not-to-be-known", lifecycle="draft", published_at=None)
    kind = ContentType.objects.get_for_model(Artifact).pk
    client.force_login(User.objects.create_user("somebody", is_staff=True))
    for key in (str(draft.pk), f"0{draft.pk}", chr(0xFF10) + str(draft.pk)):
        answer = client.get(f"/admin/r/{kind}/{key}/")
        assert answer.status_code == 403
        assert "not-to-be-known" not in answer.content.decode()
    assert client.get("/admin/r/x/1/").status_code == 404
