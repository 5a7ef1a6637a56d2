"""How does a comparison draw what it has dozens of: rows of facts, cells that open, findings, and choices in its forms?

Put together here and not in templates, which take some ten times as long for a cell. This is the only home of their
markup; every text that is not ours is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from catalog.choices import COMPONENTS
from catalog.pages.rows import Row
from catalog.parts import FailureMode, Statement
from catalog.state import State as CatalogState
from catalog.state import live_state
from catalog.templatetags.dossier import failure_line, offering_body
from catalog.templatetags.glyphs import (
    at,
    bar,
    cited,
    confidence,
    escaped,
    has_svg,
    icon,
    rank_line,
    shortened,
    state_svg,
)
from ranking.comparing import verdict_by_rank
from ranking.comparison import Subject
from ranking.comparison.key import key_of
from ranking.comparison.sheet import SAMPLE
from ranking.comparison.table import CapabilityCell, CapabilityRow, Cell, FactRow, Group, Has, State, Table
from ranking.comparison_pages import Choice, Cited, Rows, Slider

register = template.Library()
register.simple_tag(has_svg, name="has_mark")


@register.simple_tag
def failure(mode: FailureMode) -> SafeString:
    return mark_safe(failure_line(mode))  # noqa: S308 - escaped there


@register.filter
def at_place(items: Sequence[Any], place: int) -> Any:
    return items[place]


@register.simple_tag
def findings(found: Sequence[Cited]) -> SafeString:
    """Each with the rows it stands on."""
    entries = "".join(f"<li>{escaped(it.finding.text)}{_rows(it.rows)}</li>\n" for it in found)
    return mark_safe(f'<ul class="findings">{entries}</ul>')  # noqa: S308 - escaped here and below


def _rows(rows: Sequence[FactRow | CapabilityRow]) -> str:
    links: list[str] = []
    for row in rows:
        title = f' title="{escaped(row.label)}"' if links else ""
        links.append(f' <a class="rests-on" href="#row-{escaped(row.name)}"{title}>{_short(row.label, 40)}</a>')
    return "".join(links)


@register.simple_tag
def row_options(table: Table) -> SafeString:
    """Every row, to choose one that is wrong."""
    rows: Iterable[FactRow | CapabilityRow] = (*table.facts, *table.capabilities)
    options = (f'<option value="{escaped(row.name)}">{_short(row.label, 60)}</option>' for row in rows)
    return mark_safe("".join(options))  # noqa: S308 - escaped above


def _short(text: str, most: int) -> str:
    return escaped(shortened(text, most))


@register.simple_tag
def ticks(name: str, choices: Sequence[Choice]) -> SafeString:
    """Boxes of which any may be ticked."""
    boxes = (
        f'<label><input type="checkbox" name="{name}" value="{escaped(it.value)}"{" checked" if it.chosen else ""}>'
        f" {escaped(it.label)}</label>"
        for it in choices
    )
    return mark_safe("".join(boxes))  # noqa: S308 - escaped above


@register.simple_tag
def sliders(found: Sequence[Slider]) -> SafeString:
    """A weight each, with its number beside it."""
    drawn = (
        f'<div class="slider"><label for="{it.name}">{it.label}</label><input type="range" id="{it.name}"'
        f' name="{it.name}" min="0" max="100" step="5" value="{it.value}">'
        f'<output for="{it.name}">{it.value}</output></div>'
        for it in found
    )
    return mark_safe("".join(drawn))  # noqa: S308 - our own names, and numbers


@register.simple_tag
def file_address(key: str, suffix: str) -> str:
    """Of a comparison's file: beside its page."""
    return f"{at('ranking:comparison', key).removesuffix('/')}.{suffix}"


@register.simple_tag
def facts_table(parts: Sequence[Rows], subjects: Sequence[Subject], caption: str) -> SafeString:
    """Rows of facts under their headings, a column for each artifact."""
    return _table(parts, subjects, caption, "told", _fact_row)


