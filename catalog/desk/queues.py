"""What waits for an editor: one queue per kind of work, the oldest first, each row with the place where it is done.

Counts stop at MOST: a desk that says "1000+" instead of counting half a million rows opens at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from catalog.choices import (
    PUBLIC_LIFECYCLES,
    UNDER_WAY,
    Lifecycle,
    LinkState,
    Origin,
    PairState,
    ProposalState,
    Relation,
    ReportState,
    RunState,
    Step,
)
from catalog.desk.proposals import LATE
from catalog.factsheet import FACTS
from catalog.models import Artifact, BrokenLink, Fact, ImportRun, Lineage, Offering, Pair, Proposal, Report, ReviewStep

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 1_000


@dataclass(frozen=True)
class Item:
    """One piece of work. `address` is a name of the admin's and its arguments."""

    what: str
    detail: str
    since: dt.datetime | dt.date | None
    address: tuple[str, tuple[Any, ...]]
    #: The row itself, for a queue with a page of its own.
    row: Any = None


@dataclass(frozen=True)
class Queue:
    key: str
    title: str
    explained: str
    permission: str
    #: Its rows, the oldest first.
    rows: Callable[[User, dt.datetime], QuerySet[Any]]
    item: Callable[[Any], Item]
    #: Whose permission it is.
    app: str = "catalog"
    template: str = "admin/queue.html"
    #: How many have waited for longer than they should.
    late: Callable[[User, dt.datetime], int] | None = None

    @property
    def right(self) -> str:
        return f"{self.app}.{self.permission}"

    def count(self, user: User, now: dt.datetime) -> int:
        """At most MOST + 1, which stands for more."""
        return self.rows(user, now).order_by()[: MOST + 1].count()

    def items(self, user: User, now: dt.datetime, *, limit: int = 50) -> list[Item]:
        return [self.item(row) for row in self.rows(user, now)[:limit]]


def _artifact(row: Artifact) -> Item:
    since = getattr(row, "moved_at", None) or row.created_at
    return Item(row.name[:120], row.get_kind_display(), since, ("catalog_artifact_change", (row.pk,)))


def _last(step: str) -> Subquery:
    steps = ReviewStep.objects.filter(artifact=OuterRef("pk"), step=step).order_by("-id")
    return Subquery(steps.values("at")[:1])


def _in_review(user: User, now: dt.datetime) -> QuerySet[Artifact]:
    waiting = Artifact.objects.filter(lifecycle=Lifecycle.IN_REVIEW, publish_at=None)
    return waiting.annotate(moved_at=_last(Step.SUBMITTED)).order_by(F("moved_at").asc(nulls_first=True), "id")


def _sent_back(user: User, now: dt.datetime) -> QuerySet[Artifact]:
    """Drafts that this editor submitted last and that came back."""
    submitter = ReviewStep.objects.filter(artifact=OuterRef("pk"), step=Step.SUBMITTED).order_by("-id")
    return (
        Artifact.objects.filter(lifecycle=Lifecycle.DRAFT)
        .annotate(moved_at=_last(Step.SENT_BACK), submitter=Subquery(submitter.values("by")[:1]))
        .filter(submitter=user.pk, moved_at__isnull=False)
        .order_by("moved_at", "id")
    )


def _drafts(user: User, now: dt.datetime) -> QuerySet[Artifact]:
    mine = Artifact.history.filter(history_type="+", history_user=user.pk).values("id")
    return Artifact.objects.filter(lifecycle=Lifecycle.DRAFT, pk__in=mine).order_by("created_at", "id")


def _disputes(user: User, now: dt.datetime) -> QuerySet[Any]:
    """One row a fact and artifact, by the key of the stated value.

    What an artifact shares with the one it comes from is one dispute: it is settled there, and comes up here only
    where that was not enough.
    """
    public = Fact.objects.disputed().stated().filter(artifact__lifecycle__in=PUBLIC_LIFECYCLES)
    above = Lineage.objects.filter(
        Exists(public.filter(artifact=OuterRef("parent"), name=OuterRef(OuterRef("name")))),
        artifact=OuterRef("artifact"),
        relation=Relation.DERIVED_FROM,
        keeps_architecture=True,
    )
    inherited = [name for name, spec in FACTS.items() if spec.is_inherited]
    return public.exclude(Exists(above), name__in=inherited).select_related("artifact").order_by("recorded_at", "id")


