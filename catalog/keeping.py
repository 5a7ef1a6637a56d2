"""Copies of artifacts for their history where many are written at once, each with the shelves it stands on.

The library that keeps the history copies shelves only of rows that are saved one by one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from catalog.models import Artifact

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BATCH = 200


def keep_copies(
    artifacts: Sequence[Artifact], *, why: str, at: dt.datetime | None, by: User | None = None, are_new: bool = False
) -> None:
    """As they and their shelves stand now. A row that carries `_history_date` is dated by that instead of `at`."""
    copies = Artifact.history.bulk_history_create(
        artifacts,
        batch_size=BATCH,
        update=not are_new,
        default_user=by,
        default_change_reason=why,
        default_date=at,
    )
    copy_of = {copy.id: copy for copy in copies}
    if not copy_of:
        return
    shelved: Any = next(iter(copy_of.values())).categories.model
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in Artifact.categories.through._base_manager.filter(artifact__in=copy_of):
        rows[row.artifact_id].append(row)
    shelved.objects.bulk_create(
        (
            shelved(history=copy, id=row.pk, artifact_id=pk, category_id=row.category_id)
            for pk, copy in copy_of.items()
            for row in rows[pk]
        ),
        batch_size=BATCH,
    )
