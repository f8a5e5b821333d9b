"""What two records of one human can have once only in a hall: a place in the queue, an answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.meetings.models import PulseAnswer, Turn

uniting.register(
    "turns",
    Double(
        Turn,
        ("meeting_id", "ended_at", "withdrawn_at"),
        ("asked_at",),
        lambda turn: (
            _("Both wait to speak at “%(meeting)s”. The earlier place in the queue stands.")
            % {"meeting": turn.meeting.title}
        ),
    ),
)
uniting.register(
    "pulse_answers",
    Double(
        PulseAnswer,
        ("pulse_id",),
        ("at",),
        lambda answer: (
            _("Both answered “%(question)s”. The earlier answer stands.")
            % {"question": answer.pulse.question}
        ),
    ),
)
