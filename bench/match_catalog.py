"""Offerings, queries and choices out of one seed, for measuring the match engine at sizes no catalog has yet.

An offering does something (verb) to something (object) in some field, told in one set of words; a query asks for the
same in others. What serves it are the offerings of the same three. So it is known what ought to be found, and finding
it takes more than equal words. Around that stand filler words, frequent and rare as in life.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from ranking.match.documents import Chosen, Document

VERBS = (
    ("transcribe", "write down"), ("translate", "put into another language"), ("summarise", "shorten"),
    ("classify", "sort into groups"), ("generate", "create"), ("detect", "spot"), ("extract", "pull out"),
    ("compare", "tell apart"), ("convert", "turn"), ("search", "look up"), ("predict", "forecast"),
    ("clean", "remove errors from"), ("schedule", "plan"), ("visualise", "draw charts of"),
    ("monitor", "keep an eye on"), ("edit", "change"), ("explain", "make me understand"), ("test", "check"),
    ("recommend", "suggest"), ("anonymise", "hide names in"),
)  # fmt: skip
OBJECTS = (
    ("speech", "spoken words"), ("images", "pictures"), ("contracts", "legal agreements"),
    ("invoices", "bills"), ("e-mails", "messages"), ("source code", "programs"), ("videos", "films"),
    ("music", "songs"), ("tables", "spreadsheets"), ("maps", "routes"), ("recipes", "dishes"),
    ("molecules", "chemical compounds"), ("proteins", "amino acid sequences"), ("stocks", "shares"),
    ("flights", "plane tickets"), ("resumes", "job applications"), ("reviews", "customer opinions"),
    ("news", "current events"), ("papers", "scientific articles"), ("logs", "server records"),
    ("questions", "quizzes"), ("faces", "people in photographs"), ("weather", "rain and temperature"),
    ("patents", "inventions"), ("houses", "real estate"),
)  # fmt: skip
FIELDS = (
    ("hospitals", "doctors"), ("schools", "teachers"), ("farms", "agriculture"), ("banks", "finance"),
    ("shops", "online stores"), ("factories", "manufacturing"), ("law firms", "lawyers"),
    ("newsrooms", "journalists"), ("games", "players"), ("travel agencies", "tourists"),
    ("museums", "art collections"), ("energy", "power plants"),
)  # fmt: skip
KINDS = ("mcp", "model", "api", "extension", "agent", "dataset", "repo", "cli")
_FILLER = [
    first + middle + last
    for first in ("ba", "co", "di", "fu", "ge", "ho", "ka", "lu", "mi", "po")
    for middle in ("ran", "tel", "nor", "vis", "mar", "lon", "ped", "sil")
    for last in ("a", "ex", "on", "is", "um", "or", "", "et")
]
_FREQUENT = list(accumulate(1 / (rank + 3) for rank in range(len(_FILLER))))
_ASKING = ("I need to", "help me to", "how can I", "a tool to", "something to", "")


@dataclass(frozen=True)
class Query:
    text: str
    need: int


def _needs() -> list[tuple[int, int, int]]:
    return [(v, o, f) for v in range(len(VERBS)) for o in range(len(OBJECTS)) for f in range(len(FIELDS))]


NEEDS = _needs()


def offerings(count: int, *, seed: int = 4) -> Iterator[tuple[Document, int]]:
    """Each with the number of the need it serves; four offerings make an artifact."""
    rng = random.Random(seed)
    for number in range(count):
        need = rng.randrange(len(NEEDS))
        verb, thing, field = NEEDS[need]
        said = (VERBS[verb][rng.random() < 0.3], OBJECTS[thing][rng.random() < 0.3], FIELDS[field][rng.random() < 0.3])
        filler = rng.choices(_FILLER, cum_weights=_FREQUENT, k=24)
        words = f"It can {said[0]} {said[1]} for {said[2]}. {' '.join(filler)}."
        artifact = number // 4
        document = Document(
            artifact=f"artifact-{artifact}",
            name=f"{_FILLER[artifact % len(_FILLER)].title()} {artifact}",
            offering=str(number),
            capability=f"{said[0]} {said[1]}",
            description=words,
            facets=frozenset({f"kind:{KINDS[artifact % len(KINDS)]}"}),
        )
        yield document, need


def queries(count: int, *, seed: int = 5) -> list[Query]:
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        need = rng.randrange(len(NEEDS))
        verb, thing, field = NEEDS[need]
        said = (VERBS[verb][rng.random() < 0.6], OBJECTS[thing][rng.random() < 0.6], FIELDS[field][rng.random() < 0.6])
        found.append(Query(f"{rng.choice(_ASKING)} {said[0]} {said[1]} for {said[2]}".strip(), need))
    return found


def choices(count: int, serving: dict[int, list[str]], *, seed: int = 6) -> Iterator[Chosen]:
    """Of other people's queries, for needs that something serves."""
    rng = random.Random(seed)
    for query in queries(count, seed=seed):
        if serving.get(query.need):
            yield Chosen(query.text, rng.choice(serving[query.need][:3]), 1.0)
