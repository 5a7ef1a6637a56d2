"""Which of two to four artifacts is for me? A pure function of what is known of each, to one frozen table.

`table_of` makes it; page, JSON, Markdown, CSV, image and verdict all show that one object. Nothing here reads the
database or a clock: `ranking.comparing` gathers the subjects.
"""

from ranking.comparison.making import table_of
from ranking.comparison.preferences import Preferences, Workload
from ranking.comparison.subject import Subject
from ranking.comparison.table import Table

__all__ = ["Preferences", "Subject", "Table", "Workload", "table_of"]
