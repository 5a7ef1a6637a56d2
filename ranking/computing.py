"""All ranks at one moment, kind by kind: evidence, the quarter's tables, scores. Writes nothing but tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ranking import prior as shipped
from ranking.configurations import formula_of
from ranking.loading import KindEvidence, Moment, loaded
from ranking.models import Configuration, ReferenceTable
from ranking.scoring.configuration import Formula
from ranking.scoring.formula import Scores, families_known, scores, tables_on
from ranking.scoring.tables import Tables


@dataclass(frozen=True)
class Ranked:
    """One kind's ranks, and what they rest on."""

    kind: str
    evidence: KindEvidence
    tables: Tables
    #: The reference table's row; None where it is the shipped prior.
    table_id: int | None
    scores: Scores


def quarter_of(on: dt.date) -> str:
    return f"{on.year}-Q{(on.month + 2) // 3}"


def ranked(
    at: Moment,
    configuration: Configuration,
    *,
    formula: Formula | None = None,
    artifact_ids: Sequence[int] | None = None,
    freeze: bool = False,
) -> Iterator[Ranked]:
    """`formula` tries out other numbers on the configuration's tables; `freeze` makes this quarter's missing tables."""
    numbers = formula or formula_of(configuration)
    frozen = {
        table.kind: table
        for table in ReferenceTable.objects.filter(configuration=configuration, quarter=quarter_of(at.as_of.date()))
    }
    for found in loaded(at, numbers, artifact_ids=artifact_ids):
        table = frozen.get(found.kind)
        if table is None and freeze:
            table = _made(found, configuration, numbers, at)
        tables = Tables.of_data(table.body) if table else shipped.prior()
        yield Ranked(
            found.kind,
            found,
            tables,
            table.pk if table else None,
            scores(found.sifted.evidence, kind=found.kind, tables=tables, formula=numbers, as_of=at.day),
        )


def _made(found: KindEvidence, configuration: Configuration, formula: Formula, at: Moment) -> ReferenceTable | None:
    """The kind's own table, where enough of it have evidence for a rank."""
    evidence = found.sifted.evidence
    size = int((families_known(evidence, found.kind, formula) >= formula.least_families).sum())
    if size < formula.least_for_tables:
        return None
    return ReferenceTable.objects.get_or_create(
        configuration=configuration,
        kind=found.kind,
        quarter=quarter_of(at.as_of.date()),
        defaults={
            "body": tables_on(evidence, found.kind, formula, at.day).as_data(),
            "size": size,
            "made_at": at.as_of,
        },
    )[0]
