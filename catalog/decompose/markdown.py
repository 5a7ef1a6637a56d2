"""Reads a README or a model card: front matter, headings and feature lists, line by line.

Pure, and linear in the text: no pattern here runs over more than one line, nor over a line of more than LONGEST_LINE.
Code blocks, tables, quotations, badges, and sections about installing, changes, plans or limits are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.decompose.phrases import MAX_CHARS, MAX_PHRASES, Form, Phrase, clipped, is_claim, words_of
from catalog.decompose.tags import phrase_of_tag

LONGEST_LINE = 1_000
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_ITEM = re.compile(r"( {0,12})(?:[-*+•]|\d{1,3}[.)])[ \t]+(.*)")
#: A line of a paragraph: no list, heading, table, quotation, picture or markup, and not indented as code is.
_PROSE = re.compile(r" {0,3}(?:[A-Za-z“\"(]|[*_]{1,2}[A-Za-z`\[]|`[A-Za-z]|\[[^!])")
_END = re.compile(r"(?<=[.!?])\s+")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*[^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()\s]*[^()]*\)|\[[^\[\]]*\])")
_MARKUP = re.compile(r"<[^<>]*>|https?://[^\s)>\]]+")
_LEAD = re.compile(r"(\*\*|__|`)([^*_`]{2,80}|[^*`]{2,80})\1")
_COLON = re.compile(r"\s*(?::|\s[–—-]+)\s")
#: Sections that tell of something else than of what the thing does.
_ASIDE = re.compile(
    r"\b(?:install\w*|set ?up|setting up|getting started|quick ?start|usage|how to use|examples?|demo|change ?log"
    r"|changes|release notes|releases|what[’']?s new|news|updates|history|road ?map|to ?do|future|planned|plans?"
    r"|coming soon|limitations?|known issues|out of scope|misuse|bias\w*|risks?|contribut\w*|licen[cs]\w*"
    r"|acknowledge?ments?|thanks|credits|citation|cite|bibtex|references|related|comparisons?|compared|versus|vs"
    r"|alternatives?|faq|requirements|prerequisites|dependencies|sponsors?|backers|support us|community|contact"
    r"|authors?|contributors|troubleshooting|evaluation|results|training|hardware|environment\w*|development|building"
    r"|testing|tests|deployment|configuration|security|privacy|table of contents|contents|dataset structure"
    r"|data (?:instances|fields|splits)|dataset creation|annotations?|considerations|additional information"
    r"|personal and sensitive|source data|curation|not supported|unsupported|migration|upgrading|languages)\b"
)
#: Fields of cards, and lines that end in a colon: they announce what follows.
_FIELD = re.compile(
    r"^(?:home ?page|repository|paper|leader ?board|point of contact|contact|website|source|size|licen[cs]e|languages?"
    r"|model type|developed by|funded by|shared by|finetuned from|demo|blog|author|version|status)\b[^:]{0,20}:"
    r"|.{0,80}:$",
    re.IGNORECASE,
)
_INSTALLING = re.compile(
    r"^(?:\$ |(?:npm|npx|pip|pip3|pipx|uv|uvx|brew|docker|cargo|go|git|yarn|pnpm|apt|apt-get|conda|curl|wget|sudo|cd"
    r"|install|clone|download|run|copy|add|open|click|select|restart|navigate|make sure|ensure|create an?|set|export"
    r"|see|read|check out|visit)\s)",
    re.IGNORECASE,
)


def phrases_of(text: str) -> list[Phrase]:
    """In the order of the text, MAX_PHRASES at most."""
    found: list[Phrase] = []
    for phrase in _phrases(text[:MAX_CHARS].split("\n")):
        found.append(phrase)
        if len(found) == MAX_PHRASES:
            break
    return found


def _phrases(lines: list[str]) -> Iterator[Phrase]:
    body = 0
    if lines and lines[0].strip() == "---":
        body = next((at for at, line in enumerate(lines[1:2_000], start=2) if line.strip() == "---"), 0)
        yield from _front_matter(lines[1 : max(body - 1, 0)])
    fence = ""
    is_comment = False
    prose: list[str] = []  # the paragraph at hand, while the introduction lasts
    headings = 0
    aside_from = 7  # the level of the heading whose section is passed over; 7 is none
    for number, whole in enumerate(lines[body:], start=body + 1):
        line = whole[:LONGEST_LINE].rstrip()
        is_prose = bool(line) and headings < 2 and not fence and not is_comment and bool(_PROSE.match(line))
        if prose and not is_prose:
            yield from _sentences("\n".join(prose), number - len(prose))
            prose = []
        if not line:
            continue
        if is_prose and aside_from == 7:
            prose.append(line)
            continue
        if fence:
            closing = line.strip()
            if closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
            continue
        if is_comment or line.lstrip().startswith("<!--"):
            is_comment = "-->" not in whole
            continue
        if found := _FENCE.match(line):
            fence = found.group(1)
            continue
        if found := _HEADING.match(line):
            headings += 1
            level, words = len(found.group(1)), found.group(2).strip().rstrip("#").strip()
            if level <= aside_from:
                aside_from = level if _is_aside(words) else 7
            if level > 1 and aside_from == 7 and (phrase := _phrase(Form.HEADING, words, number)):
                yield phrase
            continue
        if (
            aside_from == 7
            and (found := _ITEM.match(line))
            and (phrase := _phrase(Form.FEATURE, found.group(2), number))
        ):
            yield phrase
    yield from _sentences("\n".join(prose), len(lines) + 1 - len(prose))


def _sentences(paragraph: str, number: int) -> Iterator[Phrase]:
    for sentence in _END.split(paragraph[:2_000])[:8]:
        if phrase := _phrase(Form.PROSE, sentence, number):
            yield phrase


def _is_aside(heading: str) -> bool:
    return bool(_ASIDE.search(" ".join(words_of(heading)))) or not is_claim(heading)


def _phrase(form: Form, passage: str, number: int) -> Phrase | None:
    quote = clipped(passage)
    text = bare(quote)
    if len(text) < 3 or not is_claim(bare(passage)) or _INSTALLING.match(text) or _is_pointer(passage, text):
        return None
    lead = _LEAD.match(_LINK.sub(r"\1", passage.lstrip()))
    head = lead.group(2) if lead else ""
    if not head and (colon := _COLON.search(text)):
        head = text[: colon.start()]
    return Phrase(form, text, quote, number, head=head.strip(" :.") if len(head) <= 80 else "")


def _is_pointer(passage: str, text: str) -> bool:
    """A line that leads with a link names something else; one such as “Leaderboard: …” is a field of a card."""
    return bool(_FIELD.match(text)) or (passage.lstrip("*_ ").startswith("[") and "](" in passage[:400])


def bare(passage: str) -> str:
    """The words of a line without links, pictures, markup and signs of emphasis."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", passage))
    text = _MARKUP.sub("", text)
    for sign in ("**", "__", "`", "~~", "[x]", "[X]"):
        text = text.replace(sign, "")
    return " ".join(text.split()).strip("*_ ")


# --- front matter -----------------------------------------------------------------------------------------------------

#: Keys of a card's front matter whose values are tasks, and those whose values are tags.
_TASKS = ("pipeline_tag", "task_categories", "task_ids")
_TAGS = ("tags",)


def _front_matter(lines: list[str]) -> Iterator[Phrase]:
    """Plain keys and lists of words; no YAML reader, so nothing in it can unfold."""
    key = ""
    for number, whole in enumerate(lines, start=2):
        line = whole[:LONGEST_LINE].rstrip()
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if line[0] not in " -" and ":" in line:
            key, _, rest = line.partition(":")
            values = rest.strip().strip("[]").split(",")
        elif stripped.startswith("- "):
            values = [stripped[2:]]
        else:
            continue
        form = Form.TASK if key.strip() in _TASKS else Form.TAG if key.strip() in _TAGS else None
        for value in values:
            word = value.strip().strip("\"'")
            if form and word and (phrase := phrase_of_tag(word, number, is_task=form == Form.TASK)):
                yield phrase
