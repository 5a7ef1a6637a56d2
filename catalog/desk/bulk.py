"""A change of many artifacts at once: shelves, kind, licence, a step of the workflow.

`plan` says for each what it is and will be, or why not, in a few queries for a thousand; `apply` writes exactly that,
the steps through `workflow`, which has the last word. Knows neither pages nor jobs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog import licences, publishing, wording
from catalog.changes import change
from catalog.choices import Kind, Lifecycle, Step
from catalog.desk import workflow
from catalog.desk.planned import (
    Edit,
    Planned,
    category_names,
    refuse_changed_since,
    refuse_stranded_facts,
    save,
    shelves_of,
)
from catalog.desk.pointing import pointing_at_each
from catalog.models import Artifact, ReviewStep

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Wanted:
    """What shall become of each. Empty: that stays as it is."""

    why: str
    shelves_to_add: tuple[int, ...] = ()
    shelves_to_leave: tuple[int, ...] = ()
    kind: str = ""
    licence: str = ""
    empties_licence: bool = False
    step: str = ""
    #: When scheduled ones shall be published, as ISO 8601.
    at: str = ""
    #: What deprecated ones shall be replaced by.
    successor: int | None = None

    def __post_init__(self) -> None:
        for name in ("shelves_to_add", "shelves_to_leave"):  # JSON makes lists of them
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def is_nothing(self) -> bool:
        return not (
            self.shelves_to_add
            or self.shelves_to_leave
            or self.kind
            or self.licence
            or self.empties_licence
            or self.step
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class BulkStep:
    label: str
    permission: str
    states: tuple[Lifecycle, ...]
    to: Lifecycle
    take: Callable[[Artifact, User, Wanted, Artifact | None], None]
    participle: str


STEPS: dict[str, BulkStep] = {
    "submit": BulkStep(
        "Submit for review", "change_artifact", (Lifecycle.DRAFT,), Lifecycle.IN_REVIEW,
        lambda artifact, by, wanted, _: workflow.submit(artifact, by=by, note=wanted.why), "submitted",
    ),
    "publish": BulkStep(
        "Publish", "publish_artifact", (Lifecycle.DRAFT, Lifecycle.IN_REVIEW), Lifecycle.PUBLISHED,
        lambda artifact, by, wanted, _: workflow.publish(artifact, by=by, note=wanted.why), "published",
    ),
    "schedule": BulkStep(
        "Schedule", "publish_artifact", (Lifecycle.DRAFT, Lifecycle.IN_REVIEW), Lifecycle.IN_REVIEW,
        lambda artifact, by, wanted, _: workflow.schedule(
            artifact, at=dt.datetime.fromisoformat(wanted.at), by=by, note=wanted.why
        ), "scheduled",
    ),
    "send-back": BulkStep(
        "Send back", "publish_artifact", (Lifecycle.IN_REVIEW,), Lifecycle.DRAFT,
        lambda artifact, by, wanted, _: workflow.send_back(artifact, by=by, note=wanted.why), "sent back",
    ),
    "deprecate": BulkStep(
        "Deprecate", "publish_artifact", (Lifecycle.PUBLISHED,), Lifecycle.DEPRECATED,
        lambda artifact, by, wanted, successor: workflow.deprecate(
            artifact, in_favour_of=successor, by=by, note=wanted.why
        ), "deprecated",
    ),
    "withdraw": BulkStep(
        "Withdraw", "withdraw_artifact", tuple(Lifecycle), Lifecycle.WITHDRAWN,
        lambda artifact, by, wanted, _: workflow.withdraw(artifact, reason=wanted.why, by=by), "withdrawn",
    ),
    "restore": BulkStep(
        "Restore", "withdraw_artifact", (Lifecycle.DEPRECATED, Lifecycle.WITHDRAWN), Lifecycle.PUBLISHED,
        lambda artifact, by, wanted, _: workflow.restore(artifact, by=by, note=wanted.why), "restored",
    ),
}  # fmt: skip


#: Steps that end in public, and take a second editor where the site asks for one.
PUBLISHING = ("publish", "schedule")
#: Of what points at one that shall be withdrawn; beyond, their number says enough.
MOST_NAMED = 5


def plan(
    ids: Sequence[int], wanted: Wanted, *, by: User, first: int = 1, checked_at: dt.datetime | None = None
) -> list[Planned]:
    """For each of these, in their order. `first` is the number of the first one."""
    found = Artifact.objects.select_related("merged_into").annotate(is_sourced=publishing.NAMES_A_SOURCE).in_bulk(ids)
    shelves, names = shelves_of(ids), category_names()
    submitters = _submitters(ids) if settings.FOUR_EYES and wanted.step in PUBLISHING else {}
    gone = "It is not there any more."
    planned = []
    for number, pk in enumerate(ids, start=first):
        artifact = found.get(pk)
        if artifact is None:
            planned.append(Planned(number, f"number {pk}", refusals=[gone]))
            continue
        one = Planned(number, artifact.slug, artifact)
        planned.append(one)
        if artifact.merged_into:
            one.refusals.append(f"It was merged into “{artifact.merged_into.slug}”.")
            continue
        was = shelves.get(pk, set())
        one.shelve(was, (was | set(wanted.shelves_to_add)) - set(wanted.shelves_to_leave), names)
        if wanted.kind and wanted.kind != artifact.kind:
            one.set("kind", wanted.kind, was=Kind(artifact.kind).label, will_be=str(Kind(wanted.kind).label))
        licence = licences.canonical(wanted.licence)
        if (licence or wanted.empties_licence) and licence != artifact.licence:
            one.set("licence", licence)
        if wanted.step:
            _plan_step(one, artifact, wanted, by, submitters.get(pk))
    if wanted.step == "withdraw":
        _note_pointers(planned)
    refuse_stranded_facts(planned)
    refuse_changed_since(planned, checked_at)
    return planned


def _plan_step(one: Planned, artifact: Artifact, wanted: Wanted, by: User, submitter: int | None) -> None:
    """Says beforehand, without a query, what `workflow` will say; a test holds the two together."""
    step = STEPS[wanted.step]
    state = Lifecycle(artifact.lifecycle)
    if not by.has_perm(f"catalog.{step.permission}"):
        one.refusals.append(f"You may not {step.label.lower()} artifacts; a senior editor can.")
    elif state not in step.states:
        one.refusals.append(f"It is {state.label.lower()}, so it cannot be {step.participle}.")
    elif wanted.step == "withdraw" and artifact.published_at is None:
        one.refusals.append("It was never public; a draft is deleted, or stays a draft.")
    elif wanted.step == "withdraw" and state == Lifecycle.WITHDRAWN:
        one.refusals.append("It is withdrawn already.")
    elif wanted.step == "deprecate" and wanted.successor == artifact.pk:
        one.refusals.append("An artifact cannot be deprecated by itself.")
    elif wanted.step in PUBLISHING and settings.FOUR_EYES and state == Lifecycle.DRAFT:
        one.refusals.append("Submit it first: this site publishes what a second editor has looked at.")
    elif wanted.step in PUBLISHING and settings.FOUR_EYES and submitter == by.pk:
        one.refusals.append("You submitted it yourself; this site publishes what a second editor has looked at.")
    if step.to in (Lifecycle.IN_REVIEW, Lifecycle.PUBLISHED) and not one.refusals:
        lacks = publishing.missing(
            tagline=artifact.tagline,
            description=artifact.description,
            offering_count=artifact.offering_count,
            is_identified=bool(artifact.homepage or artifact.repository or artifact.identifiers),
            is_sourced=artifact.is_sourced,  # type: ignore[attr-defined]
        )
        one.refusals += lacks.values()
    if not one.refusals and wanted.step == "schedule":
        _plan_time(one, artifact.publish_at, dt.datetime.fromisoformat(wanted.at))
    if not one.refusals and state != step.to:
        one.edits.append(Edit("lifecycle", str(state.label), str(step.to.label)))


def _plan_time(one: Planned, was: dt.datetime | None, at: dt.datetime) -> None:
    if at <= timezone.now():
        one.refusals.append("That time has passed; choose a later one.")
    elif was != at:
        one.edits.append(Edit("to be published", _time(was) if was else "", _time(at)))


def _time(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%-d %B %Y, %H:%M} UTC"


def _note_pointers(planned: Sequence[Planned]) -> None:
    """What a withdrawal would leave pointing at each, as the page of a single one says."""
    going = {one.artifact.pk: one for one in planned if one.artifact and not one.refusals}
    for pk, pointers in pointing_at_each(going).items():
        said = [f"“{pointer.artifact.name[:80]}” {pointer.how}" for pointer in pointers[:MOST_NAMED]]
        rest = len(pointers) - len(said)
        more = [f"{rest:,} more point at it"] if rest else []
        going[pk].notes.append(f"{wording.listed([*said, *more])}.")


def _submitters(ids: Collection[int]) -> dict[int, int | None]:
    """Who submitted each last."""
    steps = ReviewStep.objects.filter(artifact__in=ids, step=Step.SUBMITTED).order_by("id")
    return dict(steps.values_list("artifact_id", "by_id"))


def apply(planned: Sequence[Planned], wanted: Wanted, *, by: User) -> None:
    """Writes what is not refused. What a step refuses after all is kept as its refusal, and the others go on."""
    step = STEPS.get(wanted.step)
    successor = Artifact.objects.filter(pk=wanted.successor).first() if wanted.successor else None
    with change(why=wanted.why) as it:
        if step is None:
            save(planned, it, by=by, why=wanted.why)
            return
        for one in planned:
            if one.artifact is None or one.refusals or not one.edits:
                continue
            # In the background no request tells who it is.
            one.artifact._history_user = by  # type: ignore[attr-defined]
            try:
                with transaction.atomic():
                    save([one], it, by=by, why=wanted.why)
                    step.take(one.artifact, by, wanted, successor)
            except workflow.CannotMove as error:
                one.refusals += error.missing or [str(error)]
