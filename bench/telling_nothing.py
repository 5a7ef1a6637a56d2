"""Can somebody outside tell by the time of an answer whether an address has an account here?

    python bench/telling_nothing.py                  40 answers for each: some four minutes
    python bench/telling_nothing.py --answers 500    as many as trust asks for: over an hour; --only log-in: a third

Asks for known and unknown addresses in turn, each from a network of its own, so that no limit answers in the place of
the form, and sets the two lists of times against each other: Mann and Whitney's p says how often chance alone makes
them differ as much. Beside it the same without the wait for a common moment, which shows what it is good for.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PASSWORD = "stronger-through-disorder"
FORMS: dict[str, tuple[str, Any]] = {
    "log-in": ("/accounts/login/", lambda a: {"login": a, "password": "not-the-password"}),
    "sign-up": ("/accounts/signup/", lambda a: {"email": a, "password1": PASSWORD + "!"}),
    "reset": ("/accounts/password/reset/", lambda a: {"email": a}),
}
LEAST_P = 0.01


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Two-sided p, by the normal approximation, ties shared."""
    import numpy as np

    values = np.array([*one, *other])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n, m = len(one), len(other)
    u = ranks[:n].sum() - n * (n + 1) / 2
    ties = float((counts**3 - counts).sum())
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))


def make_people(count: int) -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    hashed = make_password(PASSWORD)
    addresses = [f"known{n:05}@unfragile.example" for n in range(count)]
    people = User.objects.bulk_create(User(username=a.partition("@")[0], email=a, password=hashed) for a in addresses)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )


def times(form: str, answers: int, *, first: int) -> dict[str, list[float]]:
    """Seconds of each answer; the two of a pair in an order by lot."""
    from django.test import Client

    path, data = FORMS[form]
    lots, took = Random(7), {"known": list[float](), "unknown": list[float]()}
    for n in range(first, first + answers):
        for which in lots.sample(list(took), k=2):
            address = f"{which if which == 'known' else 'stray'}{n:05}@unfragile.example"  # of one length
            network = first * 2 + (n - first) * 2 + (which == "known")
            origin = f"{11 + network // 65536}.{network // 256 % 256}.{network % 256}.9"
            client = Client(REMOTE_ADDR=origin, SERVER_NAME="127.0.0.1")
            began = time.perf_counter()
            status = client.post(path, data(address)).status_code
            took[which].append(time.perf_counter() - began)
            if status not in (200, 302):
                raise SystemExit(f"{path} answered {status}.")
    return took


def run_inside(answers: int, only: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.measuring import table

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    steady = settings.ACCOUNTS["STEADY_SECONDS"]
    make_people(answers * 2 * len(FORMS))
    rows, first = [], 0
    for form in [name for name in FORMS if only in name]:
        for seconds in (steady, 0.0):
            settings.ACCOUNTS["STEADY_SECONDS"] = seconds
            took = times(form, answers, first=first)
            first += answers
            p = mann_whitney(took["known"], took["unknown"])
            said = "MISSED" if seconds and p <= LEAST_P else ""
            middle = [f"{median(took[which]) * 1000:.2f}" for which in took]
            rows.append([form, f"{seconds:.1f}", *middle, f"{p:.3g}", said])
            print(*rows[-1], flush=True)  # half an hour's work is not to be lost with the other half
    print(table(["form", "waits for, s", "known, ms", "unknown, ms", "p", ""], rows), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=40, help="for each of the two, form and way")
    parser.add_argument("--only", metavar="TEXT", default="", help="measure the forms with this in their name")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        run_inside(options.answers, options.only)
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "VAR_DIR": f"{folder}/var",
            "EMAIL_URL": "dummymail://",
            "REDIS_URL": "",
            "UNFRAGILE_ENV": "local",
            "PYTHONPATH": str(ROOT),
        }
        given = [sys.executable, __file__, "--inside", "--answers", str(options.answers), "--only", options.only]
        subprocess.run(given, env=environment, check=True)


if __name__ == "__main__":
    main()
