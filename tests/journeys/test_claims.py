"""An owner's way: an account, a claim, its proof on a server of their own, the badge; then the proof goes, and time."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from catalog.models import Artifact, Proposal
from claims import checking, telling_weeks
from claims.models import Claim
from ranking.graph import folding
from ranking.graph.actors import period_of
from ranking.graph.gathering import phrase_of
from ranking.models import Act, Door, Feedback, Search
from tests import auditing
from tests.claims.conftest import World
from tests.factories import make_artifact
from tests.journeys.conftest import Demo, Open, Visit
from tests.journeys.looks import faults
from tests.journeys.test_accounts import FORM, PASSWORD, link

IDA, HOME = "ida@maker.dev", "https://www.maker.dev/zz-scribe"
NEED = "turn the songs of whales into sheet music"
WELL_KNOWN = "https://www.maker.dev/.well-known/unfragile.json"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The owner's website, reached by the site's own checks: only resolver and dialer are put in their place."""
    there = World(tmp_path)
    monkeypatch.setattr(checking, "Reach", lambda: there.reach)
    yield there
    there.close()


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.timedelta], None]:
    """Lets time pass, for the site as well as for the clock that looks at proofs."""
    real, passed = timezone.now, dt.timedelta()
    monkeypatch.setattr(timezone, "now", lambda: real() + passed)

    def later(span: dt.timedelta) -> None:
        nonlocal passed
        passed += span
        checking.check_due(now=timezone.now())

    return later


@pytest.fixture
def scribe(demo: Demo) -> Iterator[Artifact]:
    mail.outbox.clear()
    made = make_artifact(slug="zz-scribe", name="Scribe", kind="mcp", homepage=HOME)
    yield made
    auditing.empty()
    Proposal.objects.filter(artifact=made).delete()
    Claim.objects.filter(artifact=made).delete()
    asked = Search.objects.filter(text=NEED)
    Feedback.objects.filter(search_key__in=asked.values("key")).delete()
    asked.delete()
    folding.refold(now=timezone.now())
    Artifact.objects.filter(pk=made.pk).delete()
    User.objects.filter(email=IDA).delete()


def signed_up(window: Visit) -> None:
    window.goto("/accounts/signup/")
    window.page.fill("#id_email", IDA)
    window.page.fill("#id_password1", PASSWORD)
    window.page.click(FORM)
    window.page.wait_for_url("**/accounts/confirm-email/")
    window.goto(link())
    window.page.click("text=It is mine")
    window.page.wait_for_url("**/accounts/login/")
    sign_in(window)
    window.page.wait_for_url("**/accounts/")


def sign_in(window: Visit) -> None:
    window.page.fill("#id_login", IDA)
    window.page.fill("#id_password", PASSWORD)
    window.page.keyboard.press("Enter")


def again(window: Visit, address: str) -> None:
    """Log-in holds for two weeks, and more than that may have passed."""
    window.goto(address)
    if window.path.startswith("/accounts/login/"):
        sign_in(window)
        window.page.wait_for_url(lambda url: "/login/" not in url)


def searched(shown: Artifact, other: Artifact, week: dt.date) -> None:
    """Twelve people on three days of the week, all within one life of the salt that tells their networks apart."""
    days = [week + dt.timedelta(days=number) for number in range(7)]
    later = [day for day in days if period_of(day) == period_of(days[-1])]
    days = (later if len(later) > 3 else days)[:3]
    for person in range(12):
        at = dt.datetime.combine(days[person % 3], dt.time(9, person), dt.UTC)
        who = f"{person:016x}"
        one = Search.objects.create(
            key=uuid.uuid4(), at=at, actor=who, network=who, text=NEED, phrase=phrase_of(NEED), door=Door.PAGE,
            answered=True, confidence=0.8, shown=[[shown.pk, 0], [other.pk, 0]],
        )  # fmt: skip
        Feedback.objects.create(
            search_key=one.key, act=Act.CHOICE, artifact=other if person % 4 == 0 else shown, actor=who, network=who,
            at=at + dt.timedelta(minutes=1),
        )  # fmt: skip
    folding.fold(now=timezone.now())


def main(window: Visit) -> str:
    return str(window.page.inner_text("main"))


