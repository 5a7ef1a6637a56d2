"""Which addresses are never connected to: a corpus, a property, and a witness at the socket."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.network import IMPORTS, CannotFetch, Door, Why, fetch
from catalog.network.addresses import SET_ASIDE, Address, blocked
from catalog.network.dialing import Deadline, connected
from catalog.network.url import split
from tests.loopback import Loopback

#: Addresses of this world's inside, in every disguise we know of.
INSIDE = [
    "0.0.0.0",
    "0.0.0.1",
    "0.1.2.3",
    "0.255.255.255",
    "10.0.0.0",
    "10.0.0.1",
    "10.1.2.3",
    "10.96.0.1",
    "10.255.255.255",
    "100.64.0.0",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.0.0.53",
    "127.0.1.1",
    "127.1.2.3",
    "127.255.255.254",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.0.23",
    "169.254.42.42",
    "169.254.169.123",
    "169.254.169.250",
    "169.254.169.253",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.255.255",
    "172.16.0.0",
    "172.16.0.1",
    "172.17.0.1",
    "172.18.0.2",
    "172.20.10.1",
    "172.31.255.254",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.10",
    "192.0.0.170",
    "192.0.0.171",
    "192.0.0.192",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.1",
    "192.0.2.255",
    "192.31.196.0",
    "192.31.196.255",
    "192.52.193.0",
    "192.52.193.255",
    "192.88.99.0",
    "192.88.99.1",
    "192.88.99.2",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.0.1",
    "192.168.1.1",
    "192.168.49.2",
    "192.168.65.2",
    "192.168.178.1",
    "192.168.255.255",
    "192.175.48.0",
    "192.175.48.1",
    "192.175.48.255",
    "198.18.0.0",
    "198.18.0.1",
    "198.19.0.1",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.7",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.7",
    "203.0.113.255",
    "224.0.0.0",
    "224.0.0.1",
    "224.0.0.251",
    "230.1.2.3",
    "232.0.0.1",
    "233.252.0.1",
    "239.255.255.250",
    "239.255.255.255",
    "240.0.0.0",
    "240.0.0.1",
    "247.1.2.3",
    "250.0.0.1",
    "255.255.255.254",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::7f00:1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::8.8.8.8",
    "::a9fe:a9fe",
    "::ffff",
    "::ffff:0.0.0.0",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:172.16.0.1",
    "::ffff:192.168.0.1",
    "::ffff:100.64.0.1",
    "::ffff:8.8.8.8",
    "::ffff:255.255.255.255",
    "::ffff:0:127.0.0.1",
    "::ffff:0:10.0.0.1",
    "::ffff:0:8.8.8.8",
    "::ffff:0:a9fe:a9fe",
    "64:ff9b::",
    "64:ff9b::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::8.8.8.8",
    "64:ff9b::ffff:ffff",
    "64:ff9b:1::",
    "64:ff9b:1::1",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "64:ff9b:2::1",
    "100::",
    "100::1",
    "100::ffff:ffff:ffff:ffff",
    "100:0:0:1::",
    "100:0:0:1::1",
    "200::1",
    "400::1",
    "1000::1",
    "1fff:ffff::1",
    "2001::",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1::1",
    "2001:1::2",
    "2001:2::1",
    "2001:2:0:ffff::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:1f:ffff::1",
    "2001:20::1",
    "2001:2f:ffff::1",
    "2001:30::1",
    "2001:1ff:ffff::1",
    "2001:db8::",
    "2001:db8::1",
    "2001:db8:ffff::1",
    "2001:db8:85a3::8a2e:370:7334",
    "2002::",
    "2002:7f00:1::",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "2002:c0a8:1::1",
    "2002:808:808::1",
    "2002:ffff::1",
    "2620:4f:8000::",
    "2620:4f:8000::1",
    "2620:4f:8000:ffff::1",
    "3fff::",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::",
    "5f00::1",
    "5f00:ffff::1",
    "6000::1",
    "8000::1",
    "a000::1",
    "c000::1",
    "e000::1",
    "f000::1",
    "fc00::",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::23",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fd12:3456:789a::1",
    "fdff:ffff::1",
    "fe00::1",
    "fe80::",
    "fe80::1",
    "fe80::1%eth0",
    "fe80::a9fe:a9fe",
    "febf:ffff::1",
    "fec0::",
    "fec0::1",
    "fec0:0:0:ffff::1",
    "feff:ffff::1",
    "ff00::",
    "ff00::1",
    "ff01::1",
    "ff02::1",
    "ff02::2",
    "ff02::fb",
    "ff05::2",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2a00:1450:4001:80b::200e%eth0",
]

#: Name servers, registries, hosters and neighbours of what is set aside.
OUTSIDE = [
    "1.0.0.1",
    "1.1.1.1",
    "8.8.8.8",
    "9.9.9.9",
    "11.0.0.1",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "104.16.132.229",
    "126.255.255.255",
    "128.0.0.1",
    "140.82.121.4",
    "151.101.1.69",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "185.199.108.153",
    "192.0.1.1",
    "192.0.3.1",
    "192.167.255.255",
    "192.169.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "203.0.112.255",
    "203.0.114.1",
    "223.255.255.255",
    "20.205.243.166",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2400:cb00::1",
    "2606:4700:4700::1111",
    "2620:fe::fe",
    "2620:4f:7fff::1",
    "2a00:1450:4001:80b::200e",
    "2a04:4e42::347",
    "2803:f800::1",
    "3ffe:ffff::1",
    "2c0f:fb50::1",
    "2003::1",
]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(INSIDE)) >= 150
    assert len(set(OUTSIDE)) >= 30


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_of_the_inside_is_blocked(text: str) -> None:
    assert blocked(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_public_address_is_not_blocked(text: str) -> None:
    assert blocked(ip_address(text)) == ""


@pytest.mark.parametrize("network", SET_ASIDE)
def test_each_entry_of_the_list_counts_from_its_first_to_its_last_address(network: str) -> None:
    """Every entry names its own reason, so none is in the shadow of another."""
    first, last = ip_network(network)[0], ip_network(network)[-1]
    assert {blocked(first), blocked(last)} == {SET_ASIDE[network]}


addresses = st.one_of(
    st.ip_addresses(v=4),
    st.ip_addresses(v=6),
    # Half of all IPv6 addresses are nobody's: these are the ones that somebody could have.
    st.integers(0, 2**125 - 1).map(lambda number: IPv6Address((1 << 125) + number)),
    *(st.ip_addresses(network=network) for network in SET_ASIDE),
)


@given(addresses)
def test_what_is_not_blocked_is_global_in_pythons_judgement_too(address: Address) -> None:
    if not blocked(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_way_to_write_an_ipv4_address_as_another_one_is_let_through(address: IPv4Address) -> None:
    number = int(address)
    for prefix in ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"):
        assert blocked(IPv6Address(int(IPv6Address(prefix)) + number))
    assert blocked(IPv6Address((0x2002 << 112) + (number << 80)))
    assert blocked(IPv6Address((0x20010000 << 96) + (number ^ 0xFFFFFFFF)))


def test_addresses_of_this_site_are_blocked() -> None:
    ours = [ip_network("140.82.121.0/24")]
    assert blocked(ip_address("140.82.121.4"), own=ours) == "our own"
    assert blocked(ip_address("140.82.122.4"), own=ours) == ""


# --- at the socket ----------------------------------------------------------------------------------------------------


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where any socket of this process tries to connect to; none arrives."""
    tried: list[str] = []

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return tried


