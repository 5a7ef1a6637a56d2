"""Whether an address of this site leads its readers to a page; and where it should lead, if that is known.

Paths are judged many at a time: the router says what each asks for, the database which of all those words there are.
Called by links.py once a day, and by mending.py for the address that an editor enters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve, reverse

from catalog.choices import PUBLIC_LIFECYCLES, Kind, Lifecycle, LinkWrong
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    CapabilityAlias,
    Category,
    Evidence,
    Fact,
    Lineage,
    Price,
    Reading,
    Report,
    Source,
)

#: Merges and successions that are followed from one listing to the next.
STEPS = 5

#: Pages that are there for some words and not for others: what sort of row the word must name.
WORD_OF: dict[str, tuple[str, str]] = {
    "catalog:artifact-detail": ("artifact", "slug"),
    "catalog:artifact-alternatives": ("artifact", "slug"),
    "catalog:artifact-changes": ("artifact", "slug"),
    "catalog:capability-detail": ("capability", "slug"),
    "catalog:category-detail": ("category", "slug"),
    "catalog:kind-detail": ("kind", "kind"),
    "catalog:source-detail": ("source", "slug"),
    "catalog:report-outcome": ("report", "code"),
}


@dataclass(frozen=True)
class Target:
    """What a path asks for. `sort` is empty for a page that is always there."""

    name: str
    sort: str = ""
    argument: str = ""
    word: str = ""
    lacks_slash: bool = False

    def path(self, word: str) -> str:
        return reverse(self.name, kwargs={self.argument: word})


@dataclass(frozen=True)
class Verdict:
    wrong: str
    leads_to: str = ""


@dataclass(frozen=True)
class Standing:
    """How a listing's own address answers, and the listing that took its place."""

    answer: str  # "", or a LinkWrong
    heir: str = ""


@dataclass
class Known:
    """All that the words of one batch name."""

    artifacts: dict[str, Standing] = field(default_factory=dict)
    #: Old words with the one that is in use, by sort.
    moved: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    #: Words that are in use, by sort.
    there: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def path_within(url: str, page: str = "/") -> str | None:
    """The path of this site that a link on one of its pages leads to; None if it leads elsewhere or stays there."""
    if not url or url.startswith(("#", "?")):
        return None
    site = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(urljoin(settings.SITE_URL + page, url))
    except ValueError:  # an address that is none, such as http://[/
        return None
    if parts.scheme not in ("http", "https") or parts.netloc != site.netloc:
        return None
    return unquote(parts.path) or "/"


def target_of(path: str) -> Target | None:
    """The page that answers at a path, or None."""
    for lacks_slash in (False, True):
        try:
            match = resolve(path + "/" * lacks_slash)
        except Resolver404:
            match = None
        # The desk is no page for readers, and "nowhere" answers for what is not there.
        if match and "admin" not in match.namespaces and match.url_name != "nowhere":
            sort, argument = WORD_OF.get(match.view_name, ("", ""))
            return Target(match.view_name, sort, argument, match.kwargs.get(argument, ""), lacks_slash)
        if path.endswith("/"):
            break
    return None


def judged(paths: Iterable[str]) -> dict[str, Verdict | None]:
    """For each path what is wrong with it, or None. A constant number of queries."""
    static = f"/{settings.STATIC_URL.strip('/')}/"
    targets = {path: target_of(path) for path in set(paths) if not path.startswith(static)}
    known = _known([target for target in targets.values() if target])
    return {path: verdict(path, target, known) for path, target in targets.items()}


def verdict(path: str, target: Target | None, known: Known) -> Verdict | None:
    if target is None:
        return Verdict(LinkWrong.NOT_FOUND)
    found = Verdict("")
    if target.sort == "artifact":
        found = _of_artifact(target, known)
    elif target.sort and target.word not in known.there[target.sort]:
        word = known.moved[target.sort].get(target.word)
        found = Verdict(LinkWrong.MOVED, target.path(word)) if word else Verdict(LinkWrong.NOT_FOUND)
    if not found.wrong and target.lacks_slash:
        return Verdict(LinkWrong.MOVED, f"{path}/")
    return found if found.wrong else None


