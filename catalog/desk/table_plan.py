"""What an uploaded table would do: for each row new, changed, as it is, or refused and why. And doing it.

Rows are known by their slug. A column that is not there leaves what stands; an empty cell empties it. A thousand rows
take a handful of queries; what is held for the whole file is one number for each slug.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog import licences
from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES, Kind, Lifecycle
from catalog.desk.planned import (
    CHUNK,
    Planned,
    category_names,
    refuse_changed_since,
    refuse_stranded_facts,
    save,
    shelves_of,
)
from catalog.desk.tables import Row
from catalog.models import Alias, Artifact, Publisher
from catalog.slugs import NO_VS, PATTERN, is_ambiguous

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SLUG = re.compile(PATTERN)
_is_address = URLValidator(schemes=["http", "https"])
#: Column -> the most characters it takes. A description may be as long as it likes.
LONGEST = {"name": 10_000, "tagline": 160, "licence": 120, "homepage": 500, "repository": 500}
TEXTS = ("name", "tagline", "description", "homepage", "repository")


class TablePlan:
    """One file's plan. Holds what it has seen of it, so rows are given to it once and in order."""

    def __init__(self, *, by: User, unit: str = "line", checked_at: dt.datetime | None = None) -> None:
        self.unit, self.checked_at = unit, checked_at
        self.may_add = by.has_perm("catalog.add_artifact")
        self.seen: dict[str, int] = {}
        self.publishers = dict(Publisher.objects.values_list("slug", "pk"))
        self.publisher_slugs = {pk: slug for slug, pk in self.publishers.items()}
        self.category_names = category_names()
        self.categories = {slug: pk for pk, slug in self.category_names.items()}
        self.licences: dict[str, str] = {}

    def chunks(self, rows: Iterable[Row], *, skip: int = 0) -> Iterator[list[Row]]:
        """Rows by the thousand, those before `skip` only noted."""
        rows = iter(rows)
        for row in islice(rows, skip):
            self._is_double(row)
        while chunk := list(islice(rows, CHUNK)):
            yield chunk

    def plan(self, rows: Sequence[Row]) -> list[Planned]:
        slugs = {slug for row in rows if isinstance(slug := row.values.get("slug"), str) and len(slug) <= 120}
        standing = {row.slug: row for row in Artifact.objects.filter(slug__in=slugs).select_related("merged_into")}
        aliases = dict(Alias.objects.filter(slug__in=slugs).values_list("slug", "artifact__slug"))
        shelves = shelves_of([row.pk for row in standing.values()])
        planned = [self._row(row, standing, aliases, shelves) for row in rows]
        refuse_stranded_facts(planned)
        refuse_changed_since(planned, self.checked_at)
        return planned

    def _is_double(self, row: Row) -> int | None:
        """The number of the row that had this slug before."""
        slug = row.values.get("slug")
        if not isinstance(slug, str) or not slug.strip():
            return None
        first = self.seen.setdefault(slug.strip(), row.number)
        return None if first == row.number else first

    def _row(
        self, row: Row, standing: dict[str, Artifact], aliases: dict[str, str], shelves: dict[int, set[int]]
    ) -> Planned:
        slug = row.values.get("slug", "")
        one = Planned(row.number, str(slug).strip())
        first = self._is_double(row)
        if row.problem or not isinstance(slug, str):
            one.refusals.append(row.problem or "The slug has to be a text; put it in quotation marks.")
            return one
        slug = one.slug
        if first is not None:
            one.refusals.append(f"“{slug}” stands in {self.unit} {first} already.")
            return one
        artifact = standing.get(slug)
        if artifact is None:
            if sentence := self._why_not_new(slug, aliases):
                one.refusals.append(sentence)
                return one
            artifact = Artifact(slug=slug, lifecycle=Lifecycle.DRAFT)
        elif artifact.merged_into:
            one.refusals.append(f"It was merged into “{artifact.merged_into.slug}”.")
            return one
        one.artifact = artifact
        for name, value in row.values.items():
            if name == "categories":
                self._shelve(one, value, shelves)
            elif name != "slug":
                self._column(one, name, value)
        if artifact._state.adding:
            one.refusals += [
                f"A new artifact needs its {name}." for name in ("name", "kind") if not row.values.get(name)
            ]
        return one

    def _why_not_new(self, slug: str, aliases: dict[str, str]) -> str:
        if not slug:
            return "It has no slug."
        if slug in aliases:
            return f"“{slug}” is an old address of “{aliases[slug]}”. Use that slug."
        if len(slug) > 120:
            return f"The slug has {len(slug)} characters; it takes at most 120."
        if not _SLUG.match(slug):
            return f"“{slug}” is no slug: it has lowercase letters, digits and single hyphens."
        if is_ambiguous(slug):
            return NO_VS
        if not self.may_add:
            return f"There is no artifact “{slug}”, and you may not add any."
        return ""

    def _column(self, one: Planned, name: str, value: Any) -> None:
        assert one.artifact is not None  # noqa: S101 - narrows the type
        if not isinstance(value, str):
            one.refusals.append(f"The {name} has to be a text; put it in quotation marks.")
            return
        value = _lines(value)
        if len(value) > LONGEST.get(name, len(value)):
            one.refusals.append(f"The {name} has {len(value):,} characters; it takes at most {LONGEST[name]:,}.")
            return
        if name in TEXTS:
            self._text(one, name, value)
        elif name == "kind":
            self._kind(one, value)
        elif name == "licence":
            self._licence(one, value)
        elif name == "publisher":
            self._publisher(one, value)
        else:
            state = one.artifact.lifecycle
            if value and value != state:
                was = f"it is {Lifecycle(state).label.lower()}" if one.artifact.pk else "new artifacts are drafts"
                one.refusals.append(f"A table cannot change the lifecycle ({was}). Take the column out.")

    def _text(self, one: Planned, name: str, value: str) -> None:
        artifact = one.artifact
        assert artifact is not None  # noqa: S101 - as above
        if value == _lines(getattr(artifact, name)):
            return
        if not value and (name == "name" or (name in ("tagline", "description") and _is_public(artifact))):
            one.refusals.append(f"Readers need its {name}; it cannot be emptied.")
            return
        if value and name in ("homepage", "repository"):
            try:
                _is_address(value)
            except ValidationError:
                one.refusals.append(f"The {name} “{value[:100]}” is no web address.")
                return
        one.set(name, value)

    def _kind(self, one: Planned, value: str) -> None:
        assert one.artifact is not None  # noqa: S101 - as above
        if value not in Kind.values:
            if value or one.artifact.pk:
                one.refusals.append(f"There is no kind “{value[:60]}”; there are {', '.join(Kind.values)}.")
        elif value != one.artifact.kind:
            one.set("kind", value)

    def _licence(self, one: Planned, value: str) -> None:
        assert one.artifact is not None  # noqa: S101 - as above
        if value == one.artifact.licence:
            return
        if value not in self.licences:
            try:
                licences.class_of(value)
                self.licences[value] = licences.canonical(value)
            except licences.CannotRead as error:
                one.refusals.append(str(error))
                return
        if self.licences[value] != one.artifact.licence:
            one.set("licence", self.licences[value])

    def _publisher(self, one: Planned, value: str) -> None:
        assert one.artifact is not None  # noqa: S101 - as above
        if value and value not in self.publishers:
            one.refusals.append(f"There is no publisher with the slug “{value[:80]}”. Add it first.")
            return
        before = one.artifact.publisher_id
        if before != self.publishers.get(value):
            was = self.publisher_slugs[before] if before else ""
            one.set("publisher_id", self.publishers.get(value), label="publisher", was=was, will_be=value)
            one.fields.discard("publisher_id")
            one.fields.add("publisher")

    def _shelve(self, one: Planned, value: Any, shelves: dict[int, set[int]]) -> None:
        assert one.artifact is not None  # noqa: S101 - as above
        slugs = re.split(r"[,;|\n]", value) if isinstance(value, str) else value
        if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
            one.refusals.append("The categories have to be a list of slugs.")
            return
        wanted = {slug.strip() for slug in slugs} - {""}
        unknown = sorted(wanted - self.categories.keys())
        if unknown:
            one.refusals.append(f"There is no category “{unknown[0][:80]}”.")
            return
        was = shelves.get(one.artifact.pk, set()) if one.artifact.pk else set()
        one.shelve(was, {self.categories[slug] for slug in wanted}, self.category_names)


def apply(planned: Sequence[Planned], *, by: User, why: str) -> None:
    with change(why=why) as it:
        save(planned, it, by=by, why=why)


def _is_public(artifact: Artifact) -> bool:
    return artifact.lifecycle in PUBLIC_LIFECYCLES


def _lines(text: str) -> str:
    """A spreadsheet writes lines its own way, and leaves spaces at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
