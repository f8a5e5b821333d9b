"""The life cycles as mermaid diagrams, for docs/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from portal.deliberation.states import HEARING_NEXT, NEXT, HearingState, State

StateT = TypeVar("StateT", State, HearingState)
MARK = "<!-- states:{name} -->"
END = "<!-- /states -->"


def mermaid(table: Mapping[StateT, frozenset[StateT]], first: StateT) -> str:
    """A state diagram of a NEXT table; states that lead nowhere lead to the end."""
    lines: list[str] = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    for state, following in table.items():
        ends: list[str] = [str(to.value) for to in sorted(following, key=_place)] or ["[*]"]
        lines += [f"    {state.value} --> {end}" for end in ends]
    return "\n".join([*lines, "```"])


def drawn(text: str) -> str:
    """A document with the diagrams between their marks drawn anew."""
    for name, diagram in (
        ("topic", mermaid(NEXT, State.DRAFT)),
        ("hearing", mermaid(HEARING_NEXT, HearingState.PLANNED)),
    ):
        mark = MARK.format(name=name)
        pattern = re.compile(f"{re.escape(mark)}.*?{re.escape(END)}", re.DOTALL)
        text = pattern.sub(f"{mark}\n{diagram}\n{END}", text)
    return text


def _place(state: Enum) -> int:
    return list(type(state)).index(state)
