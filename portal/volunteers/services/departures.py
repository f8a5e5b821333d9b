"""What a volunteer leaves behind: places in times to come, and the teams, which always have a leader."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import notify
from portal.actions.lifecycles import advance
from portal.community.leaving import Hanging, Item, Leaving
from portal.community.models import Person, Post, User
from portal.community.rules import rule, rule_once
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.duties.services.leaving import shown as promise_shown
from portal.kit import clock
from portal.kit.wording import deadline, moment
from portal.record.services import key
from portal.volunteers.events import GUARDIAN_LEFT, LEADER_LEFT
from portal.volunteers.models import HourRecord, Membership, Shift, Signup, Team, TeamRole, Visibility
from portal.volunteers.selectors import committee
from portal.volunteers.services import places
from portal.volunteers.services.hour_records import DAYS
from portal.volunteers.states import MemberState, SignupState

DUTY = "team.lead"


# --- places ---


def places_of(leaving: Leaving) -> QuerySet[Signup]:
    """The sign-ups for times to come of somebody who leaves a neighbourhood or closes the account."""
    where = leaving.within("shift__activity__neighbourhood", leaving.left)
    return _to_come(leaving.person).filter(where)


def places_in(team: Team, person: Person) -> QuerySet[Signup]:
    """The sign-ups of a member that only membership allows: for times that the team alone reads of."""
    return _to_come(person).filter(shift__activity__team=team, shift__activity__visibility=Visibility.TEAM)


def place_shown(leaving: Leaving | None, signup: Signup) -> Item:
    """One of them, as the page of the leaving lists it."""
    waits = signup.state != SignupState.ACCEPTED
    becomes = _("is taken off the list") if waits else _("goes to whoever waits longest")
    title = f"{signup.title} {moment(signup.shift.starts_at)}"
    return Item(title, becomes, signup.shift.get_absolute_url())


def lock_shifts(signups: Iterable[Signup]) -> None:
    """The locks under which their places change, always in the same order."""
    for shift in sorted({signup.shift_id for signup in signups}):
        places.locked(shift)


def free_places(leaving: Leaving, signups: list[Signup]) -> None:
    """Others get them."""
    free(signups)


def free(signups: Iterable[Signup]) -> None:
    """Give places and waiting numbers back; whoever moves up is told. One shift after the other, by its lock."""
    for listed in sorted(signups, key=lambda one: (one.shift_id, one.pk)):
        shift = places.locked(listed.shift_id)
        signup = shift.signups.active().filter(pk=listed.pk).first()
        if signup is not None and places.to_come(shift):
            signup.shift = shift
            places.leave(signup, SignupState.CANCELLED, _("The person has left."))


def hanging_in(membership: Membership) -> list[Hanging]:
    """What hangs on a membership that is about to end, as its page lists it."""
    rows = places_in(membership.team, membership.person)
    items = [place_shown(None, signup) for signup in rows]
    listed = [Hanging(_("Places in times only for the team"), items, 0)] if items else []
    if owed := [promise_shown(None, duty) for duty in promises_in(membership.team, membership.person)]:
        listed.append(Hanging(_("Promises not kept yet"), owed, 0))
    if leads_alone(membership):
        team = membership.team
        page = reverse("volunteers:members", args=[team.pk])
        first = Item(
            team.name, _("A team always has a leader. Please make somebody else leader first."), page
        )
        listed.insert(0, Hanging(_("Volunteer teams"), [first], 0))
    return listed


def leads_alone(membership: Membership) -> bool:
    """Whether the team would have no leader without this one; only a team whose leader is not yet named has none."""
    others = Membership.objects.active().filter(team=membership.team_id, role=TeamRole.LEADER)
    return membership.role == TeamRole.LEADER and not others.exclude(pk=membership.pk).exists()


# --- consents ---


def consents_of(leaving: Leaving) -> QuerySet[Signup]:
    """The sign-ups of minors that wait for the consent of a guardian who closes the account."""
    asked = Signup.objects.filter(guardian=leaving.person, consented_at=None, state=SignupState.APPLIED)
    asked = asked if leaving.closes_account else asked.none()
    return asked.select_related("shift__activity__neighbourhood").order_by("shift", "pk")


def consent_shown(leaving: Leaving, signup: Signup) -> Item:
    """One of them, as the page of the leaving lists it."""
    return Item(signup.title, _("needs the signed paper then"), signup.shift.get_absolute_url())


def ask_for_paper(leaving: Leaving, signups: list[Signup]) -> None:
    """Nobody is asked online any more; the minor is told to bring the signed form."""
    for signup in signups:
        signup.guardian = None
        signup.save(update_fields=["guardian"])
        places.notify_person(GUARDIAN_LEFT, signup)


# --- promises ---


def promises_in(team: Team, person: Person) -> QuerySet[Duty]:
    """What somebody owes as a keeper of a team: its lists, its hours, objections to them."""
    shifts = Shift.objects.filter(activity__team=team).order_by().values_list(_key("shift"))
    records = HourRecord.objects.filter(team=team).order_by().values_list(_key("hourrecord"))
    mine = Duty.objects.active().filter(person=person, kind__in=DAYS)
    return mine.filter(Q(subject__in=shifts) | Q(subject__in=records)).order_by("due_at")


def _key(model: str) -> Concat:
    """The key of a row, as record.services.key writes it."""
    return Concat(Value(f"{model}:"), Cast("pk", CharField()))


# --- teams ---


def teams_of(leaving: Leaving) -> QuerySet[Membership]:
    """The memberships of somebody who leaves a neighbourhood or closes the account."""
    held = Membership.objects.active().filter(
        leaving.within("team__neighbourhood", leaving.left), person=leaving.person, team__closed_at=None
    )
    others = Membership.objects.active().filter(team=OuterRef("team"), role=TeamRole.LEADER)
    alone = ~Exists(others.exclude(person=leaving.person))
    return held.annotate(alone=alone).select_related("team__neighbourhood", "person").order_by("team", "pk")


def team_shown(leaving: Leaving, membership: Membership) -> Item:
    """One of them, as the page of the leaving lists it."""
    last = membership.role == TeamRole.LEADER and getattr(membership, "alone", False)
    becomes = _leaderless(leaving, membership.team) if last else _("the membership ends")
    return Item(membership.team.name, becomes, membership.team.get_absolute_url())


def _leaderless(leaving: Leaving, team: Team) -> str:
    days = rule_once("team.leader_working_days", leaving.place or team.neighbourhood)
    said = _(
        "has no leader then: make somebody else leader first, or the committee has to find one by %(day)s"
    )
    return said % {"day": deadline(add_working_days(clock.now(), days).at)}


def lock_teams(held: list[Membership]) -> None:
    """The locks under which their members change."""
    teams = Team.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(teams.filter(pk__in=[membership.team_id for membership in held]))


def end_memberships(leaving: Leaving, held: list[Membership]) -> None:
    """End them; of a team that loses its last leader the committee is told, and owes another."""
    for membership in held:
        advance(membership, MemberState.OUT, left_at=clock.now())
        duties.fall_back(promises_in(membership.team, membership.person))
        if membership.role == TeamRole.LEADER:
            _require_leader(membership.team, leaving)


def led_again(team: Team, by: User) -> None:
    """Somebody leads the team: nobody owes it a leader any more."""
    duties.close(DUTY, team, by=by)


def _require_leader(team: Team, leaving: Leaving) -> None:
    if Membership.objects.active().filter(team=team, role=TeamRole.LEADER).exists():
        return
    due = add_working_days(clock.now(), rule("team.leader_working_days", team.neighbourhood))
    duty = duties.open_duty(
        DUTY, team, due=due, post=Post.WORKER, url=reverse("volunteers:members", args=[team.pk])
    )
    who = leaving.person.public_name
    told = [one for one in committee(team.neighbourhood) if one != leaving.by]
    notify(LEADER_LEFT, team, told, once_per=key(duty), url=duty.url, who=who, due_at=duty.due_at.isoformat())


def _to_come(person: Person) -> QuerySet[Signup]:
    now = clock.now()
    ahead = Signup.objects.active().filter(
        person=person,
        shift__starts_at__gt=now,
        shift__cancelled_at=None,
        shift__activity__cancelled_at=None,
        shift__activity__approved_at__isnull=False,
    )
    return ahead.select_related("shift__activity").order_by("shift__starts_at", "pk")
