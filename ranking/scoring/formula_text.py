"""A formula's text as YAML: its parts, and the line on which each stands.

What YAML lets pass and a formula must not is refused here: a name that stands twice, of which the first would silently
count for nothing, references, and what only looks like a number or a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Path = tuple[str, ...]

#: A formula's own parts lie four deep.
MAX_DEPTH = 20
_OPEN = (
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
)
_CLOSE = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)

_WHOLE_BLOCKS = ("while parsing a block mapping", "while parsing a block collection")


class BrokenFormula(Exception):
    def __init__(self, problems: list[tuple[int, str]]):
        self.problems = sorted(problems)
        super().__init__("\n".join(f"line {line}: {text}" for line, text in self.problems))


def read(text: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The parts, and by the path to each part its line. Raises BrokenFormula."""
    depth = 0
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            # Whoever reads on pays by the square of the depth.
            depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
            if depth > MAX_DEPTH:
                raise BrokenFormula([(token.start_mark.line + 1, "Its parts lie too deep in one another.")])
            # A few lines of references to references would stand for more text than any machine holds.
            if isinstance(token, yaml.AliasToken):
                raise BrokenFormula([(token.start_mark.line + 1, "Every number is written where it stands, not as *.")])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        problems = list(_problems(node))
        if problems:
            raise BrokenFormula(problems)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BrokenFormula([_broken(error)]) from error
    if not isinstance(data, dict):
        raise BrokenFormula([(1, "A formula is a list of named parts.")])
    return data, dict(_walk(node, ()))


def _broken(error: yaml.YAMLError) -> tuple[int, str]:
    """Where what is broken begins: of a bracket that is not closed, the line on which it was opened."""
    found, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if found is None:
        return 1, f"It is not YAML: {error}".split("\n")[0]
    context, problem = getattr(error, "context", None), getattr(error, "problem", None)
    text = "It is not YAML: " + ", ".join(told.replace("\n", "\\n") for told in (context, problem) if told)
    # A block's context begins where the block does: with the first part of the formula, however far above.
    if began is None or began.line >= found.line or context in _WHOLE_BLOCKS:
        return found.line + 1, f"{text}."
    return began.line + 1, f"{text} on line {found.line + 1}."


def _problems(node: Any) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[Any, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode):
                if key.tag == "tag:yaml.org,2002:merge":
                    yield line, "Every number is written where it stands, not taken over by “<<”."
                    continue
                yield from _problems(key)
                if (name := _value(key)) in seen:
                    yield line, f"“{key.value}” stands here for the second time; first on line {seen[name]}."
                seen[name] = line
            yield from _problems(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _problems(value)
    elif isinstance(node, yaml.ScalarNode) and isinstance(wrong := _value(node), ValueError):
        yield node.start_mark.line + 1, f"“{node.value[:40]}” is neither a number nor a text: {wrong}."


def _value(node: Any) -> Any:
    """What a single number or text is read as, or the ValueError that it is none. 0 and 0.0 are one name."""
    try:
        return yaml.SafeLoader("").construct_object(node)
    except ValueError as error:
        return error


def _walk(node: Any, path: Path) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value), key.start_mark.line + 1
            yield from ((where, line) for where, line in _walk(value, (*path, key.value)) if len(where) > len(path) + 1)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _walk(value, (*path, str(place)))
