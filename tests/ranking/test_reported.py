"""A reader reports a cell of a comparison: what stands there goes along, to the queue and the page of the report."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import Artifact, Report
from tests.factories import make_artifact, make_capability, make_fact, make_offering, make_source
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
WORDS = "The window is 64K, as the card says."
CELL = {"about": "/compare/egret-vs-heron/", "row": "context_window", "of": "heron"}


@pytest.fixture(autouse=True)
@remembered
def pair() -> list[Artifact]:
    made = [
        make_artifact(slug="egret", name="Egret", kind="model"),
        make_artifact(slug="heron", name="Heron", kind="model"),
    ]
    make_fact(artifact=made[1], name="context_window", value=65_536)
    return made


def asked(client: Client, **parameters: str) -> Any:
    return client.get("/report/", parameters)


def send(client: Client, parameters: dict[str, str]) -> Report:
    answer = client.post("/report/", {"section": "facts", "text": WORDS, "website": ""}, query_params=parameters)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.get(code=answer["Location"].split("/")[-2])


def test_the_reader_sees_which_cell_is_meant_before_sending(client: Client) -> None:
    page = asked(client, **CELL).content.decode()
    assert 'href="/compare/egret-vs-heron/#row-context_window"' in page
    assert "Heron" in page
    assert "65\u202f536 tokens" in page
    assert '<option value="facts" selected>' in page


def test_a_report_belongs_to_the_artifact_of_the_cell_and_keeps_what_stood_there(
    client: Client, pair: list[Artifact]
) -> None:
    report = send(client, CELL)
    assert (report.artifact, report.row, report.address) == (pair[1], "context_window", CELL["about"])
    assert report.shown == "Context window of Heron: 65\u202f536 tokens"
    assert report.place == "/compare/egret-vs-heron/#row-context_window"


def test_the_editor_finds_the_cell_in_the_queue_and_the_row_on_the_report(client: Client) -> None:
    report = send(client, CELL)
    editor, desk = User.objects.create_user("editor", is_staff=True), Client()
    editor.groups.add(Group.objects.get(name="Editor"))
    desk.force_login(editor)
    assert report.shown in desk.get("/admin/queue/reports/").content.decode()
    page = desk.get(f"/admin/catalog/report/{report.pk}/").content.decode()
    assert report.shown in page
    assert 'href="/compare/egret-vs-heron/#row-context_window"' in page
    assert report.shown in client.get(f"/reports/{report.code}/").content.decode()


@pytest.mark.parametrize(
    ("row", "shown", "section"),
    [("released", "4 May 2026", "facts"), ("capability.wading", "Wades in shallows", "capabilities")],
)
def test_any_cell_can_be_reported(client: Client, pair: list[Artifact], row: str, shown: str, section: str) -> None:
    make_fact(artifact=pair[1], name="released", value="2026-05-04")
    wading = make_capability(slug="wading", name="Wading", key="bird.wading")
    make_offering(artifact=pair[1], capability=wading, title="Wades in shallows")
    page = asked(client, **{**CELL, "row": row}).content.decode()
    assert f'<option value="{section}" selected>' in page
    report = send(client, {**CELL, "row": row})
    assert report.row == row
    assert report.shown.endswith(f"of Heron: {shown}")


def test_a_disputed_value_is_reported_as_disputed(client: Client, pair: list[Artifact]) -> None:
    make_fact(artifact=pair[1], name="context_window", value=32_768, source=make_source())
    assert "(disputed)" in send(client, CELL).shown


@pytest.mark.parametrize(
    "changed",
    [
        {"row": "no_such_row"},
        {"row": ""},
        {"row": "x" * 5_000},
        {"row": "'\"><script>"},
        {"of": "stork"},
        {"of": ""},
        {"of": "nobody"},
        {"about": "/compare/egret-vs-nobody/"},
        {"about": "/compare/egret/"},
        {"about": "/compare/a-vs-b-vs-c-vs-d-vs-e-vs-heron/"},
        {"about": "/artifacts/heron/"},
        {"about": "https://example.org/compare/egret-vs-heron/"},
    ],
    ids=str,
)
def test_a_cell_that_is_not_there_is_left_out_and_said_so(client: Client, changed: dict[str, str]) -> None:
    """The report itself is taken all the same: whoever reports is not to blame for a bad link."""
    make_artifact(slug="stork")
    parameters = {**CELL, **changed}
    page = asked(client, **parameters)
    assert page.status_code == 200
    assert "The page has no such row" in page.content.decode()
    assert "<script>" not in page.content.decode().replace("<script src", "")
    report = send(client, parameters)
    assert (report.row, report.shown) == ("", "")


def test_the_same_words_about_two_cells_are_two_reports(client: Client) -> None:
    first, again = send(client, CELL), send(client, CELL)
    other = send(client, {**CELL, "of": "egret"})
    assert first == again
    assert other != first
