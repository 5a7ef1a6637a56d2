"""Reading the formula's numbers: what is wrong is said all at once, each with its line."""

from __future__ import annotations

import pytest
import yaml

from catalog.choices import Kind
from ranking.formulas import BrokenFormula, formula_in, shipped_formula, shipped_text
from ranking.signals import SIGNALS, TRENDS, Family

TEXT = shipped_text()


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BrokenFormula) as caught:
        formula_in(text)
    return caught.value.problems


def line_of(fragment: str, text: str = TEXT) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_the_shipped_formula_reads_and_has_every_kind() -> None:
    formula = shipped_formula()
    assert set(formula.weights) == set(Kind.values)
    assert set(formula.signals) == set(SIGNALS) | set(TRENDS)
    assert formula.text == TEXT


def test_two_texts_have_two_digests() -> None:
    assert formula_in(TEXT).digest == shipped_formula().digest
    assert formula_in(TEXT + "\n# Another remark.\n").digest != shipped_formula().digest


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("deviation: 15", "deviation: 0.5", "“deviation” is 0.5; it lies between 1 and 50"),
        ("deviation: 15", "deviation: much", "“deviation” is missing or no number"),
        ("deviation: 15", "deviation: .nan", "“deviation” is missing or no number"),
        ("deviation: 15", "deviation: true", "“deviation” is missing or no number"),
        ("deviation: 15", "deviaton: 15", "Nothing is called “deviaton” here"),
        ("{0: 0.5, 7: 0.3, 14: 0.2}", "{0: 0.5, 7: 0.3}", "The shares add up to 1"),
        ("{0: 0.5, 7: 0.3, 14: 0.2}", "{1: 0.5, 7: 0.3, 14: 0.2}", "today (0) is among them"),
        ("{0: 0.5, 7: 0.3, 14: 0.2}", "{0: 0.5, 7: 0.3, -14: 0.2}", "Days ago are a number from 0 to 180"),
        ("{0: 0.5, 7: 0.3, 14: 0.2}", "{}", "today (0) is among them"),
        ("{0: 0.5, 7: 0.3, 14: 0.2}", "{0: 0.8, .inf: 0.2}", "Days ago are a number from 0 to 180"),
        ("discord: [1, 4]", "discord: [-5, -1]", "“discord” is two numbers from 0"),
        ("leap: 1000", "leap: 1" + 400 * "0", "“leap” is a number beyond all measure"),
        ("leap: 1000", "leap: 1" + 5_000 * "0", "neither a number nor a text"),
        ("leap: 1000", "leap: 2026-99-99", "neither a number nor a text"),
        ("discord: [1, 4]", "discord: [1]", "“discord” is two numbers"),
        ("discord: [1, 4]", "discord: [4, 1]", "“discord” is two numbers"),
        ("leap: 1000", "leap:", "“leap” is missing"),
        ("leap: 1000", "leap: 1", "“leap” is 1"),
        ("leap: 1000\n", "", "“leap” is missing"),
        ("rounds: 3", "rounds: 0", "“rounds” is 0"),
        ("match: {weight: 0.10", "match: {weight: 0.40", "“weight” is 0.4; it lies between 0 and 0.1"),
        ("  downloads:        {noise: 0.11, half_life: 30, days: 35}\n", "", "“downloads” has no numbers"),
        ("half_life: 30, days: 35", "half_life: 30", "“days” is missing or no number"),
        ("half_life: 30, days: 35", "half_life: 30, days: 35, mark: 2", "Nothing is called “mark” here"),
        ("      downloads: 0.20", "      downloads: 0.21", "“downloads” weighs 0.21; the most is 0.2"),
        ("      has_docs: 0.05", "      has_docs: 0.06", "“has_docs” weighs 0.06; the most is 0.05"),
        ("      last_release: 0.06", "      last_release: 0.20", "The family “vitality” weighs 0.39"),
        ("      downloads: 0.20", "      downlods: 0.20", "Nothing is called “downlods” here"),
        ("      downloads: 0.20", "      downloads: -0.1", "“downloads” is -0.1"),
        ("      downloads: 0.20", "      outcomes: 0.10", "Nothing is called “outcomes” here"),
        ("[repo, framework,", "[repo, framwork,", "There is no kind “framwork”"),
        ("kinds: [dataset]", "kinds: [dataset, repo]", "“repo” has weights already"),
        ("kinds: [dataset]", "kinds: []", "A group names its kinds"),
        ("kinds: [benchmark]", "kinds: [dataset]", "These kinds have no weights: benchmark"),
        ("growth: 0.80", "grwth: 0.80", "Nothing is called “grwth” here"),
        ("  closed_issues: 0.65", "  closed_isues: 0.65", "Nothing is called “closed_isues” here"),
        ('version: "1"', "version: 1", "The version is a short text"),
        ('version: "1"', 'version: " "', "The version is a short text"),
        ("# Rank = typical", "extra: 3\n# Rank = typical", "Nothing is called “extra” here"),
        ("scale: {typical: 50, deviation: 15, limit: 3.3}", "scale: 3", "“scale” is a list of named numbers"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, words: str) -> None:
    text = changed(old, new)
    found = problems(text)
    assert any(words in said for _, said in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deviation: 15", "deviation: 0.5"),
        ("discord: [1, 4]", "discord: [1, 99, 4]"),
        ("leap: 1000", "leap: 1"),
        ("half_life: 30, days: 35", "half_life: 0, days: 35"),
        ("      downloads: 0.20", "      downloads: 0.21"),
        ("      has_docs: 0.05", "      has_docs: 0.5"),
        ("growth: 0.80", "growth: -1"),
        ("  commits: 0.54", "  commits: 99"),
    ],
)
def test_each_problem_stands_at_its_line(old: str, new: str) -> None:
    assert line_of(old) in [line for line, _ in problems(changed(old, new))]


