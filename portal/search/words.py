"""What somebody typed, as questions to either database.

Each run of characters must be found; for each, words that mean the same are looked for as well. Nothing that is
typed reaches a database as more than letters, characters and figures between quotation marks.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

from portal.search.grams import pieces, runs, typed_runs

LONGEST = 100  # characters of a question that are read
MOST_RUNS = 8
MOST_OTHERS = 6  # other words for one run
_LATIN = re.compile(r"[a-z]{2,12}")
TITLE, BODY = ("title",), ("title", "body")
# The letters under which PostgreSQL keeps the columns (portal.search.models.WordIndex).
_WEIGHTS = {"title": "A", "initials": "C", "body": "B"}


@dataclass(frozen=True)
class Words:
    """A question: for each run what was typed first, then what means the same. `part`: any of the words will do."""

    runs: tuple[tuple[str, ...], ...]
    part: bool = False

    def __bool__(self) -> bool:
        return bool(self.runs)

    @property
    def others(self) -> list[str]:
        """What is looked for besides what was typed."""
        return [] if self.part else [other for run in self.runs for other in run[1:]]

    @property
    def all(self) -> list[str]:
        """Everything looked for, to be marked where it stands."""
        return [word for run in self.runs for word in run]


def asked(text: str) -> Words:
    """What a text asks for; nothing where it holds no letter, character or figure."""
    return _words(typed_runs(text[:LONGEST]))


def looser(text: str) -> list[Words]:
    """What a text asks for with less: each space divides, then any of its words. None where it is one word."""
    split = [run for word in text[:LONGEST].split() for run in runs(word)]
    each = _words(split)
    long = [run for run in each.runs if len(run[0]) > 1] or list(each.runs)
    any_of = Words((tuple(dict.fromkeys(word for run in long for word in run)),), part=True)
    return [each, any_of] if len(each.runs) > 1 else []


def _words(typed: list[str]) -> Words:
    return Words(tuple((run, *others(run)) for run in list(dict.fromkeys(typed))[:MOST_RUNS]))


def question(words: Words, tag: str, columns: tuple[str, ...] = BODY) -> tuple[str, list[str]]:
    """The condition under which a row of a tag holds the words in some columns: SQL for `extra`, and its values."""
    if connection.vendor == "postgresql":
        asked_for = " & ".join(f"({' | '.join(_for_postgres(run, columns))})" for run in words.runs)
        return "search_document.words @@ %s::tsquery AND search_document.tag = %s", [asked_for, tag]
    found = " AND ".join(f"({' OR '.join(_for_sqlite(run, columns))})" for run in words.runs)
    return "search_words MATCH %s AND search_words.rowid = search_document.id", [f'tag : "{tag}" AND {found}']


def numbers(words: Words, tag: str, columns: tuple[str, ...] = BODY) -> tuple[str, list[str]]:
    """The same as a SELECT of the keys of the things, to stand within another statement."""
    where, values = question(words, tag, columns)
    source = "search_document, search_words" if connection.vendor == "sqlite" else "search_document"
    # Columns and tables only; what was typed is among the values.
    return f"SELECT search_document.number FROM {source} WHERE {where}", values  # noqa: S608


def _for_sqlite(run: tuple[str, ...], columns: tuple[str, ...]) -> list[str]:
    found = [f"{{{' '.join(columns)}}} : {_phrase(word)}" for word in run]
    return [*found, *(f"initials : {_phrase(run[0])}" for _once in range(abbreviates(run[0])))]


def _phrase(word: str) -> str:
    return f'"{word}" *' if len(word) == 1 else f'"{" ".join(pieces(word))}"'


def _for_postgres(run: tuple[str, ...], columns: tuple[str, ...]) -> list[str]:
    places = "".join(_WEIGHTS[column] for column in columns)
    found = [_lexemes(word, places) for word in run]
    return [*found, *(_lexemes(run[0], _WEIGHTS["initials"]) for _once in range(abbreviates(run[0])))]


def _lexemes(word: str, places: str) -> str:
    if len(word) == 1:
        return f"'{word}':*{places}"
    return "(" + " <-> ".join(f"'{piece}':{places}" for piece in pieces(word)) + ")"


def abbreviates(word: str) -> bool:
    """Whether a word may be the first letters of pinyin."""
    return _LATIN.fullmatch(word) is not None


def others(run: str) -> list[str]:
    """The run with a word in it changed for one that means the same; none that holds the run: it is found anyway."""
    said = [
        run.replace(word, other)
        for word in _words_in(run)
        for other in _groups()[word]
        if run not in run.replace(word, other)
    ]
    return list(dict.fromkeys(said))[:MOST_OTHERS]


def _words_in(run: str) -> list[str]:
    """The words with others of the same meaning that stand in a run, without those that are part of a longer one."""
    found = [word for word in _groups() if word in run]
    return [word for word in found if not any(word != longer and word in longer for longer in found)]


@cache
def _groups() -> dict[str, list[str]]:
    groups = tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))["groups"]
    return {word: [other for other in group if other != word] for group in groups for word in group}
