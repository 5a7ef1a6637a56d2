"""What the page of a comparison shows of its table: what tells them apart first, the rest folded. One query of its own.

The table decides what is true; here it is only put into sections, and the state of the page into addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from catalog.choices import PUBLIC_LIFECYCLES, LicenceClass
from catalog.kinds import KINDS, KindSpec
from catalog.models import Artifact, Related
from catalog.parts import FailureMode, Mention
from catalog.prepared import Prepared
from catalog.storable import isolated
from ranking.comparison import Preferences, Subject, Table
from ranking.comparison.key import MOST, key_of
from ranking.comparison.preferences import WEIGHED, WEIGHT
from ranking.comparison.pricing import counted_by
from ranking.comparison.sheet import SAMPLE
from ranking.comparison.table import CapabilityRow, FactRow, Finding, Group, Placed, State

#: A parameter and its value.
Asked = tuple[str, str]
#: Beside the reader's preferences, what the page reads from its address.
ONLY, DIFFERENCES, AT = "only", "differences", "at"
#: The parameters of one of its two forms; those of the other begin with WEIGHT.
NEEDS = ("input_tokens", "output_tokens", "calls", "capability", "licence")
#: Failure modes of each side that stand open, and how many others are named.
FAILURES, OTHERS = 4, 6
#: With fewer rows that differ, and nothing both do, a page says too little to be found by.
LEAST_ROWS = 2

_GROUPS = {
    Group.RANK: "Rank",
    Group.PRICE: "Price",
    Group.TERMS: "Terms",
    Group.FACTS: "What it is",
    Group.BENCHMARKS: "Benchmarks",
    Group.MATCHES: "Matches",
}
#: A part of a month, and what it might be.
_ASKED = {
    "input_tokens": ("Input tokens", 10_000_000),
    "output_tokens": ("Output tokens", 2_000_000),
    "calls": ("Calls", 5_000),
}
_FREQUENCIES = ("common", "occasional", "rare")


@dataclass(frozen=True)
class Rows:
    """A part of a table under a heading of its own."""

    title: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Cited:
    """A finding, and the rows of this page that it stands on."""

    finding: Finding
    rows: tuple[FactRow | CapabilityRow, ...]


@dataclass(frozen=True)
class Failing:
    """How one of them fails."""

    subject: Subject
    first: tuple[FailureMode, ...]
    more: tuple[FailureMode, ...]


@dataclass(frozen=True)
class Other:
    """Something else that could do it, and the comparison with it."""

    slug: str
    name: str
    kind: KindSpec
    #: Key of the comparison it leads to, and whether all that are here are in it.
    key: str
    joins: bool


@dataclass(frozen=True)
class Others:
    """Those that can take the same place, which is said once."""

    instead_of: tuple[str, ...]
    found: tuple[Other, ...]


@dataclass(frozen=True)
class Amount:
    """A part of the reader's month; 0 where they have not said."""

    name: str
    label: str
    value: int
    example: int


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Slider:
    name: str
    label: str
    value: int


@dataclass(frozen=True)
class Outcome:
    """Where one of them comes out by the reader's own weights."""

    subject: Subject
    placed: Placed


@dataclass(frozen=True)
class ComparisonPage:
    table: Table
    title: str
    kinds: tuple[KindSpec, ...]
    findings: tuple[Cited, ...]
    more_findings: tuple[Cited, ...]
    differing: tuple[Rows, ...]
    one_sided: tuple[Rows, ...]
    same: tuple[Rows, ...]
    capabilities: tuple[Rows, ...]
    failing: tuple[Failing, ...]
    others: tuple[Others, ...]
    outcome: tuple[Outcome, ...]
    #: What the figures of the outcome are, which are not the rank's where the reader weighs.
    outcome_by: str
    month: tuple[Amount, ...]
    sliders: tuple[Slider, ...]
    licences: tuple[Choice, ...]
    needs: tuple[Choice, ...]
    only_differences: bool
    #: The reader's state, as hidden fields of the two forms: each carries what the other asks.
    besides_needs: tuple[tuple[str, str], ...]
    besides_weights: tuple[tuple[str, str], ...]
    #: The same page with all rows, or only with those that differ.
    switch: str
    #: What its files are asked for, with its question mark, and the address by which this day is seen again.
    query: str
    permalink: str
    #: The same day without what the reader has said; and the same wishes today. With their question marks.
    forgetful: str
    today: str
    is_thin: bool

    @property
    def is_mine(self) -> bool:
        """Whether the reader has said anything."""
        return bool(self.table.preferences.workload or self.table.preferences.weighs)

    @property
    def sample(self) -> str:
        """What is said of made-up searches, once for all cells; empty where none is counted."""
        parts = (*self.differing, *self.one_sided, *self.same)
        made_up = any(cell.note == SAMPLE for part in parts for row in part.rows for cell in row.cells)
        return SAMPLE if made_up else ""

    @property
    def one_sided_count(self) -> int:
        return sum(len(part.rows) for part in self.one_sided)

    @property
    def same_count(self) -> int:
        return sum(len(part.rows) for part in self.same)


