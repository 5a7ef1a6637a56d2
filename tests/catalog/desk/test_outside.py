"""Links that lead elsewhere: asked through the door to the network, three sorts of answer told apart."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address

import pytest
from django.core.management import call_command

from catalog.desk import mending, outside
from catalog.desk.outside import check_outside
from catalog.models import BrokenLink, OutsideLink
from catalog.network import Door
from catalog.tasks import check_outside_links
from tests.cast import erin
from tests.factories import make_artifact, make_evidence, make_source
from tests.loopback import Loopback, saying

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
PAGE = "https://registry.dev/page"


def day(number: int) -> dt.datetime:
    return NOW + dt.timedelta(days=number)


class Page:
    """What registry.dev answers, which can change from day to day."""

    def __init__(self, loopback: Loopback, status: str = "200 OK") -> None:
        self.loopback, self.status = loopback, status
        loopback.serve("registry.dev", lambda opened, request: saying(f"HTTP/1.1 {self.status}")(opened, request))

    def on(self, number: int, status: str) -> str:
        """Asked on that day: the state of the queue's one row, if there is one."""
        self.status = status
        self.loopback.clock.sleep(24 * 3600)
        check_outside(now=day(number), door=self.loopback.door)
        return ", ".join(BrokenLink.objects.values_list("state", flat=True))


@pytest.fixture
def registry(loopback: Loopback) -> Page:
    return Page(loopback)


def link() -> OutsideLink:
    return OutsideLink.objects.get()


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("200 OK", "present"), ("204 No Content", "present"), ("404 Not Found", "gone"), ("410 Gone", "gone"),
        ("401 Who", "unknown"), ("403 No", "unknown"), ("429 Wait", "unknown"), ("500 Oh", "unknown"),
        ("503 Busy", "unknown"), ("300 Choose", "unknown"), ("451 No", "unknown"),
    ],
)  # fmt: skip
def test_present_gone_and_unknown_are_told_apart(registry: Page, status: str, verdict: str) -> None:
    make_artifact(homepage=PAGE)
    registry.on(1, status)
    assert (link().verdict, link().status) == (verdict, int(status[:3]))


def test_what_does_not_answer_is_unknown_and_so_is_what_we_do_not_ask(loopback: Loopback) -> None:
    make_artifact(homepage="https://silent.dev/", repository="https://127.0.0.1/")
    loopback.answers["inside.dev"] = [ip_address("10.0.0.1")]
    make_artifact(homepage="https://inside.dev/")
    asked = check_outside(now=NOW, door=loopback.door)
    assert asked.verdicts == {"present": 0, "gone": 0, "unknown": 3}
    assert [address for address, _ in loopback.dialled if not address.is_global] == []
    assert BrokenLink.objects.count() == 0


def test_a_page_that_has_moved_is_present_where_it_is_now(loopback: Loopback, registry: Page) -> None:
    make_artifact(homepage="https://mirror.dev/")
    loopback.serve("mirror.dev", saying(f"HTTP/1.1 301 a\nLocation: {PAGE}"))
    registry.on(1, "200 OK")
    assert link().verdict == "present"


# --- the queue --------------------------------------------------------------------------------------------------------


def test_a_page_that_is_gone_on_three_days_is_a_broken_link(registry: Page) -> None:
    artifact = make_artifact(homepage=PAGE)
    assert registry.on(1, "404 Not Found") == ""
    assert registry.on(2, "404 Not Found") == ""
    assert registry.on(3, "404 Not Found") == "open"
    row = BrokenLink.objects.get()
    assert (row.where, row.artifact, row.url) == (f"artifact:{artifact.pk}:homepage", artifact, PAGE)
    assert (row.wrong, row.status, row.found_at) == ("not_found", 404, day(3))


def test_three_times_on_one_day_are_once(registry: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "EVERY", dt.timedelta(0))
    make_artifact(homepage=PAGE)
    for _ in range(4):
        registry.on(1, "404 Not Found")
    assert (link().gone_days, BrokenLink.objects.count()) == (1, 0)


def test_an_error_in_between_says_nothing_and_a_page_begins_anew(registry: Page) -> None:
    make_artifact(homepage=PAGE)
    states = [
        registry.on(number, status)
        for number, status in enumerate(["404 a", "500 a", "404 a", "200 a", "404 a", "410 a", "403 a", "404 a"])
    ]
    assert states == ["", "", "", "", "", "", "", "open"]


def test_what_is_there_again_leaves_the_queue_and_comes_back_when_it_goes(registry: Page) -> None:
    make_artifact(homepage=PAGE)
    states = [registry.on(n, f"{status} a") for n, status in enumerate([404, 404, 404, 200, 404, 404, 404])]
    assert states == ["", "", "open", "mended", "mended", "mended", "open"]
    assert BrokenLink.objects.get().found_at == day(6)


def test_what_an_editor_set_aside_stays_aside(registry: Page) -> None:
    make_artifact(homepage=PAGE)
    for number in range(3):
        registry.on(number, "404 a")
    mending.set_aside(BrokenLink.objects.get(), note="It will come back.", by=erin())
    assert registry.on(4, "404 a") == "aside"
    assert registry.on(5, "200 a") == "aside"


def test_an_address_that_an_editor_replaced_leaves_the_queue(registry: Page) -> None:
    artifact = make_artifact(homepage=PAGE)
    for number in range(3):
        registry.on(number, "404 a")
    artifact.homepage = "https://registry.dev/elsewhere"
    artifact.save()
    assert registry.on(4, "200 a") == "mended"
    assert registry.on(5, "200 a") == "mended"
    assert link().url == "https://registry.dev/elsewhere"


