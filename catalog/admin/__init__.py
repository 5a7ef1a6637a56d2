"""The editors' tables: plain for now. One module a noun, as in `models`."""

from __future__ import annotations

from catalog.admin import artifact, capability, evidence, run  # noqa: F401 - registers