def comparison_page(table: Table, artifacts: Sequence[Artifact], asked: Sequence[Asked]) -> ComparisonPage:
    """`asked`: what the reader's address says, name by name, as far as a comparison reads it."""
    only = (ONLY, DIFFERENCES) in asked
    differing, one_sided, same = _facts(table.facts)
    capabilities = _capabilities(table)
    if only:
        one_sided, same = (), ()
        capabilities = tuple(part for part in capabilities if part.rows and part.rows[0].differs)
    shown = {row.name: row for part in (*differing, *one_sided, *same, *capabilities) for row in part.rows}
    findings = tuple(
        Cited(finding, tuple(shown[name] for name in finding.rows if name in shown))
        for finding in table.verdict.findings
    )
    return ComparisonPage(
        table=table,
        title=titled([it.name for it in table.subjects]),
        kinds=tuple(KINDS[it.kind] for it in table.subjects),
        findings=tuple(it for it in findings if not it.finding.is_folded),
        more_findings=tuple(it for it in findings if it.finding.is_folded),
        differing=differing,
        one_sided=one_sided,
        same=same,
        capabilities=capabilities,
        failing=_failing(table.subjects),
        # On a day in the past they are not known, and to look back has taken its query.
        others=() if any(name == AT for name, _ in asked) else _others(artifacts, table),
        outcome=_outcome(table),
        outcome_by=_outcome_by(table),
        month=tuple(
            Amount(name, _ASKED[name][0], getattr(table.preferences.workload, name), _ASKED[name][1])
            for name in counted_by(table.subjects)
        ),
        sliders=_sliders(table.preferences),
        licences=tuple(
            Choice(value, str(label), value in table.preferences.licences)
            for value, label in LicenceClass.choices
            if value != LicenceClass.UNKNOWN
        ),
        needs=tuple(
            Choice(row.slug, row.label, row.slug in table.preferences.capabilities)
            for row in sorted(table.capabilities, key=lambda row: row.label.casefold())
        ),
        only_differences=only,
        besides_needs=_without(asked, *NEEDS),
        besides_weights=_without(asked, WEIGHT),
        switch=_switch(asked, only),
        query=_query(_without(asked, ONLY)),
        forgetful=_query(_without(asked, WEIGHT, *NEEDS)),
        today=_query(_without(asked, AT)),
        permalink=urlencode([*_without(asked, AT), (AT, table.at.isoformat())]),
        is_thin=is_thin(table),
    )


def titled(names: Sequence[str]) -> str:
    return " against ".join(isolated(name if len(name) <= 60 else f"{name[:59]}…") for name in names)


def is_thin(table: Table) -> bool:
    """Whether there is too little to say for a page that search engines should show."""
    shares = any(row.group != "one" for row in table.capabilities)
    differing = sum(row.differs for row in table.facts if row.group != Group.MATCHES)  # a count alone says nothing
    return not shares and (differing < LEAST_ROWS or not table.comparable)


def _facts(rows: Iterable[FactRow]) -> tuple[tuple[Rows, ...], tuple[Rows, ...], tuple[Rows, ...]]:
    """The rank, and rows that differ or are disputed; those known of one only; those on which all agree."""
    differing: list[FactRow] = []
    one_sided: list[FactRow] = []
    same: list[FactRow] = []
    for row in rows:
        known = [cell for cell in row.cells if cell.state in (State.KNOWN, State.DISPUTED)]
        if row.name == "rank" or row.differs or any(cell.state == State.DISPUTED for cell in known):
            differing.append(row)
        elif len(known) < 2:
            one_sided.append(row)
        else:
            same.append(row)
    return _grouped(differing), _grouped(one_sided), _grouped(same)


def _grouped(rows: Sequence[FactRow]) -> tuple[Rows, ...]:
    parts: dict[Group, list[FactRow]] = {group: [] for group in Group}
    for row in rows:
        parts[row.group].append(row)
    return tuple(Rows(_GROUPS[group], tuple(found)) for group, found in parts.items() if found)


