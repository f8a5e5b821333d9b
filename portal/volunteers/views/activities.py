"""Activities: the list, the page of one, its form, and what is done with it and its times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community.models import Upload, User
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.record.services import history, key
from portal.volunteers import about, finding
from portal.volunteers.forms.activities import (
    ActivityForm,
    EmptyForm,
    ListForm,
    WhyForm,
    open_fields,
    typed,
)
from portal.volunteers.forms.times import TimeForm, TimesForm
from portal.volunteers.forms.times import typed as typed_time
from portal.volunteers.listing import listed, of_activity
from portal.volunteers.models import Activity, Shift, Team, TeamRole
from portal.volunteers.permissions import activity_for, allowed, shift_for, team_for
from portal.volunteers.services import activities as services
from portal.volunteers.services.transitions import without_account
from portal.volunteers.states import Stage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


HISTORY = 8


@dataclass(frozen=True)
class Act:
    """What can be done to an activity: who may, in which stages, its words, its form, and the service."""

    needs: str
    stages: frozenset[Stage]
    label: StrOrPromise
    text: StrOrPromise
    done: StrOrPromise
    form: type[forms.Form]
    run: Callable[[User, int, dict[str, Any]], Any]
    tone: str = ""

    @property
    def direct(self) -> bool:
        """Whether one press is enough."""
        return self.form is EmptyForm


ACTS = {
    "submit": Act(
        "write",
        frozenset({Stage.DRAFT}),
        gettext_lazy("Send to the committee"),
        gettext_lazy("The committee reads it and posts it. An activity of the committee is posted at once."),
        gettext_lazy("Sent."),
        EmptyForm,
        lambda user, pk, data: services.submit(user, pk),
    ),
    "approve": Act(
        "approve",
        frozenset({Stage.SUBMITTED}),
        gettext_lazy("Post the activity"),
        gettext_lazy("From now on people can sign up. The team is told."),
        gettext_lazy("Posted. The team was told."),
        EmptyForm,
        lambda user, pk, data: services.approve(user, pk),
    ),
    "send_back": Act(
        "approve",
        frozenset({Stage.SUBMITTED}),
        gettext_lazy("Send back"),
        gettext_lazy("The leader reads what has to be changed, and sends it again."),
        gettext_lazy("Sent back; the leader was told."),
        WhyForm,
        lambda user, pk, data: services.send_back(user, pk, data["why"]),
    ),
    "call_off": Act(
        "call_off",
        frozenset({Stage.DRAFT, Stage.SUBMITTED, Stage.POSTED}),
        gettext_lazy("Call the activity off"),
        gettext_lazy("All times that have not begun are called off. Everybody signed up is told the reason."),
        gettext_lazy("Called off."),
        WhyForm,
        lambda user, pk, data: services.call_off(user, pk, data["why"]),
        tone="danger",
    ),
}


@require_safe
def activities(request: HttpRequest, slug: str) -> HttpResponse:
    """What is ahead in a neighbourhood, by day; or what fits the reader."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    form = ListForm(request.GET, here=here)
    wish = form.wish()
    context = {
        "form": form,
        "wish": wish,
        "listed": listed(here, request.user, wish, request.GET.get("page")),
    }
    return render(request, "volunteers/activities.html", context)


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """All of an activity, and what this reader can do with it."""
    found = activity_for(request.user, pk)
    may = allowed(request.user, found.team)
    acts = [(name, act) for name, act in ACTS.items() if act.needs in may and found.stage in act.stages]
    shown = _shown(request, found)
    steps = history([key(found), *(key(shift) for shift in shown["shifts"])], limit=HISTORY)
    return render(request, "volunteers/activity.html", {**shown, "acts": acts, "may": may, "history": steps})


