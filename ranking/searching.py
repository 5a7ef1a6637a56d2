"""An intent answered: which artifacts serve it and why, or what comes nearest, with a token for feedback.

Search page and API both call `search`. The engine finds; this module knows the catalog: what may be shown, by which
names, and what of past queries is nobody's in particular. Without an index it finds by names, and says so.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.choices import DataType, Kind, LicenceClass
from catalog.columns import columns
from catalog.kinds import KINDS
from catalog.models import Offering
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from catalog.storable import storable
from ranking import indexing
from ranking.graph.gathering import phrase_of
from ranking.graph.intents import public
from ranking.graph.recording import Reader, Shown, served
from ranking.graph.scrubbing import scrubbed
from ranking.match.engine import Answer, Match
from ranking.match.reasons import offers
from ranking.models import Intent, Search

log = logging.getLogger("ranking")

#: Characters of a query that are read.
LONGEST = 500
LIMIT, MOST = 10, 50
#: Words that names are asked for.
MOST_WORDS = 8
#: Of the best one's score: what has less than so much of it is no answer beside it.
LEAST = 0.4
#: Near misses shown where nothing fits.
NEAR = 5
#: Words of the API that several of its fields share, so that its description names them once.
OPEN, TYPES, REPORTED = ("open",), tuple(DataType.values), ("worked", "failed")
#: What one may ask for beside the words: parameter, its facet and the values it takes.
FILTERS: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind.values),
    "licence": tuple(value for value in LicenceClass.values if value != LicenceClass.UNKNOWN),
    "price": ("free", "paid"),
    "weights": OPEN,
    "source": OPEN,
    "runs": ("locally",),
    "input": TYPES,
    "output": TYPES,
}
LABELS = {
    "price:free": "Free",
    "price:paid": "Paid",
    "weights:open": "Open weights",
    "source:open": "Open source",
    "runs:locally": "Runs locally",
}


@dataclass(frozen=True)
class Wish:
    """A filter in force: asked for, or understood from the words."""

    facet: str
    label: str
    #: The words it was understood from; empty where it was asked for.
    words: str = ""
    is_met: bool = True


@dataclass(frozen=True)
class Hit:
    row: Row
    #: What matched; 0 and empty where it was the artifact itself.
    capability_id: int
    capability_slug: str
    capability_name: str
    title: str
    score: float
    #: Sentences; the first names the capability where that is one of the reasons.
    why: tuple[str, ...]
    #: Conditions that the words met: what it is best for, and what it requires or does badly.
    fits: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """As a page tells them that has the capability's name above them."""
        return tuple(sentence for sentence in self.why if sentence != offers(self.capability_name))


@dataclass(frozen=True)
class Found:
    query: str
    is_cut: bool
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...]
    wishes: tuple[Wish, ...]
    intent: Intent | None
    token: str
    #: Found by names alone, as there is no index.
    by_names: bool = False
    #: One of the words stands in no listing.
    is_strange: bool = False
    shown: tuple[Shown, ...] = field(default=(), repr=False)


def label_of(facet: str) -> str:
    name, _, value = facet.partition(":")
    if name == "kind":
        return KINDS[Kind(value)].label
    if name == "licence":
        return f"{LicenceClass(value).label} licence"
    if name in ("input", "output"):
        return f"{'Takes' if name == 'input' else 'Gives'} {DataType(value).label.lower()}"
    return LABELS[facet]


def search(
    text: str,
    *,
    state: State,
    reader: Reader,
    door: str,
    now: dt.datetime,
    facets: Collection[str] = (),
    dropped: Collection[str] = (),
    limit: int = LIMIT,
    is_recorded: bool = True,
) -> Found:
    """`facets` are asked for, `dropped` may not be read out of the words. Nothing in `text` is an error."""
    text = " ".join(storable(text).split())
    query = text[:LONGEST]
    answer = _answer(query, facets, dropped, limit)
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()
    if answer is None:
        hits, wishes, confidence = _by_names(query, facets, state, limit), _asked(facets), 0.0
    else:
        best = answer.matches[0].score if answer.matches else 0.0
        hits = _hits([match for match in answer.matches if match.score >= LEAST * best], state)
        near = _hits(answer.near[:NEAR], state)
        wishes = (
            *_asked(facets),
            *(Wish(one.facet, one.label, one.words) for one in answer.understood),
            *(Wish(one.facet, one.label, one.words, is_met=False) for one in answer.not_met),
        )
        confidence = answer.confidence.fits
    shown = tuple(Shown(hit.row.id, hit.capability_id) for hit in hits or near)
    token = ""
    if is_recorded and query:
        token = served(
            query,
            shown,
            answered=bool(hits),
            confidence=confidence,
            door=door,
            reader=reader,
            now=now,
            filters={"facets": sorted({*facets, *(wish.facet for wish in wishes if wish.is_met)})},
        )
    return Found(
        query=query,
        is_cut=len(text) > LONGEST,
        answered=bool(hits),
        confidence=confidence,
        hits=hits,
        near=near if not hits else (),
        wishes=wishes,
        intent=_intent(query),
        token=token,
        by_names=answer is None,
        is_strange=answer is None or answer.is_strange,
        shown=shown,
    )


