"""/api/v1/me/: with a key, for its scope, as far as its person may, and once for each Idempotency-Key."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Artifact
from claims import keys, ownership, repeats
from claims.api.shapes import ClaimDetailSerializer
from claims.choices import ClaimState, Role, Scope
from claims.models import Claim, Member, Repeat
from claims.permissions import Verb, may, visible_to
from tests import cast
from tests.factories import make_artifact
from tests.remembered import remembered
from tests.site.matrix import proven

pytestmark = pytest.mark.django_db
CLAIMS = "/api/v1/me/claims/"


def key(who: Any = None, *, scopes: Any = Scope.values, claim: Claim | None = None) -> str:
    made = keys.make(who or cast.olga(), name="A", scopes=scopes, days=30, now=timezone.now(), claim=claim)
    return made[1]


def ask(text: str, address: str = CLAIMS, **headers: str) -> Any:
    return Client().get(address, headers={"Authorization": f"Bearer {text}", **headers})


@pytest.fixture
@remembered
def claim() -> Claim:
    return proven("scribe", cast.olga())


# --- what is told, and to whom ----------------------------------------------------------------------------------------


def test_without_a_key_it_says_that_one_is_needed(claim: Claim) -> None:
    signed_in = Client()
    signed_in.force_login(cast.olga())
    for client in (Client(), signed_in):  # a cookie is no statement of will
        response = client.get(CLAIMS)
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
        assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_ones_claims_with_role_and_state(claim: Claim) -> None:
    proven("heron", cast.oskar())
    response = ask(key())
    (row,) = response.json()["results"]
    assert (row["id"], row["artifact"]["slug"], row["state"], row["role"]) == (claim.pk, "scribe", "proven", "owner")
    assert response["Cache-Control"] == "private, max-age=0, must-revalidate"
    detail = ask(key(), f"{CLAIMS}{claim.pk}/").json()
    assert list(detail) == list(ClaimDetailSerializer().fields)
    assert detail["may"] == [verb.value for verb in Verb]
    assert {**row, "may": detail["may"], "proofs": detail["proofs"]} == detail
    assert detail["proofs"][0]["method"] == claim.proofs.get().method
    assert claim.proofs.get().token not in str(detail)


def test_what_has_not_changed_is_not_sent_again(claim: Claim) -> None:
    text = key()
    first = ask(text)
    assert ask(text, **{"If-None-Match": first["ETag"]}).status_code == 304
    ownership.give_up(claim, by=cast.olga(), now=timezone.now())
    assert ask(text, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert first["ETag"] != ask(key(cast.oskar()))["ETag"], "another person's answer"


@pytest.mark.parametrize("person", ["rui", "oskar", "erin", "sven"])
def test_somebody_elses_claim_is_not_there(claim: Claim, person: str) -> None:
    text = key(getattr(cast, person)())
    assert ask(text).json()["results"] == []
    assert ask(text, f"{CLAIMS}{claim.pk}/").status_code == 404


def test_a_key_for_one_claim_sees_that_one(claim: Claim) -> None:
    other = proven("heron", cast.olga())
    text = key(claim=other)
    assert [row["id"] for row in ask(text).json()["results"]] == [other.pk]
    assert ask(text, f"{CLAIMS}{other.pk}/").status_code == 200
    assert ask(text, f"{CLAIMS}{claim.pk}/").status_code == 404


def test_a_key_for_something_else_is_told_which_is_needed(claim: Claim) -> None:
    response = ask(key(scopes=["analytics:read"]))
    assert response.status_code == 403
    assert response.json()["detail"] == "This takes a key for claims:read."


def test_a_key_gives_no_more_than_its_person_may_at_that_moment(claim: Claim) -> None:
    """The right goes with the membership, and with the proof; the key stays, and is worth what is left."""
    person = cast.rui()
    member = Member.objects.create(claim=claim, user=person, role=Role.MAINTAINER, since=timezone.now())
    text = key(person)
    assert ask(text, f"{CLAIMS}{claim.pk}/").json()["may"] == ["see", "analyse", "edit"]
    claim.proofs.update(last_present_at=timezone.now() - dt.timedelta(days=15))
    assert ask(text, f"{CLAIMS}{claim.pk}/").json()["may"] == ["see"]
    member.delete()
    assert ask(text, f"{CLAIMS}{claim.pk}/").status_code == 404
    assert ask(text).json()["results"] == []


def test_pages_go_on_where_the_last_one_ended() -> None:
    made = [proven(f"thing-{n}", cast.olga()).pk for n in range(5)]
    text, address, seen = key(), f"{CLAIMS}?limit=2", []
    while address:
        page = ask(text, address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == made[::-1]
    assert ask(text, f"{CLAIMS}?cursor=x").status_code == 400
    assert ask(text, f"{CLAIMS}?colour=red").status_code == 400


def test_the_list_asks_as_many_questions_for_one_as_for_five(claim: Claim) -> None:
    text = key()

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert ask(text).status_code == 200
        return len(asked)

    ask(text)
    few = questions()
    for n in range(4):
        proven(f"thing-{n}", cast.olga())
    assert questions() == few


def test_the_question_to_the_table_is_the_rule_itself(claim: Claim) -> None:
    """Over every state, for whoever opened it, looks after it, both, or neither."""
    people = [cast.olga(), cast.oskar(), cast.rui()]
    made = []
    for n, state in enumerate(ClaimState.values):
        for opened_by in (cast.olga(), None):
            for member in (cast.olga(), cast.rui(), None):
                one = Claim.objects.create(
                    artifact=make_artifact(), opened_by=opened_by, state=state, opened_at=timezone.now()
                )
                if member:
                    Member.objects.create(claim=one, user=member, role=Role.values[n % 3], since=timezone.now())
                made.append(one)
    for person in people:
        by_rule = {one.pk for one in [*made, claim] if may(person, Verb.SEE, one, now=timezone.now())}
        assert set(visible_to(person).values_list("pk", flat=True)) == by_rule


# --- once -------------------------------------------------------------------------------------------------------------


def test_what_is_sent_twice_is_done_once_and_answered_twice() -> None:
    done: list[int] = []

    def do() -> repeats.Answer:
        done.append(1)
        return repeats.Answer(201, '{"b": 1, "a": 2}')

    now = timezone.now()
    first = repeats.once(cast.olga(), "k", "d", do, now=now)
    assert repeats.once(cast.olga(), "k", "d", do, now=now + dt.timedelta(hours=23)) == first
    assert len(done) == 1
    with pytest.raises(repeats.AnotherRequest):
        repeats.once(cast.olga(), "k", "e", do, now=now)
    repeats.once(cast.oskar(), "k", "d", do, now=now)
    repeats.once(cast.olga(), "k", "e", do, now=now + repeats.KEPT)
    assert len(done) == 3


def test_while_it_is_being_worked_on_nobody_else_does_it() -> None:
    now = timezone.now()
    Repeat.objects.create(person=cast.olga(), key="k", digest="d", began_at=now)
    done: list[int] = []

    def do() -> repeats.Answer:
        done.append(1)
        return repeats.Answer(201, "{}")

    with pytest.raises(repeats.StillRunning):
        repeats.once(cast.olga(), "k", "d", do, now=now + dt.timedelta(seconds=59))
    assert not done
    assert repeats.once(cast.olga(), "k", "d", do, now=now + repeats.PATIENCE).status == 201, "its worker is dead"


def test_what_was_taken_up_by_somebody_else_is_undone() -> None:
    """A slow one finds its place taken: its work is rolled back with its transaction."""
    now = timezone.now()

    def slow() -> repeats.Answer:
        make_artifact(slug="twice")
        Repeat.objects.update(began_at=now + repeats.PATIENCE)
        return repeats.Answer(201, "{}")

    with pytest.raises(repeats.StillRunning):
        repeats.once(cast.olga(), "k", "d", slow, now=now)
    assert not Artifact.objects.filter(slug="twice").exists()


def test_what_was_refused_leaves_nothing() -> None:
    def refused() -> repeats.Answer:
        raise ValueError("No.")

    with pytest.raises(ValueError, match=r"No\."):
        repeats.once(cast.olga(), "k", "d", refused, now=timezone.now())
    assert not Repeat.objects.exists()


def test_answers_older_than_a_day_are_thrown_away() -> None:
    now = timezone.now()
    for hours in (23, 25):
        Repeat.objects.create(
            person=cast.olga(), key=str(hours), digest="d", began_at=now - dt.timedelta(hours=hours), status=201
        )
    repeats.throw_away_old(now=now)
    assert Repeat.objects.get().key == "23"