def test_from_an_account_to_a_badge_and_to_its_end(
    visit: Open, desk: Visit, scribe: Artifact, world: World, wait: Callable[[dt.timedelta], None]
) -> None:
    owner, reader = visit(), visit()
    signed_up(owner)

    owner.goto("/artifacts/zz-scribe/")
    assert "Nobody has proven" in owner.page.inner_text(".glance-claim")
    owner.page.click("text=Is it yours? Claim it")
    owner.page.get_by_label(re.compile("file on the website", re.IGNORECASE)).check()
    assert faults(owner.page) == {}
    owner.page.click(FORM)
    owner.page.wait_for_url(re.compile(r"/owner/claims/\d+/$"))
    assert faults(owner.page) == {}
    page = owner.path

    # Too early: it says so, and nothing is taken for anything.
    owner.page.click("text=Look now")
    owner.page.wait_for_url(re.compile(r"\?asked="))
    assert "There is nothing at that address (404)." in main(owner)
    content = owner.page.locator("dt:has-text('Content') + dd pre").inner_text()
    world.say(WELL_KNOWN, str(content))
    wait(dt.timedelta(minutes=1))
    owner.goto(page)
    if "It is yours" not in main(owner):  # the round has not come by yet
        owner.page.click("text=Look now")
        owner.page.wait_for_url(re.compile(r"\?asked="))
    assert "It is yours" in main(owner)
    assert [m.subject for m in mail.outbox[1:]] == ["Scribe is yours on Unfragile"]

    reader.goto("/artifacts/zz-scribe/")
    assert "Proven owner" in reader.page.inner_text(".kicker")
    assert "Proven by a file on the website: www.maker.dev." in reader.page.inner_text(".glance-claim")
    reader.goto("/artifacts/?q=scribe&kind=mcp")
    assert reader.page.locator("li.row", has_text="Scribe").locator(".badge-mark-proven").count() == 1

    # What people looked for, in the first whole week since.
    week = timezone.now().date() - dt.timedelta(days=timezone.now().weekday() - 7)
    wait(dt.datetime.combine(week + dt.timedelta(days=8), dt.time(6), dt.UTC) - timezone.now())
    searched(scribe, Artifact.objects.get(slug="exa-mcp"), week)
    assert telling_weeks.tell_weeks(now=timezone.now())
    again(owner, f"{page}numbers/")
    assert NEED in main(owner)
    assert re.search(r"Shown in answers\s+10", main(owner)), "twelve, rounded to fives"
    assert faults(owner.page) == {}

    # Something is to be said otherwise: proposed, accepted, read.
    again(owner, f"{page}listing/")
    assert faults(owner.page) == {}
    owner.page.fill("#listing [name=tagline]", "Writes music down as whales sing it")
    owner.page.fill("#listing [name=why]", "It says what one gets.")
    owner.page.locator("#listing").get_by_role("button", name="Send the changes").click()
    owner.page.wait_for_selector(".message")
    again(owner, f"{page}proposals/")
    assert "whales sing" in main(owner)
    assert faults(owner.page) == {}
    desk.goto("/admin/queue/proposals/")
    if "/login/" in desk.path:  # the desk's log-in does not hold for a week
        desk.page.fill("#id_login", "sven")
        desk.page.fill("#id_password", "stronger-through-disorder")
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url(lambda url: "/login/" not in url)
    desk.page.get_by_role("link", name=re.compile("Scribe")).first.click()
    desk.page.wait_for_selector("text=whales sing")
    assert faults(desk.page) == {}
    desk.page.get_by_role("button", name="Accept").click()
    desk.page.wait_for_url(re.compile(r"/queue/proposals/"))
    reader.goto("/artifacts/zz-scribe/")
    assert "Writes music down as whales sing it" in main(reader)
    assert "Proven owner" in reader.page.inner_text(".kicker")

    # The word goes. One letter at once, three looks later it is suspended, a month later everybody's again.
    del world.pages[WELL_KNOWN]
    wait(dt.timedelta(days=1, hours=7))
    assert mail.outbox[-1].subject == "The proof for Scribe is missing"
    reader.goto("/artifacts/zz-scribe/")
    assert "Proven owner" in reader.page.inner_text(".kicker"), "once is no harm"
    for _ in range(3):
        wait(dt.timedelta(days=1, hours=7))
    assert mail.outbox[-1].subject == "Your claim of Scribe is suspended"
    reader.goto("/artifacts/zz-scribe/")
    assert "Proven owner" not in reader.page.inner_text(".kicker")
    again(owner, page)
    assert "It is suspended since" in main(owner)
    assert faults(owner.page) == {}
    wait(dt.timedelta(days=31))
    assert Claim.objects.get(artifact=scribe).state == "released"
    reader.goto("/artifacts/zz-scribe/")
    assert "Nobody has proven" in reader.page.inner_text(".glance-claim")


def test_what_cannot_be_seen_lapses_before_it_is_suspended(
    visit: Open, scribe: Artifact, world: World, wait: Callable[[dt.timedelta], None]
) -> None:
    owner, reader = visit(), visit()
    signed_up(owner)
    owner.goto("/owner/claim/zz-scribe/")
    owner.page.get_by_label(re.compile("file on the website", re.IGNORECASE)).check()
    owner.page.click(FORM)
    owner.page.wait_for_url(re.compile(r"/owner/claims/\d+/$"))
    page = owner.path
    world.say(WELL_KNOWN, str(owner.page.locator("dt:has-text('Content') + dd pre").inner_text()))
    owner.page.click("text=Look now")
    owner.page.wait_for_url(re.compile(r"\?asked="))
    assert "It is yours" in main(owner)

    world.say(WELL_KNOWN, "the server is unwell", status=503)
    wait(dt.timedelta(days=8))
    reader.goto("/artifacts/zz-scribe/")
    assert "Proven owner" not in reader.page.inner_text(".kicker")
    assert "Unconfirmed since" in reader.page.inner_text(".glance-claim")
    owner.goto(page)
    assert "It is yours" in main(owner), "what the owner may do holds for a week longer"
    wait(dt.timedelta(days=7))
    again(owner, page)
    assert "It is suspended since" in main(owner)
