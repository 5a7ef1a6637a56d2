"""Static word vectors: how near two texts are in meaning, without a network and in a twentieth of a millisecond.

The one module that knows the encoder. Its weights come inside the `wordllama` package (MIT; they derive from the
embeddings of Llama 2), 256 numbers a word, trained so that the first 64 already serve for a rough search. The
vocabulary's editor and the match engine build on `encode`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 256
#: Texts taken apart at a time, which bounds the memory.
_AT_ONCE = 256


@cache
def _encoder() -> Any:
    # Imported at the first use: it costs a third of a second, and most processes never compare texts.
    import wordllama

    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wordllama")
    encoder = wordllama.WordLlama.load(cache_dir=Path(spec.origin).parent, disable_download=True)
    encoder.tokenizer.no_padding()
    return encoder


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """One row of length 1 per text; a text without known words is all zeros."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    encoder = _encoder()
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    # What its own `embed` computes, without making all texts as long as the longest first.
    for start in range(0, len(texts), _AT_ONCE):
        taken_apart = encoder.tokenize([text or " " for text in texts[start : start + _AT_ONCE]])
        for vector, words in zip(vectors[start:], taken_apart, strict=False):
            if words.ids:
                # A word that the table lacks counts as its last, as with `embed`.
                encoder.embedding.take(words.ids, axis=0, mode="clip").sum(axis=0, out=vector)
                vector /= len(words.ids)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-9)


def nearest(text: str, candidates: Mapping[str, str], *, count: int, at_least: float = 0.3) -> list[str]:
    """Keys of the candidates whose texts are nearest, the nearest first."""
    if not candidates:
        return []
    keys = list(candidates)
    likeness = encode([candidates[key] for key in keys]) @ encode([text])[0]
    order = np.argsort(-likeness, kind="stable")[:count]
    return [keys[i] for i in order if likeness[i] >= at_least]
