"""The closed lists of words that rows may hold: kinds, lifecycles, classes, origins, data types.

Models, filters, forms, importers and the API read them from here. What a kind *means* stands in `kinds.py`.
"""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    AGENT = "agent", "Agent"
    API = "api", "API"
    APP = "app", "App"
    BENCHMARK = "benchmark", "Benchmark"
    CLI = "cli", "Command-line tool"
    DATASET = "dataset", "Dataset"
    EXTENSION = "extension", "Extension"
    FINETUNE = "finetune", "Fine-tune"
    FRAMEWORK = "framework", "Framework"
    MCP = "mcp", "MCP server"
    MODEL = "model", "Model"
    PLATFORM = "platform", "Platform"
    PRODUCT = "product", "Product"
    PROMPT = "prompt", "Prompt"
    REPO = "repo", "Repository"
    SKILL = "skill", "Skill"
    TEMPLATE = "template", "Template"
    WEBAPP = "webapp", "Web app"
    WORKFLOW = "workflow", "Workflow"


class Component(models.TextChoices):
    """One of the five numbers beside a rank, in the order in which they are told."""

    ADOPTION = "adoption", "Adoption"
    QUALITY = "quality", "Quality"
    ECOSYSTEM = "ecosystem", "Ecosystem"
    MATCH = "match", "Match"
    FRESHNESS = "freshness", "Freshness"


COMPONENTS: tuple[str, ...] = tuple(Component.values)


