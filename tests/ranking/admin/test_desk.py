"""Ranks at the desk: each thing is done once through its page, recorded with who and why, and refused to others."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import CatalogState, Generation, Reading, Source, Standing
from ranking import drafts, generations, quarantine, setting_aside
from ranking.admin import builds
from ranking.configurations import live_configuration
from ranking.models import (
    Breakdown,
    Build,
    BuildState,
    ComparisonNote,
    Configuration,
    Exclusion,
    Feedback,
    Hold,
    HoldState,
    Intent,
    Quarantine,
    Snapshot,
)
from tests.factories import make_artifact, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def day(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def person(group: str, name: str = "") -> User:
    user = User.objects.create_user(name or group.split()[0].lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def senior(client: Client) -> Client:
    client.force_login(person("Senior editor"))
    return client


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(person("Editor"))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    inline = re.sub(r"</?(b|bdi|code)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", inline)))


def built() -> Build:
    it = generations.build(now=NOW)
    assert it is not None
    return it


def live() -> Generation | None:
    return CatalogState.objects.get(pk=1).live_generation


# --- the score lab ----------------------------------------------------------------------------------------------------


def test_a_draft_is_begun_edited_tried_and_published(senior: Client) -> None:
    make_ranked(6)
    began = senior.post("/admin/ranking/configuration/new/")
    draft = Configuration.objects.get(version="2")
    place = f"/admin/ranking/configuration/{draft.pk}/"
    assert began["Location"] == place
    numbers = draft.text.replace("new_stars: 0.20", "new_stars: 0.02", 1)
    sent = {"text": numbers.replace("\n", "\r\n"), "was": drafts.digest_of(draft.text), "save": "1"}
    assert senior.post(place, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.text == numbers
    page = text(senior.get(place))
    assert "new_stars: 0.02" in page
    assert "Try it" in page
    tried = text(senior.get(f"{place}try/"))
    assert "Tried on all 6 artifacts." in tried
    assert "New stars −" in tried
    assert "Not enough history" in tried
    assert senior.post(f"{place}publish/", {"why": " "}).status_code == 200
    assert live_configuration(now=NOW).version == "1"
    assert senior.post(f"{place}publish/", {"why": "Stars are bought."}).status_code == 302
    assert live_configuration(now=NOW) == draft
    page = text(senior.get(place))
    assert "senior: Published. Stars are bought." in page
    assert "Live since 16 November 2026, 12:00: Stars are bought." in page
    assert "<textarea" not in senior.get(place).content.decode()


def test_a_broken_draft_keeps_its_text_and_says_the_lines(senior: Client) -> None:
    draft = drafts.new_draft(now=NOW)
    place = f"/admin/ranking/configuration/{draft.pk}/"
    broken = draft.text.replace("deviation: 15", "deviation: many", 1)
    senior.post(place, {"text": broken, "was": drafts.digest_of(draft.text), "save": "1"})
    page = text(senior.get(place))
    line = broken[: broken.index("deviation: many")].count("\n") + 1
    assert f"Line {line}, scale: {{typical: 50, deviation: many, limit: 3.3}}: “deviation” is missing or no" in page
    assert "Try it" not in page
    assert senior.get(f"{place}try/").status_code == 302
    assert senior.post(f"{place}publish/", {"why": "It is better."}).status_code == 200
    assert live_configuration(now=NOW).version == "1"
    assert "deviation: many" in page


@pytest.mark.parametrize(
    "sent",
    ["", "[", "version: 2", "a: &a [*a]", "[" * 50_000, "a: " * 5_000, "- " * 500, "\ufeff{}", "x" * 300_000, "k: 3\0"],
)  # fmt: skip
def test_no_text_breaks_the_page(senior: Client, sent: str) -> None:
    draft = drafts.new_draft(now=NOW)
    place = f"/admin/ranking/configuration/{draft.pk}/"
    answer = senior.post(place, {"text": sent, "was": drafts.digest_of(draft.text), "save": "1"})
    assert answer.status_code in (200, 302)
    assert senior.get(place).status_code == 200
    assert senior.get(f"{place}publish/").status_code == 200
    assert senior.get("/admin/ranking/configuration/").status_code == 200


def test_what_two_editors_save_at_once_is_not_lost(senior: Client) -> None:
    draft = drafts.new_draft(now=NOW)
    place, was = f"/admin/ranking/configuration/{draft.pk}/", drafts.digest_of(draft.text)
    senior.post(place, {"text": "theirs", "was": was, "save": "1"})
    answer = text(senior.post(place, {"text": "mine, typed for an hour", "was": was, "save": "1"}))
    assert "Somebody else has saved it meanwhile" in answer
    assert "mine, typed for an hour" in answer
    draft.refresh_from_db()
    assert draft.text == "theirs"


def test_a_published_formula_cannot_be_saved_over_or_thrown_away(senior: Client) -> None:
    row = live_configuration(now=NOW)
    place = f"/admin/ranking/configuration/{row.pk}/"
    senior.post(place, {"text": "other", "was": drafts.digest_of(row.text), "save": "1"})
    senior.post(place, {"discard": "1"})
    assert Configuration.objects.get(pk=row.pk).text == row.text


def test_a_draft_is_thrown_away(senior: Client) -> None:
    draft = drafts.new_draft(now=NOW)
    senior.post(f"/admin/ranking/configuration/{draft.pk}/", {"discard": "1"})
    assert not Configuration.objects.filter(pk=draft.pk).exists()


def test_an_editor_reads_and_tries_and_changes_nothing(editor: Client) -> None:
    draft = drafts.new_draft(now=NOW)
    place, was = f"/admin/ranking/configuration/{draft.pk}/", draft.text
    assert "new_stars" in text(editor.get(place))
    assert editor.get(f"{place}try/").status_code == 200
    for address, sent in (
        (place, {"text": "x", "save": "1"}),
        (place, {"discard": "1"}),
        (f"{place}publish/", {"why": "y"}),
    ):
        assert editor.post(address, sent).status_code == 403
    draft.refresh_from_db()
    assert (draft.text, draft.state) == (was, "draft")


# --- generations ------------------------------------------------------------------------------------------------------


def test_a_generation_is_built_and_an_earlier_one_made_live_again(senior: Client) -> None:
    make_ranked(4)
    first = built()
    assert senior.post("/admin/ranking/build/now/").status_code == 302
    second = Build.objects.get(number=first.number + 1)
    assert live() == second.generation
    assert "senior: Built by hand." in text(senior.get(f"/admin/ranking/build/{second.pk}/"))
    place = f"/admin/ranking/build/{first.pk}/live/"
    assert f'href="{place}"' in senior.get(f"/admin/ranking/build/{first.pk}/").content.decode()
    assert senior.post(place, {"why": ""}).status_code == 200
    assert live() == second.generation
    assert senior.post(place, {"why": "The last one took a broken import in."}).status_code == 302
    assert live() == first.generation
    page = text(senior.get(f"/admin/ranking/build/{first.pk}/"))
    assert f"senior: Made live in place of generation {second.number}. The last one took a broken import in." in page
    assert "Live: readers see it" in page
    stands = text(senior.get("/admin/ranking/build/"))
    assert re.search(rf"Generation {first.number} live ", stands)


def test_what_is_no_longer_kept_or_was_refused_cannot_go_live(senior: Client) -> None:
    make_ranked(2)
    gone = built()
    built()
    last = built()
    refused = Build.objects.create(
        number=90, configuration=gone.configuration, as_of=NOW, inputs="", started_at=NOW, state=BuildState.REFUSED,
        problems="The median rank of repo is 90.0; typical would be 50.",
    )  # fmt: skip
    for row in (gone, refused, last):
        assert "Make it live again" not in text(senior.get(f"/admin/ranking/build/{row.pk}/"))
        senior.post(f"/admin/ranking/build/{row.pk}/live/", {"why": "Because."})
        assert live() == last.generation
    assert "The median rank of repo is 90.0" in text(senior.get(f"/admin/ranking/build/{refused.pk}/"))


def test_a_large_catalog_is_built_in_the_background(
    senior: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    make_ranked(2)
    monkeypatch.setattr(builds, "SMALL", 3)
    with django_capture_on_commit_callbacks() as waiting:
        assert senior.post("/admin/ranking/build/now/").status_code == 302
    assert not Build.objects.exists()
    assert len(waiting) == 1


# --- held readings ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hold() -> Hold:
    make_ranked(3)
    artifact = make_artifact(kind="repo", name="Heron")
    add_history(artifact, make_source(title="The counter"), stars=4_000, monthly=30, burst=3_000)
    built()
    return Hold.objects.get(artifact=artifact)


def test_a_burst_waits_in_its_queue_and_is_accepted_with_a_reason(editor: Client, hold: Hold) -> None:
    assert re.search(r"\b1 Held readings", text(editor.get("/admin/")))
    assert "Heron" in text(editor.get("/admin/queue/held/"))
    place = f"/admin/ranking/hold/{hold.pk}/"
    page = text(editor.get(place))
    assert "says The counter" in page
    assert 'aria-label="Stars: from' in editor.get(place).content.decode(), "the curve says in words what it shows"
    assert f"{hold.held:,.0f} more" in page
    assert editor.post(place, {"accept": "1", "why": ""}).status_code == 200
    assert editor.post(place, {"accept": "1", "why": "A talk."})["Location"] == "/admin/queue/held/"
    hold.refresh_from_db()
    assert (hold.state, hold.why, str(hold.decided_by)) == (HoldState.ACCEPTED, "A talk.", "editor")
    assert "Nothing waits here." in text(editor.get("/admin/queue/held/"))
    assert "editor: Accepted. A talk." in text(editor.get(place))
    assert "Stars of Heron Worked on: Accepted. A talk. editor" in text(editor.get("/admin/activity/"))
    again = text(editor.post(place, {"keep": "1", "why": "No."}))
    assert "It has been decided meanwhile" in again


def test_a_burst_is_held_on(editor: Client, hold: Hold) -> None:
    editor.post(f"/admin/ranking/hold/{hold.pk}/", {"keep": "1", "why": "Bought."})
    hold.refresh_from_db()
    assert (hold.state, hold.why) == (HoldState.KEPT, "Bought.")


def test_the_number_of_queries_of_the_queue_does_not_grow(
    editor: Client, hold: Hold, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        Hold.objects.create(
            artifact=make_artifact(), signal="stars", reason="burst", held=9, counted=1, seen_on=NOW, until=NOW
        )
    with django_assert_max_num_queries(8):
        editor.get("/admin/queue/held/")


# --- quarantine -------------------------------------------------------------------------------------------------------


def test_readings_are_quarantined_from_their_source_after_their_number_was_seen(senior: Client) -> None:
    make_ranked(3)
    source = Source.objects.get()
    place = f"/admin/ranking/quarantine/of/{source.pk}/"
    assert place in senior.get(f"/admin/catalog/source/{source.pk}/change/").content.decode()
    sent = {"since": "2026-10-01", "upto": "", "why": "Broken."}
    first = senior.post(place, sent)
    reach = quarantine.reach(source, since=dt.date(2026, 10, 1), upto=None)
    assert f"{reach.readings} readings of 3 artifacts would be left out" in text(first)
    assert not Quarantine.objects.exists()
    # Other days than those that were shown are shown first.
    senior.post(place, {**sent, "since": "2026-09-01", "shown": "2026-10-01.."})
    assert not Quarantine.objects.exists()
    assert senior.post(place, {**sent, "shown": "2026-10-01.."}).status_code == 302
    it = Quarantine.objects.get()
    assert (it.since, it.upto, it.why, str(it.set_by)) == (dt.date(2026, 10, 1), None, "Broken.", "senior")
    page = f"/admin/ranking/quarantine/{it.pk}/"
    assert f"senior: Set: {reach.readings} readings of 3 artifacts. Broken." in text(senior.get(page))
    senior.post(page, {"lift": "1", "why": ""})
    it.refresh_from_db()
    assert it.lifted_at is None
    senior.post(page, {"lift": "1", "why": "Mended."})
    it.refresh_from_db()
    assert (it.lifted_why, str(it.lifted_by)) == ("Mended.", "senior")
    assert "senior: Lifted. Mended." in text(senior.get(page))


def test_a_large_one_waits_for_somebody_else(senior: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_aside, "ALONE_NUMBER", 1)
    make_ranked(3)
    place = f"/admin/ranking/quarantine/of/{Source.objects.get().pk}/"
    answer = text(senior.post(place, {"why": "Broken."}))
    assert "a second senior editor has to confirm it" in answer
    senior.post(place, {"why": "Broken.", "shown": ".."})
    it = Quarantine.objects.get()
    page = f"/admin/ranking/quarantine/{it.pk}/"
    senior.post(page, {"confirm": "1"})
    it.refresh_from_db()
    assert it.waits_since is not None
    assert "somebody else has to confirm it" in text(senior.get(page))
    other = Client()
    other.force_login(person("Senior editor", "second"))
    other.post(page, {"confirm": "1"})
    it.refresh_from_db()
    assert (it.waits_since, str(it.confirmed_by)) == (None, "second")


def test_an_editor_sees_quarantines_and_sets_none(editor: Client) -> None:
    source = make_source()
    it = Quarantine.objects.create(source=source, why="Broken.", set_at=NOW)
    page = f"/admin/ranking/quarantine/{it.pk}/"
    assert "Broken." in text(editor.get(page))
    assert editor.post(page, {"lift": "1", "why": "Mended."}).status_code == 403
    assert editor.post(f"/admin/ranking/quarantine/of/{source.pk}/", {"why": "x", "shown": ".."}).status_code == 403
    assert "Quarantine its readings" not in text(editor.get(f"/admin/catalog/source/{source.pk}/change/"))
    assert Quarantine.objects.filter(lifted_at=None).count() == 1


# --- what was done ----------------------------------------------------------------------------------------------------


def test_what_was_done_to_ranks_is_told_among_what_editors_did(senior: Client) -> None:
    """Also what is gone: a draft that was thrown away keeps its name there, and leads nowhere."""
    make_ranked(2)
    senior.post("/admin/ranking/build/now/")
    senior.post("/admin/ranking/configuration/new/")
    draft = Configuration.objects.get(version="2")
    senior.post(f"/admin/ranking/configuration/{draft.pk}/", {"discard": "1"})
    response = senior.get("/admin/activity/")
    page = text(response)
    build = Build.objects.get()
    assert f"{build} Worked on: Built by hand. senior" in page
    assert "Formula 2 Worked on: Thrown away. senior" in page
    assert f'href="/admin/ranking/build/{build.pk}/change/"' in response.content.decode()
    assert f"/admin/ranking/configuration/{draft.pk}/" not in response.content.decode()
    assert "Thrown away." in text(senior.get("/admin/activity/senior/"))


# --- nobody types a rank ----------------------------------------------------------------------------------------------

#: What a rank is, and what it rests on.
RANKS = (Standing, Generation, Breakdown, Snapshot, CatalogState, Reading)


def test_ranks_and_readings_have_no_form_at_the_desk_for_an_administrator_either(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    row, *_ = make_ranked(3)
    built()
    before = list(Standing.objects.order_by("pk").values_list()), list(Reading.objects.order_by("pk").values_list())
    for model in RANKS:
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pk = model._default_manager.values_list("pk", flat=True).first() or 1
        for address in (place, f"{place}add/", f"{place}{pk}/change/", f"{place}{pk}/delete/"):
            assert client.get(address).status_code == 404, address
            assert client.post(address, {"score": "100", "value": "1e9", "post": "yes"}).status_code == 404, address
    # An artifact's own form takes no score along.
    client.post(f"/admin/catalog/artifact/{row.pk}/change/", {"score": "100", "standings-0-score": "100"})
    assert before == (
        list(Standing.objects.order_by("pk").values_list()), list(Reading.objects.order_by("pk").values_list())
    )  # fmt: skip


def test_no_form_of_the_desk_has_them_as_rows_or_fields() -> None:
    for its in admin.site._registry.values():
        assert its.model not in RANKS
        assert not {inline.model for inline in its.inlines} & set(RANKS)


def test_nothing_of_ranks_is_added_changed_or_deleted_by_the_admins_own_forms(rf: Any) -> None:
    """Notes on comparisons are words, and have a form."""
    request = rf.get("/")
    request.user = User.objects.create_superuser("root")
    ours = [its for model, its in admin.site._registry.items() if model._meta.app_label == "ranking"]
    ours = [its for its in ours if its.model is not ComparisonNote]
    assert {its.model for its in ours} == {Build, Configuration, Exclusion, Feedback, Hold, Intent, Quarantine}
    for its in ours:
        asked = (its.has_add_permission, its.has_change_permission, its.has_delete_permission)
        assert [may(request) for may in asked] == [False, False, False]
        assert its.get_actions(request) == {}
