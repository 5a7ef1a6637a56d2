"""One answer to many proposed offerings: chosen, checked, written piece by piece, taken back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.choices import JobState, ProposalState, TakenApartBy
from catalog.decompose import Offer
from catalog.desk import answering, jobs, offered
from catalog.desk.answering import ACCEPT, REFUSE, REOPEN, Chosen
from catalog.models import Artifact, Capability, Job, Offering, Proposal
from tests.cast import erin, rui
from tests.factories import make_artifact, make_capability, make_offering

pytestmark = pytest.mark.django_db
MANY = "/admin/catalog/proposal/many/"


def offer(key: str, confidence: float = 0.8) -> Offer:
    return Offer(key, f"It does {key}", "It does so.", f"does {key}", 1, confidence, "Found.")


def waiting(count: int, *keys: str, kind: str = "mcp", confidence: float = 0.8) -> list[int]:
    for key in keys:
        if not Capability.objects.filter(key=key).exists():
            make_capability(key=key, slug=key.replace(".", "-"), name=f"The {key}")
    for _ in range(count):
        some = [offer(key, confidence) for key in keys]
        offered.propose(make_artifact(kind=kind), some, by=TakenApartBy.RULES, place=offered.Place())
    return Chosen().ids()


def done(job: Job) -> Job:
    jobs.run(job.pk)
    jobs.confirm(Job.objects.get(pk=job.pk))
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def asked(ids: list[int], answer: str, by: User | None = None) -> Job:
    return jobs.ask_answers(ids, answer, by=by or erin(), why="Looked through.")


def test_they_are_chosen_by_capability_kind_and_confidence() -> None:
    waiting(2, "search.web", "code.review")
    waiting(1, "search.web", kind="agent", confidence=0.6)
    assert len(Chosen().ids()) == 5
    assert len(Chosen(capability="search.web").ids()) == 3
    assert len(Chosen(capability="search.web", kind="mcp").ids()) == 2
    assert len(Chosen(at_least=80).ids()) == 4
    assert len(Chosen(at_least=81).ids()) == 0
    assert len(Chosen(by=TakenApartBy.AI).ids()) == 0
    assert Chosen(importer="docker-mcp").ids() == []
    assert answering.choices()["capability"] == [
        ("search.web", "The search.web (3)"), ("code.review", "The code.review (2)"),
    ]  # fmt: skip


def test_samples_come_from_all_of_them() -> None:
    ids = waiting(30, "search.web")
    assert [row.pk for row in Chosen().samples()] == ids[::3]


def test_nothing_is_answered_before_it_was_looked_at() -> None:
    job = asked(waiting(2, "search.web"), ACCEPT)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.changed_count) == (JobState.CHECKED, 2)
    assert job.rows.first().edits == [["The search.web", "", "“does search.web” (80%)"]]
    assert not Offering.objects.exists()


def test_all_of_them_are_accepted_by_whoever_asked() -> None:
    job = done(asked(waiting(3, "search.web"), ACCEPT))
    assert (job.state, job.written_count, Offering.objects.count()) == (JobState.DONE, 3, 3)
    assert set(Proposal.objects.values_list("state", "decided_by")) == {(ProposalState.ACCEPTED, erin().pk)}
    assert {row.history_user for row in Offering.history.all()} == {erin()}


def test_refused_they_stay_refused_with_the_reason() -> None:
    done(asked(waiting(2, "search.web"), REFUSE))
    assert set(Proposal.objects.values_list("state", "note")) == {(ProposalState.REFUSED, "Looked through.")}


def test_what_cannot_be_stays_on_its_row_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decided before the check, and offered by somebody between check and answer."""
    ids = waiting(3, "search.web")
    first, second, third = (Proposal.objects.get(pk=pk) for pk in ids)
    offered.refuse(first, by=erin())
    job = asked(ids, ACCEPT)
    jobs.run(job.pk)
    assert second.capability
    make_offering(artifact=second.artifact, capability=second.capability)
    jobs.confirm(Job.objects.get(pk=job.pk))
    jobs.run(job.pk)
    said = dict(job.rows.filter(outcome="refused").values_list("number", "sentences"))
    assert said == {1: ["It has been decided: refused."], 2: ["It offers The search.web by now; refuse this one."]}
    third.refresh_from_db()
    assert third.state == ProposalState.ACCEPTED


