"""“Change the selected ones…” at the desk, and the page of its job."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.desk import jobs
from catalog.models import Artifact, Job
from tests.cast import erin, sven
from tests.factories import make_artifact, make_category, make_evidence, make_fact, make_offering

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/artifact/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def chosen(*artifacts: Artifact, **said: Any) -> dict[str, Any]:
    return {"action": "change_selected", "_selected_action": [a.pk for a in artifacts], "select_across": "0", **said}


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_from_a_selection_over_its_preview_to_the_change(desk: Client) -> None:
    shelf = make_category(slug="wading")
    one, other, model = make_artifact(kind="app"), make_artifact(kind="app"), make_artifact(kind="model")
    make_fact(artifact=model)
    form = text(desk.post(LIST, {**chosen(one, model), "index": "0"}))
    assert "2 artifacts" in form
    assert one.name in form
    said = chosen(one, model, kind="webapp", shelves_to_add=[shelf.pk], why="They run in a browser.")
    answer = desk.post(LIST, said)
    job = Job.objects.get()
    assert answer["Location"] == f"/admin/catalog/job/{job.pk}/"
    page = text(desk.get(answer["Location"]))
    assert "None refused" not in page
    assert "facts that are none of the kind web app: context window." in page
    page = text(desk.get(answer["Location"] + "?show=changed"))
    assert "<del>App</del> → <ins>Web app</ins>" in page
    assert "<ins>wading</ins>" in page
    assert "Change 1 artifact<" in page
    assert set(Artifact.objects.values_list("kind", flat=True)) == {"app", "model"}, "nothing is written by looking"
    desk.post(answer["Location"], {"write": "1"})
    assert "1 written." in text(desk.get(answer["Location"]))
    kinds = dict(Artifact.objects.values_list("pk", "kind"))
    assert kinds == {one.pk: "webapp", other.pk: "app", model.pk: "model"}
    assert list(shelf.artifacts.all()) == [one]


def test_all_of_a_filtered_list_can_be_changed(desk: Client) -> None:
    """Selected across pages: those that the filter shows, and no others."""
    apps = [make_artifact(kind="app") for _ in range(3)]
    make_artifact(kind="api")
    said = {**chosen(apps[0], licence="MIT", why="Their files say so."), "select_across": "1"}
    form = text(desk.post(f"{LIST}?kind__exact=app", {**said, "why": ""}))
    assert "3 artifacts" in form
    assert 'action="/admin/catalog/artifact/?kind__exact=app"' in form
    desk.post(f"{LIST}?kind__exact=app", said)
    assert sorted(Job.objects.get().asked["ids"]) == [a.pk for a in apps]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"why": "Because."}, "Choose what shall change."),
        ({"kind": "app", "why": " "}, "This field is required."),
        ({"licence": "no licence!", "why": "Because."}, "is not an SPDX expression"),
        ({"kind": "bird", "why": "Because."}, "Select a valid choice"),
        ({"step": "explode", "why": "Because."}, "Select a valid choice"),
        ({"kind": "app", "why": "Because.", "successor": "own"}, "goes with the step “Deprecate” alone"),
        ({"licence": "MIT", "empties_licence": "on", "why": "Because."}, "it is one or the other"),
        ({"step": "schedule", "why": "Because."}, "Say when they shall be published."),
        ({"step": "schedule", "why": "Because.", "at_0": "2020-01-02", "at_1": "10:00"}, "That time has passed"),
        ({"kind": "app", "why": "Because.", "at_0": "2040-01-02", "at_1": "10:00"}, "the step “Schedule” alone"),
        ({"step": "schedule", "why": "Because.", "at_0": "soon", "at_1": "10:00"}, "Enter a valid date"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_form(desk: Client, said: dict[str, Any], words: str) -> None:
    artifact = make_artifact()
    if said.get("successor"):
        said = {**said, "successor": artifact.pk}
    assert words in text(desk.post(LIST, chosen(artifact, **said)))
    assert Job.objects.count() == 0


def test_many_are_scheduled_for_one_time(desk: Client) -> None:
    """From the form over its preview to the time on the listing."""
    artifact = make_artifact(lifecycle="draft", published_at=None, homepage="https://example.org/a")
    make_evidence(offering=make_offering(artifact=artifact))
    said = {"step": "schedule", "at_0": "2040-01-02", "at_1": "09:30", "why": "The day it comes out."}
    address = desk.post(LIST, chosen(artifact, **said))["Location"]
    assert "2 January 2040, 09:30 UTC" in text(desk.get(address))
    desk.post(address, {"write": "1"})
    artifact.refresh_from_db()
    assert artifact.publish_at == dt.datetime(2040, 1, 2, 9, 30, tzinfo=dt.UTC)


def test_the_preview_of_a_withdrawal_names_what_points_at_each(desk: Client) -> None:
    going = make_artifact()
    make_artifact(name="Heron", lifecycle="deprecated", deprecated_by=going)
    address = desk.post(LIST, chosen(going, step="withdraw", why="Old."))["Location"]
    assert "“Heron” is deprecated in favour of it." in text(desk.get(address))


def test_a_shelf_is_not_put_up_and_taken_down_at_once(desk: Client) -> None:
    shelf = make_category(name="Waders")
    said = {"shelves_to_add": [shelf.pk], "shelves_to_leave": [shelf.pk], "why": "Because."}
    assert "“Waders” is to be added as well." in text(desk.post(LIST, chosen(make_artifact(), **said)))


def test_a_step_for_which_somebody_has_no_right_is_not_offered(client: Client) -> None:
    person = User.objects.create_user("somebody", is_staff=True)
    person.groups.add(Group.objects.get(name="Editor"))
    client.force_login(person)
    artifact = make_artifact()
    form = text(client.post(LIST, {**chosen(artifact), "index": "0"}))
    assert 'value="publish"' in form
    assert 'value="withdraw"' not in form
    assert "Select a valid choice" in text(client.post(LIST, chosen(artifact, step="withdraw", why="Old.")))


def test_many_are_left_to_the_background(
    desk: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(jobs, "SMALL", 1)
    made = [make_artifact(), make_artifact()]
    with django_capture_on_commit_callbacks() as callbacks:
        answer = desk.post(LIST, chosen(*made, licence="MIT", why="Because."))
    page = text(desk.get(answer["Location"]))
    assert "data-under-way" in page
    assert "site/js/job.js" in page
    assert "0 of 2. You can leave this page and come back." in page
    for callback in callbacks:
        callback()
    page = text(desk.get(answer["Location"]))
    assert "data-under-way" not in page
    assert "2 would change." in page


def test_only_who_asked_decides_and_others_may_look(desk: Client) -> None:
    job = jobs.ask_edit([make_artifact().pk], jobs.Wanted("Mine.", licence="MIT"), by=sven())
    jobs.run(job.pk)
    page = text(desk.get(f"/admin/catalog/job/{job.pk}/"))
    assert 'name="write"' not in page
    assert "Only sven can say what becomes of it." in page
    assert desk.post(f"/admin/catalog/job/{job.pk}/", {"write": "1"}).status_code == 403
    assert Artifact.objects.get().licence == ""


def test_an_administrator_stops_a_job_of_another_and_writes_nothing_of_it(desk: Client, admin_client: Client) -> None:
    """Whoever asked for it may be away; what it would write stays theirs to say."""
    job = jobs.ask_edit([make_artifact().pk], jobs.Wanted("Mine.", licence="MIT"), by=sven())
    jobs.run(job.pk)
    address = f"/admin/catalog/job/{job.pk}/"
    assert desk.post(address, {"stop": "1"}).status_code == 403
    assert admin_client.post(address, {"write": "1"}).status_code == 403
    page = text(admin_client.get(address))
    assert 'name="stop"' in page
    assert 'name="write"' not in page
    assert admin_client.post(address, {"stop": "1"}).status_code == 302
    job.refresh_from_db()
    assert job.state == "stopped"
    assert 'name="stop"' not in text(admin_client.get(address))


def test_a_job_is_stopped_and_found_in_the_list(desk: Client) -> None:
    job = jobs.ask_edit([make_artifact().pk], jobs.Wanted("Sorted.", licence="MIT"), by=erin())
    jobs.run(job.pk)
    desk.post(f"/admin/catalog/job/{job.pk}/", {"stop": "1"})
    assert "<b>Stopped</b>" in text(desk.get(f"/admin/catalog/job/{job.pk}/"))
    assert "It is not waiting for your word any more" in text(
        desk.post(f"/admin/catalog/job/{job.pk}/", {"write": "1"}, follow=True)
    )
    assert f'href="/admin/catalog/job/{job.pk}/"' in text(desk.get("/admin/catalog/job/"))


@pytest.mark.parametrize(
    "address", ["/admin/catalog/job/{job}/", "/admin/catalog/job/", "/admin/catalog/artifact/import/"]
)
@pytest.mark.parametrize(("group", "status"), [("", 403), ("Editor", 200), ("Senior editor", 200)])
def test_who_may_open_what(client: Client, group: str, status: int, address: str) -> None:
    job = jobs.ask_edit([make_artifact().pk], jobs.Wanted("Sorted.", licence="MIT"), by=erin())
    person = User.objects.create_user("somebody", is_staff=True)
    if group:
        person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    assert client.get(address.format(job=job.pk)).status_code == status


def test_a_job_that_is_not_there_is_404(desk: Client) -> None:
    assert desk.get("/admin/catalog/job/987654/").status_code == 404


def test_a_job_costs_the_same_few_queries_however_much_it_shows(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    made = [make_artifact() for _ in range(30)]
    for artifact in made:
        make_evidence(offering=make_offering(artifact=artifact))
    job = jobs.ask_edit([a.pk for a in made], jobs.Wanted("Sorted.", licence="MIT"), by=erin())
    jobs.run(job.pk)
    with django_assert_max_num_queries(8):
        desk.get(f"/admin/catalog/job/{job.pk}/")
