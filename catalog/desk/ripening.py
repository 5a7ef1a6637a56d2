"""Publishes what an import brought as soon as it has what readers need, where its source's rule says so.

When an entry is written nothing offers anything yet: that comes when its text was taken apart and an editor, or the
site’s own setting, has accepted something of it. Called by the task that takes texts apart, and by its command.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from catalog import publishing
from catalog.changes import change
from catalog.choices import Lifecycle, PublishRule
from catalog.importers.registry import FEEDS
from catalog.models import Artifact, Entry, ImportRule, ReviewStep

#: Others wait for the piece that is being written.
PIECE = 50
WHY = "Its source’s rule publishes what has what readers need."


def publish_ripe(*, now: dt.datetime) -> int:
    """How many. Not what somebody has scheduled, or has taken any step with: that is in people's hands."""
    rules = dict(ImportRule.objects.values_list("importer", "publishes"))
    ripe = [name for name, feed in FEEDS.items() if rules.get(name, feed.publishes) == PublishRule.WHEN_SUFFICIENT]
    if not ripe:
        return 0
    told = Q()
    for name in ripe:
        told |= Q(importer=name) | Q(importer__startswith=f"{name}/")
    waiting = Artifact.objects.filter(
        publishing.SUFFICES,
        Exists(Entry.objects.filter(told, artifact=OuterRef("pk")).exclude(digest="gone")),
        ~Exists(ReviewStep.objects.filter(artifact=OuterRef("pk"))),
        lifecycle=Lifecycle.IN_REVIEW,
        publish_at=None,
        published_at=None,
        created_at__lte=now,
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    published = 0
    for start in range(0, len(ids), PIECE):
        with change(why=WHY):
            # Asked again inside: somebody may have had it in hand meanwhile.
            for artifact in waiting.filter(pk__in=ids[start : start + PIECE]).order_by("pk"):
                publishing.publish(artifact, why=WHY)
                published += 1
    return published
