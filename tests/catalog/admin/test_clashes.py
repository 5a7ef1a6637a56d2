"""What the database would refuse comes back as a form with a sentence, and nothing of it is lost or half saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.models import Artifact, Capability
from tests.catalog.admin.test_conflicts import address, answered, opened
from tests.catalog.admin.test_offerings import with_offering
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_evidence,
    make_fact,
    make_offering,
    make_publisher,
    make_source,
)

pytestmark = pytest.mark.django_db
SAID = "two rows say the same of the same"


@pytest.fixture
def artifact() -> Artifact:
    return make_artifact(lifecycle="draft", published_at=None)


def fact_row(number: int, **fields: Any) -> dict[str, Any]:
    row = {"name": "version", "value": "1", "origin": "editor", **fields}
    return {f"facts-{number}-{name}": value for name, value in row.items()} | {"facts-TOTAL_FORMS": str(number + 1)}


def test_a_capability_is_made_by_typing_its_key(admin_client: Client, artifact: Artifact) -> None:
    data = with_offering(admin_client, artifact, capability="new:text.fooing", title="T", description="D")
    assert admin_client.post(address(artifact), data).status_code == 302
    assert artifact.offerings.get().capability == Capability.objects.get(key="text.fooing")


def test_the_same_row_sent_twice(admin_client: Client, artifact: Artifact) -> None:
    data = opened(admin_client, artifact) | fact_row(0, source=make_source().pk)
    assert admin_client.post(address(artifact), data).status_code == 302
    again = admin_client.post(address(artifact), data)
    assert (again.status_code, SAID in again.content.decode()) == (200, True)
    assert artifact.facts.count() == 1


def test_one_new_source_twice_for_one_fact(admin_client: Client, artifact: Artifact) -> None:
    url = "new:https://example.org/x"
    data = opened(admin_client, artifact) | fact_row(0, source=url) | fact_row(1, source=url)
    page = admin_client.post(address(artifact), data)
    assert (page.status_code, SAID in page.content.decode()) == (200, True)
    assert not artifact.facts.exists()


def test_two_ids_of_one_key(admin_client: Client, artifact: Artifact) -> None:
    data = opened(admin_client, artifact) | {"identifier_rows-TOTAL_FORMS": "2", "tagline": "Kept in the form"}
    for number, value in enumerate(("foo-bar", "Foo_Bar")):
        data |= {f"identifier_rows-{number}-scheme": "pypi", f"identifier_rows-{number}-value": value}
    page = admin_client.post(address(artifact), data)
    assert page.status_code == 200
    assert SAID in page.content.decode()
    assert "Kept in the form" in page.content.decode()


def test_a_listing_of_very_many_offerings_can_be_saved(admin_client: Client, artifact: Artifact) -> None:
    for number in range(40):
        make_evidence(offering=make_offering(artifact=artifact, capability=make_capability(name=f"Word {number}")))
    data = opened(admin_client, artifact) | {"tagline": "Saved"}
    assert admin_client.post(address(artifact), data).status_code == 302
    artifact.refresh_from_db()
    assert artifact.tagline == "Saved"


@pytest.fixture
def looker(client: Client) -> Client:
    """May change artifacts and offerings, and of facts and evidence only look at them."""
    user = User.objects.create(username="lena", is_staff=True)
    names = ("view_artifact", "change_artifact", "view_offering", "change_offering", "view_evidence", "view_fact")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="catalog", codename__in=names))
    client.force_login(user)
    return client


def test_evidence_that_may_only_be_looked_at_stays(looker: Client, artifact: Artifact) -> None:
    offering = make_offering(artifact=artifact)
    evidence = make_evidence(offering=offering, quote="So it says")
    make_fact(artifact=artifact)
    data = opened(looker, artifact)
    data |= {
        "offerings-0-evidence-TOTAL_FORMS": "2", "offerings-0-evidence-INITIAL_FORMS": "1",
        "offerings-0-evidence-0-id": evidence.pk, "offerings-0-evidence-0-offering": offering.pk,
        "offerings-0-evidence-0-source": evidence.source_id, "offerings-0-evidence-0-quote": "Rewritten",
        "offerings-0-evidence-0-origin": "editor", "offerings-0-evidence-0-DELETE": "on",
        "offerings-0-evidence-1-source": evidence.source_id, "offerings-0-evidence-1-quote": "Added",
        "offerings-0-evidence-1-origin": "editor", "tagline": "Mine to change",
    }  # fmt: skip
    assert looker.post(address(artifact), data).status_code == 302
    artifact.refresh_from_db()
    assert artifact.tagline == "Mine to change"
    assert [row.quote for row in offering.evidence.all()] == ["So it says"]


# --- conflicts of what hangs on a row ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["changed", "added"])
def test_they_removed_an_offering_whose_evidence_i_touched(admin_client: Client, artifact: Artifact, how: str) -> None:
    evidence = make_evidence(offering=make_offering(artifact=artifact), quote="As it was")
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"offerings-0-DELETE": "on"})
    if how == "changed":
        mine |= {"offerings-0-evidence-0-quote": "Mine"}
    else:
        mine |= {"offerings-0-evidence-1-quote": "Mine", "offerings-0-evidence-1-source": evidence.source_id}
    asked = admin_client.post(address(artifact), mine)
    assert asked.status_code == 409
    assert admin_client.post(address(artifact), answered(asked, mine, "mine")).status_code == 302
    assert "Mine" in [row.quote for row in artifact.offerings.get().evidence.all()]


@pytest.mark.parametrize("how", ["changed", "added"])
def test_i_removed_an_offering_whose_evidence_they_touched(admin_client: Client, artifact: Artifact, how: str) -> None:
    evidence = make_evidence(offering=make_offering(artifact=artifact), quote="As it was")
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    if how == "changed":
        theirs |= {"offerings-0-evidence-0-quote": "Theirs"}
    else:
        theirs |= {"offerings-0-evidence-1-quote": "Theirs", "offerings-0-evidence-1-source": evidence.source_id}
    assert admin_client.post(address(artifact), theirs).status_code == 302
    mine |= {"offerings-0-DELETE": "on"}
    asked = admin_client.post(address(artifact), mine)
    assert (asked.status_code, "Theirs" in asked.content.decode()) == (409, True)
    assert admin_client.post(address(artifact), answered(asked, mine, "theirs")).status_code == 302
    assert "Theirs" in [row.quote for row in artifact.offerings.get().evidence.all()]


def test_a_conflict_names_what_was_picked(admin_client: Client, artifact: Artifact) -> None:
    one, other = make_publisher(name="Heron House"), make_publisher(name="Otter Press")
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"publisher": one.pk})
    page = admin_client.post(address(artifact), mine | {"publisher": other.pk}).content.decode()
    assert "Heron House" in page
    assert "Otter Press" in page


def test_the_same_shelves_in_another_order_are_no_conflict(admin_client: Client, artifact: Artifact) -> None:
    first, second = make_category(), make_category()
    artifact.categories.add(first)
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"categories": [first.pk, second.pk]})
    assert admin_client.post(address(artifact), mine | {"categories": [second.pk, first.pk]}).status_code == 302
    assert set(artifact.categories.all()) == {first, second}
