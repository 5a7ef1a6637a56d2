"""What a repository's file says and the page does not, proposed for its owner: each word of the file once.

Only what fields.py lists, through the same function as the owner's own form. What an editor has refused, or the owner
taken back, is not asked again until the file says something else; what the file does not say is no wish to remove it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from catalog.changes import change
from catalog.importers.records import PriceRecord
from claims import fields, listing, manifests
from claims.choices import Role
from claims.drift import Cell, State
from claims.listing_plans import own_prices, provider_of
from claims.models import Claim, Manifest, Stated
from claims.permissions import Verb, may
from claims.proofs import Reach
from claims.suggestions import seen_since

WHY = "unfragile.yml in its repository says so."
_LISTING = {one.name for one in fields.LISTING}
_OFFERING = {one.name for one in fields.OFFERING}


@dataclass(frozen=True)
class Ask:
    """Of one row. Fields that stand for themselves may be refused one by one; a new offering or a price is one."""

    section: str
    label: str
    sent: Mapping[str, Any]
    labels: Mapping[str, str]
    row: int | None = None
    is_one: bool = False
    #: Which it is, where there is no row yet.
    of: str = ""

    def digests(self) -> dict[str, str]:
        """By field; of what is one, the same for all of them."""
        if self.is_one:
            return dict.fromkeys(self.sent, self._digest(dict(self.sent)))
        return {name: self._digest({name: value}) for name, value in self.sent.items()}

    def _digest(self, said: dict[str, Any]) -> str:
        return hashlib.sha256(json.dumps([self.section, self.row, self.of, said], sort_keys=True).encode()).hexdigest()

    def without(self, names: set[str]) -> Ask | None:
        left = {name: value for name, value in self.sent.items() if name not in names}
        if not left or (self.is_one and len(left) < len(self.sent)):
            return None
        return Ask(self.section, self.label, left, self.labels, self.row, self.is_one, self.of)


def read_and_propose(
    claim: Claim, *, now: dt.datetime, by: User | None = None, reach: Reach | None = None
) -> Manifest | None:
    row = manifests.read(claim, now=now, by=by, reach=reach)
    if row is not None:
        propose(row, by=by, now=now)
    return row


def propose(row: Manifest, *, by: User | None, now: dt.datetime) -> int:
    """How many words of the file were proposed. `by`: who had it read; else its first owner stands for it."""
    person = by or _owner_of(row)
    if not row.data or person is None or not may(person, Verb.EDIT, row.claim, now=now):
        return 0
    known = set(row.stated.values_list("digest", flat=True))
    made = 0
    for ask in asks(row, today=now.date()):
        digests = ask.digests()
        fresh = ask.without({name for name in ask.sent if digests[name] in known})
        try:
            made += _put(row, fresh, by=person, now=now) if fresh else 0
        except listing.CannotPropose:  # a limit: the next reading goes on
            break
    return made


def stated_of(row: Manifest) -> QuerySet[Stated]:
    """The newest first; of those who had it earlier nothing is told."""
    since = seen_since(row.claim)
    found = row.stated.select_related("proposal")
    return found.filter(at__gte=since) if since else found


def _owner_of(row: Manifest) -> User | None:
    first = row.claim.members.filter(role=Role.OWNER).select_related("user").order_by("since", "pk").first()
    return first.user if first else None


def _put(row: Manifest, ask: Ask, *, by: User, now: dt.datetime) -> int:
    """Raises CannotPropose where a limit is reached, and what waits then is proposed after a later reading."""
    digests = ask.digests()
    try:
        with change(why=listing.WHY):
            made = listing.submit(
                row.claim, ask.section, ask.sent, row=ask.row, by=by, now=now, why=WHY,
                source=row.claim.artifact.repository,
            )  # fmt: skip
            proposal = made.proposed[0] if made.proposed else None
            for name, digest in digests.items():
                told = next((one for one in made.proposed if name in one.after), proposal)
                _noted(row, ask, name, digest, now=now, proposal=told)
        return len(set(digests.values()))
    except listing.CannotPropose as error:
        if error.retry_after:
            raise
        refused = {name: text for name, text in error.errors.items() if name in ask.sent}
        with change():
            for name, text in refused.items():
                _noted(row, ask, name, digests[name], now=now, note=text)
    left = ask.without(set(refused))
    # What is wrong with all of it, such as that just this waits already, is no fault of the file's.
    return _put(row, left, by=by, now=now) if refused and left else 0


def _noted(
    row: Manifest, ask: Ask, name: str, digest: str, *, now: dt.datetime, proposal: Any = None, note: str = ""
) -> None:
    label = ask.label if ask.is_one else f"{ask.label}: {ask.labels.get(name, name)}"
    Stated.objects.get_or_create(
        manifest=row, digest=digest, defaults={"label": label[:200], "proposal": proposal, "note": note, "at": now}
    )


# --- what could be proposed -------------------------------------------------------------------------------------------


def asks(row: Manifest, *, today: dt.date) -> Iterator[Ask]:
    artifact = row.claim.artifact
    parts = manifests.drift(row, today=today)
    said = [cell for part in parts for cell in part.cells if cell.state in (State.DIFFERS, State.FILE)]
    listed = [cell for cell in said if cell.key[0] == "listing" and cell.key[1] in _LISTING]
    if listed:
        yield Ask("listing", "Listing", {cell.key[1]: cell.value for cell in listed}, _labels(listed, 1))
    facts = [cell for cell in said if cell.key[0] == "fact"]
    if facts:
        yield Ask("facts", "Fact", {cell.key[1]: cell.value for cell in facts}, _labels(facts, 1))
    offered = {one.capability.key: one for one in artifact.offerings.select_related("capability")}
    for part in parts:
        cells = [cell for cell in part.cells if cell in said and cell.key[0] == "offering" and cell.key[2] in _OFFERING]
        if not cells or part.note:
            continue
        key = cells[0].key[1]
        sent = {cell.key[2]: _plain(cell.value) for cell in cells}
        if key in offered:
            yield Ask("offerings", part.title, sent, _labels(cells, 2), row=offered[key].pk)
        else:
            yield Ask("offerings", f"New: {part.title}", {**sent, "capability": key}, {}, is_one=True, of=key)
    for cell in said:
        if cell.key[0] == "price" and cell.value.provider.casefold() == provider_of(artifact).casefold():
            yield from _price(cell, artifact, today)


def _price(cell: Cell, artifact: Any, today: dt.date) -> Iterator[Ask]:
    """A new one; and where it takes the place of one, the end of that."""
    price: PriceRecord = cell.value
    since = price.valid_from or today
    before = own_prices(artifact).filter(meter=price.meter, tier__iexact=price.tier).first()
    if cell.state == State.DIFFERS and before is not None:
        yield Ask(
            "prices", f"{cell.label}, the end of the one before", {"valid_to": since.isoformat()}, {},
            row=before.pk, is_one=True,
        )  # fmt: skip
    sent = {"amount": f"{price.amount:f}", "currency": price.currency, "per": price.per, "meter": price.meter}
    begins = {"valid_from": price.valid_from.isoformat()} if price.valid_from else {}
    yield Ask("prices", cell.label, {**sent, "tier": price.tier, **begins}, {}, is_one=True)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _labels(cells: list[Cell], at: int) -> dict[str, str]:
    return {cell.key[at]: cell.label for cell in cells}
