"""Every route and every list action of the admin, out of its own list, with rows for the routes' arguments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from catalog.admin.steps import STEPS
from catalog.changes import change
from catalog.choices import JobKind
from catalog.desk import history, links, merging, reports
from catalog.models import Artifact, BrokenLink, Difference, Fall, ImportRule, ImportRun, Job, Pair, Proposal
from claims import audit
from claims.models import Claim, Dispute, Reply
from ranking import drafts, noting
from ranking.configurations import live_configuration
from ranking.models import Build, Exclusion, Feedback, Hold, Intent, Quarantine
from ranking.models.comparison import members_of
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_offering,
    make_publisher,
    make_source,
)
from unfragile_site.desk import WORK

FRONT = "(front page)"
#: Arguments that decide who may: each of their values is a route of its own.
CHOICES = {"<slug:verb>": list(STEPS), "<slug:key>": list(WORK), "<slug:form>": ["csv"]}


def routes() -> Iterator[str]:
    """As `artifact/<int:pk>/step/publish/`: the pattern below the admin's root, with its choices written out."""
    for route in patterns(admin.site.urls[0]):
        choice = next((name for name in CHOICES if name in route), None)
        yield from (route.replace(choice, value) for value in CHOICES[choice]) if choice else (route,)


def patterns(entries: list[Any], below: str = "") -> Iterator[str]:
    for entry in entries:
        is_path = isinstance(entry.pattern, RoutePattern)
        here = below + (str(entry.pattern) if is_path else str(entry.pattern).strip("^$"))
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, here)
        else:
            yield here or FRONT


def actions(request: Any) -> Iterator[tuple[str, list[str]]]:
    """Of each list the actions that are offered to whoever asks."""
    for model, its in admin.site._registry.items():
        yield model._meta.label_lower, list(its.get_actions(request))


