"""All ranks at one moment, kind by kind: evidence, the quarter's tables, scores. Writes nothing but tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ranking import prior as shipped
from ranking.configurations import formula_of
from ranking.loading import KindEvidence, Moment, loaded
from ranking.models import Configuration
from ranking.reference import Quarter
from ranking.scoring.configuration import Formula
from ranking.scoring.formula import Scores, scores
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
    quarter = Quarter(at, configuration, numbers)
    for found in loaded(at, numbers, artifact_ids=artifact_ids):
        table = quarter.frozen(found) if freeze else quarter.found(found.kind)
        tables = shipped.completed(table.body) if table else shipped.prior()
        yield Ranked(
            found.kind,
            found,
            tables,
            table.pk if table else None,
            scores(found.sifted.evidence, kind=found.kind, tables=tables, formula=numbers, as_of=at.day),
        )
