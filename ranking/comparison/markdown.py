"""A comparison as Markdown: for notes, for chats, for agents. Pure.

Text of others (names, descriptions, quotes) is escaped: it can neither end a table's row nor smuggle in markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from catalog.parts import OfferingPart
from catalog.storable import unturned
from catalog.wording import day
from ranking.comparison.changes import Changes
from ranking.comparison.document import Edition
from ranking.comparison.sheet import SAMPLE
from ranking.comparison.table import CapabilityCell, Cell, FactRow, Has, State

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_HAS = {Has.HAS: "yes", Has.LACKS: "no", Has.UNKNOWN: "unknown", Has.DOES_NOT_APPLY: "does not apply"}


def markdown_of(edition: Edition) -> str:
    return "\n\n".join(block for block in _blocks(edition) if block) + "\n"


def _blocks(edition: Edition) -> Iterator[str]:
    table = edition.table
    yield f"# {escaped(edition.title)}"
    yield f"**{escaped(table.verdict.sentence)}**"
    if edition.changes is not None:
        yield _past(edition, edition.changes)
    if table.weighed is not None:
        yield f"By these weights: {escaped(table.weighed.sentence)}"
    yield _list(escaped(finding.text) for finding in table.verdict.findings)
    heads = ["", *(f"[{escaped(it.name)}]({edition.artifact(it.slug)})" for it in table.subjects)]
    rows = [[f"**{escaped(row.label)}**", *_cells(row, edition)] for row in table.facts]
    yield "## Facts"
    yield _table(heads, rows)
    if any(cell.note == SAMPLE for row in table.facts for cell in row.cells):
        yield SAMPLE
    if table.capabilities:
        yield "## Capabilities"
        yield _table(
            heads,
            [[f"**{escaped(row.label)}**", *(_capability(cell) for cell in row.cells)] for row in table.capabilities],
        )
        for place, it in enumerate(table.subjects):
            parts = [part for row in table.capabilities for part in row.cells[place].offerings]
            if parts:
                yield f"### {escaped(it.name)}"
                yield _list(_offering(part) for part in parts)
    if sources := _sources(edition):
        yield "## Sources"
        yield _list(f"[{escaped(title)}]({_address(url)})" for title, url in sources)
    yield f"{escaped(edition.citation.removesuffix(edition.address))} {edition.address}"


def _past(edition: Edition, changes: Changes) -> str:
    lines = [f"As of {day(edition.table.at)}. {changes.note}".rstrip()]
    lines += [
        f"- {escaped(edition.table.subjects[edition.table.place_of(row.slug)].name)}, {escaped(row.label)}: "
        f"{escaped(row.then)} then, {escaped(row.now)} now"
        + ("" if row.beyond_band is None else ", beyond its band" if row.beyond_band else ", within its band")
        for row in changes.rows
    ]
    if len(lines) > 1:
        lines.insert(1, "\nThis has changed since:\n")
    return "\n".join(lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: FactRow, edition: Edition) -> Iterator[str]:
    """A rank leads to the page that explains it; what others say is named below."""
    for it, cell in zip(edition.table.subjects, row.cells, strict=True):
        text = _cell(cell)
        yield f"[{text}]({edition.rank(it.slug)})" if row.name == "rank" and cell.is_known else text


def _cell(cell: Cell) -> str:
    if cell.state == State.UNKNOWN:
        return "unknown"
    if cell.state == State.DOES_NOT_APPLY:
        return "does not apply"
    mark = "disputed" if cell.state == State.DISPUTED else cell.mark
    noted = ": ".join(text.rstrip(".") for text in (mark, cell.note) if text and text != SAMPLE)
    return escaped(f"{cell.text} ({noted})" if noted else cell.text)


def _capability(cell: CapabilityCell) -> str:
    if cell.state == Has.HAS and cell.confidence is not None:
        return f"yes ({cell.confidence.label.lower()})"
    return escaped(f"{_HAS[cell.state]}: {cell.note}" if cell.state == Has.LACKS else _HAS[cell.state])


def _offering(part: OfferingPart) -> str:
    said = [f"**{escaped(part.title)}**: {escaped(part.description)}"]
    said += [f"Unique: {escaped(part.unique)}"] if part.unique else []
    for line in part.against:
        said.append(f"Against {escaped(line.other.name)}: {escaped(line.text)}")
        if line.replied_on:
            said.append(
                f"(The owner of {escaped(line.other.name)} replies, {day(line.replied_on)}: {escaped(line.reply)})"
            )
    said += [f"Limitations: {escaped('; '.join(part.limitations))}."] if part.limitations else []
    said += [f"Fails: {escaped('; '.join(mode.mode for mode in part.failure_modes))}."] if part.failure_modes else []
    return " ".join(said)


def _sources(edition: Edition) -> list[tuple[str, str]]:
    found = [said.source for row in edition.table.facts for cell in row.cells for said in cell.said]
    for row in edition.table.capabilities:
        for cell in row.cells:
            found += [line.source for part in cell.offerings for line in part.evidence]
            found += [said.source for said in cell.said]
    return list(dict.fromkeys((source.title, edition.absolute(source.link)) for source in found))


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def escaped(text: str) -> str:
    """On one line, with nothing in it that Markdown or HTML would read, or that turns what follows around."""
    return _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", unturned(text).strip()))


def _address(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
