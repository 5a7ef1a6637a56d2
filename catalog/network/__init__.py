"""The one door to the network: every connection to elsewhere is opened in here, and no other module may open one.

`fetch` reads an answer into memory, `download` into a file; a profile says how far they go. Which addresses are never
asked, and what a hostile host can at most cost us, is in docs/explanation/network.md. Called by importers, by link
checks, and by claims for proofs.
"""

from catalog.network.endpoints import misread
from catalog.network.errors import CannotFetch, Why
from catalog.network.fetching import Answer, Door, download, fetch
from catalog.network.profiles import CLAIMS, CLAIMS_PAGE, CLAIMS_README, FILES, IMPORTS, LINKS, Profile

__all__ = [
    "CLAIMS", "CLAIMS_PAGE", "CLAIMS_README", "FILES", "IMPORTS", "LINKS",
    "Answer", "CannotFetch", "Door", "Profile", "Why", "download", "fetch", "misread",
]  # fmt: skip
