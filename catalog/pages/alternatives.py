"""What else does the same as one artifact: those that can take its place, with what only one of the two does."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.columns import columns
from catalog.models import Artifact, Related
from catalog.pages.dossier.parts import names_of, overlap_reason
from catalog.pages.rows import Row, rows_of
from catalog.prepared import Prepared
from catalog.state import State


@dataclass(frozen=True)
class Alternative:
    row: Row
    overlap: float
    shared: list[str]
    reason: str
    only_there: int
    only_here: int


_RELATED = Prepared(
    lambda ids: (
        Related.objects.filter(artifact__in=ids, is_alternative=True, other__lifecycle__in=PUBLIC_LIFECYCLES)
        .order_by()
        .values_list("pk", "position", "other_id", "overlap", "shared", "shared_count", named=True)
    )
)


def alternatives_to(artifact: Artifact, state: State) -> list[Alternative]:
    held = columns(state)
    related = sorted(_RELATED.rows([artifact.pk]), key=attrgetter("position", "pk"))
    rows = {row.id: row for row in rows_of([r.other_id for r in related], state, held)}
    own, implied = held.codes_of("capability", artifact.pk) or (), held.implied(artifact.pk)
    return [
        Alternative(
            row=rows[r.other_id],
            overlap=r.overlap,
            shared=names_of(r.shared, held),
            reason=overlap_reason(r.shared, r.shared_count, held),
            only_there=sum(one not in implied for one in held.codes_of("capability", r.other_id) or ()),
            only_here=sum(one not in held.implied(r.other_id) for one in own),
        )
        for r in related
        if r.other_id in rows
    ]
