"""The minutes of a hearing: laid before the panel, confirmed or refused, and closed under a hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import User
from portal.duties import services as duties
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import events
from portal.meetings.models import Hearing, Mark, Participant, Stance
from portal.meetings.permissions import HEARINGS
from portal.meetings.selectors import delegates
from portal.meetings.services.transitions import MINUTES_DUTY, in_working_days, iso, step
from portal.meetings.states.hearing import HearingState as H
from portal.record.hashing import digest
from portal.voting.models import Channel


@dataclass(frozen=True)
class View:
    """What a delegate stood for, and said."""

    stance: Stance | str
    statement: str = ""


@transaction.atomic
def draft_minutes(user: User, pk: int, *, text: str, views: Mapping[int, View]) -> Hearing:
    """Lay minutes before the panel: the text, and the view of each delegate who came, by panel member's key.

    Changed minutes are confirmed anew: what delegates had said of the former text is taken back.
    """
    hearing = HEARINGS.take(user, pk, "draft_minutes")
    panel = list(hearing.participants.select_related("person"))
    attended = [member for member in panel if member.attended_at]
    if set(views) != {member.pk for member in attended}:
        raise NotPossible(_("The minutes need the view of every delegate who attended, and of nobody else."))
    for member in attended:
        _note_view(member, views[member.pk])
    Participant.objects.bulk_update(
        attended, ["stance", "statement", "mark", "correction", "marked_at", "channel", "entered_by"]
    )
    _lay_before(hearing, text, attended, by=user)
    return hearing


@transaction.atomic
def mark_minutes(user: User, pk: int, *, mark: Mark | str, correction: str = "") -> Participant:
    """A delegate confirms the minutes, or with a correction, or refuses (`correction` is the reason then).

    May be changed until the minutes are closed.
    """
    hearing = HEARINGS.take(user, pk, "mark_minutes")
    member = hearing.participants.get(person=user.person_id)
    return _mark(hearing, member, mark, correction, by=user, channel=Channel.ONLINE)


@transaction.atomic
def mark_on_paper(
    user: User, pk: int, *, member_pk: int, mark: Mark | str, correction: str = ""
) -> Participant:
    """Enter what a delegate signed on paper. What a delegate said online, only the delegate changes."""
    hearing = HEARINGS.take(user, pk, "mark_minutes_on_paper")
    member = hearing.participants.filter(pk=member_pk).first()
    if member is None:
        raise NotPossible(_("That person is not on this panel."))
    if member.channel == Channel.ONLINE:
        raise NotPossible(_("This delegate answered online; only the delegate can change it."))
    if member.person_id == user.person_id:
        raise NotPossible(_("You sit on the panel yourself: mark the minutes online."))
    return _mark(hearing, member, mark, correction, by=user, channel=Channel.PAPER)


@transaction.atomic
def sign_minutes(user: User, pk: int) -> Hearing:
    """Close the minutes once every delegate who attended has marked them. Their hash stands in the record."""
    hearing = HEARINGS.take(user, pk, "sign_minutes")
    panel = list(hearing.participants.all())
    waiting = sum(1 for member in panel if member.attended_at and not member.mark)
    if waiting:
        raise NotPossible(_("%(n)d delegates have not yet marked the minutes.") % {"n": waiting})
    duties.drop(hearing, MINUTES_DUTY)
    step(hearing, H.MINUTES_SIGNED, by=user, minutes_hash=digest(minutes_body(hearing, panel)))
    marks = {mark.value: sum(member.mark == mark for member in panel) for mark in Mark}
    announce(events.MINUTES_SIGNED, hearing, by=user, data={"hash": hearing.minutes_hash, **marks})
    return hearing


def minutes_body(hearing: Hearing, panel: list[Participant]) -> dict[str, Any]:
    """What the hash of the minutes is taken of, without names: anybody can take it again from the file."""
    return {
        "hearing": hearing.pk,
        "title": hearing.title,
        "place": hearing.place,
        "starts_at": iso(hearing.starts_at),
        "rounds": hearing.round,
        "minutes": hearing.minutes,
        "panel": [
            {
                "number": number,
                "group": member.group,
                "rounds": member.rounds,
                "stance": member.stance,
                "statement": member.statement,
                "mark": member.mark,
                "correction": member.correction,
                "channel": member.channel,
            }
            for number, member in enumerate(panel, start=1)
        ],
    }


def _note_view(member: Participant, view: View) -> None:
    member.stance, member.statement = Stance(view.stance), view.statement
    member.mark = member.correction = member.channel = ""
    member.marked_at = member.entered_by = None


def _lay_before(hearing: Hearing, text: str, attended: list[Participant], *, by: User) -> None:
    changed = hearing.state == H.MINUTES_DRAFT
    if changed:
        hearing.minutes = text
        hearing.save(update_fields=["minutes"])
    else:
        step(hearing, H.MINUTES_DRAFT, by=by, minutes=text)
    due = in_working_days(hearing, "hearing.step_working_days")
    for member in attended:
        duties.open_duty(MINUTES_DUTY, hearing, due=due, person=member.person)
    came = delegates(hearing).filter(person__in=[member.person_id for member in attended])
    event = events.MINUTES_CHANGED if changed else events.MINUTES_DRAFT
    announce(event, hearing, by=by, to=came, data={"delegates": len(attended)})


def _mark(
    hearing: Hearing,
    member: Participant,
    mark: Mark | str,
    correction: str,
    *,
    by: User,
    channel: Channel,
) -> Participant:
    if not member.attended_at:
        raise NotPossible(_("Only delegates who attended mark the minutes."))
    if mark == Mark.CORRECTED and not correction:
        raise NotPossible(_("Please write the correction."))
    member.mark, member.correction = Mark(mark), "" if mark == Mark.SIGNED else correction
    member.marked_at, member.channel = clock.now(), channel
    member.entered_by = by.person if channel == Channel.PAPER else None
    member.save()
    data = {"group": member.group, "mark": str(member.mark), "channel": str(channel)}
    announce(events.MARKED, hearing, by=by, data=data)
    duties.close(MINUTES_DUTY, hearing, by=by, person=member.person)
    return member
