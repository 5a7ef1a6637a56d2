"""How an address is read, and which ones a stranger may not name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.network import CannotFetch, Why
from catalog.network.url import Url, public, split


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://registry.dev", Url("https", "registry.dev", 443, "/")),
        ("HTTPS://Registry.DEV/A?b=C#d", Url("https", "registry.dev", 443, "/A?b=C")),
        ("http://registry.dev:80/", Url("http", "registry.dev", 80, "/")),
        ("https://registry.dev./x", Url("https", "registry.dev", 443, "/x")),
        ("https://registry.dev?a=b", Url("https", "registry.dev", 443, "/?a=b")),
        ("https://bücher.dev/ä?ö=ü", Url("https", "xn--bcher-kva.dev", 443, "/%C3%A4?%C3%B6=%C3%BC")),
        ("https://xn--bcher-kva.dev/%C3%A4", Url("https", "xn--bcher-kva.dev", 443, "/%C3%A4")),
        ("https://registry.dev/a/../b", Url("https", "registry.dev", 443, "/a/../b")),
        ("https://registry.dev/{a}", Url("https", "registry.dev", 443, "/%7Ba%7D")),
    ],
)
def test_an_address_is_read(text: str, url: Url) -> None:
    assert public(split(text)) == url
    assert split(str(url)) == url


@pytest.mark.parametrize(
    "text",
    [
        # No plain address
        "",
        "registry.dev",
        "//registry.dev/",
        "ftp://registry.dev/",
        "file:///etc/passwd",
        "gopher://registry.dev:70/_",
        "javascript:alert(1)",
        "https:registry.dev",
        "https:/registry.dev/",
        "https:///registry.dev/",
        "https://",
        "https://?x",
        "http\u017f://registry.dev/",
        "https://registry.dev/" + "a" * 2_000,
        "https://registry.dev/\ud800",
        # What one parser takes for the host and the next for something else
        "https://user@registry.dev/",
        "https://user:password@registry.dev/",
        "https://registry.dev@127.0.0.1/",
        "https://127.0.0.1@registry.dev/",
        "https://registry.dev:443@127.0.0.1/",
        "https://@registry.dev/",
        "https://registry.dev%40127.0.0.1/",
        "https://registry.dev\\@127.0.0.1/",
        "https://registry.dev\\.127.0.0.1/",
        "https:\\\\registry.dev/",
        "https://registry.dev\t/",
        "https://registry.dev\n/",
        "https://registry.dev\r\nHost: 127.0.0.1/",
        "https://registry.dev/\r\nX: y",
        "https://registry.dev/a b",
        " https://registry.dev/",
        "https://registry.dev\x00.127.0.0.1/",
        "https://registry.dev\u00a0/",
        "https://registry.dev\ufeff/",
        # Ports
        "https://registry.dev:0/",
        "https://registry.dev:65536/",
        "https://registry.dev:8443/",
        "https://registry.dev:80/",
        "http://registry.dev:443/",
        "https://registry.dev:/",
        "https://registry.dev:443:443/",
        "https://registry.dev:+443/",
        "https://registry.dev:\u0664\u0664\u0663/",
        # Addresses instead of names, in every way to write one
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0x7f.0.0.0x1/",
        "http://0177.0.0.1/",
        "http://0177.0.0.01/",
        "http://127.0.0.1./",
        "http://8.8.8.8/",
        "http://1.1/",
        "http://registry.1/",
        "http://registry.0x1/",
        "http://registry.0x/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://[2606:4700:4700::1111]/",
        "http://[::1/",
        "http://::1/",
        "http://[registry.dev]/",
        "http://\u2460\u2461\u2466.0.0.1/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
        "http://127\uff0e0\uff0e0\uff0e1/",
        "http://127\uff610\uff610\uff611/",
        "http://\U0001d7cf27.0.0.1/",
        "http://\u0661\u0662\u0667.0.0.1/",
        "http://registry.\u0661/",
        # Names of no public host
        "https://localhost/",
        "https://registry/",
        "https://.dev/",
        "https://registry..dev/",
        "https://registry.dev../",
        "https://./",
        "https://-registry.dev/",
        "https://registry-.dev/",
        "https://re_gistry.dev/",
        "https://re*gistry.dev/",
        "https://re%67istry.dev/",
        "https://registry.dev%00/",
        "https://" + "a" * 64 + ".dev/",
        "https://" + "a." * 127 + "dev/",
        "https://xn--.dev/",
        "https://xn--a.dev/",
        "https://xn--127-.dev/",
        "https://re--gistry.dev/",
        "https://\u24b6pple.dev/",
        "https://regi\u00adstry.dev/",
        "https://regi\u200bstry.dev/",
        "https://\uff52egistry.dev/",
        "https://\u2100.dev/",
        "https://registry.localhost/",
        "https://registry.local/",
        "https://metadata.google.internal/",
        "https://registry.test/",
        "https://registry.example/",
        "https://registry.invalid/",
        "https://registry.onion/",
        "https://registry.alt/",
        "https://1.0.0.127.in-addr.arpa/",
        "https://printer.home.arpa/",
        "https://router.lan/",
        "https://nas.home/",
        "https://wiki.corp/",
        "https://wiki.intranet/",
        "https://fritz.box/",
        "https://my.fritz.box/",
        "https://kubernetes.default.svc.cluster.local/",
    ],
)
def test_an_address_that_no_stranger_may_name_is_refused(text: str) -> None:
    with pytest.raises(CannotFetch) as raised:
        public(split(text))
    assert raised.value.why == Why.ADDRESS


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://127.0.0.1:11434/v1", ("http", "127.0.0.1", 11434)),
        ("http://[::1]:8080/", ("http", "::1", 8080)),
        ("http://files:8080/a", ("http", "files", 8080)),
        ("https://files.internal/", ("https", "files.internal", 443)),
    ],
)
def test_an_operators_endpoint_can_be_read(text: str, origin: tuple[str, str, int]) -> None:
    assert split(text).origin == origin
    assert split(str(split(text))) == split(text)


@given(st.text(max_size=60) | st.from_regex(r"https?://[^/?#]{1,40}(:[0-9]{0,6})?[/?#].{0,20}", fullmatch=True))
def test_whatever_is_written_is_read_or_refused_and_reads_the_same_again(text: str) -> None:
    """What goes into the request is plain ASCII without white space; nothing but a name is ever public."""
    try:
        url = split(text)
    except CannotFetch:
        return
    assert split(str(url)) == url
    assert str(url).isascii()
    assert not set(str(url)) & set(" \t\r\n\\@") or "@" in url.target
    try:
        public(url)
    except CannotFetch:
        return
    assert "." in url.host
    assert not url.host.rpartition(".")[2].isdigit()


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("/b", "https://registry.dev/b"),
        ("b?c", "https://registry.dev/a/b?c"),
        ("//mirror.dev/x", "https://mirror.dev/x"),
        ("http://mirror.dev/x", "http://mirror.dev/x"),
        ("#x", "https://registry.dev/a/a"),
    ],
)
def test_a_redirect_is_read_by_the_same_parser(location: str, there: str) -> None:
    assert str(split("https://registry.dev/a/a").joined(location)) == there


@pytest.mark.parametrize("location", ["http://[", "file:///etc/passwd", "https://u@mirror.dev/", "\\\\mirror.dev\\x"])
def test_a_redirect_to_no_plain_address_is_refused(location: str) -> None:
    with pytest.raises(CannotFetch) as raised:
        split("https://registry.dev/a").joined(location)
    assert raised.value.why == Why.REDIRECT
