"""OpenRouter's list of models: `GET /api/v1/models`.

Prices are US dollars for one token, as text; "-1" is a price that depends, and says nothing. A variant such as ":free"
is an offer of the same model, kept as the price's condition. That something costs nothing there is said of that offer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.model_rows import data_types, is_joined, model_key
from catalog.importers.reading import Opened, refused
from catalog.importers.records import ArtifactRecord, PriceRecord, SourceRecord

SOURCE = SourceRecord("openrouter-models", "Models on OpenRouter", "registry", "https://openrouter.ai/api/v1/models")
PROVIDER = "OpenRouter"
METERS = (
    ("input_tokens", "prompt", 1_000_000),
    ("output_tokens", "completion", 1_000_000),
    ("cached_input_tokens", "input_cache_read", 1_000_000),
    ("image", "image", 1),
    ("request", "request", 1),
)


def read(place: Opened) -> Iterator[Item]:
    data = place.json()
    rows = data.get("data") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise refused(place.place, "There is no list of models under “data”.")
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, raw in enumerate(rows, start=1):
        key = values.line(raw.get("id"), 300) if isinstance(raw, dict) else ""
        if not key:
            yield Refusal(f"model {number}", "It has no id.")
        elif any(other.get("id") == raw["id"] for other in groups[key.partition(":")[0]]):
            yield Refusal(f"{key} again", "It stands here twice; the first is used.")
        else:
            groups[key.partition(":")[0]].append(raw)
    for key, variants in groups.items():
        yield unless_known(place, variants, partial(told_of, key, variants, place))


def told_of(key: str, variants: list[dict[str, Any]], place: Opened) -> Told:
    """`variants`: the plain one first, where there is one."""
    variants = sorted(variants, key=lambda raw: ":" in raw["id"])
    maker = values.publisher(key.partition("/")[0]) if "/" in key else None
    return Told(key, record_of(key, variants, place), publisher=maker)


def record_of(key: str, variants: list[dict[str, Any]], place: Opened) -> ArtifactRecord:
    raw = variants[0]
    description = values.text(raw.get("description"))
    name = values.line(raw.get("name"), 200).removesuffix(" (free)") or key
    shape = values.mapping(raw.get("architecture"))
    top = values.mapping(raw.get("top_provider"))
    parameters = raw.get("supported_parameters")
    parameters = set(map(str, parameters)) if isinstance(parameters, list) else None
    hub = values.line(raw.get("hugging_face_id"), 300)
    created = values.day(raw.get("created"), on=place.on)
    maker = values.publisher(key.partition("/")[0]) if "/" in key else None
    return ArtifactRecord(
        slug=values.slug_of(name.partition(": ")[2] or name, key),
        name=name.partition(": ")[2] or name,
        kind="model",
        tagline=values.tagline(description),
        description=description,
        publisher=maker.slug if maker else "",
        ids=values.ids(
            ("huggingface", hub if "/" in hub else ""),
            ("openrouter", key),
            ("models-dev", joined if is_joined(joined := model_key("", key)) else ""),
        ),
        facts=values.facts(
            "model",
            SOURCE.slug,
            {
                "context_window": values.count(raw.get("context_length")),
                "max_output": values.count(top.get("max_completion_tokens")),
                "input_modalities": data_types(shape.get("input_modalities")),
                "output_modalities": data_types(shape.get("output_modalities")),
                "tool_calling": "tools" in parameters if parameters else None,
                "reasoning_mode": "reasoning" in parameters if parameters else None,
                "structured_output": "structured_outputs" in parameters if parameters else None,
                "released": created.isoformat() if created else None,
            },
        ),
        prices=tuple(price for variant in variants for price in _prices(variant)),
    )


def _prices(raw: dict[str, Any]) -> Iterator[PriceRecord]:
    asked = values.mapping(raw.get("pricing"))
    tier = raw["id"].partition(":")[2]
    for meter, name, per in METERS:
        amount = asked.get(name)
        # Zero beside the tokens' price means that it is not charged for by itself.
        if name in ("image", "request") and not values.money(amount):
            continue
        yield from values.prices(SOURCE.slug, PROVIDER, per, [(meter, amount, tier)])


FEED = Feed("openrouter", "OpenRouter’s list of models, `/api/v1/models`.", SOURCE, read, address=SOURCE.url)
