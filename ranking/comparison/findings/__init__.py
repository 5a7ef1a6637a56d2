"""The verdict's rule program: each rule reads the table and says what it finds, with the rows it stands on. Pure.

A rule is a function from a Case to findings. To add one, write it into the module of its subject and add a line here.
The order of the lines is the order in which a reader meets the findings.
"""

from __future__ import annotations

from dataclasses import replace

from ranking.comparison.findings import abilities, costs, facts, ranks
from ranking.comparison.findings.case import Case, Found, Rule

RULES: tuple[Rule, ...] = (
    ranks.kinds,
    ranks.ranks,
    ranks.unranked,
    facts.deprecated,
    ranks.components,
    ranks.flips,
    costs.workload,
    costs.prices,
    costs.free,
    costs.licence,
    abilities.only,
    abilities.lacks,
    facts.larger,
    facts.benchmarks,
    facts.updated,
    facts.derived,
    facts.disputes,
    ranks.coverage,
    facts.chosen,
)
#: More open at once nobody reads; the rest is folded, never dropped.
MOST_OPEN, MOST_OPEN_OF_A_RULE = 10, 2


def findings_of(case: Case) -> list[Found]:
    result: list[Found] = []
    of_rule: dict[str, int] = {}
    is_open = 0
    for rule in RULES:
        for found in rule(case):
            name = found.finding.rule
            of_rule[name] = of_rule.get(name, 0) + 1
            # A dispute is always said openly: it is why other things are not.
            fits = is_open < MOST_OPEN and of_rule[name] <= MOST_OPEN_OF_A_RULE
            is_folded = not fits and name != "disputed"
            is_open += not is_folded
            result.append(replace(found, finding=replace(found.finding, is_folded=True)) if is_folded else found)
    return result