def fetched(loopback: Loopback, answers: list[str]) -> CannotFetch:
    """The real dialer, and a resolver with these answers. A name for each: a host has to rest after failing."""
    found = [ip_address(text) for text in answers]
    name = f"host-{abs(hash(tuple(answers)))}.dev"
    with pytest.raises(CannotFetch) as raised:
        fetch(f"https://{name}/", profile=IMPORTS, door=Door(resolver=lambda name, seconds: found, pace=loopback.pace))
    return raised.value


def test_no_blocked_address_is_ever_dialled(loopback: Loopback, connections: list[str]) -> None:
    for text in INSIDE:
        assert fetched(loopback, [text]).why == Why.UNREACHABLE
    assert connections == []


def test_one_bad_answer_rejects_the_name(loopback: Loopback, connections: list[str]) -> None:
    """Whichever of its places the bad one is at."""
    for text in INSIDE[::7]:
        for answers in ([OUTSIDE[0], text], [text, OUTSIDE[0]], [*OUTSIDE[:5], text]):
            assert fetched(loopback, answers).why == Why.UNREACHABLE
    assert connections == []


def test_every_public_address_is_dialled(loopback: Loopback, connections: list[str]) -> None:
    for text in OUTSIDE:
        fetched(loopback, [text])
    assert connections == OUTSIDE


@given(addresses)
def test_what_is_dialled_is_what_was_judged(address: Address) -> None:
    """The very address, and only if it is not blocked."""
    dialled: list[Address] = []

    def dialer(address: Address, port: int, seconds: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    with pytest.raises(CannotFetch):
        connected(
            split("http://registry.dev/"),
            deadline=Deadline(5),
            resolver=lambda name, seconds: [address],
            dialer=dialer,
            tls=None,  # type: ignore[arg-type]
            is_endpoint=False,
        )
    assert dialled == ([] if blocked(address) else [address])
