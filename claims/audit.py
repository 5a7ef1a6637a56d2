"""The log of what was done to claims: every entry holds the digest of the one before, so none can be changed, left out
or put in between without the rest saying so. `verified` walks it; nothing else reads the digests.

`written` runs in the caller's transaction: what cannot be logged does not happen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from claims.choices import ClaimState
from claims.models import AuditEntry, AuditHead, Claim

_FIELDS = ("number", "at", "actor", "verb", "artifact", "claim", "before", "after", "evidence", "previous")


@dataclass(frozen=True)
class Fault:
    number: int
    what: str


def written(
    verb: str,
    *,
    at: dt.datetime,
    actor: int | None = None,
    artifact: int | None = None,
    claim: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> AuditEntry:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An entry is written in the transaction of what it is about.")
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)  # entries follow one another
    entry = AuditEntry(
        number=head.number + 1,
        at=at,
        actor=actor,
        verb=verb,
        artifact=artifact,
        claim=claim,
        before=dict(before or {}),
        after=dict(after or {}),
        evidence=dict(evidence or {}),
        previous=head.digest or "0" * 64,
    )
    entry.digest = digest_of(entry)
    entry.save(force_insert=True)
    head.number, head.digest = entry.number, entry.digest
    head.save()
    return entry


def digest_of(entry: AuditEntry) -> str:
    told = {name: getattr(entry, name) for name in _FIELDS}
    told["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verified() -> tuple[int, list[Fault]]:
    """How many entries there are, and what is wrong with them; at most a hundred faults are listed."""
    faults: list[Fault] = []
    previous, number = "0" * 64, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        number += 1
        if entry.number != number:
            faults.append(Fault(number, f"missing; the next one there is {entry.number}"))
            number = entry.number
        if entry.previous != previous:
            faults.append(Fault(entry.number, "not bound to the one before"))
        if entry.digest != digest_of(entry):
            faults.append(Fault(entry.number, "changed after it was written"))
        previous = entry.digest
        if len(faults) >= 100:
            break
    head = AuditHead.objects.filter(pk=1).first()
    if head is None and number:
        faults.append(Fault(number, "what says that it is the last is missing"))
    if head is not None and len(faults) < 100 and (head.number, head.digest or "0" * 64) != (number, previous):
        faults.append(Fault(head.number, "the end is missing"))
    return number, faults


def held_since(claim: Claim) -> dt.datetime | None:
    """Since when those who have it now have had it without a break: what is older is somebody else's, and not for them
    to see. The log knows: it was proven anew, handed on, or went along with a merge. None: it is not theirs yet.
    """
    begun = Q(verb=ClaimState.PROVEN, before__state__in=(ClaimState.PENDING, ClaimState.CONTESTED))
    taken = AuditEntry.objects.filter(begun | Q(verb__in=("transferred", "followed")), claim=claim.pk)
    return taken.values_list("at", flat=True).first() or claim.first_proven_at
