"""An owner's word on what is their own weighs nothing, and a claim changes nothing that was counted before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact, Related
from claims import sign_ins
from claims.choices import ClaimState, Role
from claims.models import Claim, Member, SignIn
from ranking.graph import own_side, recording
from ranking.graph.actors import network_digest
from ranking.graph.folding import fold, refold
from ranking.graph.outcomes import keep
from ranking.graph.recording import Reader, Shown
from ranking.models import Edge, Feedback
from tests import cast
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture
def scribe() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe")


@pytest.fixture
def rival() -> Artifact:
    return make_artifact(name="Rival", slug="rival")


def looked_after(artifact: Artifact, by: User, *, state: str = ClaimState.PROVEN, role: str = Role.OWNER) -> Claim:
    claim = Claim.objects.create(artifact=artifact, opened_by=cast.rui(), state=state, opened_at=NOW)
    Member.objects.create(claim=claim, user=by, role=role, since=NOW)
    return claim


def said(
    artifact: Artifact,
    *shown: Artifact,
    address: str = ELSEWHERE,
    person: User | None = None,
    now: dt.datetime = NOW,
    worked: bool = True,
) -> str:
    """Somebody is shown these, and says that the first worked. Returns the doubt."""
    reader = Reader(address, "Firefox", person=person.pk if person else None)
    token = recording.served(
        "transcribe a podcast", [Shown(one.pk) for one in (artifact, *shown)], answered=True, confidence=0.8,
        door="page", reader=reader, now=now,
    )  # fmt: skip
    recording.write()
    later = now + dt.timedelta(minutes=1)
    recording.accept(token, act="outcome", artifact=artifact.pk, worked=worked, reader=reader, now=later)
    return Feedback.objects.latest("pk").doubt


def test_from_the_network_they_signed_in_from_it_weighs_nothing(scribe: Artifact) -> None:
    looked_after(scribe, cast.olga())
    sign_ins.note(cast.olga().pk, HOME, now=NOW)
    assert said(scribe, address=HOME) == "own"
    assert said(scribe, address="192.0.2.200") == "own", "the same /24"
    assert said(scribe, address=ELSEWHERE) == ""


def test_whoever_is_signed_in_is_known_wherever_they_are(scribe: Artifact) -> None:
    looked_after(scribe, cast.olga(), role=Role.ANALYST)
    assert said(scribe, person=cast.olga()) == "own"
    assert said(scribe, person=cast.oskar()) == ""


@pytest.mark.parametrize(("person", "doubt"), [("olga", "own"), ("oskar", "")])
def test_on_the_pages_it_is_the_session_that_tells(client: Client, scribe: Artifact, person: str, doubt: str) -> None:
    """Choosing, and saying whether it worked; both lead on as for anybody."""
    looked_after(scribe, cast.olga())
    now = timezone.now()
    reader = Reader("127.0.0.1", "Mozilla/5.0 Firefox/140")
    token = recording.served(
        "transcribe", [Shown(scribe.pk)], answered=True, confidence=0.8, door="page", reader=reader, now=now
    )
    recording.write()
    client.force_login(getattr(cast, person)())
    given = {"token": token, "artifact": "scribe"}
    browser = {"user-agent": reader.agent}
    assert client.post("/search/choose/", given, headers=browser).status_code == 302
    assert client.post("/search/chosen/", {**given, "worked": "yes"}, headers=browser).status_code == 200
    assert list(Feedback.objects.order_by("act").values_list("act", "doubt")) == [("choice", doubt), ("outcome", doubt)]


def test_a_listing_without_people_is_nobodys(scribe: Artifact) -> None:
    Claim.objects.create(artifact=scribe, state=ClaimState.PROVEN, opened_at=NOW)
    assert said(scribe) == ""


@pytest.mark.parametrize("state", [ClaimState.PENDING, ClaimState.CONTESTED, ClaimState.RELEASED])
def test_a_claim_that_is_not_proven_silences_nobody(scribe: Artifact, state: str) -> None:
    """Else anybody could take the voice of a whole network by opening one."""
    looked_after(scribe, cast.olga(), state=state)
    sign_ins.note(cast.olga().pk, HOME, now=NOW)
    assert said(scribe, address=HOME) == ""


def test_what_competes_with_it_is_not_judged_by_them(scribe: Artifact, rival: Artifact) -> None:
    """In the same answer, or by its capabilities; what has nothing to do with it is."""
    looked_after(scribe, cast.olga())
    assert said(rival, person=cast.olga(), worked=False) == ""
    assert said(rival, scribe, person=cast.olga(), worked=False) == "own"
    Related.objects.create(artifact=scribe, other=rival, overlap=0.5, shared_count=1, is_alternative=True, position=1)
    assert said(rival, person=cast.olga(), worked=False) == "own"


def test_a_log_in_makes_a_network_theirs_for_thirty_days(scribe: Artifact) -> None:
    looked_after(scribe, cast.olga())
    at = NOW - dt.timedelta(days=12)  # of the same period
    SignIn.objects.create(user=cast.olga(), network=network_digest(HOME, on=NOW.date()), at=at)
    assert said(scribe, address=HOME) == "own"
    SignIn.objects.update(at=NOW - dt.timedelta(days=30, minutes=1))
    assert said(scribe, address=HOME) == ""
    sign_ins.throw_away_old(now=NOW)
    assert SignIn.objects.exists()
    sign_ins.throw_away_old(now=NOW + dt.timedelta(days=16))
    assert not SignIn.objects.exists()


def test_it_counts_as_nothing_and_is_answered_like_any_other(scribe: Artifact) -> None:
    looked_after(scribe, cast.olga())
    said(scribe, person=cast.olga())
    said(scribe)
    fold(now=NOW + dt.timedelta(hours=1))
    assert sorted(Feedback.objects.values_list("weight", flat=True)) == [0, 1000]
    assert Edge.objects.get().worked == 1000


def test_claiming_changes_nothing_that_was_counted_before(scribe: Artifact) -> None:
    """What an owner said before they claimed it, and after they gave it up, is counted as it was then."""
    for number in range(3):
        said(scribe, address=HOME if number == 0 else f"203.0.{number}.1")
    fold(now=NOW + dt.timedelta(hours=1))
    before, graph = keep(now=NOW), list(Edge.objects.values_list("shown", "worked", "failed"))
    looked_after(scribe, cast.olga())
    sign_ins.note(cast.olga().pk, HOME, now=NOW)
    for _ in range(2):
        refold(now=NOW + dt.timedelta(hours=1))
        assert list(Edge.objects.values_list("shown", "worked", "failed")) == graph
        assert keep(now=NOW) == before
        Claim.objects.all().delete()  # and given up


def test_a_log_in_leaves_a_digest_and_no_address(client: Client) -> None:
    person = cast.olga()
    for address in ("192.0.2.7", "192.0.2.8", "198.51.100.9"):
        client.post("/accounts/login/", {"login": person.email, "password": "olga"}, REMOTE_ADDR=address)
        client.logout()
    noted = list(SignIn.objects.values())
    assert len(noted) == 2, "two of one network are one"
    assert "192.0.2" not in repr(noted)
    assert network_digest("192.0.2.1", on=timezone.now().date()) in {row["network"] for row in noted}


def test_nobody_is_kept_out_where_it_cannot_be_noted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(sign_ins, "note", broken)
    person = cast.olga()
    client.post("/accounts/login/", {"login": person.email, "password": "olga"})
    assert "_auth_user_id" in client.session


def test_ranking_alone_knows_of_nobodys_own(scribe: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_after(scribe, cast.olga())
    monkeypatch.setattr(own_side, "REGISTER", [])
    assert said(scribe, person=cast.olga()) == ""
