"""The editors' desk: one module a noun, as in `models`; `site` is its front page, `steps` its workflow."""

from __future__ import annotations

from catalog.admin import artifact, capability, evidence, jobs, pairs, run  # noqa: F401 - registers