def _answer(query: str, facets: Collection[str], dropped: Collection[str], limit: int) -> Answer | None:
    """None where the engine cannot be asked: no index, or one that breaks while it is read."""
    live = indexing.engine()
    if live is None:
        return None
    try:
        return live.answer(query, limit=limit, filters=facets, ignored=dropped)
    except Exception:  # an index that was damaged after it was opened; names stand in for it
        log.exception("The match index failed while it was asked.")
        indexing.forget()
        indexing.mend()
        return None


def _asked(facets: Collection[str]) -> tuple[Wish, ...]:
    return tuple(Wish(facet, label_of(facet)) for facet in sorted(facets))


def _hits(matches: Sequence[Match], state: State) -> tuple[Hit, ...]:
    """In their order. What was withdrawn since the index was made is left out."""
    held = columns(state)
    wanted = [int(match.artifact) for match in matches if held.has(int(match.artifact))]
    rows = {row.id: row for row in rows_of(wanted, state, held)}
    offered = _offered([int(match.offering) for match in matches if match.offering])
    quotable, sampled = _nobodys(matches), _sampled(matches)
    found = []
    for match in matches:
        row = rows.get(int(match.artifact))
        if row is None:
            continue
        capability, slug, name, title = offered.get(int(match.offering or 0), (0, "", "", ""))
        told: dict[str, list[str]] = {"why": [], "fits": [], "clashes": []}
        for reason in match.reasons:
            sentence = reason.sentence
            if reason.about == "past_intent":
                if reason.words[0] not in quotable:
                    sentence = "People who asked for something very like this chose it."
                if reason.words[0] in sampled:
                    sentence = f"{sentence.removesuffix('.')} (sample)."
            told[{"fits": "fits", "conflicts": "clashes", "requires": "clashes"}.get(reason.about, "why")].append(
                sentence
            )
        found.append(
            Hit(
                row,
                capability,
                slug,
                name,
                title,
                match.score,
                tuple(told["why"]),
                tuple(told["fits"]),
                tuple(told["clashes"]),
            )
        )
    return tuple(found)


def _offered(ids: Sequence[int]) -> Mapping[int, tuple[int, str, str, str]]:
    """Capability and title of each offering."""
    if not ids:
        return {}
    columns = ("capability_id", "capability__slug", "capability__name", "title")
    return {
        pk: (of, slug, name, title)
        for pk, of, slug, name, title in Offering.objects.filter(pk__in=ids).values_list("pk", *columns)
    }


def _nobodys(matches: Sequence[Match]) -> set[str]:
    """Of the past queries that reasons quote, those that name a public intent: no single person's words are shown."""
    quoted = {r.words[0] for match in matches for r in match.reasons if r.about == "past_intent"}
    return set(public().filter(name__in=quoted).values_list("name", flat=True)) if quoted else set()


def _sampled(matches: Sequence[Match]) -> set[str]:
    """Of the past queries that reasons rest on, those that are the demo's made-up ones."""
    phrases = {
        phrase_of(r.words[0]): r.words[0] for match in matches for r in match.reasons if r.about == "past_intent"
    }
    if not phrases:
        return set()
    made_up = Search.objects.filter(phrase__in=phrases, is_sample=True).values_list("phrase", flat=True)
    return {phrases[phrase] for phrase in made_up.distinct()}


def _intent(query: str) -> Intent | None:
    """The public intent that these words belong to."""
    if not query:
        return None
    asked = Search.objects.filter(phrase=phrase_of(scrubbed(query)), is_excluded=False).exclude(intent=None)
    row = asked.select_related("intent__merged_into").first()
    if row is None or row.intent is None:
        return None
    intent = row.intent.merged_into or row.intent
    return intent if intent.is_public else None


def _by_names(query: str, facets: Collection[str], state: State, limit: int) -> tuple[Hit, ...]:
    """Artifacts whose names, lines or capabilities hold all of the words: what lists' own text filter finds."""
    held = columns(state)
    mask = held.everything()
    for word in query.split()[:MOST_WORDS]:
        mask &= held.mentioning(word)
    for facet in facets:
        name, _, value = facet.partition(":")
        if name in ("kind", "licence"):
            mask &= held.where(name, [value])
    ids = held.page(mask, "place", 0, limit) if query else []
    why = ("Its name or description has these words.",)
    return tuple(Hit(row, 0, "", "", "", 0.0, why) for row in rows_of(ids, state, held))
