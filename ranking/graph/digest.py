"""A digest of the graph and of what feedback weighs, without keys of rows and times of folding.

Two sites, or one before and after a quarantine was lifted, have the same graph where they have the same digest.
"""

from __future__ import annotations

import hashlib
import json

from ranking.models import Edge, Feedback, Fold, Intent, Search


def digest() -> str:
    said = hashlib.sha256()
    intents = Intent.objects.order_by("key").values_list(
        "key", "name", "is_blocked", "searches_count", "unanswered_count", "actors_count", "merged_into__key"
    )
    edges = Edge.objects.order_by("intent__key", "capability__slug", "artifact__slug").values_list(
        "intent__key",
        "capability__slug",
        "artifact__slug",
        "shown",
        "examined",
        "chosen",
        "worked",
        "failed",
        "networks",
    )
    searches = Search.objects.filter(is_excluded=False).order_by("key").values_list("key", "intent__key")
    feedback = (
        Feedback.objects.filter(is_excluded=False)
        .order_by("search_key", "act")
        .values_list("search_key", "act", "weight")
    )
    for rows in (intents, edges, searches, feedback, Fold.objects.values_list("priors")):
        for row in rows:
            said.update(json.dumps(row, default=str).encode())
        said.update(b"\n")
    return said.hexdigest()
