"""Which formula is live. A published one is never changed: a new one takes its place."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db import transaction

from catalog.held import forgets
from ranking.formulas import BrokenFormula, formula_in, shipped_formula, shipped_text
from ranking.models import Configuration, ConfigurationState
from ranking.scoring.configuration import Formula


class CannotPublish(Exception):
    pass


def live_configuration(*, now: dt.datetime) -> Configuration:
    """The one published last; the shipped one is published where there is none yet."""
    found = Configuration.objects.filter(state=ConfigurationState.PUBLISHED).order_by("-published_at", "-pk").first()
    if found is not None:
        return found
    return Configuration.objects.get_or_create(
        version=shipped_formula().version,
        defaults={
            "text": shipped_text(),
            "state": ConfigurationState.PUBLISHED,
            "published_at": now,
            "why": "The first formula, chosen on history: docs/explanation/ranking.md has the figures.",
        },
    )[0]


def formula_of(configuration: Configuration) -> Formula:
    return _parsed(configuration.text)


def configuration_behind(generation_id: int | None) -> Configuration | None:
    """What a generation was computed with; None for one that nobody built. Reading a page publishes nothing."""
    return Configuration.objects.filter(builds__generation=generation_id).first() if generation_id else None


def formula_behind(generation_id: int | None) -> Formula:
    """Kept once found: what a generation was computed with never changes."""
    if generation_id not in _behind:
        configuration = configuration_behind(generation_id)
        if len(_behind) > _MOST_KEPT:
            _behind.clear()
        _behind[generation_id] = formula_of(configuration) if configuration else shipped_formula()
    return _behind[generation_id]


_behind: dict[int | None, Formula] = {}
_MOST_KEPT = 100


@forgets
def forget() -> None:
    """Drops what is kept; tests start each with nothing."""
    _behind.clear()


@lru_cache(maxsize=8)
def _parsed(text: str) -> Formula:
    return formula_in(text)


def publish(draft: Configuration, *, why: str, now: dt.datetime) -> None:
    """Makes a draft the live formula; ranks follow with the next generation. Raises CannotPublish or BrokenFormula."""
    if not why.strip():
        raise CannotPublish("A new formula needs a reason, which readers will see.")
    formula = formula_in(draft.text)
    if formula.version != draft.version:
        raise BrokenFormula([(1, f"Its text says version “{formula.version}”, its name “{draft.version}”.")])
    with transaction.atomic():
        done = Configuration.objects.filter(pk=draft.pk, state=ConfigurationState.DRAFT, text=draft.text).update(
            state=ConfigurationState.PUBLISHED, published_at=now, why=why.strip()
        )
        if done != 1:
            raise CannotPublish("It has been published or changed meanwhile. Look at it again.")
    draft.refresh_from_db()
