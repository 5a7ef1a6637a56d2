"""The verdict: who wins by rank, only where ranks compare and the bands say so; then what else the table says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.kinds import KINDS
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityRow, FactRow, Finding, Judgement, Verdict
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, outcome, probability_above


def why_not_comparable(subjects: Sequence[Subject]) -> str:
    """In a sentence; empty where the ranks may be set against each other."""
    kinds = list(dict.fromkeys(it.kind for it in subjects))
    if len(kinds) == 1:
        return ""
    named = " and ".join(KINDS[kind].plural_within for kind in kinds)
    return f"They are not comparable by rank: {named} are each ranked among their own kind."


def judged(
    subjects: Sequence[Subject],
    facts: Sequence[FactRow],
    capabilities: Sequence[CapabilityRow],
    formula: Formula,
) -> Judgement:
    why_not = why_not_comparable(subjects)
    if why_not:
        return Judgement(why_not, Verdict.NOT_COMPARABLE, None, None, (Finding("kinds", why_not, ("kind",)),))
    ranked = sorted(
        (it for it in subjects if it.ranked), key=lambda it: (-it.ranked.standing.score, it.slug) if it.ranked else ()
    )
    if len(ranked) < len(subjects) or len(ranked) < 2:
        missing = [it.name for it in subjects if it.ranked is None]
        text = f"There is not enough evidence to rank {' and '.join(missing)}."
        return Judgement(text, Verdict.NOT_ENOUGH_EVIDENCE, None, None, (Finding("unranked", text, ("rank",)),))
    first, second = ranked[0], ranked[1]
    standings = [it.ranked.standing for it in ranked if it.ranked]
    probability = min(probability_above(standings[0], standing, formula) for standing in standings[1:])
    found = outcome(probability, formula)
    if found == Outcome.TIE:
        text = f"By rank {first.name} and {second.name} are tied: their bands overlap too far to tell."
        return Judgement(text, Verdict.TIE, None, probability, (Finding("rank", text, ("rank",)),))
    likely = "likely " if found == Outcome.LIKELY_ABOVE else ""
    text = f"{first.name} {likely}ranks above {second.name}."
    return Judgement(
        text, Verdict(found.value), first.slug, probability, (Finding("rank", text, ("rank",), (first.slug,)),)
    )
