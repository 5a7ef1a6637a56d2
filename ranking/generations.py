"""Building a generation of ranks beside the live one. `publish` checks it and puts it in its place.

One builder at a time, by `lease`. What a builder writes nobody sees until it is published; who dies on the way leaves
rows that the next builder clears away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from django.db import transaction

from catalog.choices import Component
from catalog.models import CatalogState, Generation, Standing
from ranking import lease
from ranking.breakdowns import packed
from ranking.bulk import write_behind, writing
from ranking.computing import Ranked, ranked
from ranking.configurations import formula_of, live_configuration
from ranking.copying import Column
from ranking.graph import matched, outcomes
from ranking.holds import note
from ranking.loading import Moment, moment
from ranking.models import Breakdown, Build, BuildState, Configuration
from ranking.publish import Checked, checked, clear_away, go_live
from ranking.reference import quarter_of

log = logging.getLogger("ranking")
#: Rows in one transaction: other writers wait no longer than for these.
AT_ONCE = 10_000


def inputs_of(at: Moment, configuration: Configuration) -> str:
    """A digest of what decides ranks beside the day: equal digests, equal ranks on one day.

    The catalog's version stands for which artifacts there are and of which kind they are.
    """
    state = CatalogState.objects.values_list("version", flat=True).filter(pk=1).first() or 0
    told = json.dumps(
        [at.last_reading, at.as_data(), configuration.pk, configuration.version, state, quarter_of(at.as_of.date())]
    )
    return hashlib.sha256(told.encode()).hexdigest()


def due(*, now: dt.datetime) -> bool:
    """Whether anything has changed since the generation that is live was built."""
    outcomes.keep(now=now)
    last = Build.objects.filter(state=BuildState.PUBLISHED).order_by("-number").first()
    return last is None or last.inputs != inputs_of(moment(now=now), live_configuration(now=now))


def build(
    *,
    now: dt.datetime,
    clock: Callable[[], dt.datetime] | None = None,
    step: Callable[[str], None] | None = None,
    accept_losses: bool = False,
) -> Build | None:
    """Computes, writes, checks and publishes; None where another builder is at work.

    `clock` tells the time while it works; `step` hears of each step that was taken, of rows that they were handed over;
    `accept_losses` publishes it also where many lose their rank and nothing in the catalog says why. Raises what broke
    it off, after noting it on the build: the generation that was live stays so.
    """
    tick, tell = clock or (lambda: now), step or (lambda name: None)
    fence = lease.take(now=now)
    if fence is None:
        return None

    def alive() -> None:
        with transaction.atomic():
            write_behind()
            lease.hold_on(fence, now=tick())

    tell("taken")
    configuration = live_configuration(now=now)
    outcomes.keep(now=now)
    at = moment(now=now)
    it = Build.objects.create(
        number=fence,
        configuration=configuration,
        as_of=at.as_of,
        last_reading=at.last_reading,
        inputs=inputs_of(at, configuration),
        left_out=at.as_data(),
        started_at=now,
    )
    try:
        clear_away(before=fence)
        tell("cleared")
        it.generation = Generation.objects.create(number=fence, formula_version=configuration.version, built_at=now)
        it.save(update_fields=["generation"])
        found = _write(it, at, configuration, alive, tell)
        tell("written")
        lease.hold_on(fence, now=tick())
        problems = checked(it, found, formula_of(configuration), accept_losses=accept_losses)
        it.problems = "\n".join(problems)
        if problems:
            it.state = BuildState.REFUSED
            log.error("Generation %s is refused: %s", it.number, it.problems)
        else:
            tell("checked")
            go_live(it, fence=fence, now=tick())
            tell("published")
    except Exception as error:
        it.state, it.problems = BuildState.FAILED, f"{type(error).__name__}: {error}"
        raise
    finally:
        it.ended_at = tick()
        it.save()
        if it.state != BuildState.PUBLISHED:
            clear_away(before=fence + 1)
        lease.let_go(fence)
    return it


def _write(
    it: Build, at: Moment, configuration: Configuration, alive: Callable[[], None], tell: Callable[[str], None]
) -> Checked:
    assert it.generation_id is not None  # noqa: S101
    summary = Checked()
    shown = matched.counted()
    with writing() as write:
        for kind in ranked(at, configuration, freeze=True):
            alive()
            it.tables[kind.kind] = kind.table_id
            for model, columns in (
                (Standing, _standings(kind, it.generation_id)),
                (Breakdown, _breakdowns(kind, it.generation_id, shown)),
            ):
                for batch in _batches(columns):
                    write(model, batch)
                    alive()
                    tell(f"{model._meta.model_name}s")
            note(kind, formula_of(configuration), as_of=at.as_of)
            summary.add(kind)
    it.ranked, it.unranked = summary.ranked, summary.unranked
    it.checksum = summary.checksum
    return summary


def _standings(it: Ranked, generation_id: int) -> dict[str, Column]:
    scores = it.scores
    columns = {
        "generation_id": np.full(len(scores.rank), generation_id),
        "artifact_id": it.evidence.artifacts,
        "score": scores.rank,
        "low": scores.low,
        "high": scores.high,
        "percentile": scores.percentile,
        "coverage": scores.coverage,
        **{str(name): scores.components[name] for name in Component},
    }
    return {name: column[scores.ranked] for name, column in columns.items()}


def _breakdowns(it: Ranked, generation_id: int, shown: Mapping[int, Any]) -> dict[str, Column]:
    trends, explained = it.scores.trends, packed(it, shown)
    return {
        "generation_id": np.full(len(explained.bodies), generation_id),
        "artifact_id": it.evidence.artifacts,
        "momentum": np.where(it.scores.ranked, trends.momentum, np.nan),
        "survival": np.where(it.scores.ranked, trends.survival, np.nan),
        "body": explained.bodies,
        "points": explained.points,
    }


def _batches(columns: dict[str, Column]) -> Iterator[dict[str, Column]]:
    for start in range(0, len(columns["artifact_id"]), AT_ONCE):
        yield {name: column[start : start + AT_ONCE] for name, column in columns.items()}
