"""Which capabilities a reader may have meant, when no artifact is called by their words."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.columns import Columns, Term
from catalog.held import forgets
from catalog.models import Capability
from catalog.wordvectors import encode

AT_LEAST = 0.35  # below this the likeness of short texts is chance


@lru_cache(maxsize=2)
def _vectors(version: int) -> tuple[tuple[int, ...], NDArray[np.float32]]:
    """The vocabulary as vectors, once per version of the facts. A name and its synonyms are one text."""
    texts: dict[int, list[str]] = {}
    words = Capability.objects.live().order_by("pk").values_list("pk", "name", "description", "synonyms__text")
    for pk, name, description, synonym in words:
        texts.setdefault(pk, [name, description]).append(synonym or "")
    return tuple(texts), encode([" ".join(parts) for parts in texts.values()])


@forgets
def forget() -> None:
    """Drops the vectors; tests start each with none."""
    _vectors.cache_clear()


def capabilities_near(text: str, held: Columns, *, count: int = 5) -> list[Term]:
    """The nearest first; none where nothing comes near."""
    ids, vectors = _vectors(held.state.version)
    if not ids:
        return []
    likeness: Any = vectors @ encode([text[:300]])[0]
    order = np.argsort(-likeness, kind="stable")[:count]
    return [held.capabilities[ids[i]] for i in order if likeness[i] >= AT_LEAST and ids[i] in held.capabilities]