@require_safe
def activity_print(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet for the notice board."""
    found = activity_for(request.user, pk)
    return render(request, "volunteers/activity_print.html", _shown(request, found))


@signed_in
@once
def activity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an activity with its first time or series."""
    team = team_for(request.user, pk, "write")
    set_here(request, team.neighbourhood)
    old = typed_before(request)
    what = ActivityForm(
        sent(request),
        request.FILES or None,
        initial=old,
        here=team.neighbourhood,
        key=request.GET.get("about", ""),
    )
    when, status = TimesForm(sent(request), initial=old), 422 if request.method == "POST" else 200
    if request.method == "POST" and what.is_valid() & when.is_valid():
        try:
            made = _draft(account(request), team, what, when)
        except NotPossible as refusal:
            what, status = refused(request, what, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Kept as a draft. Read it once more, then send it."))
            return redirect("volunteers:activity", made.pk)
    context = {"form": what, "times": when, "team": team, "activity": None}
    return render(request, "volunteers/activity_form.html", context, status=status)


@signed_in
@once
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an activity; what was posted only in part, but by the committee."""
    found = activity_for(request.user, pk, "write")
    here = found.team.neighbourhood
    set_here(request, here)
    only = open_fields(found, committee="approve" in allowed(request.user, found.team))
    form = ActivityForm(
        sent(request),
        request.FILES or None,
        initial=typed_before(request) or typed(found),
        here=here,
        activity=found,
        only=only,
    )
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(account(request), pk, form.cleaned_data)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Kept."))
            return redirect("volunteers:activity", pk)
    context = {"form": form, "team": found.team, "activity": found, "part": bool(only)}
    return render(request, "volunteers/activity_form.html", context, status=status)


@signed_in
@once
def activity_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of ACTS."""
    if act not in ACTS:
        raise Http404(act)
    chosen = ACTS[act]
    found = activity_for(request.user, pk, chosen.needs)
    set_here(request, found.team.neighbourhood)
    form, status = (
        chosen.form(sent(request), initial=typed_before(request)),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            result = chosen.run(account(request), pk, form.cleaned_data)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409
        else:
            messages.success(request, str(chosen.done))
            _say_without_account(request, result if act == "call_off" else [])
            return redirect("volunteers:activity", pk)
    context = {"activity": found, "form": form, "act": chosen, "back": found.get_absolute_url()}
    return render(request, "volunteers/activity_act.html", context, status=status)


@signed_in
@once
def shifts_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one time or a series."""
    found = activity_for(request.user, pk, "write")
    set_here(request, found.team.neighbourhood)
    form, status = (
        TimesForm(sent(request), initial=typed_before(request)),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_shifts(account(request), pk, form.times(), form.cleaned_data["where"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            added = ngettext("%(number)d time was added.", "%(number)d times were added.", len(made))
            messages.success(request, added % {"number": len(made)})
            return redirect("volunteers:activity", pk)
    context = {"activity": found, "shift": None, "form": form}
    return render(request, "volunteers/shift_form.html", context, status=status)


@signed_in
@once
def shift_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one time, or change its places."""
    found = shift_for(request.user, pk, "write")
    set_here(request, found.activity.team.neighbourhood)
    form = TimeForm(sent(request), initial=typed_before(request) or typed_time(found))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data, was = form.cleaned_data, (found.span, found.place)
        try:
            shift = services.change_shift(account(request), pk, form.span(), data["slots"], data["where"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Kept. Everybody signed up was told of a new time or place."))
            _say_without_account(request, [shift] if was != (shift.span, shift.place) else [])
            return redirect("volunteers:activity", found.activity_id)
    context = {"activity": found.activity, "shift": found, "form": form}
    return render(request, "volunteers/shift_form.html", context, status=status)


@signed_in
@once
def shift_call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off one time of an activity."""
    found = shift_for(request.user, pk, "call_off")
    set_here(request, found.activity.team.neighbourhood)
    form, status = (
        WhyForm(sent(request), initial=typed_before(request)),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.call_off_shift(account(request), pk, form.cleaned_data["why"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Called off. Everybody signed up was told."))
            _say_without_account(request, [found])
            return redirect("volunteers:activity", found.activity_id)
    context = {
        "activity": found.activity,
        "shift": found,
        "form": form,
        "act": CALL_OFF_SHIFT,
        "back": found.activity.get_absolute_url(),
    }
    return render(request, "volunteers/activity_act.html", context, status=status)


@dataclass(frozen=True)
class Words:
    """What the page of an act says."""

    label: StrOrPromise
    text: StrOrPromise
    tone: str = ""


CALL_OFF_SHIFT = Words(
    gettext_lazy("Call this time off"),
    gettext_lazy("Only this time; the others stand. Everybody signed up is told the reason."),
    "danger",
)


def _draft(user: User, team: Team, what: ActivityForm, when: TimesForm) -> Activity:
    """The draft with its times; another place belongs to the times only."""
    place = when.cleaned_data["where"]
    return services.draft(user, team.pk, what.cleaned_data, when.times(), place)


def _shown(request: HttpRequest, found: Activity) -> dict[str, Any]:
    set_here(request, found.team.neighbourhood)
    shifts, over = of_activity(found, getattr(request.user, "person_id", None))
    held = found.team.memberships.active().filter(role=TeamRole.LEADER).select_related("person")
    leading = [membership.person for membership in held.order_by("joined_at", "pk")]
    homes = finding.homes([person.pk for person in leading], found.team.neighbourhood)
    return {
        "activity": found,
        "team": found.team,
        "shifts": shifts,
        "over": over,
        "matter": about.matter_of(found.about) if found.about else None,
        "leaders": [(person.public_name, homes.get(person.pk, "")) for person in leading],
        "photos": _photos(request, found),
    }


def _photos(request: HttpRequest, found: Activity) -> list[Upload]:
    return list(found.photos.filter(pk__in=Upload.objects.visible_to(request.user).values("pk")))


def _say_without_account(request: HttpRequest, shifts: list[Shift]) -> None:
    """No news reaches who has no account; whoever changed the plan is told to go and tell them."""
    count = without_account(shifts) if shifts else 0
    if count:
        text = ngettext(
            "%(number)d person signed up has no account. Please tell them in person.",
            "%(number)d people signed up have no account. Please tell them in person.",
            count,
        )
        messages.warning(request, text % {"number": count})
