"""What the ranks say: who is above, who is tied, whose do not compare, what leads, what would turn it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from catalog import wording
from catalog.choices import COMPONENTS
from catalog.kinds import KINDS
from ranking.comparison.findings.case import Case, Found, found
from ranking.comparison.order import Order, standing_of
from ranking.comparison.phrases import a_kind, are, likelihood, names, percent, possessive
from ranking.comparison.subject import Subject
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, Standing, probability_above
from ranking.signals import SIGNALS
from ranking.wording import THIN

#: Below this share of its evidence a rank is called thin.
THIN_COVERAGE = 0.5


def ranks(case: Case) -> Iterator[Found]:
    """Of each kind of which two or more are ranked: across kinds the ranks say nothing."""
    for order in case.peers:
        among = "" if len(case.kinds) == 1 else f"Among the {KINDS[order.leader.kind].plural_within} here, "
        level = order.those(Outcome.TIE)
        if level:
            whose = "Their bands" if len(level) == len(order.outcomes) else "The bands of those tied"
            why = f"{whose} overlap too far to tell which is higher."
        elif len(order.subjects) == 2:
            why = f"The probability that it does is {likelihood(order.probability)}."
        else:
            why = f"Against the closest of them the probability is {likelihood(order.probability)}."
        favours = [order.winner] if order.winner else []
        yield found("rank", f"{among}{outcome_in_words(order)}: {_figures(case, order)}. {why}", ("rank",), favours)


def _figures(case: Case, order: Order) -> str:
    """Of two, the figures alone: many a name ends in a number."""
    if len(order.subjects) == 2:
        one, other = (case.text("rank", it) for it in order.subjects)
        return f"{one} {'against' if order.winner else 'and'} {other}"
    return ", ".join(f"{it.name} at {case.text('rank', it)}" for it in order.subjects)


def outcome_in_words(order: Order) -> str:
    """A and B are tied by rank, and C ranks below A. A ranks above B and likely above C."""
    surely, likely, level = (order.those(it) for it in (Outcome.ABOVE, Outcome.LIKELY_ABOVE, Outcome.TIE))
    leader = order.leader.name
    if level:
        text = f"{names([order.leader, *level])} are tied by rank"
        below = [f"{names(surely)} {_rank(surely)} below {leader}"] if surely else []
        below += [f"{names(likely)} likely {_rank(likely)} below {leader}"] if likely else []
        return "; ".join([text, *below])
    if surely and likely:
        return f"{leader} ranks above {names(surely)} and likely above {names(likely)}"
    return f"{leader} ranks above {names(surely)}" if surely else f"{leader} likely ranks above {names(likely)}"


def _rank(subjects: Sequence[Subject]) -> str:
    return "ranks" if len(subjects) == 1 else "rank"


def kinds(case: Case) -> Iterator[Found]:
    if len(case.kinds) > 1:
        said = wording.listed([f"{it.name} is {a_kind(it.kind)}" for it in case.subjects])
        text = f"They are not comparable by rank: {said}, and each kind is ranked on a scale of its own."
        yield found("kinds", text, ("kind",))


def unranked(case: Case) -> Iterator[Found]:
    if case.unranked:
        missing = case.unranked
        text = (
            f"{names(missing)} {are(missing)} not ranked yet: there is not enough evidence. "
            f"Nothing follows from that, neither for {'it' if len(missing) == 1 else 'them'} nor against."
        )
        yield found("unranked", text, ("rank",))


def coverage(case: Case) -> Iterator[Found]:
    """Only what is far from complete: the band says the rest."""
    for it, cell in case.known("coverage"):
        if cell.value < THIN_COVERAGE:
            text = (
                f"{possessive(it.name)} rank rests on {cell.text} of the evidence that "
                f"{a_kind(it.kind)} can have, so its band is wide: {case.text('rank', it)}."
            )
            yield found("coverage", text, ("coverage", "rank"))


def components(case: Case) -> Iterator[Found]:
    """Who leads on which, by as much as the ranks' own wobble allows one to say."""
    for order in case.peers:
        for leader in order.subjects:
            leads = [name for name in COMPONENTS if leads_on(leader, name, order, case.formula)]
            if not leads:
                continue
            others = [it for it in order.subjects if it is not leader]
            figures = [f"{name} ({_against(case, name, leader, others)})" for name in leads]
            text = f"{leader.name} leads {names(others)} on {wording.listed(figures)}."
            clause = f"ahead on {wording.listed(leads)}"
            yield found("components", text, (*leads, "rank"), [leader], clause=clause)


