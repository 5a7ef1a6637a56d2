"""Drafts of formulas: begun from the live one, edited as text, thrown away. `configurations.publish` makes one live.

A draft may be broken for as long as it is being written: its text is kept as it stands, with what is wrong by line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from ranking.configurations import live_configuration
from ranking.formulas import BrokenFormula, formula_in
from ranking.models import Configuration, ConfigurationState

#: Far more than any formula needs; what is longer is a mistake of the clipboard.
LONGEST = 200_000
Problem = tuple[int, str]


class CannotEdit(Exception):
    """The sentence says why not."""


def new_draft(*, now: dt.datetime) -> Configuration:
    """The live formula under the next number, for somebody to change."""
    live = live_configuration(now=now)
    version = next_version()
    draft, is_mine = Configuration.objects.get_or_create(
        version=version, defaults={"text": _with_version(live.text, version)}
    )
    if not is_mine:
        raise CannotEdit(f"Somebody has begun version {version} at this very moment.")
    return draft


def next_version() -> str:
    taken = Configuration.objects.values_list("version", flat=True)
    return str(max((int(version) for version in taken if version.isdecimal()), default=0) + 1)


def _with_version(text: str, version: str) -> str:
    """Both the number that is read and the one in the heading, where there is one."""
    text = re.sub(r"^version:.*$", f'version: "{version}"', text, count=1, flags=re.MULTILINE)
    return re.sub(r"\A(# .*\bversion )\w+", rf"\g<1>{version}", text)


def problems_in(draft: Configuration) -> list[Problem]:
    """What keeps it from being tried and published, by line."""
    try:
        formula = formula_in(draft.text)
    except BrokenFormula as broken:
        return broken.problems
    if formula.version != draft.version:
        return [(_line_of_version(draft.text), f"This draft is version “{draft.version}”; the text has to say so.")]
    return []


def _line_of_version(text: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if line.startswith("version:")), 1)


def digest_of(text: str) -> str:
    """What a form carries, to tell whether somebody else has saved meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(draft: Configuration, text: str, *, was: str) -> None:
    """`was` is the digest of the text that the editor began with. Broken text is kept as well."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise CannotEdit(f"A formula has at most {LONGEST:,} characters.")
    if "\0" in text:
        raise CannotEdit("It holds a character that no text has.")
    if digest_of(draft.text) != was:
        raise CannotEdit("Somebody else has saved it meanwhile. Open it in another window, and put both together.")
    drafts = Configuration.objects.filter(pk=draft.pk, state=ConfigurationState.DRAFT)
    if drafts.filter(text=draft.text).update(text=text) != 1:
        raise CannotEdit("It has been published or changed meanwhile. Look at it again.")
    draft.text = text


def discard(draft: Configuration) -> None:
    if not Configuration.objects.filter(pk=draft.pk, state=ConfigurationState.DRAFT).delete()[0]:
        raise CannotEdit("It is published, and what is published stays.")
