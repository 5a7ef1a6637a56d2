"""What a list of artifacts can be narrowed by: one FilterSet for page, API and admin.

Each filter has two forms of one meaning: `filter` in SQL, for querysets, and `mask` over columns, for pages that count
facets. Within a filter the values widen (a model *or* a dataset), save where a thing can have several at once:
capabilities and types must all be there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.constants import EMPTY_VALUES

from catalog.choices import PUBLIC_LIFECYCLES, DataType, Direction, Kind, LicenceClass, PriceClass
from catalog.columns import TYPE_CODES, Columns, Mask
from catalog.kinds import KINDS
from catalog.models import Alias, Artifact, ArtifactType, Capability, Category, Offering
from catalog.models.fields import sort_key

MAX_VALUES = 20  # per filter: more is a mistake or an attack


class ValuesField(forms.MultipleChoiceField):
    """Several values of one filter, repeated or comma-separated in the address. Names the ones it does not know."""

    widget = forms.CheckboxSelectMultiple

    def partition(self, values: Iterable[str]) -> tuple[list[str], list[str]]:
        """The values it accepts, and the others."""
        known = self.known()
        given = list(dict.fromkeys(part.strip() for value in values for part in str(value).split(",") if part.strip()))
        return [v for v in given if v in known][:MAX_VALUES], [v for v in given if v not in known]

    def known(self) -> Any:
        return {str(value) for value, _ in self.choices}  # type: ignore[union-attr, misc]

    def to_python(self, value: Any) -> list[str]:
        good, bad = self.partition(value or ())
        if bad:
            raise ValidationError([_unknown(self.label, v) for v in bad[:3]])
        return good

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"])


class SlugsField(ValuesField):
    """Values that are slugs of a model's rows."""

    def __init__(self, *, slugs: QuerySet[Any], **kwargs: Any) -> None:
        self.slugs = slugs
        super().__init__(**kwargs)

    def partition(self, values: Iterable[str]) -> tuple[list[str], list[str]]:
        given = list(dict.fromkeys(part.strip() for value in values for part in str(value).split(",") if part.strip()))
        asked = [v for v in given if "\x00" not in v][:MAX_VALUES]
        known = set(self.slugs.filter(slug__in=asked).values_list("slug", flat=True)) if asked else set()
        return [v for v in asked if v in known], [v for v in given if v not in known]


def _unknown(label: Any, value: str) -> str:
    return f"{label}: there is no “{value[:60]}”."


class ValuesFilter(django_filters.MultipleChoiceFilter):
    """Rows with any of the values in one column."""

    field_class: type[ValuesField] = ValuesField
    always_filter = False

    def __init__(self, *, dimension: str, **kwargs: Any) -> None:
        self.dimension = dimension
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet[Artifact], value: Sequence[str]) -> QuerySet[Artifact]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs

    def mask(self, columns: Columns, value: Sequence[str]) -> Mask:
        return columns.where(self.dimension, value)


class CategoryFilter(ValuesFilter):
    field_class = SlugsField

    def filter(self, qs: QuerySet[Artifact], value: Sequence[str]) -> QuerySet[Artifact]:
        shelved = Artifact.categories.through.objects.filter(category__slug__in=value).values("artifact_id")
        return qs.filter(pk__in=shelved) if value else qs

    def mask(self, columns: Columns, value: Sequence[str]) -> Mask:
        terms = [columns.category_by_slug[slug].id for slug in value if slug in columns.category_by_slug]
        return np.logical_or.reduce([columns.having("category", code) for code in terms] or [~columns.everything()])


class AllOfFilter(ValuesFilter):
    """Rows that have every one of the values."""

    def filter(self, qs: QuerySet[Artifact], value: Sequence[str]) -> QuerySet[Artifact]:
        for one in value:
            qs = qs.filter(pk__in=self.having(one))
        return qs

    def having(self, value: str) -> QuerySet[Any]:
        direction = Direction(self.dimension)
        return ArtifactType.objects.filter(direction=direction, data_type=value).values("artifact_id")

    def mask(self, columns: Columns, value: Sequence[str]) -> Mask:
        return np.logical_and.reduce([self.mask_of(columns, one) for one in value])

    def mask_of(self, columns: Columns, value: str) -> Mask:
        return columns.having(self.dimension, TYPE_CODES[value])


