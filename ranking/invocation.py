"""How an artifact is taken into use, in a line, where its identifiers say so. Pure; nothing is guessed.

A registry's id says how things of that registry are fetched or started; where the kind leaves several ways open there
is no line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.choices import Kind


@dataclass(frozen=True)
class Invocation:
    text: str
    #: The identifier's scheme that it follows from.
    scheme: str


#: What one starts as a program, and what one builds with.
_STARTED = frozenset({Kind.MCP, Kind.CLI, Kind.AGENT})
_BUILT_WITH = frozenset({Kind.FRAMEWORK, Kind.REPO})
_MODELS = frozenset({Kind.MODEL, Kind.FINETUNE})


def invocation_of(kind: str, identifiers: Mapping[str, str]) -> Invocation | None:
    """`identifiers` are the artifact's ids by scheme."""
    lines = (
        ("npm", _STARTED, "npx -y {}"),
        ("pypi", _STARTED, "uvx {}"),
        ("npm", _BUILT_WITH, "npm install {}"),
        ("pypi", _BUILT_WITH, "pip install {}"),
        ("docker", _STARTED, "docker run -i --rm {}"),
        ("huggingface", _MODELS, "hf download {}"),
        ("huggingface", frozenset({Kind.DATASET}), "hf download --repo-type dataset {}"),
    )
    for scheme, kinds, line in lines:
        if kind in kinds and scheme in identifiers:
            return Invocation(line.format(identifiers[scheme]), scheme)
    return None
