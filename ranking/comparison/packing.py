"""A subject of a comparison as JSON that can be read back in years: what a weekly sheet holds. Pure.

Its rank is not in it: snapshots keep that. Every part is written by the names of its fields, what is empty left out,
and each source once. What a later version of a part has more reads as empty; what it no longer has is skipped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from catalog.confidence import Confidence
from catalog.parts import Cited, FactPart, PricePart, Statement
from ranking.comparison.subject import Subject, Term

#: What passes with time, or is counted, without anybody having said anything else: it makes no new sheet.
PASSING: dict[type, frozenset[str]] = {
    FactPart: frozenset({"age"}),
    Statement: frozenset({"retrieved_on"}),
    PricePart: frozenset({"retrieved_on"}),
    Confidence: frozenset({"score", "reason"}),
    Subject: frozenset({"shown", "chosen", "counts_sample"}),
}
NOT_KEPT = "ranked"
EMPTY: tuple[Any, ...] = ("", None, [], {})


def packed(it: Subject, terms: Collection[Term]) -> dict[str, Any]:
    """With the words of the vocabulary that it is said in."""
    sources: dict[Cited, int] = {}

    def place_of(source: Cited) -> int:
        return sources.setdefault(source, len(sources))

    body = _written(it, place_of, is_steady=False)
    return {
        "subject": body,
        "terms": [_written(term, place_of, is_steady=False) for term in terms],
        "sources": [_fields_of(source, place_of, is_steady=False) for source in sources],
    }


def digest_of(it: Subject) -> str:
    """The same as long as nobody says anything else."""
    body = _written(it, lambda source: source.slug, is_steady=True)
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def unpacked(body: dict[str, Any]) -> tuple[Subject, list[Term]]:
    sources = [_made(Cited, given, ()) for given in body["sources"]]
    terms = [_made(Term, given, sources) for given in body["terms"]]
    return _made(Subject, body["subject"], sources), terms


# --- from parts to JSON ----------------------------------------------------------------------------------------------


def _written(value: Any, place_of: Any, *, is_steady: bool) -> Any:
    if isinstance(value, Cited):
        return place_of(value)
    if is_dataclass(value):
        return _fields_of(value, place_of, is_steady=is_steady)
    if isinstance(value, list | tuple):
        return [_written(item, place_of, is_steady=is_steady) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _fields_of(part: Any, place_of: Any, *, is_steady: bool) -> dict[str, Any]:
    shape: Any = type(part)
    leaving_out = PASSING.get(shape, frozenset()) if is_steady else frozenset()
    found = {}
    for name, hint in _hints(shape).items():
        if name == NOT_KEPT or name in leaving_out:
            continue
        value = _written(getattr(part, name), place_of, is_steady=is_steady)
        if hint is Any or value not in EMPTY:
            found[name] = value
    if is_steady and found.get("state") == "stale":
        found["state"] = "known"
    return found


# --- and back --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _hints(part: type) -> dict[str, Any]:
    found = get_type_hints(part)
    return {field.name: found[field.name] for field in fields(part)}


def _made(part: type, given: dict[str, Any], sources: Any) -> Any:
    return part(
        **{
            name: _read(hint, given[name], sources) if name in given else _empty(hint)
            for name, hint in _hints(part).items()
        }
    )


def _read(hint: Any, value: Any, sources: Any) -> Any:
    if hint is Any or value is None:
        return value
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read(next(one for one in inside if one is not type(None)), value, sources)
    if origin in (list, tuple):
        return origin(_read(inside[0], item, sources) for item in value)
    if hint is Cited:
        return sources[value]
    if is_dataclass(hint):
        return _made(hint, value, sources)  # type: ignore[arg-type]  # a class, not one of its objects
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    return hint(value)


def _empty(hint: Any) -> Any:
    origin = get_origin(hint)
    if hint is Any or origin in (Union, types.UnionType):
        return None
    return (origin or hint)()