class CapabilityFilter(AllOfFilter):
    field_class = SlugsField

    def having(self, value: str) -> QuerySet[Any]:
        return Offering.objects.filter(capability__slug=value).values("artifact_id")

    def mask_of(self, columns: Columns, value: str) -> Mask:
        term = columns.capability_by_slug.get(value)
        return columns.having("capability", term.id) if term else ~columns.everything()


class VerifiedField(forms.NullBooleanField):
    """Yes or no, and nothing else: the built-in field reads any text as “either”, and so does its widget."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        if value in (None, ""):
            return None
        if str(value).lower() not in ("true", "false", "1", "0"):
            raise ValidationError(f"{self.label}: takes true or false, not “{str(value)[:60]}”.")
        return str(value).lower() in ("true", "1")


class VerifiedFilter(django_filters.BooleanFilter):
    """Whether an owner's proof stands right now; a lapsed one does not count."""

    field_class = VerifiedField

    def filter(self, qs: QuerySet[Artifact], value: bool | None) -> QuerySet[Artifact]:
        if value in EMPTY_VALUES:
            return qs
        stands = Q(verified_until__gt=timezone.now())
        return qs.filter(stands) if value else qs.exclude(stands & Q(verified_until__isnull=False))

    def mask(self, columns: Columns, value: bool) -> Mask:
        stands = np.nan_to_num(columns.times["verified_until"]) > time.time()
        return stands if value else ~stands


class TextField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, strip=True, **kwargs)


class TextFilter(django_filters.CharFilter):
    """All of the words, each somewhere in name, tagline, publisher, an alias or a capability's words.

    It narrows a list; what fits an intent is the match engine's question. Capital letters beyond ASCII are as good as
    small ones in memory and on PostgreSQL; SQLite sees to that in names only.
    """

    field_class = TextField

    def filter(self, qs: QuerySet[Artifact], value: str) -> QuerySet[Artifact]:
        for word in _words(value):
            qs = qs.filter(
                Q(sort_name__contains=sort_key(word))
                | Q(name__icontains=word)
                | Q(tagline__icontains=word)
                | Q(slug__contains=word.lower())
                | Q(publisher__name__icontains=word)
                | Q(pk__in=Alias.objects.filter(slug__contains=word.lower()).values("artifact_id"))
                | Q(pk__in=Offering.objects.filter(capability__in=_capabilities_with(word)).values("artifact_id"))
            )
        return qs

    def mask(self, columns: Columns, value: str) -> Mask:
        return np.logical_and.reduce([columns.everything(), *map(columns.mentioning, _words(value))])


def _words(value: str) -> list[str]:
    """A lone accent has no letters to look for: everything would contain it."""
    return [word for word in (value or "").split()[:8] if sort_key(word)]


def _capabilities_with(word: str) -> QuerySet[Any]:
    key = sort_key(word)
    return Capability.objects.live().filter(Q(sort_name__contains=key) | Q(synonyms__key__contains=key)).values("pk")


class ArtifactFilterSet(django_filters.FilterSet):
    q = TextFilter(label="Text")
    kind = ValuesFilter(label="Kind", dimension="kind", choices=[(k, KINDS[k].plural) for k in Kind.values])
    category = CategoryFilter(label="Category", dimension="category", slugs=Category.objects.all())
    capability = CapabilityFilter(label="Capability", dimension="capability", slugs=Capability.objects.live())
    price = ValuesFilter(label="Price", dimension="price", field_name="price_class", choices=PriceClass.choices)
    licence = ValuesFilter(
        label="Licence", dimension="licence", field_name="licence_class", choices=LicenceClass.choices
    )
    input = AllOfFilter(label="Takes", dimension="input", choices=DataType.choices)
    output = AllOfFilter(label="Gives", dimension="output", choices=DataType.choices)
    # The built-in widget turns what it does not know into “either” before the field can say so.
    verified = VerifiedFilter(label="Verified owner", widget=forms.TextInput)
    lifecycle = ValuesFilter(
        label="Lifecycle", dimension="lifecycle", choices=[(v.value, v.label) for v in PUBLIC_LIFECYCLES]
    )

    class Meta:
        model = Artifact
        fields: list[str] = []


#: Filters whose values widen the list: their facet counts what choosing another value *instead* would give.
WIDENING = ("kind", "category", "price", "licence", "lifecycle")
NARROWING = ("capability", "input", "output")
