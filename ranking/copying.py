"""Columns of many rows, put together as PostgreSQL's binary COPY reads them, or row by row for whoever wants them so.

To write each number as text took longer than to compute it, and the server took as long again to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np

#: Whole numbers, or floats of which NaN stands for nothing: arrays. Bytes, of which every row has as many: an array of
#: two dimensions. Texts of JSON: a list.
Column = Any

_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
#: Stands before every text of JSON: the version of its form.
_JSONB = b"\x01"
_NUMBER = 8


def is_of_numbers(column: Column) -> bool:
    return isinstance(column, np.ndarray) and column.ndim == 1


def encoded(columns: Sequence[Column]) -> bytes:
    """Of each row how many fields it has, and then each behind its length. Numbers come first."""
    first = next((place for place, column in enumerate(columns) if not is_of_numbers(column)), len(columns))
    parts = [_numbers(columns[:first], fields=len(columns))]
    parts += [_blocks(column) if isinstance(column, np.ndarray) else _texts(column) for column in columns[first:]]
    return _HEADER + b"".join(chain.from_iterable(zip(*parts, strict=True))) + _TRAILER


def _numbers(columns: Sequence[Column], *, fields: int) -> list[bytes]:
    """All rows are laid out equally wide, and then the bytes of what is nothing are left out: its length is -1."""
    size = len(columns[0])
    row = np.dtype([("fields", ">i2"), ("of", [("length", ">i4"), ("it", f"V{_NUMBER}")], len(columns))])
    rows, left_out = np.empty(size, row), np.zeros(size, row)
    rows["fields"] = fields
    for place, column in enumerate(columns):
        of_it, is_float = rows["of"][:, place], column.dtype.kind == "f"
        is_nothing = np.isnan(column) if is_float else np.zeros(size, bool)
        of_it["length"] = np.where(is_nothing, -1, _NUMBER)
        of_it["it"] = column.astype(">f8" if is_float else ">i8").view(f"V{_NUMBER}")
        left_out["of"][:, place]["it"][is_nothing] = b"\xff" * _NUMBER
    whole, gone = (it.view(np.uint8).reshape(size, row.itemsize) for it in (rows, left_out))
    used = gone == 0
    ends = np.cumsum(used.sum(axis=1)).tolist()
    told = whole[used].tobytes()
    return [told[start:end] for start, end in pairwise((0, *ends))]


def _texts(column: Sequence[str]) -> list[bytes]:
    texts = [_JSONB + text.encode() for text in column]
    return [len(text).to_bytes(4, "big") + text for text in texts]


def _blocks(column: Column) -> list[bytes]:
    width = column.shape[1]
    length, whole = width.to_bytes(4, "big"), column.tobytes()
    return [length + whole[place * width : (place + 1) * width] for place in range(len(column))]


def as_rows(columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    return list(zip(*(_values(column) for column in columns), strict=True))


def _values(column: Column) -> Sequence[Any]:
    if not isinstance(column, np.ndarray):
        return column
    if column.ndim > 1:
        return [row.tobytes() for row in column]
    return [None if value != value else value for value in column.tolist()]
