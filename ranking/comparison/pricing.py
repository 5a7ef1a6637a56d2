"""What each artifact costs: by unit and provider, and for the reader's own month. Pure.

Amounts are Decimal throughout, and only amounts of one currency are set against each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from catalog import wording
from catalog.choices import Meter
from catalog.parts import PricePart, Statement
from ranking.comparison.preferences import Workload
from ranking.comparison.subject import Subject
from ranking.comparison.table import Cell, FactRow, Group, State

#: What a workload is counted in, and what a provider asks for it by.
_METERS = (("input_tokens", Meter.INPUT_TOKENS), ("output_tokens", Meter.OUTPUT_TOKENS))
_CALLS = ("calls", Meter.REQUEST)
NO_PRICE = "No price from a source; unknown is not free."
_CENT = Decimal("0.01")
#: The dearest price times the largest workload has more digits than decimals take by themselves.
_ROOMY = Context(prec=60)


@dataclass(frozen=True)
class Cost:
    """What a month's workload costs at one provider."""

    provider: str
    amount: Decimal
    currency: str
    said: tuple[Statement, ...]


def price_rows(subjects: Sequence[Subject], workload: Workload) -> Iterator[FactRow]:
    if workload:
        yield _workload_row(subjects, workload)
    yield _free_row(subjects)
    meters = [m for m in Meter if m != Meter.DOWNLOAD and any(p.meter == m for it in subjects for p in it.prices)]
    for meter in meters:
        cells = tuple(_meter_cell(it, meter) for it in subjects)
        known = {(cell.value["amount"], cell.value["currency"]) for cell in cells if cell.value}
        label = f"Price of {meter.label}"
        one_currency = len({currency for _, currency in known}) <= 1
        yield FactRow(f"price.{meter}", label, Group.PRICE, cells, len(known) > 1, -1 if one_currency else 0)


def _meter_cell(it: Subject, meter: Meter) -> Cell:
    """From the cheapest provider to the dearest, the conditions of special prices left aside."""
    asked = [p for p in it.prices if p.meter == meter and not p.tier] or [p for p in it.prices if p.meter == meter]
    if not asked:
        return Cell(State.UNKNOWN, note=NO_PRICE)
    currency = _main_currency(asked)
    asked = [p for p in asked if p.currency == currency]
    # A provider may give a little away for nothing; what everybody pays is what counts.
    paid = [p for p in asked if p.amount > 0] or asked
    paid.sort(key=_each)
    low, high = paid[0], paid[-1]
    text = low.text if _each(low) == _each(high) else f"{low.amount_text}–{high.text}"
    providers = sorted({p.provider for p in paid})
    return Cell(
        State.KNOWN,
        {"amount": float(_each(low)), "highest": float(_each(high)), "currency": currency, "provider": low.provider},
        text,
        note=f"at {low.provider}" if len(providers) == 1 else f"at {len(providers)} providers",
        said=tuple(_statement(p) for p in paid),
    )


def _each(price: PricePart) -> Decimal:
    return price.amount / price.per


def _main_currency(prices: Sequence[PricePart]) -> str:
    """The one most providers ask for, dollars first among equals."""
    counted = Counter(price.currency for price in prices)
    return min(counted, key=lambda currency: (-counted[currency], currency != "USD", currency))


def _statement(price: PricePart) -> Statement:
    return Statement(
        float(_each(price)),
        f"{price.provider}: {price.text}",
        price.source,
        price.retrieved_on,
        "observed",
        condition=price.tier,
    )


def _free_row(subjects: Sequence[Subject]) -> FactRow:
    """Whether it can be used without paying, and how."""
    cells = tuple(_free_cell(it) for it in subjects)
    values = {cell.value for cell in cells if cell.state == State.KNOWN}
    return FactRow("free", "Free use", Group.PRICE, cells, len(values) > 1)


