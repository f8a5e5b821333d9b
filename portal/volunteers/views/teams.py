"""Teams: the list, the page of one, the desk of its members, joining and leaving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.actions.web import once, refused
from portal.community.models import Area, Person
from portal.community.permissions import COMMITTEE
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import finding
from portal.volunteers.forms.teams import OUT, AddForm, NeighbourForm, RoleForm, SearchForm, TeamForm
from portal.volunteers.listing import by_day, with_own
from portal.volunteers.models import HourRecord, Membership, Shift, Team, TeamRole
from portal.volunteers.permissions import allowed, may_here, roles_towards, team_for
from portal.volunteers.services import teams as services

NEXT = 8


@require_safe
def teams(request: HttpRequest, slug: str) -> HttpResponse:
    """The teams of a neighbourhood."""
    here = _at(request, slug)
    members = Count("memberships", filter=Q(memberships__left_at=None))
    found = (
        Team.objects.visible_to(request.user).active().filter(neighbourhood=here).annotate(members=members)
    )
    context = {"teams": found, "may_found": may_here(request.user, "found_team", here)}
    return render(request, "volunteers/teams.html", context)


@signed_in
@once
def team_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Found a team."""
    here = _at(request, slug)
    if not may_here(request.user, "found_team", here):
        raise PermissionDenied("found_team")
    form, status = (
        TeamForm(sent(request), initial=typed_before(request)),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            team = services.found(account(request), here, **form.cleaned_data)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("The team is founded. Now say who leads it."))
            return redirect("volunteers:member_add", team.pk)
    return render(request, "volunteers/team_form.html", {"form": form, "team": None}, status=status)


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """What a team does, who leads it, what is next. Who else is in it is not public."""
    found = team_for(request.user, pk)
    set_here(request, found.neighbourhood)
    person = getattr(request.user, "person_id", None)
    ahead = Shift.objects.visible_to(request.user).to_come().filter(activity__team=found)
    shifts = with_own(ahead.select_related("activity__team")[:NEXT], person)
    held = found.memberships.active()
    year = clock.today().year
    booked = HourRecord.objects.counted().filter(
        team=found, month__gte=year * 100, month__lt=(year + 1) * 100
    )
    context = {
        "team": found,
        "leaders": _signatures(found, held.filter(role=TeamRole.LEADER)),
        "members": held.count(),
        "groups": by_day(shifts),
        "year": year,
        "minutes": booked.minutes(),
        "may": allowed(request.user, found),
        "own": held.filter(person=person).first() if person else None,
        "drafts": _drafts(request, found),
    }
    return render(request, "volunteers/team.html", context)


