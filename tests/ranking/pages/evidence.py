"""A small world of ranked artifacts: MCP servers with half a year of readings, one for each thing a page can say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from catalog.changes import change
from catalog.models import Artifact, Capability, CatalogState, Category, Reading, Source, Standing
from ranking import generations, snapshots
from tests.factories import make_artifact, make_capability, make_category, make_offering, make_publisher, make_source

WEEKS = 30
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class World:
    now: dt.datetime
    #: The first of the plain ones: everything of it is read.
    full: Artifact
    #: Its stars came in three weeks.
    burst: Artifact
    #: Nobody has read its downloads for four months.
    stale: Artifact
    #: Nothing but stars and commits are read.
    sparse: Artifact
    #: Two sources disagree on its stars, and one reading of it is impossible.
    disputed: Artifact
    #: Documentation alone: not ranked.
    bare: Artifact
    #: Of another kind, with a prior as all are.
    model: Artifact
    category: Category
    capability: Capability
    source: Source

    def standing(self, artifact: Artifact) -> Standing:
        state = CatalogState.objects.get(pk=1)
        return Standing.objects.get(artifact=artifact, generation=state.live_generation_id)


def make_world(*, plain: int = 4, weeks_written: int = 3) -> World:
    """`plain` servers with all readings beside the peculiar ones; ranks of `weeks_written` weeks are computed too."""
    now = timezone.now()
    with change(why="An editor filled the shelves."):
        world = _filled(now, plain)
    assert generations.build(now=now) is not None
    snapshots.reconstruct(weeks=weeks_written, now=now)
    return world


def _filled(now: dt.datetime, plain: int) -> World:
    host = make_source(slug="code-host", title="Code host", publisher=make_publisher(name="Host"))
    mirror = make_source(slug="mirror", title="Mirror", publisher=make_publisher(name="Mirror"))
    category, capability = make_category(slug="servers", name="Servers"), make_capability(slug="search", name="Search")

    def artifact(slug: str, kind: str = "mcp") -> Artifact:
        made = make_artifact(slug=slug, name=slug.capitalize(), kind=kind, categories=[category])
        make_offering(artifact=made, capability=capability)
        return made

    full = artifact("full")
    peculiar = {slug: artifact(slug) for slug in ("burst", "stale", "sparse", "disputed", "bare")}
    model = artifact("model", "model")
    rows = _readings(full, host, now, 2.0)
    for number in range(plain - 1):
        rows += _readings(artifact(f"plain-{number}"), host, now, 0.3 * (number + 1) ** 1.5)
    rows += _readings(peculiar["burst"], host, now, 1.0, burst=4_000)
    rows += [
        row
        for row in _readings(peculiar["stale"], host, now, 1.0)
        if row.signal != "downloads_month" or row.observed_at < now - dt.timedelta(days=120)
    ]
    rows += [row for row in _readings(peculiar["sparse"], host, now, 1.0) if row.signal in ("stars", "last_commit")]
    rows += _readings(peculiar["disputed"], host, now, 1.0)
    rows += [
        Reading(artifact=peculiar["disputed"], signal=signal, value=value, source=source, observed_at=at)
        for signal, value, source, at in (
            ("stars", 9_999.0, mirror, now - dt.timedelta(days=2)),
            ("forks", -5.0, mirror, now - dt.timedelta(days=3)),
        )
    ]
    rows += [row for row in _readings(peculiar["bare"], host, now, 1.0) if row.signal == "has_docs"]
    rows += _readings(model, host, now, 1.0, counter="likes")
    Reading.objects.bulk_create(rows)
    return World(
        now=now, full=full, model=model, category=category, capability=capability, source=host,
        **peculiar,
    )  # fmt: skip


def _readings(
    artifact: Artifact, source: Source, now: dt.datetime, size: float, *, burst: float = 0.0, counter: str = "stars"
) -> list[Reading]:
    """Weekly ones of a steadily growing artifact; `burst` comes on top in the last three weeks."""
    found = []
    today = (now.date() - EPOCH).days
    for week in range(WEEKS, -1, -1):
        at = now - dt.timedelta(weeks=week, hours=1)
        grown = 1 + (WEEKS - week) / WEEKS
        values = {
            counter: round(400 * size * grown) + (burst if week < 3 else 0),
            "forks": round(40 * size * grown),
            "downloads_month": round(9_000 * size * grown),
            "issues_closed": round(30 * size * grown),
            "contributors": round(5 + 4 * size * grown),
            "dependents": round(20 * size),
            "commits_90d": round(25 * size),
            "last_commit": today - 7 * week - 3,
            "last_release": today - 7 * week - 40,
            "created": today - 900,
            "has_docs": 1,
            "has_license": 1,
            "has_homepage": 0,
            "has_examples": 1,
            "description_length": 80,
        }
        found += [
            Reading(artifact=artifact, signal=signal, value=value, observed_at=at, source=source)
            for signal, value in values.items()
        ]
    return found
