"""Conditions as XLSForm writes them: ${q3} = 'yes' and not(selected(${q4}, 'lunch')). Read and written, never run."""

from __future__ import annotations

import re
from typing import Any

Tree = dict[str, Any]
DEEPEST = 12
TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[A-Za-z_][\w.-]*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+)"
    r"|(?P<word>[a-z][a-z-]*)|(?P<sign>!=|>=|[=(),]))"
)


class Outside(Exception):
    """An expression that lies outside the subset; its message is where."""


def written(tree: Tree) -> str:
    """A tree of portal.surveys.conditions as an expression."""
    ((word, rest),) = tree.items()
    if word in ("all", "any"):
        join = " and " if word == "all" else " or "
        return join.join(_inside(each) for each in rest)
    if word == "not":
        return f"not({written(rest)})"
    if word == "answered":
        return f"{_name(rest)} != ''"
    key, value = rest
    if word == "includes":
        return f"selected({_name(key)}, '{value}')"
    return f"{_name(key)} {'=' if word == 'is' else '>='} {_literal(value)}"


def read(text: str) -> Tree:
    """The tree of an expression. Raises Outside with what could not be read."""
    reader = _Reader(text)
    tree = reader.either(0)
    if reader.left():
        raise Outside(reader.left())
    return tree


def xml_name(key: str) -> str:
    """A key as a name in XML, which does not begin with a digit or a hyphen."""
    return key if re.match(r"[A-Za-z_]", key) else f"_{key}"


def _name(key: str) -> str:
    return f"${{{xml_name(key)}}}"


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"


def _inside(tree: Tree) -> str:
    (word,) = tree
    return f"({written(tree)})" if word in ("all", "any") else written(tree)


class _Reader:
    """Reads or, and, not, comparisons: each method takes what it knows from the front."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text.strip(), 0

    def left(self) -> str:
        """What was not read yet."""
        return self.text[self.at :].strip()

    def either(self, depth: int) -> Tree:
        """… or …"""
        return self._joined("or", "any", self._both, depth)

    def _both(self, depth: int) -> Tree:
        return self._joined("and", "all", self._one, depth)

    def _joined(self, word: str, name: str, part: Any, depth: int) -> Tree:
        if depth > DEEPEST:
            raise Outside(self.left()[:40])
        found = [part(depth + 1)]
        while self._take("word", word):
            found.append(part(depth + 1))
        return found[0] if len(found) == 1 else {name: found}

    def _one(self, depth: int) -> Tree:
        if self._take("sign", "("):
            tree = self.either(depth)
            self._need("sign", ")")
            return tree
        if self._take("word", "not"):
            self._need("sign", "(")
            tree = self.either(depth)
            self._need("sign", ")")
            return {"not": tree}
        if self._take("word", "selected"):
            return self._selected()
        return self._compared()

    def _selected(self) -> Tree:
        self._need("sign", "(")
        key = self._key()
        self._need("sign", ",")
        option = self._need("text")[1:-1]
        self._need("sign", ")")
        return {"includes": [key, option]}

    def _compared(self) -> Tree:
        key = self._key()
        sign = self._need("sign")
        if sign not in ("=", "!=", ">="):
            raise Outside(sign)
        number = self._take("number")
        value: Any = int(number) if number else self._need("text")[1:-1]
        if sign == ">=":
            return {"at_least": [key, int(value)]} if str(value).lstrip("-").isdecimal() else self._fail()
        if value == "":
            return {"answered": key} if sign == "!=" else {"not": {"answered": key}}
        tree = {"is": [key, value]}
        return tree if sign == "=" else {"not": tree}

    def _key(self) -> str:
        return self._need("name")[2:-1]

    def _need(self, kind: str, wanted: str = "") -> str:
        found = self._take(kind, wanted)
        return found if found is not None else self._fail()

    def _fail(self) -> Any:
        raise Outside(self.left()[:40] or self.text[:40])

    def _take(self, kind: str, wanted: str = "") -> str | None:
        hit = TOKEN.match(self.text, self.at)
        found = hit.group(kind) if hit else None
        if hit is None or found is None or (wanted and found != wanted):
            return None
        self.at = hit.end()
        return str(found)
