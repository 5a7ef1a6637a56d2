"""The match graph at the desk: intents are named, blocked, merged and split; feedback is left out and let in again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import Artifact
from ranking import setting_aside
from ranking.graph import curating, folding
from ranking.graph.digest import digest
from ranking.models import Exclusion, Intent, Pin, Search
from tests.factories import make_artifact
from tests.ranking.graph.events import NOW, choose, search

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
def two() -> tuple[Artifact, Artifact]:
    return make_artifact(name="Scribe", slug="scribe"), make_artifact(name="Painter", slug="painter")


@pytest.fixture
def intent(two: tuple[Artifact, Artifact]) -> Intent:
    for who in range(12):
        one = search("draw a logo" if who < 8 else "draw me a logo", *two, who=who, ago=1 + who % 4)
        choose(one, two[who % 2])
    folding.fold(now=NOW)
    return Intent.objects.get()


def page(intent: Intent) -> str:
    return f"/admin/ranking/intent/{intent.pk}/"


def test_an_intent_shows_what_was_said_and_what_it_led_to(senior, intent):
    body = senior.get(page(intent)).content.decode()
    for told in ("draw me a logo", "Scribe", "Painter", "12 independent people", "12 searches"):
        assert told in body


def test_a_name_stays_and_its_absence_gives_the_typical_one_back(senior, intent):
    senior.post(page(intent), {"rename": "1", "name": "Design a logo"})
    search("draw a logo", ago=0.5, who=50)
    folding.refold(now=NOW)
    intent.refresh_from_db()
    assert (intent.name, intent.is_named) == ("Design a logo", True)
    senior.post(page(intent), {"rename": "1", "name": " "})
    intent.refresh_from_db()
    assert (intent.name, intent.is_named) == ("draw a logo", False)


def test_a_blocked_one_is_shown_nowhere_until_it_is_unblocked(senior, intent):
    senior.post(page(intent), {"block": "1"})
    assert senior.get(f"/intents/{intent.slug}/").status_code == 404
    senior.post(page(intent), {"unblock": "1"})
    assert senior.get(f"/intents/{intent.slug}/").status_code == 200


def test_merging_and_taking_out_again(senior, intent, two):
    search("paint an emblem", *two, ago=1)
    folding.fold(now=NOW)
    other = Intent.objects.exclude(pk=intent.pk).get()
    senior.post(page(other), {"merge": "1", "into": intent.slug})
    other.refresh_from_db()
    assert other.merged_into == intent
    senior.post(page(other), {"unmerge": "1"})
    other.refresh_from_db()
    assert other.merged_into is None


def test_a_merge_never_goes_round_in_a_circle(senior, intent, two):
    search("paint an emblem", *two, ago=1)
    folding.fold(now=NOW)
    other = Intent.objects.exclude(pk=intent.pk).get()
    curating.merge(other, intent)
    for into in (other.slug, intent.slug, "nobody", "", "9" * 30, "a\x00b"):
        response = senior.post(page(intent), {"merge": "1", "into": into}, follow=True)
        assert 'class="error"' in response.content.decode(), into
    intent.refresh_from_db()
    assert intent.merged_into is None


def test_queries_are_split_off_and_stay_so(senior, intent, two):
    phrase = Search.objects.filter(text="draw me a logo").values_list("phrase", flat=True).first()
    senior.post(page(intent), {"split": "1", "phrases": [phrase]})
    folding.fold(now=NOW)
    assert set(intent.searches.values_list("text", flat=True)) == {"draw a logo"}
    search("draw me a logo", *two, who=70, ago=0.5)
    folding.fold(now=NOW)
    assert set(intent.searches.values_list("text", flat=True)) == {"draw a logo"}
    assert Pin.objects.get().made_by is not None


def test_something_has_to_stay_and_something_has_to_go(senior, intent):
    phrases = list(Search.objects.values_list("phrase", flat=True).distinct())
    for given in ([], phrases, ["nonsense"]):
        senior.post(page(intent), {"split": "1", "phrases": given})
    assert not Pin.objects.exists()


def set_one(client: Client, **given: str) -> Any:
    asked = {"subject": "actor", "value": "", "since": "", "upto": "", "why": "Bought.", **given}
    shown = client.post("/admin/ranking/exclusion/set/", asked)
    context = shown.context or {}
    return client.post("/admin/ranking/exclusion/set/", {**asked, "shown": context.get("shown", "")}, follow=True)


def test_a_quarantine_is_seen_before_it_is_set_and_lifted_exactly(senior, intent):
    before = digest()
    actor = f"{3:016x}"
    seen = senior.post("/admin/ranking/exclusion/set/", {"subject": "actor", "value": actor, "why": "Bought."})
    assert "1 search and 1 act of feedback" in " ".join(seen.content.decode().split())
    assert not Exclusion.objects.exists()
    set_one(senior, value=actor)
    folding.fold(now=NOW)
    assert digest() != before
    it = Exclusion.objects.get()
    senior.post(f"/admin/ranking/exclusion/{it.pk}/", {"lift": "1", "why": "A mistake."})
    folding.fold(now=NOW)
    assert digest() == before


@pytest.mark.parametrize(
    "given",
    [
        {"value": ""},
        {"subject": "span"},
        {"subject": "span", "since": "2026-11-16T00:00", "upto": "2026-11-15T00:00"},
        {"value": "a", "why": " "},
        {"subject": "nonsense", "value": "a"},
    ],
)
def test_a_quarantine_that_makes_no_sense_is_refused(senior, intent, given):
    set_one(senior, **given)
    assert not Exclusion.objects.exists()


def test_a_large_one_takes_two_people(senior, client, intent, monkeypatch):
    monkeypatch.setattr(setting_aside, "ALONE_NUMBER", 2)
    set_one(senior, subject="span", since="2026-11-01T00:00")
    it = Exclusion.objects.get()
    assert it.waits_since is not None
    senior.post(f"/admin/ranking/exclusion/{it.pk}/", {"confirm": "1"})
    it.refresh_from_db()
    assert it.waits_since is not None, "not by whoever asked for it"
    second = Client()
    second.force_login(person("Senior editor", "second"))
    second.post(f"/admin/ranking/exclusion/{it.pk}/", {"confirm": "1"})
    it.refresh_from_db()
    assert it.waits_since is None


def test_crowds_and_loud_networks_are_shown_with_a_way_to_quarantine_them(senior, two):
    more = [*two, make_artifact(name="Third", slug="third")]
    for who in range(8):
        for place, artifact in enumerate(more):
            one = search(f"need {place}", *more, who=who, ago=2 + who / 500)
            choose(one, artifact)
    for n in range(20):
        choose(search(f"other {n}", two[0], who=90, ago=3 + n / 10), two[0])
    body = senior.get("/admin/ranking/feedback/suspicious/").content.decode()
    assert "Crowds that act as one" in body
    assert f"?subject=network&amp;value={90:016x}" in body


def test_nothing_suspicious_is_said(senior):
    assert "Nothing looks bought." in senior.get("/admin/ranking/feedback/suspicious/").content.decode()


def test_needs_that_nothing_serves_are_a_queue(senior, two):
    for who in range(3):
        search("fold proteins", *two, who=who, ago=1, answered=False)
    folding.fold(now=NOW + dt.timedelta(seconds=5))
    assert "fold proteins" in senior.get("/admin/queue/unmet/").content.decode()
