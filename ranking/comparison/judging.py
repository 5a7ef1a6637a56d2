"""The verdict: the outcome by rank, where ranks compare, what else the table says, and one sentence of both. Pure.

The winner is found by `order`; what else there is to say, by the rules (`findings/`). The sentence takes the outcome
and the two findings that matter most to somebody who has to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

from catalog import wording
from catalog.kinds import KINDS
from ranking.comparison.findings import findings_of
from ranking.comparison.findings.case import Case, Found
from ranking.comparison.findings.ranks import outcome_in_words
from ranking.comparison.order import Order
from ranking.comparison.phrases import a_kind, are, names
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityRow, FactRow, Finding, Judgement, Verdict
from ranking.scoring.configuration import Formula

#: What matters to a chooser, most of all first.
_TELLING = ("deprecated", "workload", "prices", "free", "licence", "only", "larger", "benchmark")


def why_not_comparable(subjects: Sequence[Subject]) -> str:
    """In a sentence; empty where the ranks may be set against each other."""
    kinds = list(dict.fromkeys(it.kind for it in subjects))
    if len(kinds) == 1:
        return ""
    named = wording.listed([KINDS[kind].plural_within for kind in kinds])
    return f"They are not comparable by rank: {named} are each ranked among their own kind."


def judged(
    subjects: Sequence[Subject],
    facts: Sequence[FactRow],
    capabilities: Sequence[CapabilityRow],
    formula: Formula,
) -> Judgement:
    case = Case(tuple(subjects), {row.name: row for row in facts}, tuple(capabilities), formula)
    found = findings_of(case)
    findings = tuple(it.finding for it in found)
    if len(case.kinds) > 1:
        return _without_winner(_kinds(case), Verdict.NOT_COMPARABLE, found, findings)
    if case.unranked:
        return _without_winner(_unranked(case), Verdict.NOT_ENOUGH_EVIDENCE, found, findings)
    order = case.peers[0]
    winner = order.winner.slug if order.winner else None
    sentence = _sentence(_outcome(order, found), _reasons(found, winner))
    return Judgement(sentence, Verdict(order.outcome.value), winner, order.probability, findings)


def _without_winner(outcome: str, verdict: Verdict, found: Sequence[Found], findings: tuple[Finding, ...]) -> Judgement:
    return Judgement(_sentence(outcome, _reasons(found, None)), verdict, None, None, findings)


def _kinds(case: Case) -> str:
    if case.is_pair:
        one, other = case.subjects
        said = f"{one.name} is {a_kind(one.kind)} and {other.name} {a_kind(other.kind)}"
        return f"{said}, so they are not comparable by rank"
    return why_not_comparable(case.subjects).removesuffix(".")


def _unranked(case: Case) -> str:
    missing = case.unranked
    ranked = [it for it in case.subjects if it.ranked]
    text = f"There is not enough evidence to rank {names(missing)}"
    if not ranked:
        return text
    them = "it" if len(missing) == 1 else "them"
    return f"{text}, so whether {names(ranked)} {are(ranked)} above or below {them} is open"


def _outcome(order: Order, found: Sequence[Found]) -> str:
    """With what the winner leads on."""
    text = outcome_in_words(order)
    leads = next(
        (it.clause for it in found if it.finding.rule == "components" and it.finding.favours == (order.leader.slug,)),
        "",
    )
    return f"{text}, {leads}" if leads and order.winner else text


def _reasons(found: Sequence[Found], winner: str | None) -> list[str]:
    """Two at most: the first speaks for another than the winner where anything does, the second for yet another."""
    telling = sorted(
        (it for it in found if it.clause and it.finding.rule in _TELLING),
        key=lambda it: _TELLING.index(it.finding.rule),
    )
    against = [it for it in telling if winner not in it.finding.favours]
    if not telling:
        return []
    first = telling[0] if telling[0].finding.rule == "deprecated" else (against or telling)[0]
    rest = [it for it in telling if _gist(it) != _gist(first)]
    other = [it for it in rest if not set(it.finding.favours) & set(first.finding.favours)]
    second = (other or rest)[:1]
    return [it.clause for it in [first, *second]]


def _gist(it: Found) -> tuple[str, tuple[str, ...]]:
    """What two clauses may not have in common, or the sentence would say it twice."""
    return it.finding.rule, it.finding.favours


def _sentence(outcome: str, reasons: Sequence[str]) -> str:
    return f"{'; '.join([outcome, *reasons])}."