def _of_artifact(target: Target, known: Known) -> Verdict:
    # As its page does: an artifact's own address wins over another's old one.
    word = target.word if target.word in known.artifacts else known.moved["artifact"].get(target.word, "")
    for _ in range(STEPS):
        standing = known.artifacts.get(word)
        if standing is None:
            return Verdict(LinkWrong.NOT_FOUND)
        if standing.answer == "":
            return Verdict(LinkWrong.MOVED, target.path(word)) if word != target.word else Verdict("")
        if standing.answer != LinkWrong.MOVED:
            heir = known.artifacts.get(standing.heir)
            leads_to = target.path(standing.heir) if heir and heir.answer == "" else ""
            return Verdict(standing.answer, leads_to)
        word = standing.heir
    return Verdict(LinkWrong.NOT_FOUND)


def _known(targets: Sequence[Target]) -> Known:
    words: Mapping[str, set[str]] = defaultdict(set)
    for target in targets:
        words[target.sort].add(target.word)
    known = Known()
    _learn_artifacts(known, words["artifact"])
    _learn(known, "capability", Capability.objects.live().filter(slug__in=words["capability"]))
    # An old address of a capability that was merged since leads to the one it went into, by the alias of the merge.
    aliases = CapabilityAlias.objects.filter(slug__in=words["capability"]).select_related("capability")
    known.moved["capability"] = {str(alias.slug): alias.capability.slug for alias in aliases}
    _learn(known, "category", Category.objects.filter(slug__in=words["category"]))
    _learn(known, "source", cited(Source.objects.filter(slug__in=words["source"])))
    known.there["report"] = set(Report.objects.filter(code__in=words["report"]).values_list("code", flat=True))
    known.there["kind"] = set(Kind.values)
    return known


def _learn(known: Known, sort: str, rows: QuerySet) -> None:
    known.there[sort] = set(rows.values_list("slug", flat=True))


def _learn_artifacts(known: Known, words: set[str]) -> None:
    known.moved["artifact"] = dict(Alias.objects.filter(slug__in=words).values_list("slug", "artifact__slug"))
    asked = words | set(known.moved["artifact"].values())
    for _ in range(STEPS):
        if not asked:
            return
        rows = Artifact.objects.filter(slug__in=asked).values_list(
            "slug", "lifecycle", "published_at", "merged_into__slug", "deprecated_by__slug"
        )
        for slug, lifecycle, published_at, merged_into, deprecated_by in rows:
            if published_at is None or lifecycle not in (*PUBLIC_LIFECYCLES, Lifecycle.WITHDRAWN):
                known.artifacts[slug] = Standing(LinkWrong.UNPUBLISHED)
            elif merged_into:
                known.artifacts[slug] = Standing(LinkWrong.MOVED, merged_into)
            elif lifecycle == Lifecycle.WITHDRAWN:
                known.artifacts[slug] = Standing(LinkWrong.GONE, deprecated_by or "")
            else:
                known.artifacts[slug] = Standing("")
        asked = {one.heir for one in known.artifacts.values() if one.heir} - known.artifacts.keys()


def cited(sources: QuerySet[Source]) -> QuerySet[Source]:
    """Those whose page is there: a source that no public artifact cites has none."""
    public = {"artifact__lifecycle__in": PUBLIC_LIFECYCLES}
    statements: list[QuerySet[Any]] = [
        *(model.objects.filter(**public) for model in (Fact, Price, BenchmarkResult, Reading)),
        Evidence.objects.filter(offering__artifact__lifecycle__in=PUBLIC_LIFECYCLES),
        Lineage.objects.filter(**public, parent__lifecycle__in=PUBLIC_LIFECYCLES),
    ]
    by = Q()
    for rows in statements:
        by |= Q(Exists(rows.filter(source=OuterRef("pk"))))
    return sources.filter(by)
