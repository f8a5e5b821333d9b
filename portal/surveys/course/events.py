"""What happens in the course of a survey: in the public record from its opening on, and to those concerned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

APPROVED = Event(
    "survey.approved",
    title=_("The survey was approved: %(title)s"),
    body=_("%(who)s approved it. It can be tried out and opened."),
)
REDRAFTED = Event(
    "survey.redrafted",
    title=_("The survey is being written again: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
OPENED = Event(
    "survey.opened",
    record=_("opened a survey: %(asked)s asked, purpose and privacy notice fixed"),
    title=_("Your answers are asked for: %(title)s"),
    body=_("Please answer by %(closes_at)s. It takes about %(minutes)s minutes."),
)
DRAWN = Event(
    "survey.drawn",
    record=_("drew a sample by lot: %(size)s of %(all)s, from the lot %(lot)s"),
)
REMINDER = Event(
    "survey.reminder",
    title=_("Still time to answer: %(title)s"),
    body=_("No answers came from you yet. Please answer by %(closes_at)s."),
)
PAUSED = Event("survey.paused", record=_("paused a survey: “%(reason)s”"))
RESUMED = Event("survey.resumed", record=_("went on with a survey"))
EXTENDED = Event(
    "survey.extended",
    record=_("moved the end of a survey from %(was_on)s to %(now_on)s: “%(reason)s”"),
    title=_("There is more time to answer: %(title)s"),
    body=_("You can answer until %(closes_at)s."),
)
CLOSED = Event("survey.closed", record=_("closed a survey; %(handed_in)s of %(asked)s handed in"))
CLOSED_EARLY = Event("survey.closed_early", record=_("closed a survey before its day: “%(reason)s”"))
REOPENED = Event(
    "survey.reopened",
    record=_("opened a survey again: “%(reason)s”"),
    title=_("You can answer again: %(title)s"),
    body=_("The survey was opened again, until %(closes_at)s."),
)
GREW = Event("survey.grew", record=_("asked %(count)s more who came after a survey was opened"))
SHRANK = Event("survey.shrank", record=_("noted %(count)s of those asked as empty: their flats are no more"))
REMOVED = Event("survey.answer_removed", record=_("left an answer of a survey out of the count: %(because)s"))
PUT_BACK = Event("survey.answer_back", record=_("counts an answer of a survey again: “%(reason)s”"))
CLEANED = Event(
    "survey.cleaned", record=_("looked through the answers of a survey: %(valid)s count, %(removed)s do not")
)
CHECKED_AGAIN = Event("survey.checked_again", record=_("looks through a survey again: “%(reason)s”"))
ANALYSED = Event("survey.analysed", record=_("counted a survey"))
COUNTED_AGAIN = Event("survey.counted_again", record=_("counts a survey again: “%(reason)s”"))
ERASED = Event(
    "survey.answers_erased",
    record=_(
        "deleted %(count)s single answers of a survey: they were to be kept until %(kept_on)s; what was published stays"
    ),
)
ARCHIVED = Event("survey.archived", record=_("put a survey into the archive"))
CANCELLED = Event(
    "survey.cancelled",
    record=_("called a survey off: “%(reason)s”; what had been answered was deleted"),
    title=_("The survey was called off: %(title)s"),
    body=_("The reason: “%(reason)s”. What had been answered was deleted."),
)
DISCARDED = Event(
    "survey.discarded",
    title=_("The draft of a survey was given up: %(title)s"),
    body=_("The reason: “%(reason)s”."),
)
WAVE_CALLED = Event(
    "survey.wave_called",
    title=_("A wave of surveys begins: %(title)s"),
    body=_("%(who)s asks your neighbourhood to join. The questions come along, and you can add your own."),
)
WAVE_JOINED = Event(
    "survey.wave_joined",
    title=_("A neighbourhood joined the wave: %(title)s"),
    body=_("%(place)s takes part."),
)
WAVE_ENDED = Event(
    "survey.wave_ended", title=_("The wave is closed: %(title)s"), body=_("Nobody joins any more.")
)
WAVE_RESUMED = Event(
    "survey.wave_resumed", title=_("The wave is open again: %(title)s"), body=_("You can join it.")
)
