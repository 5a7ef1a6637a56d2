"""What pages show of claims. At most one query a tag, and none where nobody ever proved anything."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from claims.badge import badge_of
from claims.models import Claim
from claims.permissions import Verb, may

register = template.Library()


@register.inclusion_tag("claims/_panel.html")
def claim_panel(artifact: Any) -> dict[str, Any]:
    claimed = artifact.verified_until is not None
    return {"artifact": artifact, "badge": badge_of(artifact.pk, now=timezone.now()) if claimed else None}


@register.simple_tag(takes_context=True)
def may_do(context: dict[str, Any], verb: str, claim: Claim) -> bool:
    """For what a page offers; each page asks again for itself."""
    return may(context["request"].user, Verb(verb), claim, now=timezone.now())
