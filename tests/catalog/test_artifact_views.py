"""How often an artifact's page is looked at: whoever looks, by network and day, without a word of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from catalog.artifact_views import VIEWS
from catalog.models import Artifact, ArtifactTally
from catalog.publishing import rename_slug
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/artifacts/scribe/"


@pytest.fixture
def scribe() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe")


def written() -> list[tuple[str, int]]:
    VIEWS.write()
    return list(ArtifactTally.objects.order_by("artifact").values_list("artifact__slug", "views"))


def look(path: str = PAGE, *, agent: str = BROWSER, **more: str) -> object:
    return Client().get(path, headers={"user-agent": agent}, **more)


def test_a_page_made_one_kept_and_one_unchanged_are_three_looks(scribe: Artifact) -> None:
    made = Client().get(PAGE, headers={"user-agent": BROWSER}, REMOTE_ADDR="192.0.2.1")
    look(REMOTE_ADDR="192.0.2.2")
    again = Client().get(PAGE, headers={"user-agent": BROWSER, "if-none-match": made["ETag"]}, REMOTE_ADDR="192.0.2.3")
    assert again.status_code == 304
    assert written() == [("scribe", 3)]


def test_a_network_counts_once_a_day(scribe: Artifact) -> None:
    for _ in range(3):
        look()
    assert written() == [("scribe", 1)]


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"])
def test_programs_do_not_look(scribe: Artifact, agent: str) -> None:
    look(agent=agent)
    assert written() == []


@pytest.mark.parametrize("path", ["/artifacts/", "/artifacts/nobody/", "/artifacts/scribe/rank/", "/"])
def test_other_pages_are_not_its_own(scribe: Artifact, path: str) -> None:
    look(path)
    assert written() == []


def test_an_old_address_leads_on_and_is_no_look_by_itself(scribe: Artifact) -> None:
    rename_slug(scribe, "scribe-two")
    assert look().status_code == 301  # type: ignore[attr-defined]
    assert written() == []


def test_what_is_gone_by_the_time_it_is_written_is_dropped(scribe: Artifact) -> None:
    look()
    Artifact.objects.filter(pk=scribe.pk).update(lifecycle="draft")
    assert written() == []


def test_days_that_nobody_reads_any_more_are_thrown_away(scribe: Artifact) -> None:
    today = timezone.now().date()
    for ago in (0, 401):
        ArtifactTally.objects.create(artifact=scribe, day=today - dt.timedelta(days=ago), views=1)
    VIEWS.throw_away_old(now=timezone.now())
    assert ArtifactTally.objects.count() == 1