def _against(case: Case, name: str, leader: Subject, others: Sequence[Subject]) -> str:
    return f"{case.text(name, leader)} against {wording.listed([case.text(name, it) for it in others])}"


def component(it: Subject, name: str) -> float | None:
    return it.ranked.components.get(name) if it.ranked else None


def leads_on(leader: Subject, name: str, order: Order, formula: Formula) -> bool:
    """Over each of its peers, all of whom have data on it: a 57 against a 58 is no lead, nor is one against nothing."""
    own = component(leader, name)
    if own is None:
        return False
    for it in order.subjects:
        other = component(it, name)
        if it is leader:
            continue
        if other is None:
            return False
        if probability_above(_around(own, leader), _around(other, it), formula) < formula.likely_above:
            return False
    return True


def _around(value: float, it: Subject) -> Standing:
    """A component with the rank's band about it: it has none of its own."""
    standing = standing_of(it)
    reach = max(standing.high - standing.score, standing.score - standing.low)
    return Standing(value, value - reach, value + reach)


def flips(case: Case) -> Iterator[Found]:
    """By which component another one would come first, weighed how much."""
    for order in case.peers:
        if order.winner is None:
            continue
        own = weights_of(order.leader.kind, case.formula)
        for it in order.subjects[1:]:
            for name in COMPONENTS:
                share = flip_share(it, name, order, own)
                if share is None or not leads_on(it, name, order, case.formula):
                    continue
                least = math.ceil(100 * share)
                if least >= 100:
                    continue
                text = (
                    f"{it.name} leads on {name}; weighing it above {least}{THIN}% puts {it.name} first. "
                    f"The rank’s own formula weighs it {percent(own.get(name, 0.0))}."
                )
                yield found("flip", text, (name, "rank"), [it])


def flip_share(it: Subject, name: str, order: Order, own: Mapping[str, float]) -> float | None:
    """Above which share of the weight, the others shrunk in proportion, `it` comes first; None where there is none.

    Each lead of one over another is a straight line in that share: where the last of them crosses zero is the answer.
    """
    known = [one for one in COMPONENTS if all(component(peer, one) is not None for peer in order.subjects)]
    total = sum(own.get(one, 0.0) for one in known)
    if name not in known or not total:
        return None
    weights = {one: own.get(one, 0.0) / total for one in known}
    now = weights[name]
    if now >= 1:
        return None
    crossing = now
    for peer in order.subjects:
        if peer is it:
            continue
        lead = {one: (component(it, one) or 0.0) - (component(peer, one) or 0.0) for one in known}
        rest = sum(weights[one] * lead[one] for one in known if one != name) / (1 - now)
        if lead[name] <= 0:
            return None
        if rest < 0:
            crossing = max(crossing, -rest / (lead[name] - rest))
    return crossing if now < crossing < 1 else None


def weights_of(kind: str, formula: Formula) -> dict[str, float]:
    """What a formula gives each component of a kind, as shares of one."""
    result = dict.fromkeys(COMPONENTS, 0.0)
    for name, weight in formula.weights[kind].items():
        result[str(SIGNALS[name].component)] += weight
    total = sum(result.values())
    return {name: weight / total for name, weight in result.items()}
