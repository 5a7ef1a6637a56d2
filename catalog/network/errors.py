"""Why something could not be fetched: one of eight words, and never what the other side is.

Whoever enters an address may be somebody who wants to learn what stands behind our walls. A blocked address, a refused
connection, a silent one and a name that is none are therefore one and the same answer; the log alone has the detail.
"""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    ADDRESS = "address"  # it can be seen from the address alone that it will not be asked
    UNREACHABLE = "unreachable"  # no connection, for whatever reason
    CERTIFICATE = "certificate"  # no connection that can be trusted
    SLOW = "slow"  # it did not end in time
    TOO_LARGE = "too_large"  # longer than allowed, packed or unpacked, or too long a head
    REDIRECT = "redirect"  # it sends us elsewhere more often than, or where, we may go
    GARBLED = "garbled"  # what it says is not HTTP
    LATER = "later"  # it asked us to wait, or has failed so often that we do


SENTENCES = {
    Why.ADDRESS: "This address cannot be asked. It has to be a public one, without a user name or a port of its own.",
    Why.UNREACHABLE: "The address could not be reached.",
    Why.CERTIFICATE: "There is no secure connection to the address: its certificate is not valid, or of another.",
    Why.SLOW: "The answer took too long.",
    Why.TOO_LARGE: "The answer is too large.",
    Why.REDIRECT: "The address leads elsewhere, which is not followed here.",
    Why.GARBLED: "The answer could not be read.",
    Why.LATER: "The address is being left alone for a while. Try again later.",
}


class CannotFetch(Exception):
    def __init__(self, why: Why, detail: str = "", *, retry_after: float = 0) -> None:
        super().__init__(SENTENCES[why])
        self.why = why
        #: For our own log. Never to be shown: see above.
        self.detail = detail
        #: Seconds, with LATER alone.
        self.retry_after = retry_after
