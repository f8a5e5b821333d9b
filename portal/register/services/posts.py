"""Giving posts and ending them. Permissions follow at once, because they are asked of these rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community import leaving
from portal.community.finding import MOST, Found, neighbours, people_like
from portal.community.leaving import Leaving
from portal.community.models import Appointment, Area, Kind, Person, Post, User
from portal.community.permissions import Role, holders
from portal.community.places import ancestors, neighbourhood_of
from portal.community.selectors import accounts_of
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.fields import longest
from portal.register.events import APPOINTED, DEPUTY_NAMED, DISMISSED, GIVEN
from portal.register.permissions import APPOINTMENTS, LEVELS, WIDER, posts_to_give, runs_portal
from portal.register.services import accounts, telling, vacancies
from portal.register.services.desk import signed
from portal.register.services.undoing import post_ended_for_good_at
from portal.register.states import POST_LIFE, PostState

COMMITTEE_POSTS = (Post.DIRECTOR, Post.WORKER)
# Whose holders stand in for another body that has nobody else: nobody who watches over it or deals with it.
STAND_IN = (*COMMITTEE_POSTS, Post.BUILDING_HEAD, Post.DELEGATE)
WATCHING = (Post.PARTY, Post.OVERSIGHT, Post.AUDITOR, Post.OFFICER)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A post for an area, the title it is signed by, and its days; `until` is the first day without it."""

    post: Post
    area: Area
    title: str
    since: date
    until: date | None = None


@transaction.atomic
def appoint(user: User | None, person: Person, term: Term) -> Appointment:
    """Give somebody a post.

    `user` is None for the operator's command, which may give every post anywhere. Raises NotPossible for a post that
    the person holds already, days the wrong way round, a place that is no more, and a level that has no such post.
    """
    neighbourhood = _neighbourhood(user, term.post, term.area)
    if term.area.retired_on is not None:
        raise NotPossible(_("This place is no more. Please choose another one."))
    if user is not None and user.person_id == person.pk and runs_portal(user, term.area):
        raise NotPossible(
            _("Whoever runs the portal takes no post by themselves. Please ask another operator.")
        )
    if term.area.kind not in LEVELS.get(term.post, tuple(Kind)):
        raise NotPossible(_("This post is not held for a place of this kind."))
    if term.until is not None and term.until <= term.since:
        raise NotPossible(_("The last day must not lie before the first."))
    held = Appointment.objects.filter(person=person, post=term.post, area=term.area)
    if held.on(max(term.since, clock.today())).exists():
        raise NotPossible(_("This person holds this post already."))
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                person=person,
                post=term.post,
                area=term.area,
                title=term.title,
                since=term.since,
                until=term.until,
            )
    except IntegrityError as error:
        raise NotPossible(_("This person holds this post already.")) from error
    if neighbourhood is not None:
        log(APPOINTED, made, by=signed(user))
        vacancies.close_filled(neighbourhood, user)
    told = accounts_of(person.pk).exclude(pk=user.pk if user else 0)
    if neighbourhood is None:
        telling.of_wider(APPOINTED, made, told, by=signed(user))
        telling.of_wider(GIVEN, made, told, by=signed(user), who=made.record_title)
    return made


@transaction.atomic
def dismiss(user: User, pk: int, successor: Person | None = None) -> None:
    """End a post today, until it is given back (`undoing.reinstate`), and hand over what hangs on it.

    `successor`: who takes over what one person can hand to another; without one it goes back to the post, or from a
    deputy to who was away. Deputies end with it. All concerned are told. Raises NotPossible for a successor who holds
    no such post, and for the last one who runs the portal for an area.
    """
    _one_at_a_time(pk)
    held = APPOINTMENTS.take(user, pk, "dismiss")
    _require_operator_left(held)
    if successor is not None and successor not in colleagues(held):
        raise NotPossible(_("The successor has to hold a post of the same body here."))
    heir, now = successor or back_to(held), clock.now()
    deputies = list(held.deputies.standing().select_related("person", "area"))
    for ended in [held, *deputies]:
        _end(ended, dismissed_at=now, dismissed_until=ended.until)
    handed = leaving.hand_over(Leaving(held.person, held, by=user, successor=heir))
    held.handed_over = {"to": heir.pk if heir else None, "what": handed}
    held.save(update_fields=["handed_over"])
    for ended in [held, *deputies]:
        _tell_ended(ended, heir, user)


@transaction.atomic
def name_deputy(user: User, pk: int, deputy: Person, since: date, until: date) -> Appointment:
    """Let a colleague hold somebody's post beside them for the days of a leave; it ends by itself.

    By whoever holds the post, or gives it. `until`: the first day without. Raises NotPossible for days the wrong way
    round, over, or outside the post's own; for a deputy's deputy; and where one is named for some of these days.
    """
    held = APPOINTMENTS.take(user, pk, "name_deputy")
    if deputy not in who_can_stand_in(user, held):
        raise NotPossible(
            _(
                "A deputy holds a post of the same body here. Where nobody else does, whoever gives the post may name "
                "somebody of the committee, a building head or a delegate."
            )
        )
    _check_deputy(held, since, until)
    made = Appointment.objects.create(
        person=deputy,
        post=held.post,
        area=held.area,
        title=_deputy_title(held),
        since=since,
        until=until,
        deputy_for=held,
    )
    told = accounts_of(deputy.pk, held.person_id).exclude(pk=user.pk)
    days = {"since_on": since.isoformat(), "last_on": (until - ONE_DAY).isoformat()}
    said = {"who": held.record_title, "deputy": deputy.public_name}
    data = {"since": days["since_on"], "last": days["last_on"]}
    if neighbourhood_of(held.area) is None:
        telling.of_wider(DEPUTY_NAMED, made, told, by=user, data=data, **days, **said)
    else:
        announce(DEPUTY_NAMED, made, by=user, to=told, data=data, **days, **said)
    return made


