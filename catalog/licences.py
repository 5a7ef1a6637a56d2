"""What class a licence belongs to: permissive, copyleft, restricted or unknown.

Pure: takes an SPDX expression, knows no database. Model licences without an SPDX id are written `LicenseRef-Name`.
"""

from __future__ import annotations

import re

from catalog.choices import LicenceClass

PERMISSIVE = frozenset(
    [
        "0BSD",
        "AFL-3.0",
        "Apache-2.0",
        "Artistic-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSD-3-Clause-Clear",
        "BSL-1.0",
        "CC-BY-2.0",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC0-1.0",
        "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0",
        "ISC",
        "MIT",
        "MIT-0",
        "NCSA",
        "ODC-By-1.0",
        "PDDL-1.0",
        "PostgreSQL",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "UPL-1.0",
        "WTFPL",
        "Zlib",
    ]
)
COPYLEFT = frozenset(
    [
        "AGPL-3.0",
        "AGPL-3.0-only",
        "AGPL-3.0-or-later",
        "CC-BY-SA-3.0",
        "CC-BY-SA-4.0",
        "CDDL-1.0",
        "CDLA-Sharing-1.0",
        "CECILL-2.1",
        "EPL-2.0",
        "EUPL-1.2",
        "GFDL-1.3-or-later",
        "GPL-2.0",
        "GPL-2.0-only",
        "GPL-2.0-or-later",
        "GPL-3.0",
        "GPL-3.0-only",
        "GPL-3.0-or-later",
        "LGPL-2.1",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MPL-2.0",
        "ODbL-1.0",
        "OSL-3.0",
    ]
)
#: Real licences that forbid some use: non-commercial, research only, by headcount, by behaviour.
RESTRICTED = frozenset(
    [
        "BUSL-1.1",
        "CC-BY-NC-2.0",
        "CC-BY-NC-3.0",
        "CC-BY-NC-4.0",
        "CC-BY-NC-ND-4.0",
        "CC-BY-NC-SA-3.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-ND-3.0",
        "CC-BY-ND-4.0",
        "Elastic-2.0",
        "PolyForm-Noncommercial-1.0.0",
        "SSPL-1.0",
    ]
)
_CANONICAL = {name.lower(): name for name in PERMISSIVE | COPYLEFT | RESTRICTED}
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+-]+")
#: From the freest to the tightest; OR takes the freest part, AND the tightest, unknown is tighter than all.
_ORDER = (LicenceClass.PERMISSIVE, LicenceClass.COPYLEFT, LicenceClass.RESTRICTED, LicenceClass.UNKNOWN)


class CannotRead(ValueError):
    """The text is not an SPDX expression."""


def canonical(expression: str) -> str:
    """The expression with known ids in their SPDX spelling and operators in capitals."""
    words = []
    for token in _tokens(expression):
        upper = token.upper()
        words.append(upper if upper in {"AND", "OR", "WITH"} else _CANONICAL.get(token.lower(), token))
    return " ".join(words).replace("( ", "(").replace(" )", ")")


def class_of(expression: str) -> LicenceClass:
    """The class of a whole expression; an empty one is unknown."""
    if not expression.strip():
        return LicenceClass.UNKNOWN
    tokens = _tokens(expression)
    position, result = _either(tokens, 0)
    if position != len(tokens):
        raise CannotRead(f"“{expression}” is not an SPDX expression.")
    return result


def _tokens(expression: str) -> list[str]:
    if _TOKEN.sub("", expression).strip():
        raise CannotRead(f"“{expression}” is not an SPDX expression.")
    return _TOKEN.findall(expression)


def _either(tokens: list[str], position: int) -> tuple[int, LicenceClass]:
    position, result = _both(tokens, position)
    while position < len(tokens) and tokens[position].upper() == "OR":
        position, other = _both(tokens, position + 1)
        result = min(result, other, key=_ORDER.index)
    return position, result


def _both(tokens: list[str], position: int) -> tuple[int, LicenceClass]:
    position, result = _one(tokens, position)
    while position < len(tokens) and tokens[position].upper() == "AND":
        position, other = _one(tokens, position + 1)
        result = max(result, other, key=_ORDER.index)
    return position, result


def _one(tokens: list[str], position: int) -> tuple[int, LicenceClass]:
    if position >= len(tokens) or tokens[position].upper() in {"AND", "OR", "WITH", ")"}:
        raise CannotRead("A licence is missing in the expression.")
    if tokens[position] == "(":
        position, result = _either(tokens, position + 1)
        if position >= len(tokens) or tokens[position] != ")":
            raise CannotRead("A closing bracket is missing in the licence expression.")
        return position + 1, result
    result = _class_of_id(tokens[position])
    position += 1
    if position < len(tokens) and tokens[position].upper() == "WITH":
        if position + 1 >= len(tokens):
            raise CannotRead("An exception is missing after WITH.")
        position += 2  # an exception only ever permits more
    return position, result


def _class_of_id(identifier: str) -> LicenceClass:
    known = _CANONICAL.get(identifier.rstrip("+").lower())
    if known in PERMISSIVE:
        return LicenceClass.PERMISSIVE
    if known in COPYLEFT:
        return LicenceClass.COPYLEFT
    if known in RESTRICTED:
        return LicenceClass.RESTRICTED
    # A licence of its own making (model and data licences) always restricts something, or it would not be its own.
    return LicenceClass.RESTRICTED if identifier.startswith("LicenseRef-") else LicenceClass.UNKNOWN
