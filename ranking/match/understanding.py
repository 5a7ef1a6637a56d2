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


#: Of each kind the names by which one is asked for. A bare "model" or "API" says too little of what is wanted unless
#: "for", "that" or "to" follows.
_WHICH = r"(?= (?:for|that|to|which|of)\b)"
_KINDS = (
    ("mcp", "MCP server", r"mcp(?: servers?| tools?| integrations?| connectors?)?"),
    ("dataset", "Dataset", r"data ?sets?|training corp(?:us|ora)"),
    ("benchmark", "Benchmark", rf"benchmarks?{_WHICH}"),
    ("cli", "Command-line tool", r"cli|command[- ]line (?:tool|app|program|interface|utility)s?"),
    ("finetune", "Fine-tune", r"fine[- ]?tunes?|fine[- ]tuned (?:model|version)s?"),
    ("framework", "Framework", r"(?:agent |python |javascript |typescript )?frameworks?"),
    ("extension", "Extension", r"(?:browser|chrome|firefox|vs ?code|editor|ide) (?:extension|plug-?in|add-?on)s?"),
    ("agent", "Agent", r"(?:ai|coding|autonomous|research) agents?|agents?(?= (?:for|that|to|which)\b)"),
    ("prompt", "Prompt", rf"system prompts?|prompts?{_WHICH}"),
    ("workflow", "Workflow", r"(?:n8n|zapier|automation) workflows?"),
    ("skill", "Skill", r"(?:agent|claude) skills?"),
    ("template", "Template", r"(?:starter|project|app) templates?"),
    ("webapp", "Web app", r"web ?apps?|web applications?"),
    ("repo", "Repository", r"(?:github |git )?repositor(?:y|ies)|github repos?"),
    ("api", "API", rf"(?:hosted |rest |web |http )?apis?{_WHICH}"),
    ("model", "Model", rf"(?:language|vision|speech|embedding|diffusion|foundation) models?|llms?|models?{_WHICH}"),
)
#: A kind is wished for where it opens the intent, or comes after words of wishing, with two words between at the most.
_WISHED = (
    r"(?:^|\b(?:need|want|wants|find|find me|recommend|suggest|looking for|search for|is there|are there|which|what|"
    r"best|free|open[- ]source)\s+)(?:(?:an?|any|some|the|good|best|small|fast)\s+)*(?:[\w-]+ ){0,2}?"
)
#: One look for all of them, since most intents name no kind.
_ANY_KIND = re.compile(rf"(?<!\S)(?:{'|'.join(pattern for _, _, pattern in _KINDS)})(?![\w-])")
#: After these it is spoken of: "evaluate my dataset" wishes for no dataset, and "run a model" for what runs one.
_SPOKEN_OF = re.compile(
    r"\b(?:my|our|this|these|your|from|in|of|to|with|on|about|for|specific|3d|train|build|create|make|write|evaluate|"
    r"test|clean|call|improve|label|process|run|running|serve|serving|host|hosting|deploy|load|quanti[sz]e|compress|"
    r"speed up|monitor|debug|document|query|search|store|share|publish|wrap|connect|chat with|talk to|fine-?tune)"
    r"\s+(?:an? |the )?(?:[\w-]+ )?$"
)

