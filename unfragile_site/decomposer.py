"""The settings of the decomposer: how texts are taken apart, and by whose model. settings.py asks for them.

docs/reference/settings.md explains each variable, docs/explanation/decomposing.md what is done with them.
"""

from __future__ import annotations

from typing import Any

import environ


def decomposer(env: environ.Env) -> dict[str, Any]:
    return {
        # From which confidence on a proposal is published without an editor; 2 is more than any has.
        "ACCEPT_FROM": env.float("DECOMPOSER_ACCEPT_FROM", default=2.0),
        # An endpoint with the API of OpenAI, such as http://127.0.0.1:11434/v1; without one there are the rules.
        "URL": env("DECOMPOSER_URL", default="").rstrip("/"),
        "MODEL": env("DECOMPOSER_MODEL", default=""),
        "KEY": env("DECOMPOSER_KEY", default=""),
        # What one run may take, and what a million tokens cost in and out, in US dollars.
        "MAX_TOKENS": env.int("DECOMPOSER_MAX_TOKENS", default=200_000),
        "MAX_COST": env.float("DECOMPOSER_MAX_COST", default=1.0),
        "PRICE_IN": env.float("DECOMPOSER_PRICE_IN", default=0.0),
        "PRICE_OUT": env.float("DECOMPOSER_PRICE_OUT", default=0.0),
    }