class Arguments:
    """A row for each route: such that nothing but the right to it decides."""

    def __init__(self) -> None:
        kept, self.artifact = make_artifact(), make_artifact(homepage="https://example.org/one")
        self.draft = make_artifact(lifecycle="draft", published_at=None)
        make_fact(artifact=self.artifact, value=1_024)
        fact = make_fact(artifact=self.artifact, value=65_536)
        offering = make_offering(artifact=self.artifact)
        make_evidence(offering=offering)
        merge = merging.merge(make_artifact(), into=kept, why="One thing.")
        first, second = sorted((kept, self.artifact), key=lambda row: row.pk)
        make_artifact(description="Better than [Heron](/artifacts/heron-9b/).")
        links.check(now=timezone.now())
        run = ImportRun.objects.create(importer="manifest", started_at=timezone.now())
        text = "The window is 64K, as the card says."
        told = reports.report(address="/artifacts/x/", text=text, section="facts", artifact=self.artifact)
        self.rows: dict[str, Any] = {
            "catalog/artifact": self.artifact,
            "catalog/publisher": make_publisher(),
            "catalog/category": make_category(),
            "catalog/capability": make_capability(),
            "catalog/offering": offering,
            "catalog/source": make_source(),
            "catalog/fact": fact,
            "catalog/merge": merge,
            "catalog/importrun": run,
            "catalog/difference": Difference.objects.create(run=run, artifact=kept, subject="artifact", after={}),
            "catalog/importrule": ImportRule.objects.create(importer="models-dev"),
            "catalog/fall": Fall.objects.create(
                artifact=kept,
                signal="stars",
                source=make_source(),
                value=3,
                observed_on=dt.date(2026, 6, 1),
                before=900,
                before_on=dt.date(2026, 5, 1),
                found_at=timezone.now(),
            ),
            "catalog/job": Job.objects.create(kind=JobKind.EDIT, why="Because."),
            "catalog/pair": Pair.objects.create(first=first, second=second, score=0.9),
            "catalog/report": told,
            "catalog/broken-link": BrokenLink.objects.get(url="/artifacts/heron-9b/"),
            "catalog/proposal": Proposal.objects.create(
                artifact=kept,
                run=run,
                label="catalog.artifact",
                row=kept.pk,
                subject="listing",
                before={"tagline": kept.tagline},
                after={"tagline": "As the import puts it"},
                digest="0",
            ),
            "ranking/configuration": drafts.new_draft(now=timezone.now()),
            "ranking/build": Build.objects.create(
                number=9,
                configuration=live_configuration(now=timezone.now()),
                as_of=timezone.now(),
                inputs="",
                started_at=timezone.now(),
            ),
            "ranking/hold": Hold.objects.create(
                artifact=self.artifact,
                signal="stars",
                reason="burst",
                held=900,
                counted=30,
                seen_on=dt.date(2026, 6, 1),
                until=dt.date(2026, 6, 1),
            ),
            "ranking/quarantine": Quarantine.objects.create(
                source=make_source(), why="It counts itself.", set_at=timezone.now()
            ),
            "ranking/intent": Intent.objects.create(
                key="0" * 32,
                slug="0" * 32,
                name="draw a logo",
                vector=bytes(1_024),
                born_at=timezone.now(),
                first_at=timezone.now(),
                last_at=timezone.now(),
            ),
            "ranking/feedback": Feedback.objects.create(
                search_key=UUID(int=1),
                act="choice",
                artifact=self.artifact,
                at=timezone.now(),
                actor="a",
                network="n",
            ),
            "ranking/exclusion": Exclusion.objects.create(
                subject="actor", value="a", why="Bought.", set_at=timezone.now()
            ),
            "ranking/comparisonnote": noting.write([kept, self.artifact], title="", text="Both will do.", by=None),
            "claims/claim": Claim.objects.create(artifact=self.artifact, opened_at=timezone.now()),
            "claims/dispute": Dispute.objects.create(
                holder=Claim.objects.create(artifact=self.artifact, opened_at=timezone.now()),
                challenger=Claim.objects.create(artifact=self.artifact, opened_at=timezone.now()),
                opened_at=timezone.now(),
            ),
            "claims/reply": Reply.objects.create(
                claim=Claim.objects.create(artifact=self.artifact, opened_at=timezone.now()),
                contrast=make_contrast(artifact=self.artifact),
                sentence="Slower.",
                text="It is not.",
                written_at=timezone.now(),
            ),
            "claims/auditentry": audit.written("opened", at=timezone.now()),
            "auth/group": Group.objects.create(name="Readers"),
            "auth/user": User.objects.create_user("rui"),
        }
        with change(why="Edited."):
            for row in self.rows.values():  # which gives each a version that can be asked for
                if hasattr(row, "history"):
                    row.save()

    def address(self, route: str) -> str:
        if route == FRONT:
            return "/admin/"
        if route == "ranking/quarantine/of/<int:pk>/":
            return f"/admin/ranking/quarantine/of/{self.rows['catalog/source'].pk}/"
        if route == "ranking/comparisonnote/of/<str:members>/":
            return f"/admin/ranking/comparisonnote/of/{members_of([1, 2])}/"
        model = "/".join(route.split("/")[:2])
        row = self.rows.get(model)
        if model == "catalog/artifact" and "/delete/" in route:
            row = self.draft  # what was once public is deleted by nobody
        values = {
            "pk": row.pk if row else None,
            "name": "context_window",
            "number": history.number_of(self.artifact.history.latest().history_date),
            "importer": "models-dev",
            "username": "rui",
            "content_type_id": ContentType.objects.get_for_model(Artifact).pk,
            "object_id": row.pk if row else self.artifact.pk,
            "id": row.pk if row else None,
            "app_label": "catalog",
            "url": "nowhere/",
        }
        if row and "/([^/]+)/history/([^/]+)/" in route:  # patterns of the history library, without names
            return f"/admin/{model}/{row.pk}/history/{row.history.latest().pk}/"
        if route == "autocomplete/":
            return "/admin/autocomplete/?app_label=catalog&model_name=fact&field_name=source"
        route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(values[found[1]]), route)
        return "/admin/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)
