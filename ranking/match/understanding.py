"""Wishes that stand in the words of an intent: "free", "open weights", "runs locally", "an MCP server for ...".

Pure. Each is found with the words it came from, so that a page can show it as a chip that is removed by a click. Only
plain cases are read: a wish that is not there is worse than one that is overlooked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ranking.match.text import cleaned


@dataclass(frozen=True)
class Understood:
    facet: str
    #: What the reader typed.
    words: str
    #: What the chip says.
    label: str


_KINDS = {
    "mcp": ("MCP server", r"mcp(?: servers?| tools?| integrations?| connectors?)?"),
    "dataset": ("Dataset", r"data ?sets?|training corpus|training corpora"),
    "benchmark": ("Benchmark", r"benchmarks?(?= (?:for|of|that|to)\b)"),
    "cli": ("Command-line tool", r"cli|command[- ]line (?:tool|app|program|interface|utility)s?"),
    "finetune": ("Fine-tune", r"fine[- ]?tunes?|fine[- ]tuned (?:model|version)s?"),
    "framework": ("Framework", r"(?:agent |python |javascript |typescript )?frameworks?"),
    "extension": ("Extension", r"(?:browser|chrome|firefox|vs ?code|editor|ide) (?:extension|plug-?in|add-?on)s?"),
    "model": ("Model", r"(?:language|open|vision|speech|embedding|diffusion|foundation|ai|ml) models?|llms?|models? (?=for|that|to\b)"),
    "prompt": ("Prompt", r"(?:system )?prompts?(?= (?:for|that)\b)"),
    "workflow": ("Workflow", r"(?:n8n|zapier|make|automation) workflows?"),
    "skill": ("Skill", r"(?:agent|claude) skills?"),
    "template": ("Template", r"(?:starter|project|app) templates?"),
    "api": ("API", r"(?:hosted |rest |web |http )?apis?(?= (?:for|that|to)\b)"),
    "agent": ("Agent", r"(?:ai|coding|autonomous|research) agents?|agents? (?=for|that\b)"),
    "webapp": ("Web app", r"web ?apps?|web applications?"),
    "repo": ("Repository", r"(?:github |git )?repositor(?:y|ies)|github repos?"),
}
#: Where one of these stands before or after, the thing is spoken of, not wished for.
_SPOKEN_OF = r"(?:my|our|this|these|the|your|from|train|build|create|evaluate|fine-tune|test|clean|call|write|improve)"
_OTHERS = (
    ("price:free", "Free", r"(?:completely |totally )?free(?: of charge| to use| tier)?(?! (?:text|time|form|space|style|software|from|up|will|speech)\b)|no cost|without paying|at no charge"),
    ("price:paid", "Paid", r"paid(?= (?:plan|service|product|api|tool)s?\b)|commercial service"),
    ("weights:open", "Open weights", r"open[- ]weights?|open weight models?|downloadable weights|weights available"),
    ("licence:permissive", "Permissive licence", r"permissive(?:ly)?(?:[- ]licen[sc]ed?)?|(?:mit|apache|apache[- ]2(?:\.0)?|bsd)(?:[- ]licen[sc]ed?)(?: licen[sc]e)?|(?:mit|apache|apache 2\.0|bsd) licen[sc]e|commercial use|commercially usable"),
    ("licence:copyleft", "Copyleft licence", r"copyleft|a?gpl(?:v?[23])?"),
    ("source:open", "Open source", r"open[- ]?source(?:d)?|foss"),
    ("runs:locally", "Runs locally", r"(?:runs?|running|works?|working|usable) (?:it |them )?(?:completely |entirely |fully )?(?:locally|offline|on[- ]device|on my (?:own )?(?:laptop|machine|computer|pc|mac|phone|gpu|server|hardware))|self[- ]?host(?:ed|able|ing)?|on[- ]premises?|on[- ]prem|without (?:the )?(?:internet|cloud|network)|offline"),
)
_TYPES = {
    "text": r"texts?", "code": r"(?:source )?code", "image": r"images?|photos?|pictures?|screenshots?", "audio": r"audio|speech|sound|voice|music",
    "video": r"videos?", "document": r"documents?|pdfs?", "table": r"tables?|spreadsheets?|csv", "embedding": r"embeddings?", "3d": r"3d(?: models?| objects?| meshes)?",
}  # fmt: skip
_TYPE_LABELS = {"3d": "3D"}
_INTO = re.compile(
    r"\b(?P<from>{0})[- ](?:in)?to[- ](?P<to>{0})\b".format("|".join(f"(?:{pattern})" for pattern in _TYPES.values()))
)


def understood_in(query: str) -> tuple[Understood, ...]:
    """In the order in which they stand in the query, one of each sort."""
    text = cleaned(query)
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is longer: places would not agree
        lower = text
    found: list[tuple[int, Understood]] = []
    for kind, (label, pattern) in _KINDS.items():
        wished = re.search(
            rf"(?:^|\b(?:an?|any|some|best|good|find|need|want|which|free|open[- ]source|small|fast)\s)\s*(?:[\w-]+ )?(?P<it>{pattern})\b(?=\s|[.?!,]|$)",
            lower,
        )
        if wished and not re.search(rf"\b{_SPOKEN_OF}\s+(?:[\w-]+ )?$", lower[: wished.start("it")]):
            start, end = wished.span("it")
            found.append((start, Understood(f"kind:{kind}", text[start:end].strip(), label)))
            break
    for facet, label, pattern in _OTHERS:
        if (hit := re.search(rf"\b(?:{pattern})\b", lower)) and not re.search(
            r"\b(?:not|no|non|isn't|without|need not|sugar|gluten|ad|error|bug|hands|risk|tax|duty|royalty|cost)[ -]+(?:be |an? )?$",
            lower[: hit.start()],
        ):
            found.append((hit.start(), Understood(facet, text[hit.start() : hit.end()], label)))
    if turned := _INTO.search(lower):
        for direction, group, verb in (("input", "from", "Takes"), ("output", "to", "Gives")):
            kind = _type_of(turned[group])
            words = text[turned.start(group) : turned.end(group)]
            found.append((turned.start(group), Understood(f"{direction}:{kind}", words, f"{verb} {_label(kind)}")))
    return tuple(one for _, one in sorted(found, key=lambda item: item[0]))


def _type_of(word: str) -> str:
    return next(name for name, pattern in _TYPES.items() if re.fullmatch(pattern, word))


def _label(kind: str) -> str:
    return _TYPE_LABELS.get(kind, kind)
