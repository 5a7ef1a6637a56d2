"""Ranks at the desk: formulas and their lab, generations, held readings, quarantines, notes on comparisons, intents.

No rank is typed anywhere.

What readers see of ranks (standings, breakdowns, snapshots, generations) has no form here, not for administrators
either: it follows from readings and a published formula.
"""

from __future__ import annotations

from ranking.admin import builds, comparisons, formulas, holds, intents, quarantines  # noqa: F401 - registers
