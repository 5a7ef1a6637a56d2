"""Whether a new link would lead back to where it starts: broader words, successors, lineage.

Asked by the models' own `clean`, level by level; imports, which write many links at once, look at all of them together.
"""

from __future__ import annotations

from typing import Any

from django.db import models


def closes_a_circle(links: models.QuerySet[Any], *, child: str, parent: str, start: int | None, to: int) -> bool:
    """Whether who climbs from `to` comes by `start`. `links` has a row for each step from `child` up to `parent`."""
    return start is not None and start in way_up(links, child=child, parent=parent, start=to)


def way_up(links: models.QuerySet[Any], *, child: str, parent: str, start: int) -> set[int]:
    """Where one comes by who climbs from there, the start itself included."""
    seen: set[int] = set()
    level = {start}
    while level:
        seen |= level
        above = links.filter(**{f"{child}__in": level}).values_list(parent, flat=True)
        level = {pk for pk in above if pk is not None} - seen
    return seen
