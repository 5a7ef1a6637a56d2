"""Searches under their intents: which one each belongs to, what it is called, and who may see it.

Called by folding alone. Intents that people have touched (named, blocked, merged, pinned) stay when nothing is in them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from catalog.wordvectors import DIMENSIONS, encode
from ranking.bulk import set_columns
from ranking.graph.actors import period_of
from ranking.graph.clusters import Floats, gathered, name_of
from ranking.graph.decisions import Decisions
from ranking.models import Intent, Pin, Search

#: Of one period: on fewer days than these nobody's asking is counted as independent.
LEAST_DAYS = 3
#: And from so many on its most typical query is nobody's in particular, so that it may name the intent.
LEAST_SAME = 3
#: Queries of an intent that are read to name it.
MOST_READ = 2_000


def phrase_of(text: str) -> str:
    """The same for queries of the same words. Salted, so that a kept one cannot be found by trying words."""
    words = " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
    return salted_hmac("ranking.graph.phrase", words, algorithm="sha256").hexdigest()[:32]


def gather(
    searches: Sequence[Search],
    decided: Decisions,
    former: Mapping[str, tuple[int, str]],
    known: dict[str, int],
) -> None:
    """Sets the intent of each, in their order; makes those that are new. One that was there before, by `former` as
    `drop_empty` returns it, keeps its number and its address. `known` are the intents of phrases that this fold has
    seen already; what it has not is asked for, and added."""
    known.update(_of_phrases({one.phrase for one in searches} - known.keys()))
    known.update(decided.pins)
    fresh = {one.phrase: one for one in reversed(searches) if one.phrase not in known}
    order = [one for one in searches if fresh.get(one.phrase) is one]
    if order:
        known.update(_placed(order, former))
    for one in searches:
        one.intent_id = known.get(one.phrase)


def _of_phrases(phrases: set[str]) -> dict[str, int]:
    """Of each that was said before, where it was put first."""
    said = (
        Search.objects.filter(phrase__in=phrases, is_excluded=False, is_program=False)
        .exclude(intent=None)
        .values_list("phrase", "intent_id")
        .annotate(first=Min("at"), least=Min("pk"))
        .order_by("-first", "-least")
    )
    return {phrase: intent for phrase, intent, *_ in said}


def _placed(firsts: Sequence[Search], former: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """An intent for each of these phrases, none of which has been seen before."""
    there = list(Intent.objects.order_by("born_at", "key").values_list("pk", "vector", "born_at"))
    leaders = np.frombuffer(b"".join(bytes(vector) for _, vector, _ in there), np.float32).reshape(-1, DIMENSIONS)
    vectors = encode([one.text for one in firsts])
    numbers = gathered(vectors, [one.at.timestamp() for one in firsts], leaders, [at.timestamp() for *_, at in there])
    ids = [pk for pk, *_ in there]
    made: dict[int, Intent] = {}
    for number, search, vector in zip(numbers, firsts, vectors, strict=True):
        if number >= len(ids) and number not in made:
            made[number] = _new(search, vector, former)
    Intent.objects.bulk_create(made.values(), batch_size=200)
    of = {number: intent.pk for number, intent in made.items()} | dict(enumerate(ids))
    return {search.phrase: of[number] for search, number in zip(firsts, numbers, strict=True) if number >= 0}


def _new(search: Search, vector: Floats, former: Mapping[str, tuple[int, str]]) -> Intent:
    key = hashlib.sha256(search.phrase.encode()).hexdigest()[:32]
    pk, slug = former.get(key, (None, key))
    return Intent(
        pk=pk,
        key=key,
        name=search.text[:200],
        slug=slug,  # its key until it may be seen
        vector=vector.tobytes(),
        born_at=search.at,
        first_at=search.at,
        last_at=search.at,
        is_sample=search.is_sample,
    )


def drop_empty() -> dict[str, tuple[int, str]]:
    """Intents in which nothing is, and that nobody has decided about. By key the number and address of each."""
    inside = Exists(Search.objects.filter(intent=OuterRef("pk")))
    pinned = Exists(Pin.objects.filter(intent=OuterRef("pk")))
    into = Exists(Intent.objects.filter(merged_into=OuterRef("pk")))
    empty = Intent.objects.filter(~inside, ~pinned, ~into, is_named=False, is_blocked=False, merged_into=None)
    found = {key: (pk, slug) for key, pk, slug in empty.values_list("key", "pk", "slug")}
    empty.delete()
    return found


def describe(intents: Iterable[int] | None) -> None:
    """Counts, names and addresses of these intents, of all where None is given."""
    rows = Intent.objects.all() if intents is None else Intent.objects.filter(pk__in=sorted(intents))
    found = {row.pk: row for row in rows}
    searches = Search.objects.filter(intent__in=list(found), is_excluded=False, is_program=False)
    totals = {
        row["intent"]: row
        for row in searches.values("intent").annotate(
            all=Count("pk"),
            unanswered=Count("pk", filter=Q(answered=False)),
            made_up=Count("pk", filter=Q(is_sample=True)),
            first=Min("at"),
            last=Max("at"),
        )
    }
    actors = _independent(searches)
    used = _used(searches)
    taken = set(Intent.objects.exclude(pk__in=list(found)).values_list("slug", flat=True))
    for row in sorted(found.values(), key=lambda one: (one.first_at, one.key)):
        total = totals.get(row.pk)
        row.searches_count = total["all"] if total else 0
        row.unanswered_count = total["unanswered"] if total else 0
        row.is_sample = total is not None and total["made_up"] > 0
        row.actors_count = actors.get(row.pk, 0)
        if total:
            row.first_at, row.last_at = total["first"], total["last"]
        name, same = name_of(used.get(row.pk, ()))
        if name and not row.is_named:
            row.name, row.is_typical = name[:200], same >= LEAST_SAME
        # An address stays what it was given first: others have it.
        if row.is_public and row.slug == row.key:
            row.slug = _slug(row.name, row.key, taken)
        taken.add(row.slug)
    set_columns(
        list(found.values()),
        [
            "searches_count",
            "unanswered_count",
            "actors_count",
            "is_sample",
            "first_at",
            "last_at",
            "name",
            "is_typical",
            "slug",
        ],
    )


def _slug(name: str, key: str, taken: set[str]) -> str:
    base = slugify(name)[:60].strip("-") or key
    return base if base not in taken else f"{base}-{key[:6]}"


def _independent(searches: QuerySet[Search]) -> dict[int, int]:
    """Networks that asked, in the best thirty days of each intent that have enough days of asking."""
    asked: defaultdict[tuple[int, dt.date], tuple[set[str], set[dt.date]]] = defaultdict(lambda: (set(), set()))
    for intent, network, day in (
        searches.annotate(day=TruncDate("at")).values_list("intent", "network", "day").distinct()
    ):
        networks, days = asked[intent, period_of(day)]
        networks.add(network)
        days.add(day)
    best: Counter[int] = Counter()
    for (intent, _), (networks, days) in asked.items():
        if len(days) >= LEAST_DAYS:
            best[intent] = max(best[intent], len(networks))
    return dict(best)


def _used(searches: QuerySet[Search]) -> dict[int, list[tuple[str, int]]]:
    """What each intent's queries said, with how many networks said so."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = (
        searches.exclude(text="")
        .values_list("intent", "text")
        .annotate(networks=Count("network", distinct=True))
        .order_by("intent", "-networks", "text")
    )
    for intent, text, networks in rows:
        if len(found[intent]) < MOST_READ:
            found[intent].append((text, networks))
    return found