def test_one_address_in_several_places_is_asked_once_and_reported_for_each(registry: Page, loopback: Loopback) -> None:
    artifact = make_artifact(homepage=PAGE, repository=PAGE)
    source = make_source(url=PAGE)
    make_evidence(source=source)
    for number in range(3):
        registry.on(number, "404 a")
    places = {f"artifact:{artifact.pk}:homepage", f"artifact:{artifact.pk}:repository", f"source:{source.pk}:url"}
    assert set(BrokenLink.objects.values_list("where", flat=True)) == places
    asked = [request for request in loopback.asked if "GET /page " in request]
    assert len(asked) == 3


def test_an_editor_can_put_another_address_in_its_place(registry: Page) -> None:
    artifact = make_artifact(homepage=PAGE)
    for number in range(3):
        registry.on(number, "404 a")
    mending.replace(BrokenLink.objects.get(), url="https://registry.dev/there", by=erin())
    artifact.refresh_from_db()
    assert artifact.homepage == "https://registry.dev/there"


def test_a_source_cannot_get_the_address_of_another(registry: Page) -> None:
    """It is told to the editor, who may merge the two."""
    source = make_source(url=PAGE)
    make_source(url="https://registry.dev/other")
    row = BrokenLink.objects.create(where=f"source:{source.pk}:url", url=PAGE, wrong="not_found", status=404)
    with pytest.raises(mending.CannotMend, match=r"(?i)already|constraint"):
        mending.replace(row, url="https://registry.dev/other", by=erin())
    row.refresh_from_db()
    assert row.state == "open"


# --- what is asked, and how often -------------------------------------------------------------------------------------


def test_only_what_readers_see_is_asked(registry: Page, loopback: Loopback) -> None:
    make_artifact(homepage=PAGE, lifecycle="draft", published_at=None)
    make_source(url="https://registry.dev/uncited")
    make_artifact(homepage="http://127.0.0.1:8000/artifacts/")  # our own: links.py knows
    registry.on(1, "200 OK")
    assert (loopback.dialled, OutsideLink.objects.count()) == ([], 0)


def test_what_readers_no_longer_see_is_forgotten(registry: Page) -> None:
    artifact = make_artifact(homepage=PAGE)
    registry.on(1, "200 OK")
    artifact.homepage = ""
    artifact.save()
    registry.on(2, "200 OK")
    assert OutsideLink.objects.count() == 0


def test_the_oldest_are_asked_first_and_no_more_than_so_many(registry: Page, loopback: Loopback) -> None:
    for number in range(5):
        make_artifact(homepage=f"{PAGE}/{number}")
    first = check_outside(now=day(1), most=3, door=loopback.door)
    assert (first.verdicts["present"], first.waiting) == (3, 2)
    second = check_outside(now=day(2), most=3, door=loopback.door)
    assert second.verdicts["present"] == 3
    paths = [request.split()[1] for request in loopback.asked]
    assert paths == ["/page/0", "/page/1", "/page/2", "/page/3", "/page/4", "/page/0"]


def test_run_again_it_asks_for_nothing(registry: Page, loopback: Loopback) -> None:
    make_artifact(homepage=PAGE)
    check_outside(now=NOW, door=loopback.door)
    rows = list(OutsideLink.objects.values())
    again = check_outside(now=NOW + dt.timedelta(hours=1), door=loopback.door)
    assert sum(again.verdicts.values()) == 0
    assert list(OutsideLink.objects.values()) == rows
    assert len(loopback.asked) == 1


def test_a_run_ends_when_its_time_is_over(registry: Page, loopback: Loopback) -> None:
    make_artifact(homepage=PAGE)
    assert check_outside(now=NOW, seconds=-1, door=loopback.door).waiting == 1
    assert loopback.asked == []


def test_one_that_another_run_has_taken_is_left_to_it(
    registry: Page, loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_artifact(homepage=PAGE)
    OutsideLink.objects.create(url=PAGE)
    due = list(outside._due(NOW))
    monkeypatch.setattr(outside, "_due", lambda now: _Rows(due))
    OutsideLink.objects.update(asked_at=NOW)
    check_outside(now=NOW, door=loopback.door)
    assert loopback.asked == []


class _Rows(list[OutsideLink]):
    def count(self, *_: object) -> int:
        return len(self)


# --- doors ------------------------------------------------------------------------------------------------------------


def test_the_command_says_what_came_of_it(
    registry: Page, loopback: Loopback, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_artifact(homepage=PAGE, description="See [it](/nothing/).")
    monkeypatch.setattr("catalog.network.fetching.Door", lambda: loopback.door)
    call_command("check_links", "--most", "0")
    assert capsys.readouterr().out.splitlines() == [
        "1 broken links wait at the desk.",
        "Asked 0 links elsewhere: 0 present, 0 gone, 0 unknown. 1 wait for their turn.",
    ]
    call_command("check_links")
    assert "Asked 1 links elsewhere: 1 present" in capsys.readouterr().out


def test_the_task_asks_once(registry: Page, loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    make_artifact(homepage=PAGE)
    monkeypatch.setattr("catalog.network.fetching.Door", lambda: loopback.door)
    check_outside_links()
    check_outside_links()
    assert len(loopback.asked) == 1
    assert isinstance(Door(), Door)
