"""models.dev's `api.json`: providers, each with the models it offers, prices in US dollars for a million tokens.

Five thousand rows are about fourteen hundred models: a provider's row is an offer of a model, so rows are gathered by
what they offer, and each gives its prices. What a model *is* (its window, its dates) is taken from its maker's own row,
else from what most providers say. No `cost` is unknown, not free.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.model_rows import MAKERS, data_types, is_joined, maker_of, model_key
from catalog.importers.reading import Opened, refused
from catalog.importers.records import ArtifactRecord, FactRecord, PriceRecord, PublisherRecord, SourceRecord

SOURCE = SourceRecord("models-dev", "models.dev", "registry", "https://models.dev/api.json", licence="MIT")
MILLION = 1_000_000


class Row(NamedTuple):
    provider: str
    provider_name: str
    model: str
    raw: dict[str, Any]

    @property
    def is_makers(self) -> bool:
        return maker_of(self.provider) == model_key(self.provider, self.model).partition("/")[0]


def read(place: Opened) -> Iterator[Item]:
    data = place.json()
    if not isinstance(data, dict):
        raise refused(place.place, "It is no object of providers.")
    groups, refusals = gathered(data)
    yield from refusals
    for key, some in groups.items():
        yield unless_known(place, (key, some), partial(told_of, key, some, place))


def gathered(data: dict[str, Any]) -> tuple[dict[str, list[Row]], list[Refusal]]:
    """The rows by the model that they offer, and what is no row."""
    groups: dict[str, list[Row]] = defaultdict(list)
    from_key: dict[str, str] = {}
    rows: list[Row] = []
    refusals: list[Refusal] = []
    for provider, offered in data.items():
        models = offered.get("models") if isinstance(offered, dict) else None
        if not isinstance(models, dict):
            refusals.append(Refusal(values.line(provider, 200) or "?", "The provider has no models."))
            continue
        name = values.line(offered.get("name"), 120) or values.line(provider, 120)
        for model, raw in models.items():
            key = f"{provider}/{model}"
            if not isinstance(raw, dict) or not values.line(model, 200):
                refusals.append(Refusal(values.line(key, 290) or "?", "It is no object with an id."))
                continue
            row = Row(provider, name, model, raw)
            rows.append(row)
            from_key[key] = model_key(provider, model)
    for row in rows:
        # A row that extends another offers the same model.
        base = row.raw.get("extends")
        told = base.get("from") if isinstance(base, dict) else base
        own = from_key[f"{row.provider}/{row.model}"]
        groups[from_key.get(told, own) if isinstance(told, str) else own].append(row)
    return groups, refusals


def told_of(key: str, rows: list[Row], place: Opened) -> Told:
    maker = key.partition("/")[0]
    publisher = values.publisher(MAKERS[maker]) if maker in MAKERS else None
    return Told(key[:300], record_of(key, rows, publisher, place), publisher=publisher)


def record_of(key: str, rows: list[Row], publisher: PublisherRecord | None, place: Opened) -> ArtifactRecord:
    rows = sorted(rows, key=lambda row: (not row.is_makers, len(row.model), row.provider, row.model))
    raw = _words_of(rows)
    hubs = [row.model for row in rows if row.provider == "huggingface"] + [_hub(row.raw) for row in rows]
    routes = [row.model.partition(":")[0] for row in rows if row.provider == "openrouter"]
    return ArtifactRecord(
        slug=values.slug_of(values.line(raw.get("name"), 200) or key, key),
        name=values.line(raw.get("name"), 200) or key,
        kind="model",
        publisher=publisher.slug if publisher else "",
        ids=values.ids(
            ("huggingface", next(filter(None, hubs), "")),
            ("openrouter", next(iter(routes), "")),
            ("models-dev", key if is_joined(key) else ""),
        ),
        facts=tuple(_facts(rows, place)),
        prices=tuple(_prices(rows)),
    )


def _words_of(rows: list[Row]) -> dict[str, Any]:
    return next((row.raw for row in rows if values.line(row.raw.get("name"))), rows[0].raw)


def _hub(raw: dict[str, Any]) -> str:
    told = values.line(raw.get("hugging_face_id"), 300)
    weights = raw.get("weights") if isinstance(raw.get("weights"), list) else []
    for weight in weights or ():
        address = values.address(weight.get("url")) if isinstance(weight, dict) else ""
        if not told and address.startswith("https://huggingface.co/"):
            told = "/".join(address.split("/")[3:5])
    return told


def _facts(rows: list[Row], place: Opened) -> Iterator[FactRecord]:
    """Each from the maker's own row, else the value that most rows give."""
    said: dict[str, list[tuple[bool, FactRecord]]] = defaultdict(list)
    for row in rows:
        raw, limit = row.raw, values.mapping(row.raw.get("limit"))
        modalities = values.mapping(raw.get("modalities"))
        released = values.day(raw.get("release_date"), on=place.on)
        updated = values.day(raw.get("last_updated"), on=place.on)
        given = {
            "context_window": values.count(limit.get("context")) or None,
            "max_output": values.count(limit.get("output")) or None,
            "input_modalities": data_types(modalities.get("input")),
            "output_modalities": data_types(modalities.get("output")),
            "open_weights": _flag(raw.get("open_weights")),
            "tool_calling": _flag(raw.get("tool_call")),
            "reasoning_mode": _flag(raw.get("reasoning")),
            "structured_output": _flag(raw.get("structured_output")),
            "knowledge_cutoff": values.month(raw.get("knowledge")),
            "released": values.month(raw.get("release_date")) if released else None,
            "last_updated": values.month(raw.get("last_updated")) if updated else None,
        }
        for fact in values.facts("model", SOURCE.slug, given):
            said[fact.name].append((row.is_makers, fact))
    for some in said.values():
        own = [fact for is_makers, fact in some if is_makers]
        times = Counter(str(fact.value) for _, fact in some)
        yield (
            own[0]
            if own
            else max((fact for _, fact in some), key=lambda fact: (times[str(fact.value)], str(fact.value)))
        )


def _prices(rows: list[Row]) -> Iterator[PriceRecord]:
    """One price for each provider, meter and condition; of several rows of a provider the plainest id's."""
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        for price in _asked(row):
            key = (price.provider, price.meter, price.tier)
            if key not in seen:
                seen.add(key)
                yield price


def _asked(row: Row) -> Iterator[PriceRecord]:
    cost = values.mapping(row.raw.get("cost"))
    if not cost:
        return
    own = [("input_tokens", cost.get("input"), ""), ("output_tokens", cost.get("output"), "")]
    own.append(("cached_input_tokens", cost.get("cache_read"), ""))
    beyond = values.mapping(cost.get("context_over_200k"))
    own += [(meter, beyond.get(name), "beyond 200,000 tokens") for meter, name in (
        ("input_tokens", "input"), ("output_tokens", "output"), ("cached_input_tokens", "cache_read"),
    )]  # fmt: skip
    condition = "free variant" if row.model.endswith((":free", "-free")) else ""
    yield from values.prices(
        SOURCE.slug, row.provider_name, MILLION, [(m, a, condition or t) for m, a, t in own], of_each=MILLION
    )


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


FEED = Feed(
    "models-dev",
    "Models and their providers' prices from models.dev, `api.json`.",
    SOURCE,
    read,
    address=SOURCE.url,
    is_dated=False,
)
