"""What a signal is: one piece of rank evidence, made of readings of one sort.

A spec says what is measured and how it is told; what it weighs, how fast it ages and how much it wobbles are numbers of
the formula (`ranking/formulas/`), because they change from version to version while the meaning stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog.choices import Component


class Family(StrEnum):
    """Evidence that comes about in one way, so that whoever can fake one signal of it can fake its others."""

    ATTENTION = "attention"
    USAGE = "usage"
    STEWARDSHIP = "stewardship"
    DOCUMENTATION = "documentation"
    MEASURED = "measured"
    DEPENDENCE = "dependence"
    VITALITY = "vitality"
    MATCH = "match"


COMPONENT_OF: dict[Family, Component] = {
    Family.ATTENTION: Component.ADOPTION,
    Family.USAGE: Component.ADOPTION,
    Family.STEWARDSHIP: Component.QUALITY,
    Family.DOCUMENTATION: Component.QUALITY,
    Family.MEASURED: Component.QUALITY,
    Family.DEPENDENCE: Component.ECOSYSTEM,
    Family.VITALITY: Component.FRESHNESS,
    Family.MATCH: Component.MATCH,
}


class Measure(StrEnum):
    """How a value is made of readings; `ranking.scoring.measures` has one function for each."""

    FLOW = "flow"  # what a counter gained in six months, bursts held back until they last
    STOCK = "stock"  # what a counter stood at six months ago, and what it has gained since without bursts
    GAIN = "gain"  # what a counter gained in so many days
    GROWTH = "growth"  # its flow beside its stock
    MEDIAN = "median"  # the median of the last days' readings
    LATEST = "latest"  # the last reading
    AGE = "age"  # days since a date
    CHECK = "check"  # whether the last reading reaches a mark


@dataclass(frozen=True)
class SignalSpec:
    name: str
    family: Family
    #: The readings it is made of: a name of `catalog.choices.Signal`.
    reads: str
    measure: Measure
    label: str
    #: What a reader is told of a value; `{value}` is the number in words.
    sentence: str
    #: Why it is evidence, and of what.
    why: str

    @property
    def component(self) -> Component:
        return COMPONENT_OF[self.family]
