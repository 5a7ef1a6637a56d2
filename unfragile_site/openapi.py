"""What the API's description says of itself, and how drf-spectacular is to write it. Plain data, for settings."""

from __future__ import annotations

SPECTACULAR_SETTINGS = {
    "TITLE": "Unfragile API",
    "DESCRIPTION": "AI artifacts, what they can do, and who says so.",
    "VERSION": "1.3.0",  # part of every ETag: raise it when an answer changes its shape
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATION_PARAMETERS": False,
    "TAGS": [
        {"name": "artifacts", "description": "The things one can pick, and all that is known of them."},
        {"name": "vocabulary", "description": "The words artifacts are found by: capabilities, categories, kinds."},
        {"name": "comparisons", "description": "Two to four artifacts side by side, with a verdict to check."},
        {"name": "matching", "description": "Needs in plain words, answered, and what became of the answers."},
        {"name": "manifests", "description": "What publishers say of their artifacts in a file beside them."},
        {"name": "me", "description": "What is yours, with a key made at /owner/keys/."},
    ],
    "ENUM_NAME_OVERRIDES": {
        name: f"catalog.api.enums.{name}"
        for name in (
            *("ArtifactKind", "Lifecycle", "LicenceClass", "PriceClass", "SourceKind", "Origin", "Meter", "DataType"),
            *("Frequency", "Signal", "TakenApartBy", "BenchmarkStanding", "ConfidenceLevel", "FactState", "FactType"),
            "Withdrawn",
        )
    }
    | {
        "CellState": "ranking.comparison.table.State",
        "RowGroup": "ranking.comparison.table.Group",
        "Has": "ranking.comparison.table.Has",
        "Outcome": "ranking.api.comparison_shapes.VERDICTS",
        "OpenWish": "ranking.searching.OPEN",
        "DataTypeWish": "ranking.searching.TYPES",
        "Reported": "ranking.searching.REPORTED",
    }
    | {
        "ClaimState": "claims.choices.ClaimState",
        "ProofMethod": "claims.choices.Method",
        "ProofState": "claims.choices.ProofState",
        "LookedFor": "claims.choices.Outcome",
        "ClaimRole": "claims.choices.Role",
        "ClaimVerb": "claims.api.shapes.VERBS",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "catalog.api.schema.rows_or_tombstones"],
}
