"""What pages show of claims. At most one query a tag, and none where nobody ever proved anything."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from claims.badge import badge_of
from claims.models import Claim
from claims.numbers import Numbers
from claims.permissions import Verb, may
from ranking.charts import Bar, bars_svg
from ranking.comparison.key import key_of

register = template.Library()


@register.inclusion_tag("claims/_panel.html")
def claim_panel(artifact: Any) -> dict[str, Any]:
    claimed = artifact.verified_until is not None
    return {"artifact": artifact, "badge": badge_of(artifact.pk, now=timezone.now()) if claimed else None}


@register.simple_tag(takes_context=True)
def may_do(context: dict[str, Any], verb: str, claim: Claim) -> bool:
    """For what a page offers; each page asks again for itself."""
    return may(context["request"].user, Verb(verb), claim, now=timezone.now())


@register.simple_tag
def weeks_chart(numbers: Numbers, what: str) -> SafeString:
    """Views by week, or how often it was shown with what was chosen of it. The table below it says the same."""
    if what == "views":
        bars = [Bar(week.views, is_open=week.is_running) for week in numbers.weeks]
        return bars_svg(bars, f"Views by week, {numbers.views} in all; the weeks stand in the table below.")
    bars = [Bar(week.shown, week.chosen or 0) for week in numbers.weeks]
    return bars_svg(
        bars, f"Shown {numbers.shown} times and chosen {numbers.chosen}; the weeks stand in the table below."
    )


@register.simple_tag
def comparison_of(*slugs: str) -> str:
    return reverse("ranking:comparison", args=[key_of(slugs)])
