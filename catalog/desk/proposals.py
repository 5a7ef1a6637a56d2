"""What importers and owners propose where a word of somebody else stands: accepted, in whole or in part, or refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from catalog import wording
from catalog.changes import change
from catalog.choices import Origin, ProposalState
from catalog.desk.putting import CannotDecide, is_removal, put, row_of
from catalog.desk.snapshots import value_of
from catalog.desk.worddiff import Segment, segments
from catalog.models import Fact, Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = ["CannotDecide", "Line", "accept", "is_removal", "lines_of", "put", "refuse", "row_of", "seen"]

#: What has waited for so long is said at the desk, and mailed about.
LATE = dt.timedelta(days=5)
#: Texts of at least so many characters are compared by words.
_LONG = 60


@dataclass(frozen=True)
class Line:
    """One field, as it stands and as it is proposed."""

    name: str
    now: str
    proposed: str
    #: The column, by which it is answered.
    field: str = ""
    #: What stood there when it was proposed, where that is not what stands there now.
    was: str | None = None
    #: For long texts: what stands and what is proposed, in one.
    words: tuple[Segment, ...] = ()
    #: The answer to it: None where it was not answered by itself.
    answer: Mapping[str, Any] | None = None


def lines_of(proposal: Proposal, row: models.Model | None) -> list[Line]:
    """Empty where what it would change has gone. Of a removal: what goes. Once it is decided: what stood there then."""
    if row is None:
        if proposal.state == ProposalState.OPEN:
            return []
        row = apps.get_model(proposal.label)()
    if is_removal(proposal):
        return [Line(_label(row, name), _text(row, name, value), "", name) for name, value in proposal.before.items()]
    return [_line(proposal, row, name, value) for name, value in proposal.after.items()]


def _line(proposal: Proposal, row: models.Model, name: str, value: Any) -> Line:
    proposed = _text(row, name, value_of(type(row), name, value))
    was = _text(row, name, value_of(type(row), name, proposal.before[name])) if name in proposal.before else ""
    is_open = proposal.state == ProposalState.OPEN
    stands = was if not is_open else _text(row, name, getattr(row, name)) if row.pk is not None else ""
    is_long = stands and proposed and max(len(stands), len(proposed)) >= _LONG and not isinstance(value, list)
    return Line(
        name=_label(row, name),
        now=stands,
        proposed=proposed,
        field=name,
        was=was if was != stands else None,
        words=segments(stands, proposed) if is_long else (),
        answer=(proposal.answers or {}).get(name),
    )


def seen(lines: list[Line]) -> str:
    """What an editor looked at while deciding."""
    return hashlib.sha256(json.dumps([line.now for line in lines]).encode()).hexdigest()[:32]


def accept(
    proposal: Proposal,
    *,
    by: User,
    note: str = "",
    looked_at: str = "",
    fields: Collection[str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> None:
    """`fields`: these alone, the rest is refused; `notes` say why, by field, or else `note` does for all of them."""
    with change(why=f"Accepted from {_who(proposal)}. {note}".strip()):
        locked = _open(proposal)
        row = row_of(locked)
        if looked_at and row is not None and looked_at != seen(lines_of(locked, row)):
            raise CannotDecide("Somebody has changed it since you looked. This is how it stands now.")
        taken = [name for name in locked.after if fields is None or name in fields]
        left = [name for name in locked.after if name not in taken]
        said = {name: (notes or {}).get(name, "").strip() for name in locked.after}
        if left and not taken:
            raise CannotDecide("Tick what you accept, or refuse it.")
        if any(not (said[name] or note.strip()) for name in left):
            raise CannotDecide("Say why of each that you leave out.")
        locked.decided_by = by
        put(locked, taken)
        if left or any(said.values()):
            proposal.answers = {name: {"is_accepted": name in taken, "note": said[name]} for name in locked.after}
        _close(proposal, ProposalState.ACCEPTED, by=by, note=note)


def refuse(proposal: Proposal, *, by: User, note: str) -> None:
    if not note.strip():
        raise CannotDecide("Say why; the next editor will want to know.")
    with change():
        _open(proposal)
        _close(proposal, ProposalState.REFUSED, by=by, note=note)


def _who(proposal: Proposal) -> str:
    if proposal.origin == Origin.OWNER:
        return "its owner"
    return proposal.run.importer if proposal.run else "a text"


def _open(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("run", "artifact", "proposed_by")
    locked = rows.get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        raise CannotDecide(f"It has been decided: {locked.get_state_display().lower()}.")
    return locked


def _close(proposal: Proposal, state: ProposalState, *, by: User, note: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.note = state, by, timezone.now(), note.strip()
    proposal.save()


def _label(row: models.Model, name: str) -> str:
    field = next(field for field in row._meta.concrete_fields if name in (field.attname, field.name))
    return str(field.verbose_name).capitalize()


def _text(row: models.Model, name: str, value: Any) -> str:
    field = next(field for field in row._meta.concrete_fields if name in (field.attname, field.name))
    if isinstance(field, models.ForeignKey) and value is not None:
        other = field.related_model._base_manager.filter(pk=value).first()
        return str(other) if other is not None else "something that has gone"
    if isinstance(row, Fact) and name == "value" and value is not None:
        return wording.fact(row.name, value)
    if field.choices and value:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return "\n".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in value)
    return "" if value is None else _plain_number(str(value), field)


def _plain_number(text: str, field: models.Field[Any, Any]) -> str:
    """As people write it: without the places that the column fills up."""
    if isinstance(field, models.DecimalField) and "." in text and "E" not in text:
        return text.rstrip("0").rstrip(".")
    return text
