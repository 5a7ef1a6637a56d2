"""Documentation: a checklist. It foresees nothing and is the cheapest thing to polish, so it weighs little.

The checks look at what sources have read, never at the listing: nothing that is typed into a listing changes a rank.
"""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec


def _check(name: str, reads: str, label: str, sentence: str, why: str) -> SignalSpec:
    return SignalSpec(name, Family.DOCUMENTATION, reads, Measure.CHECK, label, sentence, why)


SIGNALS = (
    _check("described", "description_length", "Says what it is", "{value}", "A sentence in its own words at its home."),
    _check("has_homepage", "has_homepage", "Has a homepage", "{value}", "A place of its own beside the code."),
    _check("has_docs", "has_docs", "Has documentation", "{value}", "Pages that say how to use it."),
    _check("has_license", "has_license", "States its licence", "{value}", "Without one nobody may use it."),
    _check("has_examples", "has_examples", "Shows examples", "{value}", "Something to copy and begin with."),
)
