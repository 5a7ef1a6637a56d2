"""What take.py draws of imports: made-up models of the demo's day, tried, written and held by the brake."""

from __future__ import annotations

import json
from functools import cache
from typing import Any


@cache
def imported() -> dict[str, str]:
    """Pages of imports of made-up models: one that was written, a try of a later day, and one that its brake holds."""
    from django.utils import timezone

    from catalog.importers import files, runs, steering
    from catalog.importers.registry import FEEDS
    from catalog.importers.run import take
    from catalog.models import Fall, ImportRun

    def asked(day: str, names: list[str], *, is_dry_run: bool = False, **said: Any) -> ImportRun:
        made = {"downloads": 52_000, "likes": 870, "pipeline_tag": "text-generation", "library_name": "transformers"}
        rows = [{"id": f"heron-lab/{name}", **made, **(said if at < 4 else {})} for at, name in enumerate(names)]
        file = files.keep_upload(f"models.{day}.json", [json.dumps([*rows, {"likes": 3}]).encode()])
        run = steering.ask("huggingface", file, now=timezone.now(), is_dry_run=is_dry_run)
        take(run.pk, now=timezone.now())
        return run

    names = [
        "Heron-7B",
        "Heron-7B-Instruct",
        "Heron-Code-13B",
        "Heron-Vision-2B",
        "Egret-3B",
        "Egret-3B-Chat",
        "Reed-1B",
    ]
    first = asked("2026-05-04", names)
    trial = asked("2026-05-11", [*names[:6], "Egret-3B-Long"], is_dry_run=True, pipeline_tag="image-text-to-text")
    brake = asked("2026-05-18", names[:4], likes=12)
    runs.confirm(brake, FEEDS["huggingface"], now=timezone.now())
    brake = asked("2026-05-25", names[:1])
    return {
        "admin-try": f"{trial.get_absolute_url()}?show=changed",
        "admin-brake": brake.get_absolute_url(),
        "admin-undo": f"{first.get_absolute_url()}undo/",
        "admin-fall": f"/admin/catalog/fall/{Fall.objects.earliest('id').pk}/",
    }
