"""What a proposal writes once it is accepted: a row changed, added or taken away, as the word of whoever proposed it.

    put(proposal)                    all of it
    put(proposal, ["title"])         these of its fields alone

Decides nothing; `proposals` does.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from catalog.changes import change
from catalog.choices import Origin, TakenApartBy
from catalog.desk import making
from catalog.desk.snapshots import value_of
from catalog.factsheet import FACTS, CannotAccept
from catalog.models import Artifact, Capability, Evidence, Fact, Offering, Price, Proposal, Source


class CannotDecide(Exception):
    pass


def row_of(proposal: Proposal) -> models.Model | None:
    """The row it would change, or a blank one where it would add one; None where what it is about has gone since."""
    model: Any = apps.get_model(proposal.label)
    if proposal.row is not None:
        found: models.Model | None = model._base_manager.filter(pk=proposal.row).first()
        return found
    of = proposal.grounds.get("of", {})
    for name, value in of.items():
        field = next(one for one in model._meta.concrete_fields if one.attname == name)
        if isinstance(field, models.ForeignKey) and not field.related_model._base_manager.filter(pk=value).exists():
            return None
    blank: models.Model = model(**of)
    if any(one.attname == "artifact_id" for one in model._meta.concrete_fields) and "artifact_id" not in of:
        blank.artifact_id = proposal.artifact_id  # type: ignore[attr-defined]
    return blank


def is_removal(proposal: Proposal) -> bool:
    return proposal.row is not None and not proposal.after


def put(proposal: Proposal, names: Collection[str] | None = None) -> models.Model:
    """Raises CannotDecide, and nothing is written then."""
    with change():
        row = row_of(proposal)
        if row is None:
            raise CannotDecide("What it would change is not there any more; refuse it.")
        artifact = row if isinstance(row, Artifact) else proposal.artifact
        if artifact.merged_into_id:
            raise CannotDecide("That listing has been merged since; refuse it, and look at the one it was merged into.")
        if proposal.proposed_by is not None:
            row._history_user = proposal.decided_by or proposal.proposed_by  # type: ignore[attr-defined]
        if is_removal(proposal):
            row.delete()
            return row
        row = _there_already(proposal, row)
        for name, value in proposal.after.items():
            if names is None or name in names:
                setattr(row, name, value_of(type(row), name, value))
        if proposal.origin != Origin.OBSERVED:
            _stamp(row, proposal)
        _check(row)
        row.save()
        if isinstance(row, Offering) and proposal.origin != Origin.OBSERVED:
            _cite(row, proposal)
        return row


def _there_already(proposal: Proposal, row: models.Model) -> models.Model:
    """Somebody states one value of a fact: another proposal may have written it meanwhile."""
    if isinstance(row, Fact) and row._state.adding:
        mine = Fact.objects.filter(artifact=row.artifact_id, name=row.name, origin=proposal.origin).order_by("pk")
        return mine.first() or row
    if isinstance(row, Offering) and row._state.adding:
        capability: Capability = row.capability
        while capability.merged_into is not None:  # as the one it has become
            capability = capability.merged_into
        row.capability = capability
        last = Offering.objects.filter(artifact=row.artifact_id).aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else min(last + 1, 32_000)
    return row


def _stamp(row: models.Model, proposal: Proposal) -> None:
    """As whose word it stands from now on."""
    now = timezone.now()
    if isinstance(row, Offering):
        row.taken_apart_by = TakenApartBy.OWNER if proposal.origin == Origin.OWNER else TakenApartBy.EDITOR
    if isinstance(row, Fact | Price):
        row.origin, row.retrieved_on = proposal.origin, now.date()
        source = _source(proposal)
        if source is not None:
            row.source = source
    if isinstance(row, Fact):
        row.recorded_at = now  # newer than what was settled before
    if isinstance(row, Price) and row._state.adding:
        _end_earlier(row)


def _end_earlier(price: Price) -> None:
    """What the same provider asked for the same until now."""
    price.valid_from = price.valid_from or timezone.now().date()
    same = Price.objects.filter(
        artifact=price.artifact_id, provider__iexact=price.provider, meter=price.meter, tier=price.tier, valid_to=None
    ).filter(Q(valid_from=None) | Q(valid_from__lt=price.valid_from))
    for earlier in same:
        earlier.valid_to = price.valid_from
        earlier.save()


def _cite(offering: Offering, proposal: Proposal) -> None:
    source = _source(proposal)
    if source is not None and not offering.evidence.filter(source=source).exists():
        Evidence.objects.create(offering=offering, source=source, origin=proposal.origin)


def _source(proposal: Proposal) -> Source | None:
    url = proposal.grounds.get("source", {}).get("url", "")
    if not url:
        return None
    try:
        source = making.source(url)
    except making.CannotMake as error:
        raise CannotDecide(str(error)) from error
    if source._state.adding:
        source.save()
    return source


def _check(row: models.Model) -> None:
    try:
        if isinstance(row, Fact) and (spec := FACTS.get(row.name)) is not None:
            row.value = spec.clean(row.value)
        row.full_clean()
    except CannotAccept as error:
        raise CannotDecide(str(error)) from error
    except ValidationError as error:
        raise CannotDecide(f"It cannot be accepted as it is. {' '.join(error.messages)}") from error
