"""Objections during the public notice: each is answered in writing; one that is right reopens the review."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, each_time, log, notify
from portal.actions.lifecycles import advance
from portal.community.models import Post, User
from portal.community.rules import rule
from portal.community.selectors import post_users
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.funds.applying.selectors import writers
from portal.funds.models import Objection
from portal.funds.review import events, selectors
from portal.funds.review.owing import owe_next
from portal.funds.review.permissions import APPLICATIONS, OBJECTIONS
from portal.funds.review.services.benching import give_again
from portal.funds.review.services.reopening import back_to_review
from portal.funds.review.wording import ANSWER
from portal.funds.states import ApplicationState, CallState, ObjectionState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.names import blank


@transaction.atomic
def object_to(user: User, application_pk: int, text: str) -> Objection:
    """Object to a project, or to its being left out, while the notice runs. The text is public, the name is not.

    NotPossible after the notice, or while an objection of one's own to it waits.
    """
    application = APPLICATIONS.take(user, application_pk, "object")
    call = application.call
    if not selectors.notice_runs(call):
        raise NotPossible(_("The public notice is over. You can still write to the committee."))
    if application.objections.filter(by=user, state=ObjectionState.RAISED).exists():
        raise NotPossible(_("Your objection to this project waits for its answer already."))
    objection = Objection.objects.create(application=application, text=text.strip(), by=user)
    days = rule("funds.objection_working_days", call.neighbourhood)
    due = add_working_days(clock.now(), days)
    duties.open_duty(ANSWER, application, due=due, post=Post.WORKER)
    told: dict[str, Any] = {"text": objection.text[:300], "due_at": due.at.isoformat()}
    office, url = post_users(Post.WORKER, call.neighbourhood), objection.get_absolute_url()
    announce(events.OBJECTED, application, by=_anonymous(), to=office, url=url, **told)
    once = each_time(objection)
    notify(events.OBJECTION_KNOWN, application, writers(application), once_per=once, url=url, **told)
    return objection


@transaction.atomic
def withdraw_objection(user: User, pk: int) -> Objection:
    """Take one's own objection back before it is answered; it stays to be read."""
    objection = OBJECTIONS.take(user, pk, "withdraw_objection")
    advance(objection, ObjectionState.WITHDRAWN)
    log(events.OBJECTION_WITHDRAWN, objection.application, by=_anonymous())
    _answered(objection, user)
    return objection


@transaction.atomic
def answer_objection(user: User, pk: int, answer: str, upheld: bool = False) -> Objection:
    """Answer an objection in writing. `upheld`: it is right, and the project goes back to the review, scored anew.

    One that was rejected can still be found right while nothing is decided. NotPossible then.
    """
    objection = OBJECTIONS.take(user, pk, "answer")
    if objection.application.call.state not in {CallState.ON_NOTICE, CallState.REVIEWING}:
        raise NotPossible(_("This round has gone on. The answer stands."))
    if blank(answer):
        raise NotPossible(_("Please write an answer."))
    to = ObjectionState.UPHELD if upheld else ObjectionState.REJECTED
    now = clock.now()
    advance(objection, to, answer=answer.strip(), answered_by=user, answered_at=now)
    if upheld:
        _review_again(objection)
    _tell(objection, user)
    _answered(objection, user)
    return objection


def _review_again(objection: Objection) -> None:
    """Scored anew in a further round of its own, unless it is being scored anew already."""
    application = objection.application
    if application.state not in {ApplicationState.ON_NOTICE, ApplicationState.DECLINED}:
        return
    back_to_review(application)
    application.review_round = F("review_round") + 1
    application.save(update_fields=["review_round"])
    application.refresh_from_db(fields=["review_round"])
    give_again(application)


def _answered(objection: Objection, user: User) -> None:
    application = objection.application
    if not application.objections.filter(state=ObjectionState.RAISED).exists():
        duties.close(ANSWER, application, by=user)
    owe_next(application.call)


def _tell(objection: Objection, user: User) -> None:
    event = events.UPHELD if objection.state == ObjectionState.UPHELD else events.ANSWERED
    to = {objection.by, *writers(objection.application)}
    told = sorted(to, key=lambda one: one.pk)
    url = objection.get_absolute_url()
    announce(event, objection.application, by=user, to=told, url=url, answer=objection.answer[:300])


@translation.override(settings.LANGUAGE_CODE)
def _anonymous() -> str:
    return _("a resident")
