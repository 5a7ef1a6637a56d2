"""Two editors at one form: what only one of them changed is kept, what both changed is asked about."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from catalog.models import Artifact, Evidence, Fact, Offering
from tests.factories import make_artifact, make_capability, make_evidence, make_fact, make_offering
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """Collects what a browser would send back if nobody touched the form."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, Any] = {}
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type")
        if tag == "option" and self.open and "selected" in given:
            self.data[self.open].append(given.get("value") or "")
        elif tag in ("select", "textarea") and name:
            self.open = name
            self.data[name] = [] if tag == "select" else ""
        elif tag == "input" and name and kind == "checkbox":
            self.data |= {name: given.get("value") or "on"} if "checked" in given else {}
        elif tag == "input" and name and kind not in ("submit", "radio"):
            self.data[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.open and isinstance(self.data[self.open], str):
            self.data[self.open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""


def opened(client: Client, artifact: Artifact) -> dict[str, Any]:
    fields = Fields()
    fields.feed(client.get(address(artifact)).content.decode())
    return {
        name: value.removeprefix("\n") if isinstance(value, str) else value
        for name, value in fields.data.items()
        if "__prefix__" not in name
    }


def address(artifact: Artifact) -> str:
    return f"/admin/catalog/artifact/{artifact.pk}/change/"


def choices(response: Any) -> list[str]:
    return sorted(set(re.findall(r'name="(_choice:[^"]+)"', response.content.decode())))


def answered(response: Any, data: dict[str, Any], answer: str) -> dict[str, Any]:
    seen = re.search(r'name="_seen" value="(\w+)"', response.content.decode())
    assert seen
    return data | {"_seen": seen[1]} | {unescape(name): answer for name in choices(response)}


@pytest.fixture
@remembered
def artifact() -> Artifact:
    made = make_artifact(tagline="As it was", description="One line.\nAnother.", lifecycle="draft", published_at=None)
    make_evidence(offering=make_offering(artifact=made, title="First", intents=["one", "two"]), quote="So it says")
    make_fact(artifact=made, name="version", value="1.0")
    return made


def test_a_form_sent_back_untouched_changes_nothing(admin_client: Client, artifact: Artifact) -> None:
    count = {model: model.history.count() for model in (Fact, Offering, Evidence)}
    assert admin_client.post(address(artifact), opened(admin_client, artifact)).status_code == 302
    assert {model: model.history.count() for model in (Fact, Offering, Evidence)} == count
    artifact.refresh_from_db()
    assert (artifact.tagline, artifact.description) == ("As it was", "One line.\nAnother.")
    assert artifact.offerings.get().intents == ["one", "two"]


def test_different_fields_are_both_kept(admin_client: Client, artifact: Artifact) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    assert admin_client.post(address(artifact), theirs | {"tagline": "Theirs"}).status_code == 302
    assert admin_client.post(address(artifact), mine | {"description": "Mine"}).status_code == 302
    artifact.refresh_from_db()
    assert (artifact.tagline, artifact.description) == ("Theirs", "Mine")


def test_the_same_field_asks_and_saves_nothing(admin_client: Client, artifact: Artifact) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"tagline": "Theirs"})
    asked = admin_client.post(address(artifact), mine | {"tagline": "Mine", "description": "Mine as well"})
    assert asked.status_code == 409
    text = asked.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    artifact.refresh_from_db()
    assert (artifact.tagline, artifact.description) == ("Theirs", "One line.\nAnother.")


@pytest.mark.parametrize(("answer", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_answer_decides(admin_client: Client, artifact: Artifact, answer: str, kept: str) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"tagline": "Theirs"})
    mine |= {"tagline": "Mine", "description": "Mine as well"}
    asked = admin_client.post(address(artifact), mine)
    assert admin_client.post(address(artifact), answered(asked, mine, answer)).status_code == 302
    artifact.refresh_from_db()
    assert (artifact.tagline, artifact.description) == (kept, "Mine as well")


def test_a_third_save_while_one_decides_asks_again(admin_client: Client, artifact: Artifact) -> None:
    mine = opened(admin_client, artifact)
    admin_client.post(address(artifact), opened(admin_client, artifact) | {"tagline": "Theirs"})
    asked = admin_client.post(address(artifact), mine | {"tagline": "Mine"})
    admin_client.post(address(artifact), opened(admin_client, artifact) | {"tagline": "Third"})
    again = admin_client.post(address(artifact), answered(asked, mine | {"tagline": "Mine"}, "mine"))
    assert again.status_code == 409
    assert "Third" in again.content.decode()


