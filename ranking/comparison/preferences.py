"""What a reader brings to a comparison: a workload, what they weigh, what they cannot do without. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.choices import COMPONENTS

#: What one may weigh: the five components and the price.
WEIGHED = (*COMPONENTS, "price")


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
    def weighs(self) -> bool:
        return bool(self.weights or self.capabilities or self.licences)
