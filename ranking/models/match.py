"""What people searched for, were shown and chose, and what follows from it: intents, and edges to what serves them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.fields import one_of, validate_slug
from ranking.models.decision import SetAside

#: Independent people from whom on an intent may be seen. Never fewer.
LEAST_ACTORS = 10


class SaltPurpose(models.TextChoices):
    ACTOR = "actor", "Who asked, for a day"
    NETWORK = "network", "From which network, for thirty days"


class Salt(models.Model):
    """What makes digests of readers' addresses meaningless once it is destroyed."""

    purpose = models.CharField(max_length=10, choices=SaltPurpose.choices)
    starts_on = models.DateField()
    value = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "starts_on"], name="salt_once"),
            one_of("purpose", SaltPurpose, "salt_purpose_known"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} from {self.starts_on}"


class Door(models.TextChoices):
    PAGE = "page", "Search page"
    API = "api", "API"
    RESOLVE = "resolve", "API, one best answer"


class Intent(models.Model):
    """A need in plain words: queries that mean the same gather under it."""

    key = models.CharField(max_length=32, unique=True, editable=False, help_text="A digest of its first query.")
    name = models.CharField(max_length=200, blank=True, help_text="Its most typical query, or what an editor calls it.")
    slug = models.CharField(max_length=80, unique=True, validators=[validate_slug])
    is_named = models.BooleanField("named by an editor", default=False)
    is_typical = models.BooleanField(
        default=False, editable=False, help_text="Whether several have used its most typical query, word for word."
    )
    is_blocked = models.BooleanField(
        "blocked", default=False, help_text="Not shown anywhere, and its choices teach nothing."
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged", editable=False
    )
    vector = models.BinaryField(editable=False, help_text="Of its first query: 256 numbers of four bytes.")
    born_at = models.DateTimeField(editable=False, help_text="When its first query came. It takes none from before.")
    first_at = models.DateTimeField(editable=False)
    last_at = models.DateTimeField(editable=False)
    searches_count = models.PositiveIntegerField(default=0, editable=False)
    unanswered_count = models.PositiveIntegerField(default=0, editable=False)
    actors_count = models.PositiveIntegerField(
        default=0, editable=False, help_text="Independent ones: each network once in thirty days."
    )
    is_sample = models.BooleanField(default=False, editable=False, help_text="Some of its searches are sample.")

    class Meta:
        ordering = ["-actors_count", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="intent_not_into_itself"),
        ]
        indexes = [models.Index(fields=["-actors_count", "-searches_count"], name="intent_by_use")]

    def __str__(self) -> str:
        return self.name or f"Intent {self.pk}"

    @property
    def is_public(self) -> bool:
        """Nobody's in particular: enough independent people have had it, and its name is no single one's words."""
        return (
            self.actors_count >= LEAST_ACTORS
            and (self.is_typical or self.is_named)
            and not self.is_blocked
            and self.merged_into_id is None
        )


class Pin(models.Model):
    """An editor's decision that a query belongs to this intent, whatever its words are near to."""

    phrase = models.CharField(max_length=32, unique=True, help_text="A digest of the query's words.")
    intent = models.ForeignKey(Intent, on_delete=models.CASCADE, related_name="pins")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.phrase} in {self.intent}"


