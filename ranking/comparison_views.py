"""How often each comparison is looked at. `views.counting` says who looked at what; suggestions read the sums."""

from __future__ import annotations

import atexit
from typing import Any

from django.core.signals import request_finished

from catalog.looks import Looks
from catalog.models import Artifact
from ranking import compared
from ranking.comparison.key import LEAST, MOST, SEPARATOR
from ranking.models import ComparisonTally
from ranking.models.comparison import members_of


def _known(keys: set[str]) -> dict[str, str]:
    """Of each key that still means something."""
    slugs = {key: key.split(SEPARATOR) for key in keys}
    ids = dict(
        Artifact.objects.public()
        .filter(slug__in={slug for those in slugs.values() for slug in those})
        .values_list("slug", "pk")
    )
    return {
        key: members_of(ids[slug] for slug in those)
        for key, those in slugs.items()
        if LEAST <= len(those) <= MOST and all(slug in ids for slug in those)
    }


VIEWS = Looks("comparisons", ComparisonTally, "members", _known)


def write_if_due(**kwargs: Any) -> None:
    """After every answer; nearly always there is nothing to do."""
    VIEWS.write_if_due()
    compared.refresh_if_due()


def connect() -> None:
    request_finished.connect(write_if_due, dispatch_uid="ranking_comparison_views")
    atexit.register(VIEWS.write)
