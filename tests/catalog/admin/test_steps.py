"""The workflow's pages at the desk: what each asks for, who may take it, what stops it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.desk import workflow
from catalog.models import Artifact
from tests.cast import erin
from tests.factories import make_artifact, make_contrast, make_evidence, make_lineage, make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def draft(**overrides: Any) -> Artifact:
    defaults = {"lifecycle": "draft", "published_at": None, "homepage": "https://example.org/a"}
    artifact = make_artifact(**{**defaults, **overrides})
    make_evidence(offering=make_offering(artifact=artifact))
    return artifact


def at(artifact: Artifact, verb: str) -> str:
    return f"/admin/catalog/artifact/{artifact.pk}/step/{verb}/"


def lifecycle(artifact: Artifact) -> str:
    return Artifact.objects.get(pk=artifact.pk).lifecycle


def test_from_draft_to_withdrawn_and_back(desk: Client) -> None:
    artifact = draft()
    for verb, said, state in (
        ("submit", {}, "in_review"),
        ("send-back", {"note": "Name the source."}, "draft"),
        ("submit", {"note": "Done."}, "in_review"),
        ("schedule", {"at_0": "2099-01-01", "at_1": "09:00"}, "in_review"),
        ("unschedule", {}, "in_review"),
        ("publish", {}, "published"),
        ("deprecate", {"note": "Old.", "in_favour_of": make_artifact().pk}, "deprecated"),
        ("restore", {"note": "Not that old."}, "published"),
        ("withdraw", {"note": "Its maker asked."}, "withdrawn"),
        ("restore", {"note": "Its maker changed their mind."}, "published"),
    ):
        page = desk.get(f"/admin/catalog/artifact/{artifact.pk}/change/").content.decode()
        assert at(artifact, verb) in page, f"{verb} is offered"
        assert desk.get(at(artifact, verb)).status_code == 200
        answer = desk.post(at(artifact, verb), said)
        assert (answer.status_code, lifecycle(artifact)) == (302, state), verb
        page = desk.get(f"/admin/catalog/artifact/{artifact.pk}/change/").content.decode()
        assert said.get("note", "") in page


@pytest.mark.parametrize(
    ("verb", "said", "words"),
    [
        ("publish", {}, "It offers no capability."),
        ("submit", {}, "It offers no capability."),
        ("schedule", {"at_0": "2020-01-01", "at_1": "09:00"}, "That time has passed"),
        ("schedule", {"at_0": "soon", "at_1": "09:00"}, "Enter a valid date."),
        ("schedule", {}, "This field is required."),
        ("send-back", {"note": "Why."}, "It is draft, so it cannot be sent back."),
        ("send-back", {}, "This field is required."),
        ("withdraw", {"note": "Because."}, "It was never public"),
        ("deprecate", {"note": "Old.", "in_favour_of": 10**9}, "Select a valid choice."),
    ],
)
def test_what_stops_a_step_is_said_on_its_page(desk: Client, verb: str, said: dict[str, Any], words: str) -> None:
    artifact = make_artifact(lifecycle="draft", published_at=None, homepage="https://example.org/a")
    answer = desk.post(at(artifact, verb), said)
    assert (answer.status_code, lifecycle(artifact)) == (200, "draft")
    assert words in answer.content.decode()


def test_the_form_says_what_is_missing(desk: Client) -> None:
    artifact = make_artifact(lifecycle="draft", published_at=None, tagline="")
    page = desk.get(f"/admin/catalog/artifact/{artifact.pk}/change/").content.decode()
    assert "Needed to publish" in page
    assert "It has no tagline." in page


def test_a_withdrawal_names_what_points_at_it(desk: Client) -> None:
    artifact, child, rival, successor = make_artifact(), make_artifact(), make_artifact(), make_artifact()
    make_lineage(artifact=child, parent=artifact)
    make_contrast(offering=make_offering(artifact=rival), artifact=artifact)
    workflow.deprecate(successor, in_favour_of=artifact, by=erin(), note="Old.")
    page = desk.get(at(artifact, "withdraw")).content.decode()
    for other, how in ((child, "is derived from it"), (rival, "is set against it"), (successor, "in favour of it")):
        assert other.name in page
        assert how in page


def test_only_who_may_is_offered_a_step(client: Client) -> None:
    junior = User.objects.create_user("junior", is_staff=True)
    junior.user_permissions.set(Permission.objects.filter(codename__in=["view_artifact", "change_artifact"]))
    client.force_login(junior)
    artifact = draft()
    page = client.get(f"/admin/catalog/artifact/{artifact.pk}/change/").content.decode()
    assert at(artifact, "submit") in page
    assert at(artifact, "publish") not in page
    assert client.post(at(artifact, "publish")).status_code == 403
    assert lifecycle(artifact) == "draft"


def test_strangers_see_nothing(client: Client) -> None:
    assert client.get(at(make_artifact(), "withdraw"))["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("verb", ["explode", "publish"])
def test_what_is_not_there_is_404(desk: Client, verb: str) -> None:
    artifact = make_artifact()
    address = f"/admin/catalog/artifact/{artifact.pk if verb == 'explode' else 10**9}/step/{verb}/"
    assert desk.get(address).status_code == 404


def test_what_was_public_is_withdrawn_never_deleted(desk: Client) -> None:
    public, never = make_artifact(), make_artifact(lifecycle="draft", published_at=None)
    assert desk.post(f"/admin/catalog/artifact/{public.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.post(f"/admin/catalog/artifact/{never.pk}/delete/", {"post": "yes"}).status_code == 302
    desk.post("/admin/catalog/artifact/", {"action": "delete_selected", "_selected_action": [public.pk], "post": "yes"})
    assert list(Artifact.objects.all()) == [public]


def test_where_it_stands_is_no_field_of_the_form(desk: Client) -> None:
    """Whatever a form sends: only steps move an artifact."""
    artifact = make_artifact(lifecycle="draft", published_at=None)
    form = {name: getattr(artifact, name) for name in ("slug", "name", "kind", "tagline", "description")}
    for prefix in ("identifier_rows", "aliases", "facts", "offerings", "prices", "benchmark_results", "lineage"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    sent = {**form, "lifecycle": "published", "published_at": "2026-01-01", "verified_until": "2099-01-01"}
    assert desk.post(f"/admin/catalog/artifact/{artifact.pk}/change/", sent).status_code == 302
    artifact.refresh_from_db()
    assert (artifact.lifecycle, artifact.published_at, artifact.verified_until) == ("draft", None, None)
