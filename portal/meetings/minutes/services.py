"""The minutes of a meeting of any kind: laid before those who took part, answered by each, closed under a hash."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.actions.versions import save_version
from portal.community.models import User
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings import kinds
from portal.meetings.models import Mark, Meeting, Participant, Stance
from portal.meetings.services.transitions import MINUTES_DUTY, in_working_days, iso, step
from portal.record.hashing import digest
from portal.record.services import key
from portal.voting.models import Channel

DRAFT, SIGNED = "minutes_draft", "minutes_signed"
ANSWER = ("stance", "statement", "mark", "correction", "reply", "marked_at", "channel", "entered_by")


@dataclass(frozen=True)
class View:
    """What somebody who took part stood for (kinds that ask it), and said."""

    stance: Stance | str = ""
    statement: str = ""


@transaction.atomic
def draft_minutes(
    user: User, pk: int, *, text: str, views: Mapping[int, View], version: int | None = None
) -> Meeting:
    """Lay minutes before those who came: the text, and the view of each, by the participant's key.

    Changed minutes are confirmed anew: what was answered to the former text is taken back. `version`: what their writer
    had opened. Raises NotPossible for views of others than came, Overtaken where somebody else saved meanwhile.
    """
    meeting = kinds.take(user, pk, "draft_minutes")
    attended = list(came(meeting))
    if set(views) != {member.pk for member in attended}:
        raise NotPossible(_("The minutes need the view of everybody who took part, and of nobody else."))
    meeting.minutes = text
    save_version(meeting, meeting.version if version is None else version, ["minutes"])
    for member in attended:
        _note_view(member, views[member.pk])
    Participant.objects.bulk_update(attended, ANSWER)
    _lay_before(meeting, attended, by=user)
    return meeting


@transaction.atomic
def mark_minutes(user: User, pk: int, *, mark: Mark | str, correction: str = "") -> Meeting:
    """Somebody who took part confirms the minutes, or with a correction, or refuses (`correction` is the reason then).

    May be changed until the minutes are closed.
    """
    meeting = kinds.take(user, pk, "mark_minutes")
    member = meeting.participants.get(person=user.person_id)
    _mark(meeting, member, mark, correction, by=user, channel=Channel.ONLINE)
    return meeting


@transaction.atomic
def mark_on_paper(user: User, pk: int, *, marks: Mapping[int, tuple[Mark | str, str]]) -> Meeting:
    """Enter what stands on the signed sheet: (mark, correction) by the participant's key. What was entered stays.

    What somebody said online, only that person changes. Raises NotPossible for it, for one's own, and for strangers.
    """
    meeting = kinds.take(user, pk, "mark_minutes_on_paper")
    members = {member.pk: member for member in meeting.participants.all()}
    for member_pk, (mark, correction) in marks.items():
        _mark_on_paper(meeting, members.get(member_pk), mark, correction, by=user)
    return meeting


@transaction.atomic
def reply_to_corrections(user: User, pk: int, *, replies: Mapping[int, str]) -> Meeting:
    """Answer corrections, by the participant's key: correction and reply are both printed with the minutes."""
    meeting = kinds.take(user, pk, "reply_to_corrections")
    members = list(meeting.participants.filter(pk__in=replies).exclude(correction=""))
    if not members or len(members) != len(replies):
        raise NotPossible(_("Somebody changed a correction meanwhile. Please read them again."))
    for member in members:
        member.reply = replies[member.pk]
    Participant.objects.bulk_update(members, ["reply"])
    told, event = accounts(members), kinds.kind_of(meeting).minuted.replied
    announce(event, meeting, by=user, to=told, data={"n": len(members)})
    return meeting


@transaction.atomic
def sign_minutes(user: User, pk: int) -> Meeting:
    """Close the minutes once everybody who came has answered, or the day for it is past. Their hash is recorded.

    Whoever was silent until the day is named as such. Raises NotPossible before it while answers are missing.
    """
    meeting = kinds.take(user, pk, "sign_minutes")
    members = list(meeting.participants.order_by("pk"))
    require_answered(meeting, members)
    duties.drop(meeting, MINUTES_DUTY)
    to = meeting.course.states(SIGNED)
    step(meeting, to, by=user, minutes_hash=digest(minutes_body(meeting, members)))
    marks = {mark.value: sum(member.mark == mark for member in members) for mark in Mark}
    silent = sum(1 for member in members if member.attended_at and not member.mark)
    data = {"hash": meeting.minutes_hash, **marks, **({"silent": silent} if silent else {})}
    announce(kinds.kind_of(meeting).minuted.signed, meeting, by=user, data=data)
    return meeting


def came(meeting: Meeting) -> QuerySet[Participant]:
    """Those whose answer the minutes wait for: who was there at least once."""
    return meeting.participants.exclude(attended_at=None).select_related("person").order_by("pk")


