"""A gathering up to its day: planned, its agenda written, people invited, announced; put off, cancelled, reinstated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from portal.actions.events import announce as announce_event
from portal.community.models import Person, Post, User
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.community.selectors import accounts_of, members, person_of
from portal.duties import calendar
from portal.duties import services as duties
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.wording import deadline
from portal.meetings import hooks
from portal.meetings.gatherings import events
from portal.meetings.gatherings.forms_of import ROWS, quorum_of
from portal.meetings.gatherings.permissions import GATHERINGS, PLACE
from portal.meetings.gatherings.services import rhythm
from portal.meetings.gatherings.services.findings import carry_on
from portal.meetings.models import AgendaItem, Form, Gathering, Part, Participant
from portal.meetings.services.transitions import (
    call_off,
    cancelled_for_good_at,
    iso,
    open_next_duty,
    step,
    when_and_where,
)
from portal.meetings.states.gathering import GatheringState as G
from portal.search import services as search


@dataclass(frozen=True)
class Plan:
    """What a gathering is planned with. `counted`, `body_size`: of whom an assembly is made, and how many they are.

    `asked_by`: how many asked for it, where it is called because they did; None where the committee calls it itself.
    `about`: the key of what it is about (`topic:12`), empty where it is about nothing of its own.
    """

    form: Form | str
    title: str
    chair: Person
    counted: str = ""
    body_size: int | None = None
    asked_by: int | None = None
    about: str = ""


@transaction.atomic
def plan(user: User, slug: str, plan: Plan) -> Gathering:
    """Plan a gathering; whoever takes part by a post is invited at once, and told when it is announced.

    A joint meeting takes over what was found before and is not done. Raises NotPossible where another one of the form
    is being prepared, where fewer asked for an assembly than have to, and about what is not under way here.
    """
    here, row = PLACE.take(user, slug, "plan"), ROWS[Form(plan.form)]
    _check_plan(plan, here)
    need, more_than = quorum_of(Form(plan.form), here)
    gathering = Gathering.objects.create(
        neighbourhood=here,
        area=here,
        form=plan.form,
        title=plan.title,
        chair=plan.chair,
        called_by=person_of(user),
        quorum=need,
        more_than=more_than,
        counted=plan.counted,
        body_size=plan.body_size,
        asked_by=plan.asked_by,
        **_about(plan.about, here),
    )
    _invite_posts(gathering, row.invited)
    carry_on(gathering)
    rhythm.kept(gathering, by=user)
    search.index(gathering)
    announce_event(events.PLANNED, gathering, by=user, data={"form": str(Form(plan.form).label)})
    open_next_duty(gathering)
    return gathering


@transaction.atomic
def add_point(user: User, pk: int, *, title: str, presenter: str = "", minutes: int = 10) -> Gathering:
    """Put a point on the agenda, at its end; `minutes` is how long it may take."""
    gathering = GATHERINGS.take(user, pk, "add_point")
    point = new_point(gathering, title, presenter, minutes)
    announce_event(events.POINT, gathering, by=user, data={"point": point.title})
    return gathering


@transaction.atomic
def drop_point(user: User, pk: int, *, point: int) -> Gathering:
    """Take a point off the agenda; what a patrol found stays owed and comes up at the next joint meeting."""
    gathering = GATHERINGS.take(user, pk, "drop_point")
    found = gathering.agenda_items.filter(pk=point).first()
    if found is None:
        raise NotPossible(_("That point is not on the agenda any more."))
    found.delete()
    announce_event(events.POINT_DROPPED, gathering, by=user, data={"point": found.title})
    return gathering


@transaction.atomic
def invite(user: User, pk: int, *, group: str, person: Person | None = None, name: str = "") -> Gathering:
    """Invite a neighbour, or somebody of outside by name (police, a unit); `group`: for whom they come.

    Raises NotPossible for nobody or both, and for who is invited already.
    """
    gathering = GATHERINGS.take(user, pk, "invite")
    if bool(person) == bool(name):
        raise NotPossible(_("Please give one: a neighbour, or a name."))
    same = (
        gathering.participants.filter(person=person) if person else gathering.participants.filter(name=name)
    )
    if same.exists():
        raise NotPossible(
            _("%(name)s is invited already.") % {"name": name or getattr(person, "public_name", "")}
        )
    Participant.objects.create(
        meeting=gathering, person=person, name=name, part=Part.MEMBER if person else Part.GUEST, group=group
    )
    if person is not None:
        announce_event(events.INVITED, gathering, to=accounts_of(person.pk), group=group)
    return gathering


@transaction.atomic
def uninvite(user: User, pk: int, *, who: int) -> Gathering:
    """Take somebody off the list of those invited; they are told where they had been told of the date."""
    gathering = GATHERINGS.take(user, pk, "uninvite")
    seat = gathering.participants.filter(pk=who, attended_at=None).first()
    if seat is None:
        raise NotPossible(_("That person is not on the list any more."))
    person = seat.person_id
    seat.delete()
    announce_event(events.UNINVITED, gathering, to=accounts_of(person))
    return gathering


@transaction.atomic
def announce(
    user: User, pk: int, *, starts_at: datetime, place: str, ends_at: datetime | None = None, link: str = ""
) -> Gathering:
    """Announce day and place to those invited, or to all, as its form has it; an assembly by a public notice.

    Announced again after it was put off or too few came, it has a new notice and counts from the beginning. Raises
    NotPossible without an agenda or anybody invited, and for a day before its notice is over.
    """
    gathering = GATHERINGS.take(user, pk, "announce")
    until = _notice_until(gathering, starts_at, ends_at)
    again = {"round": gathering.round + 1} if gathering.state == G.NO_QUORUM else {}
    step(
        gathering,
        G.ANNOUNCED,
        by=user,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        link=link,
        reason="",
        came=None,
        agenda=_agenda(gathering),
        notice=_post(gathering, until),
        **again,
    )
    when = when_and_where(gathering)
    data = {**when, "on": clock.day_of(starts_at).isoformat()}
    announce_event(events.ANNOUNCED, gathering, by=user, to=told(gathering), data=data, **when)
    return gathering


@transaction.atomic
def postpone(user: User, pk: int, *, reason: str) -> Gathering:
    """Put it off: it has no date until it is announced again."""
    gathering = GATHERINGS.take(user, pk, "postpone")
    was = iso(gathering.starts_at)
    step(gathering, G.POSTPONED, by=user, starts_at=None, ends_at=None, reason=reason)
    data = {"reason": reason, "was": was}
    announce_event(events.POSTPONED, gathering, by=user, to=told(gathering), data=data, reason=reason)
    return gathering


@transaction.atomic
def cancel(user: User, pk: int, *, reason: str) -> Gathering:
    """Give it up, with a published reason. What its form owes in its rhythm is owed by the next one."""
    gathering = GATHERINGS.take(user, pk, "cancel")
    call_off(gathering, by=user, reason=reason)
    rhythm.begin(gathering)
    known = told(gathering) if gathering.starts_at else invited(gathering)
    announce_event(events.CANCELLED, gathering, by=user, to=known, data={"reason": reason}, reason=reason)
    return gathering


@transaction.atomic
def reinstate(user: User, pk: int, *, reason: str) -> Gathering:
    """What was cancelled by mistake takes place after all, where it stood. Raises NotPossible once its time has come,
    and where another one of its form has been planned since."""
    gathering = GATHERINGS.take(user, pk, "reinstate")
    if not gathering.cancelled_from or clock.now() >= cancelled_for_good_at(gathering):
        raise NotPossible(_("The time of this meeting has come. Please plan another one."))
    _check_free(gathering.form, gathering.neighbourhood)
    step(gathering, G(gathering.cancelled_from), by=user, reason="", cancelled_from="", cancelled_at=None)
    rhythm.kept(gathering, by=user)
    duties.drop(gathering, rhythm.DUTY)
    data = {"reason": reason, "starts_at": iso(gathering.starts_at)}
    announce_event(events.REINSTATED, gathering, by=user, to=told(gathering), data=data, reason=reason)
    return gathering


def invited(gathering: Gathering) -> QuerySet[User]:
    """The accounts of those who are invited by name, and of the chair."""
    people = gathering.participants.exclude(person=None).values("person")
    return User.objects.filter(is_active=True, person__in=people) | accounts_of(gathering.chair_id)


def told(gathering: Gathering) -> QuerySet[User]:
    """Whom its news reaches: all who live or own here, or those invited, as its form has it."""
    if ROWS[Form(gathering.form)].tells_all:
        return members(gathering.neighbourhood)
    return invited(gathering)


def new_point(gathering: Gathering, title: str, presenter: str, minutes: int) -> AgendaItem:
    """A point at the end of the agenda."""
    last = gathering.agenda_items.aggregate(last=Max("number"))["last"] or 0
    return AgendaItem.objects.create(
        meeting=gathering, number=last + 1, title=title, presenter=presenter, minutes=minutes
    )


def _check_plan(plan: Plan, here: Any) -> None:
    assembly = plan.form == Form.ASSEMBLY
    if assembly and not (plan.counted and plan.body_size):
        raise NotPossible(
            _("Please say who makes up the assembly, and how many they are: its quorum follows.")
        )
    if not assembly and (plan.counted or plan.asked_by):
        raise NotPossible(_("Who is counted, and who asked for it, is said of an assembly only."))
    if plan.asked_by is not None:
        share = rule("assembly.asked_by_share", here)
        if plan.asked_by * share[1] < (plan.body_size or 0) * share[0]:
            raise NotPossible(
                _(
                    "That is less than %(share)s of them. Leave it empty where the committee calls it by itself."
                )
                % {"share": f"{share[0]}/{share[1]}"}
            )
    _check_free(plan.form, here)


def _about(about: str, here: Any) -> dict[str, str]:
    """What it is about, as the meeting keeps it. The course of that thing stays as it is."""
    if not about:
        return {}
    subject = hooks.subject_of(about) if about in dict(hooks.current(here)) else None
    if subject is None:
        raise NotPossible(_("A meeting is called about what is under way here. Please choose again."))
    return {"subject": about, "subject_number": subject.number, "subject_title": subject.title}


def _check_free(form: Form | str, here: Any) -> None:
    ahead = [G.PLANNED, G.ANNOUNCED, G.POSTPONED, G.NO_QUORUM, G.IN_SESSION]
    if form != Form.TEA and Gathering.objects.filter(neighbourhood=here, form=form, state__in=ahead).exists():
        raise NotPossible(_("One of this kind is being prepared already. Hold or cancel that one first."))


def _invite_posts(gathering: Gathering, posts: Iterable[str]) -> None:
    seen: set[int] = set()
    for post in posts:
        for held in holders(post, gathering.neighbourhood):
            if held.person_id in seen:
                continue
            seen.add(held.person_id)
            Participant.objects.create(
                meeting=gathering,
                person_id=held.person_id,
                part=Part.DELEGATE if post == Post.DELEGATE else Part.MEMBER,
                group=held.title,
            )


def _notice_until(gathering: Gathering, starts_at: datetime, ends_at: datetime | None) -> datetime:
    row = ROWS[Form(gathering.form)]
    if not gathering.agenda_items.exists():
        raise NotPossible(_("There is nothing on the agenda yet. Put a point on it first."))
    if row.by_name and not row.tells_all and not gathering.participants.exists():
        raise NotPossible(_("Nobody is invited yet. Invite those who have to come first."))
    days = rule(row.notice, gathering.neighbourhood)
    until = calendar.calendar_days(clock.now(), days).at if days else clock.now()
    if starts_at < until:
        said = _("It is told %(n)d days ahead: it can begin after %(until)s.")
        raise NotPossible(said % {"n": days, "until": deadline(until)})
    if ends_at is not None and ends_at <= starts_at:
        raise NotPossible(_("It ends after it begins. Please check both times."))
    return until


def _post(gathering: Gathering, until: datetime) -> PublicNotice | None:
    if not ROWS[Form(gathering.form)].posted:
        return None
    return duties.post_notice(
        gathering,
        "gathering",
        neighbourhood=gathering.neighbourhood,
        title=gathering.title,
        body=_agenda(gathering),
        url=gathering.get_absolute_url(),
        ends_at=until,
    )


def _agenda(gathering: Gathering) -> str:
    """The points as text, for notices, papers and the search; at most as much as the column takes."""
    return "\n".join(str(point) for point in gathering.agenda_items.all())[:2000]
