"""The doors for tables at the desk: a file out, a file in, its errors, and the rows that are written."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.desk import jobs
from catalog.models import Artifact, Job
from tests.cast import erin
from tests.factories import make_artifact, make_category, make_publisher

pytestmark = pytest.mark.django_db
IMPORT = "/admin/catalog/artifact/import/"
EXPORT = "/admin/catalog/artifact/export/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def sent(desk: Client, content: str | bytes, name: str = "table.csv", **said: str) -> Any:
    content = content if isinstance(content, bytes) else content.encode()
    return desk.post(IMPORT, {"table": SimpleUploadedFile(name, content), **said}, follow=True)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_the_filtered_list_is_exported(desk: Client) -> None:
    make_artifact(slug="heron", name="=Heron", kind="app", publisher=make_publisher(slug="acme"), licence="MIT",
                  categories=[make_category(slug="waders"), make_category(slug="birds")])  # fmt: skip
    make_artifact(kind="api")
    page = text(desk.get("/admin/catalog/artifact/?kind__exact=app"))
    assert f'href="{EXPORT}csv/?kind__exact=app"' in page
    answer = desk.get(f"{EXPORT}csv/?kind__exact=app")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="artifacts-')
    (row,) = csv.DictReader(io.StringIO(body(answer), newline=""))
    assert (row["slug"], row["name"], row["publisher"], row["categories"], row["lifecycle"]) == (
        "heron", "'=Heron", "acme", "birds, waders", "published",
    )  # fmt: skip
    assert json.loads(body(desk.get(f"{EXPORT}json/?kind__exact=app")))[0]["name"] == "=Heron"
    assert yaml.safe_load(body(desk.get(f"{EXPORT}yaml/?kind__exact=app")))[0]["categories"] == ["birds", "waders"]


def test_a_selection_is_exported(desk: Client) -> None:
    one, _ = make_artifact(slug="one"), make_artifact(slug="other")
    said = {"action": "export_json", "_selected_action": [one.pk], "index": "0"}
    assert [entry["slug"] for entry in json.loads(body(desk.post("/admin/catalog/artifact/", said)))] == ["one"]


def test_there_is_no_other_format(desk: Client) -> None:
    assert desk.get(f"{EXPORT}xlsx/").status_code == 404


def test_an_export_is_for_who_may_see_the_list(client: Client) -> None:
    person = User.objects.create_user("somebody", is_staff=True)
    client.force_login(person)
    assert client.get(f"{EXPORT}csv/").status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_artifact"))
    assert client.get(f"{EXPORT}csv/").status_code == 200
    assert sent(client, "slug\na\n").status_code == 403


def test_a_table_with_errors_is_shown_with_them_and_not_written(desk: Client) -> None:
    make_artifact(slug="known", name="Old", kind="app")
    page = text(sent(desk, "slug,name,kind\nknown,New,app\nfresh,Fresh,app\nbad,Bad,bird\n"))
    assert "1 new. 1 would change. 0 as they are. 1 refused" in page
    assert "There is no kind “bird”" in page
    assert "<td>4</td>" in page, "the line it stands in"
    assert "Write the good rows, although 1 is refused" in page
    address = Job.objects.get().get_absolute_url()
    assert "<del>Old</del> → <ins>New</ins>" in text(desk.get(f"{address}?show=changed"))
    desk.post(address, {"write": "1"})
    assert list(Artifact.objects.values_list("name", flat=True)) == ["Old"], "without the tick nothing is written"
    desk.post(address, {"write": "1", "good_rows": "1"})
    assert sorted(Artifact.objects.values_list("name", flat=True)) == ["Fresh", "New"]


def test_a_clean_table_is_written_with_its_reason(desk: Client) -> None:
    page = text(sent(desk, "slug,name,kind\nfresh,Fresh,app\n", why="From the survey."))
    assert "None refused." in page
    assert "good_rows" not in page
    desk.post(Job.objects.get().get_absolute_url(), {"write": "1"})
    fresh = Artifact.objects.get()
    assert (fresh.lifecycle, fresh.history.first().history_change_reason) == ("draft", "From the survey.")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "This file is empty."),
        ("slug\nx\n".encode("utf-16"), "a.csv", "This file is UTF-16."),
        ("slug,name\nx,Müller\n".encode("cp1252"), "a.csv", "in line 2, byte 14 of the file is 0xfc"),
        (b"PK\x03\x04", "a.xlsx", "Choose a file whose name ends in .csv"),
        (b"slug,colour\nx,y\n", "a.csv", "There is no column “colour”"),
        (b"{", "a.json", "This is no JSON"),
    ],
)
def test_what_is_no_table_is_said_at_the_file(desk: Client, content: bytes, name: str, words: str) -> None:
    assert words in text(sent(desk, content, name))
    assert Job.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_unread(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.desk.tables.MOST_BYTES", 10)
    assert "This file has more than" in text(sent(desk, "slug,name,kind\na,b,app\n"))


def test_what_the_file_says_is_text_on_the_page(desk: Client) -> None:
    page = text(sent(desk, 'slug,name,kind\nfresh,<script>alert(1)</script>,app\n"<b>",x,app\n'))
    assert "<script>alert" not in page
    assert "“&lt;b&gt;” is no slug" in page


def test_a_long_table_is_left_to_the_background(
    desk: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(jobs, "SMALL", 1)
    with django_capture_on_commit_callbacks() as callbacks:
        page = text(sent(desk, "slug,name,kind\na,A,app\nb,B,app\n"))
    assert "data-under-way" in page
    for callback in callbacks:
        callback()
    assert "2 new." in text(desk.get(Job.objects.get().get_absolute_url()))