def _capabilities(table: Table) -> tuple[Rows, ...]:
    both = "Both do" if len(table.subjects) == 2 else "All of them do"
    titles = {"one": "Shown of only one", "some": "Some of them do", "all": both}
    parts: dict[str, list[CapabilityRow]] = {group: [] for group in titles}
    for row in table.capabilities:
        parts[row.group].append(row)
    return tuple(Rows(titles[group], tuple(rows)) for group, rows in parts.items() if rows)


def _failing(subjects: Sequence[Subject]) -> tuple[Failing, ...]:
    """The most frequent first; nothing at all where nobody has said how any of them fails."""
    found = []
    for it in subjects:
        modes = {mode.mode: mode for offering in it.offerings for mode in offering.failure_modes}
        ordered = sorted(modes.values(), key=lambda mode: (_often(mode.frequency), mode.mode))
        found.append(Failing(it, tuple(ordered[:FAILURES]), tuple(ordered[FAILURES:])))
    return tuple(found) if any(it.first for it in found) else ()


def _often(frequency: str) -> int:
    return _FREQUENCIES.index(frequency) if frequency in _FREQUENCIES else len(_FREQUENCIES)


_ALTERNATIVES = Prepared(
    lambda ids: (
        Related.objects.filter(artifact__in=ids, is_alternative=True)
        .order_by()
        .values_list(
            "artifact_id",
            "overlap",
            "other_id",
            "other__lifecycle",
            "other__slug",
            "other__name",
            "other__kind",
            named=True,
        )
    )
)


def _others(artifacts: Sequence[Artifact], table: Table) -> tuple[Others, ...]:
    """What can take the place of most of them, the nearest first; together where it is the same place."""
    ids = {artifact.pk: artifact for artifact in artifacts}
    near: dict[Mention, dict[int, float]] = defaultdict(dict)
    for of, overlap, other_id, lifecycle, slug, name, kind in _ALTERNATIVES.rows(ids):
        if lifecycle in PUBLIC_LIFECYCLES and other_id not in ids:
            near[Mention(slug, name, kind)][of] = overlap
    ordered = sorted(near.items(), key=lambda item: (-len(item[1]), -sum(item[1].values()), item[0].slug))
    here = [it.slug for it in table.subjects]
    joins = len(here) < MOST
    found: dict[tuple[str, ...], list[Other]] = defaultdict(list)
    for other, overlaps in ordered[:OTHERS]:
        closest = max(overlaps, key=lambda pk: (overlaps[pk], -pk))
        places = tuple(it.name for it in table.subjects if any(ids[pk].slug == it.slug for pk in overlaps))
        found[places].append(
            Other(
                other.slug,
                other.name,
                KINDS[other.kind],
                key_of([*here, other.slug] if joins else [ids[closest].slug, other.slug]),
                joins,
            )
        )
    return tuple(Others(places, tuple(those)) for places, those in found.items())


def _outcome(table: Table) -> tuple[Outcome, ...]:
    if table.weighed is None:
        return ()
    by_slug = {it.slug: it for it in table.subjects}
    return tuple(Outcome(by_slug[placed.slug], placed) for placed in table.weighed.order)


def _outcome_by(table: Table) -> str:
    """Empty where there are no figures."""
    if table.weighed is None or all(it.ruled_out or it.score is None for it in table.weighed.order):
        return ""
    if not table.preferences.weights:
        return "By rank, out of 100:"
    return f"By {'your weights' if table.comparable else 'price'}, out of 100; the rank is another figure:"


def _sliders(preferences: Preferences) -> tuple[Slider, ...]:
    """At the middle while the reader has said nothing, so that all weigh the same once they are sent."""
    rest = 0 if preferences.weights else 50
    return tuple(
        Slider(f"{WEIGHT}{name}", name.capitalize(), round(preferences.weights.get(name, rest))) for name in WEIGHED
    )


def _switch(asked: Sequence[Asked], only: bool) -> str:
    """The query of the same page with the switch the other way."""
    return urlencode([*_without(asked, ONLY), *([] if only else [(ONLY, DIFFERENCES)])])


def _query(asked: Sequence[Asked]) -> str:
    return f"?{urlencode(asked)}" if asked else ""


def _without(asked: Sequence[Asked], *prefixes: str) -> tuple[Asked, ...]:
    return tuple((name, value) for name, value in asked if not name.startswith(prefixes))
