"""Cards of data sets: Markdown with YAML before the text. The file's name is the data set's, `owner__name` for owned.

Of the text only the summary is taken; what it asks a reader, or a machine, to do is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.importers import values
from catalog.importers.documents import parse
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.reading import Opened
from catalog.importers.records import ArtifactRecord, SourceRecord

SOURCE = SourceRecord(
    "hf-dataset-cards",
    "Cards of data sets",
    "documentation",
    "https://github.com/huggingface/datasets",
    licence="Apache-2.0",
)
_FRONT = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_SUMMARY = re.compile(r"^#{2,4} (?:Dataset )?(?:Summary|Description)[ \t]*\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
_EMPTY = re.compile(r"\[(?:more information|needs? more|n/?a)[^\]]*\](?:\([^)]*\))?", re.IGNORECASE)


def read(place: Opened) -> Iterator[Item]:
    for file in place.files("*.md"):
        name = file.parent.name if file.name == "README.md" and place.is_folder else file.stem
        try:
            text = place.text(file)
        except CannotImport as error:
            yield Refusal(name, error.problems[0].text)
            continue
        yield unless_known(place, (name, text), partial(item_of, name.replace("__", "/"), text))


def item_of(name: str, text: str) -> Item:
    if text.lstrip()[:1] == "<":
        return Refusal(name, "This is a web page, not a card.")
    front = _FRONT.match(text)
    if not front:
        return Refusal(name, "There is no YAML before its text.")
    document = parse(_without_odd_tags(front.group(1)), name)
    if not document.is_read or not isinstance(document.data, dict):
        return Refusal(
            name, document.problems[0].text if document.problems else "Its YAML is no list of keys and values."
        )
    if not values.ids(("huggingface", f"datasets/{name}")):
        return Refusal(name[:200], "Its name is no id.")
    record = record_of(name, document.data, text[front.end() :])
    return Told(f"datasets/{name}", record, text=text, text_at=record.homepage)


def _without_odd_tags(yaml: str) -> str:
    """Lists of splits and features make up most of a long card, and say nothing that is kept."""
    return re.sub(
        r"^(?:dataset_info|configs|train-eval-index):.*?(?=^[^\s-]|\Z)", "", yaml, flags=re.MULTILINE | re.DOTALL
    )


def record_of(name: str, front: dict[str, Any], body: str) -> ArtifactRecord:
    summary = _EMPTY.sub("", match.group(1)).strip() if (match := _SUMMARY.search(body)) else ""
    description = values.text("" if summary.startswith("-") else summary)
    languages = [
        word
        for word in _list(front.get("language") or front.get("languages"))
        if re.fullmatch(r"[a-z]{2,3}(-\w+)?", word)
    ]
    licences = [values.licence(word) for word in _list(front.get("license") or front.get("licenses"))]
    tasks = _list(front.get("task_categories"))
    return ArtifactRecord(
        slug=values.slug_of(name.rpartition("/")[2], name),
        name=values.line(front.get("pretty_name"), 200) or name,
        kind="dataset",
        tagline=values.tagline(description),
        description=description,
        licence=licences[0] if len(licences) == 1 else "",
        homepage=f"https://huggingface.co/datasets/{name}",
        ids=values.ids(("huggingface", f"datasets/{name}")),
        facts=values.facts(
            "dataset",
            SOURCE.slug,
            {
                "task": ", ".join(tasks).replace("-", " ")[:200].rsplit(",", 1)[0]
                if len(", ".join(tasks)) > 200
                else ", ".join(tasks).replace("-", " "),
                "size_category": next(iter(_list(front.get("size_categories"))), None),
                "languages": languages[:100],
                "language_count": len(set(languages)) or None,
                "annotation": ", ".join(_list(front.get("annotations_creators")))[:200].replace("-", " "),
                "source_data": ", ".join(_list(front.get("source_datasets")))[:200],
            },
        ),
    )


def _list(value: Any) -> list[str]:
    """Cards give one word, a list, or a list for each of their parts."""
    if isinstance(value, dict):
        value = [part for some in value.values() for part in (some if isinstance(some, list) else [some])]
    found = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(values.line(part, 100) for part in found if isinstance(part, str) and part.strip()))


FEED = Feed(
    "hf-cards",
    "A folder of data sets' cards, Markdown with YAML before the text.",
    SOURCE,
    read,
    is_dated=False,
)
