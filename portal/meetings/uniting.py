"""Seats of two records of one human: one seat of the panel, and one to listen."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.rowchanges import ties
from portal.community.uniting import Double, Union
from portal.kit.errors import NotPossible
from portal.meetings.models import Part, Participant, Registration

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
    for model, field in ties(later):
        _pass_on(union, model, field, earlier, later)
    union.changes.remove(later)
    if earlier.attended_at is None and done["attended_at"] is not None:
        union.changes.change(earlier, **done)
    # Whoever works for whom is reviewed has no ballot, by whichever record that was known.
    if later.part == Part.REVIEWED != earlier.part:
        union.changes.change(earlier, part=Part.REVIEWED)


def _pass_on(union: Union, model: type[Model], field: str, earlier: Participant, later: Participant) -> None:
    """What rests on the seat that goes, such as its turns to speak, rests on the one that stays."""
    once = cast("Field[Any, Any]", model._meta.get_field(field)).unique
    if once and model._base_manager.filter(**{field: earlier}).exists():
        if model._base_manager.filter(**{field: later}).exists():
            raise NotPossible(
                _("They stand on two sides of “%(meeting)s”. End that meeting first.")
                % {"meeting": later.meeting.title}
            )
        return
    union.changes.move(model, field, later, earlier)


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
