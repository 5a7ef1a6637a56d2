"""What an owner may touch of a listing: every field by name, how it is read, and whether it takes effect at once.

The one list: pages, API and tests go by it, and what does not stand in it cannot be written by any of them. Slug, kind,
lifecycle, publisher, repository and ids say which artifact it is; rank, badge and counts are computed; neither is an
owner's to change. Pure: reads what was sent, asks no table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog import licences, values
from catalog.choices import DataType, Meter
from catalog.factsheet import CannotAccept, FactSpec, facts_of
from catalog.storable import unturned
from claims.choices import Method

#: Control characters other than a line's end and a tab, and halves of characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_RUNS = re.compile(r"(?:java|vb)script\s*:|data\s*:\s*\w+/", re.IGNORECASE)
#: Entries of a list, and characters of each.
MOST_ENTRIES, LONGEST_ENTRY = 20, 300
#: Facts that are seen and not said.
OBSERVED = frozenset({"last_updated"})


class CannotRead(ValueError):
    """With a sentence for whoever filled it in."""


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    #: From what a form or a JSON document holds to what the column stores, as JSON. Raises CannotRead.
    read: Callable[[Any], Any]
    #: How a form shows it: line, area, choice.
    shown: str = "line"
    help: str = ""
    longest: int = 0
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


# --- reading ----------------------------------------------------------------------------------------------------------


def _checked(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise CannotRead("This takes a text.")
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise CannotRead("This holds a control character, which no page can show.")
    if unturned(text) != text:
        raise CannotRead("This holds an invisible character that would turn the text around it.")
    if _RUNS.search(text):
        raise CannotRead("Links begin with https://, http:// or mailto:; this would run in the reader’s browser.")
    if len(text) > longest:
        raise CannotRead(f"At most {longest:,} characters, not {len(text):,}.")
    return text


def line(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = _checked(value, longest)
        if "\n" in text or "\t" in text:
            raise CannotRead("This is one line, without tabs.")
        return text

    return read


def area(longest: int) -> Callable[[Any], str]:
    return lambda value: _checked(value, longest)


def entries(value: Any) -> list[str]:
    """One a line in a form; a list in JSON."""
    if isinstance(value, str):
        value = values.lines(_checked(value, MOST_ENTRIES * (LONGEST_ENTRY + 1)))
    if not isinstance(value, list | tuple):
        raise CannotRead("This takes a list of texts.")
    if len(value) > MOST_ENTRIES:
        raise CannotRead(f"At most {MOST_ENTRIES} entries, not {len(value)}.")
    found = [line(LONGEST_ENTRY)(one) for one in value]
    return list(dict.fromkeys(one for one in found if one))


def data_types(value: Any) -> list[str]:
    named = values.data_types(_checked(value, 400)) if isinstance(value, str) else entries(value)
    for one in named:
        if one not in DataType.values:
            raise CannotRead(f"“{one[:40]}” is no type of data; there are {', '.join(DataType.values)}.")
    return list(dict.fromkeys(named))


def link(value: Any) -> str:
    text = line(500)(value)
    if text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            raise CannotRead("An address begins with https:// or http://, such as https://example.org/docs.") from None
    return text


def licence(value: Any) -> str:
    text = line(120)(value)
    try:
        licences.class_of(text)
        return licences.canonical(text) if text else ""
    except licences.CannotRead as error:
        raise CannotRead(str(error)) from error


def amount(value: Any) -> str:
    text = line(40)(value if isinstance(value, str) else str(value)).replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CannotRead("This takes a number such as 2.00, without a currency.") from None
    if not number.is_finite() or not 0 <= number < 10**9 or number != number.quantize(Decimal("1e-12")):
        raise CannotRead("This lies between 0 and a thousand million, with at most twelve places.")
    return f"{number:f}"


def whole(value: Any) -> int:
    text = line(20)(value if isinstance(value, str) else str(value)).replace(",", "")
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 1 <= int(text) <= 10**9:
        raise CannotRead("This takes a whole number from 1 on, such as 1,000,000.")
    return int(text)


def date(value: Any) -> str | None:
    text = line(10)(value)
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CannotRead("This takes a day such as 2026-05-31.") from None
    if not 1990 <= day.year <= 2100:
        raise CannotRead("This lies between 1990 and 2100.")
    return day.isoformat()


def one_of(choices: Iterable[str]) -> Callable[[Any], str]:
    allowed = frozenset(choices)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise CannotRead("Choose one of the list.")
        return str(value)

    return read


def currency(value: Any) -> str:
    text = line(3)(value).upper()
    if not re.fullmatch("[A-Z]{3}", text):
        raise CannotRead("This takes three letters, such as USD.")
    return text


def _fact(spec: FactSpec) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            if isinstance(value, str):
                text = _checked(value, 2_000)
                found = values.read(spec, text) if text else None
            else:
                found = spec.clean(value)
        except CannotAccept as error:
            raise CannotRead(str(error)) from error
        # What was written as JSON may hold by escapes what the text itself does not.
        if isinstance(found, list):
            return entries(found)
        return line(200)(found) if isinstance(found, str) else found

    return read


# --- the list ---------------------------------------------------------------------------------------------------------

LISTING = (
    Field("name", "Name", line(200), is_required=True, longest=200),
    Field("tagline", "Tagline", line(160), help="One sentence: what it does, for whom.", longest=160),
    Field("description", "Description", area(20_000), "area", help="Markdown.", longest=20_000),
    Field("licence", "Licence", licence, help="An SPDX expression, such as Apache-2.0.", longest=120),
    Field(
        "homepage",
        "Homepage",
        link,
        longest=500,
        help="On the website that your proof shows to be yours it takes effect at once.",
    ),
)
_WORDS = (
    Field("title", "Title", line(300), is_required=True, longest=300),
    Field("description", "What it does", area(4_000), "area", is_required=True, longest=4_000),
    Field("unique", "What is unique", area(2_000), "area", longest=2_000),
    Field("intents", "Needs that it serves", entries, "area", help="In plain words, one a line."),
    Field("best_for", "Best for", entries, "area", help="One a line."),
    Field("limitations", "Known limitations", entries, "area", help="One a line."),
    Field("requires", "Requires", entries, "area", help="One a line."),
    Field("input_types", "Takes", data_types, help="Such as text, image; parted by commas."),
    Field("output_types", "Gives", data_types, help="Such as text, image; parted by commas."),
)
OFFERING = _WORDS
CONTRAST = (Field("text", "How it stands against it", area(2_000), "area", is_required=True, longest=2_000),)
PRICE = (
    Field("amount", "Amount", amount, is_required=True, help="Such as 2.00; 0 is free.", longest=40),
    Field("currency", "Currency", currency, is_required=True, longest=3),
    Field("per", "For how many", whole, is_required=True, longest=20),
    Field("meter", "Of what", one_of(Meter.values), "choice", is_required=True, choices=tuple(Meter.choices)),
    Field("tier", "Under which condition", line(120), help="Such as “batch”; empty for the usual.", longest=120),
    Field("valid_from", "From", date, help="A day such as 2026-05-31.", longest=10),
)
PRICE_END = (Field("valid_to", "No longer from", date, is_required=True, help="A day such as 2026-05-31.", longest=10),)


def facts(kind: str) -> tuple[Field, ...]:
    """Those that an owner of such an artifact may state, in page order."""
    return tuple(
        Field(spec.name, spec.label, _fact(spec), help=_fact_help(spec), longest=2_000)
        for spec in facts_of(kind)
        if spec.name not in OBSERVED
    )


def _fact_help(spec: FactSpec) -> str:
    said = {
        "integer": f"In {spec.unit}, such as 65,536 or 7B." if spec.unit else "A whole number.",
        "boolean": "Yes or no.",
        "date": "Such as 2026-05-31, 2026-05 or 2026.",
        "list": "Parted by commas.",
        "types": "Such as text, image; parted by commas.",
    }
    if spec.name == "version":
        return "A version number, such as 2.1.0, takes effect at once."
    return spec.help or said.get(spec.type, "")


# --- at once ----------------------------------------------------------------------------------------------------------

_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+){0,3}(?:[-+.]?[0-9A-Za-z]{1,12}){0,2}")


def is_at_once(section: str, name: str, value: Any, *, proven: tuple[str, str] | None) -> bool:
    """Whether it takes effect without an editor: where nothing that a reader decides by could be made to look better.

    A version number, and a homepage on the very website that the standing proof (method, place) shows to be theirs.
    """
    if section == "facts" and name == "version":
        return isinstance(value, str) and _VERSION.fullmatch(value) is not None
    if section == "listing" and name == "homepage":
        return isinstance(value, str) and proven is not None and _is_on(value, *proven)
    return False


def _is_on(address: str, method: str, place: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        return False
    if method == Method.DNS:
        return host == place or host.endswith(f".{place}")
    return method == Method.WELL_KNOWN and host == place
