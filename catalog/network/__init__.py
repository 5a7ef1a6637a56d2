"""The one door to the network: every connection to elsewhere is opened in here, and no other module may open one.

`fetch` reads an answer into memory, `download` into a file; a profile says how far they go. Which addresses are never
asked, and what a hostile host can at most cost us, is in docs/explanation/network.md. Called by importers, by link
checks, and by claims for proofs.
"""

from catalog.network.endpoints import misread
from catalog.network.errors import SENTENCES, CannotFetch, Why
from catalog.network.fetching import Answer, Door, download, fetch
from catalog.network.profiles import CLAIMS, CLAIMS_PAGE, CLAIMS_README, FILES, IMPORTS, LINKS, Profile
from catalog.network.records import Records, Resolvers, txt_records
from catalog.network.url import Url, public, split

__all__ = [
    "CLAIMS", "CLAIMS_PAGE", "CLAIMS_README", "FILES", "IMPORTS", "LINKS",
    "SENTENCES", "Answer", "CannotFetch", "Door", "Profile", "Records", "Resolvers", "Url", "Why",
    "download", "fetch", "misread", "public", "split", "txt_records",
]  # fmt: skip