#: "Free" is wished for of a tool: "a hotel with free breakfast" is about breakfast.
_FREE = (
    r"(?:for|is|be|completely|totally|100%) free(?= *(?:$|[,.;?!)]|and\b|or\b|to use\b|of charge\b))"
    r"|free of charge|free to use|free (?:tier|plan|version)|no cost|without paying|at no charge"
    r"|free(?=(?: (?!and |or )[\w-]+){0,2} (?:tools?|apis?|models?|apps?|services?|software|llms?|mcp|datasets?"
    r"|alternatives?|servers?|agents?|frameworks?|librar(?:y|ies)|extensions?|plug-?ins?|generators?|converters?|transcription)\b)"
    r"|(?<=^)free(?= )|(?<=, )free(?= *(?:$|[,.]))"
)
_PERMISSIVE = (
    r"permissive(?:ly)?(?:[- ]licen[sc]ed?)?|(?:mit|bsd|apache(?:[- ]2(?:\.0)?)?)[- ]licen[sc]ed?|commercially usable"
)
_LOCALLY = (
    r"(?:runs?|running|works?|working|usable) (?:it |them )?(?:completely |entirely |fully )?"
    r"(?:locally|offline|on[- ]device|on my (?:own )?(?:laptop|machine|computer|pc|mac|phone|gpu|server|hardware))"
    r"|self[- ]?host(?:ed|able|ing)?|on[- ]prem(?:ises?)?|without (?:the )?(?:internet|cloud|network)|offline|locally"
)
_OTHERS = tuple(
    (facet, label, re.compile(rf"\b(?:{pattern})(?!\w)"))
    for facet, label, pattern in (
        ("price:free", "Free", _FREE),
        ("price:paid", "Paid", r"paid(?= (?:plan|service|product|api|tool)s?\b)|commercial service"),
        ("weights:open", "Open weights", r"open[- ]weights?|downloadable weights|weights available"),
        ("licence:permissive", "Permissive licence", _PERMISSIVE),
        ("licence:copyleft", "Copyleft licence", r"copyleft|a?gpl(?:v?[23])?"),
        ("source:open", "Open source", r"open[- ]?sourced?|foss"),
        ("runs:locally", "Runs locally", _LOCALLY),
    )
)
#: "gluten-free", "not free", "risk free": the opposite of the wish, or something else.
_NOT = re.compile(
    r"(?:\b(?:not|no|non|isn't|without|ad|ads|sugar|gluten|dairy|meat|error|bug|hands|risk|tax|duty|royalty|stress)"
    r"[ -]+(?:be |an? )?|[a-z]-)$"
)

_TYPES = {
    "text": r"texts?",
    "code": r"(?:source )?code",
    "image": r"images?|photos?|pictures?|screenshots?",
    "audio": r"audio|speech|sound|voice|music",
    "video": r"videos?",
    "document": r"documents?|pdfs?",
    "table": r"tables?|spreadsheets?|csv",
    "embedding": r"embeddings?",
    "3d": r"3d(?: models?| objects?| meshes)?",
}
_ANY_TYPE = "|".join(f"(?:{pattern})" for pattern in _TYPES.values())
_INTO = re.compile(rf"\b(?P<input>{_ANY_TYPE})[- ](?:in)?to[- ](?P<output>{_ANY_TYPE})\b")


def understood_in(query: str) -> tuple[Understood, ...]:
    """In the order in which they stand in the query."""
    text = cleaned(query)
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is longer: places would not agree
        return ()
    found = [*_kind(lower), *_others(lower), *_types(lower)]
    return tuple(Understood(facet, text[start:end], label) for start, end, facet, label in sorted(found))


def _kind(lower: str) -> list[tuple[int, int, str, str]]:
    """One at the most: something is either a dataset or a model."""
    if not _ANY_KIND.search(lower):
        return []
    for kind, label, pattern in _KINDS:
        wished = re.search(rf"{_WISHED}(?P<it>(?:{pattern}))(?![\w-])", lower)
        if wished and not _SPOKEN_OF.search(lower[: wished.start("it")]):
            return [(*wished.span("it"), f"kind:{kind}", label)]
    return []


def _others(lower: str) -> list[tuple[int, int, str, str]]:
    hits = [(pattern.search(lower), facet, label) for facet, label, pattern in _OTHERS]
    return [(*hit.span(), facet, label) for hit, facet, label in hits if hit and not _NOT.search(lower[: hit.start()])]


def _types(lower: str) -> list[tuple[int, int, str, str]]:
    """ "speech to text": what it takes and what it gives."""
    turned = _INTO.search(lower)
    if not turned:
        return []
    found = []
    for direction, verb in (("input", "Takes"), ("output", "Gives")):
        kind = next(name for name, pattern in _TYPES.items() if re.fullmatch(pattern, turned[direction]))
        label = f"{verb} {'3D' if kind == '3d' else kind}"
        found.append((*turned.span(direction), f"{direction}:{kind}", label))
    return found