def test_rows_are_compared_field_by_field(admin_client: Client, artifact: Artifact) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"facts-0-value": "2.0", "offerings-0-title": "Theirs"})
    assert (
        admin_client.post(address(artifact), mine | {"offerings-0-description": "Mine", "facts-0-is_locked": "on"})
    ).status_code == 302
    fact, offering = artifact.facts.get(), artifact.offerings.get()
    assert (fact.value, fact.is_locked) == ("2.0", True)
    assert (offering.title, offering.description) == ("Theirs", "Mine")
    asked = admin_client.post(address(artifact), mine | {"facts-0-value": "3.0"})
    assert asked.status_code == 409
    assert "2.0" in asked.content.decode()


def test_evidence_of_an_offering_is_compared_too(admin_client: Client, artifact: Artifact) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"offerings-0-evidence-0-quote": "Theirs"})
    asked = admin_client.post(address(artifact), mine | {"offerings-0-evidence-0-quote": "Mine"})
    assert asked.status_code == 409
    assert len(choices(asked)) == 1


def test_a_row_they_removed_stays_removed_where_i_did_not_touch_it(admin_client: Client, artifact: Artifact) -> None:
    make_fact(artifact=artifact, name="released", value="2024")
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    index = next(n for n in (0, 1) if mine[f"facts-{n}-name"] == ["released"])
    admin_client.post(address(artifact), theirs | {f"facts-{index}-DELETE": "on"})
    assert admin_client.post(address(artifact), mine | {"tagline": "Mine", "facts-1-value": "1.1"}).status_code == 302
    assert [(fact.name, fact.value) for fact in artifact.facts.all()] == [("version", "1.1")]
    artifact.refresh_from_db()
    assert artifact.tagline == "Mine"


@pytest.mark.parametrize(("answer", "left"), [("mine", ["Mine"]), ("theirs", [])])
def test_a_row_they_removed_and_i_changed_asks(
    admin_client: Client, artifact: Artifact, answer: str, left: list[str]
) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"offerings-0-DELETE": "on"})
    mine |= {"offerings-0-title": "Mine"}
    asked = admin_client.post(address(artifact), mine)
    assert asked.status_code == 409
    assert "It was removed." in asked.content.decode()
    assert admin_client.post(address(artifact), answered(asked, mine, answer)).status_code == 302
    assert [offering.title for offering in artifact.offerings.all()] == left
    assert [row.quote for row in Evidence.objects.all()] == ["So it says"] * len(left)


@pytest.mark.parametrize(("answer", "left"), [("mine", []), ("theirs", ["2.0"])])
def test_a_row_i_removed_and_they_changed_asks(
    admin_client: Client, artifact: Artifact, answer: str, left: list[str]
) -> None:
    mine, theirs = opened(admin_client, artifact), opened(admin_client, artifact)
    admin_client.post(address(artifact), theirs | {"facts-0-value": "2.0"})
    mine |= {"facts-0-DELETE": "on"}
    asked = admin_client.post(address(artifact), mine)
    assert asked.status_code == 409
    assert admin_client.post(address(artifact), answered(asked, mine, answer)).status_code == 302
    assert [fact.value for fact in artifact.facts.all()] == left


@pytest.mark.parametrize("base", ["nonsense:x:y", "cut"])
def test_what_a_page_showed_and_nobody_can_read_any_more_asks_about_all_that_differs(
    admin_client: Client, artifact: Artifact, base: str
) -> None:
    """The key was changed since the form was opened: nobody's words are written over unasked."""
    data = opened(admin_client, artifact) | {"_base": base, "tagline": "Mine"}
    Artifact.objects.filter(pk=artifact.pk).update(tagline="Theirs")
    answer = admin_client.post(address(artifact), data)
    assert answer.status_code == 409
    assert "_choice::tagline" in choices(answer)
    assert "_choice::name" not in choices(answer), "it is as it was"
    assert admin_client.post(address(artifact), answered(answer, data, "mine")).status_code == 302
    assert Artifact.objects.get(pk=artifact.pk).tagline == "Mine"


def test_a_script_that_never_saw_a_form_is_asked_nothing(admin_client: Client, artifact: Artifact) -> None:
    data = opened(admin_client, artifact) | {"_base": "", "tagline": "Mine"}
    assert admin_client.post(address(artifact), data).status_code == 302


def test_any_form_of_the_desk_is_guarded(admin_client: Client) -> None:
    capability = make_capability(name="Searching", description="Once")
    place = f"/admin/catalog/capability/{capability.pk}/change/"
    base = re.search(r'name="_base" value="([^"]+)"', admin_client.get(place).content.decode())
    assert base
    form = {"key": capability.key, "slug": capability.slug, "name": capability.name, "_base": base[1]}
    form |= {"synonyms-TOTAL_FORMS": 0, "synonyms-INITIAL_FORMS": 0}
    assert admin_client.post(place, form | {"description": "Theirs"}).status_code == 302
    assert admin_client.post(place, form | {"description": "Mine"}).status_code == 409
