"""How a meeting of some kind votes in its hall: who is on the roll, and by which rule, as data."""

from __future__ import annotations

from dataclasses import dataclass

from portal.meetings.models import Meeting, Part
from portal.voting.models import Electorate


@dataclass(frozen=True)
class Hall:
    """What a vote in the hall of one meeting rests on.

    `votes`: whether it decides by votes at all. `electorate`: a panel is made of the seats of these `parts`; of
    residents or households the roll is that of the register, and who comes is noted by name at the door. `size`: how
    many make up the body, where the meeting itself says so; `counted`: how many were counted at the door. `rule`: the
    key of the rule; `of_present`: its majority is one of those present.
    """

    votes: bool = True
    electorate: Electorate = Electorate.PANEL
    parts: tuple[Part, ...] = (Part.DELEGATE, Part.MEMBER)
    rule: str = "hall.majority"
    of_present: bool = False
    size: int | None = None
    counted: int | None = None

    @property
    def seated(self) -> bool:
        """Whether the roll is made of the meeting's own seats."""
        return self.electorate == Electorate.PANEL


def of_seats(meeting: Meeting) -> Hall:
    """The hall of a kind that says nothing else: its delegates and members decide."""
    return Hall()
