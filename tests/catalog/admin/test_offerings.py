"""Offerings and their evidence on the artifact's form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Artifact, Evidence, Offering, Source
from tests.cast import erin
from tests.catalog.admin.test_conflicts import address, opened
from tests.factories import make_artifact, make_capability, make_evidence, make_offering, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact() -> Artifact:
    return make_artifact(lifecycle="draft", published_at=None)


def with_offering(client: Client, artifact: Artifact, **fields: Any) -> dict[str, Any]:
    """The form with one more offering, as a browser sends it."""
    data = opened(client, artifact)
    number = int(data["offerings-TOTAL_FORMS"])
    row = {"taken_apart_by": "editor", "position": "0", "evidence-TOTAL_FORMS": "1", "evidence-INITIAL_FORMS": "0"}
    row |= {"evidence-0-origin": "observed", **fields}
    data |= {f"offerings-{number}-{name}": value for name, value in row.items()}
    return data | {"offerings-TOTAL_FORMS": str(number + 1)}


def test_an_offering_is_added_with_its_evidence(admin_client: Client, artifact: Artifact) -> None:
    capability, source = make_capability(), make_source()
    data = with_offering(
        admin_client,
        artifact,
        capability=capability.pk,
        title="Does it",
        description="In a way.",
        intents="do it\nget it done",
        input_types="Text, image",
        failure_modes="Stops | rare | Start again",
        **{"evidence-0-source": source.pk, "evidence-0-quote": "It does it."},
    )
    assert admin_client.post(address(artifact), data).status_code == 302
    offering = artifact.offerings.get()
    assert (offering.capability, offering.intents, offering.input_types) == (
        capability,
        ["do it", "get it done"],
        ["text", "image"],
    )
    assert offering.failure_modes == [{"mode": "Stops", "frequency": "rare", "mitigation": "Start again"}]
    assert (offering.evidence.get().source, offering.evidence.get().quote) == (source, "It does it.")


def test_one_new_source_for_several_rows_is_made_once(admin_client: Client, artifact: Artifact) -> None:
    url = "new:https://example.org/readme"
    first = with_offering(
        admin_client, artifact, capability=make_capability().pk, title="One", description="One.",
        **{"evidence-0-source": url},
    )  # fmt: skip
    first |= {"facts-TOTAL_FORMS": "1", "facts-0-name": "version", "facts-0-value": "2", "facts-0-source": url}
    first |= {"facts-0-origin": "editor"}
    assert admin_client.post(address(artifact), first).status_code == 302
    source = Source.objects.get(url="https://example.org/readme")
    assert artifact.facts.get().source == source
    assert Evidence.objects.get().source == source


def test_who_may_not_make_capabilities_cannot_by_typing_either(client: Client, artifact: Artifact) -> None:
    user = erin()
    user.user_permissions.remove(*user.user_permissions.filter(codename="add_capability"))
    client.force_login(user)
    data = with_offering(client, artifact, capability="new:text.novelty", title="New", description="New.")
    page = client.post(address(artifact), data)
    assert page.status_code == 200
    assert "you need the right to" in page.content.decode()
    assert not artifact.offerings.exists()


def test_evidence_for_an_offering_without_a_name_is_not_lost(admin_client: Client, artifact: Artifact) -> None:
    data = with_offering(admin_client, artifact, **{"evidence-0-source": make_source().pk, "evidence-0-quote": "Said"})
    page = admin_client.post(address(artifact), data)
    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="Said"' in text
    assert "This field is required." in text


def test_an_error_in_evidence_is_shown_and_nothing_is_saved(admin_client: Client, artifact: Artifact) -> None:
    data = with_offering(
        admin_client, artifact, capability=make_capability().pk, title="T", description="D",
        **{"evidence-0-quote": "Said where?"},
    )  # fmt: skip
    page = admin_client.post(address(artifact), data)
    assert page.status_code == 200
    assert "Its evidence needs another look." in page.content.decode()
    assert not Offering.objects.exists()


def test_an_error_below_a_fold_opens_it(admin_client: Client, artifact: Artifact) -> None:
    offering = make_offering(artifact=artifact)
    data = opened(admin_client, artifact) | {"offerings-0-input_types": "smell"}
    page = admin_client.post(address(artifact), data)
    assert page.status_code == 200
    before, _, after = page.content.decode().partition('id="id_offerings-0-input_types_error"')
    assert after
    assert before.count("<details") - before.count("</details") == 1, "only the offering itself folds around it"
    assert "open" in before[before.rindex("<details") : before.rindex("<details") + 60]
    offering.refresh_from_db()
    assert offering.input_types == ["text"]


def test_evidence_is_changed_and_removed_where_it_stands(admin_client: Client, artifact: Artifact) -> None:
    offering = make_offering(artifact=artifact)
    make_evidence(offering=offering, quote="First")
    make_evidence(offering=offering, quote="Second")
    data = opened(admin_client, artifact)
    quotes = {data[f"offerings-0-evidence-{n}-quote"]: n for n in (0, 1)}
    data |= {f"offerings-0-evidence-{quotes['First']}-quote": "Mended"}
    data |= {f"offerings-0-evidence-{quotes['Second']}-DELETE": "on"}
    assert admin_client.post(address(artifact), data).status_code == 302
    assert [row.quote for row in offering.evidence.all()] == ["Mended"]


def test_an_offering_goes_with_its_evidence(admin_client: Client, artifact: Artifact) -> None:
    make_evidence(offering=make_offering(artifact=artifact))
    data = opened(admin_client, artifact) | {"offerings-0-DELETE": "on"}
    assert admin_client.post(address(artifact), data).status_code == 302
    assert not Offering.objects.exists()
    assert not Evidence.objects.exists()


def test_a_public_fact_changes_with_a_reason(admin_client: Client) -> None:
    from tests.factories import make_fact

    public = make_artifact()
    make_fact(artifact=public, name="version", value="1")
    data = opened(admin_client, public) | {"facts-0-value": "2"}
    page = admin_client.post(address(public), data)
    assert page.status_code == 200
    assert "Say why it changes" in page.content.decode()
    assert admin_client.post(address(public), data | {"why": "Released."}).status_code == 302
    fact = public.facts.get()
    assert (fact.value, fact.history.first().history_change_reason) == ("2", "Released.")


def test_the_form_takes_as_many_queries_however_many_rows_there_are(
    admin_client: Client, artifact: Artifact, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(40) as seen:
            admin_client.get(address(artifact))
        return len(seen)

    def rows() -> None:
        from tests.factories import make_fact, make_price

        make_evidence(offering=make_offering(artifact=artifact))
        make_fact(artifact=artifact, name="version", value="1")
        make_price(artifact=artifact)

    rows()
    queries()  # the first one of a process also looks up what Django keeps from then on
    few = queries()
    for _ in range(5):
        rows()
    assert queries() == few
