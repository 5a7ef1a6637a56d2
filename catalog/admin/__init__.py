"""The editors' desk: one module a noun, as in `models`; `site` is its front page, `steps` its workflow."""

from __future__ import annotations

from catalog.admin import artifact, capability, evidence, falls, jobs, pairs, run, runs, sources  # noqa: F401 - registers