@register.simple_tag
def matrix_table(parts: Sequence[Rows], subjects: Sequence[Subject], caption: str) -> SafeString:
    """The capabilities, aligned; each cell opens."""
    return _table(parts, subjects, caption, "matrix", _capability_row)


def _table(parts: Sequence[Rows], subjects: Sequence[Subject], caption: str, name: str, draw: Any) -> SafeString:
    heads = "".join(
        f'<th scope="col"><a href="{escaped(at("catalog:artifact-detail", it.slug))}">'
        f"<bdi>{escaped(it.name)}</bdi></a></th>"
        for it in subjects
    )
    columns = [(it, _whose(it)) for it in subjects]
    bodies = "".join(_body(part, columns, draw) for part in parts)
    return mark_safe(  # noqa: S308 - escaped here and below
        f"""<table class="sides sides-{len(subjects)} {name}">
<caption class="vh">{escaped(caption)}</caption>
<thead><tr><th scope="col" class="sides-what"><span class="vh">What</span></th>{heads}</tr></thead>
{bodies}</table>"""
    )


#: An artifact, and what its cells begin with.
Column = tuple[Subject, str]


def _whose(it: Subject) -> str:
    """Where columns have no room beside each other, each cell says whose it is; to a screen reader its column does."""
    return f'<td><span class="whose" aria-hidden="true">{escaped(it.name)}</span><div>'


def _body(part: Rows, columns: Sequence[Column], draw: Any) -> str:
    rows = "".join(draw(row, columns) for row in part.rows)
    return (
        f'<tbody><tr class="sides-group"><th scope="rowgroup" colspan="{len(columns) + 1}">{escaped(part.title)}</th>'
        f"</tr>{rows}</tbody>\n"
    )


# --- facts ------------------------------------------------------------------------------------------------------------


def _fact_row(row: FactRow, columns: Sequence[Column]) -> str:
    cells = "".join(
        f"{whose}{_fact(row, cell, it)}</div></td>" for (it, whose), cell in zip(columns, row.cells, strict=True)
    )
    return f'<tr id="row-{escaped(row.name)}"><th scope="row">{escaped(row.label)}</th>{cells}</tr>\n'


def _fact(row: FactRow, cell: Cell, it: Subject) -> str:
    if cell.state == State.UNKNOWN:
        return _unknown(cell.note)
    if cell.state == State.DOES_NOT_APPLY:
        return '<span class="small quiet">does not apply</span>'
    if row.name == "rank" and cell.value:
        return rank_line(it.ranked.standing if it.ranked else None, "small", at("ranking:rank-detail", it.slug))
    text = f"<bdi>{escaped(cell.text)}</bdi>"
    if cell.state == State.DISPUTED:
        text = f'<span class="disputed">{text}</span><span class="vh">, disputed</span>'
    note = _note(row, cell)
    if len(cell.said) > 1:
        return _opened(f"{text}{note}", map(_statement, cell.said))
    linked = _linked(row, cell, it, text)
    return f'<span class="value value-{cell.mark or "known"}">{linked}{note}</span>{_bar(row, cell)}'


def _linked(row: FactRow, cell: Cell, it: Subject, text: str) -> str:
    """A value is the link to where it comes from."""
    if cell.said:
        source, on = cell.said[0].source, cell.said[0].retrieved_on
        read = f", read {on.day} {on:%b %Y}" if on else ""
        rel = ' rel="nofollow noopener"' if source.url else ""
        return f'<a class="said" href="{escaped(source.link)}"{rel} title="{escaped(source.title)}{read}">{text}</a>'
    if row.group == Group.RANK:
        part = f"#part-{row.name}" if row.name in COMPONENTS else ""
        return f'<a class="said" href="{escaped(at("ranking:rank-detail", it.slug))}{part}">{text}</a>'
    if row.name == "kind":
        return f'<a class="said" href="{escaped(at("catalog:kind-detail", it.kind))}">{text}</a>'
    part = "#matched" if row.group == Group.MATCHES else ""
    return f'<a class="said" href="{escaped(at("catalog:artifact-detail", it.slug))}{part}">{text}</a>'


