"""Two who look after one listing: invited, let go, and then it is handed on for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from catalog.models import Artifact
from claims import transfers
from claims.models import Claim
from tests import auditing, cast
from tests.claims.acting import link
from tests.claims.conftest import held_by
from tests.factories import make_artifact
from tests.journeys.conftest import Demo, Open, Visit
from tests.journeys.looks import faults

#: As the cast has it; its password is its name.
RUI = "rui@unfragile.example"


@pytest.fixture
def claim(demo: Demo) -> Iterator[Claim]:
    mail.outbox.clear()
    made = make_artifact(slug="zz-quill", name="Quill", kind="mcp", homepage="https://www.maker.dev/quill")
    cast.rui()
    yield held_by(cast.olga(), made, now=timezone.now())
    auditing.empty()
    Claim.objects.filter(artifact=made).delete()
    Artifact.objects.filter(pk=made.pk).delete()
    User.objects.filter(username__in=("olga", "rui")).delete()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.timedelta], None]:
    """Lets time pass, for the site as well as for the clock that hands listings on."""
    real = timezone.now

    def wait(span: dt.timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + span)
        transfers.pass_time(now=timezone.now())

    return wait


def signed_in(window: Visit, name: str) -> Visit:
    window.goto("/accounts/login/")
    window.page.fill("#id_login", name)
    window.page.fill("#id_password", name)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/accounts/")
    return window


def password(window: Visit, name: str) -> None:
    """Asked for once more; what was sent before goes on by itself."""
    window.page.wait_for_url("**/accounts/reauthenticate/**")
    assert faults(window.page) == {}
    window.page.fill("#id_password", name)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def letter() -> str:
    """The way on that the last letter to Rui names."""
    return link(max(number for number, sent in enumerate(mail.outbox) if sent.to == [RUI]))


def main(window: Visit) -> str:
    return str(window.page.inner_text("main"))


def test_looked_after_by_two_and_handed_on(visit: Open, claim: Claim, later: Callable[[dt.timedelta], None]) -> None:
    olga, rui = signed_in(visit(), "olga"), signed_in(visit(expects_errors=True), "rui")
    people = f"/owner/claims/{claim.pk}/people/"

    # Invited, there, and let go: with the next click.
    olga.goto(people)
    assert faults(olga.page) == {}
    olga.page.fill("#id_invite-email", RUI)
    olga.page.get_by_role("button", name="Invite").click()
    olga.page.wait_for_selector("text=Invited, and not there yet")
    assert faults(olga.page) == {}
    rui.goto(letter())
    assert "asks you to be its maintainer" in main(rui)
    assert faults(rui.page) == {}
    rui.page.locator("button[value=yes]").click()
    rui.page.wait_for_url("**/owner/**")
    assert rui.goto(people).status == 200
    assert "Invite somebody" not in main(rui)
    olga.goto(people)
    olga.page.get_by_text(f"Change {RUI}").click()
    olga.page.get_by_role("button", name="Remove").click()
    olga.page.wait_for_load_state()
    assert RUI not in main(olga)
    assert rui.goto(people).status == 404

    # Handed on: with both passwords, and three days to call it off.
    olga.page.fill("#id_transfer-email", RUI)
    olga.page.get_by_role("button", name="Offer it").click()
    password(olga, "olga")
    olga.goto(people)
    assert f"It is offered to {RUI}" in main(olga)
    rui.goto(letter())
    assert faults(rui.page) == {}
    rui.page.get_by_role("button", name="Accept it").click()
    password(rui, "rui")
    assert "Accepted. It is yours on" in main(rui)
    olga.goto(people)
    assert "It changes hands on" in main(olga)
    assert faults(olga.page) == {}
    later(dt.timedelta(days=2, hours=23))
    assert rui.goto(people).status == 404
    later(dt.timedelta(days=3, minutes=1))

    # Theirs alone; the proof stands, but its word is somebody else's.
    assert rui.goto(people).status == 200
    assert "olga" not in main(rui)
    rui.goto(f"/owner/claims/{claim.pk}/")
    assert "It is yours" in main(rui)
    assert faults(rui.page) == {}
    olga.expects_errors = True
    assert olga.goto(people).status == 404