@signed_in
@once
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a team says about itself."""
    found = team_for(request.user, pk, "edit_team")
    set_here(request, found.neighbourhood)
    first = typed_before(request) or {"name": found.name, "about": found.about}
    form, status = TeamForm(sent(request), initial=first), 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(account(request), pk, **form.cleaned_data)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Kept."))
            return redirect("volunteers:team", pk)
    context = {"form": form, "team": found, "may": allowed(request.user, found)}
    return render(request, "volunteers/team_form.html", context, status=status)


@require_POST
@signed_in
@once
def team_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a team for good."""
    found = team_for(request.user, pk, "close_team")
    try:
        services.close(account(request), pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("volunteers:team_edit", pk)
    messages.success(request, _("The team is closed. Its hours stay as they are."))
    return redirect("volunteers:teams", found.neighbourhood.slug)


@require_safe
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the team, for who leads it and for the committee."""
    found = team_for(request.user, pk, "members")
    set_here(request, found.neighbourhood)
    held = list(found.memberships.active().select_related("person__user").order_by("joined_at", "pk"))
    homes = finding.homes([membership.person_id for membership in held], found.neighbourhood)
    order = list(TeamRole)
    rows = [(membership, homes.get(membership.person_id, "")) for membership in held]
    rows.sort(key=lambda row: order.index(TeamRole(row[0].role)))
    return render(request, "volunteers/members.html", {"team": found, "rows": rows})


@signed_in
@once
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody in: the committee searches the register, a leader has to know exactly whom."""
    found = team_for(request.user, pk, "members")
    set_here(request, found.neighbourhood)
    if COMMITTEE.isdisjoint(roles_towards(request.user, found)):
        return _add_known(request, found)
    find = SearchForm(request.GET)
    people = finding.people_like(found.neighbourhood, find.cleaned_data["q"]) if find.is_valid() else []
    services.looked(account(request), found, people)
    leading = {} if found.memberships.active().exists() else {"role": TeamRole.LEADER}
    form = AddForm(finding.named(people, found.neighbourhood), sent(request), initial=leading)
    context: dict[str, Any] = {"team": found, "find": find, "people": people}
    return _add(request, found, form, context, lambda: people_in(people, form.cleaned_data["person"]))


@signed_in
@once
def member_change(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody is in the team; or taken out of it."""
    held = Membership.objects.active().select_related("person").filter(pk=pk).first()
    if held is None:
        raise Http404
    found = team_for(request.user, held.team_id, "members")
    set_here(request, found.neighbourhood)
    form = RoleForm(sent(request), initial=typed_before(request) or {"role": held.role})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            _change(account(request), held, form.cleaned_data["role"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Kept."))
            return redirect("volunteers:members", found.pk)
    context = {"team": found, "held": held, "form": form}
    return render(request, "volunteers/member_change.html", context, status=status)


@signed_in
@require_POST
@once
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Join, by one press."""
    return _press(request, pk, services.join, _("You are in the team. Welcome!"))


@signed_in
@require_POST
@once
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave, by one press. Hours stay."""
    return _press(request, pk, services.leave, _("You have left the team. Your hours stay yours."))


def people_in(people: list[Person], pk: int) -> Person:
    """The one of those found that was chosen."""
    return next(person for person in people if person.pk == pk)


def _add_known(request: HttpRequest, found: Team) -> HttpResponse:
    form = NeighbourForm(finding.buildings(found.neighbourhood), sent(request), initial=typed_before(request))
    return _add(request, found, form, {"team": found}, lambda: _meant(found, form.cleaned_data))


def _add(request: HttpRequest, found: Team, form: forms.Form, context: Any, whom: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.add_member(account(request), found.pk, whom(), form.cleaned_data["role"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409
        else:
            messages.success(request, _("Put into the team."))
            return redirect("volunteers:members", found.pk)
    return render(request, "volunteers/member_add.html", {**context, "form": form}, status=status)


def _meant(found: Team, data: dict[str, Any]) -> Person:
    people = finding.neighbours(found.neighbourhood, data["name"], data["building"], data["room"])
    if not people:
        raise NotPossible(
            _("Nobody of exactly this name lives or owns in this room. Please ask the committee.")
        )
    if len(people) > 1:
        raise NotPossible(
            _("Two of this name share the room. Please ask the committee to put in the one you mean.")
        )
    return people[0]


def _change(user: Any, held: Membership, role: str) -> None:
    if role == OUT:
        services.take_out(user, held.pk)
    else:
        services.set_role(user, held.pk, role)


def _press(request: HttpRequest, pk: int, run: Any, done: str) -> HttpResponse:
    try:
        run(account(request), pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("volunteers:team", pk)


def _signatures(found: Team, held: Any) -> list[tuple[str, str]]:
    """How those who lead sign: the public name and the building."""
    leading = [membership.person for membership in held.select_related("person").order_by("joined_at", "pk")]
    homes = finding.homes([person.pk for person in leading], found.neighbourhood)
    return [(person.public_name, homes.get(person.pk, "")) for person in leading]


def _drafts(request: HttpRequest, found: Team) -> list[Any]:
    """Activities not yet posted, for those who may see them."""
    if not request.user.is_authenticated:
        return []
    unposted = found.activities.filter(approved_at=None, cancelled_at=None)
    return list(unposted.visible_to(request.user).order_by("-created_at")[:NEXT])


def _at(request: HttpRequest, slug: str) -> Area:
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    return here
