"""A convention out of a Word file: headings are chapters, 第…条 begins an article, what fits nowhere is listed."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers.expat import ExpatError

import mammoth
import nh3
from django.utils.translation import gettext as _

from portal.kit import archives
from portal.kit.errors import NotPossible

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 30 * 1024 * 1024
MAX_ENTRIES = 500
MAX_RATIO = 200
# Reading takes time by the tag: twenty pages have about 20,000.
MAX_TAGS = 80_000
MAX_ARTICLES = 300
DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,  # also RecursionError: tags a thousand deep
    NotImplementedError,
)
# Titles get a tag of their own; Chinese editions of editors name headings in Chinese.
STYLES = "\n".join(
    ["p[style-name='Title'] => h6:fresh", "p[style-name='标题'] => h6:fresh"]
    + [f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 5)]
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
TITLE = "h6"
BLOCKS = HEADINGS | {TITLE, "p", "li"}
TAGS = {*BLOCKS, "ol", "ul", "table", "tr", "td", "th", "strong", "a", "br"}
NUMERAL = "零〇一二三四五六七八九十百千两\\d"
ARTICLE = re.compile(rf"第\s*([{NUMERAL}]{{1,7}})\s*条(\s*)")
CHAPTER = re.compile(rf"第\s*[{NUMERAL}]{{1,7}}\s*章\s*")
SECTION = re.compile(rf"第\s*[{NUMERAL}]{{1,7}}\s*[节编]")
BRACKETED = re.compile(r"[【〔［\[]([^】〕］\]]{1,40})[】〕］\]]\s*")
ENDS_A_SENTENCE = re.compile(r"[。；，！？：、]")
LONGEST_TITLE = 30
DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True)
class Line:
    """One paragraph of the file: the tag it came in, its text, the bold words it begins with."""

    tag: str
    text: str
    bold: str = ""
    kind: str = ""


@dataclass
class Piece:
    """A chapter, or an article as it stands in the file; `printed` is its number there (0: none)."""

    kind: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    printed: int = 0

    @property
    def text(self) -> str:
        """The article's text, one line a paragraph."""
        return "\n".join(self.paragraphs)


@dataclass
class Recognised:
    """What was found in a file: its title, chapters and articles in order, and the lines that fit nowhere."""

    title: str = ""
    pieces: list[Piece] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def articles(self) -> list[Piece]:
        """The articles alone."""
        return [piece for piece in self.pieces if piece.kind == "article"]

    @property
    def renumbered(self) -> list[tuple[int, int]]:
        """Articles whose number in the file is not the one they get, as (in the file, here)."""
        numbered = enumerate(self.articles, start=1)
        return [(piece.printed, at) for at, piece in numbered if piece.printed not in {0, at}]


def read(content: bytes) -> Recognised:
    """Chapters and articles of a .docx file, told apart by content and never by its name.

    Raises NotPossible with the reason: not a Word file, an old or a locked one, one with macros, too large, damaged,
    or one without an article.
    """
    _judge(content)
    found = recognise(_lines(content))
    if not found.articles:
        raise NotPossible(
            _(
                "No article was found in the file. Articles begin with “第一条”, “第二条” …, chapters are headings"
                " or begin with “第一章”."
            )
        )
    if len(found.articles) > MAX_ARTICLES:
        raise NotPossible(_("The file has more than %(limit)d articles.") % {"limit": MAX_ARTICLES})
    return found


def recognise(lines: list[Line]) -> Recognised:
    """Sort paragraphs into chapters, articles and what fits nowhere. Pure."""
    reading = _Reading(numbered_by_word=not any(ARTICLE.match(line.text) for line in lines))
    for line in lines:
        reading.take(line)
    for piece in reading.found.articles:
        _settle(piece)
    return reading.found


def number_of(numeral: str) -> int:
    """第十二条 is 12: a Chinese or Arabic numeral below 10,000 as a number; 0 where it is none."""
    plain = unicodedata.normalize("NFKC", numeral)
    if plain.isdecimal():
        return int(plain)
    total, digit = 0, 0
    for sign in plain:
        if sign in UNITS:
            total += (digit or 1) * UNITS[sign]
            digit = 0
        else:
            digit = digit * 10 * (sign in DIGITS and digit > 0) + DIGITS.get(sign, 0)
    return total + digit


class _Reading:
    """The walk through the paragraphs. Where Word itself counts the articles, their number is not in the text."""

    def __init__(self, *, numbered_by_word: bool) -> None:
        self.found, self.numbered_by_word = Recognised(), numbered_by_word

    def take(self, line: Line) -> None:
        if line.kind:
            self.found.left_out.append((line.text, line.kind))
        elif (article := ARTICLE.match(line.text)) and self._begins(article):
            self._article(line, article)
        elif line.tag == "li" and self.numbered_by_word:
            self.found.pieces.append(Piece("article", "", [line.text]))
        elif SECTION.match(line.text):
            self.found.left_out.append((line.text, _("Sections within a chapter are not kept.")))
        elif CHAPTER.match(line.text) and not ENDS_A_SENTENCE.search(line.text):
            self.found.pieces.append(Piece("chapter", CHAPTER.sub("", line.text, count=1)))
        else:
            self._plain(line)

    def _begins(self, article: re.Match[str]) -> bool:
        """“第五条所称 …” only speaks of an article; one begins with a space after it, or has the next number."""
        rest = article.string[article.end() :]
        spaced = bool(article[2]) or not rest or rest[0] in "【〔［[：:　"
        last = max((piece.printed for piece in self.found.articles), default=0)
        return spaced or number_of(article[1]) == last + 1

    def _article(self, line: Line, article: re.Match[str]) -> None:
        rest = line.text[article.end() :].lstrip("：: ")
        title, text = _split(rest, line, article)
        self.found.pieces.append(
            Piece("article", title, [text] if text else [], printed=number_of(article[1]))
        )

    def _plain(self, line: Line) -> None:
        last = self.found.pieces[-1] if self.found.pieces else None
        if line.tag == TITLE or (line.tag in HEADINGS and not last and not self.found.title):
            self.found.title = self.found.title or line.text
        elif line.tag in HEADINGS:
            self.found.pieces.append(Piece("chapter", line.text))
        elif last and last.kind == "article":
            last.paragraphs.append(line.text)
        elif not last and not self.found.title and len(line.text) <= LONGEST_TITLE:
            self.found.title = line.text
        else:
            self.found.left_out.append((line.text, _("It stands before the first article of its chapter.")))


