"""What can be wrong with something that is imported, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    place: str  # a file, or an address
    line: int
    text: str
    column: int = 0  # from 1; 0 where only the line is known

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.text}" if self.line else f"{self.place}: {self.text}"


class CannotImport(Exception):
    """The whole of it is refused; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
