"""How the people of a claim keep its listing right: what they propose, what they change at once, what they take back.

    propose(claim, "facts", {"context_window": 131072}, by=person, now=now)      for editors to answer
    change_at_once(claim, "facts", {"version": "2.1"}, by=person, now=now)       small and safe: stands at once
    submit(…)                                                                    either, as fields.py says of each field
    withdraw(claim, pk, by=person, now=now)

Sections: listing, facts, offerings, contrasts, prices. `row` names the offering, contrast or price that is changed;
none: one is added. Only what fields.py lists is written. Whether the person may is for the doors to ask permissions.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from catalog.changes import change
from catalog.choices import Origin, ProposalState
from catalog.desk import proposals
from catalog.models import Artifact, Proposal
from claims import fields, ownership, suggestions
from claims.choices import ProofState
from claims.listing_plans import CannotPropose, Plan, planned
from claims.models import Claim, OwnChange, Suggestion
from claims.permissions import Verb, may

__all__ = ["CannotPropose", "Submitted", "change_at_once", "propose", "submit", "withdraw"]

#: Of one claim: proposals that wait, new ones within a day, and changes at once within a day.
MOST_OPEN, MOST_A_DAY, MOST_AT_ONCE = 50, 50, 20
DAY = dt.timedelta(days=1)
#: What the history says of a change that no editor has seen.
WHY = "Changed at once by its owner."


@dataclass(frozen=True)
class Submitted:
    #: Labels of what stands already.
    at_once: tuple[str, ...]
    proposed: tuple[Proposal, ...]


def propose(
    claim: Claim,
    section: str,
    sent: Mapping[str, Any],
    *,
    by: User,
    now: dt.datetime,
    row: int | None = None,
    remove: bool = False,
    why: str = "",
    source: str = "",
) -> list[Proposal]:
    """For editors, of whatever it may consist: one for each row that it would change. Raises CannotPropose."""
    with change():
        held = _held(claim, by, now)
        plans = planned(held.artifact, section, sent, row=row, remove=remove, source=source)
        return _proposed(held, plans, by=by, now=now, why=_why(why))


def change_at_once(claim: Claim, section: str, sent: Mapping[str, Any], *, by: User, now: dt.datetime) -> list[str]:
    """Stands from now on, and can be undone at the desk like any other change. Raises CannotPropose."""
    with change(why=WHY):
        held = _held(claim, by, now)
        plans = planned(held.artifact, section, sent)
        if any(not _is_at_once(held, section, plan) for plan in plans):
            raise CannotPropose({"": "Only an editor can accept that; propose it."})
        return _changed(held, plans, by=by, now=now)


def submit(
    claim: Claim,
    section: str,
    sent: Mapping[str, Any],
    *,
    by: User,
    now: dt.datetime,
    row: int | None = None,
    remove: bool = False,
    why: str = "",
    source: str = "",
) -> Submitted:
    """All of it or nothing: what may stand at once does, the rest is proposed."""
    with change(why=WHY):
        held = _held(claim, by, now)
        plans = planned(held.artifact, section, sent, row=row, remove=remove, source=source)
        split = [part for plan in plans for part in _split(held, section, plan)]
        at_once = [plan for plan in split if _is_at_once(held, section, plan)]
        rest = [plan for plan in split if plan not in at_once]
        changed = _changed(held, at_once, by=by, now=now) if at_once else []
        proposed = _proposed(held, rest, by=by, now=now, why=_why(why)) if rest else []
        return Submitted(tuple(changed), tuple(proposed))


def withdraw(claim: Claim, pk: int, *, by: User, now: dt.datetime) -> None:
    """Takes back what no editor has answered yet, whoever of the claim proposed it. Raises CannotPropose."""
    with change():
        _held(claim, by, now)
        if not suggestions.withdraw(claim, pk, now=now):
            raise CannotPropose({"": "It has been answered, or is not there any more."})


# --- what all of them share -------------------------------------------------------------------------------------------


def _held(claim: Claim, by: User, now: dt.datetime) -> Claim:
    """Asked once more under the lock: whoever waited for it may have lost the right meanwhile."""
    held = ownership.locked(claim.pk)
    if not may(by, Verb.EDIT, held, now=now):
        raise CannotPropose({"": "You may not change this listing any more."})
    return held


def _why(text: str) -> str:
    try:
        return fields.area(1_000)(text)
    except fields.CannotRead as error:
        raise CannotPropose({"why": str(error)}) from error


def proven_place(claim: Claim) -> tuple[str, str] | None:
    proof = claim.proofs.filter(state=ProofState.STANDING).first()
    return (proof.method, proof.place) if proof else None


def _split(claim: Claim, section: str, plan: Plan) -> list[Plan]:
    """Of the listing's fields those that may stand at once go by themselves."""
    place = proven_place(claim)
    names = [n for n, value in plan.after.items() if fields.is_at_once(section, n, value, proven=place)]
    if section != "listing" or not names or len(names) == len(plan.after):
        return [plan]
    return [plan.only(names), plan.only([name for name in plan.after if name not in names])]


