"""What the own page keeps of the micro-fund: what somebody applies for, and what is still being written."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import User
from portal.community.sections import Line, Source, each, register
from portal.funds.applying.selectors import asked_about, mine
from portal.funds.models import Application
from portal.funds.states import ApplicationState
from portal.kit.wording import deadline, moment

ENDED = (ApplicationState.INELIGIBLE, ApplicationState.DECLINED, ApplicationState.WITHDRAWN)


def _handed_in(user: User) -> QuerySet[Application]:
    return mine(user).exclude(state=ApplicationState.DRAFT)


def _drafts(user: User) -> QuerySet[Application]:
    """Not what one is only asked to join."""
    return mine(user).filter(state=ApplicationState.DRAFT).exclude(pk__in=asked_about(user))


def _line(application: Application) -> Line:
    tone = "grey" if application.state in ENDED else ""
    where, state = application.get_absolute_url(), application.get_state_display()
    return Line(application.title, where, application.number or "", state, tone)


def _draft(application: Application) -> Line:
    closes = application.call.closes_at
    until = _("by %(moment)s") % {"moment": deadline(closes)} if closes else ""
    begun = until or _("begun on %(moment)s") % {"moment": moment(application.created_at)}
    return Line(application.title, application.get_absolute_url(), begun)


def _going() -> Q:
    return ~Q(state__in=ENDED)


register("projects", Source(_handed_in, "state_since", each(_line), going=_going))
register(
    "drafts", Source(_drafts, "created_at", each(_draft), private=True, label=_("application to the fund"))
)
