from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any


def plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Values as JSON can hold them."""
    if values is None:
        return None
    return {
        name: str(v) if isinstance(v, Decimal | dt.date | dt.datetime) else list(v) if isinstance(v, tuple) else v
        for name, v in values.items()
    }
