"""The weights of a draft as numbers to type into: read out of its text, and put back where they stood.

Whatever else the text holds, remarks among it, stays as it is. Whether the weights are within their limits is told by
reading the formula, as ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ranking.scoring.configuration import DOCUMENTATION_CEILING, FAMILY_CEILING, SIGNAL_CEILING
from ranking.scoring.formula_text import BrokenFormula, read
from ranking.signals import SIGNALS, Family

_NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"


@dataclass(frozen=True)
class Weight:
    #: Of its field: group and signal.
    name: str
    label: str
    family: str
    value: float
    most: float


@dataclass(frozen=True)
class Group:
    kinds: str
    weights: tuple[Weight, ...]

    @property
    def total(self) -> float:
        return round(sum(weight.value for weight in self.weights), 6)

    @property
    def families(self) -> list[tuple[str, float, bool]]:
        """Each with what it weighs, and whether that is too much."""
        sums: dict[str, float] = {}
        for weight in self.weights:
            sums[weight.family] = round(sums.get(weight.family, 0.0) + weight.value, 6)
        return [(name, value, value > FAMILY_CEILING) for name, value in sums.items()]


def groups_in(text: str) -> list[Group]:
    """Of a text that can be read; none where it cannot, so that only the text itself is left to mend."""
    try:
        data, _ = read(text)
        return [
            Group(
                ", ".join(map(str, group["kinds"])),
                tuple(
                    Weight(
                        f"weight-{place}-{name}",
                        SIGNALS[name].label,
                        str(SIGNALS[name].family),
                        float(value),
                        DOCUMENTATION_CEILING if SIGNALS[name].family == Family.DOCUMENTATION else SIGNAL_CEILING,
                    )
                    for name, value in group["weights"].items()
                    if name in SIGNALS
                ),
            )
            for place, group in enumerate(data["kinds"])
        ]
    except (BrokenFormula, KeyError, TypeError, ValueError, AttributeError):
        return []


def with_weights(text: str, wanted: Mapping[str, str]) -> str:
    """`wanted` by the fields' names, as typed. Raises ValueError with a sentence where one is no number."""
    _, lines = read(text)
    rows = text.split("\n")
    for group in groups_in(text):
        for weight in group.weights:
            typed = wanted.get(weight.name, "").strip().replace(",", ".")
            if not re.fullmatch(r"\d*\.?\d+|\d+\.", typed):
                raise ValueError(f"{weight.label} of {group.kinds}: “{typed[:20]}” is no number from 0 to 1.")
            if float(typed) != weight.value:
                _, place, name = weight.name.split("-")
                row = lines["kinds", place, "weights", name] - 1
                rows[row] = re.sub(rf"(\b{name}\s*:\s*){_NUMBER}", rf"\g<1>{typed}", rows[row], count=1)
    return "\n".join(rows)
