"""Keys: shown once, kept as digests, narrowed by scope and claim, dead with the next request; pages and the API."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Artifact
from claims import key_uses, keys, ownership
from claims.choices import ClaimState, Role, Scope
from claims.models import AuditEntry, Claim, Key, KeyDay, Member
from tests import cast
from tests.claims.conftest import place_of
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
KINDS = "/api/v1/kinds/"
ALL = tuple(Scope.values)


def made(who: Any = None, *, claim: Claim | None = None, days: int = 30, **more: Any) -> tuple[Key, str]:
    said = {"name": "A robot", "scopes": ALL, "now": timezone.now(), **more}
    return keys.make(who or cast.olga(), days=days, claim=claim, **said)


def ask(text: str, address: str = KINDS, **more: Any) -> Any:
    return Client().get(address, headers={"Authorization": f"Bearer {text}"}, **more)


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    it = ownership.open_claim(scribe, place_of(scribe, "well_known"), by=cast.olga(), now=timezone.now()).claim
    Member.objects.create(claim=it, user=cast.olga(), role=Role.OWNER, since=timezone.now())
    return it


def sent(client: Client, **more: Any) -> dict[str, Any]:
    """The form as it is shown, filled in."""
    page = client.get("/owner/keys/").content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once
    return {"name": "A robot", "scopes": ["claims:read"], "claim": "", "days": "90", "once": once[1], **more}


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_only_a_digest_is_kept() -> None:
    """Nothing in any table holds the text, nor its secret part."""
    key, text = made()
    assert re.fullmatch(r"ufr_[a-z2-7]{8}_[a-z2-7]{40}", text)
    secret = text.rpartition("_")[2]
    rows = [str(row) for model in (Key, AuditEntry, KeyDay) for row in model.objects.values_list()]
    assert rows
    assert not any(secret in row for row in rows)
    assert keys.key_of(text, now=timezone.now()) == key


def test_what_is_not_the_text_to_its_last_letter_opens_nothing() -> None:
    key, text = made()
    _, other = made(prefix="")
    last = "a" if text[-1] != "a" else "b"
    mixed = f"ufr_{key.prefix}_{other.rpartition('_')[2]}"
    for wrong in (
        text[:-1],
        text[:-1] + last,
        text.upper(),
        f"{text} ",
        mixed,
        "",
        "ufr_",
        "\x00",
        "a" * 9000,
        key.prefix,
    ):
        assert keys.key_of(wrong, now=timezone.now()) is None, wrong


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 61}, "Give it a name"),
        ({"name": "nul\x00"}, "Give it a name"),
        ({"scopes": []}, "what it is for"),
        ({"scopes": ["claims:read", "admin"]}, "what it is for"),
        ({"days": 3650}, "how long"),
        ({"prefix": "short"}, "Begin again"),
    ],
)
def test_bad_wishes_are_refused(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(keys.CannotMake, match=sentence):
        made(**said)
    assert not Key.objects.exists()


def test_nobody_has_more_than_twenty_at_a_time() -> None:
    for _ in range(keys.MOST):
        made()
    with pytest.raises(keys.CannotMake, match="You have 20 keys"):
        made()
    keys.revoke(Key.objects.first(), by=cast.olga(), now=timezone.now())  # type: ignore[arg-type]
    made()
    made(cast.oskar())


def test_making_and_revoking_leave_one_entry_each() -> None:
    now = timezone.now()
    key, text = made()
    keys.revoke(key, by=cast.olga(), now=now)
    keys.revoke(key, by=cast.olga(), now=now)
    assert keys.revoke_of(key.person_id, Claim(pk=1), now, "x") == 0
    entries = list(AuditEntry.objects.order_by("number"))
    assert [(one.verb, one.actor) for one in entries] == [("key made", cast.olga().pk), ("key revoked", cast.olga().pk)]
    assert entries[0].after == {"key": key.prefix, "person": cast.olga().pk, "scopes": list(ALL), "days": 30}
    assert text not in str([one.after for one in entries])


# --- what ends a key --------------------------------------------------------------------------------------------------


def test_it_ends_with_revoking_with_its_time_and_with_its_person() -> None:
    """Each with the next request, and not before."""
    person = cast.olga()
    (revoked, first), (_, second), (_, third) = made(), made(days=30), made(days=365)
    assert [ask(text).status_code for text in (first, second, third)] == [200] * 3
    keys.revoke(revoked, by=person, now=timezone.now())
    assert [ask(text).status_code for text in (first, second, third)] == [401, 200, 200]
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, seconds=1), tick=False):
        assert [ask(text).status_code for text in (second, third)] == [401, 200]
    person.is_active = False
    person.save()
    assert ask(third).status_code == 401


def test_a_claim_that_ends_takes_its_keys_along_and_no_others(claim: Claim) -> None:
    _, free = made()
    _, bound = made(claim=claim)
    ownership.give_up(claim, by=cast.olga(), now=timezone.now())
    assert Claim.objects.get().state == ClaimState.RELEASED
    assert (ask(free).status_code, ask(bound).status_code) == (200, 401)
    assert Key.objects.get(claim=claim).why == "The claim has ended."
    assert AuditEntry.objects.filter(verb="key revoked", claim=claim.pk, artifact=claim.artifact_id).count() == 1


def test_whoever_leaves_a_claim_loses_the_keys_made_for_it_alone(claim: Claim) -> None:
    made(claim=claim)
    made()
    made(cast.oskar(), claim=claim)
    assert keys.revoke_of(cast.olga().pk, claim, timezone.now(), "She left.") == 1
    assert list(Key.objects.filter(revoked_at=None).values_list("person__username", "claim")) == [
        ("oskar", claim.pk),
        ("olga", None),
    ]


# --- the API ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [KINDS, "/api/v1/nowhere/", "/api/v1/search?q=x", "/api/v1/schema/"])
def test_a_key_that_is_not_good_is_refused_wherever_it_is_sent(address: str) -> None:
    _, text = made()
    for wrong in ("ufr_nothing", text[:-1] + ("a" if text[-1] != "a" else "b")):
        response = ask(wrong, address)
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
        assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'
        assert response["Cache-Control"] == "no-store"
        assert wrong not in response.content.decode()


def test_trying_keys_is_counted_by_address() -> None:
    assert {ask("ufr_wrong").status_code for _ in range(60)} == {401}
    refused = ask("ufr_wrong")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    _, text = made()
    assert ask(text).status_code == 200, "a good key has its own count"


def test_a_key_is_counted_by_itself_and_to_three_hundred() -> None:
    _, text = made()
    assert ask(text)["RateLimit-Policy"] == '"key";q=300;w=60'
    assert ask(text)["RateLimit"].startswith('"key";r=298;')
    assert ask(made()[1])["RateLimit"].startswith('"key";r=299;')
    assert Client().get(KINDS)["RateLimit-Policy"] == '"anon";q=60;w=60'


def test_public_answers_are_the_same_with_and_without_a_key() -> None:
    """So that what is kept for one is good for the other."""
    _, text = made()
    with_key, without = ask(text), Client().get(KINDS)
    assert with_key.content == without.content
    for name in ("ETag", "Cache-Control", "Vary"):
        assert with_key[name] == without[name]
    headers = {"Authorization": f"Bearer {text}", "If-None-Match": without["ETag"]}
    assert Client().get(KINDS, headers=headers).status_code == 304


def test_other_schemes_and_other_sites_cookies_say_nothing() -> None:
    _, text = made()
    for value in ("Basic b2xnYTpvbGdh", f"Token {text}", text, ""):
        response = Client().get(KINDS, headers={"Authorization": value})
        assert (response.status_code, response["RateLimit-Policy"]) == (200, '"anon";q=60;w=60'), value
    assert ask(text, KINDS, HTTP_AUTHORIZATION=f"bearer {text}").status_code == 200, "schemes have no case"


# --- how much it is used ----------------------------------------------------------------------------------------------


def test_uses_are_counted_by_day_and_written_once_a_minute() -> None:
    key, text = made()
    with time_machine.travel(dt.datetime(2026, 11, 20, 23, 59, 30, tzinfo=dt.UTC), tick=False) as clock:
        Key.objects.update(expires_at=timezone.now() + dt.timedelta(days=9))
        ask(text)  # the first is written at once
        with CaptureQueriesContext(connection) as asked:
            for _ in range(4):
                ask(text)
        assert not [one["sql"] for one in asked if re.match(r"INSERT|UPDATE|DELETE", one["sql"])]
        clock.shift(60)
        ask(text)
        key_uses.write()
        today = timezone.now().date()
    key.refresh_from_db()
    assert key.last_used_at == dt.datetime(2026, 11, 21, 0, 0, 30, tzinfo=dt.UTC)
    assert [day.count for day in key_uses.days_of(key, today=today)][-3:] == [0, 5, 1]
    assert key_uses.totals([key], today=today) == {key.pk: 6}


def test_a_key_that_was_deleted_meanwhile_holds_nothing_up() -> None:
    (gone, _), (kept, _) = made(), made()
    for key in (gone, kept):
        key_uses.count(key, now=timezone.now())
    gone.delete()
    key_uses.write()
    assert list(KeyDay.objects.values_list("key", "count")) == [(kept.pk, 1)]


def test_days_that_nobody_is_shown_are_thrown_away() -> None:
    key, _ = made()
    now = timezone.now()
    for age in (0, 91, 93):
        KeyDay.objects.create(key=key, on=now.date() - dt.timedelta(days=age), count=1)
    key_uses.throw_away_old(now=now)
    assert KeyDay.objects.count() == 2


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_text_is_shown_once_and_works(olga: Client) -> None:
    response = olga.post("/owner/keys/", sent(olga, scopes=["claims:read", "proposals:write"]))
    text = re.search(r"ufr_[a-z2-7]{8}_[a-z2-7]{40}", response.content.decode())
    assert text
    assert "no-store" in response["Cache-Control"]
    assert ask(text[0]).status_code == 200
    key = Key.objects.get()
    assert (key.scopes, key.claim, key.person) == (["claims:read", "proposals:write"], None, cast.olga())
    for address in ("/owner/keys/", f"/owner/keys/{key.pk}/"):
        page = olga.get(address).content.decode()
        assert f"ufr_{key.prefix}_…" in page
        assert text[0].rpartition("_")[2] not in page


def test_a_form_that_is_sent_twice_makes_one_key(olga: Client) -> None:
    form = sent(olga)
    assert olga.post("/owner/keys/", form).status_code == 200
    again = olga.post("/owner/keys/", form)
    assert again.status_code == 400
    assert "made already" in again.content.decode()
    assert Key.objects.count() == 1


def test_another_ones_form_and_claim_are_refused(olga: Client, claim: Claim) -> None:
    oskar = Client()
    oskar.force_login(cast.oskar())
    form = sent(olga, claim=str(claim.pk))
    assert oskar.post("/owner/keys/", form).status_code == 400
    assert oskar.post("/owner/keys/", sent(oskar, claim=str(claim.pk))).status_code == 400
    assert not Key.objects.exists()
    assert olga.post("/owner/keys/", form).status_code == 200
    assert Key.objects.get().claim == claim


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "\x00"}, {"scopes": []}, {"days": "1000"}, {"once": "x"}])
def test_what_is_wrong_is_said_and_what_was_written_stays(olga: Client, wrong: dict[str, Any]) -> None:
    response = olga.post("/owner/keys/", sent(olga, **{"name": "Keeper", **wrong}))
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    if "name" not in wrong:
        assert 'value="Keeper"' in response.content.decode()
    assert not Key.objects.exists()


def test_somebody_elses_key_is_not_there(olga: Client) -> None:
    key, text = made(cast.oskar())
    assert olga.get(f"/owner/keys/{key.pk}/").status_code == 404
    assert olga.post(f"/owner/keys/{key.pk}/revoke/").status_code == 404
    assert key.prefix not in olga.get("/owner/keys/").content.decode()
    assert ask(text).status_code == 200


def test_revoking_on_the_page_ends_it_with_the_next_request(olga: Client) -> None:
    key, text = made()
    assert ask(text).status_code == 200
    assert olga.get(f"/owner/keys/{key.pk}/revoke/").status_code == 405
    assert olga.post(f"/owner/keys/{key.pk}/revoke/").status_code == 302
    assert ask(text).status_code == 401
    assert "works no longer" in olga.get("/owner/keys/").content.decode()


def test_its_page_draws_what_was_asked(olga: Client) -> None:
    key, _ = made()
    page = f"/owner/keys/{key.pk}/"
    assert "Nothing was asked" in olga.get(page).content.decode()
    today = timezone.now().date()
    for age, number in ((0, 1), (1, 1200), (40, 77)):
        KeyDay.objects.create(key=key, on=today - dt.timedelta(days=age), count=number)
    shown = olga.get(page).content.decode()
    assert re.findall(r'<rect [^>]*height="(\d+)"', shown) == ["80", "2"]
    assert '<b class="amount">1,201</b>' in shown
    assert shown.count("</tr>") == 31


def test_the_list_asks_as_many_questions_for_one_key_as_for_ten(olga: Client, claim: Claim) -> None:
    made(claim=claim)
    olga.get("/owner/keys/")
    with CaptureQueriesContext(connection) as few:
        olga.get("/owner/keys/")
    for _ in range(9):
        made(claim=claim)
    with CaptureQueriesContext(connection) as many:
        olga.get("/owner/keys/")
    assert len(many) == len(few)
