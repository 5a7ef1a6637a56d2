"""Values of facts and lists as people write them: plain words and numbers instead of JSON.

`read` takes what `written` gives back unchanged. JSON is understood too, where only it can say what is meant.
"""

from __future__ import annotations

import json
import re
from typing import Any

from catalog.choices import DataType, Frequency
from catalog.factsheet import CannotAccept, FactSpec

_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,3}(?:[,_' \u00a0\u202f][0-9]{3})+|[0-9]+))(\.[0-9]+)?"
    r"\s*(thousand|million|billion|trillion|[kmbtKMBT])?"
)
_SCALES = {"": 0, "k": 3, "m": 6, "b": 9, "t": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}


def read(spec: FactSpec, text: str) -> Any:
    """The stored value. Raises CannotAccept with a sentence."""
    text = text.strip()
    if text[:1] in ("[", "{", '"'):
        try:
            return spec.clean(json.loads(text))
        except (ValueError, RecursionError) as error:
            if isinstance(error, CannotAccept) or spec.type not in ("text", "list"):
                raise CannotAccept(str(error)) from error
    if spec.type == "integer":
        return spec.clean(_whole(spec, text))
    if spec.type == "boolean":
        word = text.casefold()
        if word not in _YES | _NO:
            raise CannotAccept(f"{spec.label} takes yes or no, not “{text[:60]}”.")
        return spec.clean(word in _YES)
    if spec.type == "types":
        return spec.clean(data_types(text))
    return spec.clean(texts(text) if spec.type == "list" else text)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) and one == one.strip() for one in value):
        joined = ", ".join(value)
        return joined if texts(joined) == value and joined[:1] not in ("[", "{", '"') else json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value[:1] in ("[", "{", '"') else value
    return json.dumps(value, ensure_ascii=False)


def texts(text: str) -> list[str]:
    """One a line, or parted by commas."""
    return [one.strip() for one in re.split(r"[,\n]", text) if one.strip()]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _whole(spec: FactSpec, text: str) -> int:
    """65,536, 128k and 7.25B are whole numbers; 1.5 is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CannotAccept(f"{spec.label} takes a whole number such as 65,536, 128k or 7.25B, not “{text[:60]}”.")
    digits, fraction, scale = (part or "" for part in match.groups())
    places = _SCALES[scale.casefold()]
    decimals = fraction.lstrip(".").rstrip("0")
    if len(decimals) > places:
        raise CannotAccept(f"{spec.label} takes a whole number, not “{text[:60]}”.")
    return int(re.sub(r"[^0-9+-]", "", digits) + decimals.ljust(places, "0"))


def _type(word: str) -> str:
    for value, label in DataType.choices:
        if word.casefold() in (value.casefold(), str(label).casefold()):
            return value
    return word


def data_types(text: str) -> list[str]:
    return [_type(word) for word in texts(text)]


def failures(text: str) -> list[dict[str, str]]:
    """A line each: what goes wrong | how often | what helps."""
    found = []
    for line in lines(text):
        mode, *rest = (part.strip() for part in line.split("|", 2))
        often = rest[0].casefold() if rest and rest[0] else Frequency.UNKNOWN.value
        found.append({"mode": mode, "frequency": often, "mitigation": rest[1] if len(rest) > 1 else ""})
    return found


def failures_written(value: list[Any]) -> str:
    return "\n".join(
        " | ".join(str(one.get(name) or "") for name in ("mode", "frequency", "mitigation")).rstrip(" |")
        for one in value
    )
