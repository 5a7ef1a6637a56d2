"""A claim's numbers as a table in a file: one row a figure, so that nothing is left out and any program reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from catalog.desk.tables import marked
from claims.numbers import Numbers

COLUMNS = ("what", "name", "from", "to", "views", "shown", "chosen", "lost", "searches")


def csv_of(numbers: Numbers) -> str:
    """RFC 4180. An empty cell is not known or not told; a name that a spreadsheet would calculate is marked."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(numbers):
        writer.writerow([marked(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def _rows(numbers: Numbers) -> Iterator[tuple[str | int | None, ...]]:
    for week in numbers.weeks:
        yield (
            *("week", "", week.starts_on.isoformat(), week.ends_on.isoformat()),
            *(week.views, week.shown, week.chosen, week.lost, None),
        )
    span = (numbers.since.isoformat(), numbers.until.isoformat())
    for need in numbers.needs:
        yield "need", need.name, *span, None, need.shown, need.chosen, need.lost, None
    for rival in numbers.rivals:
        yield "lost to", rival.name, *span, None, None, None, rival.lost, None
    for unmet in numbers.unmet:
        yield "not found", unmet.name, *span, None, None, None, None, unmet.searches
