"""The Hugging Face Hub: objects of `/api/models`, `/api/datasets` and `/api/spaces`, as a list or one a line.

A tag `dataset:x` on a model names what it was trained on, and `base_model:...` what it came from. The hub's first
count was on 2022-03-02: things "created" then are older. Missing likes or downloads are missing, not none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Parent, Refusal, Told, next_link, unless_known
from catalog.importers.reading import CannotParse, Opened, refused
from catalog.importers.records import ArtifactRecord, SourceRecord

SOURCE = SourceRecord("huggingface-hub", "Hugging Face Hub", "registry", "https://huggingface.co/api/models")
_RELATIONS = {"finetune": "fine-tuned", "quantized": "quantised", "adapter": "adapter", "merge": "merged"}
#: What the hub's tasks take and give, where their names say it.
_TYPES = {"text": "text", "image": "image", "audio": "audio", "speech": "audio", "video": "video", "3d": "3d"}


def read(place: Opened) -> Iterator[Item]:
    for number, raw in _rows(place):
        if isinstance(raw, CannotParse):
            yield Refusal(f"line {number}", str(raw))
        else:
            yield unless_known(place, raw, partial(item_of, raw, place, f"entry {number}"))


def _rows(place: Opened) -> Iterator[tuple[int, Any]]:
    for file in place.files("*.json", "*.jsonl"):
        if file.suffix == ".jsonl":
            yield from Opened(str(file), file, place.on, place.doubled).json_lines()
            continue
        data = place.json(file)
        if not isinstance(data, list):
            raise refused(str(file), "It is no list of hub objects.")
        yield from enumerate(data, start=1)


def item_of(raw: Any, place: Opened, key: str) -> Item:
    if not isinstance(raw, dict):
        return Refusal(key, "It is no object.")
    name = raw.get("id") or raw.get("modelId")
    if not isinstance(name, str) or not values.ids(("huggingface", name)):
        return Refusal(key, "It has no id.")
    if raw.get("private") is True:
        return Refusal(name[:300], "It is private.")
    tags = [tag for tag in raw.get("tags") or () if isinstance(tag, str)] if isinstance(raw.get("tags"), list) else []
    author = values.publisher(raw.get("author") or (name.partition("/")[0] if "/" in name else ""))
    kind = _kind(raw, tags)
    parents = tuple(_parents(tags)) if kind in ("model", "finetune") else ()
    # A model and a data set may bear one name on the hub.
    own = name if kind in ("model", "finetune") else f"{'datasets' if kind == 'dataset' else 'spaces'}/{name}"
    record = record_of(raw, name, own, kind, tags, place)
    return Told(own[:300], record, publisher=author, parents=parents, text=_tagged(raw, tags), text_at=record.homepage)


def _tagged(raw: dict[str, Any], tags: list[str]) -> str:
    """Its task and tags, as the hub writes them: what the decomposer reads of a hub object."""
    said = {"pipeline_tag": values.line(raw.get("pipeline_tag"), 100) or None, "tags": tags}
    return json.dumps(said) if any(said.values()) else ""


def _kind(raw: dict[str, Any], tags: list[str]) -> str:
    """By the shape of the object: spaces have a `sdk`, data sets neither a library nor a task of their own."""
    if raw.get("sdk") is not None:
        return "webapp"
    if "downloadsAllTime" in raw or "modelId" in raw or raw.get("pipeline_tag") or raw.get("library_name"):
        is_tuned = any(tag.startswith("base_model:") for tag in tags)
        return "finetune" if is_tuned else "model"
    if any(tag.startswith(("size_categories:", "task_categories:", "task_ids:")) for tag in tags) or "cardData" in raw:
        return "dataset"
    return "model"


def _parents(tags: list[str]) -> Iterator[Parent]:
    related: dict[str, str] = {}
    for tag in tags:
        if tag.startswith("base_model:"):
            relation, _, name = tag.removeprefix("base_model:").partition(":")
            related[name or relation] = _RELATIONS.get(relation, "") if name else related.get(relation, "")
        elif tag.startswith("dataset:"):
            yield Parent("huggingface", f"datasets/{tag.removeprefix('dataset:')}", "trained_on")
    for name, detail in related.items():
        yield Parent("huggingface", name, detail=detail, keeps_architecture=detail not in ("merged",))


def record_of(raw: dict[str, Any], name: str, own: str, kind: str, tags: list[str], place: Opened) -> ArtifactRecord:
    told = {
        prefix: tag.removeprefix(f"{prefix}:")
        for tag in tags
        for prefix in ("license", "arxiv")
        if tag.startswith(f"{prefix}:")
    }
    task = values.line(raw.get("pipeline_tag"), 100)
    changed = values.day(raw.get("lastModified"), on=place.on)
    created = values.day(raw.get("createdAt"), on=place.on)
    author = values.publisher(raw.get("author") or (name.partition("/")[0] if "/" in name else ""))
    size = next((tag.removeprefix("size_categories:") for tag in tags if tag.startswith("size_categories:")), None)
    licence = values.licence(told.get("license"))
    weights = values.mapping(raw.get("safetensors"))
    return ArtifactRecord(
        slug=values.slug_of(name.rpartition("/")[2], name),
        name=name.rpartition("/")[2],
        kind=kind,
        publisher=author.slug if author else "",
        licence=licence,
        homepage=f"https://huggingface.co/{own}" if values.address(f"https://huggingface.co/{own}") else "",
        ids=values.ids(("huggingface", own)),
        facts=values.facts(
            kind,
            SOURCE.slug,
            {
                "parameters_total": values.count(weights.get("total")) or None,
                "task": task.replace("-", " ") or None,
                "size_category": size,
                "open_weights": True if kind in ("model", "finetune") and licence and not raw.get("gated") else None,
                "released": created.isoformat() if created else None,
                "last_updated": changed.isoformat() if changed else None,
            },
        ),
        readings=values.readings(
            SOURCE.slug,
            place.on,
            {
                "likes": values.count(raw.get("likes")),
                "downloads_month": values.count(raw.get("downloads")),
                "last_commit": changed,
                "created": created,
                "has_license": bool(told.get("license")) if tags else None,
            },
        ),
    )


FEED = Feed(
    "huggingface",
    "Models, data sets and spaces of the Hugging Face Hub, as its API lists them.",
    SOURCE,
    read,
    next_page=next_link,
)
