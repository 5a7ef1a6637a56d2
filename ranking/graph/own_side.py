"""Is this somebody's word on what is their own? Ranking does not know who owns what; whoever does, says so here.

Asked once, when feedback is given: the answer is kept in its row as a doubt, and never asked again. So that somebody
claims an artifact, or gives it up, changes nothing that was counted before, and no fold ever depends on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from catalog.models import Related

#: Each gives the artifacts that somebody looks after: this person, or who has signed in from this network of late.
REGISTER: list[Callable[[str, int | None, dt.datetime], Collection[int]]] = []


def is_own(artifact: int, *, among: Collection[int], network: str, person: int | None, now: dt.datetime) -> bool:
    """Theirs, or what competes with it: for the same need (`among` is what the answer held), or by capabilities."""
    own = {pk for told in REGISTER for pk in told(network, person, now)}
    if not own:
        return False
    return (
        artifact in own
        or not own.isdisjoint(among)
        or Related.objects.filter(artifact__in=own, other=artifact, is_alternative=True).exists()
    )
