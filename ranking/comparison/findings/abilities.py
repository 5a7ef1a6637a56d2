"""What only one is shown to do, and what another is shown not to do. A claim without evidence wins nothing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from catalog import wording
from catalog.confidence import Level
from ranking.comparison.absence import LISTED
from ranking.comparison.findings.case import Case, Found, found
from ranking.comparison.phrases import a_thing, are, inside, names, some
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityCell, CapabilityRow, Has

CLAIMED = "claimed"


def is_shown(cell: CapabilityCell) -> bool:
    """Whether a source stands behind it."""
    return cell.state == Has.HAS and cell.confidence is not None and cell.confidence.level >= Level.LOW


def how(cell: CapabilityCell) -> str:
    return CLAIMED if cell.state == Has.HAS and not is_shown(cell) else cell.state.value


def only(case: Case) -> Iterator[Found]:
    """For each, what is shown of it alone; apart by what is known of the others."""
    alone: dict[tuple[int, tuple[str, ...]], list[CapabilityRow]] = defaultdict(list)
    for row in case.capabilities:
        shown = [place for place, cell in enumerate(row.cells) if is_shown(cell)]
        if len(shown) == 1:
            states = tuple(how(cell) for cell in row.cells)
            if any(state in (Has.LACKS, Has.UNKNOWN, CLAIMED) for state in states):
                alone[shown[0], states].append(row)
    for (place, states), rows in sorted(alone.items(), key=lambda item: (-len(item[1]), item[0])):
        owner = case.subjects[place]
        labels = [a_thing(row.label) for row in rows]
        told = "; ".join(_of_others(case, place, states, rows))
        text = f"Only {owner.name} is shown to offer {some(labels)}. {told}."
        clause = f"only {owner.name} is shown to offer {some(labels, 2)}"
        yield found("only", text, tuple(row.name for row in rows), [owner], clause=clause)


def _of_others(case: Case, owner: int, states: tuple[str, ...], rows: list[CapabilityRow]) -> Iterator[str]:
    """The first begins a sentence: with a word of ours, or with a name as it is spelled."""
    it = "it" if len(rows) == 1 else "them"

    def those(state: str) -> list[int]:
        return [place for place, one in enumerate(states) if one == state and place != owner]

    unknown, claimed, lacking = those(Has.UNKNOWN), those(CLAIMED), those(Has.LACKS)
    if unknown:
        yield f"Nobody has shown {it} for {names([case.subjects[place] for place in unknown], 'or')}"
    if claimed:
        say = "is said to as well, without evidence" if len(claimed) == 1 else "are said to as well, without evidence"
        yield f"{names([case.subjects[place] for place in claimed])} {say}"
    if lacking:
        yield absence([(case.subjects[place], row.cells[place]) for row in rows for place in lacking])


def absence(lacking: Sequence[tuple[Subject, CapabilityCell]]) -> str:
    """Who says no, and of whom a list leaves it out."""
    told = [(it, cell) for it, cell in lacking if not cell.note.startswith(LISTED)]
    listed: dict[tuple[str, tuple[str, ...]], dict[str, Subject]] = {}
    for it, cell in lacking:
        if cell.note.startswith(LISTED):
            said = (cell.note.removeprefix(LISTED).rstrip("."), tuple(s.source.title for s in cell.said))
            listed.setdefault(said, {})[it.slug] = it
    if len(listed) > 1:
        every = tuple(dict.fromkeys(title for _, titles in listed for title in titles))
        subjects = {slug: it for those in listed.values() for slug, it in those.items()}
        lists = {what.partition(": no ")[0] for what, _ in listed}
        listed = {(lists.pop() if len(lists) == 1 else "taking and giving no such data", every): subjects}
    parts = [_told(list({it.slug: it for it, _ in told}.values()), [cell for _, cell in told])] if told else []
    for (what, sources), by_slug in listed.items():
        those = list(by_slug.values())
        by = f" ({wording.listed(list(dict.fromkeys(sources)))})" if sources else ""
        parts.append(f"{names(those)} {are(those)} listed as {what}{by}")
    return "; ".join(parts)


def _told(subjects: Sequence[Subject], cells: Sequence[CapabilityCell]) -> str:
    """Mixtral does not (tool calling: no), says its documentation. Of several, who says so."""
    notes = list(dict.fromkeys(inside(cell.note.rstrip(".")) for cell in cells if cell.note))
    sources = list(dict.fromkeys(statement.source.title for cell in cells for statement in cell.said))
    do = "does not" if len(subjects) == 1 else "do not"
    why = f" ({notes[0]})" if len(notes) == 1 else ""
    says = f", {'says' if len(sources) == 1 else 'say'} {wording.listed(sources)}" if sources else ""
    return f"{names(subjects)} {do}{why}{says}"


def lacks(case: Case) -> Iterator[Found]:
    """What several are shown to do and another is shown not to."""
    for row in case.capabilities:
        shown = [it for it, cell in zip(case.subjects, row.cells, strict=True) if is_shown(cell)]
        lacking = [(it, cell) for it, cell in zip(case.subjects, row.cells, strict=True) if cell.state == Has.LACKS]
        if len(shown) > 1 and lacking:
            text = f"{names(shown)} are shown to offer {a_thing(row.label)}; {absence(lacking)}."
            yield found("lacks", text, (row.name,), shown)
