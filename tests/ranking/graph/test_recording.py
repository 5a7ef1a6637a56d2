"""What is written of a search, and which feedback is taken for it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections

from catalog.models import Artifact
from ranking.graph import recording
from ranking.graph.forgetting import forget_words
from ranking.graph.recording import CannotAccept, Reader, Shown, accept, served
from ranking.models import Feedback, Search
from tests.factories import make_artifact
from tests.ranking.graph.events import NOW

pytestmark = pytest.mark.django_db
READER = Reader("203.0.113.7", "Firefox")


@pytest.fixture
def artifact() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe")


def token_for(*artifacts: Artifact, text: str = "transcribe a podcast", reader: Reader = READER) -> str:
    shown = [Shown(one.pk) for one in artifacts]
    token = served(text, shown, answered=True, confidence=0.8, door="page", reader=reader, now=NOW)
    recording.write()
    return token


def choose(token: str, artifact: Artifact, **given: object) -> bool:
    told = {"act": "choice", "reader": READER, "now": NOW + dt.timedelta(minutes=1), **given}
    return accept(token, artifact=artifact.pk, **told)


def test_nothing_that_names_a_reader_is_written(artifact):
    token = token_for(artifact, text="mail jane@example.org about it")
    choose(token, artifact, act="outcome", worked=True, comment="ask me at jane@example.org")
    written = repr([*Search.objects.values(), *Feedback.objects.values()])
    for secret in ("203.0.113", "Firefox", "jane", "example.org"):
        assert secret not in written


def test_a_token_is_good_for_one_choice_and_one_outcome(artifact):
    token = token_for(artifact)
    assert choose(token, artifact)
    assert not choose(token, artifact)
    assert choose(token, artifact, act="outcome", worked=True)
    assert not choose(token, artifact, act="outcome", worked=False)
    assert list(Feedback.objects.order_by("pk").values_list("act", "worked")) == [("choice", None), ("outcome", True)]


def test_the_key_of_its_token_is_written_down(artifact, settings):
    """So that what was signed with a stolen one can be left out."""
    choose(token_for(artifact), artifact)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    choose(token_for(artifact), artifact)
    first, second = Feedback.objects.order_by("pk").values_list("signed_by", flat=True)
    assert len(first) == len(second) == 8
    assert first != second


def test_only_what_was_served_can_be_chosen(artifact):
    other = make_artifact(name="Other", slug="other")
    with pytest.raises(CannotAccept):
        choose(token_for(artifact), other)
    assert not Feedback.objects.exists()


def test_somebody_elses_token_is_taken_and_weighs_nothing(artifact):
    assert choose(token_for(artifact), artifact, reader=Reader("198.51.100.1", "Firefox"))
    assert Feedback.objects.get().doubt == "other"


def test_past_midnight_a_reader_is_still_who_was_served(artifact):
    assert choose(token_for(artifact), artifact, now=NOW + dt.timedelta(hours=20))
    assert Feedback.objects.get().doubt == ""


def test_a_days_old_token_is_refused(artifact):
    with pytest.raises(CannotAccept):
        choose(token_for(artifact), artifact, now=NOW + dt.timedelta(hours=25))


def test_the_key_before_still_opens(artifact, settings):
    token = token_for(artifact)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 9
    assert choose(token, artifact)


def test_a_search_that_cannot_be_written_costs_a_line_and_no_answer(artifact, monkeypatch, caplog):
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(Search.objects, "bulk_create", broken)
    token_for(artifact)
    assert "cannot be written" in caplog.text


def test_words_are_thrown_away_after_thirty_days(artifact):
    token_for(artifact)
    Search.objects.update(is_folded=True)
    forget_words(now=NOW + dt.timedelta(days=29))
    assert Search.objects.get().text
    forget_words(now=NOW + dt.timedelta(days=31))
    assert Search.objects.get().text == ""


@pytest.fixture
def threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets threads write: SQLite's tests share one connection's memory, so there they get a copy of it in a file."""

    def let() -> None:
        if connection.vendor == "sqlite":
            file = tmp_path / "replays.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(file)])
            monkeypatch.setitem(connections.settings["default"], "NAME", str(file))

    return let


@pytest.mark.django_db(transaction=True)
def test_fifty_replays_at_once_count_once(artifact, threads):
    token = token_for(artifact)
    threads()
    taken: list[bool] = []
    written: list[int] = []
    start = threading.Barrier(10)

    def replay() -> None:
        try:
            start.wait()
            taken.extend(choose(token, artifact) for _ in range(5))
            start.wait()
            written.append(Feedback.objects.count())
        finally:
            connection.close()

    threads = [threading.Thread(target=replay) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 50
    assert sum(taken) == 1
    assert written == [1] * 10
