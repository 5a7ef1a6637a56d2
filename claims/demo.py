"""The demo's claims: the word stands at this very site, so that a claim can be seen at work on a machine that no
owner's server knows of. Such a claim says wherever it is shown that it is the demo's; in production there is none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User

from catalog.changes import change
from catalog.models import Artifact
from catalog.network import CLAIMS
from claims import tokens
from claims.audit import written
from claims.choices import Method, ProofState
from claims.models import Claim, Proof
from claims.proofs import Asked, Reach, Seen, well_known

#: The strict profile, but for this: our own address is one of the inside, and has no certificate. It is asked only
#: where it is named in NETWORK_ENDPOINTS, as `serve` does.
_HERE = replace(CLAIMS, name="claims-demo", schemes=frozenset({"http", "https"}), may_use_endpoints=True)


def open_claim(artifact: Artifact, *, by: User, now: dt.datetime) -> Proof:
    """To be looked for like any other, as soon as the site answers."""
    if settings.PRODUCTION:
        raise RuntimeError("A demo's claim proves nothing, so there is none in production.")
    with change():
        claim = Claim.objects.create(artifact=artifact, opened_by=by, opened_at=now, is_demo=True)
        written("opened", at=now, actor=by.pk, artifact=artifact.pk, claim=claim.pk, after={"state": claim.state})
        return Proof.objects.create(
            claim=claim,
            method=Method.WELL_KNOWN,
            place=urlsplit(settings.SITE_URL).netloc,
            scope="this demo, which is nobody's website",
            token=tokens.challenge(),
            issued_at=now,
            next_check_at=now,
        )


def served() -> dict[str, list[str]]:
    """What stands at our own address. Empty where nobody has a claim of the demo."""
    found = Proof.objects.filter(claim__is_demo=True).exclude(state=ProofState.OVER).order_by("pk")
    tokens_there = list(found.values_list("token", flat=True))
    return {well_known.KEY: tokens_there} if tokens_there else {}


def look(asked: Asked, reach: Reach) -> Seen:
    return well_known.look_at(f"{settings.SITE_URL}{well_known.PATH}", asked, reach, profile=_HERE)
