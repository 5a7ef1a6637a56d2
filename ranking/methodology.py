"""How ranks are computed, told from the live formula and the registry of signals. No number is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from catalog.choices import Lifecycle
from catalog.kinds import KINDS, KindSpec
from catalog.models import Artifact
from catalog.pages.standings import Rank, rank_of
from catalog.state import State
from ranking import charts
from ranking.configurations import configuration_behind, formula_of
from ranking.explaining import Step
from ranking.formulas import shipped_formula
from ranking.models import Configuration, ConfigurationState
from ranking.prior import prior_origin
from ranking.rank_pages import RankPage, rank_page
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, Standing, outcome, probability_above
from ranking.signals import SIGNALS, Family, SignalSpec

#: The worked example is the best covered among so many leaders.
EXAMPLES = 20
#: Two ranks that a careless list would call a win.
FIRST, SECOND = Standing(57, 51, 63), Standing(58, 52, 64)


@dataclass(frozen=True)
class Group:
    """Kinds that are ranked by the same weights."""

    kinds: tuple[KindSpec, ...]
    weights: Mapping[str, float]

    @property
    def label(self) -> str:
        return ", ".join(spec.plural for spec in self.kinds)


@dataclass(frozen=True)
class SignalRow:
    spec: SignalSpec
    #: By group; None where the kind is not ranked by it.
    weights: tuple[float | None, ...]
    half_life: float
    noise: float


@dataclass(frozen=True)
class FamilyRows:
    family: Family
    component: str
    rows: tuple[SignalRow, ...]


@dataclass(frozen=True)
class Tie:
    probability: float
    outcome: Outcome
    text: str

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


@dataclass(frozen=True)
class Example:
    artifact: Artifact
    standing: Rank
    page: RankPage
    steps: tuple[Step, ...]
    #: The one whose points are worked out.
    largest: Step


@dataclass(frozen=True)
class Methodology:
    formula: Formula
    configuration: Configuration | None
    versions: tuple[Configuration, ...]
    groups: tuple[Group, ...]
    families: tuple[FamilyRows, ...]
    prior_origin: str
    tie: Tie
    example: Example | None

    @property
    def columns(self) -> int:
        """Of the table of weights."""
        return len(self.groups) + 2

    @property
    def labels(self) -> dict[str, str]:
        return {name: spec.label.lower() for name, spec in SIGNALS.items()}


def methodology(state: State) -> Methodology:
    configuration = configuration_behind(state.generation_id)
    formula = formula_of(configuration) if configuration else shipped_formula()
    groups = groups_of(formula)
    return Methodology(
        formula=formula,
        configuration=configuration,
        versions=_versions(configuration),
        groups=groups,
        families=families_of(formula, groups),
        prior_origin=prior_origin(),
        tie=tie_of(FIRST, SECOND, formula),
        example=_example(state),
    )


def groups_of(formula: Formula) -> tuple[Group, ...]:
    """In the order in which kinds are told elsewhere, the largest group first."""
    found: dict[tuple[tuple[str, float], ...], list[KindSpec]] = {}
    for kind, spec in KINDS.items():
        found.setdefault(tuple(formula.weights[kind].items()), []).append(spec)
    groups = [Group(tuple(kinds), dict(weights)) for weights, kinds in found.items()]
    return tuple(sorted(groups, key=lambda group: -len(group.kinds)))


def families_of(formula: Formula, groups: tuple[Group, ...]) -> tuple[FamilyRows, ...]:
    """Every signal that some kind is ranked by, family by family."""
    result = []
    for family in Family:
        rows = []
        for name, spec in SIGNALS.items():
            weights = tuple(group.weights.get(name) for group in groups)
            if spec.family == family and any(weights):
                rows.append(SignalRow(spec, weights, formula.signals[name].half_life, formula.signals[name].noise))
        if rows:
            result.append(FamilyRows(family, str(rows[0].spec.component), tuple(rows)))
    return tuple(result)


def tie_of(first: Standing, second: Standing, formula: Formula) -> Tie:
    probability = probability_above(second, first, formula)
    found = outcome(probability, formula)
    said = {Outcome.TIE: "a tie", Outcome.LIKELY_ABOVE: "likely above", Outcome.ABOVE: "above"}[found]
    text = (
        f"{first.score:g} ({first.low:g}–{first.high:g}) and {second.score:g} ({second.low:g}–{second.high:g}): "
        f"two hills that overlap almost wholly. The second ranks above the first with a probability of "
        f"{probability:.2f}: {said}."
    )
    return Tie(probability, found, text)


def tie_picture(formula: Formula) -> SafeString:
    first, second = ((it.score, it.low, it.high) for it in (FIRST, SECOND))
    return charts.tie_svg(first, second, formula.quantile, tie_of(FIRST, SECOND, formula).text)


def _versions(live: Configuration | None) -> tuple[Configuration, ...]:
    """The live one and those before it: one published since counts from the next generation on."""
    if live is None:
        return ()
    rows = Configuration.objects.filter(state=ConfigurationState.PUBLISHED, published_at__lte=live.published_at)
    return tuple(rows.order_by("-published_at", "-pk"))


def _example(state: State) -> Example | None:
    """A live artifact of which much is known, so that most of its points are read and not estimated."""
    if state.generation_id is None:
        return None
    leaders = (
        Artifact.objects.for_page(state.generation_id)
        .filter(lifecycle=Lifecycle.PUBLISHED, standing_score__isnull=False)
        .order_by("-standing_low", "pk")[:EXAMPLES]
    )
    artifact = max(leaders, key=lambda one: (one.standing_coverage, -one.pk), default=None)
    standing = rank_of(artifact) if artifact else None
    if artifact is None or standing is None:
        return None
    page = rank_page(artifact, state)
    if not page.steps:
        return None
    largest = max((s for s in page.steps if not s.is_estimated), key=lambda s: abs(s.point.points), default=None)
    return Example(artifact, standing, page, page.steps, largest) if largest else None
