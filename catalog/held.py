"""Whatever a process holds of the database between two requests, and how it is dropped.

Databases begin at version 0 each, so what is held of one passes for another's where a process sees several: in tests,
and after a flush. A house test finds what is held in a module and is dropped by nothing that is named here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Drop = TypeVar("Drop", bound=Callable[[], None])
_drops: list[Callable[[], None]] = []  # by what the modules say of themselves, so never dropped


def forgets(drop: Drop) -> Drop:
    """Marks the function by which a module, or an object in it, drops what it holds."""
    _drops.append(drop)
    return drop


def everybody_who_forgets() -> tuple[Callable[[], None], ...]:
    return tuple(_drops)


def forget_everything() -> None:
    for drop in _drops:
        drop()
