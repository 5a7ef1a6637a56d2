"""What owners ask of the editors: taken in, answered in public, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from catalog.desk import reports
from catalog.models import Artifact, Report
from claims import ownership, people, requests
from claims.models import AuditEntry, Claim, Member
from claims.proofs import Seen
from tests import cast
from tests.claims.conftest import NOW, place_of
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = "It is called Scribe 2 since last week, see our site."


@pytest.fixture(autouse=True)
def letters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is never kept, so nothing would ever be sent."""
    monkeypatch.setattr("claims.notices.on_commit", lambda send: send())
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
@remembered
def claim(scribe: Artifact) -> Claim:
    """Olga's, proven."""
    proof = ownership.open_claim(scribe, place_of(scribe, "well_known"), by=cast.olga(), now=NOW)
    ownership.took_place(proof.pk, Seen("present", "there"), host="maker.dev", by=None, now=NOW)  # type: ignore[arg-type]
    mail.outbox.clear()
    return Claim.objects.select_related("artifact").get()


def member(claim: Claim, role: str) -> None:
    Member.objects.update_or_create(claim=claim, user=cast.oskar(), defaults={"role": role, "since": NOW})


def ask(claim: Claim, wish: str = "correction", text: str = WHY, by: object = None, now: dt.datetime = NOW) -> Report:
    return requests.ask(claim, wish=wish, text=text, by=by or cast.olga(), now=now)  # type: ignore[arg-type]


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("verb", flat=True))[2:]


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_request_waits_among_the_reports_with_who_asks(claim: Claim) -> None:
    taken = ask(claim)
    assert (taken.wish, taken.asked_by, taken.artifact, taken.state) == (
        "correction", cast.olga(), claim.artifact, "open",
    )  # fmt: skip
    assert verbs() == ["asked"]


def test_the_same_words_are_one_request(claim: Claim) -> None:
    assert {ask(claim).pk for _ in range(3)} == {Report.objects.get().pk}
    assert verbs() == ["asked"]


def test_a_readers_report_in_the_same_words_is_another(claim: Claim) -> None:
    address = claim.artifact.get_absolute_url()
    mine = ask(claim)
    theirs = reports.report(address=address, text=WHY, artifact=claim.artifact)
    assert mine != theirs
    assert (theirs.wish, theirs.asked_by) == ("", None)


@pytest.mark.parametrize(
    ("wish", "text"), [("promotion", WHY), ("", WHY), ("correction", "no"), ("correction", "x" * 2_001)]
)
def test_what_is_no_request(claim: Claim, wish: str, text: str) -> None:
    with pytest.raises(requests.CannotAsk):
        ask(claim, wish, text)
    assert not Report.objects.exists()


def test_maintainers_ask_for_corrections_and_owners_alone_for_the_withdrawal(claim: Claim) -> None:
    with pytest.raises(requests.CannotAsk):
        ask(claim, by=cast.oskar())
    member(claim, "analyst")
    with pytest.raises(requests.CannotAsk):
        ask(claim, by=cast.oskar())
    member(claim, "maintainer")
    assert ask(claim, by=cast.oskar())
    with pytest.raises(requests.CannotAsk):
        ask(claim, "withdrawal", by=cast.oskar())
    assert ask(claim, "withdrawal")


def test_whose_proof_has_gone_asks_for_nothing(claim: Claim) -> None:
    with pytest.raises(requests.CannotAsk):
        ask(claim, now=NOW + 15 * DAY)


def test_the_right_is_asked_of_what_holds_now_and_not_of_the_page(claim: Claim) -> None:
    Claim.objects.update(state="suspended", suspended_at=NOW)
    with pytest.raises(requests.CannotAsk):
        ask(claim)  # which still says proven
    assert not Report.objects.exists()


def test_requests_are_limited(claim: Claim) -> None:
    ask(claim, "withdrawal")
    with pytest.raises(requests.CannotAsk, match="already"):
        ask(claim, "withdrawal", "And once more, in other words.")
    for number in range(4):
        ask(claim, text=f"{WHY} {number}")
    with pytest.raises(requests.CannotAsk, match="wait already"):
        ask(claim, text=f"{WHY} 5")
    Report.objects.update(state="declined", outcome="No.")
    for number in range(5):
        ask(claim, text=f"{WHY} again {number}")
    Report.objects.update(state="declined", outcome="No.")
    with pytest.raises(requests.CannotAsk, match="within a day"):
        ask(claim, text=f"{WHY} 11")


# --- answering --------------------------------------------------------------------------------------------------------


def test_an_answer_is_public_told_and_logged(claim: Claim, client: Client) -> None:
    taken = ask(claim)
    reports.decide(taken, state="declined", outcome="Its site still says Scribe.", by=cast.erin())
    assert verbs() == ["asked", "request answered"]
    assert AuditEntry.objects.get(verb="request answered").actor == cast.erin().pk
    assert [letter.subject for letter in mail.outbox] == ["Your request about Scribe is answered"]
    changes = text_of(client.get("/artifacts/scribe/changes/"))
    assert "Its owner asked for a correction of the listing as a whole: refused" in changes
    assert "Its site still says Scribe." in changes
    assert WHY not in changes, "nobody has checked what an owner writes"
    outcome = text_of(client.get(taken.get_absolute_url()))
    assert "Refused" in outcome
    assert WHY not in outcome


