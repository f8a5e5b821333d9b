"""What opinion maps can be about. An app above says in its module `hooks` how a map finds a kind of its things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from portal.community.models import Area
from portal.kit.errors import NotPossible


@dataclass(frozen=True)
class About:
    """A public thing a map is about. `takes`: whether statements and reactions are taken now.

    `hall`: the page for phones where it is talked over at this moment; empty: nowhere.
    """

    subject: str
    title: str
    url: str
    neighbourhood: Area
    takes: bool
    hall: str = ""


Find = Callable[[int], About | None]
_KINDS: dict[str, Find] = {}


def register(name: str, find: Find) -> None:
    """Let maps be about the things whose keys begin with `name`. `find`: by number; None where it is not public."""
    _KINDS[name] = find


def known(kind: str) -> bool:
    """Whether maps can be about things of a kind, such as "topic"."""
    return kind in _KINDS


def about(subject: str) -> About:
    """The thing behind a key such as "topic:12". Raises Http404 where there is none, or it is not public."""
    kind, _colon, number = subject.partition(":")
    found = _KINDS[kind](int(number)) if kind in _KINDS else None
    if found is None:
        raise Http404(subject)
    return found


def takes(subject: str) -> bool:
    """Whether opinions about a thing are taken now."""
    try:
        return about(subject).takes
    except Http404:
        return False


def require_open(subject: str) -> None:
    """Refuse what comes before or after its time: NotPossible."""
    if not about(subject).takes:
        raise NotPossible(
            _("Opinions are taken while this is being discussed. What was said stays readable.")
        )