class Search(models.Model):
    """One query, and what was shown for it. Says nothing of who asked that outlives its salt."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, help_text="Unguessable; feedback names it.")
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=16)
    network = models.CharField(max_length=16)
    text = models.CharField(max_length=300, blank=True, help_text="Scrubbed, and thrown away after thirty days.")
    phrase = models.CharField(max_length=32, help_text="A digest of its words, salted with the site's secret.")
    intent = models.ForeignKey(Intent, null=True, blank=True, on_delete=models.SET_NULL, related_name="searches")
    door = models.CharField(max_length=10, choices=Door.choices)
    filters = models.JSONField(default=dict, blank=True)
    answered = models.BooleanField(help_text="Whether something was said to fit.")
    confidence = models.FloatField()
    shown = models.JSONField(default=list, help_text="Artifact and capability of each, in the order shown.")
    is_program = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    is_folded = models.BooleanField(default=False, editable=False)
    is_excluded = models.BooleanField(default=False, editable=False, help_text="By a quarantine; written by folding.")

    class Meta:
        verbose_name_plural = "searches"
        ordering = ["-at", "-pk"]
        constraints = [one_of("door", Door, "search_door_known")]
        indexes = [
            models.Index(fields=["actor", "at"], name="search_by_actor"),
            models.Index(fields=["network", "at"], name="search_by_network"),
            models.Index(fields=["phrase"], name="search_by_phrase"),
            models.Index(fields=["at"], condition=Q(is_folded=False), name="search_unfolded"),
            models.Index(fields=["is_sample"], condition=Q(is_sample=True), name="search_samples"),
        ]

    def __str__(self) -> str:
        return self.text or f"Search {self.pk}"


class Act(models.TextChoices):
    CHOICE = "choice", "Chosen"
    OUTCOME = "outcome", "Whether it worked"


class Doubt(models.TextChoices):
    PROGRAM = "program", "A program's"
    OTHER = "other", "Somebody else's token"
    OWN = "own", "Of an owner on their own"


class Feedback(models.Model):
    """A choice among what was served, or an outcome: one of each for a token."""

    id = models.BigAutoField(primary_key=True)
    search_key = models.UUIDField()
    act = models.CharField(max_length=10, choices=Act.choices)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="feedback")
    worked = models.BooleanField(null=True, help_text="Of an outcome.")
    comment = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=16)
    network = models.CharField(max_length=16)
    doubt = models.CharField(max_length=10, choices=Doubt.choices, blank=True, help_text="Why it weighs nothing.")
    signed_by = models.CharField(
        max_length=8, default="", db_default="", editable=False, help_text="The key that its token was signed with."
    )
    weight = models.PositiveIntegerField(
        null=True, editable=False, help_text="How much it counts, in thousandths; written by folding."
    )
    is_sample = models.BooleanField(default=False)
    is_excluded = models.BooleanField(default=False, editable=False, help_text="By a quarantine; written by folding.")

    class Meta:
        verbose_name_plural = "feedback"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["search_key", "act"], name="feedback_once"),
            one_of("act", Act, "feedback_act_known"),
            models.CheckConstraint(
                condition=Q(act="choice", worked=None) | Q(act="outcome", worked__isnull=False),
                name="feedback_outcome_says",
            ),
        ]
        indexes = [
            models.Index(fields=["artifact", "at"], name="feedback_by_artifact"),
            models.Index(fields=["actor", "at"], name="feedback_by_actor"),
            models.Index(fields=["network", "at"], name="feedback_by_network"),
            models.Index(fields=["at"], condition=Q(weight=None), name="feedback_unweighed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.artifact_id}"


class Edge(models.Model):
    """How an artifact's capability has served an intent. Derived: folding writes it, nothing else."""

    intent = models.ForeignKey(Intent, on_delete=models.CASCADE, related_name="edges", db_index=False)
    capability = models.ForeignKey(
        "catalog.Capability", null=True, on_delete=models.CASCADE, related_name="edges", help_text="That matched."
    )
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="edges")
    # Whole numbers, so that what is added up in pieces and what is added up at once are the same to the last digit.
    shown = models.PositiveIntegerField(default=0, help_text="Answers that it stood in.")
    examined = models.PositiveBigIntegerField(
        default=0, help_text="How often it will have been looked at, by where it stood: in ten-thousandths."
    )
    chosen = models.PositiveBigIntegerField(default=0, help_text="Choices by what they weigh, in thousandths.")
    worked = models.PositiveBigIntegerField(default=0, help_text="In thousandths, as well.")
    failed = models.PositiveBigIntegerField(default=0, help_text="In thousandths, as well.")
    networks = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="That chose the artifact for the intent, of the thirty days in which they were most.",
    )
    is_sample = models.BooleanField(default=False, help_text="Some of it is sample.")

    class Meta:
        ordering = ["-chosen", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["intent", "artifact", "capability"], name="edge_once"),
            models.UniqueConstraint(
                fields=["intent", "artifact"], condition=Q(capability=None), name="edge_once_without_capability"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id} -> {self.artifact_id}"


class ExclusionSubject(models.TextChoices):
    ACTOR = "actor", "An actor"
    NETWORK = "network", "A network"
    KEY = "key", "A signing key"
    DOOR = "door", "A door"
    SPAN = "span", "All of a time"


class Exclusion(SetAside):
    """Searches and feedback that are set aside."""

    subject = models.CharField(max_length=10, choices=ExclusionSubject.choices)
    value = models.CharField(max_length=16, blank=True, help_text="The actor, network, key or door.")
    since = models.DateTimeField(null=True, blank=True, help_text="Empty for all earlier ones.")
    upto = models.DateTimeField(null=True, blank=True, help_text="Empty for all later ones.")
    why = models.TextField(help_text="Readers see the sort of reason, and how many events it is about.")

    class Meta(SetAside.Meta):
        verbose_name = "quarantine of feedback"
        verbose_name_plural = "quarantines of feedback"
        constraints = [
            one_of("subject", ExclusionSubject, "exclusion_subject_known"),
            models.CheckConstraint(condition=Q(subject="span") | ~Q(value=""), name="exclusion_says_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.value}".strip()


class Fold(models.Model):
    """What the graph was folded by. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    decisions = models.CharField(max_length=64, default="", help_text="A digest of what people had decided.")
    priors = models.JSONField(default=dict, help_text="Of each kind: how often what is looked at is chosen.")
    version = models.PositiveBigIntegerField(default=0, help_text="Counts up with each change of the graph.")
    folded_at = models.DateTimeField(null=True)
    outcomes = models.ForeignKey("OutcomeSet", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="fold_one_row")]

    def __str__(self) -> str:
        return f"Fold {self.version}"


class OutcomeSet(models.Model):
    """What had been reported at one time, as a generation of ranks takes it in. Never changed."""

    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Outcomes as of {self.made_at:%Y-%m-%d %H:%M}"


class OutcomeDay(models.Model):
    """Of one artifact, what was reported on one day and counts, in thousandths."""

    set = models.ForeignKey(OutcomeSet, on_delete=models.CASCADE, related_name="days", db_index=False)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    worked = models.PositiveBigIntegerField()
    failed = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["set", "artifact", "day"], name="outcome_day_once")]

    def __str__(self) -> str:
        return f"{self.artifact_id} on {self.day}"


class MatchIndex(models.Model):
    """A folder with the files that answers are found in. The live one is what every process opens."""

    number = models.PositiveBigIntegerField(unique=True)
    made_at = models.DateTimeField()
    catalog = models.PositiveBigIntegerField(help_text="The catalog's version that it was made from,")
    generation = models.PositiveBigIntegerField(null=True, help_text="the generation of ranks,")
    graph = models.PositiveBigIntegerField(default=0, help_text="and the match graph's version.")
    documents = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0, help_text="That making it took.")
    is_whole = models.BooleanField(default=True, help_text="Made anew, and not out of the one before.")
    is_live = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "match indexes"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["is_live"], condition=Q(is_live=True), name="match_index_one_live")
        ]

    def __str__(self) -> str:
        return f"Index {self.number}"
