"""What people say and do about comparisons: editors' notes, featured comparisons, what is compared often.

All of it is held in memory, so a tag costs a page no query. Each draws nothing where there is nothing.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from catalog.prose import prose
from catalog.state import State, live_state
from ranking import compared, notes
from ranking.comparison.key import address_of
from ranking.comparison.table import Table

register = template.Library()


@register.inclusion_tag("ranking/_comparison_note.html", takes_context=True)
def comparison_note(context: template.Context, table: Table) -> dict[str, Any]:
    """The published note on this comparison."""
    note = notes.note_for(table.key, _state(context))
    return {"note": note, "text": prose(note.text) if note else ""}


@register.inclusion_tag("ranking/_also_compared.html", takes_context=True)
def also_compared(context: template.Context, table: Table) -> dict[str, Any]:
    """Other comparisons with one of these in them that people look at."""
    slugs = [subject.slug for subject in table.subjects]
    return {"found": [(often, address_of(often.key)) for often in compared.also_compared(slugs, _state(context))]}


@register.inclusion_tag("ranking/_featured_comparisons.html", takes_context=True)
def featured_comparisons(context: template.Context, kind: str = "") -> dict[str, Any]:
    """Of one kind, or of all on the front page."""
    found = notes.featured(kind, _state(context))
    return {"found": [(note, address_of(note.key)) for note in found]}


@register.simple_tag
def report_cell(key: str, row: str, slug: str) -> str:
    """The address of the form by which a reader reports one cell: the row by its name, the artifact by its slug."""
    return f"{reverse('catalog:report')}?{urlencode({'about': address_of(key), 'row': row, 'of': slug})}"


def _state(context: template.Context) -> State:
    """What the page was asked for; the desk's preview is no public page and asks itself."""
    return getattr(context.get("request"), "state", None) or live_state()
