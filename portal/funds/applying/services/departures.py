"""Somebody who applies leaves: who said yes first leads on; a draft nobody else carries ends; else the desk owes it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.lifecycles import advance
from portal.community.leaving import Item, Leaving
from portal.community.models import Post
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.funds.applying import events
from portal.funds.applying.services.joining import end_unanswered, take_out
from portal.funds.applying.traces import trace
from portal.funds.applying.wording import LEAD
from portal.funds.models import Application, CoApplicant
from portal.funds.states import UNDECIDED, ApplicationState, GrantState
from portal.kit import clock
from portal.record.services import key

# A project with money is carried until it is closed.
OVER = (GrantState.CLOSED, GrantState.GIVEN_UP)
ALIVE = Q(state__in=UNDECIDED) | Q(grant__isnull=False) & ~Q(grant__state__in=OVER)


def led_by(leaving: Leaving) -> QuerySet[Application]:
    """The projects that somebody leads and nobody decided, or that have money and are not closed."""
    found = Application.objects.filter(_there(leaving), ALIVE, lead=leaving.person)
    return found.select_related("call__fund__neighbourhood", "lead").order_by("pk")


def lead_shown(leaving: Leaving, application: Application) -> Item:
    """One of them, as the page of the leaving lists it."""
    heir = _next_lead(application)
    if heir is not None:
        becomes = _("%(name)s leads it") % {"name": heir.person.public_name}
    elif application.state == ApplicationState.DRAFT:
        becomes = _("the draft ends")
    else:
        becomes = _("the committee finds out who carries it")
    return Item(application.title, becomes, application.get_absolute_url())


def lock(applications: Iterable[Application]) -> None:
    """The locks under which they change, in one order."""
    held = Application.objects.select_for_update(of=("self",), no_key=True)
    list(held.filter(pk__in=[one.pk for one in applications]).order_by("pk").values_list("pk"))


def hand_over(leaving: Leaving, held: list[Application]) -> None:
    """Who said yes first leads each; without anybody a draft ends, and what was handed in is owed by the desk."""
    for application in held:
        heir = _next_lead(application)
        if heir is not None:
            _lead_on(application, heir)
        elif application.state == ApplicationState.DRAFT:
            advance(application, ApplicationState.WITHDRAWN, reason=_("Whoever led it has left."))
            end_unanswered(application)
            duties.drop(application)
        else:
            days = rule("funds.lead_working_days", application.neighbourhood)
            due = add_working_days(clock.now(), days)
            duties.open_duty(LEAD, application, due=due, post=Post.WORKER)


def together_with(leaving: Leaving) -> QuerySet[CoApplicant]:
    """Where somebody applies together with others, or is asked to, and nobody decided."""
    where = leaving.within("application__call__fund__neighbourhood", leaving.left)
    found = CoApplicant.objects.filter(where, person=leaving.person, application__state__in=UNDECIDED)
    return found.select_related("application__call__fund__neighbourhood").order_by("pk")


def together_shown(leaving: Leaving, row: CoApplicant) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(row.application.title, _("your name is taken out"), row.application.get_absolute_url())


def step_out(leaving: Leaving, held: list[CoApplicant]) -> None:
    """The name is taken out; whoever leads is told, so that somebody else can be asked."""
    for row in held:
        application = row.application
        take_out(row)
        trace(application, "declined", why=leaving.person.public_name)
        to = accounts_of(application.lead_id)
        announce(events.NOT_JOINED, application, to=to, who=leaving.person.public_name)


def _there(leaving: Leaving) -> Q:
    return leaving.within("call__fund__neighbourhood", leaving.left)


def _next_lead(application: Application) -> CoApplicant | None:
    """Who said yes first and is still there."""
    agreed = application.co_applicants.filter(agreed_at__isnull=False).exclude(person=application.lead_id)
    return agreed.select_related("person").order_by("agreed_at", "pk").first()


def _lead_on(application: Application, heir: CoApplicant) -> None:
    was, application.lead = application.lead, heir.person
    application.save(update_fields=["lead"])
    CoApplicant.objects.filter(pk=heir.pk).delete()
    trace(application, "lead_changed", why=f"{was.public_name} → {heir.person.public_name}")
    subjects = [key(application), *([key(application.grant)] if hasattr(application, "grant") else [])]
    Duty.objects.active().filter(subject__in=subjects, person=was).update(person=heir.person)
    announce(events.LEADS, application, to=accounts_of(heir.person_id))
