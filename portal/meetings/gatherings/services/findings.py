"""What a joint patrol found: on the agenda, answered with an owner and a day, carried on while it is not done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community import uploads
from portal.community.models import Person, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import told
from portal.meetings.gatherings import events
from portal.meetings.gatherings.permissions import GATHERINGS
from portal.meetings.minutes import deciding
from portal.meetings.models import AgendaItem, Finding, Form, Gathering
from portal.meetings.states.decision import DecisionState


@transaction.atomic
def add_finding(
    user: User, pk: int, *, place: str, found: str, photo: UploadedFile[Any] | None = None
) -> Gathering:
    """Put what the patrol found on the agenda of a joint meeting, with a photo where there is one.

    Raises NotPossible for a gathering of another form.
    """
    gathering = GATHERINGS.take(user, pk, "add_finding")
    if gathering.form != Form.JOINT:
        raise NotPossible(_("What a patrol found is settled by a joint meeting."))
    upload = uploads.accept(user, gathering.neighbourhood, photo, alt=found[:100]) if photo else None
    uploads.publish([upload] if upload else [])
    Finding.objects.create(
        gathering=gathering, point=_point(gathering, place, found), place=place, found=found, photo=upload
    )
    announce(events.POINT, gathering, by=user, data={"point": told(place, found)[:120]})
    return gathering


@transaction.atomic
def answer_finding(
    user: User,
    pk: int,
    *,
    finding: int,
    answer: str,
    due_on: date,
    post: Post | str = "",
    person: Person | None = None,
    body: str = "",
) -> Gathering:
    """Answer what was found: what is done about it, by whom, until the end of a day. It is owed as every decision.

    Raises NotPossible where it has been answered, and as `deciding.decide` does.
    """
    gathering = GATHERINGS.take(user, pk, "answer_finding")
    waiting = gathering.findings.filter(pk=finding, decision=None)
    one = waiting.select_related("point", "carries__decision").first()
    if one is None:
        raise NotPossible(_("This was answered meanwhile. Please look at the page again."))
    deciding.decide(user, pk, text=answer, due_on=due_on, post=post, person=person, body=body)
    one.answer, one.decision = answer, gathering.decisions.order_by("-number").first()
    one.save(update_fields=["answer", "decision"])
    _note(one.point, answer)
    _take_over(user, one)
    announce(events.ANSWERED, gathering, by=user, data={"found": one.found})
    return gathering


def open_findings(gathering: Gathering) -> QuerySet[Finding]:
    """What was found and is not done, of the joint meetings before this one; no finding twice."""
    left = Q(decision=None) | Q(decision__state=DecisionState.OWED)
    before = Finding.objects.filter(
        left,
        gathering__neighbourhood=gathering.neighbourhood,
        carried_on=None,
    )
    return before.exclude(gathering=gathering).select_related("point").order_by("pk")


def carry_on(gathering: Gathering) -> None:
    """A joint meeting begins with what the ones before left undone."""
    if gathering.form != Form.JOINT:
        return
    for old in open_findings(gathering):
        Finding.objects.create(
            gathering=gathering,
            point=_point(gathering, old.place, old.found),
            place=old.place,
            found=old.found,
            photo=old.photo,
            carries=old,
        )


def _take_over(user: User, one: Finding) -> None:
    """What was promised last time and not done is not owed twice: the new answer stands instead."""
    old = one.carries.decision if one.carries else None
    if old is not None and old.state == DecisionState.OWED:
        deciding.drop(user, old.pk, note=_("Not done in time; the next joint meeting answered it anew."))


def _point(gathering: Gathering, place: str, found: str) -> AgendaItem:
    last = gathering.agenda_items.aggregate(last=Max("number"))["last"] or 0
    return AgendaItem.objects.create(
        meeting=gathering, number=last + 1, title=f"{place}：{found}"[:120], minutes=5
    )


def _note(point: AgendaItem, outcome: str) -> None:
    point.began_at = point.began_at or clock.now()
    point.ended_at, point.outcome = max(clock.now(), point.began_at), outcome
    point.save(update_fields=["began_at", "ended_at", "outcome"])