def _note(row: FactRow, cell: Cell) -> str:
    mark = f" {state_svg(cell.mark)}" if cell.mark else ""
    tells = row.group in (Group.PRICE, Group.BENCHMARKS, Group.MATCHES) or cell.mark == "stale"
    # Of made-up searches the page says it once, below.
    says = cell.note if tells and cell.value is not False and cell.note != SAMPLE else ""
    return f'{mark} <span class="small quiet">{escaped(says)}</span>' if says else mark


def _bar(row: FactRow, cell: Cell) -> str:
    return bar(cell.value / 100, row.name) if row.name in COMPONENTS else ""


def _unknown(note: str) -> str:
    drawn = state_svg("unknown", f"Unknown. {note}")
    tip = f'<span class="tip-text" aria-hidden="true">{escaped(note)}</span>'
    return f'<button type="button" class="value value-unknown tip">{drawn}{tip}</button>'


def _opened(closed: str, lines: Iterable[str]) -> str:
    listed = "".join(f"<li>{line}</li>" for line in lines)
    return f'<details class="sayings"><summary>{closed}{icon("chevron")}</summary><ul>{listed}</ul></details>'


def _statement(it: Statement) -> str:
    of = ""
    if it.of:
        address = escaped(at("catalog:artifact-detail", it.of.slug))
        of = f' for <a href="{address}"><bdi>{escaped(it.of.name)}</bdi></a>'
    condition = f" <bdi>{escaped(it.condition)}</bdi>" if it.condition else ""
    return f"<bdi>{escaped(it.text)}</bdi>{condition}{of} · {cited(it.source, it.retrieved_on)}"


# --- capabilities -----------------------------------------------------------------------------------------------------


def _capability_row(row: CapabilityRow, columns: Sequence[Column]) -> str:
    joined = f' <span class="joined">with {escaped(", ".join(row.joined).lower())}</span>' if row.joined else ""
    cells = "".join(f"{whose}{_take(cell)}</div></td>" for (_, whose), cell in zip(columns, row.cells, strict=True))
    address = escaped(at("catalog:capability-detail", row.slug))
    return (
        f'<tr id="row-{escaped(row.name)}"><th scope="row"><a href="{address}">{escaped(row.label)}</a>{joined}</th>'
        f"{cells}</tr>\n"
    )


def _not(state: str, why: str) -> str:
    return f'<span class="take-not">{has_svg(state)}<span class="small">{why}</span></span>'


def _take(cell: CapabilityCell) -> str:
    if cell.state == Has.UNKNOWN:
        return _unknown(cell.note)
    if cell.state == Has.DOES_NOT_APPLY:
        return _not("does_not_apply", escaped(cell.note))
    if cell.state == Has.LACKS:
        sources = {it.source.id: it.source for it in cell.said}
        said = "".join(f" {cited(source)}" for source in sources.values())
        return _not("lacks", f"{escaped(cell.note)}{said}")
    first, *others = cell.offerings
    known = first.confidence if cell.confidence is None else cell.confidence
    more = f' <span class="count">and {len(others)} more</span>' if others else ""
    bodies = "".join(
        (f'<p class="take-name"><bdi>{escaped(it.title)}</bdi></p>' if others else "") + offering_body(it)
        for it in cell.offerings
    )
    return (
        f'<details class="take"><summary>{has_svg("has")}'
        f'<span class="take-title"><bdi>{escaped(first.title)}</bdi>{more}</span>'
        f"{confidence(known.level, known.reason, silent=True)}{icon('chevron')}</summary>"
        f'<div class="take-body">{bodies}</div></details>'
    )


# --- elsewhere --------------------------------------------------------------------------------------------------------


@register.simple_tag
def comparison_address(*slugs: str) -> str:
    return at("ranking:comparison", key_of(slugs))


@register.simple_tag(takes_context=True)
def pair_verdict(context: template.Context, *rows: Row) -> str:
    """What the verdict says of these by rank, from what the page knows of them already: one query at most."""
    state: CatalogState = getattr(context.get("request"), "state", None) or live_state()
    return verdict_by_rank(rows, state)