def _dispute(row: Fact) -> Item:
    label = FACTS[row.name].label if row.name in FACTS else row.name
    return Item(row.artifact.name[:120], label, row.recorded_at, ("catalog_dispute", (row.artifact_id, row.name)))


def _without_evidence(user: User, now: dt.datetime) -> QuerySet[Offering]:
    return Offering.objects.public().without_evidence().select_related("artifact").order_by("id")


def _offering(row: Offering) -> Item:
    return Item(row.title[:120], row.artifact.name[:80], row.created_at, ("catalog_offering_change", (row.pk,)))


def _pairs(user: User, now: dt.datetime) -> QuerySet[Pair]:
    open_pairs = Pair.objects.filter(state=PairState.OPEN).select_related("first", "second")
    gone = Q(first__lifecycle=Lifecycle.WITHDRAWN) | Q(second__lifecycle=Lifecycle.WITHDRAWN)
    return open_pairs.exclude(gone).order_by("-score", "id")


def _pair(row: Pair) -> Item:
    return Item(
        f"{row.first.name[:60]} and {row.second.name[:60]}",
        f"{row.score:.0%}: {row.reasons[0] if row.reasons else ''}",
        row.found_at,
        ("catalog_pair", (row.pk,)),
    )


def _reports(user: User, now: dt.datetime) -> QuerySet[Report]:
    waiting = Report.objects.filter(state=ReportState.OPEN).select_related("artifact")
    return waiting.order_by("reported_at", "id")


def _report(row: Report) -> Item:
    about = row.artifact.name[:80] if row.artifact else row.address
    detail = row.shown[:200] or f"{about}, {row.get_section_display().lower()}"
    if row.wish:
        detail = f"The owner of {about} asks for {row.asked_for}"
    return Item(row.text[:120], detail, row.reported_at, ("catalog_report", (row.pk,)))


def _proposals(user: User, now: dt.datetime) -> QuerySet[Proposal]:
    waiting = Proposal.objects.filter(state=ProposalState.OPEN, capability=None).select_related("artifact", "run")
    return waiting.order_by("proposed_at", "id")


def _proposal(row: Proposal) -> Item:
    told_by = "its owner" if row.origin == Origin.OWNER else row.run.importer if row.run else "a text"
    detail = f"{row.subject[:80]}, from {told_by}"
    return Item(row.artifact.name[:120], detail, row.proposed_at, ("catalog_proposal", (row.pk,)))


def _late_proposals(user: User, now: dt.datetime) -> int:
    return _proposals(user, now).filter(proposed_at__lte=now - LATE).order_by()[: MOST + 1].count()


