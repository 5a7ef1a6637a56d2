"""Which links in the catalog's own texts do not lead to a page: gathered once a day, for the editors' queue.

Only addresses of this site are judged, see addresses.py. Links that lead elsewhere are left alone here: whoever
checks those over the network writes the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from catalog.choices import LinkState
from catalog.desk.addresses import judged, path_within
from catalog.linking import links_in
from catalog.models import Artifact, BrokenLink, Capability, Category, Offering

#: Links judged together; texts read together.
BATCH, PAGE = 1_000, 500
#: No address of ours is longer, and an index takes no more.
LONGEST = 2_000


@dataclass(frozen=True)
class Link:
    where: str
    artifact_id: int | None
    url: str
    path: str


@dataclass(frozen=True)
class Texts:
    """Texts of one sort, with the columns that say whose they are and on which page they stand."""

    key: str
    rows: Callable[[], QuerySet]
    page: str
    slug: str
    artifact: str = ""


TEXTS = (
    Texts("artifact", Artifact.objects.public, "catalog:artifact-detail", "slug", "pk"),
    Texts("offering", Offering.objects.public, "catalog:artifact-detail", "artifact__slug", "artifact_id"),
    Texts("capability", Capability.objects.live, "catalog:capability-detail", "slug"),
    Texts("category", Category.objects.all, "catalog:category-detail", "slug"),
)


def check(*, now: dt.datetime) -> int:
    """Brings the queue up to date. Returns how many links stand open afterwards; run again, it changes nothing."""
    batch: list[Link] = []
    for link in _gathered():
        batch.append(link)
        if len(batch) == BATCH:
            _record(batch, now)
            batch = []
    _record(batch, now)
    _close(now)
    return BrokenLink.objects.filter(state=LinkState.OPEN).count()


def _gathered() -> Iterator[Link]:
    """Every link to a page of ours in a text that readers see. Texts are read some at a time, and not kept."""
    may_link = Q(description__contains="](") | Q(description__contains="]:") | Q(description__contains="<")
    for texts in TEXTS:
        rows = texts.rows().filter(may_link).order_by("pk").annotate(page_slug=F(texts.slug))
        columns = ("pk", "description", "page_slug", *([texts.artifact] if texts.artifact else []))
        last = 0
        while found := list(rows.filter(pk__gt=last).values_list(*columns)[:PAGE]):
            for pk, text, slug, *of in found:
                page = reverse(texts.page, args=[slug])
                for url in links_in(text):
                    path = path_within(url, page)
                    if path and len(url) <= LONGEST:
                        yield Link(f"{texts.key}:{pk}:description", of[0] if of else None, url, path)
            last = found[-1][0]


def _record(batch: Sequence[Link], now: dt.datetime) -> None:
    verdicts = judged(link.path for link in batch)
    broken = {(link.where, link.url): (link, it) for link in batch if (it := verdicts.get(link.path))}
    rows = BrokenLink.objects.filter(where__in={where for where, _ in broken})
    there = {key: row for row in rows if (key := (row.where, row.url)) in broken}
    new, changed = [], []
    for key, (link, it) in broken.items():
        row = there.get(key) or BrokenLink(where=link.where, url=link.url, found_at=now, checked_at=now)
        leads_to = it.leads_to + _rest(link.url) if it.leads_to else ""
        said = (link.artifact_id, it.wrong, leads_to if len(leads_to) <= LONGEST else "")
        if key not in there:
            new.append(row)
        elif said != (row.artifact_id, row.wrong, row.leads_to):
            changed.append(row)
        row.artifact_id, row.wrong, row.leads_to = said
    # Never the state with it: an editor may decide at this moment.
    BrokenLink.objects.bulk_update(changed, ["artifact", "wrong", "leads_to"], batch_size=200)
    BrokenLink.objects.filter(pk__in=[row.pk for row in there.values()]).update(checked_at=now)
    again = [row.pk for row in there.values() if row.state == LinkState.MENDED]
    BrokenLink.objects.filter(pk__in=again, state=LinkState.MENDED, decided_at__lt=now).update(
        state=LinkState.OPEN, found_at=now, decided_at=None, decided_by=None
    )
    BrokenLink.objects.bulk_create(new, batch_size=200, ignore_conflicts=True)  # another run may have been faster


def _rest(url: str) -> str:
    """A link's query and fragment, which stay with its new address."""
    parts = urlsplit(url)
    return (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _close(now: dt.datetime) -> None:
    """What was not seen to be broken this time leads somewhere again, or is in no text any more."""
    unseen = BrokenLink.objects.filter(state=LinkState.OPEN, checked_at__lt=now)
    last = 0
    while rows := list(unseen.filter(pk__gt=last).order_by("pk").values_list("pk", "url")[:PAGE]):
        ours = [pk for pk, url in rows if path_within(url) is not None]
        unseen.filter(pk__in=ours).update(state=LinkState.MENDED, decided_at=now)
        last = rows[-1][0]
