"""A reception day with its people, and notes. What is not named gets a plain default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.community.models import Area, Post, User
from portal.kit import clock
from portal.surveys.models import Booking, NoteKind, ReceptionDay, VisitNote
from portal.surveys.reception.services import days
from tests.factories import (
    make_building,
    make_dwelling,
    make_neighbourhood,
    make_resident,
    make_user,
    person_of,
)
from tests.worlds import kept


@dataclass
class Desk:
    """A day in three days from now, of six times of 20 minutes from 14:00, heard by the director."""

    here: Area
    building: Area
    day: ReceptionDay
    director: User
    worker: User
    resident: User
    neighbour: User

    @property
    def slug(self) -> str:
        """Of the neighbourhood."""
        return self.here.slug


@kept
def make_desk() -> Desk:
    """A neighbourhood with a reception day to come."""
    here = make_neighbourhood()
    building = make_building(parent=here, name="3 号楼")
    director = make_user(post=Post.DIRECTOR, neighbourhood=here)
    worker = make_user(post=Post.WORKER, neighbourhood=here)
    resident, neighbour = (make_resident(dwelling=make_dwelling(within=building)) for _one in range(2))
    starts = clock.at_time(clock.today() + timedelta(days=3), 14)
    day = ReceptionDay.objects.create(
        neighbourhood=here,
        host=person_of(director),
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="居委会一楼",
        made_by=worker,
    )
    return Desk(here, building, day, director, worker, resident, neighbour)


def make_booking(desk: Desk, user: User | None = None, number: int = 0) -> Booking:
    """A time that a neighbour booked."""
    return days.book(user or desk.resident, desk.day.pk, number=number, matter="楼道灯晚上不亮")


def after(desk: Desk) -> datetime:
    """A moment on the evening of the day."""
    return desk.day.ends_at + timedelta(hours=1)


def make_note(
    desk: Desk, asked: str = "想在门口加一张长椅", *, heard_on: date | None = None, **more: Any
) -> VisitNote:
    """A note of a visit."""
    more = {"kind": NoteKind.VISIT, "building": desk.building, **more}
    return VisitNote.objects.create(
        neighbourhood=desk.here,
        asked=asked,
        heard_on=heard_on or clock.today(),
        written_by=person_of(desk.worker),
        **more,
    )
