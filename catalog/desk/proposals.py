"""What importers propose where an editor's word stands: accepted or refused, once and for all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from catalog.changes import change
from catalog.choices import ProposalState
from catalog.desk.snapshots import value_of
from catalog.factsheet import FACTS, CannotAccept
from catalog.models import Artifact, Fact, Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CannotDecide(Exception):
    pass


@dataclass(frozen=True)
class Line:
    """One field, as it stands and as it is proposed."""

    name: str
    now: str
    proposed: str


def row_of(proposal: Proposal) -> models.Model | None:
    """The row it would change; None where it has gone since."""
    model: Any = apps.get_model(proposal.label)
    row: models.Model | None = model._base_manager.filter(pk=proposal.row).first()
    return row


def lines_of(proposal: Proposal, row: models.Model | None) -> list[Line]:
    if row is None:
        return []
    return [
        Line(_label(row, name), _text(row, name, getattr(row, name)), _text(row, name, value))
        for name, value in proposal.after.items()
    ]


def seen(lines: list[Line]) -> str:
    """What an editor looked at while deciding."""
    return hashlib.sha256(json.dumps([line.now for line in lines]).encode()).hexdigest()[:32]


def accept(proposal: Proposal, *, by: User, note: str = "", looked_at: str = "") -> None:
    with change(why=f"Accepted from {proposal.run.importer if proposal.run else 'a text'}. {note}".strip()):
        locked = _open(proposal)
        row = row_of(locked)
        if row is None:
            raise CannotDecide("What it would change is not there any more; refuse it.")
        if isinstance(row, Artifact) and row.merged_into_id:
            raise CannotDecide("That listing has been merged since; refuse it, and look at the one it was merged into.")
        if looked_at and looked_at != seen(lines_of(locked, row)):
            raise CannotDecide("Somebody has changed it since you looked. This is how it stands now.")
        for name, value in locked.after.items():
            setattr(row, name, value_of(type(row), name, value))
        _check(row)
        row.save()
        _close(proposal, ProposalState.ACCEPTED, by=by, note=note)


def refuse(proposal: Proposal, *, by: User, note: str) -> None:
    if not note.strip():
        raise CannotDecide("Say why; the next editor will want to know.")
    with change():
        _open(proposal)
        _close(proposal, ProposalState.REFUSED, by=by, note=note)


def _open(proposal: Proposal) -> Proposal:
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("run").get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        raise CannotDecide(f"It has been decided: {locked.get_state_display().lower()}.")
    return locked


def _close(proposal: Proposal, state: ProposalState, *, by: User, note: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = state, by, timezone.now(), note.strip()
    proposal.save()


def _check(row: models.Model) -> None:
    try:
        if isinstance(row, Fact) and (spec := FACTS.get(row.name)) is not None:
            row.value = spec.clean(row.value)
        row.full_clean()
    except CannotAccept as error:
        raise CannotDecide(str(error)) from error
    except ValidationError as error:
        raise CannotDecide(f"It cannot be accepted as it is. {' '.join(error.messages)}") from error


def _label(row: models.Model, name: str) -> str:
    field = next(field for field in row._meta.concrete_fields if name in (field.attname, field.name))
    return str(field.verbose_name).capitalize()


def _text(row: models.Model, name: str, value: Any) -> str:
    field = next(field for field in row._meta.concrete_fields if name in (field.attname, field.name))
    if isinstance(field, models.ForeignKey) and value is not None:
        other = field.related_model._base_manager.filter(pk=value).first()
        return str(other) if other is not None else "something that has gone"
    if isinstance(value, list):
        return "\n".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in value)
    return "" if value is None else str(value)
