"""What an editor does about a broken link: puts another address into the text, or sets the link aside with a note."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.changes import change
from catalog.choices import Kind, LinkState, LinkWrong
from catalog.desk.addresses import Target, cited, judged, path_within, target_of
from catalog.linking import CannotRelink, passage, relinked
from catalog.models import Artifact, BrokenLink, Capability, Category, Offering, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What `where` names: a row by its table and key.
TABLES: dict[str, type[models.Model]] = {
    "artifact": Artifact,
    "offering": Offering,
    "capability": Capability,
    "category": Category,
    "source": Source,
}
SORTS: dict[str, QuerySet[Any]] = {
    "artifact": Artifact.objects.public(),
    "capability": Capability.objects.live(),
    "category": Category.objects.all(),
    "source": cited(Source.objects.all()),
}
#: Words compared with a mistyped one, and how alike they must be (difflib's ratio).
MOST, ALIKE = 20_000, 0.7


class CannotMend(Exception):
    pass


@dataclass(frozen=True)
class Place:
    """The row and field that hold a link."""

    row: models.Model
    field: str

    @property
    def name(self) -> str:
        return str(getattr(self.row, "name", "") or getattr(self.row, "title", ""))

    @property
    def text(self) -> str:
        return str(getattr(self.row, self.field))


def place_of(link: BrokenLink) -> Place | None:
    """None where the row is no more."""
    key, pk, field = link.where.split(":")
    row = TABLES[key]._default_manager.filter(pk=pk).first()
    return Place(row, field) if row else None


def found_in(link: BrokenLink) -> tuple[str, str, str] | None:
    """The text around the link; None where it has gone from there."""
    place = place_of(link)
    return passage(place.text, link.url) if place else None


def suggestion(link: BrokenLink) -> str:
    """Where it should lead: what took its place, or the nearest that there is to a mistyped word; or nothing."""
    if link.leads_to or link.wrong != LinkWrong.NOT_FOUND:
        return link.leads_to
    place = place_of(link)
    page = (link.artifact or place.row).get_absolute_url() if place else "/"  # type: ignore[attr-defined]
    path = path_within(link.url, page)
    target = target_of(path) if path else None
    near = nearest(target) if target and target.word else ""
    return target.path(near) if target and near else ""


def nearest(target: Target) -> str:
    if target.sort == "kind":
        words = list(Kind.values)
    elif target.sort in SORTS:
        parts = {part for part in target.word.split("-") if len(part) > 2}
        like = reduce(or_, (Q(slug__contains=part) for part in parts), Q(slug__startswith=target.word[:2]))
        words = list(SORTS[target.sort].filter(like).order_by("slug").values_list("slug", flat=True)[:MOST])
    else:
        return ""
    return next(iter(get_close_matches(target.word, words, n=1, cutoff=ALIKE)), "")


def replace(link: BrokenLink, *, url: str, by: User) -> None:
    """Puts another address into the text. Refused where that leads nowhere either, or the link is no more there."""
    url = url.strip()
    _check(url)
    with change(why=f"Mended a link: {link.url} → {url}"):
        _decide(link, state=LinkState.MENDED, by=by)
        place = place_of(link)
        if place is None:
            raise CannotMend("What had this link has been removed meanwhile.")
        try:
            setattr(place.row, place.field, relinked(place.text, link.url, url))
        except CannotRelink as error:
            raise CannotMend(str(error)) from error
        try:
            place.row.validate_constraints()
        except ValidationError as error:  # another source has this address already
            raise CannotMend(" ".join(error.messages)) from error
        place.row._history_user = by  # type: ignore[attr-defined]
        place.row.save()


def set_aside(link: BrokenLink, *, note: str, by: User) -> None:
    """It stays as it is, and is not shown again."""
    if not note.strip():
        raise CannotMend("Say why it stays as it is.")
    with change():
        _decide(link, state=LinkState.ASIDE, by=by, note=note.strip())


def _decide(link: BrokenLink, *, state: str, by: User, note: str = "") -> None:
    decided = BrokenLink.objects.filter(pk=link.pk, state=LinkState.OPEN).update(
        state=state, note=note, decided_at=timezone.now(), decided_by=by
    )
    if decided != 1:
        raise CannotMend("Somebody else has decided it meanwhile, or it leads somewhere again.")


def _check(url: str) -> None:
    path = path_within(url) if url.startswith(("/", "http://", "https://")) else None
    if path is None:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as error:
            raise CannotMend("Enter an address: /artifacts/… for a page of ours, https://… for another.") from error
        return
    wrong = judged([path]).get(path)
    if wrong and wrong.wrong == LinkWrong.MOVED:
        raise CannotMend(f"That has moved itself, to {wrong.leads_to}.")
    if wrong:
        raise CannotMend("That leads to no page either.")
