"""The one event that catalog sends upward; whoever needs it connects in its own app's `ready()`.

It only makes freshness faster: everything works by schedule without it.
"""

from __future__ import annotations

from django.dispatch import Signal as Event

#: Sent after commit with `artifact_ids`, a frozenset.
artifact_changed = Event()
