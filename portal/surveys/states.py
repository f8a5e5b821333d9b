"""The lives of a survey, of an answer, of a demand and of what is heard at the desk, as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.actions.lifecycles import LifeCycle


class SurveyState(models.TextChoices):
    """Where a survey stands, from its first question to what became of the demands."""

    DRAFT = "draft", _("being written")
    APPROVED = "approved", _("approved")
    PILOTED = "piloted", _("tried out")
    OPEN = "open", _("open for answers")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", pgettext_lazy("a survey", "closed")
    CLEANED = "cleaned", _("checked")
    ANALYSED = "analysed", _("counted")
    PUBLISHED = "published", _("published")
    LISTS_UPDATED = "lists_updated", _("demands listed")
    RESPONDED = "responded", _("all demands answered")
    ARCHIVED = "archived", _("archived")
    CANCELLED = "cancelled", _("called off")


S = SurveyState
# Before it opens the questions can be changed, and only those who make it know of it.
BEFORE = frozenset({S.DRAFT, S.APPROVED, S.PILOTED})
RUNNING = frozenset({S.OPEN, S.PAUSED})
ENDED = frozenset({S.CLOSED, S.CLEANED, S.ANALYSED})
OUT = frozenset({S.PUBLISHED, S.LISTS_UPDATED, S.RESPONDED, S.ARCHIVED})
SURVEY = LifeCycle(
    "survey",
    {
        S.DRAFT: frozenset({S.APPROVED, S.CANCELLED}),
        S.APPROVED: frozenset({S.DRAFT, S.PILOTED, S.OPEN, S.CANCELLED}),
        S.PILOTED: frozenset({S.DRAFT, S.OPEN, S.CANCELLED}),
        S.OPEN: frozenset({S.PAUSED, S.CLOSED, S.CANCELLED}),
        S.PAUSED: frozenset({S.OPEN, S.CLOSED, S.CANCELLED}),
        S.CLOSED: frozenset({S.OPEN, S.CLEANED}),
        S.CLEANED: frozenset({S.CLOSED, S.ANALYSED}),
        S.ANALYSED: frozenset({S.CLEANED, S.PUBLISHED}),
        # One that asks for no need has nothing to list.
        S.PUBLISHED: frozenset({S.LISTS_UPDATED, S.ARCHIVED}),
        S.LISTS_UPDATED: frozenset({S.RESPONDED}),
        S.RESPONDED: frozenset({S.LISTS_UPDATED, S.ARCHIVED}),
        S.ARCHIVED: frozenset(),
        S.CANCELLED: frozenset(),
    },
    S.DRAFT,
)


class WaveState(models.TextChoices):
    """Whether neighbourhoods can still join a wave."""

    OPEN = "open", _("open to join")
    CLOSED = "closed", pgettext_lazy("a survey", "closed")


WAVE = LifeCycle(
    "wave",
    {WaveState.OPEN: frozenset({WaveState.CLOSED}), WaveState.CLOSED: frozenset({WaveState.OPEN})},
    WaveState.OPEN,
)


class ResponseState(models.TextChoices):
    """Where somebody's answers stand."""

    DRAFT = "draft", _("being answered")
    HANDED_IN = "handed_in", _("handed in")
    REMOVED = "removed", _("not counted")


RESPONSE = LifeCycle(
    "surveyresponse",
    {
        ResponseState.DRAFT: frozenset({ResponseState.HANDED_IN}),
        ResponseState.HANDED_IN: frozenset({ResponseState.REMOVED}),
        ResponseState.REMOVED: frozenset({ResponseState.HANDED_IN}),
    },
    ResponseState.DRAFT,
)


class DemandState(models.TextChoices):
    """What became of a demand."""

    BELOW = "below", _("below the line")
    OWED = "owed", _("waiting for an answer")
    IN_HAND = "in_hand", _("in hand")
    DONE = "done", _("done")
    NOT_POSSIBLE = "not_possible", _("not possible, with the reason")


