"""How long a test waits before it says that something hangs.

Not how fast anything is: `bench/` says that. What these tests would catch goes on for minutes, or for ever; a machine
that is busy with other things must not be mistaken for it.
"""

from __future__ import annotations

PATIENCE = 60  # seconds
#: Of a server that says nothing: longer than anybody waits for it.
LONGER = 2 * PATIENCE
