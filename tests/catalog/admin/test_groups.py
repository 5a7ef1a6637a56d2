"""What the two groups may do at the desk, and what nobody else may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from catalog.models import Artifact
from tests.factories import make_artifact, make_capability, make_fact, make_offering

pytestmark = pytest.mark.django_db
PEOPLE = ("nobody", "Editor", "Senior editor")


def sign_in(client: Client, group: str) -> User:
    person = User.objects.create_user("somebody", is_staff=True)
    if group != "nobody":
        person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("address", "statuses"),
    [
        ("/admin/catalog/artifact/", (403, 200, 200)),
        ("/admin/catalog/artifact/add/", (403, 200, 200)),
        ("/admin/catalog/artifact/{artifact}/change/", (403, 200, 200)),
        ("/admin/catalog/artifact/{draft}/delete/", (403, 403, 200)),
        ("/admin/catalog/artifact/{draft}/step/submit/", (403, 200, 200)),
        ("/admin/catalog/artifact/{draft}/step/publish/", (403, 200, 200)),
        ("/admin/catalog/artifact/{artifact}/step/withdraw/", (403, 403, 200)),
        ("/admin/catalog/artifact/{artifact}/dispute/context_window/", (403, 200, 200)),
        ("/admin/catalog/capability/", (403, 200, 200)),
        ("/admin/catalog/capability/add/", (403, 403, 200)),
        ("/admin/catalog/category/add/", (403, 403, 200)),
        ("/admin/catalog/source/add/", (403, 200, 200)),
        ("/admin/catalog/offering/{offering}/change/", (403, 200, 200)),
        ("/admin/catalog/merge/", (403, 200, 200)),
        ("/admin/queue/disputes/", (403, 200, 200)),
        ("/admin/queue/duplicates/", (403, 200, 200)),
        ("/admin/queue/broken-links/", (403, 200, 200)),
        ("/admin/auth/user/", (403, 403, 403)),
        ("/admin/auth/group/", (403, 403, 403)),
    ],
)
@pytest.mark.parametrize("who", range(3), ids=PEOPLE)
def test_who_may_open_what(client: Client, who: int, address: str, statuses: tuple[int, int, int]) -> None:
    artifact = make_artifact()
    make_fact(artifact=artifact)
    draft = make_artifact(lifecycle="draft", published_at=None)
    offering = make_offering(artifact=artifact)
    sign_in(client, PEOPLE[who])
    place = address.format(artifact=artifact.pk, draft=draft.pk, offering=offering.pk)
    assert client.get(place).status_code == statuses[who]


def test_an_editor_reads_the_vocabulary_and_changes_none_of_it(client: Client) -> None:
    sign_in(client, "Editor")
    made = make_capability()
    page = client.get(f"/admin/catalog/capability/{made.pk}/change/").content.decode()
    assert 'name="_save"' not in page
    assert client.post(f"/admin/catalog/capability/{made.pk}/change/", {"name": "Mine"}).status_code == 403


def test_who_may_not_withdraw_is_not_offered_it(client: Client) -> None:
    artifact = make_artifact()
    sign_in(client, "Editor")
    address = f"/admin/catalog/artifact/{artifact.pk}/step/withdraw/"
    assert address not in client.get(f"/admin/catalog/artifact/{artifact.pk}/change/").content.decode()
    assert client.post(address, {"note": "Because."}).status_code == 403
    assert Artifact.objects.get().lifecycle == "published"


def test_the_permissions_are_those_that_django_makes() -> None:
    """Made early by the migration: under another name there would be two of each."""
    ours = Permission.objects.filter(content_type__app_label="catalog")
    assert len({(p.content_type_id, p.codename) for p in ours}) == ours.count()
    for permission in Permission.objects.filter(group__isnull=False).distinct():
        model = permission.content_type.model_class()
        assert model is not None
        action = permission.codename.partition("_")[0]
        if (permission.codename, permission.name) not in model._meta.permissions:
            assert permission.name == f"Can {action} {model._meta.verbose_name}"
