"""From whatever sources said to evidence: which readings are used, and why each of the others is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence, Floats, Ints, Series, fit, leaps, one_source_each


@dataclass(frozen=True)
class Columns:
    """One signal's readings as they come, in any order."""

    owner: Ints
    source: Ints
    #: Who reads it: several sources may be editions of one, and are one series.
    reader: Ints
    day: Floats
    value: Floats


@dataclass(frozen=True)
class Refused:
    """Readings that are kept and not used, each artifact's newest first: who said it, when, what, and why not."""

    owner: Ints
    day: Floats
    value: Floats
    why: NDArray[np.str_]


LEAP = "leap"


@dataclass(frozen=True)
class Sifted:
    evidence: Evidence
    refused: Mapping[str, Refused]
    #: By signal, for each artifact the source of the last reading that is used; -1 where none is.
    sources: Mapping[str, Ints]


def sifted(
    said: Mapping[str, Columns], size: int, *, as_of: float, formula: Formula, leaping: frozenset[str]
) -> Sifted:
    """`leaping` are the signals whose readings are dates: they may leap as they like, but name no day to come."""
    series, refused, sources = {}, {}, {}
    for name, columns in said.items():
        why = fit(columns.day, columns.value, as_of)
        why[(why == "") & (columns.day < as_of - formula.memory)] = "old"
        if name in leaping:
            # Whoever dates a commit ahead would be fresh for good. A day is let pass: it is later elsewhere.
            why[(why == "") & (columns.value > columns.day + 1)] = "ahead"
        usable = np.flatnonzero(why == "")
        usable = usable[one_source_each(columns.owner[usable], columns.reader[usable], columns.day[usable])]
        usable = usable[_in_order(columns, usable)]
        made = Series(columns.owner[usable], columns.day[usable], columns.value[usable])
        if name not in leaping:
            leapt = leaps(made, times=formula.leap)
            why[usable[leapt]] = LEAP
            usable = usable[~leapt]
            made = Series(columns.owner[usable], columns.day[usable], columns.value[usable])
        series[name] = made
        speaks = np.full(size, -1, np.int64)
        speaks[made.owner] = columns.source[usable]
        sources[name] = speaks
        bad = np.flatnonzero((why != "") & (why != "old"))
        if len(bad):
            bad = bad[np.lexsort((columns.value[bad], -columns.day[bad], columns.owner[bad]))]
            refused[name] = Refused(columns.owner[bad], columns.day[bad], columns.value[bad], why[bad])
    return Sifted(Evidence(size, series), refused, sources)


def _in_order(columns: Columns, usable: Ints) -> Ints:
    """By artifact and day. Within one second the value decides: rows come in no order, ranks are the same."""
    owner, day = columns.owner[usable], columns.day[usable]
    order = np.lexsort((day, owner))
    if ((owner[order][1:] == owner[order][:-1]) & (day[order][1:] == day[order][:-1])).any():
        order = np.lexsort((columns.source[usable], columns.value[usable], day, owner))
    return order
