"""Which facts there are: for which kinds, of what type and unit, how checked, when two values agree.

The one registry of facts. Importers and forms validate with `clean`, pages and the API label with it, `facts.py` asks
it whether values agree. To add a fact, add a line; `docs/reference/catalog-files.md` lists them and a test compares.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from catalog.choices import DataType, Kind

WEIGHTS = frozenset({Kind.MODEL, Kind.FINETUNE})
ANY = frozenset(Kind)


class CannotAccept(ValueError):
    """The value does not fit the fact."""


@dataclass(frozen=True)
class FactSpec:
    name: str
    label: str
    type: str  # integer, text, boolean, date, list, types
    kinds: frozenset[Kind]
    unit: str = ""
    minimum: int = 0
    maximum: int = 10**18
    #: Two numbers closer than this share agree: 140.6B and 141B are one statement, rounded.
    tolerance: float = 0.0
    #: Facts of architecture hold along a lineage: a fine-tune has its base's parameters.
    is_inherited: bool = False
    #: Two sources rarely choose the same words; where that is no contradiction, any two texts agree.
    is_free_text: bool = False
    #: After this many days an observed value is shown as stale.
    half_life_days: int = 730
    help: str = ""

    def clean(self, value: Any) -> Any:
        """The value in its stored, JSON form. Raises CannotAccept with a sentence."""
        return _CLEANERS[self.type](self, value)

    def agrees(self, one: Any, other: Any) -> bool:
        """Whether two stored values say the same."""
        if self.type == "integer":
            return abs(one - other) <= self.tolerance * max(abs(one), abs(other))
        if self.type in ("list", "types"):
            return {str(v).casefold() for v in one} == {str(v).casefold() for v in other}
        if self.type == "date":  # a month agrees with each of its days
            return bool(one.startswith(other) or other.startswith(one))
        if self.type == "text":
            return self.is_free_text or bool(one.casefold() == other.casefold())
        return bool(one == other)


def _clean_integer(spec: FactSpec, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise CannotAccept(f"{spec.label} takes a whole number, not {value!r}.")
    if not spec.minimum <= value <= spec.maximum:
        raise CannotAccept(f"{spec.label} lies between {spec.minimum:,} and {spec.maximum:,}, not at {value:,}.")
    return value


def _clean_text(spec: FactSpec, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not str(value).strip():
        raise CannotAccept(f"{spec.label} takes a text, not {value!r}.")
    text = str(value).strip()
    if len(text) > 200:
        raise CannotAccept(f"{spec.label} takes at most 200 characters, not {len(text)}.")
    return text


def _clean_boolean(spec: FactSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise CannotAccept(f"{spec.label} takes true or false, not {value!r}.")
    return value


def _clean_date(spec: FactSpec, value: Any) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if not match:
        raise CannotAccept(f"{spec.label} takes a date such as 2026-05-31, 2026-05 or 2026, not {text!r}.")
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise CannotAccept(f"{text} is not a date in any calendar.") from None
    if not dt.date(1950, 1, 1) <= date <= dt.date(2100, 1, 1):
        raise CannotAccept(f"{spec.label} lies between 1950 and 2100, not at {text}.")
    return text


def _clean_list(spec: FactSpec, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(v, str) and v.strip() for v in value):
        raise CannotAccept(f"{spec.label} takes a list of texts, not {value!r}.")
    return list(dict.fromkeys(v.strip() for v in value))


def _clean_types(spec: FactSpec, value: Any) -> list[str]:
    texts = _clean_list(spec, value)
    for text in texts:
        if text not in DataType.values:
            raise CannotAccept(f"{text!r} is not a data type; there are {', '.join(DataType.values)}.")
    return texts


_CLEANERS = {
    "integer": _clean_integer,
    "text": _clean_text,
    "boolean": _clean_boolean,
    "date": _clean_date,
    "list": _clean_list,
    "types": _clean_types,
}


def _kinds(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


_CODE = _kinds(Kind.REPO, Kind.FRAMEWORK, Kind.CLI, Kind.MCP, Kind.AGENT, Kind.EXTENSION, Kind.APP, Kind.WEBAPP)
_PACKAGED = _kinds(Kind.MCP, Kind.CLI, Kind.FRAMEWORK, Kind.EXTENSION, Kind.AGENT)
_HOSTED = _kinds(Kind.PLATFORM, Kind.PRODUCT, Kind.APP, Kind.WEBAPP, Kind.API, Kind.AGENT)
_CORPORA = _kinds(Kind.DATASET, Kind.BENCHMARK, Kind.MODEL, Kind.FINETUNE)

FACTS: dict[str, FactSpec] = {
    spec.name: spec
    for spec in (
        # The order is the order on the page.
        FactSpec(
            "parameters_total", "Parameters", "integer", WEIGHTS, "parameters", 1, 10**15, 0.01, is_inherited=True
        ),
        FactSpec(
            "parameters_active",
            "Active parameters",
            "integer",
            WEIGHTS,
            "parameters",
            1,
            10**15,
            0.01,
            is_inherited=True,
        ),
        FactSpec(
            "context_window",
            "Context window",
            "integer",
            WEIGHTS | {Kind.API},
            "tokens",
            1,
            10**9,
            0.025,
            is_inherited=True,
        ),
        FactSpec("max_output", "Longest output", "integer", WEIGHTS | {Kind.API}, "tokens", 1, 10**9, 0.025),
        FactSpec("input_modalities", "Input", "types", WEIGHTS | {Kind.API, Kind.PRODUCT}),
        FactSpec("output_modalities", "Output", "types", WEIGHTS | {Kind.API, Kind.PRODUCT}),
        FactSpec("open_weights", "Open weights", "boolean", WEIGHTS),
        FactSpec("tool_calling", "Tool calling", "boolean", WEIGHTS, half_life_days=365),
        FactSpec("reasoning_mode", "Reasoning mode", "boolean", WEIGHTS, half_life_days=365),
        FactSpec("structured_output", "Structured output", "boolean", WEIGHTS, half_life_days=365),
        FactSpec("architecture", "Architecture", "text", WEIGHTS, is_free_text=True),
        FactSpec("embedding_dimensions", "Embedding dimensions", "integer", WEIGHTS, "dimensions", 1, 10**6),
        FactSpec("knowledge_cutoff", "Knowledge cut-off", "date", WEIGHTS),
        FactSpec("task", "Task", "text", WEIGHTS | {Kind.DATASET}, is_free_text=True),
        FactSpec("size_bytes", "Size", "integer", WEIGHTS | {Kind.DATASET}, "bytes", 1, 10**18, 0.05),
        FactSpec("rows", "Rows", "integer", _kinds(Kind.DATASET, Kind.BENCHMARK), "rows", 1, 10**15, 0.005),
        FactSpec(
            "size_category",
            "Size class",
            "text",
            _kinds(Kind.DATASET),
            help="As its card states it, such as 100K<n<1M.",
        ),
        FactSpec("language_count", "Languages", "integer", _CORPORA, "languages", 1, 10_000),
        FactSpec("languages", "Languages", "list", _CORPORA),
        FactSpec("source_data", "Source data", "text", _kinds(Kind.DATASET), is_free_text=True),
        FactSpec("annotation", "Annotation", "text", _kinds(Kind.DATASET), is_free_text=True),
        FactSpec("test_cases", "Test cases", "integer", _kinds(Kind.BENCHMARK), "cases", 1, 10**12),
        FactSpec(
            "models_evaluated",
            "Models evaluated",
            "integer",
            _kinds(Kind.BENCHMARK),
            "models",
            1,
            10**9,
            half_life_days=180,
        ),
        FactSpec("metric", "Metric", "text", _kinds(Kind.BENCHMARK), is_free_text=True),
        FactSpec("transports", "Transports", "list", _kinds(Kind.MCP), half_life_days=365),
        FactSpec("packages", "Distribution", "list", _PACKAGED, half_life_days=365),
        FactSpec("tool_count", "Tools", "integer", _kinds(Kind.MCP), "tools", 1, 10_000, half_life_days=180),
        FactSpec("authentication", "Authentication", "text", _kinds(Kind.MCP, Kind.API)),
        FactSpec("remote", "Hosted by its maker", "boolean", _kinds(Kind.MCP), half_life_days=365),
        FactSpec("programming_language", "Written in", "text", _CODE),
        FactSpec("self_hosted", "Can be self-hosted", "boolean", _HOSTED),
        FactSpec("version", "Version", "text", ANY, half_life_days=180),
        FactSpec("released", "Release date", "date", ANY, half_life_days=36_500),
        FactSpec("last_updated", "Last updated", "date", ANY, half_life_days=180),
    )
}


def facts_of(kind: str) -> list[FactSpec]:
    """The facts that an artifact of this kind may have, in page order."""
    return [spec for spec in FACTS.values() if kind in spec.kinds]
