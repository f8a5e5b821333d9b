"""Applying together: a neighbour is asked, and named only after saying yes, in the portal or by a signature."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community import uploads
from portal.community.finding import exactly
from portal.community.models import Person, Post, User
from portal.community.rules import rule
from portal.community.selectors import accounts_of, signature
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.applying import events
from portal.funds.applying.permissions import APPLICATIONS, CO_APPLICANTS
from portal.funds.applying.selectors import writers
from portal.funds.applying.services.drafts import require_in_time
from portal.funds.applying.traces import trace
from portal.funds.applying.wording import JOIN, SIGN
from portal.funds.models import Application, CoApplicant
from portal.kit import clock
from portal.kit.errors import NotPossible

MOST = 6


@transaction.atomic
def ask_neighbour(user: User, pk: int, name: str, building: int, room: str) -> CoApplicant:
    """Ask a neighbour of exactly this name and flat. With an account they are told and owe an answer; else the desk
    lets them sign. Raises NotPossible where nobody, or more than one, is meant."""
    application = APPLICATIONS.take(user, pk, "ask_neighbour")
    require_in_time(application)
    person = _meant(application, name, building, room)
    asked = CoApplicant.objects.create(application=application, person=person)
    trace(application, "asked", by=user, why=person.public_name)
    _owe_answer(user, asked)
    return asked


@transaction.atomic
def agree(user: User, pk: int) -> CoApplicant:
    """Say yes to apply together; whoever writes it is told."""
    asked = _asked(user, pk, "agree")
    if asked.agreed_at is not None:
        raise NotPossible(_("You said yes already."))
    return _agreed(user, asked)


@transaction.atomic
def sign_paper(user: User, pk: int, paper: UploadedFile[Any]) -> CoApplicant:
    """Enter the yes of somebody without an account, with the sheet that they signed."""
    asked = _asked(user, pk, "sign_paper")
    if asked.agreed_at is not None:
        raise NotPossible(_("Their yes is entered already."))
    asked.paper = uploads.accept(user, asked.neighbourhood, paper)
    return _agreed(user, asked)


@transaction.atomic
def decline(user: User, pk: int) -> Application:
    """Say no, or step out again while it can still be written; whoever writes it is told."""
    asked = _asked(user, pk, "decline")
    application = asked.application
    take_out(asked)
    trace(application, "declined", by=user, why=asked.person.public_name)
    _tell(events.NOT_JOINED, application, user, asked.person)
    return application


@transaction.atomic
def take_back(user: User, pk: int) -> Application:
    """Ask somebody no more, or let somebody go who had said yes; that person is told."""
    asked = _asked(user, pk, "take_back")
    application = asked.application
    take_out(asked)
    trace(application, "asking_ended", by=user, why=asked.person.public_name)
    announce(events.NOT_ASKED, application, to=accounts_of(asked.person_id))
    return application


def take_out(asked: CoApplicant) -> None:
    """The row goes, and with it whatever was owed about it."""
    duties.drop(asked)
    CoApplicant.objects.filter(pk=asked.pk).delete()


def end_unanswered(application: Application) -> None:
    """Whoever has not answered is asked no more."""
    for asked in application.co_applicants.filter(agreed_at=None):
        take_out(asked)


def _meant(application: Application, name: str, building: int, room: str) -> Person:
    found = exactly(application.neighbourhood, name, building, room)
    if len(found) != 1:
        raise NotPossible(
            _(
                "Nobody of this name lives in this flat, or more than one. Please check the name as in the ID card."
            )
        )
    person = found[0]
    if person.pk == application.lead_id:
        raise NotPossible(_("This is who leads the application already."))
    if not person.is_adult(clock.today()):
        raise NotPossible(_("Only adults can apply together."))
    if application.co_applicants.filter(person=person).exists():
        raise NotPossible(_("This neighbour was asked already."))
    if application.co_applicants.count() >= MOST:
        raise NotPossible(_("At most %(n)d neighbours can apply together.") % {"n": MOST})
    return person


def _owe_answer(user: User, asked: CoApplicant) -> None:
    application, accounts = asked.application, accounts_of(asked.person_id)
    days = rule("funds.co_applicant_working_days", application.neighbourhood)
    due = add_working_days(clock.now(), days)
    if not accounts:
        duties.open_duty(
            SIGN, asked, due=due, post=Post.WORKER, title=application.title, url=_page(asked, "sign-paper")
        )
        return
    duties.open_duty(
        JOIN, asked, due=due, person=asked.person, title=application.title, url=_page(asked, "agree")
    )
    announce(
        events.ASKED,
        application,
        to=accounts,
        who=signature(user, application.neighbourhood).name,
        due_at=due.at.isoformat(),
    )


def _asked(user: User, pk: int, verb: str) -> CoApplicant:
    asked = CO_APPLICANTS.take(user, pk, verb)
    require_in_time(asked.application)
    return asked


def _agreed(user: User, asked: CoApplicant) -> CoApplicant:
    asked.agreed_at = clock.now()
    asked.save(update_fields=["agreed_at", "paper"])
    duties.close(JOIN, asked, by=user)
    duties.close(SIGN, asked, by=user)
    trace(asked.application, "agreed", by=user, why=asked.person.public_name)
    _tell(events.JOINED, asked.application, user, asked.person)
    return asked


def _tell(event: Any, application: Application, user: User, person: Person) -> None:
    others = writers(application).exclude(pk=user.pk).exclude(person=person)
    announce(event, application, to=others, who=person.public_name)


def _page(asked: CoApplicant, action: str) -> str:
    return reverse("funds:joining_act", args=[asked.pk, action])
