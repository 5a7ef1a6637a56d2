"""Reads YAML so that every value still knows its line. Refuses what only an attacker writes.

Pure but for reading the files it is given. Anchors and aliases are refused, since a few lines of them unfold into
gigabytes; so are tags, and keys given twice, of which YAML would silently keep the last.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from catalog.importers.errors import Problem
from catalog.storable import is_unstorable, storable

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

Path_ = tuple[str | int, ...]


@dataclass
class Document:
    """One file's content: plain lists, dicts and scalars, and the line of each by its path."""

    place: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    #: Where on their lines they begin, from 1.
    columns: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Whether it could be read at all; with single values that are impossible, it still could.
    is_read: bool = False
    #: Paths of impossible values. Something harmless stands there, about which nobody need complain again.
    broken: set[Path_] = field(default_factory=set)

    def line(self, path: Path_) -> int:
        """The line of the value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def column(self, path: Path_) -> int:
        """As `line`."""
        while path and path not in self.columns:
            path = path[:-1]
        return self.columns.get(path, 1)

    def complain(self, path: Path_, text: str) -> None:
        if path not in self.broken:
            self.problems.append(Problem(self.place, self.line(path), text, self.column(path)))


def read_document(file: Path, place: str) -> Document:
    """The file as a document; whatever is wrong with it stands in its `problems`."""
    document = Document(place)
    try:
        raw = file.read_bytes()
    except OSError as error:
        document.problems.append(Problem(place, 0, f"The file cannot be read: {error.strerror}."))
        return document
    if len(raw) > MAX_BYTES:
        document.problems.append(
            Problem(place, 0, f"The file is {len(raw):,} bytes long; at most {MAX_BYTES:,} are read.")
        )
        return document
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.problems.append(Problem(place, line, "The file is not UTF-8."))
        return document
    return parse(text, place)


#: libyaml reads ten times as fast as Python, and says less well what is wrong.
_QUICK: Any = getattr(yaml, "CSafeLoader", None)


def parse(text: str, place: str) -> Document:
    """Quickly; what has anything wrong with it is read again by the library's own Python, which names the line."""
    return (_parsed_quickly(text, place) if _QUICK else None) or _parsed(text, place)


def _parsed_quickly(text: str, place: str) -> Document | None:
    document = Document(place)
    try:
        _refuse_tricks(document, _QUICK(text))
        node = None if document.problems else yaml.compose(text, Loader=_QUICK)
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    if node is not None:
        document.data = _built(document, node, ())
        document.is_read = True
    return None if document.problems else document


def _parsed(text: str, place: str) -> Document:
    document = Document(place)
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.problems.append(Problem(place, line, "This is not YAML: it holds a control character."))
        return document
    try:
        _refuse_tricks(document, loader)
        node = None if document.problems else yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        column = mark.column + 1 if mark else 0
        document.problems.append(Problem(place, line, f"This is not YAML: {error.problem or error.context}.", column))
        return document
    except (ValueError, OverflowError):  # what the library lets through: an escape beyond the last character there is
        document.problems.append(
            Problem(place, loader.line + 1, "This is not YAML: there is no such character or version.")
        )
        return document
    if node is not None:
        document.data = _built(document, node, ())
        document.is_read = True
    return document


def _refuse_tricks(document: Document, loader: Any) -> None:
    """Reads event by event up to the first trick: brackets nested by the thousand take the library minutes."""
    depth = 0
    while loader.check_event():
        event = loader.get_event()
        trick = ""
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            trick = "Anchors and aliases are not allowed; write the value out."
        elif tag := getattr(event, "tag", None):
            trick = f"The tag {tag[:60]} is not allowed."
        elif isinstance(event, yaml.NodeEvent) and depth > MAX_DEPTH:
            trick = f"Nested deeper than {MAX_DEPTH} levels."
        if trick:
            mark = event.start_mark
            document.problems.append(Problem(document.place, mark.line + 1, trick, mark.column + 1))
            return
        depth += isinstance(event, yaml.CollectionStartEvent)


def _built(document: Document, node: yaml.Node, path: Path_) -> Any:
    document.lines[path] = node.start_mark.line + 1
    document.columns[path] = node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                document.problems.append(
                    Problem(document.place, key_node.start_mark.line + 1, "A key must be a plain word.")
                )
                continue
            key = str(_scalar(document, key_node))
            if key in built:
                line = key_node.start_mark.line + 1
                document.problems.append(
                    Problem(document.place, line, f"“{key}” stands here a second time.", key_node.start_mark.column + 1)
                )
                continue
            built[key] = _built(document, value_node, (*path, key))
            document.lines[(*path, key)] = key_node.start_mark.line + 1
            document.columns[(*path, key)] = key_node.start_mark.column + 1
        return built
    if isinstance(node, yaml.SequenceNode):
        return [_built(document, item, (*path, index)) for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.ScalarNode):
        return None
    known = len(document.problems)
    value = _scalar(document, node)
    if len(document.problems) > known:
        document.broken.add(path)
    return value


def _scalar(document: Document, node: yaml.ScalarNode) -> Any:
    kind = node.tag.rpartition(":")[2]
    text = node.value
    try:
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() in ("true", "yes", "on")
        if kind == "int":
            return (
                int(text.replace("_", ""), 0) if not text.lstrip("+-").startswith("0") or text == "0" else int(text, 10)
            )
        if kind == "float":
            return float(text.replace("_", ""))
        if kind == "timestamp":
            return dt.date.fromisoformat(text).isoformat()  # checked, and kept as the text it is
    except ValueError:
        what = "date" if kind == "timestamp" else "number"
        document.problems.append(
            Problem(document.place, node.start_mark.line + 1, f"“{text[:40]}” is not a possible {what}.")
        )
        return "1970-01-01" if kind == "timestamp" else 0
    if is_unstorable(text):
        line = node.start_mark.line + 1
        document.problems.append(Problem(document.place, line, "This text holds a character that no database keeps."))
        return storable(text)
    return text