def test_all_problems_are_said_at_once_from_top_to_bottom() -> None:
    text = TEXT
    for old, new in (("deviation: 15", "deviation: 0"), ("leap: 1000", "leap: 0"), ("growth: 0.80", "growth: -1")):
        text = changed(old, new, text)
    found = problems(text)
    assert len(found) == 3
    assert found == sorted(found)
    with pytest.raises(BrokenFormula, match=r"line \d+: .*\nline \d+: .*\nline \d+: "):
        formula_in(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A formula is a list of named parts"),
        ("- 1\n- 2\n", "A formula is a list of named parts"),
        ("just words", "A formula is a list of named parts"),
        ("scale: {typical: 50", "It is not YAML"),
        ("scale:\n\t- 1", "It is not YAML"),
        ("version: !!python/object/apply:os.system ['true']", "It is not YAML"),
    ],
)
def test_what_is_no_formula_at_all_is_refused(text: str, words: str) -> None:
    assert words in problems(text)[0][1]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # What is opened and never closed is broken where it was opened, however much is read until that shows.
        ("scale: {typical: 50\nleap: 3\n", 2, "on line 3"),
        ("escrow: {{{\nreview: {times: 3}\nleap: 3\n", 2, "on line 4"),
        ("kinds: [repo,\n  cli\nleap: 3\nmemory: 2\n", 2, "expected ',' or ']'"),
        ("scale: 'fifty\nleap: 3\nmemory: 2\n", 2, "quoted scalar"),
        ("scale\nleap: 3\n", 2, "could not find expected ':'"),
        # A block begins with its first part, which may be far from what is wrong.
        ("scale:\n  typical: 50\n limit: 3\n", 4, "expected <block end>"),
        ("scale:\n  typical: 50\n   limit: 3\n", 4, "mapping values are not allowed here"),
        ("leap: 3\nscale: ]\n", 3, "but found ']'"),
    ],
)
def test_a_broken_text_says_the_line_where_what_is_broken_begins(text: str, line: int, words: str) -> None:
    ((found, told),) = problems('version: "1"\n' + text)
    assert found == line
    assert words in told
    assert "\n" not in told


def test_an_open_bracket_in_the_shipped_formula_is_named_by_its_own_line() -> None:
    rows = TEXT.split("\n")
    place = next(n for n, row in enumerate(rows) if row.startswith("escrow:"))
    rows[place] = "escrow: {{{"
    ((found, _),) = problems("\n".join(rows))
    assert found == place + 1


def test_empty_parts_are_said_and_no_crash() -> None:
    for part in yaml.safe_load(TEXT):
        broken = yaml.safe_load(TEXT)
        broken[part] = None
        assert problems(yaml.safe_dump(broken)), part


def test_no_signal_weighs_above_a_fifth_and_no_family_above_35_hundredths() -> None:
    for weights in shipped_formula().weights.values():
        assert max(weights.values()) <= 0.20
        assert sum(weights.values()) <= 1 + 1e-9
        for family in Family:
            assert sum(w for name, w in weights.items() if SIGNALS[name].family == family) <= 0.35 + 1e-9


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      downloads: 0.20\n", "      downloads: 0.20\n      downloads: 0.05\n", "for the second time; first on"),
        ("leap: 1000", "leap: 1000\nleap: 10", "“leap” stands here for the second time"),
        ("{0: 0.5, 7", "{0: 0.5, 0.0: 0.5, 7", "“0.0” stands here for the second time"),
        ("rounds: 3}", "rounds: 1.5}", "“rounds” is 1.5; it is a whole number"),
        ("families: 2,", "families: 2.5,", "“families” is 2.5; it is a whole number"),
        ("leap: 1000", "leap: 2026-13-45", "“2026-13-45” is neither a number nor a text"),
        ("{typical: 50", "{<<: {typical: 50}", "not taken over"),
    ],
)
def test_what_yaml_lets_pass_is_refused_at_its_line(old: str, new: str, words: str) -> None:
    text = changed(old, new)
    # The line that differs, where several are new the last of them.
    expected = line_of(new, text) + new.rstrip("\n").count("\n")
    found = problems(text)
    assert [line for line, said in found if words in said] == [expected]


def test_momentum_of_nothing_is_refused() -> None:
    start = TEXT.index("\nmomentum:") + 1
    end = TEXT.index("\n\n", start)
    zeros = "momentum: {growth: 0, activity: 0}"
    for part in (zeros, "momentum: {}"):
        found = problems(TEXT[:start] + part + TEXT[end:])
        assert found == [(TEXT[:start].count("\n") + 1, "At least one share of momentum is above 0.")]
