"""The vocabulary as a tree: groups, what is broader, what is narrower, and how much each word is used.

Three queries however large the vocabulary is; all else is computed from the rows they give. Beside it the one verb that
reshapes the tree, `reparent`; renaming and merging are in catalog.vocabulary and catalog.desk.merging.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count

from catalog.changes import change
from catalog.models import Capability, Offering, Synonym
from catalog.models.circles import closes_a_circle
from catalog.models.fields import sort_key
from catalog.pages.index import group_name


class CannotReparent(Exception):
    pass


@dataclass(frozen=True)
class Branch:
    """One capability where it stands in the tree."""

    pk: int
    key: str
    name: str
    broader_id: int | None
    synonyms: tuple[str, ...]
    #: How many levels lie above it.
    depth: int
    #: Public artifacts that offer it, and public offerings of whatever is narrower.
    offered: int
    offered_below: int
    #: False where a filter kept it only for something narrower.
    is_match: bool = True

    @property
    def is_unused(self) -> bool:
        return not self.offered + self.offered_below

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


@dataclass(frozen=True)
class Group:
    key: str
    name: str
    #: In the order of reading: each is followed by what is narrower.
    branches: tuple[Branch, ...]

    @property
    def count(self) -> int:
        return sum(branch.is_match for branch in self.branches)


def whole_tree() -> list[Group]:
    """All of the vocabulary, each tree in the group of what stands at its top."""
    rows = Capability.objects.live().order_by("sort_name", "id").values_list("pk", "key", "name", "broader_id")
    counts = Offering.objects.public().order_by().values("capability").annotate(count=Count("pk"))
    offered = dict(counts.values_list("capability", "count"))
    synonyms: dict[int, list[str]] = defaultdict(list)
    for owner, text in Synonym.objects.order_by("key").values_list("capability", "text"):
        synonyms[owner].append(text)

    branches = [
        Branch(pk, key, name, broader, tuple(synonyms[pk]), depth=0, offered=offered.get(pk, 0), offered_below=0)
        for pk, key, name, broader in rows
    ]
    groups: dict[str, list[Branch]] = defaultdict(list)
    group = ""
    for branch in _in_reading_order(branches):
        if branch.depth == 0:
            group = branch.key.partition(".")[0]
        groups[group].append(branch)
    found = [Group(key, group_name(key), tuple(some)) for key, some in groups.items()]
    return sorted(found, key=lambda group: sort_key(group.name))


def _in_reading_order(branches: list[Branch]) -> Iterator[Branch]:
    """Each followed by what is narrower, with its depth and the sum of what is offered below it.

    What no top leads to, because imports closed a circle, stands at the top itself: out of sight nobody could mend it.
    """
    known = {branch.pk for branch in branches}
    below: dict[int, list[Branch]] = defaultdict(list)
    tops = []
    for branch in branches:
        if branch.broader_id in known:
            below[branch.broader_id].append(branch)
        else:
            tops.append(branch)
    placed: dict[int, int] = {}  # pk -> depth, in the order of reading
    for top in [*tops, *branches]:
        waiting = [(top, 0)]
        while waiting:
            branch, depth = waiting.pop()
            if branch.pk not in placed:
                placed[branch.pk] = depth
                waiting += [(narrower, depth + 1) for narrower in reversed(below[branch.pk])]
    by_pk = {branch.pk: branch for branch in branches}
    sums: dict[int, int] = defaultdict(int)
    for pk in reversed(placed):  # what is narrower comes first
        broader = by_pk[pk].broader_id
        if broader is not None and placed[pk]:
            sums[broader] += by_pk[pk].offered + sums[pk]
    for pk, depth in placed.items():
        yield replace(by_pk[pk], depth=depth, offered_below=sums[pk])


def narrowed(groups: list[Group], *, words: str = "", only_unused: bool = False) -> list[Group]:
    """What has all these words in its name, key or synonyms, with what stands above it so that it stays a tree."""
    wanted = sort_key(words).split()
    if not wanted and not only_unused:
        return groups
    found = []
    for group in groups:
        kept: dict[int, Branch] = {}
        above: list[Branch] = []
        for branch in group.branches:
            del above[branch.depth :]
            if (branch.is_unused or not only_unused) and _says(branch, wanted):
                kept |= {broader.pk: replace(broader, is_match=False) for broader in above if broader.pk not in kept}
                kept[branch.pk] = branch
            above.append(branch)
        if kept:
            found.append(replace(group, branches=tuple(kept.values())))
    return found


def _says(branch: Branch, wanted: list[str]) -> bool:
    said = [branch.key, *(sort_key(text) for text in branch.words)]
    return all(any(word in text for text in said) for word in wanted)


def reparent(capability: Capability, *, to: Capability | None, why: str = "") -> Capability:
    """Puts a capability, with all that is narrower, below another one, or at the top. Its key and address stay."""
    with change(why=why.strip()):
        # Read again inside: two editors may be moving parts of one tree, each into the other.
        pks = [capability.pk] if to is None else [capability.pk, to.pk]
        rows = {row.pk: row for row in Capability.objects.select_for_update().filter(pk__in=pks)}
        if len(rows) != len(set(pks)):
            raise CannotReparent("One of the two is gone.")
        capability, to = rows[capability.pk], rows[to.pk] if to is not None else None
        _check(capability, to)
        capability.broader = to
        capability.save()
    return capability


def _check(capability: Capability, to: Capability | None) -> None:
    if capability.merged_into_id:
        raise CannotReparent(f"“{capability}” has been merged; it has no place in the tree any more.")
    if to is None:
        if capability.broader_id is None:
            raise CannotReparent(f"“{capability}” stands at the top already.")
        return
    if to.pk == capability.pk:
        raise CannotReparent("A capability cannot be broader than itself.")
    if to.merged_into_id:
        raise CannotReparent(f"“{to}” has been merged; choose what it was merged into.")
    if to.pk == capability.broader_id:
        raise CannotReparent(f"“{capability}” stands below “{to}” already.")
    if closes_a_circle(Capability.objects.all(), child="pk", parent="broader_id", start=capability.pk, to=to.pk):
        raise CannotReparent(f"“{to}” is narrower than “{capability}”, which would then be above itself.")
