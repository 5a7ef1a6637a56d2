"""A list of artifacts as a page shows it: filtered, sorted, counted, one page of it, with the ways to narrow it.

Filters, order, counts and facets come from memory (`columns.py`); the rows of the page from one query.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from catalog.choices import DataType
from catalog.columns import TYPE_CODES, Columns, Mask, Term, columns
from catalog.filters import NARROWING, WIDENING, ArtifactFilterSet, ValuesField
from catalog.pages.rows import Row, rows_of
from catalog.state import State

SORTS = {"rank": "Rank", "name": "Name", "new": "Newest", "changed": "Last changed"}
#: A facet of many values shows so many; those chosen are always among them.
FACET_LENGTH = 10
FACETS = ("kind", "category", "capability", "price", "licence", "input", "output", "verified", "lifecycle")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    share: float
    selected: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]
    single: bool = False
    is_open: bool = False

    @property
    def selected_count(self) -> int:
        return sum(option.selected for option in self.options)


@dataclass(frozen=True)
class Chip:
    text: str
    remove_query: str


@dataclass(frozen=True)
class Selection:
    """What a reader asked for, as far as it means something; `problems` names the rest."""

    values: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    problems: tuple[str, ...] = ()

    def query(self, **changes: Any) -> str:
        """The selection as a query string, in one order however it was asked for."""
        values = {**self.values, **changes}
        sort, page = values.pop("sort", self.sort), values.pop("page", 1)
        pairs = [(name, value) for name in ("q", *FACETS) for value in _as_texts(values.get(name))]
        pairs += [("sort", sort)] if sort else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else "?"


def _as_texts(value: Any) -> list[str]:
    if value in (None, "", []):
        return []
    return (
        [str(v) for v in value]
        if isinstance(value, list)
        else ["true" if value is True else "false" if value is False else value]
    )


@dataclass(frozen=True)
class Listing:
    rows: list[Row]
    total: int
    facets: list[Facet]
    chips: list[Chip]
    selection: Selection
    sort: str
    sorts: list[tuple[str, str]]
    pages: int
    has_ranks: bool
    #: In the order of ranks of several kinds, which a reader must be told: the figures do not go down.
    by_place: bool = False

    @property
    def previous_query(self) -> str:
        return self.selection.query(page=self.selection.page - 1) if self.selection.page > 1 else ""

    @property
    def next_query(self) -> str:
        return self.selection.query(page=self.selection.page + 1) if self.selection.page < self.pages else ""


def selection_of(params: MultiValueDict[str, str]) -> Selection:
    """Reads a page's address: a bad value is named and left out, the good ones beside it stay."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, declared in ArtifactFilterSet.base_filters.items():
        given = params.getlist(name)
        if not any(given):
            continue
        form_field = declared.field
        form_field.label = declared.label
        if isinstance(form_field, ValuesField):
            good, bad = form_field.partition(given)
            problems += [f"{declared.label}: there is no “{value[:60]}”, so it was left out." for value in bad[:3]]
            if good:
                values[name] = good
            continue
        try:
            cleaned = form_field.clean(given[-1])
        except ValidationError as error:
            problems += [f"{message} It was left out." for message in error.messages]
        else:
            if cleaned not in (None, ""):
                values[name] = cleaned
    sort = params.get("sort", "")
    if sort and sort not in SORTS:
        problems.append(f"Sort: there is no “{sort[:60]}”; there are {', '.join(SORTS)}.")
        sort = ""
    page = params.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 1 <= len(page) <= 6 or int(page) < 1:
        problems.append(f"Page: “{page[:20]}” is no page number.")
        page = "1"
    return Selection(values, sort, int(page), tuple(problems))


