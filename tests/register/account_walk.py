"""Somebody who opens every page of allauth, does wrong and right there, and keeps what was read and rendered."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import allauth
import polib
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

STOCK = Path(allauth.__file__).parent
CATALOGUE = STOCK / "locale/zh_Hans/LC_MESSAGES/django.po"
OURS = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"
MOST_REDIRECTS = 5
ATTRIBUTES = ("placeholder", "aria-label", "alt", "title", "value")
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")
# From so many signs on a text is looked for inside others; a shorter one ("Email", 代码) has to stand alone.
LONG = {"en": 20, "zh-hans": 9}


class Walk:
    """A browser in one language; `read` maps each text to where it stood, `opened` holds what pages were shown."""

    def __init__(self, language: str) -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.read: dict[str, str] = {}
        self.opened: set[str] = set()
        self.at = ""

    def go(self, path: str, **typed: Any) -> str:
        """Open a page, or send what is typed, and follow; returns the answer's text."""
        answer = self.client.post(path, typed) if typed else self.client.get(path)
        for _redirect in range(MOST_REDIRECTS):
            self._note(path, answer)
            if answer.status_code != 302:
                break
            path = answer["Location"]
            answer = self.client.get(path)
        self.at = path
        return answer.content.decode()

    def go_all(self, names: str) -> None:
        """Open the pages that are called so."""
        for name in names.split():
            self.go(reverse(name))

    def read_mails(self) -> None:
        """Keep what stands in the mails that were sent."""
        for letter in mail.outbox:
            for line in (letter.subject, *str(letter.body).splitlines()):
                self.read.setdefault(line.strip(), f"mail “{letter.subject}”")

    def _note(self, path: str, answer: HttpResponse) -> None:
        if answer.status_code == 302:
            return
        if answer.resolver_match:
            self.opened.add(answer.resolver_match.url_name)
        assert answer.status_code in {200, 409, 422}, (path, answer.status_code)
        for text in _texts(answer):
            self.read.setdefault(" ".join(text.split()), path)


def _texts(answer: HttpResponse) -> list[str]:
    if not answer["Content-Type"].startswith("text/html"):
        return answer.content.decode().splitlines()
    page = BeautifulSoup(answer.content, "html.parser")
    main = page.find("main")
    assert main is not None
    for box in main.select("script"):
        box.decompose()
    said = [str(one.get(name)) for name in ATTRIBUTES for one in main.find_all(attrs={name: True})]
    return [*main.stripped_strings, *said, page.title.get_text() if page.title else ""]


def names_of_allauth() -> set[str]:
    """What allauth's addresses are called in the portal's settings."""
    root = next(
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and str(one.pattern) == "accounts/"
    )
    return _names(root)


def _names(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for one in resolver.url_patterns:
        found |= _names(one) if isinstance(one, URLResolver) else {str(one.name)}
    return found


def shared() -> set[str]:
    """Texts that stand in both catalogues."""
    return {one.msgid for one in _entries(CATALOGUE)} & {one.msgid for one in _entries(OURS)}


def stock(language: str) -> re.Pattern[str]:
    """Finds what allauth says, and the portal does not, in one line of text."""
    said, own = _said(CATALOGUE, language), _said(OURS, language)
    if language != "en":
        said |= _said(CATALOGUE, "en")
        own |= _said(OURS, "en")
    patterns = [_pattern(text, LONG[language]) for text in sorted(said - own) if len(HOLE.sub("", text)) > 1]
    return re.compile("|".join(patterns), re.DOTALL)


@cache
def _entries(file: Path) -> list[polib.POEntry]:
    return list(polib.pofile(str(file)))


def _said(file: Path, language: str) -> set[str]:
    texts: set[str] = set()
    for one in _entries(file):
        theirs = (
            [one.msgid, one.msgid_plural] if language == "en" else [one.msgstr, *one.msgstr_plural.values()]
        )
        texts |= {" ".join(text.split()) for text in theirs if text}
    return texts


def _pattern(text: str, long: int) -> str:
    literal = "(?:.+?)".join(map(re.escape, HOLE.split(text)))
    return f"(?:{literal})" if len(HOLE.sub("", text)) >= long else rf"(?:\A{literal}\Z)"