class Lifecycle(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    DEPRECATED = "deprecated", "Deprecated"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: What readers may see in lists; withdrawn artifacts answer with a tombstone instead.
PUBLIC_LIFECYCLES = (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED)


class LicenceClass(models.TextChoices):
    PERMISSIVE = "permissive", "Permissive"
    COPYLEFT = "copyleft", "Copyleft"
    RESTRICTED = "restricted", "Restricted"
    UNKNOWN = "unknown", "Unknown"


class PriceClass(models.TextChoices):
    FREE = "free", "Free"
    PAID = "paid", "Paid"
    FREE_AND_PAID = "free_and_paid", "Free and paid"
    UNKNOWN = "unknown", "Unknown"


class DataType(models.TextChoices):
    """What goes into an artifact and what comes out of it."""

    TEXT = "text", "Text"
    CODE = "code", "Code"
    IMAGE = "image", "Image"
    AUDIO = "audio", "Audio"
    VIDEO = "video", "Video"
    DOCUMENT = "document", "Document"
    TABLE = "table", "Table"
    EMBEDDING = "embedding", "Embedding"
    STRUCTURED = "structured", "Structured data"
    URL = "url", "Web address"
    THREE_D = "3d", "3D"
    ACTION = "action", "Action"


class Direction(models.TextChoices):
    INPUT = "input", "Input"
    OUTPUT = "output", "Output"


class Origin(models.TextChoices):
    """Who says so, for one value. Their order of precedence stands in `facts.py`."""

    OBSERVED = "observed", "Observed"
    OWNER = "owner", "Owner"
    EDITOR = "editor", "Editor"
    AI = "ai", "AI"


class TakenApartBy(models.TextChoices):
    """Who described an artifact's offering of a capability."""

    EDITOR = "editor", "Editor"
    OWNER = "owner", "Owner"
    RULES = "rules", "Rules"
    AI = "ai", "AI"


class SourceKind(models.TextChoices):
    """How directly a source shows a thing; weighed in `confidence.py`."""

    CODE = "code", "Code or tool list"
    MEASUREMENT = "measurement", "Measurement"
    PAPER = "paper", "Paper"
    DOCUMENTATION = "documentation", "Documentation"
    REGISTRY = "registry", "Registry"
    ANNOUNCEMENT = "announcement", "Announcement"
    REPORT = "report", "Third-party report"


class Frequency(models.TextChoices):
    RARE = "rare", "Rare"
    OCCASIONAL = "occasional", "Occasional"
    COMMON = "common", "Common"
    UNKNOWN = "unknown", "How often is not known"


class Meter(models.TextChoices):
    """What a price counts. Labels are the plural and singular units used in sentences, see `wording.py`."""

    INPUT_TOKENS = "input_tokens", "input tokens"
    OUTPUT_TOKENS = "output_tokens", "output tokens"
    CACHED_INPUT_TOKENS = "cached_input_tokens", "cached input tokens"
    IMAGE = "image", "images"
    MINUTE = "minute", "minutes"
    SECOND = "second", "seconds"
    CHARACTER = "character", "characters"
    REQUEST = "request", "requests"
    SEAT_MONTH = "seat_month", "seats a month"
    DOWNLOAD = "download", "downloads"
    HOUR = "hour", "hours"


class BenchmarkStanding(models.TextChoices):
    CLAIMED = "claimed", "Claimed by its maker"
    VERIFIED = "verified", "Measured by somebody else"


class Relation(models.TextChoices):
    DERIVED_FROM = "derived_from", "Derived from"
    TRAINED_ON = "trained_on", "Trained on"
    RUNS_ON = "runs_on", "Runs on"


class RunState(models.TextChoices):
    ASKED = "asked", "Waits for its turn"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    WAITING = "waiting", "Waits for an editor’s word"
    STOPPED = "stopped", "Stopped"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


#: A run that something is done for, now or soon: of each source one at a time.
UNDER_WAY = [RunState.ASKED, RunState.RUNNING, RunState.UNDOING]


class EntryOutcome(models.TextChoices):
    """What a run made of one entry of its source. What stays as it is, is counted and not kept."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    HELD = "held", "Held for an editor"
    REFUSED = "refused", "Refused"
    GONE = "gone", "Not there any more"


class PublishRule(models.TextChoices):
    """What becomes of an artifact that a source brings. Updates of published ones are applied in any case."""

    AT_ONCE = "at_once", "Publish at once"
    WHEN_SUFFICIENT = "sufficient", "Publish when it has what readers need"
    HOLD = "hold", "Hold for review"


class HowOften(models.TextChoices):
    """When a source is read by itself."""

    NEVER = "never", "Only when an editor says so"
    HOURLY = "hourly", "Every hour"
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"


class FallState(models.TextChoices):
    """What became of a count that fell too far to be believed."""

    OPEN = "open", "Waits for an editor’s word"
    ACCEPTED = "accepted", "Accepted"
    KEPT = "kept", "Held on"
    OVER = "over", "Over"


class Signal(models.TextChoices):
    """Names of rank evidence that a reading may carry; ranking decides what each is worth."""

    STARS = "stars", "Stars"
    FORKS = "forks", "Forks"
    LIKES = "likes", "Likes"
    VOTES = "votes", "Votes"
    DOWNLOADS_MONTH = "downloads_month", "Downloads a month"
    DEPENDENTS = "dependents", "Repositories and packages that depend on it"
    DERIVATIVES = "derivatives", "Models and datasets derived from it"
    PROVIDERS = "providers", "Providers that carry it"
    CONTRIBUTORS = "contributors", "Contributors"
    ISSUES_CLOSED = "issues_closed", "Issues closed"
    COMMITS_90D = "commits_90d", "Commits in 90 days"
    LAST_COMMIT = "last_commit", "Last commit or change"
    LAST_RELEASE = "last_release", "Last release"
    CREATED = "created", "Begun"
    DESCRIPTION_LENGTH = "description_length", "Characters of its own description"
    HAS_HOMEPAGE = "has_homepage", "Has a homepage"
    HAS_DOCS = "has_docs", "Has documentation"
    HAS_LICENSE = "has_license", "States its licence"
    HAS_EXAMPLES = "has_examples", "Shows examples"
    ARENA_SCORE = "arena_score", "Arena score"


#: Readings of these signals are dates, kept as whole days since 1970-01-01.
DATE_SIGNALS = frozenset({Signal.LAST_COMMIT, Signal.LAST_RELEASE, Signal.CREATED})
#: Readings of these are yes or no, kept as 1 and 0.
FLAG_SIGNALS = frozenset({Signal.HAS_HOMEPAGE, Signal.HAS_DOCS, Signal.HAS_LICENSE, Signal.HAS_EXAMPLES})


class Step(models.TextChoices):
    """What happened to an artifact on its way to its readers, as its editors' notes tell it."""

    SUBMITTED = "submitted", "Submitted for review"
    SENT_BACK = "sent_back", "Sent back"
    PUBLISHED = "published", "Published"
    SCHEDULED = "scheduled", "Publication scheduled"
    UNSCHEDULED = "unscheduled", "Publication called off"
    DEPRECATED = "deprecated", "Deprecated"
    WITHDRAWN = "withdrawn", "Withdrawn"
    RESTORED = "restored", "Restored"
    NOTED = "noted", "Noted"


class PairState(models.TextChoices):
    OPEN = "open", "Open"
    NOT_THE_SAME = "not_the_same", "Not the same"
    MERGED = "merged", "Merged"


class ProposalState(models.TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    OUTDATED = "outdated", "No longer proposed"


class ReportState(models.TextChoices):
    OPEN = "open", "Open"
    MENDED = "mended", "Mended"
    DECLINED = "declined", "Left as it is"


class Wish(models.TextChoices):
    """What the owner of a listing may ask of its editors."""

    CORRECTION = "correction", "A correction"
    WITHDRAWAL = "withdrawal", "Its withdrawal"


class Section(models.TextChoices):
    """The part of a page that a reader's report is about."""

    LISTING = "listing", "The listing as a whole"
    CAPABILITIES = "capabilities", "Capabilities"
    FACTS = "facts", "Facts"
    PRICES = "prices", "Prices"
    BENCHMARKS = "benchmarks", "Benchmarks"
    LINEAGE = "lineage", "Lineage"
    SOURCES = "sources", "Sources"
    OTHER = "other", "Something else"


class JobKind(models.TextChoices):
    EDIT = "edit", "Change of many"
    IMPORT = "import", "Import of a table"
    OFFERED = "offered", "Answer to proposed offerings"


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting for its turn"
    RUNNING = "running", "Running"
    CHECKED = "checked", "Checked, nothing written yet"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class Outcome(models.TextChoices):
    """What a job does to one artifact. What stays as it is, is counted and not kept."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    REFUSED = "refused", "Refused"


class LinkWrong(models.TextChoices):
    """What is wrong with a link."""

    GONE = "gone", "Withdrawn"
    MOVED = "moved", "Moved"
    NOT_FOUND = "not_found", "Not found"
    UNPUBLISHED = "unpublished", "Not published"


class LinkVerdict(models.TextChoices):
    """What came of asking for a page that is not ours."""

    PRESENT = "present", "Present"
    GONE = "gone", "Gone"
    UNKNOWN = "unknown", "Unknown"


class LinkState(models.TextChoices):
    OPEN = "open", "Open"
    MENDED = "mended", "Leads somewhere again"
    ASIDE = "aside", "Set aside"
