"""Whether a new link would lead back to where it starts: broader words, successors, lineage.

Asked by the models' own `clean`, level by level; imports, which write many links at once, look at all of them together.
"""

from __future__ import annotations

from typing import Any

from django.db import models


def closes_a_circle(links: models.QuerySet[Any], *, child: str, parent: str, start: int | None, to: int) -> bool:
    """Whether who climbs from `to` comes by `start`. `links` has a row for each step from `child` up to `parent`."""
    seen: set[int] = set()
    level = {to}
    while level:
        if start in level:
            return True
        seen |= level
        above = links.filter(**{f"{child}__in": level}).values_list(parent, flat=True)
        level = {pk for pk in above if pk is not None} - seen
    return False