def _offered(user: User, now: dt.datetime) -> QuerySet[Proposal]:
    """Those of one text stand together, the surest first, as they were written down."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN).exclude(capability=None)
    return waiting.select_related("artifact", "capability").order_by("id")


def _offer(row: Proposal) -> Item:
    return Item(
        row.after["title"][:120], row.artifact.name[:80], row.proposed_at, ("catalog_proposal", (row.pk,)), row=row
    )


def _links(user: User, now: dt.datetime) -> QuerySet[BrokenLink]:
    broken = BrokenLink.objects.filter(state=LinkState.OPEN).select_related("artifact")
    return broken.order_by("found_at", "id")


def _link(row: BrokenLink) -> Item:
    of = row.artifact.name[:80] if row.artifact else row.where.partition(":")[0].capitalize()
    return Item(
        row.url[:120], f"{of}, {row.get_wrong_display().lower()}", row.found_at, ("catalog_broken_link", (row.pk,))
    )


def _stale(user: User, now: dt.datetime) -> QuerySet[Any]:
    """Public artifacts with a stated fact that nobody has looked at for longer than such a fact holds."""
    days: dict[int, list[str]] = {}
    for name, spec in FACTS.items():
        days.setdefault(spec.half_life_days, []).append(name)
    stated = Fact.objects.stated().exclude(origin=Origin.OWNER)
    # One search of the index for each half-life: with an OR the whole of it would be read.
    first, *others = (
        stated.filter(name__in=names, retrieved_on__lt=now.date() - dt.timedelta(days=half_life)).values("artifact")
        for half_life, names in days.items()
    )
    found = Artifact.objects.public().filter(pk__in=first.union(*others, all=True))
    return found.annotate(moved_at=Min("facts__retrieved_on")).order_by("moved_at", "id")


def _recent(user: User, now: dt.datetime) -> QuerySet[Artifact]:
    since = now - dt.timedelta(days=7)
    return Artifact.objects.filter(lifecycle__in=PUBLIC_LIFECYCLES, facts_changed_at__gt=since).order_by(
        "-facts_changed_at", "id"
    )


def _changed(row: Artifact) -> Item:
    return Item(row.name[:120], row.get_kind_display(), row.facts_changed_at, ("catalog_artifact_change", (row.pk,)))


def _imports(user: User, now: dt.datetime) -> QuerySet[ImportRun]:
    """What has failed asks nobody any more once the source has been read again."""
    later = ImportRun.objects.filter(importer=OuterRef("importer"), is_dry_run=False, pk__gt=OuterRef("pk"))
    failed = Q(state__in=[RunState.FAILED, RunState.REFUSED], is_dry_run=False)
    open_ones = Q(state__in=[*UNDER_WAY, RunState.WAITING])
    return ImportRun.objects.filter(open_ones | failed & ~Exists(later)).order_by("started_at", "id")


def _import(row: ImportRun) -> Item:
    kind = "a try" if row.is_dry_run else "an import"
    said = (row.brakes or row.error).partition("\n")[0]
    detail = f"{row.get_state_display()}. {said}" if said else f"{row.get_state_display()}."
    return Item(f"{row.importer}, {kind}", detail[:200], row.started_at, ("catalog_importrun_page", (row.pk,)))


QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        Queue(
            "in-review", "In review", "Submitted, and waiting for a second look.", "publish_artifact",
            _in_review, _artifact,
        ),
        Queue(
            "sent-back", "Sent back to me", "Yours, with a note on what is left to do.", "change_artifact",
            _sent_back, _artifact,
        ),
        Queue(
            "reports", "Reported errors", "What readers found wrong, and owners ask for.", "change_report",
            _reports, _report,
        ),
        Queue("disputes", "Disputed facts", "Sources contradict each other.", "settle_fact", _disputes, _dispute),
        Queue(
            "imports", "Imports", "Under way, waiting for your word, or failed.", "steer_importrun", _imports, _import,
        ),
        Queue("duplicates", "Likely duplicates", "Two listings that may be one.", "change_pair", _pairs, _pair),
        Queue(
            "proposals", "Proposals", "What owners ask for, and imports where an editor’s word stands.",
            "change_proposal", _proposals, _proposal, late=_late_proposals,
        ),
        Queue(
            "offered", "Proposed offerings", "What texts say that an artifact does, and its listing does not.",
            "change_proposal", _offered, _offer, template="admin/catalog/offered.html",
        ),
        Queue(
            "without-evidence", "Offerings without evidence", "Nobody has shown a source.", "change_offering",
            _without_evidence, _offering,
        ),
        Queue("stale", "Stale", "Facts older than they hold.", "change_artifact", _stale, _artifact),
        Queue(
            "broken-links", "Broken links", "They lead nowhere, or elsewhere by now.", "change_brokenlink",
            _links, _link,
        ),
        Queue("drafts", "Drafts of mine", "Begun, and not submitted.", "change_artifact", _drafts, _artifact),
        Queue("recent", "Recently changed", "What changed within a week.", "view_artifact", _recent, _changed),
    )
}  # fmt: skip


def open_to(user: User, queues: Mapping[str, Queue] = QUEUES) -> list[Queue]:
    return [queue for queue in queues.values() if user.has_perm(queue.right)]