def _split(rest: str, line: Line, article: re.Match[str]) -> tuple[str, str]:
    """An article's title and the first paragraph of its text."""
    if bracketed := BRACKETED.match(rest):
        return bracketed[1].strip(), rest[bracketed.end() :]
    bold = line.bold[article.end() :].strip() if line.bold.startswith(article[0].rstrip()) else ""
    if bold and bold != rest and rest.startswith(bold) and len(bold) <= LONGEST_TITLE:
        return bold, rest[len(bold) :].strip("　 ：:")
    if line.tag in HEADINGS or (len(rest) <= LONGEST_TITLE and not ENDS_A_SENTENCE.search(rest)):
        return rest, ""
    return "", rest


def _settle(piece: Piece) -> None:
    """A short line alone is the text of its article and no title."""
    if piece.title and not piece.paragraphs:
        piece.title, piece.paragraphs = "", [piece.title]


def _judge(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise too_large()
    if content.startswith(OLD_OFFICE):
        raise NotPossible(
            _(
                "This is a .doc file of an old Word, or one locked with a password. Please open it, save it as .docx"
                " without a password, and choose that file."
            )
        )
    if not content.startswith(b"PK"):
        raise NotPossible(_("This is not a Word file. Please choose a file that was saved as .docx."))
    try:
        names, small = _names(content), _small(content)
    except BROKEN as error:
        raise _damaged() from error
    if not small:
        raise NotPossible(_("The Word file unpacks to too much. Please save its text alone as .docx."))
    _judge_parts(names)


def _judge_parts(names: set[str]) -> None:
    if "word/document.xml" not in names:
        raise NotPossible(_("This is not a Word file. Please choose a file that was saved as .docx."))
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise NotPossible(
            _("This Word file carries a program (macros). Please save it as .docx without macros.")
        )


def _names(content: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return set(archive.namelist())


def _small(content: bytes) -> bool:
    return archives.fits(
        content, entries=MAX_ENTRIES, unpacked=MAX_UNPACKED, ratio=MAX_RATIO, tags=MAX_TAGS
    ) and not _declares(content)


def _declares(content: bytes) -> bool:
    """Whether a part brings its own document type: no editor writes one, and entities in it grow without end."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = (archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels")))
        return any(DECLARED.search(part.replace(b"\x00", b"")) for part in parts)


def too_large() -> NotPossible:
    """What somebody reads whose file is larger than is ever opened."""
    return NotPossible(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2})


def _damaged() -> NotPossible:
    return NotPossible(_("The Word file is damaged. Please open it, save it again and choose it once more."))


def _lines(content: bytes) -> list[Line]:
    try:
        made = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=STYLES,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
    except BROKEN as error:
        raise _damaged() from error
    reader = _Reader()
    reader.feed(nh3.clean(made.value, tags=TAGS, attributes={"a": {"href"}, "li": {"id"}}, link_rel=None))
    reader.close()
    return list(reader.read())


class _Reader(HTMLParser):
    """Paragraphs of cleaned HTML. Cells of a table and footnotes are marked with why they fit nowhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Line] = []
        self._text: list[str] = []
        self._bold: list[str] = []
        self._tag, self._kind = "p", ""
        self._depth = {"table": 0, "strong": 0}
        self._skips = False
        self._counts: list[int] = []

    def read(self) -> Iterator[Line]:
        """The paragraphs, in order, empty ones left out."""
        self._end()
        yield from self._done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self._end()
            self._tag = tag
            self._kind = self._why(tag, given.get("id") or "")
        elif tag in self._depth:
            self._end() if tag == "table" else None
            self._depth[tag] += 1
        elif tag == "a":
            self._skips = (given.get("href") or "").startswith(("#footnote", "#endnote"))
        elif tag == "br":
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._skips = False
        elif tag in self._depth:
            self._depth[tag] = max(0, self._depth[tag] - 1)
        elif tag in BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._skips:
            return
        if self._depth["strong"] and not "".join(self._text[len(self._bold) :]).strip():
            self._bold.append(data)
        self._text.append(data)

    def _why(self, tag: str, key: str) -> str:
        if self._depth["table"]:
            return _("It stands in a table.")
        if tag == "li" and key.startswith(("footnote", "endnote")):
            return _("It is a footnote.")
        return self._kind if tag == "p" and self._kind and self._tag == "li" else ""

    def _end(self) -> None:
        bold = _plain("".join(self._bold))
        for text in "".join(self._text).split("\n"):
            if plain := _plain(text):
                self._done.append(Line(self._tag, plain, bold if plain.startswith(bold) else "", self._kind))
        self._text, self._bold = [], []


def _plain(text: str) -> str:
    """Without signs that nobody sees, every white space one space, full-width ones too."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc"} or sign == "\t")
    return " ".join(seen.split())
