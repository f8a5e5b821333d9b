"""Teams: the list, the page of one, and the desk of its members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, Count, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community import finding
from portal.community.models import Area, Person
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.kit.paging import paged
from portal.volunteers.actions import TEAM_ACTIONS
from portal.volunteers.forms.teams import AddForm, NeighbourForm, TeamForm
from portal.volunteers.listing import by_day, with_own
from portal.volunteers.models import HourRecord, Shift, Team, TeamRole
from portal.volunteers.permissions import PLACES, TEAMS
from portal.volunteers.selectors import signatures
from portal.volunteers.services import teams as services

NEXT = 8


@require_safe
def teams(request: HttpRequest, slug: str) -> HttpResponse:
    """The teams of a neighbourhood."""
    here = PLACES.open(request, slug)
    members = Count("memberships", filter=Q(memberships__left_at=None))
    found = Team.objects.visible_to(request.user).active().filter(neighbourhood=here)
    context = {
        "page": paged(request, found.annotate(members=members).order_by("name")),
        "may_found": PLACES.may(request.user, "found_team", here),
    }
    return render(request, "volunteers/teams.html", context)


@signed_in
@once
def team_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Found a team."""
    here = PLACES.open(request, slug, "found_team")
    form = TeamForm(sent(request), initial=typed_before(request))
    return handle_form(
        request, form, lambda form: _founded(request, here, form), "volunteers/team_new.html", {}
    )


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """What a team does, who leads it, what is next. Who else is in it is not public."""
    found = TEAMS.open(request, pk)
    person = getattr(request.user, "person_id", None)
    ahead = Shift.objects.visible_to(request.user).to_come().filter(activity__team=found)
    held, year = found.memberships.active(), clock.today().year
    booked = HourRecord.objects.counted().filter(
        team=found, month__gte=year * 100, month__lt=(year + 1) * 100
    )
    offered = offers(request, TEAMS, TEAM_ACTIONS, found, "volunteers:team_act")
    context = {
        "team": found,
        "leaders": signatures(held.filter(role=TeamRole.LEADER), found.neighbourhood),
        "members": held.count(),
        "groups": by_day(with_own(ahead.select_related("activity__team")[:NEXT], person)),
        "year": year,
        "minutes": booked.minutes(),
        "may": TEAMS.allowed(request.user, found),
        "offers": {offer.name: offer for offer in offered},
        "own": held.filter(person=person).first() if person else None,
        "drafts": _drafts(request, found),
    }
    return render(request, "volunteers/team.html", context)


@require_safe
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the team, for who leads it and for the committee."""
    found = TEAMS.open(request, pk, "members")
    order = Case(*(When(role=role, then=Value(at)) for at, role in enumerate(TeamRole)))
    held = found.memberships.active().select_related("person__user").order_by(order, "joined_at", "pk")
    page = paged(request, held)
    homes = finding.homes([membership.person_id for membership in page], found.neighbourhood)
    rows = [(membership, homes.get(membership.person_id, "")) for membership in page]
    return render(request, "volunteers/members.html", {"team": found, "rows": rows, "page": page})


@signed_in
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody in: the committee searches the register, a leader has to know exactly whom."""
    found = TEAMS.open(request, pk, "add_member")
    here = found.neighbourhood
    if not TEAMS.entitled(request.user, "search_register", found):
        known = NeighbourForm(finding.buildings(here), sent(request), initial=typed_before(request))
        return _add(request, found, known, lambda: _meant(found, known.cleaned_data))
    leading = {} if found.memberships.active().exists() else {"role": TeamRole.LEADER}
    form = AddForm(here, sent(request), initial=leading | typed_before(request))
    response = _add(request, found, form, lambda: form.cleaned_data["person"])
    # Kept also where nobody was put in: `once` takes back what an unfinished form did.
    services.looked(account(request), found, form.seen)
    return response


@once
def _add(request: HttpRequest, found: Team, form: forms.Form, whom: Callable[[], Person]) -> HttpResponse:
    def work(form: Any) -> str:
        services.add_member(account(request), found.pk, whom(), form.cleaned_data["role"])
        messages.success(request, _("Put into the team."))
        return reverse("volunteers:members", args=[found.pk])

    return handle_form(request, form, work, "volunteers/member_add.html", {"team": found})


def _founded(request: HttpRequest, here: Area, form: TeamForm) -> str:
    made = services.found(account(request), here, **form.cleaned_data)
    messages.success(request, _("The team is founded. Now say who leads it."))
    return reverse("volunteers:member_add", args=[made.pk])


def _meant(found: Team, data: dict[str, Any]) -> Person:
    people = finding.exactly(found.neighbourhood, data["name"], data["building"], data["room"])
    if not people:
        raise NotPossible(
            _("Nobody of exactly this name lives or owns in this room. Please ask the committee.")
        )
    if len(people) > 1:
        raise NotPossible(
            _("Two of this name share the room. Please ask the committee to put in the one you mean.")
        )
    return people[0]


def _drafts(request: HttpRequest, found: Team) -> list[Any]:
    """Activities not yet posted, for those who may see them."""
    if not request.user.is_authenticated:
        return []
    unposted = found.activities.filter(approved_at=None, cancelled_at=None)
    return list(unposted.visible_to(request.user).order_by("-created_at")[:NEXT])
