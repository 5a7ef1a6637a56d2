"""Whether what artifacts and sources lead to elsewhere is still there: asked a few hundred at a time, the oldest first.

A page that is not there on three days is a broken link, as those of links.py are. Whatever else comes, be it silence,
a closed door or an error of theirs, says nothing about the page, and is asked again when its turn has come.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.choices import LinkState, LinkVerdict, LinkWrong
from catalog.desk.addresses import cited, path_within
from catalog.models import Artifact, BrokenLink, OutsideLink, Source
from catalog.network import LINKS, CannotFetch, Door, fetch

#: Links asked in one run, and seconds it may take: a worker has other things to do.
MOST, SECONDS = 300, 600.0
#: No link is asked more often than once a day.
EVERY = dt.timedelta(hours=20)
#: Hosts move, and come back: so many days make a page gone.
DAYS = 3
GONE = (404, 410)


@dataclass(frozen=True)
class Column:
    """Where such an address stands."""

    key: str
    name: str
    rows: Callable[[], QuerySet]
    artifact: str = ""


COLUMNS = (
    Column("artifact", "homepage", Artifact.objects.public, "pk"),
    Column("artifact", "repository", Artifact.objects.public, "pk"),
    Column("source", "url", lambda: cited(Source.objects.all())),
)


@dataclass
class Asked:
    """What came of a run."""

    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LinkVerdict.values, 0))
    #: Links whose turn has come, but not in this run.
    waiting: int = 0

    def __str__(self) -> str:
        came = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items())
        return f"Asked {sum(self.verdicts.values())} links elsewhere: {came}. {self.waiting} wait for their turn."


def check_outside(*, now: dt.datetime, most: int = MOST, seconds: float = SECONDS, door: Door | None = None) -> Asked:
    """Run again at once, it asks for nothing twice."""
    _gather()
    asked, ends = Asked(), time.monotonic() + seconds
    for link in _due(now)[:most]:
        if time.monotonic() > ends:
            break
        # Whoever sets the time first asks; another run may have read the same row.
        if OutsideLink.objects.filter(pk=link.pk, asked_at=link.asked_at).update(asked_at=now) != 1:
            continue
        places = _places(link.url)
        if not places:
            link.delete()
            continue
        verdict, status = verdict_on(link.url, door=door)
        asked.verdicts[verdict] += 1
        _record(link, verdict, status, now)
        _report(link, places, now)
    _close_moved(now)
    asked.waiting = _due(now).count()
    return asked


def verdict_on(url: str, *, door: Door | None = None) -> tuple[LinkVerdict, int | None]:
    try:
        status = fetch(url, profile=LINKS, door=door).status
    except CannotFetch:
        return LinkVerdict.UNKNOWN, None
    if status in GONE:
        return LinkVerdict.GONE, status
    return (LinkVerdict.PRESENT if 200 <= status < 300 else LinkVerdict.UNKNOWN), status


def _gather() -> None:
    """Adds what has come to lead elsewhere since the last run."""
    for column in COLUMNS:
        known = OutsideLink.objects.filter(url=OuterRef(column.name))
        rows = column.rows().exclude(**{column.name: ""}).filter(~Exists(known))
        urls = {url for url in rows.values_list(column.name, flat=True) if path_within(url) is None}
        OutsideLink.objects.bulk_create(
            [OutsideLink(url=url) for url in sorted(urls)], batch_size=500, ignore_conflicts=True
        )


def _due(now: dt.datetime) -> QuerySet[OutsideLink]:
    due = OutsideLink.objects.filter(Q(asked_at=None) | Q(asked_at__lte=now - EVERY))
    return due.order_by(F("asked_at").asc(nulls_first=True), "pk")


def _places(url: str) -> dict[str, int | None]:
    """Where readers see it, with the artifact it is of."""
    places: dict[str, int | None] = {}
    for column in COLUMNS:
        for pk in column.rows().filter(**{column.name: url}).values_list("pk", flat=True):
            places[f"{column.key}:{pk}:{column.name}"] = pk if column.artifact else None
    return places


def _record(link: OutsideLink, verdict: LinkVerdict, status: int | None, now: dt.datetime) -> None:
    link.verdict, link.status = verdict, status
    if verdict == LinkVerdict.PRESENT:
        link.gone_days, link.gone_on = 0, None
    elif verdict == LinkVerdict.GONE and link.gone_on != now.date():
        link.gone_days, link.gone_on = min(link.gone_days + 1, DAYS), now.date()
    link.save(update_fields=["verdict", "status", "gone_days", "gone_on"])


def _report(link: OutsideLink, places: dict[str, int | None], now: dt.datetime) -> None:
    """To the desk's queue, and from it once the page is there again. Never the state of what an editor set aside."""
    rows = BrokenLink.objects.filter(url=link.url)
    if link.verdict == LinkVerdict.PRESENT:
        rows.filter(state=LinkState.OPEN).update(state=LinkState.MENDED, decided_at=now, decided_by=None)
    elif link.verdict == LinkVerdict.GONE and link.gone_days >= DAYS:
        rows.filter(where__in=places, state=LinkState.MENDED).update(
            state=LinkState.OPEN, found_at=now, decided_at=None, decided_by=None
        )
        rows.filter(where__in=places).update(status=link.status, checked_at=now)
        new = [
            BrokenLink(
                where=where, artifact_id=of, url=link.url, wrong=LinkWrong.NOT_FOUND, status=link.status,
                found_at=now, checked_at=now,
            )
            for where, of in places.items()
        ]  # fmt: skip
        BrokenLink.objects.bulk_create(new, ignore_conflicts=True)


def _close_moved(now: dt.datetime) -> None:
    """Rows of the queue about a place that has another address by now, or that no reader sees any more."""
    for column in COLUMNS:
        prefix, suffix = f"{column.key}:", f":{column.name}"
        reported = BrokenLink.objects.filter(state=LinkState.OPEN, where__startswith=prefix, where__endswith=suffix)
        for link in reported:
            if link.where not in _places(link.url):
                reported.filter(pk=link.pk).update(state=LinkState.MENDED, decided_at=now)
