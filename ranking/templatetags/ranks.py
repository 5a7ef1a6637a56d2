"""What pages of the catalog show of ranks: each tag asks at most two queries, and stands on detail pages only."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from catalog.kinds import KINDS
from catalog.pages.standings import Rank, rank_of
from catalog.state import State, live_state
from ranking import charts, wording
from ranking.explaining import Step, needed
from ranking.leaderboards import SHORT, boards, rising
from ranking.methodology import tie_picture
from ranking.places import placed_among
from ranking.rank_pages import Why, why
from ranking.scoring.configuration import Formula
from ranking.weeks import History

register = template.Library()
#: Kinds of which the front page shows the leader, and the first riser.
LEADING_KINDS = 10
RISING_KINDS = 5


def why_of(context: template.Context, artifact: Any) -> Why | None:
    """Asked for once by all that stands on one page."""
    request, generation = context.get("request"), _state(context).generation_id
    held = getattr(request, "why", None)
    if held is None or held[0] != (artifact.pk, generation):
        held = (artifact.pk, generation), why(artifact.pk, generation)
        if request is not None:
            request.why = held
    return held[1]


@register.inclusion_tag("ranking/_rank_panel.html", takes_context=True)
def rank_panel(context: template.Context, artifact: Any) -> dict[str, Any]:
    """One query. Nothing at all before the first generation."""
    state = _state(context)
    standing, found = rank_of(artifact), why_of(context, artifact)
    kind = (found.explained.kind if found else None) or artifact.kind
    lacks = ""
    if standing is None and found is not None:
        lacks = needed(found.explained, found.formula, kind)
    return {
        "artifact": artifact,
        "has_ranks": state.generation_id is not None,
        "is_public": not context.get("preview_of"),
        "standing": standing,
        "why": found,
        "needed": lacks,
        "share": wording.share(standing.percentile, KINDS[kind].plural, placed_among(artifact, kind, state))
        if standing and standing.percentile is not None
        else "",
    }


@register.inclusion_tag("ranking/_leaders.html", takes_context=True)
def leaders_panel(context: template.Context) -> dict[str, Any]:
    """The first of the largest kinds, ties told. Two queries."""
    return {"boards": boards(_state(context), size=SHORT, most=LEADING_KINDS)}


@register.inclusion_tag("ranking/_rising.html", takes_context=True)
def rising_panel(context: template.Context) -> dict[str, Any]:
    """The one of each kind that rises most. Two queries."""
    groups = rising(_state(context), today=timezone.now().date(), each=1, kinds=RISING_KINDS)
    return {"risers": [riser for group in groups for riser in group.risers]}


def _state(context: template.Context) -> State:
    """What the page was asked for; the desk's preview is no public page and asks itself."""
    return getattr(context.get("request"), "state", None) or live_state()


@register.simple_tag
def step(scale: charts.Scale, it: Step, typical: float) -> SafeString:
    return charts.step_svg(
        scale,
        it.start,
        it.end,
        typical=typical,
        component=it.component,
        estimated=it.is_estimated,
        withheld=it.withheld if it.holds_back else 0.0,
    )


@register.simple_tag
def total(scale: charts.Scale, it: Rank, typical: float) -> SafeString:
    return charts.total_svg(scale, it.score, it.low, it.high, typical=typical)


@register.simple_tag
def history_chart(history: History) -> SafeString:
    return charts.history_svg(history.weeks, history.scale)


@register.simple_tag
def tie_chart(formula: Formula) -> SafeString:
    return tie_picture(formula)


register.filter("points", wording.points)
register.filter("whole", wording.whole)
register.filter("many", wording.many)
register.filter("chance", wording.chance)


@register.filter
def plain(number: float) -> str:
    """0.2 and not 0.2000: as whoever types it would."""
    return f"{number:.6g}"


@register.filter
def percent(share: float) -> str:
    """0.83 as 83 %."""
    return f"{wording.whole(100 * share)}{wording.THIN}%"


@register.filter
def named(names: dict[str, str], name: str) -> str:
    return names.get(name, name)
