"""A track: the stations something passes on its way, drawn by components/_track.html."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

StateT = TypeVar("StateT")


@dataclass(frozen=True)
class Station:
    """One station: done, now, todo, or stopped where it ended before its time."""

    name: str
    label: StrOrPromise
    status: str
    note: StrOrPromise = ""


def stations(
    labels: Mapping[str, StrOrPromise], here: int, status: str, note: StrOrPromise = ""
) -> list[Station]:
    """The stations in order: those before the place `here` are done, the one at it has `status` and `note`."""
    return [
        Station(name, label, status, note)
        if at == here
        else Station(name, label, "done" if at < here else "todo")
        for at, (name, label) in enumerate(labels.items())
    ]


def place(track: Sequence[tuple[str, Collection[StateT]]], state: StateT) -> int:
    """The index of the station at which a state is passed. Raises StopIteration for a state without one."""
    return next(at for at, (_name, states) in enumerate(track) if state in states)