def test_an_answer_that_cannot_be_logged_is_not_given(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ask(claim)

    def full(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("claims.requests.written", full)
    with pytest.raises(RuntimeError):
        reports.decide(taken, state="declined", outcome="No.", by=cast.erin())
    assert Report.objects.get().state == "open"


def test_a_withdrawal_is_done_only_once_it_is(claim: Claim) -> None:
    taken = ask(claim, "withdrawal")
    with pytest.raises(reports.CannotDecide, match="Withdraw the listing first"):
        reports.decide(taken, state="mended", outcome="Withdrawn.", by=cast.erin())
    Artifact.objects.filter(pk=claim.artifact_id).update(lifecycle="withdrawn", withdrawn_reason="Its owner asked.")
    taken.refresh_from_db()
    reports.decide(Report.objects.get(), state="mended", outcome="Withdrawn.", by=cast.erin())
    assert Report.objects.get().became == "Done"


def test_readers_reports_are_answered_as_before(claim: Claim) -> None:
    taken = reports.report(address="/artifacts/scribe/", text=WHY, artifact=claim.artifact)
    reports.decide(taken, state="mended", outcome="Mended.", by=cast.erin())
    assert verbs() == []
    assert not mail.outbox


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.fixture
def page(claim: Claim) -> str:
    return f"/owner/claims/{claim.pk}/requests/"


def test_an_owner_asks_and_reads_the_answer(olga: Client, page: str) -> None:
    assert "Nothing has been asked for yet" in text_of(olga.get(page))
    sent = {"wish": "correction", "section": "facts", "text": f"{WHY} <b>Now</b>"}
    response = olga.post(page, sent, follow=True)
    assert "It waits for an editor." in text_of(response)
    assert "&lt;b&gt;Now" in response.content.decode()
    taken = Report.objects.get()
    assert taken.section == "facts"
    reports.decide(taken, state="mended", outcome="It says Scribe 2 now.", by=cast.erin())
    assert "It says Scribe 2 now." in text_of(olga.get(page))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"wish": "correction", "text": "no"},
        {"wish": "promotion", "text": WHY},
        {"wish": "correction", "text": "a\0b" * 9},
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(olga: Client, page: str, sent: dict[str, str]) -> None:
    response = olga.post(page, sent)
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert not Report.objects.exists()


def test_nothing_else_can_be_sent_along(olga: Client, page: str) -> None:
    olga.post(
        page, {"wish": "correction", "text": WHY, "state": "mended", "outcome": "Yes.", "asked_by": "1", "row": "x"}
    )
    taken = Report.objects.get()
    assert (taken.state, taken.outcome, taken.asked_by, taken.row) == ("open", "", cast.olga(), "")


def test_who_may_see_and_who_may_ask(claim: Claim, page: str) -> None:
    assert Client().get(page).status_code == 302
    others = Client()
    others.force_login(cast.oskar())
    assert others.get(page).status_code == others.post(page, {}).status_code == 404
    member(claim, "analyst")
    assert others.get(page).status_code == 200
    assert others.post(page, {"wish": "correction", "text": WHY}).status_code == 404
    member(claim, "maintainer")
    assert "Its withdrawal" not in text_of(others.get(page))
    assert others.post(page, {"wish": "withdrawal", "text": WHY}).status_code == 400
    assert others.post(page, {"wish": "correction", "text": WHY}).status_code == 302


def test_whoever_comes_next_reads_nothing_of_it(claim: Claim, page: str) -> None:
    ask(claim)
    member(claim, "owner")
    Member.objects.filter(user=cast.olga()).delete()
    others = Client()
    others.force_login(cast.oskar())
    assert WHY not in text_of(others.get(page))


def test_a_request_goes_with_whoever_asked(claim: Claim) -> None:
    """Else an editor would withdraw a listing because somebody asked who has nothing to do with it any more."""
    member(claim, "owner")
    theirs, others = ask(claim, "withdrawal"), ask(claim, by=cast.oskar(), text="It has another licence, see our site.")
    people.remove(claim, cast.olga().pk, by=cast.oskar(), now=NOW)
    theirs.refresh_from_db()
    others.refresh_from_db()
    assert (theirs.state, theirs.outcome) == ("declined", "Whoever asked for it no longer looks after the listing.")
    assert others.state == "open"


def test_an_answer_to_an_account_that_is_gone_is_nobodys_letter(claim: Claim) -> None:
    taken = ask(claim)
    Report.objects.filter(pk=taken.pk).update(asked_by=None)
    waits = Claim.objects.create(artifact=claim.artifact, opened_by=cast.rui(), state="pending", opened_at=NOW)
    taken.refresh_from_db()
    reports.decide(taken, state="declined", outcome="No.", by=None)
    assert mail.outbox == []
    assert not AuditEntry.objects.filter(claim=waits.pk).exists()


def test_the_desk_shows_who_asks_and_answers(claim: Claim) -> None:
    taken = ask(claim, "withdrawal")
    desk = Client()
    desk.force_login(cast.erin())
    assert "The owner of Scribe asks for its withdrawal" in text_of(desk.get("/admin/queue/reports/"))
    address = reverse("admin:catalog_report", args=[taken.pk])
    shown = text_of(desk.get(address))
    assert "olga, who had proven that it is theirs" in shown
    assert "Refused" in shown
    assert "Withdraw the listing first" in text_of(desk.post(address, {"state": "mended", "outcome": "Gone."}))
    desk.post(address, {"state": "declined", "outcome": "It stays."})
    assert Report.objects.get().became == "Refused"
