"""Rows as they stand before and after, so that what was done to them can be undone exactly.

An image is a row's columns as JSON can hold them, under "label:pk". Of rows that merely changed, only the changed
columns are kept: an undo puts those back and leaves alone what others have edited since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from catalog.changes import current

Image = dict[str, Any]
#: Written by `derived.py` or `changes.py` after each change; they follow from the rest.
DERIVED = {
    "catalog.artifact": {
        "sort_name", "facts_changed_at", "licence_class", "price_class", "offering_count", "disputed_count",
        "identifiers", "headline_price_id", "listed_version", "verified_until",
        "verified_how",
    },
    "catalog.fact": {"is_stated", "is_disputed"},
    "catalog.offering": {"has_evidence"},
    "catalog.capability": {"sort_name"},
}  # fmt: skip


class CannotRestore(Exception):
    """Something has changed since, so that the rows could not be put back as they were."""


def images(rows: Iterable[models.Model]) -> dict[str, Image]:
    return {_key(row): image_of(row, row._meta.concrete_fields) for row in rows}


def reread(keys: Iterable[str]) -> dict[str, Image]:
    """The same rows as they stand now; those that are gone are left out."""
    wanted: dict[str, list[int]] = {}
    for key in keys:
        label, _, pk = key.partition(":")
        wanted.setdefault(label, []).append(int(pk))
    found: dict[str, Image] = {}
    for label, pks in wanted.items():
        manager = apps.get_model(label)._base_manager
        for start in range(0, len(pks), 5_000):  # SQLite takes at most 32,766 variables in one statement
            found.update(images(manager.filter(pk__in=pks[start : start + 5_000])))
    return found


def differences(before: dict[str, Image], after: dict[str, Image]) -> tuple[dict[str, Image], dict[str, Image]]:
    """What to keep of both: changed columns of changed rows, whole rows of removed and made ones."""
    was: dict[str, Image] = {}
    now: dict[str, Image] = {}
    for key, image in before.items():
        later = after.get(key)
        if later is None:
            was[key] = image
            continue
        changed = [name for name in image if image[name] != later[name] and name not in DERIVED.get(_label(key), ())]
        if changed:
            was[key] = {name: image[name] for name in changed}
            now[key] = {name: later[name] for name in changed}
    for key in after.keys() - before.keys():
        now[key] = after[key]
    return was, now


def check(was: dict[str, Image], now: dict[str, Image]) -> None:
    """Raises CannotRestore where a row is no longer as it was left."""
    there = reread(now)
    for key, image in now.items():
        if key not in was:
            continue  # made by what is undone: it goes, whatever has become of it
        if key not in there:
            raise CannotRestore(f"{_called(key)} has been removed since.")
        if any(there[key][name] != value for name, value in image.items()):
            raise CannotRestore(f"{_called(key)} has been changed since.")


def restore(was: dict[str, Image], now: dict[str, Image], order: list[type[models.Model]], *, why: str) -> None:
    """Takes away what was made, puts back what was changed and removed. `order`: what others point at comes first.

    Columns are written as they stood. Rows that return say so in their history.
    """
    ranks = {model._meta.label_lower: place for place, model in enumerate(order)}
    keys = sorted(was.keys() | now.keys(), key=lambda key: ranks[_label(key)])
    for key in reversed(keys):
        if key not in was:
            _rows(key).delete()
    for key in keys:
        if key in was and key in now:
            model = apps.get_model(_label(key))
            _rows(key).update(**{name: value_of(model, name, value) for name, value in was[key].items()})
    for key in keys:
        if key in was and key not in now:
            model = apps.get_model(_label(key))
            row = model(**{name: value_of(model, name, value) for name, value in was[key].items()})
            row.save_base(raw=True, force_insert=True)
            if hasattr(model, "history"):
                it = current()
                model.history.bulk_history_create(
                    [row], default_change_reason=why, default_date=it.at if it is not None else None
                )


def _key(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _label(key: str) -> str:
    return key.partition(":")[0]


def _rows(key: str) -> models.QuerySet[Any]:
    label, _, pk = key.partition(":")
    return apps.get_model(label)._base_manager.filter(pk=int(pk))


def _called(key: str) -> str:
    model = apps.get_model(_label(key))
    row = _rows(key).first()
    name = model._meta.verbose_name
    return f"The {name} “{str(row)[:80]}”" if row else f"A {name}"


def image_of(row: models.Model, fields: Iterable[models.Field[Any, Any]]) -> Image:
    """These columns of a row, or of a copy of it in its history."""
    return {field.attname: _plain(getattr(row, field.attname)) for field in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()  # to the microsecond, which Django's own encoder cuts off
    return str(value) if isinstance(value, Decimal) else value


def value_of(model: type[models.Model], name: str, value: Any) -> Any:
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    return value if isinstance(field, models.JSONField | models.ForeignKey) else field.to_python(value)
