"""What the public sees of a claim: on the page, in lists, and as an image for somebody's README.

Computed from when the proof was last seen, so a badge that nothing confirms any more lapses by itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import escape

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact, Standing
from catalog.state import live_state
from claims.choices import ClaimState, ProofState
from claims.models import Claim, Proof
from claims.proven import standing_of
from claims.wording import method_of

#: Seconds for which an image of it may be kept by whoever shows it.
MAX_AGE = 300
STYLES = ("flat", "plain")


@dataclass(frozen=True)
class Badge:
    is_proven: bool
    #: Of a demo, and no proof of anything.
    is_demo: bool
    method: str
    scope: str
    first_proven_at: dt.datetime
    last_checked_at: dt.datetime
    last_present_at: dt.datetime


def badge_of(artifact_id: int, *, now: dt.datetime) -> Badge | None:
    """None: nobody's, not proven, or of a listing that is not public. One query."""
    proof = (
        Proof.objects.filter(claim__artifact=artifact_id, claim__state=ClaimState.PROVEN, state=ProofState.STANDING)
        .filter(claim__artifact__lifecycle__in=PUBLIC_LIFECYCLES)
        .select_related("claim")
        .first()
    )
    if proof is None or proof.last_present_at is None:
        return None
    claim: Claim = proof.claim
    until = standing_of(proof, claim).badge_until()
    return Badge(
        is_proven=until is not None and now < until,
        is_demo=claim.is_demo,
        method=method_of(proof),
        scope=proof.scope,
        first_proven_at=claim.first_proven_at or proof.first_present_at or proof.issued_at,
        last_checked_at=proof.last_checked_at or proof.last_present_at,
        last_present_at=proof.last_present_at,
    )


# --- as an image ------------------------------------------------------------------------------------------------------


def svg(label: str, value: str, *, style: str = "flat", is_strong: bool = True) -> str:
    """Two fields side by side, as READMEs have them; widths are reckoned, since no font is sent along."""
    left, right = _width(label), _width(value)
    whole = left + right
    ink, ground = ("#fffdf7", "#23302b") if is_strong else ("#3b3a35", "#e4e0d4")
    radius = 3 if style == "flat" else 0
    title = escape(f"{label}: {value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{whole}" height="20" rx="{radius}"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#55524a"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{ground}"/>'
        f'<rect x="{left}" width="1.5" height="20" fill="#c79a3b"/></g>'
        '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2}" y="14" fill="#fffdf7">{escape(label)}</text>'
        f'<text x="{left + right / 2}" y="14" fill="{ink}">{escape(value)}</text></g></svg>'
    )


def _width(text: str) -> int:
    """Verdana at 11 px, near enough: narrow letters, wide ones, and the rest."""
    wide = sum(4 if c in "ijl.,:;|!' " else 10 if c in "mwMW@%" else 7 for c in text)
    return wide + 12


def image_of(artifact: Artifact, *, show: str, style: str, now: dt.datetime) -> str:
    if show == "rank":
        return svg("Unfragile rank", _rank_of(artifact), style=style)
    badge = badge_of(artifact.pk, now=now)
    if badge is None:
        return svg("Unfragile", "not claimed", style=style, is_strong=False)
    if not badge.is_proven:
        return svg("Unfragile", "unconfirmed", style=style, is_strong=False)
    return svg("Unfragile", "demo owner" if badge.is_demo else "owner verified", style=style)


def _rank_of(artifact: Artifact) -> str:
    found = (
        Standing.objects.filter(artifact=artifact, generation=live_state().generation_id)
        .values_list("score", "low", "high")
        .first()
    )
    if found is None:
        return "not ranked yet"
    score, low, high = found
    return f"{score:.0f} ({low:.0f}–{high:.0f})"


def digest_of(drawn: str) -> str:
    return hashlib.sha256(drawn.encode()).hexdigest()[:24]


def snippets(slug: str) -> list[tuple[str, str]]:
    """To be copied into a README: by markup, what shows the badge and leads to the listing."""
    image, page = f"{settings.SITE_URL}/badge/{slug}.svg", f"{settings.SITE_URL}/artifacts/{slug}/"
    words = f"Listed on {settings.SITE_NAME}"
    return [
        ("Markdown", f"[![{words}]({image})]({page})"),
        ("HTML", f'<a href="{page}"><img src="{image}" alt="{words}" height="20"></a>'),
        ("reStructuredText", f".. image:: {image}\n   :target: {page}\n   :alt: {words}"),
    ]
