"""The match engine's index on this site: made from the catalog, swapped in by a row of the database, opened by all.

    refresh(now=...)     brings it up to what has changed since; makes it anew where that is quicker or needed
    engine()             the live one, opened once by each process; None where there is none that can be opened

One builds at a time, by the row's own counter; a folder that is finished never changes. Search asks for names where
there is no index: an index that is missing, stale or broken costs quality for a while, and never an answer.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from catalog.choices import PUBLIC_LIFECYCLES, LicenceClass, PriceClass
from catalog.held import forgets
from catalog.models import Artifact, ArtifactType, Fact, Offering, Synonym
from catalog.state import State, live_state, shared_version
from ranking.graph.teaching import taught
from ranking.match.choices import Choice, chosen_of
from ranking.match.configuration import shipped
from ranking.match.documents import Chosen, Document
from ranking.match.engine import Engine
from ranking.match.index import CannotExtend, build, extend, open_index
from ranking.match.manifest import CannotOpenIndex
from ranking.models import Fold, MatchIndex
from ranking.waking import INDEX, wake

log = logging.getLogger("ranking")

#: Artifacts that are read at once.
AT_ONCE = 2_000
#: Past this share of changed artifacts a new index is quicker.
ANEW = 0.2
#: Older folders stay for readers that are still at them.
KEPT = 2
#: For how long a process that found the live index broken leaves it alone.
PATIENCE = 30.0
#: Facts that say so in a word, and the facet they make.
SAID = {"open_weights": "weights:open", "self_hosted": "runs:locally"}
#: Kinds that are source code, so that an open licence is that of the source.
SOURCE_KINDS = frozenset({"repo", "framework", "cli", "mcp", "agent", "extension", "skill", "workflow", "template"})


def folder_of(number: int) -> Path:
    return Path(settings.VAR_DIR) / "match" / str(number)


def refresh(*, now: dt.datetime, anew: bool = False) -> MatchIndex | None:
    """The index that now is live; None where nothing had changed, or another is at it."""
    state, shared = live_state(), shared_version()
    graph = Fold.objects.filter(pk=1).values_list("version", flat=True).first() or 0
    live = MatchIndex.objects.filter(is_live=True).first()
    is_there = live is not None and _opens(live.number)
    if (
        live is not None
        and is_there
        and not anew
        and (live.catalog, live.generation, live.graph) == _seen(state, graph)
    ):
        return None
    number = (MatchIndex.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    made, is_mine = MatchIndex.objects.get_or_create(
        number=number,
        defaults={"made_at": now, "catalog": state.version, "graph": graph, "generation": state.generation_id},
    )
    if not is_mine:
        return None  # another took the number a moment ago
    folder = folder_of(number)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        began = time.perf_counter()
        is_small = live is not None and is_there and not anew and shared <= live.catalog
        made.is_whole = not (is_small and live is not None and _extended(live, folder, state))
        if made.is_whole:
            shutil.rmtree(folder, ignore_errors=True)
            build(folder, documents(state), _chosen())
        made.documents = len(open_index(folder))
        made.seconds = time.perf_counter() - began
    except Exception:
        made.delete()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    with transaction.atomic():
        MatchIndex.objects.filter(is_live=True).update(is_live=False)
        made.is_live = True
        made.save()
    _clear_away(now=now)
    return made


def _seen(state: State, graph: int) -> tuple[int, int | None, int]:
    return state.version, state.generation_id, graph


def _opens(number: int) -> bool:
    """Every byte is read: readers that have it open do not notice what changes under them."""
    try:
        open_index(folder_of(number))
    except CannotOpenIndex:
        return False
    return True


def _extended(live: MatchIndex, folder: Path, state: State) -> bool:
    """Whether the next index could be made out of the last."""
    if live.generation != state.generation_id:
        return False  # ranks stand in every document
    changed = dict(Artifact.objects.filter(listed_version__gt=live.catalog).values_list("pk", "lifecycle"))
    if len(changed) > ANEW * max(live.documents, 500):
        return False
    here = [pk for pk, lifecycle in changed.items() if lifecycle in PUBLIC_LIFECYCLES]
    gone = [str(pk) for pk in changed if pk not in here]
    try:
        extend(folder_of(live.number), folder, documents(state, ids=here), gone=gone, chosen=_chosen())
    except (CannotExtend, CannotOpenIndex):
        return False
    return True


def _clear_away(*, now: dt.datetime) -> None:
    """Folders that nobody reads any more, and what a builder who was killed has left."""
    numbers = list(MatchIndex.objects.order_by("-number").values_list("number", flat=True))
    live = MatchIndex.objects.filter(is_live=True).values_list("number", flat=True).first() or 0
    old = [number for number in numbers if number < live][KEPT - 1 :]
    MatchIndex.objects.filter(number__in=old).delete()
    MatchIndex.objects.filter(is_live=False, number__lt=live, made_at__lt=now - dt.timedelta(hours=1)).delete()
    kept = set(MatchIndex.objects.values_list("number", flat=True))
    home = folder_of(0).parent
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.name.isdigit() and int(folder.name) not in kept and int(folder.name) < live:
            shutil.rmtree(folder, ignore_errors=True)


def _chosen() -> list[Chosen]:
    numbers = shipped()
    choices = (Choice(one.actor, one.words, str(one.artifact), one.weight) for one in taught())
    return chosen_of(choices, per_artifact=numbers.per_artifact, per_actor=numbers.per_actor)


# --- documents --------------------------------------------------------------------------------------------------------


def documents(state: State, *, ids: Collection[int] | None = None) -> Iterator[Document]:
    """Of all public artifacts, or of these: one for each offering. Six queries for AT_ONCE artifacts."""
    names = _names()
    public = Artifact.objects.filter(lifecycle__in=PUBLIC_LIFECYCLES).order_by("pk")
    wanted = list((public if ids is None else public.filter(pk__in=sorted(ids))).values_list("pk", flat=True))
    for start in range(0, len(wanted), AT_ONCE):
        yield from _documents(wanted[start : start + AT_ONCE], state, names)


def _names() -> dict[int, tuple[str, ...]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for pk, name in Synonym.objects.order_by("pk").values_list("capability_id", "text"):
        found[pk].append(name)
    return {pk: tuple(names) for pk, names in found.items()}


def _documents(ids: list[int], state: State, names: dict[int, tuple[str, ...]]) -> Iterator[Document]:
    types: defaultdict[int, set[str]] = defaultdict(set)
    for pk, direction, data_type in ArtifactType.objects.filter(artifact__in=ids).values_list(
        "artifact_id", "direction", "data_type"
    ):
        types[pk].add(f"{direction}:{data_type}")
    said: defaultdict[int, set[str]] = defaultdict(set)
    for pk, name in Fact.objects.filter(
        artifact__in=ids, name__in=SAID, value=True, is_stated=True, is_disputed=False
    ).values_list("artifact_id", "name"):
        said[pk].add(SAID[name])
    shelves: dict[int, str] = {}
    for pk, name in Artifact.categories.through.objects.filter(artifact__in=ids).values_list(
        "artifact_id", "category__name"
    ):
        shelves.setdefault(pk, name)
    offerings: defaultdict[int, list[Offering]] = defaultdict(list)
    for offering in Offering.objects.filter(artifact__in=ids).select_related("capability").order_by("position", "pk"):
        offerings[offering.artifact_id].append(offering)
    for artifact in Artifact.objects.with_standing(state.generation_id).filter(pk__in=ids).order_by("pk"):
        facets = frozenset({*_facets(artifact), *types[artifact.pk], *said[artifact.pk]})
        standing = (getattr(artifact, "standing_percentile", None) or 0.0) / 100
        whole = {
            "artifact": str(artifact.pk),
            "name": artifact.name,
            "tagline": artifact.tagline,
            "category": shelves.get(artifact.pk, ""),
            "facets": facets,
            "standing": standing,
        }
        if not offerings[artifact.pk]:
            yield Document(**whole, description=artifact.description[:2_000])
        for offering in offerings[artifact.pk]:
            yield Document(
                **whole,
                offering=str(offering.pk),
                capability=offering.capability.name,
                synonyms=names.get(offering.capability_id, ()),
                description=". ".join([offering.title, offering.description, *map(str, offering.intents)]),
                unique=offering.unique,
                best_for=tuple(map(str, offering.best_for)),
                limitations=tuple(map(str, offering.limitations)),
                requires=tuple(map(str, offering.requires)),
            )


def _facets(artifact: Artifact) -> Iterator[str]:
    yield f"kind:{artifact.kind}"
    if artifact.licence_class != LicenceClass.UNKNOWN:
        yield f"licence:{artifact.licence_class}"
    if artifact.price_class in (PriceClass.FREE, PriceClass.FREE_AND_PAID):
        yield "price:free"
    if artifact.price_class in (PriceClass.PAID, PriceClass.FREE_AND_PAID):
        yield "price:paid"
    if artifact.kind in SOURCE_KINDS and artifact.licence_class in (LicenceClass.PERMISSIVE, LicenceClass.COPYLEFT):
        yield "source:open"


# --- the live one -----------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_held: tuple[int, Engine] | None = None
#: The index that could not be opened, and when.
_broken: tuple[int, float] | None = None


def engine() -> Engine | None:
    """One query; opening a new version takes a moment, once for each process."""
    global _held, _broken
    live = MatchIndex.objects.filter(is_live=True).values_list("number", flat=True).first()
    held = _held
    if live is None:
        return None
    if held is not None and held[0] == live:
        return held[1]
    if _broken is not None and _broken[0] == live and time.monotonic() - _broken[1] < PATIENCE:
        return held[1] if held is not None else None
    with _lock:
        if _held is None or _held[0] != live:
            try:
                _held = live, Engine(open_index(folder_of(live)))
                _broken = None
            except CannotOpenIndex as error:
                log.error("The match index cannot be used; the last one, or names, stand in for it. %s", error)
                _broken = live, time.monotonic()
                mend()
        return _held[1] if _held is not None else None


def mend() -> None:
    """Asks the worker for an index that can be opened."""
    wake(INDEX)


@forgets
def forget() -> None:
    """Drops what this process has opened; tests start each with nothing."""
    global _held, _broken
    _held = _broken = None
