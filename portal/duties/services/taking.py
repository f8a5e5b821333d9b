"""“I have it”: who of a team does what the team owes. And reminding by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.actions.events import each_time, notify
from portal.community.models import STANDS_FOR, Appointment, Area, Person, Post, User, stands_for
from portal.community.places import touching
from portal.community.selectors import accounts_of, signature
from portal.duties.events import HANDED_TO, URGED
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.permissions import WORKBENCH, seen_by
from portal.duties.services.promises import owed_by, owed_in_team, owed_q
from portal.duties.services.supervision import owers
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.fragments import stir


@dataclass(frozen=True)
class Team:
    """With whom an account shares what it owes here by its posts.

    `others`: who can do it too. `free`: duties of posts that several hold or nobody, as a condition. `alone`: of posts
    that the account alone holds. What one colleague alone holds, such as the director's worker, is in neither.
    """

    others: list[Appointment]
    free: Q
    alone: Q

    @property
    def people(self) -> dict[int, str]:
        """To whom something can be handed, with how they sign; each once, by the person's key."""
        return {one.person_id: one.record_title for one in self.others}


def team_of(user: User, here: Area) -> Team:
    """The team of an account in a neighbourhood. Two queries."""
    held = Appointment.objects.on(clock.today()).filter(touching(here.path)).select_related("person", "area")
    mine = list(held.filter(person=user.person_id))
    posts = {post for own in mine for post in stands_for(own.post)}
    standing = posts | {post for post, stands in STANDS_FOR.items() if posts & set(stands)}
    others = [
        one
        for one in held.filter(post__in=standing).exclude(person=user.person_id).order_by("pk")
        if any(_shared(own, one) for own in mine)
    ]
    free, alone = Q(pk__in=()), Q(pk__in=())
    for own in mine:
        for post in stands_for(own.post):
            holders = {
                one.person_id for one in [*mine, *others] if one.post == post and one.area.touches(own.area)
            }
            owed = Q(touching(own.area.path), post=post)
            if holders == {user.person_id}:
                alone |= owed
            elif len(holders) != 1:
                free |= owed
    return Team(others, free, alone)


def _shared(own: Appointment, other: Appointment) -> bool:
    return bool({*stands_for(own.post)} & {*stands_for(other.post)}) and own.area.touches(other.area)


def to_take(user: User, here: Area) -> DutyQuerySet:
    """What an account may take: owed by its posts here, in nobody's hand."""
    return owed_in_team(user).filter(neighbourhood=here, taken_by=None).exclude(post="")


def to_give_back(user: User, here: Area) -> DutyQuerySet:
    """What an account has taken here."""
    return Duty.objects.active().filter(neighbourhood=here, taken_by=user.person_id, taken_by__isnull=False)


def to_hand(user: User, here: Area) -> DutyQuerySet:
    """What an account may hand to a colleague: in nobody's hand or its own. The director hands out what anybody has."""
    team = owed_in_team(user).filter(neighbourhood=here).exclude(post="")
    directs = Appointment.objects.acted_in_by(user).filter(touching(here.path), post=Post.DIRECTOR).exists()
    return team if directs else team.filter(Q(taken_by=None) | Q(taken_by=user.person_id))


def to_urge(user: User, here: Area) -> DutyQuerySet:
    """What an account that watches over promises may remind others of: once a day, and not of its own."""
    today = clock.at_time(clock.today(), 0)
    others = seen_by(user, here, owed_q(user)).exclude(person=user.person_id)
    return others.filter(
        Q(urged_at=None) | Q(urged_at__lt=today), Q(taken_by=None) | ~Q(taken_by=user.person_id)
    )


@transaction.atomic
def take_on(user: User, slug: str, duties: Iterable[int]) -> int:
    """Say of duties of the own posts: I have it. Those that a colleague took meanwhile stay with the colleague.

    Returns how many were taken. Raises Http404, PermissionDenied, NotPossible (none was free any more).
    """
    here = WORKBENCH.get(user, slug, "take")
    chosen = to_take(user, here).filter(pk__in=list(duties))
    return _changed(here, chosen, taken_by=user.person_id, taken_at=clock.now())


@transaction.atomic
def give_back(user: User, slug: str, duties: Iterable[int]) -> int:
    """Give duties back to the team. Returns how many. Raises Http404, PermissionDenied, NotPossible (none is taken)."""
    here = WORKBENCH.get(user, slug, "give_back")
    chosen = to_give_back(user, here).filter(pk__in=list(duties))
    return _changed(here, chosen, taken_by=None, taken_at=None)


@transaction.atomic
def hand_to(user: User, slug: str, duties: Iterable[int], to: Person) -> int:
    """Hand duties of the own posts to a colleague who holds the post too, and is told. Returns how many.

    Raises Http404, PermissionDenied, NotPossible (moved on meanwhile, or not the colleague's to do).
    """
    here = WORKBENCH.get(user, slug, "hand")
    chosen = to_hand(user, here).filter(pk__in=list(duties))
    handed = _locked(chosen.filter(_may_do(to, here)))
    if not handed:
        raise NotPossible(_("None of them is owed by a post of this colleague. Please choose again."))
    _put(here, handed, taken_by=to, taken_at=clock.now())
    who = signature(user, here).name
    for duty in handed:
        said = {"duty": duty.kind, "due_at": duty.due_at.isoformat(), "who": who}
        notify(HANDED_TO, duty, accounts_of(to.pk), once_per=each_time(duty), url=duty.step_url, **said)
    return len(handed)


@transaction.atomic
def urge(user: User, slug: str, duties: Iterable[int]) -> int:
    """Remind those who owe duties, by hand, once a day and duty whoever does it. Returns how many.

    Raises Http404, PermissionDenied, NotPossible (reminded of already, or done).
    """
    here = WORKBENCH.get(user, slug, "urge")
    urged = _locked(to_urge(user, here).filter(pk__in=list(duties)))
    if not urged:
        raise NotPossible(_("They were reminded today already, or it is done."))
    Duty.objects.filter(pk__in=[one.pk for one in urged]).update(urged_at=clock.now())
    who = signature(user, here).name
    for duty in urged:
        said = {"duty": duty.kind, "due_at": duty.late_from.isoformat(), "who": who}
        notify(URGED, duty, owers(duty), once_per=each_time(duty), url=duty.step_url, **said)
    return len(urged)


def _may_do(to: Person, here: Area) -> Q:
    held = Appointment.objects.on(clock.today()).filter(touching(here.path), person=to)
    return owed_by(held.select_related("area"))


def _changed(here: Area, chosen: DutyQuerySet, **values: object) -> int:
    """Locked first, so that of two who take the same one alone has it."""
    found = _locked(chosen)
    if not found:
        raise NotPossible(_("It was done, or a colleague has it meanwhile. Please choose again."))
    return _put(here, found, **values)


def _put(here: Area, found: list[Duty], **values: object) -> int:
    Duty.objects.filter(pk__in=[one.pk for one in found]).update(**values)
    stir(here.slug)
    return len(found)


def _locked(chosen: DutyQuerySet) -> list[Duty]:
    locked = chosen.select_for_update(of=("self",), no_key=True)
    return list(locked.select_related("neighbourhood", "area", "person").order_by("pk"))
