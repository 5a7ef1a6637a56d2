"""What the last part of a page's address looks like, and one made out of any text. Pure; imports nothing of ours.

`-vs-` joins two slugs in the address of a comparison (`/compare/<a>-vs-<b>/`). No slug of an artifact holds it, ends
with `-vs` or begins with `vs-`: `a-vs-vs-b` could otherwise be read in two ways.
"""

from __future__ import annotations

import re

from django.utils.text import slugify

PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
#: The same in JSON schemas, as what a slug may not match.
AMBIGUOUS = r"^vs-|-vs-|-vs$"
NO_VS = "A slug cannot contain -vs-, begin with vs- or end with -vs: comparisons’ addresses put -vs- between two slugs."


def is_ambiguous(slug: str) -> bool:
    """Whether a comparison's address with it could be read in two ways."""
    return re.search(AMBIGUOUS, slug) is not None


def unambiguous(slug: str, *, longest: int = 120) -> str:
    """The slug without the word “vs”, cut; empty where nothing else is left."""
    # Cut first: to cut “-vscode” may leave “-vs”.
    return "-".join(word for word in slug[:longest].split("-") if word and word != "vs")


def slug_from(text: str, *, longest: int) -> str:
    """Out of what something is called; empty where it has no Latin letter and no digit."""
    return unambiguous(slugify(re.sub(r"[/.:_]", " ", text)).replace("_", "-"), longest=longest)
