"""What a reader brings to a comparison: a workload, what they weigh, what they cannot do without. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from catalog.choices import COMPONENTS

#: What one may weigh: the five components and the price; and how their parameters begin in an address.
WEIGHED = (*COMPONENTS, "price")
WEIGHT = "w_"


@dataclass(frozen=True)
class Workload:
    """What one month needs."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0

    def __bool__(self) -> bool:
        return bool(self.input_tokens or self.output_tokens or self.calls)


@dataclass(frozen=True)
class Preferences:
    workload: Workload = field(default_factory=Workload)
    #: By a name of WEIGHED, from 0 to 100; empty: the reader weighs nothing and the rank decides.
    weights: Mapping[str, float] = field(default_factory=dict)
    #: Slugs of capabilities.
    capabilities: tuple[str, ...] = ()
    #: Licence classes that will do; empty: any.
    licences: tuple[str, ...] = ()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """As an address asks for them: names and values of parameters."""
        workload = [(field.name, getattr(self.workload, field.name)) for field in fields(Workload)]
        return [
            *((name, f"{amount}") for name, amount in workload if amount),
            *((f"{WEIGHT}{name}", f"{self.weights[name]:g}") for name in WEIGHED if name in self.weights),
            *(("capability", slug) for slug in self.capabilities),
            *(("licence", name) for name in self.licences),
        ]

    @property
    def weighs(self) -> bool:
        return bool(self.weights or self.capabilities or self.licences)