def _is_at_once(claim: Claim, section: str, plan: Plan) -> bool:
    place = proven_place(claim)
    if plan.is_removal:
        return False
    if section == "facts":
        own = plan.source in ("", claim.artifact.homepage, claim.artifact.repository)
        return own and fields.is_at_once(section, plan.of["name"], plan.after["value"], proven=place)
    return all(fields.is_at_once(section, name, value, proven=place) for name, value in plan.after.items())


def _changed(claim: Claim, plans: Sequence[Plan], *, by: User, now: dt.datetime) -> list[str]:
    today = OwnChange.objects.filter(claim=claim, at__gt=now - DAY).order_by("at")
    if today.count() + len(plans) > MOST_AT_ONCE:
        raise CannotPropose(
            {"": f"{MOST_AT_ONCE} changes a day take effect at once; you have made them. Go on tomorrow."},
            retry_after=_until(today.values_list("at", flat=True).first(), now),
        )
    labels = []
    for plan in plans:
        proposal = _row(claim, plan, by=by, now=now, why="")
        try:
            proposals.put(proposal)
        except proposals.CannotDecide as error:
            raise CannotPropose({"": str(error)}) from error
        for name, value in plan.after.items():
            label = plan.label_of(name)
            said = {"before": str(plan.before.get(name) or "")[:500], "after": str(value)[:500]}
            OwnChange.objects.create(claim=claim, by=by, at=now, label=label, **said)
            labels.append(label)
    return labels


def _proposed(claim: Claim, plans: Sequence[Plan], *, by: User, now: dt.datetime, why: str) -> list[Proposal]:
    mine = Proposal.objects.filter(suggestion__claim=claim)
    waiting = list(mine.filter(state=ProposalState.OPEN))
    today = mine.filter(proposed_at__gt=now - DAY).order_by("proposed_at")
    if len(waiting) + len(plans) > MOST_OPEN:
        raise CannotPropose({"": f"{MOST_OPEN} of your proposals wait for an editor. Withdraw one of them, or wait."})
    if today.count() + len(plans) > MOST_A_DAY:
        raise CannotPropose(
            {"": f"That would be more than {MOST_A_DAY} proposals within a day. Go on tomorrow."},
            retry_after=_until(today.values_list("proposed_at", flat=True).first(), now),
        )
    known = {_same(row.label, row.row, row.after, row.grounds.get("of", {})) for row in waiting}
    made = []
    for plan in plans:
        if _same(plan.label, plan.row, plan.after, plan.of) in known:
            raise CannotPropose({plan.named: "You have proposed just that; it waits for an editor."})
        proposal = _row(claim, plan, by=by, now=now, why=why)
        proposal.save()
        Suggestion.objects.create(claim=claim, proposal=proposal)
        made.append(proposal)
    return made


def _row(claim: Claim, plan: Plan, *, by: User, now: dt.datetime, why: str) -> Proposal:
    # With its time: what was refused may be asked for again, with better reasons.
    said = json.dumps([plan.after, plan.of, now.isoformat(), claim.pk], sort_keys=True)
    return Proposal(
        artifact=claim.artifact,
        label=plan.label,
        row=plan.row,
        subject=plan.subject[:300],
        before=plan.before,
        after=plan.after,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        grounds={"of": plan.of, "source": {"url": plan.source}},
        origin=Origin.OWNER,
        proposed_by=by,
        proposed_at=now,
        why=why,
    )


def _same(label: str, row: int | None, after: Mapping[str, Any], of: Mapping[str, Any]) -> str:
    return json.dumps([label, row, after, of], sort_keys=True)


def _until(first: dt.datetime | None, now: dt.datetime) -> int:
    return max(60, int((first + DAY - now).total_seconds())) if first else 3600


def address_of(artifact: Artifact) -> str:
    """Where its owner speaks: what a value is taken to come from where they name no other place."""
    return artifact.homepage or artifact.repository
