"""Seats of two records of one human: one seat of the panel, and one to listen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.meetings.models import Participant, Registration

# What a participant did on a seat; it goes with the human where the seat that stays was not used.
DONE = (
    "attended_at",
    "rounds",
    "stance",
    "statement",
    "mark",
    "correction",
    "reply",
    "marked_at",
    "channel",
    "entered_by",
)


def _one_seat(union: Union, earlier: Participant, later: Participant) -> None:
    done = {name: getattr(later, name) for name in DONE}
    union.changes.remove(later)
    if earlier.attended_at is None and done["attended_at"] is not None:
        union.changes.change(earlier, **done)


uniting.register(
    "participants",
    Double(
        Participant,
        ("meeting_id",),
        (),
        lambda seat: (
            _("Both take part in “%(meeting)s”. One seat stays; the quorum counts one.")
            % {"meeting": seat.meeting.title}
        ),
        _one_seat,
    ),
)
uniting.register(
    "registrations",
    Double(
        Registration,
        ("hearing_id",),
        ("at",),
        lambda seat: (
            _("Both registered for “%(hearing)s”. The earlier registration stands.")
            % {"hearing": seat.hearing.title}
        ),
    ),
)
