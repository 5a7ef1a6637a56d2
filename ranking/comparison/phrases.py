"""Small pieces of the verdict's English: labels inside a sentence, how much more, whose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog import wording
from catalog.kinds import KINDS
from ranking.comparison.subject import Subject
from ranking.wording import THIN, whole

#: Named one by one in a sentence; the others are counted.
NAMED = 3


def inside(label: str) -> str:
    """Tool calling -> tool calling; what is written in capitals stays so: SQL generation, OpenAI-compatible API."""
    first = label.split(" ", 1)[0]
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


#: Capabilities called by what is there instead of by what is done.
_THINGS = ("benchmark", "corpus", "set", "interface", "editor", "client", "API")


def a_thing(label: str) -> str:
    """What is offered: tool calling, but a multilingual benchmark, an MCP client."""
    text = inside(label)
    return f"{_article(text)} {text}" if text.endswith(_THINGS) else text


def _article(text: str) -> str:
    return "an" if text[0] in "aeiou" or text.startswith(("API", "MCP", "Open")) else "a"


def a_kind(kind: str) -> str:
    """a model, an agent, an MCP server"""
    label = inside(KINDS[kind].label)
    return f"{_article(label)} {label}"


def names(subjects: Iterable[Subject], word: str = "and") -> str:
    """A, B and C; or with another word before the last."""
    *others, last = [it.name for it in subjects]
    return f"{', '.join(others)} {word} {last}" if others else last


def possessive(name: str) -> str:
    """Mixtral’s, Transformers’"""
    return f"{name}’" if name.endswith(("s", "S")) else f"{name}’s"


def some(texts: Sequence[str], most: int = NAMED) -> str:
    """a, b and c; a, b and 4 more. One that would be left alone is named too.

    What holds an “and” of its own comes last, so that one sees where it ends: a, and cost and format reporting.
    """
    ordered = sorted(texts, key=lambda text: " and " in text or ", " in text)
    if len(ordered) > most + 1:
        return f"{', '.join(ordered[:most])} and {len(ordered) - most} more"
    *others, last = ordered
    return f"{', '.join(others)}{',' if ' and ' in last else ''} and {last}" if others else last


def are(subjects: Sequence[Subject]) -> str:
    return "is" if len(subjects) == 1 else "are"


def percent(share: float) -> str:
    return f"{whole(100 * share)}{THIN}%"


def likelihood(probability: float) -> str:
    """Never a hundred: nothing about a rank is certain."""
    return f"over 99{THIN}%" if probability > 0.99 else f"about {percent(probability)}"


def as_much(more: float, less: float) -> str:
    """3.1 times as much, 24 % more"""
    ratio = more / less
    if ratio >= 10:
        return f"{wording.grouped(ratio)} times as much"
    if ratio >= 1.95:
        times = f"{ratio:.1f}".removesuffix(".0")
        return "twice as much" if times == "2" else f"{times} times as much"
    return f"{percent(ratio - 1)} more" if ratio >= 1.01 else f"less than 1{THIN}% more"