def _free_cell(it: Subject) -> Cell:
    free = [p for p in it.prices if p.amount == 0]
    if not free:
        if not it.prices:
            return Cell(State.UNKNOWN, note=NO_PRICE)
        return Cell(State.KNOWN, False, "No", note="Every price that is known asks for money.", said=_all(it.prices))
    download = [p for p in free if p.meter == Meter.DOWNLOAD]
    if download:
        text = "Free to download"
    else:
        providers = sorted({p.provider for p in free})
        text = f"At {providers[0]}" if len(providers) == 1 else f"At {len(providers)} providers"
    conditions = ", ".join(sorted({p.tier for p in free if p.tier}))
    return Cell(State.KNOWN, True, text, note=conditions, said=_all(download or free))


def _all(prices: Sequence[PricePart]) -> tuple[Statement, ...]:
    return tuple(_statement(p) for p in prices)


def _workload_row(subjects: Sequence[Subject], workload: Workload) -> FactRow:
    found = [cost_of(it, workload) for it in subjects]
    cells = []
    for cost in found:
        if cost is None:
            cells.append(Cell(State.UNKNOWN, note="No provider’s prices cover this workload."))
        else:
            value = {"amount": float(cost.amount), "currency": cost.currency, "provider": cost.provider}
            text = f"{wording.money(cost.amount, cost.currency)} a month" if cost.amount else "Free"
            cells.append(Cell(State.KNOWN, value, text, note=f"at {cost.provider}", said=cost.said))
    known = [(cost.amount, cost.currency) for cost in found if cost is not None]
    one_currency = len({currency for _, currency in known}) <= 1
    return FactRow(
        "price.workload", "My month", Group.PRICE, tuple(cells), len(set(known)) > 1, -1 if one_currency else 0
    )


def cost_of(it: Subject, workload: Workload) -> Cost | None:
    """At the provider that asks least for all of it; None where nobody's prices cover it.

    Of several currencies the one in which most providers ask: there is no rate of exchange here.
    """
    by_provider: dict[tuple[str, str], list[PricePart]] = defaultdict(list)
    for price in it.prices:
        if not price.tier:  # its condition may not hold for the reader
            by_provider[price.provider, price.currency].append(price)
    costs = []
    for (provider, currency), prices in by_provider.items():
        cost = _at(provider, currency, prices, workload)
        if cost is not None:
            costs.append(cost)
    if not costs:
        return None
    counted = Counter(cost.currency for cost in costs)
    currency = min(counted, key=lambda name: (-counted[name], name != "USD", name))
    return min((cost for cost in costs if cost.currency == currency), key=lambda cost: (cost.amount, cost.provider))


def counted_by(subjects: Sequence[Subject]) -> list[str]:
    """The parts of a workload that a price here is asked for: of others no month can be made."""
    meters = {price.meter for it in subjects for price in it.prices if not price.tier}
    return [name for name, meter in (*_METERS, _CALLS) if meter in meters]


def _at(provider: str, currency: str, prices: Sequence[PricePart], workload: Workload) -> Cost | None:
    cheapest: dict[str, PricePart] = {}
    for price in prices:
        if price.meter not in cheapest or _each(price) < _each(cheapest[price.meter]):
            cheapest[price.meter] = price
    used: list[PricePart] = []
    total = Decimal(0)
    by_call = cheapest.get(Meter.REQUEST)
    by_token = [name for name, meter in _METERS if meter in cheapest]
    for name, meter in _METERS:
        tokens = getattr(workload, name)
        if not tokens:
            continue
        if meter in cheapest:
            used.append(cheapest[meter])
            total += tokens * _each(cheapest[meter])
        elif by_token or by_call is None or not workload.calls:
            return None  # it asks something for this that nobody knows
    if by_call is not None and workload.calls:
        used.append(by_call)
        total += workload.calls * _each(by_call)
    if not used:
        return None
    return Cost(provider, total.quantize(_CENT, context=_ROOMY) if total >= _CENT else total, currency, _all(used))
