"""Among how many does an artifact have its place? From memory: no query of its own."""

from __future__ import annotations

import numpy as np

from catalog.columns import columns
from catalog.models import Artifact
from catalog.state import State


def placed_among(artifact: Artifact, kind: str, state: State) -> int:
    """How many have a place in its kind; 0 where it has been made another kind since. From memory."""
    if artifact.kind != kind:
        return 0
    held = columns(state)
    return int(np.count_nonzero(held.where("kind", [kind]) & ~np.isnan(held.percentile)))
