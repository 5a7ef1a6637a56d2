"""The registry of rank evidence: one module per family, one line here.

To add a signal, copy a neighbour in its family's module, give it numbers in the newest formula (`ranking/formulas/`)
and, if its readings are new, a name in `catalog.choices.Signal`. Pure data: no database, no clock.
"""

from __future__ import annotations

from catalog.choices import Component
from ranking.signals import attention, dependence, documentation, match, measured, stewardship, usage, vitality
from ranking.signals.spec import COMPONENT_OF, Family, Measure, SignalSpec

__all__ = ["COMPONENT_OF", "SIGNALS", "TRENDS", "Component", "Family", "Measure", "SignalSpec"]

FAMILIES = (attention, usage, stewardship, documentation, measured, dependence, vitality, match)

#: What ranks are made of, in the order in which pages tell it.
SIGNALS: dict[str, SignalSpec] = {spec.name: spec for module in FAMILIES for spec in module.SIGNALS}

#: What Momentum is made of beside them.
TRENDS: dict[str, SignalSpec] = {spec.name: spec for module in FAMILIES for spec in getattr(module, "TRENDS", ())}
