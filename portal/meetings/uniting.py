"""Seats of two records of one human: one seat of the panel, and one to listen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double, Union
from portal.meetings.models import PanelMember, Registration

# What a delegate did on a seat; it goes with the human where the seat that stays was not used.
DONE = (
    "attended_at",
    "rounds",
    "stance",
    "statement",
    "mark",
    "correction",
    "marked_at",
    "channel",
    "entered_by",
)


def _one_seat(union: Union, earlier: PanelMember, later: PanelMember) -> None:
    done = {name: getattr(later, name) for name in DONE}
    union.changes.remove(later)
    if earlier.attended_at is None and done["attended_at"] is not None:
        union.changes.change(earlier, **done)


uniting.register(
    "panel",
    Double(
        PanelMember,
        ("hearing_id",),
        (),
        lambda seat: (
            _("Both sit on the panel of “%(hearing)s”. One seat stays; the quorum counts one.")
            % {"hearing": seat.hearing.title}
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
