"""How long a host wants to be left alone, as it writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.network.resting import rest_asked_for

NOW = 1_795_000_000.0


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "120"}, 120),
        (503, {"retry-after": " 7 "}, 7),
        (503, {"retry-after": "Wed, 18 Nov 2026 11:08:20 GMT"}, 1_795_000_100 - NOW),
        (429, {"retry-after": "Sun, 01 Nov 2026 00:00:00 GMT"}, 0),
        (200, {"retry-after": "120"}, 0),
        (429, {"retry-after": "soon"}, 0),
        (429, {"retry-after": "-5"}, 0),
        (429, {"retry-after": "\u0661"}, 0),
        (429, {}, 0),
        (200, {"ratelimit": '"api";r=0;t=55'}, 55),
        (200, {"ratelimit": '"api";r=1;t=55'}, 0),
        (200, {"ratelimit": '"minute";r=4;t=9, "day";r=0;t=900'}, 900),
        (200, {"ratelimit": "limit=100, remaining=0, reset=55"}, 55),
        (200, {"ratelimit": "limit=100, remaining=10, reset=55"}, 0),
        (200, {"ratelimit-limit": "100", "ratelimit-remaining": "0", "ratelimit-reset": "55"}, 55),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795000100"}, 100),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1794999999"}, 0),
        (200, {"x-ratelimit-remaining": "1", "x-ratelimit-reset": "1795000100"}, 0),
        (200, {"x-ratelimit-remaining": "0"}, 0),
        (429, {"retry-after": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "55"}, 3),
    ],
)
def test_a_rest_is_read(status: int, headers: dict[str, str], seconds: float) -> None:
    assert rest_asked_for(headers, status, now=NOW) == seconds


NAMES = [
    "retry-after",
    "ratelimit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40) | st.just("0")), st.sampled_from([200, 429, 503]))
def test_whatever_it_writes_is_a_number_of_seconds(headers: dict[str, str], status: int) -> None:
    assert rest_asked_for(headers, status, now=NOW) >= 0
