"""What is derived from readings. All but snapshots and people's decisions can be deleted and computed again."""

from __future__ import annotations

from ranking.models.build import Breakdown, Build, BuildState, Lease
from ranking.models.comparison import ComparisonNote, ComparisonTally, NoteState
from ranking.models.configuration import Configuration, ConfigurationState, ReferenceTable
from ranking.models.decision import Hold, HoldReason, HoldState, Quarantine, SetAside
from ranking.models.match import (
    Act,
    Door,
    Doubt,
    Edge,
    Exclusion,
    ExclusionSubject,
    Feedback,
    Fold,
    Intent,
    MatchIndex,
    OutcomeDay,
    OutcomeSet,
    Pin,
    Salt,
    SaltPurpose,
    Search,
)
from ranking.models.sheet import Sheet
from ranking.models.snapshot import Snapshot

__all__ = [
    "Act",
    "Breakdown",
    "Build",
    "BuildState",
    "ComparisonNote",
    "ComparisonTally",
    "Configuration",
    "ConfigurationState",
    "Door",
    "Doubt",
    "Edge",
    "Exclusion",
    "ExclusionSubject",
    "Feedback",
    "Fold",
    "Hold",
    "HoldReason",
    "HoldState",
    "Intent",
    "Lease",
    "MatchIndex",
    "NoteState",
    "OutcomeDay",
    "OutcomeSet",
    "Pin",
    "Quarantine",
    "ReferenceTable",
    "Salt",
    "SaltPurpose",
    "Search",
    "SetAside",
    "Sheet",
    "Snapshot",
]
