"""One answer to many proposed offerings: which of them, what will become of each, and how it is taken back.

`Chosen` is what an editor asks for; `plan` and `apply` are a job's two halves, as in `bulk`. Each answer is that of a
single row, through `offered`, which has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, QuerySet

from catalog.choices import Kind, ProposalState, TakenApartBy
from catalog.desk import offered
from catalog.desk.planned import Edit, Planned
from catalog.models import Capability, Job, Offering, Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What a job may do with each, and what it says it did. `REOPEN` takes an earlier job back.
ACCEPT, REFUSE, REOPEN = "accept", "refuse", "reopen"
#: Proposals of which a page shows the words before one decides.
SAMPLES = 10


@dataclass(frozen=True)
class Chosen:
    """Which of those that wait. Empty: any."""

    importer: str = ""
    capability: str = ""  # a key
    kind: str = ""
    by: str = ""
    #: In hundredths, as people write it.
    at_least: int = 0

    def rows(self) -> QuerySet[Proposal]:
        found = Proposal.objects.filter(state=ProposalState.OPEN).exclude(capability=None)
        if self.importer:
            found = found.filter(run__importer=self.importer)
        if self.capability:
            found = found.filter(capability__key=self.capability)
        if self.kind:
            found = found.filter(artifact__kind=self.kind)
        if self.by:
            found = found.filter(taken_apart_by=self.by)
        if self.at_least:
            found = found.filter(grounds__confidence__gte=self.at_least / 100)
        return found

    def ids(self) -> list[int]:
        return list(self.rows().order_by("pk").values_list("pk", flat=True))

    def samples(self) -> list[Proposal]:
        """Spread over all of them, from the first to the last: those of one source stand together."""
        ids = self.ids()
        step = max(1, len(ids) // SAMPLES)
        rows = Proposal.objects.filter(pk__in=ids[::step][:SAMPLES])
        return list(rows.select_related("artifact", "capability").order_by("pk"))


def choices() -> dict[str, list[tuple[str, str]]]:
    """What one can choose by, each with how many wait, the most first."""
    waiting = Chosen().rows()

    def counted(column: str) -> list[tuple[str, int]]:
        rows = waiting.order_by().values_list(column).annotate(n=Count("pk")).order_by("-n", column)
        return [(value, n) for value, n in rows if value]

    names = dict(Capability.objects.values_list("key", "name"))
    return {
        "importer": [(value, f"{value} ({n:,})") for value, n in counted("run__importer")],
        "capability": [(value, f"{names[value]} ({n:,})") for value, n in counted("capability__key")],
        "kind": [(value, f"{Kind(value).label} ({n:,})") for value, n in counted("artifact__kind")],
        "by": [(value, f"{TakenApartBy(value).label} ({n:,})") for value, n in counted("taken_apart_by")],
    }


def answered_by(job: Job) -> list[int]:
    """What a job has answered and nobody has answered since."""
    if not (job.checked_at and job.finished_at and job.by_id):
        return []
    rows = Proposal.objects.filter(decided_by=job.by_id, decided_at__range=(job.checked_at, job.finished_at))
    decided = set(rows.values_list("pk", flat=True))
    return [pk for pk in job.asked.get("ids", ()) if pk in decided]


def plan(ids: Sequence[int], answer: str, *, first: int = 1) -> list[Planned]:
    """For each of these, in their order, in as many queries for a thousand as for one."""
    rows = Proposal.objects.select_related("artifact", "capability").in_bulk(ids)
    artifacts = {row.artifact_id for row in rows.values()}
    pairs = Offering.objects.filter(artifact__in=artifacts).values_list("artifact_id", "capability_id")
    there = set(pairs)
    planned = []
    for number, pk in enumerate(ids, start=first):
        row = rows.get(pk)
        if row is None:
            planned.append(Planned(number, f"number {pk}", refusals=["It is not there any more."]))
            continue
        one = Planned(number, row.artifact.slug, row.artifact)
        planned.append(one)
        one.refusals += _against(row, answer, there)
        if not one.refusals:
            one.edits.append(_edit(row, answer))
    return planned


def _against(row: Proposal, answer: str, there: set[tuple[int, int]]) -> list[str]:
    """Says beforehand, without a query, what `offered` will say."""
    if answer == REOPEN:
        return [] if row.state != ProposalState.OPEN else ["It is open."]
    if row.state != ProposalState.OPEN:
        return [f"It has been decided: {row.get_state_display().lower()}."]
    if answer == ACCEPT and row.artifact.merged_into_id:
        return ["That listing has been merged since; refuse it."]
    if answer == ACCEPT and row.capability and (row.artifact_id, row.capability_id) in there:
        return [f"It offers {row.capability.name} by now; refuse this one."]
    return []


def _edit(row: Proposal, answer: str) -> Edit:
    name = row.capability.name if row.capability else ""
    if answer == REOPEN:
        return Edit(name, str(row.get_state_display()), "Open")
    said = f"“{row.grounds.get('quote', '')}” ({row.grounds.get('confidence', 0):.0%})"
    return Edit(name, "", said) if answer == ACCEPT else Edit(name, said, "refused")


def apply(planned: Sequence[Planned], ids: Sequence[int], answer: str, *, by: User, why: str) -> None:
    """Answers what is not refused; `ids` are those of the plan. What `offered` refuses after all stays on its row."""
    rows = Proposal.objects.select_related("artifact", "capability").in_bulk(ids)
    takes: dict[str, Any] = {
        ACCEPT: lambda row: offered.accept(row, by=by),
        REFUSE: lambda row: offered.refuse(row, by=by, note=why),
        REOPEN: lambda row: offered.reopen(row, by=by),
    }
    for one, pk in zip(planned, ids, strict=True):
        if one.refusals or not one.edits:
            continue
        try:
            with transaction.atomic():
                takes[answer](rows[pk])
        except offered.CannotOffer as error:
            one.refusals.append(str(error))
