"""What a publisher's file says beside what the listing shows, field by field. Pure: both are handed in.

Two texts that differ in their spaces alone are the same, as are two lists in another order: what a reader would take
for the same is no drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalog import licences
from catalog.choices import Frequency, Meter
from catalog.identity import SCHEMES, CannotIdentify, homepage_key, identity_key
from catalog.importers.records import ArtifactRecord, OfferingRecord, PriceRecord

Key = tuple[str, ...]
#: Fields of the listing and of an offering, as people know them, in the order of the page.
LISTING = {
    "name": "Name", "kind": "Kind", "tagline": "Tagline", "description": "Description", "licence": "Licence",
    "homepage": "Homepage", "repository": "Repository",
}  # fmt: skip
OFFERING = {
    "title": "Title", "description": "Description", "unique": "Unique", "intents": "Intents", "best_for": "Best for",
    "limitations": "Limitations", "requires": "Requires", "input_types": "Input", "output_types": "Output",
    "failure_modes": "Failure modes",
}  # fmt: skip


class State(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    FILE = "only in the file"
    PAGE = "only on the page"


@dataclass(frozen=True)
class Shown:
    """What the page says. Offerings by the capability's key, facts by name."""

    listing: Mapping[str, str]
    ids: Mapping[str, str]
    version: str
    offerings: Mapping[str, Mapping[str, Any]]
    prices: tuple[PriceRecord, ...]
    #: The name of each capability that either side speaks of, by the key that the file has for it.
    names: Mapping[str, str] = field(default_factory=dict)
    #: What the vocabulary calls by another key today.
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One field. `key`: ("listing", name), ("fact", name), ("id", scheme), ("offering", capability, field) or
    ("price", provider, meter, tier).
    """

    key: Key
    label: str
    file: str
    page: str
    state: State
    #: As the file has it.
    value: Any = None


@dataclass(frozen=True)
class Part:
    title: str
    cells: tuple[Cell, ...]
    note: str = ""

    @property
    def count(self) -> int:
        return sum(cell.state != State.SAME for cell in self.cells)

    @property
    def is_spoken_of(self) -> bool:
        """Whether the file says something here that the page does not."""
        return any(cell.state in (State.DIFFERS, State.FILE) for cell in self.cells)


def drift_of(file: ArtifactRecord, version: str, page: Shown) -> list[Part]:
    """`version`: of the file, which is no part of the record."""
    parts = [Part("The listing", tuple(_listing(file, version, page)))]
    told = {page.keys.get(one.capability, one.capability): one for one in file.offerings}
    for key in dict.fromkeys([*told, *page.offerings]):
        note = "" if key in page.names else "The vocabulary has no such capability, so it cannot be shown."
        cells = tuple(_offering(key, told.get(key), page.offerings.get(key, {})))
        parts.append(Part(page.names.get(key, key), cells, note))
    parts.append(Part("Prices", tuple(_prices(file.prices, page.prices))))
    return [part for part in parts if part.cells]


def _cell(key: Key, label: str, file: Any, page: Any) -> Cell | None:
    """None where neither says anything."""
    there, here = _form(key, file), _form(key, page)
    if not there and not here:
        return None
    state = State.SAME if there == here else State.FILE if not here else State.PAGE if not there else State.DIFFERS
    return Cell(key, label, as_text(file), as_text(page), state, file)


def _some(*cells: Cell | None) -> Iterable[Cell]:
    return (cell for cell in cells if cell is not None)


def _listing(file: ArtifactRecord, version: str, page: Shown) -> Iterable[Cell]:
    for name, label in LISTING.items():
        yield from _some(_cell(("listing", name), label, getattr(file, name), page.listing.get(name, "")))
    yield from _some(_cell(("fact", "version"), "Version", version, page.version))
    ids = dict(file.ids)
    for scheme, label in SCHEMES.items():
        if scheme == "repository":  # told by its field
            continue
        yield from _some(_cell(("id", scheme), label, ids.get(scheme, ""), page.ids.get(scheme, "")))


def _offering(key: str, file: OfferingRecord | None, page: Mapping[str, Any]) -> Iterable[Cell]:
    for name, label in OFFERING.items():
        said = getattr(file, name) if file is not None else ""
        yield from _some(_cell(("offering", key, name), label, said, page.get(name, "")))


def _prices(file: Iterable[PriceRecord], page: Iterable[PriceRecord]) -> Iterable[Cell]:
    """Of several on the page for one thing the one that agrees counts, else the first."""
    there: dict[Key, list[PriceRecord]] = {}
    for price in page:
        there.setdefault(_of(price), []).append(price)
    told = {_of(price): price for price in file}
    for key in dict.fromkeys([*told, *there]):
        said, shown = told.get(key), there.get(key, [])
        same = next((one for one in shown if said is not None and _amount(one) == _amount(said)), None)
        one = same or (shown[0] if shown else None)
        meant = said or one
        if meant is None:
            continue
        label = f"{Meter(meant.meter).label.capitalize()} at {meant.provider}{f', {meant.tier}' if meant.tier else ''}"
        state = State.SAME if same else State.FILE if one is None else State.PAGE if said is None else State.DIFFERS
        yield Cell(("price", *key), label, price_text(said), price_text(one), state, said)


def _of(price: PriceRecord) -> Key:
    return price.provider.casefold(), price.meter, price.tier.casefold()


def _amount(price: PriceRecord) -> tuple[Decimal, str]:
    return (price.amount / price.per).normalize(), price.currency


def price_text(price: PriceRecord | None) -> str:
    if price is None:
        return ""
    amount = f"{price.amount:f}"
    amount = amount.rstrip("0").rstrip(".") if "." in amount else amount
    per = f" per {price.per:,}" if price.per != 1 else ""
    since = f", from {price.valid_from:%Y-%m-%d}" if price.valid_from else ""
    return f"{amount} {price.currency}{per}{since}"


def _form(key: Key, value: Any) -> Any:
    """What is compared."""
    if isinstance(value, list | tuple):
        return sorted(_line(one).casefold() for one in value)
    text = " ".join(str(value or "").split())
    try:
        match key:
            case ("listing", "licence"):
                return licences.canonical(text)
            case ("listing", "homepage"):
                return homepage_key(text)
            case ("listing", "repository") if text:
                return identity_key("repository", text)
            case ("id", scheme) if text:
                return identity_key(scheme, text)
    except (CannotIdentify, licences.CannotRead):
        return text
    return text


def as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(_line(one) for one in value)
    return str(value or "").strip()


def _line(one: Any) -> str:
    """Of a list; a failure mode has three parts."""
    if not isinstance(one, Mapping):
        return " ".join(str(one).split())
    often = str(one.get("frequency") or Frequency.UNKNOWN)
    how_often = f" ({often})" if often != Frequency.UNKNOWN else ""
    what_then = f": {one['mitigation']}" if one.get("mitigation") else ""
    return " ".join(f"{one.get('mode', '')}{how_often}{what_then}".split())