def colleagues(held: Appointment) -> dict[Person, Appointment]:
    """Who can take a post's work over, and by which post: one of the same body there, of the committee any of its own.

    Not who only stands in for it: that ends with it.
    """
    body = COMMITTEE_POSTS if held.post in COMMITTEE_POSTS else (held.post,)
    others = [one for post in reversed(body) for one in holders(post, held.area)]
    return {
        one.person: one for one in others if one.person_id != held.person_id and one.deputy_for_id != held.pk
    }


def back_to(held: Appointment) -> Person | None:
    """To whom a deputy's work goes back: who was away, as long as they hold the post."""
    absent = held.deputy_for
    return absent.person if absent is not None and absent.state == PostState.HELD else None


def who_can_stand_in(user: User, held: Appointment) -> dict[Person, Appointment]:
    """Who can be named deputy, and by which post they are known: a colleague.

    Where the body has nobody else, whoever gives the post may choose among committee, building heads and delegates
    here; never somebody who watches over others' work.
    """
    same = colleagues(held)
    if held.area.kind in WIDER or same or Role.APPOINTER not in APPOINTMENTS.roles(user, held):
        return same
    today = Appointment.objects.on(clock.today())
    here = today.filter(area__path__startswith=held.neighbourhood.path, post__in=STAND_IN)
    fit = here.exclude(person=held.person_id).exclude(
        person__in=today.filter(post__in=WATCHING).values("person")
    )
    return {one.person: one for one in fit.select_related("person", "area").order_by("-post", "pk")}


def _end(held: Appointment, **how: Any) -> None:
    advance(held, PostState.ENDED, life=POST_LIFE, until=max(held.since, clock.today()), **how)


def _tell_ended(held: Appointment, heir: Person | None, by: User) -> None:
    """The holder, whoever takes over, and who was away; not who ended it."""
    absent = held.deputy_for.person_id if held.deputy_for else None
    told = accounts_of(held.person_id, absent, heir.pk if heir else None).exclude(pk=by.pk)
    said: dict[str, Any] = {
        "who": held.record_title,
        "heir": heir.public_name if heir else "",
        "until_at": post_ended_for_good_at(held).isoformat(),
    }
    telling.of_post(DISMISSED, held, told, by=by, **said)


def _one_at_a_time(pk: int) -> None:
    """Two operators do not end each other at the same moment: their posts are locked in one order."""
    if Appointment.objects.filter(pk=pk, post=Post.OPERATOR).exists():
        list(Appointment.objects.select_for_update(of=("self",)).filter(post=Post.OPERATOR).order_by("pk"))


def _require_operator_left(held: Appointment) -> None:
    """Somebody runs the portal for an area at any time: for itself, or for one around it."""
    if held.post != Post.OPERATOR:
        return
    around = [*ancestors(held.area.path), held.area.path]
    others = Appointment.objects.on(clock.today()).filter(post=Post.OPERATOR, area__path__in=around)
    if not others.exclude(pk=held.pk).exclude(deputy_for=held.pk).exists():
        raise NotPossible(
            _("Nobody else runs the portal for this area. Please give the post to somebody else first.")
        )


def _check_deputy(held: Appointment, since: date, until: date) -> None:
    if held.deputy_for_id is not None:
        raise NotPossible(_("Who stands in for somebody names no deputy."))
    if until <= since:
        raise NotPossible(_("The last day must not lie before the first."))
    if until <= clock.today():
        raise NotPossible(_("These days are over."))
    if since < held.since or (held.until is not None and until > held.until):
        raise NotPossible(_("A deputy holds the post only on days on which it is held."))
    if held.deputies.filter(since__lt=until, until__gt=since).exists():
        raise NotPossible(_("A deputy is named for some of these days already."))


def _deputy_title(held: Appointment) -> str:
    """How the deputy signs, in the portal's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(title)s (deputy)") % {"title": held.title}
    return title[: longest(Appointment, "title")]


def _neighbourhood(user: User | None, post: Post, area: Area) -> Area | None:
    """Whose record a new post stands in; wider areas have none. PermissionDenied for who may not give it."""
    neighbourhood = neighbourhood_of(area)
    if user is not None and post not in posts_to_give(user, neighbourhood or area):
        raise PermissionDenied(f"{post} is not for this user to give")
    return neighbourhood


def people_for_post(neighbourhood: Area, text: str) -> Found:
    """Somebody by what their account is called, wherever they live; else people who live or own here.

    Anybody may call an account by somebody else's name: who is meant by both is asked about, by people.
    """
    found = people_like(neighbourhood, text, neighbours(neighbourhood))
    account = accounts.named([text])
    person = account.person if account is not None and account.is_active else None
    if person is None:
        return found
    others = [one for one in found.people if found.sure and one.pk != person.pk]
    return Found([person, *others][: MOST + 1], sure=True)
