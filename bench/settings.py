"""The site's own settings, with what would measure something else taken out: see each line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from unfragile_site.settings import *  # noqa: F403
from unfragile_site.settings import LOGGING, REST_FRAMEWORK

ROOT_URLCONF = "bench.urls"  # the site's, and two views to compare with

# Counted as ever, but never refused.
REST_FRAMEWORK: dict[str, Any] = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"anon": "100000000/min", "key": "100000000/min"},
}

# Access lines are made as ever, and written nowhere: the speed of a terminal is not the site's.
LOGGING["handlers"]["stderr"]["stream"] = Path(os.devnull).open("w")  # noqa: SIM115

CELERY_BROKER_URL = "memory://"  # an edit's event may queue tasks; nobody works them off here
