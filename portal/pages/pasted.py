"""Texts that arrive as HTML, pasted from Word or WeChat, as the portal's plain Markdown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

# What only a machine writes: a text that speaks of "<b>" in a sentence stays as it is.
MACHINE = re.compile(
    r"<(?:!doctype|/?(?:html|body|div|span|p|br|table|tr|td|th|h[1-6]|ul|ol|li|b|strong|i|em|font|section|"
    r"img|a|script|style|meta|link|iframe|svg|object|o:p|w:\w+|v:\w+))\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
TAGS = {"p", "div", "section", "br", "b", "strong", "i", "em", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"}
TAGS |= {"li", "table", "tr", "td", "th", "a", "blockquote", "hr"}
BLOCKS = frozenset({"p", "div", "section", "ul", "ol", "table", "tr", "blockquote", "hr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
GONE = {"script", "style", "title", "head", "xml", "iframe", "object", "svg", "math", "template", "noscript"}
HIDES = re.compile(r"display:\s*none|visibility:\s*hidden|mso-hide:\s*all", re.IGNORECASE)
# Word writes a list as paragraphs, each with its number or dot in a part of its own. ITEM marks them until the end.
WORDS_MARK = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
NUMBER = re.compile(r"[(（]?(\d{1,3})[.．、)）]")
ITEM = "\x00"
VOID = frozenset({"br", "hr"})
STARS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


def markdown(text: str) -> str:
    """A text without HTML: what was marked up is written in Markdown, scripts, styles and hidden parts are dropped.

    A text without machine-written HTML is returned as it is.
    """
    if not MACHINE.search(text):
        return text
    clean = nh3.clean(
        text,
        tags=TAGS | {"span"},
        clean_content_tags=GONE,
        attributes={"a": {"href"}, "*": {"style"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    return writer.text


class _Writer(HTMLParser):
    """Writes cleaned HTML as Markdown, part by part."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._cells: list[str] | None = None
        self._rows = 0
        # How deep inside a part that is not written, and what stands in it if it is Word's mark of a list item.
        self._unwritten = 0
        self._mark: list[str] | None = None

    @property
    def text(self) -> str:
        """What was written, with at most one empty line between two paragraphs."""
        lines = [line.rstrip() for line in "".join(self._parts).splitlines()]
        joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
        joined = re.sub(rf"({ITEM}[^\n]*)\n\n(?={ITEM})", r"\1\n", joined).replace(ITEM, "")
        return re.sub(r"\*\*\s*\*\*|(?<!\*)\*\s+\*(?!\*)", "", joined).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What a part begins with."""
        style = "" if tag in VOID else dict(attrs).get("style") or ""
        if self._unwritten or self._is_unwritten(style):
            self._unwritten += tag not in VOID
        elif tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else None)
            self._write("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "tr":
            self._cells = []
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))
        else:
            self._write(self._beginning(tag))

    def _is_unwritten(self, style: str) -> bool:
        if WORDS_MARK.search(style):
            self._mark = []
        return self._mark is not None or bool(HIDES.search(style))

    def _beginning(self, tag: str) -> str:
        if tag in HEADINGS:
            return "\n\n" + ("## " if tag in {"h1", "h2"} else "### ")
        if tag == "li":
            return self._item()
        if tag == "br":
            return "\n" if self._cells is None else " "
        if tag == "table":
            self._rows = 0
        if tag in BLOCKS:
            inside = self._lists or self._cells is not None
            return "" if inside else "\n\n> " if tag == "blockquote" else "\n\n"
        return STARS.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        """What a part ends with."""
        if self._unwritten:
            self._end_unwritten(tag)
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag in {"ul", "ol"}:
            self._lists = self._lists[:-1]
            self._write("\n")
        elif tag == "a" and self._links:
            self._end_link()
        elif tag in HEADINGS or (tag in BLOCKS and not self._lists and self._cells is None):
            self._write("\n\n")
        elif tag in STARS:
            self._end_stars(STARS[tag])

    def handle_data(self, data: str) -> None:
        """Line ends inside a paragraph are the editor's, not the writer's."""
        if self._mark is not None:
            self._mark.append(data)
        elif not self._unwritten:
            self._write(re.sub(r"\s+", " ", data.replace("\u00a0", " ")))

    def _write(self, text: str) -> None:
        at_start = not self._parts or self._parts[-1].endswith("\n")
        self._parts.append(
            text.lstrip(" ") if at_start and text.strip() else "" if at_start and text == " " else text
        )

    def _end_unwritten(self, tag: str) -> None:
        self._unwritten -= tag not in VOID
        if not self._unwritten and self._mark is not None:
            sign, self._mark = "".join("".join(self._mark).split()), None
            number = NUMBER.fullmatch(sign)
            item = f"{ITEM}{number[1]}." if number else f"{ITEM}-" if len(sign) == 1 else sign
            self._write(f"{item} " if sign else "")

    def _item(self) -> str:
        depth = "  " * (len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        return f"\n{depth}{f'{number}.' if number else '-'} "

    def _end_stars(self, stars: str) -> None:
        """Marks stand at the words: Markdown knows no bold blank."""
        last = self._parts[-1] if self._parts else ""
        self._parts[-1:] = [last.rstrip(" "), stars, " " * (len(last) - len(last.rstrip(" ")))]

    def _end_link(self) -> None:
        href, began = self._links.pop()
        words = "".join(self._parts[began:]).strip()
        if href and words and href != words and "\n" not in words:
            self._parts[began:] = [f"[{words}]({href})"]

    def _end_cell(self) -> None:
        if self._cells is not None:
            before = len(self._parts) - 1
            while before >= 0 and not self._parts[before].endswith(("\n", "|")):
                before -= 1
            words = "".join(self._parts[before + 1 :]).strip().replace("|", "｜")
            self._parts[before + 1 :] = []
            self._cells.append(words)

    def _end_row(self) -> None:
        if self._cells:
            self._parts.append(f"| {' | '.join(self._cells)} |\n")
            if not self._rows:
                self._parts.append(f"|{' --- |' * len(self._cells)}\n")
            self._rows += 1
        self._cells = None