def test_answers_are_taken_back() -> None:
    """Accepted ones lose their offering, but not one that somebody has worked on; refused ones wait again."""
    ids = waiting(3, "search.web")
    job = done(asked(ids, ACCEPT))
    worked_on = Offering.objects.order_by("pk")[0]
    worked_on.title = "In an editor's words"
    worked_on.save()
    back = done(asked(answering.answered_by(job), REOPEN))
    assert (back.written_count, back.refused_count) == (2, 1)
    assert list(Offering.objects.all()) == [worked_on]
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["accepted", "open", "open"]
    refused = done(asked(Chosen().ids(), REFUSE))
    done(asked(answering.answered_by(refused), REOPEN))
    assert Chosen().rows().count() == 2


def test_taken_back_and_asked_again_it_is_answered_again() -> None:
    ids = waiting(1, "search.web")
    job = done(asked(ids, ACCEPT))
    done(asked(answering.answered_by(job), REOPEN))
    done(asked(ids, ACCEPT))
    assert Offering.objects.count() == 1


def test_a_plan_takes_as_many_queries_however_long_it_is() -> None:
    def counted(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            answering.plan(ids, ACCEPT)
        return len(captured)

    ids = waiting(20, "search.web")
    assert counted(ids[:2]) == counted(ids)


def test_who_may_not_any_more_answers_nothing_through_a_job() -> None:
    job = asked(waiting(1, "search.web"), ACCEPT, by=rui())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Offering.objects.count()) == (JobState.FAILED, 0)


# --- at the desk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


def test_the_page_counts_and_shows_what_is_chosen(desk: Client) -> None:
    waiting(2, "search.web", "code.review")
    page = desk.get(MANY, {"capability": "search.web", "at_least": "50"}).content.decode()
    assert "<b>2</b> are chosen" in page
    assert "does search.web" in page
    assert "does code.review" not in page
    assert "Answer many at once" in desk.get("/admin/queue/offered/").content.decode()


def test_an_answer_is_checked_written_and_taken_back_at_its_jobs_page(desk: Client) -> None:
    waiting(2, "search.web", "code.review")
    page = desk.post(MANY, {"capability": "search.web", "answer": "accept", "why": "All good."})["Location"]
    assert "Answer 2 proposals" in desk.get(page).content.decode()
    desk.post(page, {"write": "1"})
    assert Offering.objects.count() == 2
    assert "Take the answers back" in desk.get(page).content.decode()
    back = desk.post(page, {"back": "1"})["Location"]
    assert back != page
    desk.post(back, {"write": "1"})
    assert not Offering.objects.exists()
    desk.post(page, {"back": "1"}, follow=True)  # there is nothing left to take back
    assert Job.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"at_least": "300"}, {"kind": "nothing"}, {"capability": "no.such"}])
def test_what_cannot_be_chosen_by_answers_nothing(wrong: dict[str, str], desk: Client) -> None:
    waiting(1, "search.web")
    answer = desk.post(MANY, {**wrong, "answer": "accept"})
    assert answer.status_code == 200
    assert "<b>0</b> are chosen" in answer.content.decode()
    assert not Job.objects.exists()


def test_none_chosen_is_said(desk: Client) -> None:
    waiting(1, "search.web")
    assert (
        "There is none among those that wait."
        in desk.post(MANY, {"at_least": "99", "answer": "refuse"}).content.decode()
    )
    assert Artifact.objects.count() == 1
