"""What answers look like, for the OpenAPI description and the page of docs. A test holds them against the shapes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

SITE = "https://unfragile.example"

ROW: dict[str, Any] = {
    "slug": "mixtral-8x7b",
    "name": "Mixtral 8x7B",
    "kind": "model",
    "tagline": "The mixture of experts that made the idea popular",
    "url": f"{SITE}/artifacts/mixtral-8x7b/",
    "rank": {"score": 57.2, "low": 51.0, "high": 63.1, "percentile": 71.0, "coverage": 0.82, "generation": 14},
    "verified": False,
    "publisher": {"slug": "mistral-ai", "name": "Mistral AI"},
    "licence": {"spdx": "Apache-2.0", "class": "permissive"},
    "price": {"text": "Free to download", "class": "free"},
    "lifecycle": "published",
    "offering_count": 5,
    "disputed_count": 1,
    "published_at": "2026-05-31T09:00:00Z",
    "facts_changed_at": "2026-06-02T11:30:00Z",
}
SOURCE: dict[str, Any] = {
    "slug": "mixtral-paper",
    "title": "Mixtral of Experts",
    "url": "https://arxiv.org/abs/2401.04088",
    "kind": "paper",
    "publisher": "Mistral AI",
}
FACTS: list[dict[str, Any]] = [
    {
        "name": "parameters_total",
        "label": "Parameters",
        "value": 46700000000,
        "text": "46.7B",
        "unit": "parameters",
        "origin": "observed",
        "retrieved_on": "2026-05-31",
        "source": SOURCE,
        "state": "known",
        "disputed": False,
        "others": [],
        "condition": "",
        "settled_reason": "",
    }
]
CAPABILITY: dict[str, Any] = {
    "slug": "code-generation",
    "key": "code.generation",
    "uri": "capability://code.generation",
    "name": "Code generation",
    "group": "code",
    "description": "Writes program text from a description of what it should do.",
    "synonyms": ["program synthesis", "writing code"],
    "broader": None,
    "artifact_count": 18,
    "url": f"{SITE}/capabilities/code-generation/",
    "artifacts": f"{SITE}/api/v1/artifacts/?capability=code-generation",
}
CATEGORY: dict[str, Any] = {
    "slug": "open-weights",
    "name": "Open weights",
    "description": "Models one can download and run oneself.",
    "artifact_count": 31,
    "url": f"{SITE}/categories/open-weights/",
    "artifacts": f"{SITE}/api/v1/artifacts/?category=open-weights",
}
KIND: dict[str, Any] = {
    "kind": "dataset",
    "label": "Dataset",
    "plural": "Datasets",
    "sentence": "Collections of examples to train on, search in or measure with.",
    "count": 13,
    "facts": [{"name": "rows", "label": "Rows", "type": "integer", "unit": "rows", "help": ""}],
    "url": f"{SITE}/kinds/dataset/",
    "artifacts": f"{SITE}/api/v1/artifacts/?kind=dataset",
}


def example(value: dict[str, Any], name: str = "Example") -> list[OpenApiExample]:
    return [OpenApiExample(name, value=value, response_only=True, status_codes=["200"])]
