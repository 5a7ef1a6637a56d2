"""The right of reply: one to each sentence, read by an editor, shown beneath it, and gone with it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.changes import change
from catalog.models import Artifact, Contrast
from claims import ownership, replies
from claims.models import AuditEntry, Claim, Member, Reply
from claims.proofs import Seen
from tests import cast
from tests.claims.conftest import NOW, place_of
from tests.factories import make_artifact, make_capability, make_contrast, make_offering
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SENTENCE = "Slower than Quill, and loses the names of speakers."
WORDS = "Since 2.0 Scribe keeps names; see the release notes."


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


@pytest.fixture
@remembered
def sentence(claim: Claim) -> Contrast:
    """Of Quill, against Scribe."""
    quill = make_artifact(name="Quill", slug="quill", kind="mcp")
    minutes = make_capability(key="text.minutes", name="Minutes", slug="minutes")
    make_offering(artifact=claim.artifact, capability=minutes)
    return make_contrast(
        offering=make_offering(artifact=quill, capability=minutes), artifact=claim.artifact, text=SENTENCE
    )


def write(claim: Claim, contrast: Contrast, text: str = WORDS, now: dt.datetime = NOW, by: User | None = None) -> Reply:
    return replies.write(claim, contrast.pk, text, by=by or cast.olga(), now=now)


def accepted(claim: Claim, contrast: Contrast) -> Reply:
    reply = write(claim, contrast)
    replies.decide(reply, is_accepted=True, note="To the point.", by=cast.erin(), now=NOW)
    return reply


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("verb", flat=True))[2:]


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def is_shown(client: Client) -> bool:
    return WORDS in client.get("/artifacts/quill/").content.decode()


# --- from word to page ------------------------------------------------------------------------------------------------


def test_a_reply_is_shown_once_an_editor_has_accepted_it(claim: Claim, sentence: Contrast, client: Client) -> None:
    reply = write(claim, sentence)
    assert not is_shown(client)
    replies.decide(reply, is_accepted=True, note="To the point.", by=cast.erin(), now=NOW)
    for address in ("/artifacts/quill/", "/compare/quill-vs-scribe/"):
        told = re.sub(r"<[^>]+>", "", client.get(address).content.decode())
        assert f"The owner of Scribe replies, 16 Nov 2026: {WORDS}" in " ".join(told.split())
    assert verbs() == ["reply written", "reply decided"]
    assert [letter.subject for letter in mail.outbox] == ["Your reply for Scribe has been decided"]


def test_programs_read_it_as_well(claim: Claim, sentence: Contrast, client: Client) -> None:
    address = "/api/v1/artifacts/quill/"
    before = client.get(address)
    assert before.json()["offerings"][0]["against"][0]["reply"] is None
    accepted(claim, sentence)
    reply = {"text": WORDS, "dated_on": "2026-11-16"}
    now = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert now.json()["offerings"][0]["against"][0]["reply"] == reply
    row = client.get("/api/v1/comparisons/quill-vs-scribe/").json()["capabilities"][0]
    assert [line["reply"] for cell in row["cells"] for part in cell["offerings"] for line in part["against"]] == [reply]
    told = client.get("/compare/quill-vs-scribe.md").content.decode()
    assert f"(The owner of Scribe replies, 16 November 2026: {WORDS})" in told.replace("\\", "")


def test_what_is_refused_is_not_shown_and_may_be_written_better(
    claim: Claim, sentence: Contrast, client: Client
) -> None:
    reply = write(claim, sentence)
    replies.decide(reply, is_accepted=False, note="Without “liar”, please.", by=cast.erin(), now=NOW)
    assert not is_shown(client)
    assert write(claim, sentence).state == "waiting"


def test_it_is_decided_once_and_with_a_note(claim: Claim, sentence: Contrast) -> None:
    reply = write(claim, sentence)
    with pytest.raises(replies.CannotReply, match="Say why"):
        replies.decide(reply, is_accepted=True, note=" ", by=cast.erin(), now=NOW)
    replies.decide(reply, is_accepted=False, note="No.", by=cast.erin(), now=NOW)
    with pytest.raises(replies.CannotReply, match="has been decided"):
        replies.decide(reply, is_accepted=True, note="Yes.", by=cast.erin(), now=NOW)


def test_its_writer_takes_it_back(claim: Claim, sentence: Contrast, client: Client) -> None:
    reply = accepted(claim, sentence)
    assert is_shown(client)
    replies.withdraw(claim, reply.pk, by=cast.olga(), now=NOW)
    assert not is_shown(client)
    with pytest.raises(replies.CannotReply):
        replies.withdraw(claim, reply.pk, by=cast.olga(), now=NOW)
    assert verbs()[2:] == ["reply withdrawn"]


def test_it_goes_when_the_sentence_changes(claim: Claim, sentence: Contrast, client: Client) -> None:
    accepted(claim, sentence)
    with change(why="It is faster by now."):
        sentence.refresh_from_db()
        sentence.text = "About as fast as Quill."
        sentence.save()
    assert not is_shown(client)
    assert replies.sentences_of(claim)[0].is_free
    again = write(claim, sentence, "So it is, and it costs less.")
    assert set(Reply.objects.values_list("pk", "state")) == {(again.pk, "waiting"), (again.pk - 1, "withdrawn")}


def test_it_goes_with_the_sentence(claim: Claim, sentence: Contrast, client: Client) -> None:
    accepted(claim, sentence)
    with change(why="Nobody has shown it."):
        sentence.delete()
    assert not is_shown(client)
    assert replies.sentences_of(claim) == []


def test_it_goes_with_the_claim(claim: Claim, sentence: Contrast, client: Client) -> None:
    accepted(claim, sentence)
    waiting = make_contrast(offering=make_offering(artifact=make_artifact()), artifact=claim.artifact)
    write(claim, waiting)
    ownership.give_up(claim, by=cast.olga(), now=NOW)
    assert not is_shown(client)
    assert set(Reply.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Contrast.objects.exclude(reply="").exists()


def test_a_sentence_that_changed_while_it_waited_keeps_it_from_being_accepted(claim: Claim, sentence: Contrast) -> None:
    reply = write(claim, sentence)
    Contrast.objects.update(text="Another one.")
    with pytest.raises(replies.CannotReply, match="changed since"):
        replies.decide(reply, is_accepted=True, note="Good.", by=cast.erin(), now=NOW)


def test_whoever_comes_next_sees_what_is_public_alone_and_may_take_it_back(
    claim: Claim, sentence: Contrast, client: Client
) -> None:
    shown = accepted(claim, sentence)
    other = make_contrast(offering=make_offering(artifact=make_artifact()), artifact=claim.artifact)
    write(claim, other, "A draft of before.")
    Member.objects.update(user=cast.oskar(), since=NOW + DAY)
    told = {one.contrast: one.reply for one in replies.sentences_of(claim)}
    assert told[other] is None
    kept = told[sentence]
    assert kept is not None
    assert (kept.pk, kept.note) == (shown.pk, "")
    write(claim, other, "A word of our own.", now=NOW + 2 * DAY, by=cast.oskar())
    replies.withdraw(claim, shown.pk, by=cast.oskar(), now=NOW + 2 * DAY)
    assert not is_shown(client)


# --- what cannot be said ----------------------------------------------------------------------------------------------


def test_a_claim_that_has_ended_tells_nothing_of_what_earlier_people_wrote(claim: Claim, sentence: Contrast) -> None:
    replies.write(claim, sentence.pk, "We never did that, see our tests.", by=cast.olga(), now=NOW)
    refused = Reply.objects.get()
    replies.decide(refused, is_accepted=False, note="Between us: show it.", by=cast.erin(), now=NOW)
    ownership.give_up(claim, by=cast.olga(), now=NOW)
    ended = Claim.objects.get(pk=claim.pk)
    assert [one.reply for one in replies.sentences_of(ended)] == [None]


@pytest.mark.parametrize("text", ["", "no", "x" * 501, "with a \0 in the middle", "see javascript:alert(1) please"])
def test_what_is_no_reply(claim: Claim, sentence: Contrast, text: str) -> None:
    with pytest.raises(replies.CannotReply):
        write(claim, sentence, text)
    assert not Reply.objects.exists()


def test_whoever_was_let_go_while_they_waited_says_nothing_more(claim: Claim, sentence: Contrast) -> None:
    standing = write(claim, sentence)
    Member.objects.filter(claim=claim).update(user=cast.oskar())
    for late in (lambda: write(claim, sentence), lambda: replies.withdraw(claim, standing.pk, by=cast.olga(), now=NOW)):
        with pytest.raises(replies.CannotReply, match="any more"):
            late()
    assert Reply.objects.get() == standing


def test_one_reply_to_a_sentence(claim: Claim, sentence: Contrast) -> None:
    write(claim, sentence)
    with pytest.raises(replies.CannotReply, match="take the reply back first"):
        write(claim, sentence)


def test_only_to_what_others_say_in_public_against_it(claim: Claim, sentence: Contrast) -> None:
    own = make_contrast(offering=make_offering(artifact=claim.artifact), artifact=sentence.offering.artifact)
    about_others = make_contrast(offering=sentence.offering, artifact=make_artifact())
    hidden = make_contrast(offering=make_offering(artifact=make_artifact(lifecycle="draft")), artifact=claim.artifact)
    for one in (own, about_others, hidden):
        with pytest.raises(replies.CannotReply, match="not there any more"):
            write(claim, one)
    assert [one.contrast for one in replies.sentences_of(claim)] == [sentence]


def test_replies_are_limited(claim: Claim, sentence: Contrast) -> None:
    for _ in range(20):
        replies.withdraw(claim, write(claim, sentence).pk, by=cast.olga(), now=NOW)
    with pytest.raises(replies.CannotReply, match="Go on tomorrow"):
        write(claim, sentence)
    assert write(claim, sentence, now=NOW + 2 * DAY)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(claim: Claim) -> str:
    return f"/owner/claims/{claim.pk}/replies/"


@pytest.fixture
def olga() -> Client:
    client = Client()
    client.force_login(cast.olga())
    return client


def test_an_owner_replies_and_takes_it_back(olga: Client, page: str, sentence: Contrast) -> None:
    assert SENTENCE in text_of(olga.get(page))
    response = olga.post(page, {"sentence": sentence.pk, "text": f"{WORDS} <script>"}, follow=True)
    assert "Waits for an editor" in text_of(response)
    assert "&lt;script&gt;" in response.content.decode()
    olga.post(f"{page}{Reply.objects.get().pk}/withdraw/")
    assert Reply.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    "sent", [{}, {"text": WORDS}, {"sentence": "x", "text": WORDS}, {"sentence": "9" * 30, "text": WORDS}]
)
def test_what_is_wrong_is_said(olga: Client, page: str, sentence: Contrast, sent: dict[str, str]) -> None:
    response = olga.post(page, sent)
    assert response.status_code == 400
    assert "not there any more" in text_of(response) or "in a sentence" in text_of(response)


def test_what_was_typed_is_kept(olga: Client, page: str, sentence: Contrast) -> None:
    response = olga.post(page, {"sentence": sentence.pk, "text": "y" * 600})
    assert response.status_code == 400
    assert "y" * 600 in response.content.decode()


def test_nobody_replies_for_others(claim: Claim, page: str, sentence: Contrast) -> None:
    assert Client().get(page).status_code == 302
    others = Client()
    others.force_login(cast.oskar())
    reply = write(claim, sentence)
    for address in (page, f"{page}{reply.pk}/withdraw/"):
        assert others.post(address, {"sentence": sentence.pk, "text": WORDS}).status_code == 404
    Member.objects.create(claim=claim, user=cast.oskar(), role="analyst", since=NOW)
    assert others.get(page).status_code == 200
    assert others.post(f"{page}{reply.pk}/withdraw/").status_code == 404
    assert Reply.objects.get().state == "waiting"


def test_a_reply_of_another_claim_is_not_there(claim: Claim, olga: Client, page: str, sentence: Contrast) -> None:
    theirs = Claim.objects.create(artifact=make_artifact(), opened_at=NOW)
    other = Reply.objects.create(claim=theirs, contrast=sentence, sentence=SENTENCE, text=WORDS, written_at=NOW)
    olga.post(f"{page}{other.pk}/withdraw/")
    other.refresh_from_db()
    assert other.state == "waiting"


def test_the_desk_has_it_in_its_queue_and_decides(claim: Claim, sentence: Contrast, admin_client: Client) -> None:
    reply = write(claim, sentence)
    assert "Since 2.0 Scribe keeps names" in text_of(admin_client.get("/admin/queue/replies/"))
    address = reverse("admin:claims_reply_page", args=[reply.pk])
    assert SENTENCE in text_of(admin_client.get(address))
    admin_client.post(address, {"answer": "accept", "why": "To the point."})
    reply.refresh_from_db()
    assert (reply.state, reply.note) == ("accepted", "To the point.")


def test_replies_cost_readers_no_query(claim: Claim, sentence: Contrast, client: Client) -> None:
    def asked() -> int:
        client.get("/artifacts/quill/")  # what is kept between requests
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get("/artifacts/quill/")
        return len(queries)

    before = asked()
    accepted(claim, sentence)
    assert asked() == before > 0
