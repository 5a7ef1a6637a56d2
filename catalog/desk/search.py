"""One box over everything at the desk: what is called exactly so first, then what holds the words.

A constant number of queries, each with a limit; those for exact hits go by an index. What a person may not view is
not looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from catalog.models import (
    Alias,
    Artifact,
    Capability,
    CapabilityAlias,
    Identifier,
    Publisher,
    Report,
    Source,
    Synonym,
)
from catalog.models.fields import sort_key

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 10
LONGEST = 200  # characters: no name that is looked for is longer
#: Fewer characters are in almost everything; they are looked for as a whole name only.
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """`address` is a name of the admin's and its arguments."""

    what: str
    detail: str
    address: tuple[str, tuple[Any, ...]]
    is_exact: bool


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]
    is_more: bool
    #: The list that shows all of them, by name; empty where there is none.
    all_of_them: str


@dataclass(frozen=True)
class _Sort:
    title: str
    model: str
    rows: Callable[[], QuerySet[Any]]
    exact: Callable[[str], Q]
    holding: Callable[[str], Q]
    hit: Callable[[Any, bool], Hit]
    all_of_them: str = ""


def found(text: str, *, by: User) -> list[Group]:
    """Groups without a hit are left out."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not text:
        return []
    groups = (_group(sort, text) for sort in _SORTS if by.has_perm(f"catalog.view_{sort.model}"))
    return [group for group in groups if group.hits]


def _group(sort: _Sort, text: str) -> Group:
    exact = list(sort.rows().filter(sort.exact(text))[: MOST + 1])
    rows = [(row, True) for row in exact]
    if len(text) >= SHORTEST and len(rows) <= MOST:
        seen = [row.pk for row in exact]
        others = sort.rows().filter(sort.holding(text)).exclude(pk__in=seen)[: MOST + 1 - len(rows)]
        # By their keys, which an index alone can tell; whole rows are read only of those that are shown.
        rows += [(row, False) for row in sort.rows().filter(pk__in=others.values("pk"))]
    hits = [sort.hit(row, is_exact) for row, is_exact in rows[:MOST]]
    return Group(sort.title, hits, len(rows) > MOST, sort.all_of_them)


def _ids(rows: QuerySet[Any, Any]) -> list[int]:
    """Asked for first: an OR over a join would read every row."""
    return list(rows[: MOST + 1])


def _artifact_exactly(text: str) -> Q:
    ids = _ids(Identifier.objects.filter(Q(key=text.casefold()) | Q(value=text)).values_list("artifact", flat=True))
    return Q(slug=text.lower()) | Q(sort_name=sort_key(text)) | Q(pk__in=ids)


def _artifact_holding(text: str) -> Q:
    ids = _ids(Identifier.objects.filter(key__contains=text.casefold()).values_list("artifact", flat=True))
    return Q(sort_name__contains=sort_key(text)) | Q(slug__contains=text.lower()) | Q(pk__in=ids)


def _capability_exactly(text: str) -> Q:
    key = sort_key(text)
    ids = _ids(Synonym.objects.filter(key=key).values_list("capability", flat=True))
    old = Q(key=text.lower()) | Q(slug=text.lower())
    ids += _ids(CapabilityAlias.objects.filter(old).values_list("capability", flat=True))
    return Q(key=text.lower()) | Q(slug=text.lower()) | Q(sort_name=key) | Q(pk__in=ids)


def _capability_holding(text: str) -> Q:
    key = sort_key(text)
    ids = _ids(Synonym.objects.filter(key__contains=key).values_list("capability", flat=True))
    old = Q(key__contains=text.lower()) | Q(slug__contains=text.lower())
    ids += _ids(CapabilityAlias.objects.filter(old).values_list("capability", flat=True))
    return Q(sort_name__contains=key) | Q(key__contains=text.lower()) | Q(pk__in=ids)


def _artifact(row: Artifact, is_exact: bool) -> Hit:
    detail = f"{row.get_kind_display()}, {row.get_lifecycle_display().lower()}"
    return Hit(row.name[:120], detail, ("catalog_artifact_change", (row.pk,)), is_exact)


def _alias(row: Alias, is_exact: bool) -> Hit:
    detail = f"leads to {row.artifact.name[:100]}"
    return Hit(row.slug, detail, ("catalog_artifact_change", (row.artifact_id,)), is_exact)


def _capability(row: Capability, is_exact: bool) -> Hit:
    return Hit(row.name, row.key, ("catalog_capability_change", (row.pk,)), is_exact)


def _publisher(row: Publisher, is_exact: bool) -> Hit:
    return Hit(row.name, row.homepage, ("catalog_publisher_change", (row.pk,)), is_exact)


def _source(row: Source, is_exact: bool) -> Hit:
    return Hit(row.title[:120], row.url[:120], ("catalog_source_change", (row.pk,)), is_exact)


def _report(row: Report, is_exact: bool) -> Hit:
    detail = f"{row.get_section_display()}, {row.became.lower()}"
    return Hit(row.text[:120], detail, ("catalog_report", (row.pk,)), is_exact)


_SORTS = (
    _Sort(
        "Artifacts", "artifact", lambda: Artifact.objects.filter(merged_into=None).order_by("sort_name", "id"),
        _artifact_exactly, _artifact_holding, _artifact, "catalog_artifact_changelist",
    ),
    _Sort(
        "Old addresses", "alias", lambda: Alias.objects.select_related("artifact").order_by("slug"),
        lambda text: Q(slug=text.lower()), lambda text: Q(slug__contains=text.lower()), _alias,
    ),
    _Sort(
        "Capabilities", "capability", lambda: Capability.objects.live().order_by("sort_name", "id"),
        _capability_exactly, _capability_holding, _capability, "catalog_capability_changelist",
    ),
    _Sort(
        "Publishers", "publisher", lambda: Publisher.objects.order_by("name", "id"),
        lambda text: Q(slug=text.lower()) | Q(name=text),
        lambda text: Q(name__icontains=text) | Q(slug__contains=text.lower()),
        _publisher, "catalog_publisher_changelist",
    ),
    _Sort(
        "Sources", "source", lambda: Source.objects.order_by("title", "id"),
        lambda text: Q(slug=text.lower()) | Q(url=text) | Q(title=text),
        lambda text: Q(title__icontains=text) | Q(url__icontains=text),
        _source, "catalog_source_changelist",
    ),
    _Sort(
        "Reports", "report", lambda: Report.objects.order_by("-reported_at", "-id"),
        lambda text: Q(code=text), lambda text: Q(text__icontains=text), _report,
    ),
)  # fmt: skip