DEMAND = LifeCycle(
    "demand",
    {
        # Corrected results move a demand over the line or below it.
        DemandState.BELOW: frozenset({DemandState.IN_HAND, DemandState.OWED}),
        DemandState.OWED: frozenset({DemandState.IN_HAND, DemandState.NOT_POSSIBLE, DemandState.BELOW}),
        DemandState.IN_HAND: frozenset(
            {DemandState.DONE, DemandState.OWED, DemandState.BELOW, DemandState.NOT_POSSIBLE}
        ),
        DemandState.DONE: frozenset({DemandState.IN_HAND}),
        DemandState.NOT_POSSIBLE: frozenset({DemandState.OWED, DemandState.BELOW}),
    },
    DemandState.OWED,
    also_first=(DemandState.BELOW,),
)


class DayState(models.TextChoices):
    """Where a reception day stands; over by the clock."""

    PLANNED = "planned", pgettext_lazy("a reception day", "planned")
    CALLED_OFF = "called_off", _("called off")
    OVER = "over", _("over")


RECEPTION_DAY = LifeCycle(
    "receptionday",
    {
        DayState.PLANNED: frozenset({DayState.CALLED_OFF, DayState.OVER}),
        DayState.CALLED_OFF: frozenset(),
        DayState.OVER: frozenset(),
    },
    DayState.PLANNED,
)


class BookingState(models.TextChoices):
    """Where a booked time stands."""

    BOOKED = "booked", pgettext_lazy("a reception time", "booked")
    GIVEN_BACK = "given_back", _("given back")
    HEARD = "heard", _("heard")
    MISSED = "missed", _("nobody came")


BOOKING = LifeCycle(
    "booking",
    {
        BookingState.BOOKED: frozenset({BookingState.GIVEN_BACK, BookingState.HEARD, BookingState.MISSED}),
        BookingState.GIVEN_BACK: frozenset(),
        # Written down for somebody who had not come: they may come still, or did not.
        BookingState.HEARD: frozenset({BookingState.BOOKED, BookingState.MISSED}),
        BookingState.MISSED: frozenset({BookingState.HEARD}),
    },
    BookingState.BOOKED,
)


class NoteState(models.TextChoices):
    """Where what was heard stands."""

    NOTED = "noted", _("noted")
    TAKEN_UP = "taken_up", _("became a topic")
    ANSWERED = "answered", _("answered")
    REMOVED = "removed", _("removed")


NOTE = LifeCycle(
    "visitnote",
    {
        NoteState.NOTED: frozenset({NoteState.TAKEN_UP, NoteState.ANSWERED, NoteState.REMOVED}),
        NoteState.TAKEN_UP: frozenset({NoteState.NOTED, NoteState.REMOVED}),
        NoteState.ANSWERED: frozenset({NoteState.NOTED, NoteState.REMOVED}),
        NoteState.REMOVED: frozenset(),
    },
    NoteState.NOTED,
)


class PaperState(models.TextChoices):
    """Where a questionnaire on paper, or one answered by telephone, stands on its way into the count."""

    BEGUN = "begun", _("being entered")
    ENTERED = "entered", _("entered once")
    DIFFERS = "differs", _("read differently")
    SETTLED = "settled", _("counted")
    WITHDRAWN = "withdrawn", _("withdrawn")


PAPER = LifeCycle(
    "surveypaper",
    {
        PaperState.BEGUN: frozenset({PaperState.ENTERED, PaperState.WITHDRAWN}),
        # A call is gone back to when something was heard wrongly.
        PaperState.ENTERED: frozenset(
            {PaperState.BEGUN, PaperState.DIFFERS, PaperState.SETTLED, PaperState.WITHDRAWN}
        ),
        PaperState.DIFFERS: frozenset({PaperState.SETTLED, PaperState.WITHDRAWN}),
        PaperState.SETTLED: frozenset({PaperState.WITHDRAWN}),
        PaperState.WITHDRAWN: frozenset(),
    },
    PaperState.BEGUN,
)
