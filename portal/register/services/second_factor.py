"""The second factor of whoever holds an office: whether it is still due, and taking a lost one away."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.events import announce
from portal.community.models import OFFICES, Appointment, AppointmentQuerySet, Area, Post, User, Visitor
from portal.community.permissions import Role, roles_in
from portal.kit import clock, trial
from portal.kit.errors import NotPossible
from portal.register.events import FACTOR_RESET
from portal.register.permissions import DESK
from portal.register.services.desk import signed


def is_due(user: Visitor) -> bool:
    """Whether somebody holds an office and cannot act in it, for want of a second factor."""
    if not user.is_authenticated or not trial.second_factor_asked() or user.acts_in_offices:
        return False
    return user.is_superuser or _offices(user.person_id).exists()


def was_used(request: HttpRequest, user: User) -> bool:
    """Whether the second factor was shown in this session, or set up: one that a password opened is not enough."""
    return any(shown["method"] == "mfa" for shown in get_authentication_records(request, user))


def page_for(user: User) -> str:
    """Where a second factor is set up, or where one that is set up is shown."""
    return reverse("mfa_reauthenticate" if user.has_second_factor() else "mfa_index")


def may_reset(by: User, here: Area, user: User) -> bool:
    """Whether somebody may take away a second factor that is lost: the director, and for a director the officer.

    Nobody does it for an own account.
    """
    roles = roles_in(by, here)
    if by.pk == user.pk:
        return False
    is_director = _offices(user.person_id).filter(post=Post.DIRECTOR).exists()
    return Role.OFFICER in roles or (Role.DIRECTOR in roles and not is_director)


@transaction.atomic
def reset(by: User | None, here: Area, user: User) -> None:
    """Take away a second factor that is lost; the person is told, and the record says it without a name.

    `by` is None for the operator's command. Raises PermissionDenied, and NotPossible where there is none.
    """
    if by is not None:
        DESK.get(by, here.slug, "see_posts")
        if not may_reset(by, here, user):
            raise PermissionDenied("this second factor is not for this user to take away")
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    if not gone:
        raise NotPossible(_("No second step is set up for this account."))
    announce(FACTOR_RESET, here, by=signed(by), to=[user], url=reverse("mfa_index"))


def _offices(person: int | None) -> AppointmentQuerySet:
    return Appointment.objects.on(clock.today()).filter(person=person, post__in=OFFICES)
