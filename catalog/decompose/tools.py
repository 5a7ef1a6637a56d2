"""Tool lists of MCP servers: each tool's name, what its description says first, and what its schema takes.

Pure. Descriptions are data, whatever they say: an order to a machine is no claim and makes no phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.choices import DataType
from catalog.decompose.phrases import MAX_PHRASES, Form, Phrase, clipped, first_sentence, is_claim, words_of

#: Words in the names of a schema's fields, and the type of data they say.
_FIELDS = {
    "url": DataType.URL, "urls": DataType.URL, "uri": DataType.URL, "href": DataType.URL,
    "image": DataType.IMAGE, "images": DataType.IMAGE, "audio": DataType.AUDIO, "video": DataType.VIDEO,
    "code": DataType.CODE, "sql": DataType.CODE, "script": DataType.CODE, "cypher": DataType.CODE,
    "query": DataType.TEXT, "text": DataType.TEXT, "prompt": DataType.TEXT, "question": DataType.TEXT,
    "message": DataType.TEXT, "file": DataType.DOCUMENT, "path": DataType.DOCUMENT, "document": DataType.DOCUMENT,
}  # fmt: skip
_ASIDES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|https?://\S+")


def tools_in(data: Any) -> list[Mapping[str, Any]] | None:
    """The list of tools in what a server answers or a registry keeps; None where there is none."""
    for name in ("result", "tools"):
        if isinstance(data, Mapping) and name in data:
            data = data[name]
    if isinstance(data, list) and data and all(isinstance(one, Mapping) and "name" in one for one in data[:20]):
        return data
    return None


def phrases_of_tools(tools: list[Mapping[str, Any]]) -> Iterator[Phrase]:
    for number, tool in enumerate(tools[:MAX_PHRASES], start=1):
        name, said = tool.get("name"), tool.get("description")
        if not isinstance(name, str) or not name.strip():
            continue
        said = said[:2_000].strip() if isinstance(said, str) else ""
        sentence = first_sentence(said)
        if said and not is_claim(sentence):
            continue
        text = " ".join(_ASIDES.sub(" ", sentence).split())
        head = " ".join(words_of(name[:120]))
        yield Phrase(
            Form.TOOL, text or head, clipped(sentence) or name[:200], number, head=head, input_types=_inputs(tool)
        )


def _inputs(tool: Mapping[str, Any]) -> tuple[str, ...]:
    """What the schema's required fields take, or all of them where it requires none."""
    schema = tool.get("inputSchema") or tool.get("input_schema") or {}
    fields = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(fields, Mapping):
        return ()
    required = schema.get("required")
    names = [name for name in list(fields)[:50] if not isinstance(required, list) or not required or name in required]
    return tuple(
        dict.fromkeys(_FIELDS[word].value for name in names for word in words_of(str(name)[:80]) if word in _FIELDS)
    )
