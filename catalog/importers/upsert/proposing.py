"""What an import would change where an editor's word stands becomes a proposal.

Not what the editor has changed already: a value that once stood there was seen, and replaced. Only what is new is
asked about, and what was refused never again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from catalog.choices import ProposalState
from catalog.importers.upsert.plain import plain
from catalog.models import ImportRun, Proposal

BATCH = 500


@dataclass(frozen=True)
class Held:
    """A row that was not changed, with what it was to become; both as JSON can hold them."""

    row: models.Model
    artifact_id: int
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def place(self) -> tuple[str, int]:
        return self.row._meta.label_lower, int(self.row.pk)

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.after, sort_keys=True).encode()).hexdigest()


def propose(held: list[Held], run: ImportRun, artifact_ids: Collection[int]) -> None:
    """`artifact_ids`: all that the run spoke of. What it no longer says of them is no longer proposed."""
    new = _unseen(held)
    wanted = {(*one.place, one.digest) for one in new}
    outdated = []
    open_ones = Proposal.objects.filter(state=ProposalState.OPEN, run__importer=run.importer)
    artifacts = list({*artifact_ids, *(one.artifact_id for one in held)})
    for start in range(0, len(artifacts), BATCH):
        some = open_ones.filter(artifact__in=artifacts[start : start + BATCH])
        outdated += [one.pk for one in some if (one.label, one.row, one.digest) not in wanted]
    Proposal.objects.filter(pk__in=outdated).update(state=ProposalState.OUTDATED)
    for one in new:  # said again after it had not been for a while, and never answered
        again = Proposal.objects.filter(label=one.place[0], row=one.place[1], digest=one.digest)
        again.filter(state=ProposalState.OUTDATED).update(state=ProposalState.OPEN, run=run, before=one.before)
    Proposal.objects.bulk_create(
        (
            Proposal(
                artifact_id=one.artifact_id,
                run=run,
                label=one.place[0],
                row=one.place[1],
                subject=one.subject[:300],
                before=one.before,
                after=one.after,
                digest=one.digest,
            )
            for one in new
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _unseen(held: list[Held]) -> list[Held]:
    """Those of which no earlier version of the row said the same."""
    by_model: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        by_model[one.place[0]].append(one)
    new: list[Held] = []
    for label, some in by_model.items():
        model: Any = apps.get_model(label)
        fields = sorted({name for one in some for name in one.after})
        seen: dict[int, list[dict[str, Any]]] = defaultdict(list)
        keys = [one.place[1] for one in some]
        for start in range(0, len(keys), BATCH):
            for version in model.history.filter(id__in=keys[start : start + BATCH]).values("id", *fields):
                seen[version.pop("id")].append(plain(version) or {})
        new += [one for one in some if not any(_says(version, one.after) for version in seen[one.place[1]])]
    return new


def _says(version: dict[str, Any], after: dict[str, Any]) -> bool:
    return all(version[name] == value for name, value in after.items())
