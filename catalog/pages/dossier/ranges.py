"""What each provider asks, as a reader wants to see it: one row for a provider and a unit, with the range where sources
state different amounts.

Pure. A zero stands in a row of its own: beside a price it is a trial or a mistake, and would read as “from $0”.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.parts import PricePart


@dataclass(frozen=True)
class PriceRow:
    amount_text: str  # $2.00, or $0.65–$2.00
    #: What the sources state, the lowest first; each of them once.
    said: tuple[PricePart, ...]
    #: The first day that any of them names.
    valid_from: dt.date | None

    @property
    def price(self) -> PricePart:
        return self.said[0]

    @property
    def is_range(self) -> bool:
        return self.said[0].amount != self.said[-1].amount


def price_rows(prices: Iterable[PricePart]) -> list[PriceRow]:
    """In the order of their first price."""
    rows: dict[tuple[object, ...], list[PricePart]] = {}
    for part in prices:
        # Two names that differ in nothing but capitals and spaces are one provider's.
        provider = "".join(filter(str.isalnum, part.provider.casefold()))
        key = (provider, part.meter, part.tier, part.currency, part.per, part.amount == 0)
        rows.setdefault(key, []).append(part)
    return [_row(parts) for parts in rows.values()]


def _row(parts: list[PricePart]) -> PriceRow:
    once = {(part.amount, part.source): part for part in parts}
    said = tuple(sorted(once.values(), key=lambda part: part.amount))
    low, high = said[0].amount_text, said[-1].amount_text
    since = min((part.valid_from for part in parts if part.valid_from), default=None)
    return PriceRow(low if low == high else f"{low}–{high}", said, since)
