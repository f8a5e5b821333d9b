"""Kinds of news and their words. An app declares its own in a module `events`; a notice keeps parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise

from portal.record.wording import fill, said, subject_label

KINDS: dict[str, Kind] = {}
Words = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of news: its name, and the words with %(named)s parameters. Declared by the app that sends it.

    `words` makes further parameters when somebody reads, for what depends on the reader's language.
    `mail=False`: never by e-mail, whatever somebody chose. `urgent`: always by e-mail, because it is about
    somebody's own right and does not wait; its app sends a text message besides (portal.notifications.texts).
    """

    name: str
    title: str | Promise
    body: str | Promise = ""
    mail: bool = True
    words: Words | None = None
    urgent: bool = False
    # Names of kinds that are news and no more: who wants none of their group does not find them in the portal either.
    optional: ClassVar[set[str]] = set()

    def __post_init__(self) -> None:
        KINDS[self.name] = self

    @property
    def group(self) -> str:
        """The part of the name before the dot: what people choose news by."""
        return self.name.partition(".")[0]


def make_optional(*names: str) -> None:
    """Let these kinds be switched off in the portal too: nobody is asked anything, owes or is owed anything by them."""
    Kind.optional.update(names)


def title_of(name: str, params: Mapping[str, Any]) -> str:
    """The title of a notice in the reader's language; the bare name where the kind is gone. Never raises."""
    return fill(str(KINDS[name].title), _readable(name, params)) if name in KINDS else name


def body_of(name: str, params: Mapping[str, Any]) -> str:
    """The text of a notice in the reader's language, possibly empty. Never raises."""
    return fill(str(KINDS[name].body), _readable(name, params)) if name in KINDS else ""


def mail_groups() -> list[tuple[str, str]]:
    """The groups of news that come by e-mail, with what they are called."""
    groups = {kind.group for kind in KINDS.values() if kind.mail}
    return sorted((group, subject_label(group)) for group in groups)


def optional_groups() -> list[tuple[str, str]]:
    """The groups of news in which something can be switched off in the portal, with what they are called."""
    groups = {name.partition(".")[0] for name in Kind.optional if name in KINDS}
    return sorted((group, subject_label(group)) for group in groups)


def _readable(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a reader wants them: ISO days and moments as dates, with what the kind says besides."""
    shown = {key: said(value) for key, value in params.items()}
    more = KINDS[name].words
    try:
        return shown | more(dict(params)) if more else shown
    except (LookupError, TypeError, ValueError):
        return shown
