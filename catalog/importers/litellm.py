"""LiteLLM's table of prices and windows: one object, keyed by the name under which a provider offers a model.

Prices are US dollars for one token, as numbers. `sample_spec` is prose that explains the table. A key may carry a
region, a picture's size or a number of steps before the model's name: those are conditions of the price.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.model_rows import MAKERS, data_types, is_joined, maker_of, model_key
from catalog.importers.reading import Opened, refused
from catalog.importers.records import ArtifactRecord, FactRecord, PriceRecord, SourceRecord

SOURCE = SourceRecord(
    "litellm-prices",
    "LiteLLM’s table of model prices and context windows",
    "registry",
    "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
    licence="MIT",
)
PROSE = "sample_spec"
MILLION = 1_000_000
METERS = (
    ("input_tokens", "input_cost_per_token", MILLION),
    ("output_tokens", "output_cost_per_token", MILLION),
    ("cached_input_tokens", "cache_read_input_token_cost", MILLION),
    ("image", "output_cost_per_image", 1),
    ("image", "input_cost_per_image", 1),
    ("second", "output_cost_per_second", 1),
    ("second", "input_cost_per_second", 1),
    ("character", "input_cost_per_character", MILLION),
    ("request", "input_cost_per_query", 1),
)
#: Providers as readers know them, and as models.dev and OpenRouter call them: a provider is one, however it is spelt.
PROVIDERS = {
    "openai": "OpenAI", "text-completion-openai": "OpenAI", "anthropic": "Anthropic", "openrouter": "OpenRouter",
    "azure": "Azure", "azure_text": "Azure", "azure_ai": "Azure AI", "bedrock": "Amazon Bedrock",
    "bedrock_converse": "Amazon Bedrock", "bedrock_mantle": "Amazon Bedrock", "vertex_ai": "Vertex",
    "gemini": "Google", "mistral": "Mistral", "deepseek": "DeepSeek", "xai": "xAI", "groq": "Groq", "cohere": "Cohere",
    "cohere_chat": "Cohere", "perplexity": "Perplexity", "fireworks_ai": "Fireworks AI", "together_ai": "Together AI",
    "vercel_ai_gateway": "Vercel AI Gateway", "deepinfra": "Deep Infra", "github_copilot": "GitHub Copilot",
    "databricks": "Databricks", "snowflake": "Snowflake", "nebius": "Nebius Token Factory", "novita": "NovitaAI",
    "dashscope": "Alibaba", "moonshot": "Moonshot AI", "zai": "Z.AI", "baseten": "Baseten", "cerebras": "Cerebras",
    "replicate": "Replicate", "watsonx": "watsonx", "nscale": "Nscale", "anyscale": "Anyscale", "ollama": "Ollama",
    "ovhcloud": "OVHcloud AI Endpoints", "voyage": "Voyage AI", "v0": "v0", "morph": "Morph", "inception": "Inception",
}  # fmt: skip
#: Modes in which it is a model that one calls; searches and stores are something else.
MODES = {
    "chat", "embedding", "completion", "responses", "image_generation", "image_edit", "audio_transcription",
    "audio_speech", "rerank", "video_generation", "moderation", "realtime", "ocr", None,
}  # fmt: skip


class Row(NamedTuple):
    key: str
    provider: str
    condition: str
    model: str
    raw: dict[str, Any]


def read(place: Opened) -> Iterator[Item]:
    data = place.json()
    if not isinstance(data, dict):
        raise refused(place.place, "It is no object of models.")
    groups, refusals = gathered(data)
    yield from refusals
    for key, rows in groups.items():
        yield unless_known(place, (key, rows), partial(told_of, key, rows))


def gathered(data: dict[str, Any]) -> tuple[dict[str, list[Row]], list[Refusal]]:
    """The rows by the model that they offer, and what is no row."""
    groups: dict[str, list[Row]] = defaultdict(list)
    refusals: list[Refusal] = []
    for key, raw in data.items():
        if key == PROSE:
            refusals.append(Refusal(key, "It explains the table, and is no model."))
        elif not isinstance(raw, dict) or not values.line(key, 300):
            refusals.append(Refusal(values.line(key, 290) or "?", "It is no object with a name."))
        elif not isinstance(raw.get("mode"), str | None) or raw.get("mode") not in MODES:
            why = f"“{values.line(str(raw.get('mode')), 40)}” is no mode of a model."
            refusals.append(Refusal(values.line(key, 290), why))
        else:
            row = _row(key, raw)
            groups[model_key(row.provider, row.model)].append(row)
    return groups, refusals


def _row(key: str, raw: dict[str, Any]) -> Row:
    """The condition is what stands before the provider's name; or before the model's, such as a picture's size."""
    provider = values.line(raw.get("litellm_provider"), 120) or "unknown"
    parts = key.split("/")
    conditions = []
    while len(parts) > 1 and (parts[0] == provider or _is_condition(parts[0])):
        if (first := parts.pop(0)) != provider:
            conditions.append(first)
    return Row(key, provider, ", ".join(conditions), "/".join(parts), raw)


