"""How often a host is asked, whoever asks; and when it is left alone."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from catalog.network import IMPORTS, CannotFetch, Why, fetch
from catalog.network.pace import AT_ONCE_IN_ALL, FAILURES, REST_SECONDS, Pace
from tests.loopback import OK, Clock, Loopback, saying
from tests.patience import PATIENCE

URL = "https://registry.dev/"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Pace:
    return Pace(tmp_path / "network.sqlite3", now=clock.now, sleep=clock.sleep)


def turn(pace: Pace, host: str = "registry.dev", patience: float = 30, lasts: float = 30) -> Any:
    return pace.turn(host, patience=patience, lasts=lasts)


def ask(loopback: Loopback, url: str = URL) -> Any:
    return fetch(url, profile=IMPORTS, door=loopback.door)


def refused(loopback: Loopback, url: str = URL) -> CannotFetch:
    with pytest.raises(CannotFetch) as raised:
        ask(loopback, url)
    return raised.value


# --- turns ------------------------------------------------------------------------------------------------------------


def test_a_host_is_asked_once_a_second(pace: Pace, clock: Clock) -> None:
    began = []
    for _ in range(5):
        with turn(pace):
            began.append(clock.now())
    assert min(later - earlier for earlier, later in pairwise(began)) >= 0.999


def test_hosts_do_not_wait_for_each_other(pace: Pace, clock: Clock) -> None:
    for number in range(5):
        with turn(pace, f"host{number}.dev"):
            pass
    assert clock.ahead == 0


def test_no_more_than_two_ask_a_host_at_a_time(pace: Pace, clock: Clock) -> None:
    """A third waits for one of them to end, as long as it has patience."""
    with turn(pace), turn(pace):
        began = clock.now()
        with pytest.raises(CannotFetch) as raised, turn(pace, patience=5):
            pytest.fail("three at a time")
        assert raised.value.why == Why.LATER
        assert clock.now() - began == pytest.approx(5, abs=0.2)
    with turn(pace):
        pass


def test_no_more_than_fifty_ask_at_a_time(pace: Pace) -> None:
    open_turns = [turn(pace, f"host{number}.dev") for number in range(AT_ONCE_IN_ALL)]
    for one in open_turns:
        one.__enter__()
    with pytest.raises(CannotFetch), turn(pace, "one-more.dev", patience=2):
        pytest.fail("fifty-one at a time")
    open_turns.pop().__exit__(None, None, None)
    with turn(pace, "one-more.dev", patience=2):
        pass
    for one in open_turns:
        one.__exit__(None, None, None)


def test_what_a_process_held_when_it_died_lapses(pace: Pace, clock: Clock) -> None:
    dead = [turn(pace, lasts=10), turn(pace, lasts=10)]
    for one in dead:
        one.__enter__()
    began = clock.now()
    with turn(pace):
        assert 9 <= clock.now() - began <= 12


def test_nobody_joins_a_queue_that_is_too_long(pace: Pace, clock: Clock) -> None:
    """It is said at once, rather than at the end of one's patience."""
    with turn(pace), pytest.raises(CannotFetch) as raised, turn(pace, patience=0.5):
        pytest.fail("too early")
    assert (raised.value.why, clock.ahead) == (Why.LATER, 0)
    assert raised.value.retry_after == pytest.approx(1, abs=0.1)


def test_all_processes_of_a_machine_share_one_pace(tmp_path: Path) -> None:
    """Threads with books of their own here, and real time: three turns take two seconds, whatever another host's do."""
    begun: set[str] = set()
    ended: list[str] = []
    together = threading.Barrier(2, timeout=PATIENCE)

    def work(host: str) -> None:
        with turn(Pace(tmp_path / "network.sqlite3"), host):
            if host not in begun:
                begun.add(host)
                together.wait()
        ended.append(host)

    hosts = ["registry.dev"] * 3 + ["mirror.dev"] * 3
    threads = [threading.Thread(target=work, args=[host]) for host in hosts]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began >= 2
    assert sorted(ended) == sorted(hosts)


# --- failures ---------------------------------------------------------------------------------------------------------


def test_five_failures_in_a_row_give_a_host_ten_minutes_of_rest(loopback: Loopback) -> None:
    for _ in range(FAILURES):
        assert refused(loopback).why == Why.UNREACHABLE
    dialled = len(loopback.dialled)
    error = refused(loopback)
    assert (error.why, error.retry_after) == (Why.LATER, pytest.approx(REST_SECONDS, abs=1))
    assert len(loopback.dialled) == dialled
    loopback.serve("mirror.dev", saying(OK))
    assert ask(loopback, "https://mirror.dev/").status == 200
    loopback.clock.sleep(REST_SECONDS)
    loopback.serve("registry.dev", saying(OK))
    assert ask(loopback).status == 200


def test_an_answer_in_between_begins_the_count_anew(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK))
    there = loopback.ports.pop(("registry.dev", 443))
    for _ in range(2):
        for _ in range(FAILURES - 1):
            assert refused(loopback).why == Why.UNREACHABLE
        loopback.ports["registry.dev", 443] = there
        assert ask(loopback).status == 200
        del loopback.ports["registry.dev", 443]


@pytest.mark.parametrize(("status", "rests"), [("500 Oh", True), ("503 Busy", True), ("404 No", False)])
def test_what_a_server_says_of_itself_counts(loopback: Loopback, status: str, rests: bool) -> None:
    loopback.serve("registry.dev", saying(f"HTTP/1.1 {status}"))
    for _ in range(FAILURES):
        ask(loopback)
    if rests:
        assert refused(loopback).why == Why.LATER
    else:
        assert ask(loopback).status == 404


def test_what_is_our_own_decision_does_not_count(loopback: Loopback) -> None:
    """Neither an answer that is too large, nor a redirect that is not followed."""
    loopback.serve("registry.dev", saying("HTTP/1.1 302 a\nLocation: http://mirror.dev/"))
    for _ in range(FAILURES + 1):
        assert refused(loopback).why == Why.REDIRECT


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("HTTP/1.1 429 Wait\nRetry-After: 120", 120),
        ("HTTP/1.1 503 Wait\nRetry-After: 120", 120),
        ("HTTP/1.1 200 OK\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 60", 60),
        ("HTTP/1.1 429 Wait\nRetry-After: 99999999", 24 * 3600),
    ],
)
def test_a_host_gets_the_rest_it_asks_for(loopback: Loopback, head: str, seconds: float) -> None:
    """The answer itself is given; whoever asks next is told when to come again. No rest is longer than a day."""
    loopback.serve("registry.dev", saying(head))
    ask(loopback)
    error = refused(loopback)
    assert (error.why, error.retry_after) == (Why.LATER, pytest.approx(seconds, abs=1))
    loopback.clock.sleep(seconds)
    assert ask(loopback).status
    assert len(loopback.asked) == 2


def test_hosts_of_long_ago_are_forgotten(pace: Pace, clock: Clock) -> None:
    with turn(pace):
        pass
    clock.sleep(3 * 24 * 3600)
    for _ in range(2):
        with turn(pace, "mirror.dev"):
            pass
    with pace._books() as books:
        assert books.execute("SELECT name FROM host").fetchall() == [("mirror.dev",)]
        assert books.execute("SELECT COUNT(*) FROM turn").fetchone() == (0,)
