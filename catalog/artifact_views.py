"""How often each artifact's page is looked at. `views.looking` says who looked at what; owners are told the sums."""

from __future__ import annotations

import atexit

from django.core.signals import request_finished

from catalog.looks import Looks
from catalog.models import Artifact, ArtifactTally


def _known(slugs: set[str]) -> dict[str, int]:
    return dict(Artifact.objects.public().filter(slug__in=slugs).values_list("slug", "pk"))


VIEWS = Looks("artifacts", ArtifactTally, "artifact_id", _known)


def connect() -> None:
    request_finished.connect(VIEWS.write_if_due, dispatch_uid="catalog_artifact_views")
    atexit.register(VIEWS.write)
