"""The news of hearings: to those it affects, to the panel, to those who registered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.services import Kind

PANEL = Kind(
    "hearing.panel",
    _("You were named to the hearing panel: %(title)s"),
    _("You speak there for neighbours in the same position. The date follows."),
)
ANNOUNCED = Kind(
    "hearing.announced",
    _("Hearing: %(title)s"),
    _("%(starts_at)s, %(place)s. Please read the agenda and the papers beforehand."),
)
REGISTRATION = Kind(
    "hearing.registration", _("Seats for the hearing can be taken now: %(title)s"), mail=False
)
REGISTERED = Kind("hearing.registered", _("You have seat %(seat)s at the hearing: %(title)s"))
CONFIRMED = Kind(
    "hearing.confirmed",
    _("The hearing takes place as announced: %(title)s"),
    _("%(starts_at)s, %(place)s"),
)
POSTPONED = Kind("hearing.postponed", _("Hearing postponed: %(title)s"), _("%(reason)s"))
CANCELLED = Kind("hearing.cancelled", _("Hearing cancelled: %(title)s"), _("%(reason)s"))
_NEXT_ROUND = _("%(starts_at)s, %(place)s. %(reason)s")
ADJOURNED = Kind("hearing.adjourned", _("The hearing continues on another day: %(title)s"), _NEXT_ROUND)
RESCHEDULED = Kind("hearing.rescheduled", _("New date for the next round: %(title)s"), _NEXT_ROUND)
MINUTES = Kind(
    "hearing.minutes",
    _("Please confirm the minutes: %(title)s"),
    _("Read what was written of your words; confirm, correct or refuse."),
)
OPINION = Kind(
    "hearing.opinion",
    _("A hearing opinion waits for your answer: %(title)s"),
    _("Answer each item: taken up, in part or not, with the reason."),
)
ANSWERED = Kind("hearing.answered", _("The hearing opinion was answered: %(title)s"), mail=False)
PUBLISHED = Kind("hearing.published", _("What became of the hearing: %(title)s"))