def _is_condition(part: str) -> bool:
    return (
        "-x-" in part
        or part in ("standard", "hd", "low", "medium", "high", "global", "us", "eu")
        or part.startswith(("us-", "eu-", "ap-", "ca-", "sa-"))
        or part.endswith(("-steps", "-commitment"))
    )


def told_of(key: str, rows: list[Row]) -> Told:
    publisher = values.publisher(MAKERS[key.partition("/")[0]]) if key.partition("/")[0] in MAKERS else None
    rows = sorted(rows, key=lambda row: (maker_of(row.provider) != key.partition("/")[0], bool(row.condition), row.key))
    name = rows[0].model.rpartition("/")[2]
    record = ArtifactRecord(
        slug=values.slug_of(name, key),
        name=values.line(name, 200) or key,
        kind="model",
        publisher=publisher.slug if publisher else "",
        ids=values.ids(("models-dev", key if is_joined(key) else "")),
        facts=tuple(_facts(rows)),
        prices=tuple(_prices(rows)),
    )
    return Told(key[:300], record, publisher=publisher)


def _facts(rows: list[Row]) -> Iterator[FactRecord]:
    """The value that most rows give; of equals the first row's, which is the maker's."""
    said: dict[str, list[FactRecord]] = defaultdict(list)
    for row in rows:
        raw = row.raw
        given = {
            "context_window": values.count(raw.get("max_input_tokens")) or values.count(raw.get("max_tokens")) or None,
            "max_output": values.count(raw.get("max_output_tokens")) or None,
            "embedding_dimensions": values.count(raw.get("output_vector_size")) or None,
            "tool_calling": True if raw.get("supports_function_calling") is True else None,
            "reasoning_mode": True if raw.get("supports_reasoning") is True else None,
            "structured_output": True if raw.get("supports_response_schema") is True else None,
            "input_modalities": data_types(raw.get("supported_modalities")),
            "output_modalities": data_types(raw.get("supported_output_modalities")),
        }
        for fact in values.facts("model", SOURCE.slug, given):
            said[fact.name].append(fact)
    for some in said.values():
        times = Counter(str(fact.value) for fact in some)
        yield max(some, key=lambda fact: times[str(fact.value)])


def _prices(rows: list[Row]) -> Iterator[PriceRecord]:
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        for meter, name, per in METERS:
            for price in values.prices(
                SOURCE.slug, provider_name(row), per, [(meter, row.raw.get(name), row.condition)]
            ):
                key = (price.provider, price.meter, price.tier)
                if key not in seen:
                    seen.add(key)
                    yield price


def provider_name(row: Row) -> str:
    """Those of one cloud, such as `vertex_ai-llama_models`, are one."""
    plain = re.sub(r"^(vertex_ai|fireworks_ai)-.*", r"\1", row.provider)
    return PROVIDERS.get(plain, plain)


FEED = Feed(
    "litellm",
    "LiteLLM’s table of model prices and context windows, one JSON object.",
    SOURCE,
    read,
    address=SOURCE.url,
    is_dated=False,
)
