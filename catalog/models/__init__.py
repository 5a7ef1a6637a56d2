"""The facts: what exists, what it can do, who says so.

One module a noun. Everything is importable from `catalog.models`.
"""

from __future__ import annotations

from catalog.models.alias import Alias, CapabilityAlias
from catalog.models.artifact import Artifact, ArtifactType, Identifier, Lineage, Publisher
from catalog.models.capability import Capability, Synonym
from catalog.models.category import Category
from catalog.models.fact import Fact, Source
from catalog.models.fall import Fall
from catalog.models.job import Job, JobRow
from catalog.models.link import BrokenLink, OutsideLink
from catalog.models.merge import Distinction, Merge, Pair
from catalog.models.offering import Contrast, Evidence, Offering
from catalog.models.price import BenchmarkResult, Price
from catalog.models.proposal import Proposal
from catalog.models.reading import Reading
from catalog.models.related import Related
from catalog.models.report import Report
from catalog.models.review import ReviewStep
from catalog.models.run import Difference, Entry, ImportRule, ImportRun, RunRow, Written
from catalog.models.standing import CatalogState, Generation, Standing
from catalog.models.tally import ArtifactTally
from catalog.models.visit import Visit

__all__ = [
    "Alias",
    "Artifact",
    "ArtifactTally",
    "ArtifactType",
    "BenchmarkResult",
    "BrokenLink",
    "Capability",
    "CapabilityAlias",
    "CatalogState",
    "Category",
    "Contrast",
    "Difference",
    "Distinction",
    "Entry",
    "Evidence",
    "Fact",
    "Fall",
    "Generation",
    "Identifier",
    "ImportRule",
    "ImportRun",
    "Job",
    "JobRow",
    "Lineage",
    "Merge",
    "Offering",
    "OutsideLink",
    "Pair",
    "Price",
    "Proposal",
    "Publisher",
    "Reading",
    "Related",
    "Report",
    "ReviewStep",
    "RunRow",
    "Source",
    "Standing",
    "Synonym",
    "Visit",
    "Written",
]
