"""What a voter reads beside the ballot: arguments, the hearing's opinion. The apps that have them register here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.voting.models import Vote


@dataclass(frozen=True)
class Point:
    """One argument or finding, with what kind it is (for, against, condition …) in the reader's language."""

    text: str
    kind: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Beside:
    """A block beside the ballot: some sentences, some points, and where all of it is read."""

    title: str
    text: str = ""
    points: list[Point] = field(default_factory=list)
    url: str = ""


Provider = Callable[[Vote], list[Beside]]
_PROVIDERS: dict[str, Provider] = {}


def register(kind: str, provider: Provider) -> None:
    """Let `provider` speak beside votes whose subject is of a kind, such as "topic"."""
    _PROVIDERS[kind] = provider


def beside(vote: Vote) -> list[Beside]:
    """All blocks beside the ballot of a vote."""
    provider = _PROVIDERS.get(vote.subject.partition(":")[0])
    return provider(vote) if provider else []
