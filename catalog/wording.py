"""Values in words, as pages, feeds and the API's `text` fields print them. Pure.

$2.00 per 1M input tokens · 141B parameters · 67 TB · 31 May 2026 · Yes
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from catalog.choices import DATE_SIGNALS, FLAG_SIGNALS, DataType, Meter
from catalog.factsheet import FACTS

THIN = "\u202f"  # narrow no-break space, between thousands
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥"}
_SCALES = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
_BYTES = ((10**15, "PB"), (10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
#: What one is called, and what many are called.
_UNITS = {
    Meter.INPUT_TOKENS: ("input token", "input tokens"),
    Meter.OUTPUT_TOKENS: ("output token", "output tokens"),
    Meter.CACHED_INPUT_TOKENS: ("cached input token", "cached input tokens"),
    Meter.IMAGE: ("image", "images"),
    Meter.MINUTE: ("minute", "minutes"),
    Meter.SECOND: ("second", "seconds"),
    Meter.CHARACTER: ("character", "characters"),
    Meter.REQUEST: ("request", "requests"),
    Meter.SEAT_MONTH: ("seat and month", "seats a month"),
    Meter.DOWNLOAD: ("download", "downloads"),
    Meter.HOUR: ("hour", "hours"),
}


def grouped(number: int | float) -> str:
    """12 345: thousands apart by a thin space."""
    return f"{number:,.0f}".replace(",", THIN)


def short(number: int | float) -> str:
    """1.2M: three figures and a scale; small numbers whole."""
    for size, letter in _SCALES:
        if abs(number) >= size * 0.9995:  # below that three figures round to the smaller scale
            return f"{_three_figures(number / size)}{letter}"
    return f"{number:g}"


def _three_figures(number: float) -> str:
    """The largest scale has no next one: past it `g` would write an exponent."""
    return f"{number:.3g}" if number < 999.5 else grouped(number)


def money(amount: Decimal, currency: str) -> str:
    """$2.00, $0.0375, €1 200.00: at least two places, never an exponent, no needless zeros beyond the second place."""
    text = f"{amount.normalize():f}"
    whole, _, places = text.partition(".")
    figure = f"{int(whole):,}".replace(",", THIN) + "." + places.ljust(2, "0")
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency}"


def price(amount: Decimal, currency: str, per: int, meter: str) -> str:
    """$2.00 per 1M input tokens; “Free per image” and “Free to download” where nothing is asked."""
    return " ".join(price_columns(amount, currency, per, meter))


def price_columns(amount: Decimal, currency: str, per: int, meter: str) -> tuple[str, str]:
    """The same in two parts, so that a table can align the amounts."""
    one, many = _UNITS[Meter(meter)]
    if amount == 0:
        return "Free", "to download" if meter == Meter.DOWNLOAD else f"per {one}"
    return money(amount, currency), f"per {one if per == 1 else f'{short(per)} {many}'}"


def licence(expression: str) -> str:
    """An SPDX expression as it is; a licence of its own without the prefix that only machines need."""
    return (
        expression.replace("LicenseRef-", "").replace("-", " ") if expression.startswith("LicenseRef-") else expression
    )


def day(date: dt.date) -> str:
    """31 May 2026."""
    return f"{date.day} {date:%B %Y}"


def partial_date(text: str) -> str:
    """2026-05-31, 2026-05 or 2026 in words."""
    parts = text.split("-")
    if len(parts) == 3:
        return day(dt.date.fromisoformat(text))
    return f"{dt.date(int(parts[0]), int(parts[1]), 1):%B %Y}" if len(parts) == 2 else text


def size(number: int) -> str:
    for unit_size, unit in _BYTES:
        if number >= unit_size * 0.9995:
            return f"{_three_figures(number / unit_size)} {unit}"
    return f"{number} bytes"


def fact(name: str, value: Any) -> str:
    """A fact's stored value in words, with its unit."""
    spec = FACTS.get(name)
    if spec is None:  # a fact that the registry no longer knows is still readable
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if spec.type == "boolean":
        return "Yes" if value else "No"
    if spec.type == "date":
        return partial_date(value)
    if spec.type == "types":
        return ", ".join(str(DataType(v).label) for v in value)
    if spec.type == "list":
        return ", ".join(value)
    if spec.type == "integer":
        if spec.unit == "bytes":
            return size(value)
        return short(value) if spec.unit == "parameters" else f"{grouped(value)} {spec.unit}".strip()
    return str(value)


def reading(signal: str, value: float) -> str:
    """A reading's value: a count, a day where the signal is a date, yes or no where it is a check."""
    if signal in DATE_SIGNALS:
        return day(dt.date(1970, 1, 1) + dt.timedelta(days=int(value)))
    if signal in FLAG_SIGNALS:
        return "yes" if value else "no"
    return grouped(value)


def score(number: Decimal) -> str:
    """A benchmark's score without needless zeros; 8.30 stays what it is worth: 8.3."""
    return f"{number.normalize():f}"


def listed(texts: list[str]) -> str:
    """a, b and c."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"