def listing(
    selection: Selection,
    state: State,
    *,
    page_size: int,
    fixed: Mapping[str, Any] | None = None,
    facets: Sequence[str] = FACETS,
) -> Listing:
    """`fixed` filters belong to the page itself, such as its kind; they give no facet and no chip. `facets` are those
    that the page shows."""
    held = columns(state)
    fixed = dict(fixed or {})
    masks = {name: _mask(held, name, value) for name, value in {**selection.values, **fixed}.items()}
    mask = _all(held, masks.values())
    total = int(mask.sum())
    pages = max(1, -(-total // page_size))
    page = min(selection.page, pages)
    selection = Selection(selection.values, selection.sort, page, selection.problems)
    has_ranks = state.generation_id is not None
    sort = selection.sort if selection.sort != "rank" or has_ranks else ""
    sort = sort or ("rank" if has_ranks else "name")
    order = _order(sort, {**selection.values, **fixed})
    ids = held.page(mask, order, (page - 1) * page_size, page * page_size)
    return Listing(
        rows=rows_of(ids, state, held),
        total=total,
        facets=[
            f for name in facets if name not in fixed and (f := _facet(held, name, selection, masks, mask)) is not None
        ],
        chips=_chips(selection, held),
        selection=selection,
        sort=sort,
        sorts=[(value, label) for value, label in SORTS.items() if value != "rank" or has_ranks],
        pages=pages,
        has_ranks=has_ranks,
        by_place=order == "place" and len(held.counts("kind", mask)) > 1,
    )


def _order(sort: str, values: Mapping[str, Any]) -> str:
    """Ranks of different kinds are not comparable: a mixed list goes by how far up each stands among its own."""
    return "place" if sort == "rank" and len(values.get("kind", ())) != 1 else sort


def _mask(held: Columns, name: str, value: Any) -> Mask:
    return ArtifactFilterSet.base_filters[name].mask(held, value)


def _all(held: Columns, masks: Any) -> Mask:
    return functools.reduce(np.logical_and, masks, held.everything())


def _facet(held: Columns, name: str, selection: Selection, masks: dict[str, Mask], mask: Mask) -> Facet | None:
    declared = ArtifactFilterSet.base_filters[name]
    chosen = _as_texts(selection.values.get(name))
    if name == "verified":
        return _verified_facet(held, masks, chosen)
    # Where values widen, each count says what choosing it instead would give.
    around = _all(held, [m for other, m in masks.items() if other != name]) if name in WIDENING else mask
    if name in ("category", "capability"):
        terms = held.categories if name == "category" else held.capabilities
        by_slug = held.category_by_slug if name == "category" else held.capability_by_slug
        # Of two thousand capabilities a dozen are shown: only those are given their names.
        picked = [by_slug[value].id for value in chosen if value in by_slug]
        counts = held.most_common(name, around, terms, FACET_LENGTH, picked)
        counted = {terms[pk].slug: (terms[pk].name, n) for pk, n in counts.items()}
    elif name in NARROWING:
        labels = {code: (value, str(DataType(value).label)) for value, code in TYPE_CODES.items()}
        counted = {labels[code][0]: (labels[code][1], n) for code, n in held.counts_of_many(name, around).items()}
    else:
        found = held.counts(name, around)
        counted = {str(v): (str(label), found[v]) for v, label in declared.extra["choices"] if v in found}
    for value in chosen:
        counted.setdefault(value, (_label(name, value, held), 0))
    if len(counted) < 2 and not chosen:
        return None  # a choice of one is no choice

    def most_first(item: tuple[str, tuple[str, int]]) -> tuple[int, str]:
        return (-item[1][1], item[1][0])

    shown = dict(heapq.nsmallest(FACET_LENGTH, counted.items(), key=most_first))
    shown |= dict(sorted(((value, counted[value]) for value in chosen if value not in shown), key=most_first))
    most = max((n for _, n in shown.values()), default=0) or 1
    options = [Option(value, label, n, n / most, value in chosen) for value, (label, n) in shown.items()]
    return Facet(name, declared.label, options, is_open=name in ("kind", "capability"))


def _verified_facet(held: Columns, masks: dict[str, Mask], chosen: list[str]) -> Facet | None:
    around = _all(held, [m for other, m in masks.items() if other != "verified"])
    proven = _mask(held, "verified", True)
    yes = int((proven & around).sum())
    if not chosen and not proven.any():
        return None
    return Facet("verified", "Verified owner", [Option("true", "Proven", yes, 1.0, chosen == ["true"])], single=False)


def _label(name: str, value: str, held: Columns) -> str:
    term: Term | None = None
    if name in ("category", "capability"):
        term = (held.category_by_slug if name == "category" else held.capability_by_slug).get(value)
    choices = ArtifactFilterSet.base_filters[name].extra.get("choices", ())
    return term.name if term else str(dict(choices).get(value, value))


def _chips(selection: Selection, held: Columns) -> list[Chip]:
    chips = []
    for name in ("q", *FACETS):
        value = selection.values.get(name)
        declared = ArtifactFilterSet.base_filters[name]
        if name == "q" and value:
            chips.append(Chip(f"“{value}”", selection.query(q="")))
        elif name == "verified" and value is not None:
            chips.append(Chip("Proven owner" if value else "No proven owner", selection.query(verified=None)))
        elif isinstance(value, list):
            rest: Sequence[str]
            for one in value:
                rest = [other for other in value if other != one]
                text = _label(name, one, held)
                chips.append(
                    Chip(f"{declared.label}: {text}" if name in NARROWING else text, selection.query(**{name: rest}))
                )
    return chips
