"""Acceptance: at least three who did not apply look at the finished work and sign what they found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.community import uploads
from portal.community.models import Appointment, Person, Post, User
from portal.community.places import touching
from portal.community.rules import rule
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.duties.calendar import Deadline, add_working_days
from portal.funds.applying.traces import trace
from portal.funds.models import Acceptor, Application, Grant, Part
from portal.funds.running import events
from portal.funds.running.moving import move
from portal.funds.running.owing import (
    applicants,
    office,
    owe_asking,
    owe_open,
    owe_report,
    settle_refund,
)
from portal.funds.running.permissions import GRANTS
from portal.funds.running.wording import ACCEPT, TEAM
from portal.funds.states import GrantState
from portal.kit import clock
from portal.kit.errors import NotPossible

# Each of these has somebody on the team; who holds a post here can stand for it.
NEEDED = (Part.COMMITTEE, Part.DELEGATE, Part.FINANCE)
POSTS = {Part.COMMITTEE: (Post.DIRECTOR, Post.WORKER), Part.DELEGATE: (Post.DELEGATE,)}


@transaction.atomic
def name_acceptors(user: User, pk: int, team: Mapping[Person, str]) -> Grant:
    """Name who accepts the work, by what each stands for; who was named before and did not sign is let go.

    Where all who are left have signed already, what they found holds now.
    NotPossible: fewer than the rule asks for, nobody of the committee, the delegates or finance, somebody who applied,
    holds no such post, or has no account to sign with.
    """
    grant = GRANTS.take(user, pk, "name_acceptors")
    for person, part in team.items():
        _require_fit(grant, person, Part(part))
    signed = _standing(grant).exclude(signed_at=None)
    _require_whole(grant, {**{one.person: one.part for one in signed}, **team})
    for one in _standing(grant).filter(signed_at=None).exclude(person__in=list(team)):
        let_go(one)
    due = acceptance_due(grant)
    for person, part in team.items():
        _name(grant, person, part, due)
    duties.close(TEAM, grant, by=user)
    trace(grant.application, "team_named", by=user)
    log(events.TEAM_NAMED, grant, by=user)
    settle(grant, user)
    return grant


@transaction.atomic
def sign_acceptance(
    user: User, pk: int, accepts: bool, found: str, photo: UploadedFile[Any] | None = None
) -> Grant:
    """Sign what one found. Once all have signed, the work is accepted, or goes back with what is to be put right."""
    grant = GRANTS.take(user, pk, "sign_acceptance")
    mine = _standing(grant).filter(person=user.person_id).first()
    if mine is None or mine.signed_at is not None:
        raise NotPossible(_("You have signed already."))
    mine.accepts, mine.found, mine.signed_at = accepts, found, clock.now()
    if photo is not None:
        mine.photo = uploads.accept(user, grant.neighbourhood, photo, alt=_("The finished work"))
    mine.save(update_fields=["accepts", "found", "signed_at", "photo"])
    duties.close(ACCEPT, grant, by=user, person=mine.person)
    trace(grant.application, "signed", by=user, why=found)
    log(events.SIGNED, grant, by=user)
    settle(grant, user)
    return grant


def settle(grant: Grant, user: User) -> None:
    """What follows from the signatures, once the whole team has signed; whoever is missing is named first."""
    team = list(_standing(grant).select_related("photo"))
    if grant.state != GrantState.COMPLETED or any(one.signed_at is None for one in team):
        return
    if missing(grant, {one.person: one.part for one in team}):
        owe_team(grant)
        return
    uploads.publish(one.photo for one in team if one.photo)
    open_points = [one.found for one in team if not one.accepts]
    if open_points:
        _back(grant, user, "；".join(open_points))
    else:
        _accepted(grant, user)


def missing(grant: Grant, team: Mapping[Person, str]) -> str:
    """What a team lacks, in words; empty: it is whole."""
    least = rule("funds.acceptors", grant.neighbourhood)
    if len(team) < least:
        return _("At least %(n)d accept the work together.") % {"n": least}
    absent = [str(part.label) for part in NEEDED if part not in team.values()]
    return _("Somebody has to stand for: %(parts)s.") % {"parts": "、".join(absent)} if absent else ""


def let_go(one: Acceptor) -> None:
    """Somebody does not accept the work any more; what was signed stays to be read."""
    one.ended_at = clock.now()
    one.save(update_fields=["ended_at"])
    duties.close(ACCEPT, one.grant, person=one.person)


def applied(application: Application) -> set[int]:
    """The keys of all who apply, or are asked to."""
    return {application.lead_id, *application.co_applicants.values_list("person", flat=True)}


def acceptance_due(grant: Grant) -> Deadline:
    """By when finished work is accepted: working days since it was reported."""
    days = rule("funds.acceptance_working_days", grant.neighbourhood)
    return add_working_days(grant.completed_at or clock.now(), days)


def owe_team(grant: Grant) -> None:
    """The office names who accepts the work, or who does so instead of somebody."""
    duties.open_duty(TEAM, grant, due=acceptance_due(grant), post=Post.WORKER)


def _standing(grant: Grant) -> Any:
    return Acceptor.objects.filter(grant=grant, ended_at=None).select_related("person", "grant")


def _name(grant: Grant, person: Person, part: str, due: Deadline) -> None:
    made, new = Acceptor.objects.get_or_create(
        grant=grant, person=person, ended_at=None, defaults={"part": part}
    )
    if made.signed_at is None and made.part != part:
        made.part = part
        made.save(update_fields=["part"])
    if new:
        duties.open_duty(ACCEPT, grant, due=due, person=person)
        told: dict[str, Any] = {"due_at": due.at.isoformat()}
        once = f"acceptor:{made.pk}"
        announce(events.TEAM_TOLD, grant, to=accounts_of(person.pk), once_per=once, **told)


def _require_fit(grant: Grant, person: Person, part: Part) -> None:
    if person.pk in applied(grant.application):
        raise NotPossible(
            _("%(name)s applied for the project and cannot accept it.") % {"name": person.public_name}
        )
    if not accounts_of(person.pk).exists():
        raise NotPossible(
            _("%(name)s has no account to sign with. Please name somebody else.")
            % {"name": person.public_name}
        )
    posts = POSTS.get(part)
    held = Appointment.objects.on(clock.today()).filter(touching(grant.neighbourhood.path), person=person)
    if posts and not held.filter(post__in=posts).exists():
        raise NotPossible(
            _("%(name)s holds no post by which to stand for %(part)s.")
            % {"name": person.public_name, "part": part.label}
        )


def _require_whole(grant: Grant, team: Mapping[Person, str]) -> None:
    if lacks := missing(grant, team):
        raise NotPossible(lacks)


def _accepted(grant: Grant, user: User) -> None:
    move(grant, GrantState.ACCEPTED, accepted_at=clock.now(), reason="")
    trace(grant.application, "accepted")
    owe_asking(grant)
    settle_refund(grant, user)
    announce(events.ACCEPTED, grant, to=[*applicants(grant), *office(grant)])


def _back(grant: Grant, user: User, points: str) -> None:
    """Something is to be put right first: the applicant owes a new report, and a team is named anew then."""
    _standing(grant).update(ended_at=clock.now())
    move(grant, GrantState.RUNNING, completed_at=None, reason=points[:300])
    trace(grant.application, "not_accepted", why=points)
    owe_report(grant)
    owe_open(grant)
    to = [*applicants(grant), *office(grant)]
    announce(events.NOT_ACCEPTED, grant, to=to, data={"reason": points}, reason=points)
