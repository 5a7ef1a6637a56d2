"""The match graph at many events: seconds to fold them, to leave some out, and to let them in again; and whether the
graph is then exactly what it was, and what it would be had they never happened.

    python bench/match_fold.py [--events 100000] [--subjects actor,network,key,door]       digests of all, on SQLite
    python bench/match_fold.py --events 1000000 --subjects network

Events are searches in words that repeat as people's do, with choices and outcomes by a fifth of the people; 2,000
artifacts, out of one seed. One in five hundred actors is the attacker's; he has a network, a key and a door too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.databases import sqlite_url
from bench.match_catalog import queries
from bench.measuring import table

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ARTIFACTS, PHRASES = 2_000, 20_000
#: Of a hundred searches, how many lead to a choice; of a hundred choices, how many are told of later.
CHOSEN, TOLD = 20, 40
BAD = {"actor": "bad0000000000001", "network": "bad0000000000002", "key": "0badbad0", "door": "resolve"}


def fill(count: int) -> None:
    from bench.loading import insert
    from catalog.models import Artifact
    from ranking.graph.gathering import phrase_of
    from ranking.models import Feedback, Search

    rng = random.Random(21)
    names = [(f"tool-{n}", f"Tool {n}", "repo", "published") for n in range(ARTIFACTS)]
    insert(Artifact, ("slug", "name", "kind", "lifecycle"), names)
    ids = list(Artifact.objects.order_by("pk").values_list("pk", flat=True))
    said = [query.text for query in queries(PHRASES, seed=22)]
    phrases = [phrase_of(text) for text in said]
    usual = list(accumulate(1 / (place + 8) for place in range(PHRASES)))
    feedback: list[tuple[object, ...]] = []

    def searches() -> Iterator[tuple[object, ...]]:
        made = 0
        while made < count:
            which = rng.choices(range(PHRASES), cum_weights=usual)[0]
            at = NOW - dt.timedelta(seconds=60 + rng.random() * 29 * 86_400)
            is_bad = rng.random() < 0.002
            who = BAD["actor"] if is_bad else f"{rng.randrange(count // 3):016x}"
            network = BAD["network"] if is_bad else f"{rng.randrange(count // 9):016x}"
            near = random.Random(which).sample(ids, 10)
            key = uuid.UUID(int=rng.getrandbits(128), version=4).hex
            door = BAD["door"] if is_bad else "page"
            shown = json.dumps([[one, 0] for one in near])
            yield (key, at, who, network, said[which], phrases[which], door, "{}", True, 0.8, shown)
            made += 1
            if rng.random() * 100 < CHOSEN:
                signed = BAD["key"] if is_bad else "600d600d"
                chosen = near[min(int(rng.expovariate(0.6)), 9)]
                later = at + dt.timedelta(seconds=30)
                feedback.append((key, "choice", chosen, None, later, who, network, signed))
                made += 1
                if rng.random() * 100 < TOLD:
                    worked = rng.random() < 0.8
                    feedback.append((key, "outcome", chosen, worked, later, who, network, signed))
                    made += 1

    columns = ("key", "at", "actor", "network", "text", "phrase", "door", "filters", "answered", "confidence", "shown")
    insert(Search, columns, searches())
    told = ("search_key", "act", "artifact_id", "worked", "at", "actor", "network", "signed_by")
    insert(Feedback, told, feedback)


def timed(rows: list[tuple[str, str, str]], what: str) -> str:
    """Folds, and says how long that took and what came out."""
    from ranking.graph.digest import digest
    from ranking.graph.folding import fold

    begun = time.perf_counter()
    folded = fold(now=NOW)
    seconds = time.perf_counter() - begun
    found = digest()
    rows.append((what, f"{seconds:.1f}", f"{folded.searches + folded.feedback:,}"))
    print(f"{what}: {seconds:.1f} s", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--subjects", default=",".join(BAD))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "VAR_DIR": folder,
            "DATABASE_URL": sqlite_url(Path(folder), "fold"),
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db.models import Q

        from ranking.graph.exclusions import What, impose
        from ranking.models import Feedback, Intent, Search
        from ranking.setting_aside import confirm, lift
        from tests.cast import erin, sven

        call_command("migrate", verbosity=0)
        begun = time.perf_counter()
        fill(options.events)
        print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        rows: list[tuple[str, str, str]] = []
        said: list[str] = []
        before = timed(rows, "folded for the first time")
        print(f"{Intent.objects.count():,} intents", file=sys.stderr)
        for subject in options.subjects.split(","):
            it = impose(What(subject, BAD[subject]), why="Bought.", by=erin(), now=NOW)
            if it.waits_since is not None:
                confirm(it, by=sven(), now=NOW)
            without = timed(rows, f"without one {subject}")
            lift(it, why="It was right after all.", by=erin(), now=NOW)
            again = timed(rows, f"with that {subject} again")
            said.append(f"{subject}: without it {'otherwise' if without != before else 'THE SAME'}, "
                        f"lifted {'exactly as before' if again == before else 'NOT AS BEFORE'}")  # fmt: skip
        # All of them are the same events, but for searches, which nobody signs.
        Feedback.objects.filter(network=BAD["network"]).delete()
        if subject != "key":
            Search.objects.filter(Q(network=BAD["network"])).delete()
        from ranking.graph.digest import digest
        from ranking.graph.folding import refold

        refold(now=NOW)
        never = digest()
        said.append(
            f"without one {subject}, and had it never been: {'the same' if never == without else 'NOT THE SAME'}"
        )
        print(f"{options.events:,} events, {Intent.objects.count():,} intents")
        print(table(("", "seconds", "events"), rows))
        print("\n".join(said))


if __name__ == "__main__":
    main()
