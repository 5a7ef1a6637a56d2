"""A person comes to have an account: sign up, confirm, sign in, second factor, out and in again, a new password."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail

from tests.accounts.conftest import code_by
from tests.journeys.conftest import Demo, Open, Visit
from tests.journeys.looks import faults

GRACE, PASSWORD = "grace@unfragile.example", "stronger-through-disorder"
FORM = "main form .button"


@pytest.fixture
def nobody_yet(demo: Demo) -> Iterator[None]:
    mail.outbox.clear()
    yield
    User.objects.filter(email=GRACE).delete()


def link() -> str:
    """The way on that the last mail names."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def sign_in(window: Visit, password: str = PASSWORD) -> None:
    window.page.fill("#id_login", GRACE)
    window.page.fill("#id_password", password)
    window.page.keyboard.press("Enter")


def fresh(secret: str, used: str) -> str:
    """A code is good once: the next one comes within half a minute."""
    while (now := code_by(secret)) == used:
        time.sleep(0.5)
    return now


def signed_in_for_good(window: Visit) -> str:
    """From the front page to a confirmed account with a second factor; the app's key."""
    window.goto("/")
    window.page.click("text=Sign in")
    assert window.path == "/accounts/login/"
    window.page.click("text=I have no account yet")
    window.page.fill("#id_email", GRACE)
    window.page.fill("#id_password1", PASSWORD)
    window.page.click(FORM)
    window.page.wait_for_url("**/accounts/confirm-email/")
    assert [m.to for m in mail.outbox] == [[GRACE]]

    window.goto(link())
    window.page.click("text=It is mine")
    window.page.wait_for_url("**/accounts/login/")
    sign_in(window)
    window.page.wait_for_url("**/accounts/")
    assert GRACE in window.page.inner_text("main")

    window.page.click("text=Set up")
    window.page.click("main a.button")
    window.page.wait_for_selector("#id_password")  # once more, before what matters
    window.page.fill("#id_password", PASSWORD)
    window.page.click(FORM)
    window.page.wait_for_selector(".totp-key")
    secret = str(window.page.inner_text(".totp-key")).strip()
    window.page.fill("#id_code", code_by(secret))
    window.page.click(FORM)
    window.page.wait_for_selector(".codes li")
    assert window.page.locator(".codes li").count() == 10
    return secret


def test_an_account_from_nothing(visit: Open, nobody_yet: None) -> None:
    window = visit()
    secret = signed_in_for_good(window)
    recovery = str(window.page.locator(".codes li").first.inner_text())

    window.goto("/accounts/")
    window.page.click("main >> text=Sign out")
    window.page.wait_for_url(re.compile(r"/$"))
    assert "Sign in" in window.page.inner_text(".masthead-account")

    window.goto("/accounts/login/")
    sign_in(window, "wrong")
    assert "do not go together" in window.page.inner_text("[role=alert]")
    sign_in(window)
    window.page.wait_for_url("**/accounts/2fa/authenticate/")
    window.page.fill("#id_code", fresh(secret, ""))
    window.page.click(FORM)
    window.page.wait_for_url("**/accounts/")
    assert "Account" in window.page.inner_text(".masthead-account")

    # The phone is lost, and so is the password.
    other = visit()
    other.goto("/accounts/login/")
    other.page.click("text=I do not know my password")
    other.page.fill("#id_email", GRACE)
    other.page.click(FORM)
    other.page.wait_for_url("**/accounts/password/reset/done/")
    other.goto(link())
    other.page.fill("#id_password1", f"new-{PASSWORD}")
    other.page.fill("#id_password2", f"new-{PASSWORD}")
    other.page.click(FORM)
    other.page.click("main >> text=Sign in")
    sign_in(other, f"new-{PASSWORD}")
    other.page.fill("#id_code", recovery)
    other.page.click(FORM)
    other.page.wait_for_url("**/accounts/")
    assert "9 recovery codes left" in other.page.inner_text("main")
    window.goto("/accounts/")
    assert window.path.startswith("/accounts/login/"), "the new password has signed it out"


def test_without_scripts_and_without_a_mouse(visit: Open, nobody_yet: None) -> None:
    window = visit(width=390, java_script_enabled=False)
    signed_in_for_good(window)

    keyboard = visit()
    keyboard.goto("/accounts/login/")
    keyboard.tab_to("#id_login")
    keyboard.page.keyboard.type(GRACE)
    keyboard.page.keyboard.press("Tab")
    keyboard.page.keyboard.type(PASSWORD)
    keyboard.tab_to("main form button")
    keyboard.page.keyboard.press("Enter")
    keyboard.page.wait_for_url("**/accounts/2fa/authenticate/")


def test_every_account_page_is_sound(visit: Open, nobody_yet: None) -> None:
    """To axe, light and dark, wide and narrow."""
    window = visit()
    found: dict[str, Any] = {}
    for path in ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/",
                 "confirm-email/abc/"):  # fmt: skip
        window.goto(f"/accounts/{path}")
        found[path] = faults(window.page)
    for wrong in ("login/", "signup/"):
        window.goto(f"/accounts/{wrong}")
        window.page.fill("main input[type=password]", "x")
        window.page.fill("main input.field >> nth=0", "nobody@unfragile.example")
        window.page.click(FORM)
        window.page.wait_for_selector("[role=alert]")
        found[f"{wrong} refused"] = faults(window.page)
    signed_in_for_good(window)
    theirs = ("", "email/", "password/change/", "logout/", "reauthenticate/")
    factor = ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/")
    for path in (*theirs, *(f"2fa/{part}" for part in factor)):
        window.goto(f"/accounts/{path}")
        found[path] = faults(window.page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
