"""Which capabilities may be one thing under two names: the likeness of their words, by word vectors.

The desk shows the pairs, the likest first, with the words that make them alike. One above the other is no such pair: a
narrower word is meant to be like its broader one. Nor are two that an editor has told apart; that is all this module
stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.desk.tree import Branch
from catalog.models import Capability, Distinction
from catalog.wordvectors import encode

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Cosine of two words' vectors. Looked up on the demo vocabulary: below it most pairs are merely of one subject.
AT_LEAST = 0.8
#: Distinctions that are listed to be taken back, the newest first.
MOST_SHOWN = 50
#: Rows compared at once: with six words a capability, some 30 MB of likenesses at 2,000 capabilities.
AT_ONCE = 100


@dataclass(frozen=True)
class LikePair:
    one: Branch
    other: Branch
    #: The two words that are nearest, one of each.
    words: tuple[str, str]
    likeness: float


class CannotTellApart(Exception):
    pass


def tell_apart(one: int, other: int, *, by: User | None) -> None:
    """Notes that two capabilities are two things. Said twice, it stays said once."""
    first, second = sorted((one, other))
    if Capability.objects.live().filter(pk__in=(first, second)).count() != 2:
        raise CannotTellApart("One of the two is gone, or has been merged.")
    Distinction.objects.get_or_create(first_id=first, second_id=second, defaults={"decided_by": by})


def ask_again(pk: int) -> None:
    """Takes a distinction back. Said twice, it stays taken back."""
    Distinction.objects.filter(pk=pk).delete()


def newest_told_apart() -> list[Distinction]:
    rows = Distinction.objects.select_related("first", "second", "decided_by")
    return list(rows.order_by("-decided_at", "-id")[:MOST_SHOWN])


def told_apart() -> list[tuple[int, int]]:
    return list(Distinction.objects.order_by("id").values_list("first_id", "second_id"))


def like_pairs(
    branches: Sequence[Branch],
    *,
    apart: Iterable[tuple[int, int]] = (),
    at_least: float = AT_LEAST,
    limit: int = 50,
) -> list[LikePair]:
    """The likest pairs of which neither stands above the other, without those that are known to be `apart`."""
    if len(branches) < 2:
        return []
    vectors = encode([word for branch in branches for word in branch.words])
    starts = np.cumsum([0, *(len(branch.words) for branch in branches)])
    likeness = _likeness(vectors, starts)
    place = {branch.pk: index for index, branch in enumerate(branches)}
    for pair in [*_lines(branches, place), *apart]:
        if pair[0] in place and pair[1] in place:
            low, high = sorted((place[pair[0]], place[pair[1]]))
            likeness[low, high] = 0
    pairs = []
    for one, other in _best(likeness, limit):
        if likeness[one, other] < at_least:
            break
        words = vectors[starts[one] : starts[one + 1]] @ vectors[starts[other] : starts[other + 1]].T
        left, right = np.unravel_index(int(words.argmax()), words.shape)
        a, b = branches[one], branches[other]
        pairs.append(LikePair(a, b, (a.words[left], b.words[right]), float(likeness[one, other])))
    return pairs


def likest(pk: int, branches: Sequence[Branch], *, at_least: float = 0.5, limit: int = 6) -> list[Branch]:
    """What a capability may be merged into: those whose words are nearest to its own, wherever they stand."""
    own = next((branch for branch in branches if branch.pk == pk), None)
    others = [branch for branch in branches if branch.pk != pk]
    if own is None or not others:
        return []
    vectors = encode([word for branch in others for word in branch.words])
    starts = np.cumsum([0, *(len(branch.words) for branch in others)])[:-1]
    likeness = np.maximum.reduceat((vectors @ encode(own.words).T).max(axis=1), starts)
    order = np.argsort(-likeness, kind="stable")[:limit]
    return [others[place] for place in order if likeness[place] >= at_least]


def _likeness(vectors: NDArray[np.float32], starts: NDArray[np.int_]) -> NDArray[np.float32]:
    """Of every two capabilities the likeness of their two nearest words; the upper triangle, zeros elsewhere."""
    count = len(starts) - 1
    found = np.zeros((count, count), dtype=np.float32)
    for first in range(0, count, AT_ONCE):
        last = min(first + AT_ONCE, count)
        # Only what lies to the right of the diagonal is wanted.
        block = vectors[starts[first] : starts[last]] @ vectors[starts[first] :].T
        by_row = np.maximum.reduceat(block, starts[first:last] - starts[first], axis=0)
        found[first:last, first:] = np.maximum.reduceat(by_row, starts[first:-1] - starts[first], axis=1)
    return np.triu(found, 1)


def _best(likeness: NDArray[np.float32], limit: int) -> list[tuple[int, int]]:
    """Places of the highest, the highest first."""
    flat = likeness.ravel()
    some = np.argpartition(-flat, limit)[:limit] if limit < flat.size else np.arange(flat.size)
    ordered = some[np.lexsort((some, -flat[some]))]
    return [divmod(int(place), likeness.shape[1]) for place in ordered]


def _lines(branches: Sequence[Branch], place: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Every two of which one stands above the other."""
    broader = {branch.pk: branch.broader_id for branch in branches}
    for branch in branches:
        seen = {branch.pk}
        above = branch.broader_id
        while above is not None and above in place and above not in seen:
            seen.add(above)
            yield branch.pk, above
            above = broader[above]
