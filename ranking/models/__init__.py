"""What is derived from readings. All but snapshots and people's decisions can be deleted and computed again."""

from __future__ import annotations

from ranking.models.build import Breakdown, Build, BuildState, Lease
from ranking.models.comparison import ComparisonNote, ComparisonTally, NoteState
from ranking.models.configuration import Configuration, ConfigurationState, ReferenceTable
from ranking.models.decision import Hold, HoldReason, HoldState, Quarantine
from ranking.models.sheet import Sheet
from ranking.models.snapshot import Snapshot

__all__ = [
    "Breakdown",
    "Build",
    "BuildState",
    "ComparisonNote",
    "ComparisonTally",
    "Configuration",
    "ConfigurationState",
    "Hold",
    "HoldReason",
    "HoldState",
    "Lease",
    "NoteState",
    "Quarantine",
    "ReferenceTable",
    "Sheet",
    "Snapshot",
]
