"""Everything the catalog says about one artifact, gathered once for its page and its API answer.

    dossier_of(artifact, state=..., today=...) -> Dossier

Ten queries whatever the artifact holds; the parts are frozen dataclasses, so that a template or serializer can neither
query nor decide.
"""

from __future__ import annotations

from catalog.pages.dossier.gather import dossier_of
from catalog.pages.dossier.shapes import Dossier

__all__ = ["Dossier", "dossier_of"]
