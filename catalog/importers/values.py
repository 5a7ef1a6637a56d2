"""Turns what a source wrote into values that the tables keep, or into nothing: missing is never zero.

Pure. Each answers None (or an empty text) for what is not there, is a known stand-in for “unknown”, or cannot be.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify

from catalog import licences
from catalog.choices import DATE_SIGNALS, FLAG_SIGNALS
from catalog.factsheet import FACTS, CannotAccept
from catalog.identity import CannotIdentify, identity_key
from catalog.importers.records import FactRecord, PriceRecord, PublisherRecord, ReadingRecord
from catalog.slugs import slug_from

EPOCH = dt.date(1970, 1, 1)
#: Dates that registries write where they know none: the start of computers' time, and the day the hub began to count.
STAND_INS = (EPOCH, dt.date(2022, 3, 2))
#: What the tables keep of a price: twelve digits before the point and twelve after.
_PLACES = Decimal(1).scaleb(-12)
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def text(value: Any, limit: int = 10_000) -> str:
    """One text without control characters, cut at a word."""
    if not isinstance(value, str):
        return ""
    # Cut first: a text of megabytes must not be searched for what is thrown away.
    clean = unicodedata.normalize("NFC", _UNSTORABLE.sub("", value[: limit * 2].replace("\r\n", "\n"))).strip()
    if len(clean) <= limit:
        return clean
    return clean[: limit - 1].rsplit(None, 1)[0].rstrip(" ,;:") + "…" if limit > 20 else clean[:limit]


def line(value: Any, limit: int = 200) -> str:
    return " ".join(text(value, limit * 2).split())[:limit].strip() if isinstance(value, str) else ""


def tagline(description: str) -> str:
    """The first sentence, as plain words."""
    plain = re.sub(r"!?\[([^\]]{0,200})\]\([^)\s]{0,500}\)|[*_`#>]|<[^>]{0,200}>", r"\1", description[:600])
    plain = " ".join(plain.split())
    first = re.split(r"(?<=[.!?])\s", plain, maxsplit=1)[0]
    return text(first, 160)


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> Decimal | None:
    """A finite number, from a number or from digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*[-+]?[\d.]{1,40}([eE][-+]?\d{1,3})?\s*", value):
        return None
    try:
        found = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 40 else None


def count(value: Any) -> int | None:
    """A whole number, zero or more."""
    found = number(value)
    return int(found) if found is not None and 0 <= found < 10**15 and found == int(found) else None


def money(value: Any) -> Decimal | None:
    """Zero or more. Minus one stands for “it depends” in one catalog, and below zero nobody asks."""
    found = number(value)
    if found is None or not 0 <= found < 10**12:
        return None
    return found.quantize(_PLACES).normalize() + 0


def day(value: Any, *, on: dt.date) -> dt.date | None:
    """A day out of a date, a time or seconds since 1970; none that stands for “unknown”, none after `on`."""
    try:
        if isinstance(value, str):
            match = re.match(r"\s*(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?!\d)", value)
            found = dt.date(*(int(part) if part else 1 for part in match.groups())) if match else None
        else:
            seconds = number(value)
            found = dt.datetime.fromtimestamp(float(seconds), dt.UTC).date() if seconds and seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
    if found is None or found in STAND_INS or found.year < 1950 or found > on + dt.timedelta(days=1):
        return None
    return found


def month(value: Any) -> str:
    """A date as exact as it was written: 2024, 2024-10 or 2024-10-31."""
    match = re.match(r"\s*(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?", value) if isinstance(value, str) else None
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else ""


def address(value: Any) -> str:
    """An address of the web, or nothing."""
    found = value.strip() if isinstance(value, str) else ""
    if not re.match(r"https?://", found, re.IGNORECASE) or len(found) > 500 or re.search(r"[\s<>\"\\^`{|}]", found):
        return ""
    try:
        host = urlsplit(found).hostname
    except ValueError:
        return ""
    return found if host and "." in host and not _UNSTORABLE.search(found) else ""


def licence(value: Any) -> str:
    """The SPDX expression; words that say nothing, and what is none, are left out."""
    if not isinstance(value, str) or len(value) > 120 or value.strip().lower() in ("", "other", "unknown", "none"):
        return ""
    if value.strip().lower() == "proprietary":
        return "LicenseRef-Proprietary"
    try:
        licences.class_of(value)
        return licences.canonical(value)
    except licences.CannotRead:
        return ""


def ids(*pairs: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
    """Those that are ids of their schemes, each once."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for scheme, value in pairs:
        if isinstance(value, str) and value.strip():
            try:
                found.setdefault((scheme, identity_key(scheme, value)), (scheme, value.strip()))
            except CannotIdentify:
                continue
    return tuple(found.values())


def slug_of(name: str, key: str) -> str:
    """An address for a page. Never empty, and never one that a comparison's would be taken for."""
    return slug_from(name, longest=100) or f"entry-{short(key)}"


def short(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:8]


def publisher(name: Any) -> PublisherRecord | None:
    clean = line(name, 200)
    slug = re.sub(r"[-_]+", "-", slugify(clean)[:80]).strip("-")
    return PublisherRecord(slug, clean) if slug else None


def facts(kind: str, source: str, values: dict[str, Any]) -> tuple[FactRecord, ...]:
    """Those that a thing of this kind has, and that are given; an impossible one is left out."""
    found = []
    for name, value in values.items():
        if value is None or value in ("", [], ()) or kind not in FACTS[name].kinds:
            continue
        try:
            found.append(FactRecord(name, FACTS[name].clean(value), source))
        except CannotAccept:
            continue
    return tuple(found)


def readings(source: str, on: dt.date, values: dict[str, Any]) -> tuple[ReadingRecord, ...]:
    """By signal: a count, a day, or yes and no; what is missing is no reading."""
    return tuple(
        ReadingRecord(signal, on, found, source)
        for signal, value in values.items()
        if (found := _reading(signal, value, on)) is not None
    )


def _reading(signal: str, value: Any, on: dt.date) -> float | None:
    if signal in DATE_SIGNALS:
        found = value if isinstance(value, dt.date) else day(value, on=on)
        return float((found - EPOCH).days) if found else None
    if signal in FLAG_SIGNALS:
        return None if value is None else float(bool(value))
    whole = number(value)
    return float(whole) if whole is not None and 0 <= whole < 10**15 else None


def prices(
    source: str, provider: str, per: int, meters: Iterable[tuple[str, Any, str]], *, of_each: int = 1
) -> Iterator[PriceRecord]:
    """Prices of so many units each: meter, amount and tier. `of_each`: the source's amount is for so many units."""
    for meter, value, tier in meters:
        raw = number(value)
        amount = money(raw * per / of_each) if raw is not None else None
        if amount is not None:
            yield PriceRecord(line(provider, 120), meter, amount, source, per=per, tier=line(tier, 120))
