"""Which columns do a dossier's parts take from their tables?

They are read as values, by these names: making instances of up to four models for each row takes longer than a query.
"""

from __future__ import annotations

#: How another artifact is named, and whether it may be.
_NAMED = ("slug", "name", "kind", "lifecycle")
OFFERING = (
    "pk",
    "artifact_id",
    "position",
    "title",
    "description",
    "unique",
    "intents",
    "best_for",
    "limitations",
    "requires",
    "input_types",
    "output_types",
    "failure_modes",
    "taken_apart_by",
    "capability__slug",
    "capability__name",
    "capability__key",
)
EVIDENCE = ("pk", "offering_id", "source_id", "quote", "dated_on", "origin")
#: With what it says against others and what shows it: a row for each such word and piece of evidence.
OFFERING_WITH_ALL = (
    *OFFERING,
    *(f"contrasts__{column}" for column in ("pk", "text", "reply", "replied_to", "replied_on")),
    *(f"contrasts__artifact__{column}" for column in _NAMED),
    *(f"evidence__{column}" for column in EVIDENCE),
)
FACT = (
    "pk",
    "artifact_id",
    "name",
    "value",
    "source_id",
    "retrieved_on",
    "origin",
    "condition",
    "settled_reason",
    "settled_at",
    "is_stated",
    "is_disputed",
)
PRICE = (
    "pk",
    "artifact_id",
    "provider",
    "meter",
    "amount",
    "currency",
    "per",
    "tier",
    "valid_from",
    "valid_to",
    "source_id",
    "retrieved_on",
)
RESULT = (
    "pk",
    "artifact_id",
    "benchmark",
    "version",
    "score",
    "low",
    "high",
    "metric",
    "higher_is_better",
    "measured_on",
    "standing",
    "source_id",
    *(f"benchmark_artifact__{column}" for column in _NAMED),
)
READING = ("pk", "signal", "value", "observed_at", "source_id")
LINEAGE = (
    "pk",
    "relation",
    "detail",
    "keeps_architecture",
    "source_id",
    *(f"{end}__{column}" for end in ("artifact", "parent") for column in ("pk", *_NAMED)),
)
RELATED = (
    "pk",
    "position",
    "overlap",
    "shared",
    "shared_count",
    "is_alternative",
    *(f"other__{column}" for column in ("slug", "name", "kind", "tagline")),
)
SOURCE = ("pk", "slug", "title", "url", "kind", "licence", "publisher_id", "publisher__name")