def unanswered(meeting: Meeting) -> QuerySet[Participant]:
    """Those who asked for a correction and have no reply to it."""
    return came(meeting).exclude(correction="").filter(reply="")


def accounts(members: Iterable[Participant]) -> QuerySet[User]:
    """The accounts of participants; whoever has no phone has none."""
    people = [member.person_id for member in members if member.person_id]
    return User.objects.filter(is_active=True, person__in=people)


def require_answered(meeting: Meeting, members: Collection[Participant]) -> None:
    """Refuse to close the minutes while somebody's answer is missing whose time is not over."""
    waiting = sum(1 for member in members if member.attended_at and not member.mark)
    if not waiting:
        return
    due = Duty.objects.active().filter(subject=key(meeting), kind=MINUTES_DUTY).order_by("-due_at").first()
    if not kinds.kind_of(meeting).silence or due is None or not clock.passed(due.due_at):
        raise NotPossible(_("%(n)d have not yet answered on the minutes.") % {"n": waiting})


def require_all_answered(meeting: Meeting) -> None:
    """The same, of whoever takes part in it."""
    require_answered(meeting, list(meeting.participants.all()))


def minutes_body(meeting: Meeting, members: Collection[Participant]) -> dict[str, Any]:
    """What the hash of the minutes is taken of, without names: anybody can take it again from the file."""
    name = kinds.kind_of(meeting).name
    decided = list(meeting.decisions.all())
    return {
        name: meeting.pk,
        "title": meeting.title,
        "place": meeting.place,
        "starts_at": iso(meeting.starts_at),
        "rounds": meeting.round,
        "minutes": meeting.minutes,
        "panel": [_answer_of(number, member) for number, member in enumerate(members, start=1)],
        **({"decisions": [one.text for one in decided]} if decided else {}),
    }


def _answer_of(number: int, member: Participant) -> dict[str, Any]:
    """What one said. A reply is named only where there is one: minutes closed before that keep their hash."""
    return {
        "number": number,
        "group": member.group,
        "rounds": member.rounds,
        "stance": member.stance,
        "statement": member.statement,
        "mark": member.mark,
        "correction": member.correction,
        "channel": member.channel,
        **({"reply": member.reply} if member.reply else {}),
    }


def _note_view(member: Participant, view: View) -> None:
    member.stance, member.statement = Stance(view.stance) if view.stance else "", view.statement
    member.mark = member.correction = member.reply = member.channel = ""
    member.marked_at = member.entered_by = None


def _lay_before(meeting: Meeting, attended: list[Participant], *, by: User) -> None:
    changed = meeting.state == DRAFT
    if not changed:
        step(meeting, meeting.course.states(DRAFT), by=by)
    due = in_working_days(meeting, "minutes.answer_working_days")
    for member in attended:
        if member.person is not None:
            duties.open_duty(MINUTES_DUTY, meeting, due=due, person=member.person)
    minuted = kinds.kind_of(meeting).minuted
    data, told = {"delegates": len(attended)}, accounts(attended)
    event = minuted.changed if changed else minuted.draft
    announce(event, meeting, by=by, to=told, data=data, due_at=iso(due.at))


def _mark_on_paper(
    meeting: Meeting, member: Participant | None, mark: Mark | str, correction: str, *, by: User
) -> None:
    if member is None:
        raise NotPossible(_("That person takes no part in this meeting."))
    if member.channel == Channel.ONLINE:
        raise NotPossible(_("%(name)s answered online; only they can change it.") % {"name": member.shown})
    if member.person_id and member.person_id == by.person_id:
        raise NotPossible(_("You took part yourself: answer on the minutes online."))
    if (mark, correction) == (member.mark, member.correction):
        return
    _mark(meeting, member, mark, correction, by=by, channel=Channel.PAPER)


def _mark(
    meeting: Meeting,
    member: Participant,
    mark: Mark | str,
    correction: str,
    *,
    by: User,
    channel: Channel,
) -> None:
    if not member.attended_at:
        raise NotPossible(_("Only those who took part answer on the minutes."))
    if mark == Mark.CORRECTED and not correction:
        raise NotPossible(_("Please write the correction."))
    member.mark, member.correction = Mark(mark), "" if mark == Mark.SIGNED else correction
    member.reply = ""
    member.marked_at, member.channel = clock.now(), channel
    member.entered_by = by.person if channel == Channel.PAPER else None
    member.save()
    data = {"group": member.group, "mark": str(member.mark), "channel": str(channel)}
    announce(kinds.kind_of(meeting).minuted.marked, meeting, by=by, data=data)
    if member.person is not None:
        duties.close(MINUTES_DUTY, meeting, by=by, person=member.person)
