"""What the prices and the licences say: who is cheaper for the reader's month, who is free, what one may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from catalog import wording
from catalog.choices import LicenceClass
from ranking.comparison.findings.case import Case, Found, found
from ranking.comparison.phrases import as_much, inside, names
from ranking.comparison.subject import Subject
from ranking.comparison.table import Cell

WORKLOAD, INPUT, OUTPUT = "price.workload", "price.input_tokens", "price.output_tokens"


def _amount(cell: Cell) -> float:
    return float(cell.value["amount"])


def _one_currency(*cells: Cell) -> bool:
    return len({cell.value["currency"] for cell in cells}) == 1


def workload(case: Case) -> Iterator[Found]:
    """Of those whose prices are known; for whom they are not is said."""
    known = sorted(case.known(WORKLOAD), key=lambda pair: (_amount(pair[1]), pair[0].slug))
    if len(known) < 2 or not _one_currency(*(cell for _, cell in known)):
        return
    (first, least), (_, second) = known[0], known[1]
    if _amount(second) == _amount(least):
        return
    told = "; ".join(f"{it.name} costs {_month(cell, least)}" for it, cell in known[1:])
    missing = case.not_known(WORKLOAD)
    unknown = f" For {names(missing)} no provider’s prices cover it." if missing else ""
    text = f"For your month {first.name} costs least, {_money(least)} at {least.value['provider']}; {told}.{unknown}"
    if len(known) == 2:
        clause = f"for your month {first.name} costs {_money(least)}, {known[1][0].name} {_money(second)}"
    else:
        clause = f"{first.name} costs least for your month"
    yield found("workload", text, (WORKLOAD,), [first], clause=clause)


def _money(cell: Cell) -> str:
    return cell.text.removesuffix(" a month") if _amount(cell) else "nothing"


def _month(cell: Cell, least: Cell) -> str:
    ratio = f", {as_much(_amount(cell), _amount(least))}" if _amount(least) else ""
    return f"{_money(cell)} at {cell.value['provider']}{ratio}"


def prices(case: Case) -> Iterator[Found]:
    """Cheaper both ways, or nothing is said: which price counts more, only a workload tells."""
    if len(case.known(WORKLOAD)) > 1:
        return
    outgoing = {it.slug: cell for it, cell in case.known(OUTPUT)}
    both = [(it, cell, outgoing[it.slug]) for it, cell in case.known(INPUT) if it.slug in outgoing]
    if len(both) < 2 or not _one_currency(*(cell for _, *cells in both for cell in cells)):
        return
    both.sort(key=lambda three: (_amount(three[1]), _amount(three[2]), three[0].slug))
    (first, asks, gives), *dearer = both
    if not all(_amount(asks) < _amount(one) and _amount(gives) < _amount(other) for _, one, other in dearer):
        return
    told = "; ".join(f"{it.name} from {_pair(one, other)}" for it, one, other in dearer)
    words = f"{first.name} is {'cheaper' if len(both) == 2 else 'the cheapest'} for both input and output"
    text = f"{words}, from {_pair(asks, gives)} per 1M tokens; {told}."
    missing = [it for it in case.subjects if it.slug not in {one.slug for one, *_ in both}]
    if missing:
        text = f"{text} Not both prices are known of {names(missing)}."
    yield found("prices", text, (INPUT, OUTPUT), [first], clause="" if missing else words)


def _pair(asks: Cell, gives: Cell) -> str:
    return f"{_per_million(asks)} and {_per_million(gives)}"


def _per_million(cell: Cell) -> str:
    amount = round(Decimal(str(_amount(cell))) * 10**6, 4)
    return wording.money(amount, cell.value["currency"]) if amount else "nothing"


def free(case: Case) -> Iterator[Found]:
    """Only where every price known of another one asks for money: an unknown price is neither."""
    known = case.known("free")
    yes, no = ([it for it, cell in known if cell.value is one] for one in (True, False))
    if not yes or not no:
        return
    ways = {it.name: _how(cell) for it, cell in known if cell.value is True}
    alike = len(set(ways.values())) == 1
    how = next(iter(ways.values())) if alike else "; ".join(f"{name} {way}" for name, way in ways.items())
    missing = case.not_known("free")
    unknown = f" No price is known of {names(missing)}." if missing else ""
    text = f"{names(yes)} can be used without paying ({how}); every price known of {names(no)} asks for money.{unknown}"
    only = "" if missing else "only "
    yield found("free", text, ("free",), yes, clause=f"{only}{names(yes)} can be used without paying")


def _how(cell: Cell) -> str:
    conditions = f", {cell.note}" if cell.note else ""
    return f"{inside(cell.text)}{conditions}"


#: What allows more comes first.
_CLASSES = (LicenceClass.PERMISSIVE, LicenceClass.COPYLEFT, LicenceClass.RESTRICTED)


def licence(case: Case) -> Iterator[Found]:
    known = case.known("licence_class")
    classes = [one for one in _CLASSES if any(cell.value == one for _, cell in known)]
    if len(classes) < 2:
        return
    under = {one: [it for it, cell in known if cell.value == one] for one in classes}
    best = under[classes[0]]
    told = _classes({one: _named(subjects) for one, subjects in under.items()}, len(best))
    missing = case.not_known("licence_class")
    unknown = f" What the licence of {names(missing)} allows is not known." if missing else ""
    rows = ("licence_class", "licence") if "licence" in case.rows else ("licence_class",)
    clause = "" if missing else _classes({one: names(subjects) for one, subjects in under.items()}, len(best))
    yield found("licence", f"{told}.{unknown}", rows, best, clause=clause)


def _classes(named: Mapping[LicenceClass, str], count: int) -> str:
    """A has a permissive licence, B a restricted one. `count`: of how many the first is said."""
    (one, first), *rest = named.items()
    return ", ".join(
        [f"{first} {'has' if count == 1 else 'have'} a {one} licence", *(f"{it} a {other} one" for other, it in rest)]
    )


def _named(subjects: list[Subject]) -> str:
    return wording.listed([f"{it.name} ({wording.licence(it.licence)})" if it.licence else it.name for it in subjects])
