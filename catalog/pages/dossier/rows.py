"""Which columns do a dossier's parts take from their tables?

They are read as values, by these names: making instances of up to four models for each row takes longer than a query.
"""

from __future__ import annotations

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
    "benchmark_artifact__slug",
    "benchmark_artifact__name",
    "benchmark_artifact__kind",
    "benchmark_artifact__lifecycle",
)
SOURCE = ("pk", "slug", "title", "url", "kind", "licence", "publisher_id", "publisher__name")
