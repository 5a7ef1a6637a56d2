"""What pages show of the match graph: counts, intents, a piece of it as a picture. At most two queries a tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from ranking.graph import intents
from ranking.graph.pictures import Link, neighbourhood_svg, share_svg
from ranking.models import Intent
from ranking.templatetags.ranks import why_of

register = template.Library()
register.simple_tag(share_svg, name="share_bar")

#: Artifacts in the picture of an intent: more are a thicket.
DRAWN = 8


@register.simple_tag
def popular_intents() -> list[Intent]:
    return intents.popular()


@register.inclusion_tag("ranking/_neighbourhood.html")
def neighbourhood(intent: Intent, served: Sequence[intents.Served]) -> dict[str, Any]:
    """An intent, over which capabilities it was answered, and by what. No queries."""
    links = [
        Link(
            intent.name,
            name,
            one.row.name,
            one.shown / max(len(one.capabilities), 1),
            one.chosen / max(len(one.capabilities), 1),
        )
        for one in served[:DRAWN]
        for _, name in one.capabilities
    ]
    return {"picture": _picture(links, f"From “{intent.name}” over capabilities to what serves it", intent.name)}


@register.inclusion_tag("ranking/_match_panel.html", takes_context=True)
def match_panel(context: template.Context, artifact: Any) -> dict[str, Any]:
    """How often it was shown and chosen, for which public intents, and beside whom. No query beside the rank's."""
    found = why_of(context, artifact)
    matched = found.explained.matched if found is not None else None
    title = f"What {artifact.name} was shown and chosen for, and beside whom"
    picture = _picture(matched.links if matched else (), title, artifact.name)
    return {"artifact": artifact, "matched": matched, "picture": picture}


def _picture(links: Sequence[Link], title: str, marked: str) -> SafeString:
    return neighbourhood_svg(links, title=title, marked=marked)
