"""What happens at the desk, in the record and to those concerned. What was asked is never in the record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

PLANNED = Event("reception.planned", record=_("planned reception days: %(number)s"))
MOVED = Event(
    "reception.moved",
    record=_("moved a reception day"),
    title=_("Your time on the reception day has moved"),
    body=_(
        "It is now on %(starts_at)s, %(place)s. If that does not suit you, give it back and choose another."
    ),
)
CALLED_OFF = Event(
    "reception.called_off",
    record=_("called a reception day off: “%(reason)s”"),
    title=_("The reception day on %(starts_at)s is called off"),
    body=_("The reason: “%(reason)s”. Here are the next days; please choose another time."),
)
BOOKED_FOR = Event(
    "reception.booked_for",
    title=_("A time on the reception day is booked for you: %(starts_at)s"),
    body=_("The committee booked it for you. If it does not suit you, give it back."),
)
GIVEN_BACK = Event(
    "reception.given_back",
    title=_("A time on your reception day was given back: %(starts_at)s"),
)
TAKEN_AWAY = Event(
    "reception.taken_away",
    title=_("Your time on the reception day was given back: %(starts_at)s"),
    body=_("The committee gave it back for you. You can choose another time."),
)
REMINDER = Event(
    "reception.reminder",
    title=_("Tomorrow you are expected on the reception day: %(starts_at)s"),
    body=_("%(place)s. If you cannot come, please give your time back; others wait for one."),
)
HEARD = Event(
    "reception.heard",
    title=_("What you said on %(said_on)s is written down"),
    body=_("You get an answer by %(due_on)s. Until then %(who)s owes it to you."),
)
NOT_HEARD = Event(
    "reception.not_heard",
    title=_("It was noted by mistake that you were heard on %(said_on)s"),
    body=_(
        "What stood there was said by somebody else. No answer is owed to you for it. We ask your pardon."
    ),
)
HANDED_ON = Event(
    "reception.handed_on",
    title=_("You owe an answer to somebody who came to the reception day"),
    body=_("It was handed on to you with its date: by %(due_on)s."),
)
PASSED = Event(
    "reception.passed",
    title=_("What you said on %(said_on)s is with %(who)s now"),
    body=_("The date stays: you get an answer by %(due_on)s."),
)
ANSWERED = Event(
    "reception.answered",
    title=_("The answer to what you said on %(said_on)s"),
    body=_("“%(answer)s”"),
)
TAKEN_UP = Event(
    "reception.taken_up",
    title=_("What you said on %(said_on)s becomes a topic"),
    body=_("The committee takes it up: “%(topic)s”."),
)
REOPENED = Event(
    "reception.reopened",
    title=_("Somebody who came to the reception day is not content with the answer"),
    body=_("What is missing stands with the note. An answer is owed by %(due_on)s."),
)
OPEN_AGAIN = Event(
    "reception.open_again",
    title=_("What you said on %(said_on)s is looked at once more"),
    body=_("You get an answer by %(due_on)s."),
)
JOINED = Event("topic.notes", record=_("What was asked on visits and reception days was joined to the topic"))
