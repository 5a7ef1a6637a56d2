"""The aligned capability matrix: the same capability on one row, near ones joined under their broader one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from catalog.parts import OfferingPart
from ranking.comparison.absence import without
from ranking.comparison.subject import Subject, Term
from ranking.comparison.table import CapabilityCell, CapabilityRow, Has

_GROUPS = ("one", "some", "all")


def capability_rows(subjects: Sequence[Subject], terms: Mapping[str, Term]) -> tuple[CapabilityRow, ...]:
    """`terms` by slug: all that is offered here, and what is directly broader. What distinguishes comes first."""
    offered: dict[str, dict[int, list[OfferingPart]]] = defaultdict(lambda: defaultdict(list))
    for place, it in enumerate(subjects):
        for offering in it.offerings:
            offered[offering.capability_slug][place].append(offering)
    rows = [_row(terms[slug], places, subjects) for slug, places in _joined(offered, terms).items()]
    rows.sort(key=lambda row: (_GROUPS.index(row.group), -_known(row), -_strength(row), row.label))
    return tuple(rows)


Places = Mapping[int, list[OfferingPart]]


def _joined(offered: Mapping[str, Places], terms: Mapping[str, Term]) -> dict[str, Places]:
    """Siblings, and a broader one with a narrower, on one row: where each is only one artifact's and not the same's.

    What two artifacts share as it is stays on its own row; to join it would only blur it.
    """
    alone = {slug: next(iter(places)) for slug, places in offered.items() if len(places) == 1}
    near: dict[str, list[str]] = defaultdict(list)
    for slug in alone:
        near[terms[slug].broader or slug].append(slug)
        if terms[slug].broader and any(terms[other].broader == slug for other in alone):
            near[slug].append(slug)
    result = dict(offered)
    taken: set[str] = set()
    for broader in sorted(near):
        members = [slug for slug in near[broader] if slug not in taken]
        if broader in alone and broader not in members and broader not in taken:
            members.append(broader)
        if len({alone[slug] for slug in members}) < 2 or broader not in terms:
            continue
        places: dict[int, list[OfferingPart]] = defaultdict(list)
        for place, offerings in result.get(broader, {}).items():
            places[place].extend(offerings)
        for slug in members:
            if slug != broader:
                places[alone[slug]].extend(result.pop(slug)[alone[slug]])
        result[broader] = dict(places)
        taken.update([*members, broader])
    return result


def _row(term: Term, places: Places, subjects: Sequence[Subject]) -> CapabilityRow:
    cells = tuple(
        _cell(tuple(places[place])) if places.get(place) else without(it, term) for place, it in enumerate(subjects)
    )
    having = sum(cell.state == Has.HAS for cell in cells)
    group = "all" if having == len(cells) else "one" if having == 1 else "some"
    names = {o.capability_name for offerings in places.values() for o in offerings if o.capability_slug != term.slug}
    return CapabilityRow(term.slug, term.name, term.uri, group, cells, joined=tuple(sorted(names)))


def _cell(offerings: tuple[OfferingPart, ...]) -> CapabilityCell:
    best = max((offering.confidence for offering in offerings), key=lambda confidence: confidence.score)
    return CapabilityCell(Has.HAS, offerings, best)


def _known(row: CapabilityRow) -> int:
    """A shown absence distinguishes more than a silence."""
    return sum(cell.state == Has.LACKS for cell in row.cells)


def _strength(row: CapabilityRow) -> float:
    return max((cell.confidence.score for cell in row.cells if cell.confidence), default=0.0)
