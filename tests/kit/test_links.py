"""Addresses in what people write: they lead there, and nothing else in the text does anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from portal.deliberation.prose import linked as pointing
from portal.kit.links import linked

TEMPLATES = settings.BASE_DIR / "templates"


class Read(HTMLParser):
    """What a browser makes of it: tags with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def hrefs(self) -> list[str | None]:
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("请看https://example.org/a，谢谢", "https://example.org/a"),
        ("（见 http://example.org/a?b=1&c=2）。", "http://example.org/a?b=1&c=2"),
        ("see (https://example.org/x_(y)).", "https://example.org/x_(y)"),
        ("at https://example.org/a, or not", "https://example.org/a"),
        ("网址www.bj.gov.cn。", "http://www.bj.gov.cn"),
        ("HTTPS://Example.org/Kiss", "https://Example.org/Kiss"),
        ("https://example.org/#12", "https://example.org/#12"),
    ],
)
def test_an_address_leads_there_and_the_text_stays_as_it_was_written(text: str, href: str) -> None:
    read = Read(linked(text))
    assert (read.text, read.hrefs) == (text, [href])
    assert read.tags[0][1]["rel"] == "nofollow ugc noopener"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.org/a",
        "//example.org",
        "somebody@example.org",
        "awww.example.org",
        "https://",
        "https://www.bank.cn@evil.example/",
        "https://[::1",
        "file:///etc/passwd",
        "vbscript:msgbox(1)",
    ],
)
def test_nothing_but_http_and_https_leads_anywhere(text: str) -> None:
    read = Read(linked(text))
    assert (read.text, read.tags) == (text, [])


HEADS = (
    "",
    "https://x.cn/",
    "www.x.cn/",
    "看https://x.cn?q=",
    "https://x.cn/#1 #2 ",
    "javascript:https://x.cn/",
)
ATTACKS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "` onclick=`alert(1)",
    "<svg/onload=alert(1)>",
    "</a><script>alert(1)</script>",
    "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#34;onmouseover=alert(1)&#x20;",
    "%22%3E%3Cscript%3E",
    "\\u0022><b>",
    "\u202egro.elpmaxe",
    "\u200b\u2028<i>",
    "\x00<script>",
    "javascript:alert(1)//https://",
    "<!--",
    "]]><script>",
    "<style>*{display:none}</style>",
    "<a href=javascript:alert(1)>x</a>",
    '" style="position:fixed;inset:0" x="',
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("head", HEADS)
def test_whatever_is_written_stays_text(head: str, attack: str) -> None:
    for html in (linked(head + attack), linked(attack + head), pointing(head + attack)):
        for tag, attrs in Read(html).tags:
            assert tag in {"a", "p", "br"}
            assert set(attrs) <= {"href", "class", "rel"}
            assert re.match(
                r"(https?://|\?at=\d+#post-\d)", attrs.get("href") or "?at=1#post-1", re.IGNORECASE
            )
    assert Read(linked(head + attack)).text == head + attack


def test_a_number_of_a_post_leads_to_it_but_not_within_an_address() -> None:
    read = Read(pointing("Sums up #3 and https://example.org/a#12."))
    assert read.hrefs == ["?at=3#post-3", "https://example.org/a#12"]


def test_a_text_of_ten_thousand_signs_is_read_in_one_go() -> None:
    assert Read(linked("https://x.cn/(" * 700)).text == "https://x.cn/(" * 700
    assert Read(linked("www." * 2_500)).text == "www." * 2_500


def test_the_filters_keep_paragraphs_and_lines() -> None:
    page = Template("{{ text|paragraphs }}|{{ text|lines }}|{{ text|links }}")
    blocks, lines, plain = page.render(Context({"text": "a <b>\r\nhttps://x.cn\r\n\r\nc"})).split("|")
    assert (blocks.count("<p>"), blocks.count("<br>"), lines.count("<br>"), plain.count("<br>")) == (
        2,
        1,
        3,
        0,
    )
    assert all("&lt;b&gt;" in part and 'href="https://x.cn"' in part for part in (blocks, lines, plain))


def unlinked() -> list[Path]:
    return [
        path
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"\|(linebreaks|linebreaksbr|urlize)\b", path.read_text())
    ]


def test_every_text_of_several_lines_is_shown_by_the_shared_filters() -> None:
    assert unlinked() == []
