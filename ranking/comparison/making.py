"""From subjects to the table. The one place that calls the parts in their order. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.storable import isolated
from ranking.comparison.judging import judged, why_not_comparable
from ranking.comparison.key import key_of
from ranking.comparison.matrix import capability_rows
from ranking.comparison.preferences import Preferences
from ranking.comparison.sheet import fact_rows
from ranking.comparison.subject import Subject, Term
from ranking.comparison.table import Table
from ranking.comparison.weighing import weighed
from ranking.scoring.configuration import Formula


def table_of(
    subjects: Sequence[Subject],
    *,
    terms: Mapping[str, Term],
    formula: Formula,
    generation: int | None,
    at: dt.date,
    preferences: Preferences,
) -> Table:
    """Subjects in any order: the table has them in that of its key."""
    subjects = tuple(sorted(subjects, key=lambda it: it.slug))
    facts = fact_rows(subjects, preferences.workload)
    capabilities = capability_rows(subjects, terms)
    why_not = why_not_comparable(subjects)
    # A name that is written from right to left moves nothing else in a sentence.
    spoken = tuple(it if it.name.isascii() else replace(it, name=isolated(it.name)) for it in subjects)
    verdict = judged(spoken, facts, capabilities, formula)
    return Table(
        key=key_of([it.slug for it in subjects]),
        subjects=subjects,
        generation=generation,
        at=at,
        comparable=not why_not,
        why_not=why_not,
        facts=facts,
        capabilities=capabilities,
        verdict=verdict,
        preferences=preferences,
        weighed=weighed(spoken, facts, capabilities, verdict, preferences, formula),
    )
