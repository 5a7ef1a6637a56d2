"""The page of numbers, its file, and the letter about them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.desk.tables import marked
from catalog.models import Artifact, ArtifactTally
from claims import digests
from claims.choices import Role
from claims.models import Claim, DigestLetter, DigestSubscription, Member, Proof, ToldWeek
from claims.numbers import WEEK, Need, Numbers, Rival, Week, monday
from claims.numbers_file import COLUMNS, csv_of
from ranking.models import Intent
from tests import cast
from tests.claims.test_numbers import held
from tests.factories import make_artifact, make_fact
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def scribe() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe", kind="model")


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    claim = held(scribe, since=timezone.now() - dt.timedelta(days=60))
    Proof.objects.update(last_present_at=timezone.now())
    return claim


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def last_monday() -> dt.date:
    return monday(timezone.now().date()) - WEEK


def told(claim: Claim, **given: Any) -> ToldWeek:
    return ToldWeek.objects.create(
        claim=claim, **{"starts_on": last_monday(), "told_at": timezone.now(), "shown": 40, "chosen": 5, **given}
    )


def need(name: str, number: int = 1) -> Intent:
    now = timezone.now()
    return Intent.objects.create(
        key=f"k{number}", slug=f"need-{number}", name=name, is_typical=True, actors_count=10, vector=b"",
        born_at=now, first_at=now, last_at=now,
    )  # fmt: skip


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_tells_all_of_it(olga: Client, claim: Claim) -> None:
    rival = make_artifact(name="Rival", slug="rival", kind="model")
    one, other = need("transcribe a podcast"), need("subtitle a film", 2)
    told(claim, lost=20, needs=[[one.pk, 40, 5, 20]], rivals=[[rival.pk, 20, [one.pk]]], unmet=[[other.pk, 15]])
    ArtifactTally.objects.create(artifact=claim.artifact, day=last_monday(), views=1234)
    make_fact(artifact=claim.artifact, name="context_window", retrieved_on=dt.date(2020, 1, 1))
    page = olga.get(f"/owner/claims/{claim.pk}/numbers/")
    told_words = text_of(page)
    for words in (
        *("1 234", "transcribe a podcast", "Rival", "subtitle a film", "Not ranked yet"),
        *("fewer than 10 people", "Nobody has looked since 1 January 2020", "Download as CSV"),
    ):
        assert words in told_words, words
    assert page.content.decode().count('chart-bars" viewBox') == 2, (
        "two charts, each with words for who cannot see them"
    )
    assert "/compare/rival-vs-scribe/" in page.content.decode()


def test_an_empty_page_says_when_there_will_be_something(olga: Client, claim: Claim) -> None:
    words = text_of(olga.get(f"/owner/claims/{claim.pk}/numbers/"))
    assert "No week of searches can be told yet" in words
    assert "on the Tuesday after it" in words
    assert "None" not in words.replace("None that can be told yet", "").replace("None yet", "").replace(
        "None of it", ""
    )


def test_a_week_of_too_few_is_said_to_be_one(olga: Client, claim: Claim) -> None:
    told(claim, shown=None, chosen=None)
    assert "fewer than 10 people" in text_of(olga.get(f"/owner/claims/{claim.pk}/numbers/"))


@pytest.mark.parametrize("address", ["numbers/", "numbers.csv", "numbers/letter/"])
def test_it_is_there_for_members_while_their_rights_stand(claim: Claim, address: str) -> None:
    def status(client: Client) -> int:
        path = f"/owner/claims/{claim.pk}/{address}"
        return (client.post(path) if "letter" in address else client.get(path)).status_code

    assert status(Client()) == 302
    assert status(signed_in(cast.oskar())) == 404
    for role in (Role.ANALYST, Role.MAINTAINER, Role.OWNER):
        Member.objects.update_or_create(
            claim=claim, user=cast.oskar(), defaults={"role": role, "since": timezone.now()}
        )
        assert status(signed_in(cast.oskar())) in (200, 302)
    Proof.objects.update(last_present_at=timezone.now() - dt.timedelta(days=14, minutes=1))
    assert status(signed_in(cast.oskar())) == 404


def test_more_weeks_and_needs_cost_no_more_queries(olga: Client, claim: Claim) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            olga.get(f"/owner/claims/{claim.pk}/numbers/")
        return len(asked)

    rival = make_artifact(name="Rival", slug="rival")
    told(claim, needs=[[need("one").pk, 10, 5, 5]], rivals=[[rival.pk, 10, []]])
    queries()
    few = queries()
    for number in range(2, 7):
        other = make_artifact()
        told(
            claim, starts_on=last_monday() - number * WEEK, needs=[[need(f"n{number}", number).pk, 10, 5, 5]],
            rivals=[[other.pk, 10, []]],
        )  # fmt: skip
    assert queries() == few
    assert few <= 40


def test_home_tells_the_last_week_of_each(olga: Client, claim: Claim) -> None:
    ArtifactTally.objects.create(artifact=claim.artifact, day=last_monday(), views=77)
    assert "counted on Tuesday" in text_of(olga.get("/owner/"))
    told(claim)
    assert "Scribe 77 40 5" in text_of(olga.get("/owner/"))
    Proof.objects.update(last_present_at=timezone.now() - dt.timedelta(days=15))
    assert "77" not in text_of(olga.get("/owner/")), "without rights there are no numbers"


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_has_a_row_for_each_figure(olga: Client, claim: Claim) -> None:
    told(claim, needs=[[need("transcribe a podcast").pk, 40, 5, 20]])
    response = olga.get(f"/owner/claims/{claim.pk}/numbers.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith('attachment; filename="scribe-')
    assert "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert text.count("\r\n") == len(text.splitlines())
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["shown"] for row in rows if row["what"] == "need"] == ["40"]
    assert [row["shown"] for row in rows if row["from"] == last_monday().isoformat()] == ["40"]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠"])
def test_nothing_in_it_is_calculated(begins: str) -> None:
    """A need's name is somebody's words, a listing's its publisher's."""
    name = f"{begins}cmd|' /C calc'!A0"
    numbers = Numbers(
        dt.date(2026, 11, 1), dt.date(2026, 11, 2), weeks=(Week(dt.date(2026, 11, 2), 1),),
        needs=(Need("a", name, 10, 5, 5),), rivals=(Rival("b", name, 10),),
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(csv_of(numbers), newline="")))
    assert [row[1] for row in rows[2:]] == [f"'{name}"] * 2
    assert marked("plain - words") == "plain - words"


# --- the letter -------------------------------------------------------------------------------------------------------


@pytest.fixture
def member(claim: Claim) -> Member:
    return claim.members.get()


@pytest.fixture
def tuesday(claim: Claim) -> dt.datetime:
    told(claim, needs=[[need("transcribe\na podcast").pk, 40, 5, 20]])
    return dt.datetime.combine(last_monday() + WEEK + dt.timedelta(days=1), dt.time(5, 50), dt.UTC)


def test_nobody_gets_it_who_did_not_ask(olga: Client, member: Member, tuesday: dt.datetime) -> None:
    assert digests.send_due(now=tuesday) == 0
    address = f"/owner/claims/{member.claim_id}/numbers/letter/"
    olga.post(address, {"wanted": "yes"})
    olga.post(address, {"wanted": "yes"})
    assert digests.send_due(now=tuesday) == 1
    olga.post(address, {"wanted": "no"})
    assert digests.send_due(now=tuesday + WEEK) == 0


def test_it_tells_the_week_once(member: Member, tuesday: dt.datetime) -> None:
    digests.subscribe(member, now=tuesday)
    for _ in range(3):
        digests.send_due(now=tuesday)
    (letter,) = mail.outbox
    assert letter.to == [member.user.email]
    for words in ("Answers that it stood in: 40; chosen: 5", "  transcribe a podcast (40)", "/numbers/"):
        assert words in letter.body
    assert DigestLetter.objects.get().state == "sent"


@pytest.mark.parametrize("state", ["reserved", "unknown", "sent"])
def test_what_has_perhaps_gone_out_is_not_sent_again(member: Member, tuesday: dt.datetime, state: str) -> None:
    digests.subscribe(member, now=tuesday)
    DigestLetter.objects.create(member=member, starts_on=last_monday(), state=state, at=tuesday)
    assert digests.send_due(now=tuesday) == 0
    assert mail.outbox == []


def test_a_mail_server_that_breaks_off_leaves_it_unknown(
    member: Member, tuesday: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionResetError

    digests.subscribe(member, now=tuesday)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", broken)
        digests.send_due(now=tuesday)
    assert DigestLetter.objects.get().state == "unknown"
    assert digests.send_due(now=tuesday) == 0


def test_it_waits_for_the_week_to_be_told(member: Member, tuesday: dt.datetime) -> None:
    ToldWeek.objects.all().delete()
    digests.subscribe(member, now=tuesday)
    assert digests.send_due(now=tuesday) == 0
    told(member.claim, shown=None, chosen=None)
    assert digests.send_due(now=tuesday) == 1
    assert "Fewer than 10 people were shown it" in mail.outbox[0].body


def test_without_rights_or_a_confirmed_address_there_is_none(member: Member, tuesday: dt.datetime) -> None:
    digests.subscribe(member, now=tuesday)
    member.user.emailaddress_set.update(verified=False)
    assert digests.send_due(now=tuesday) == 0
    member.user.emailaddress_set.update(verified=True)
    Proof.objects.update(last_present_at=tuesday - dt.timedelta(days=15))
    assert digests.send_due(now=tuesday) == 0
    Proof.objects.update(last_present_at=tuesday)
    assert digests.send_due(now=tuesday) == 1


def test_it_goes_with_the_membership(member: Member, tuesday: dt.datetime) -> None:
    digests.subscribe(member, now=tuesday)
    member.delete()
    assert not DigestSubscription.objects.exists()
    assert digests.send_due(now=tuesday) == 0


def test_one_click_ends_it_without_log_in(member: Member, tuesday: dt.datetime) -> None:
    """RFC 8058: by POST, without cookie or redirect; the link alone only asks."""
    digests.subscribe(member, now=tuesday)
    digests.send_due(now=tuesday)
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    path = address[address.index("/owner/") :]
    stranger = Client(enforce_csrf_checks=True)

    assert "End it" in text_of(stranger.get(path))
    assert stranger.head(path).status_code == 200
    assert DigestSubscription.objects.exists()

    response = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, response.cookies) == (200, {})
    assert not DigestSubscription.objects.exists()
    assert stranger.post(path).status_code == 200, "twice is once"
    digests.subscribe(member, now=tuesday)
    stranger.post(path)
    assert DigestSubscription.objects.exists(), "an old letter does not end what was asked for anew"


@pytest.mark.parametrize("token", ["1", "1.x", "x", "1.", "0" * 300])
def test_a_made_up_link_is_none(client: Client, member: Member, token: str) -> None:
    digests.subscribe(member, now=timezone.now())
    assert client.post(f"/owner/digest/{token}/").status_code == 404
    assert DigestSubscription.objects.exists()
