"""The resource map: a list with filters first, the same as pins on a site plan second."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.kit.paging import paged
from portal.pages.resources import services
from portal.pages.resources.actions import ACTIONS, REQUEST_ACTIONS
from portal.pages.resources.forms import FilterForm, PlaceForm, PlanForm, SkillForm
from portal.pages.resources.models import Kind, Resource, SkillRequest
from portal.pages.resources.permissions import MAP, REQUESTS, RESOURCES
from portal.pages.resources.plans import plan_with
from portal.pages.resources.states import ResourceState
from portal.record.services import key

# So many pins fit on a plan and in the list below it.
MOST_PINS = 60
act = action_view(RESOURCES, ACTIONS)
request_act = action_view(REQUESTS, REQUEST_ACTIONS)


@require_safe
def resources(request: HttpRequest, slug: str) -> HttpResponse:
    """What a neighbourhood has, by kind and words; below it the site plan with its pins."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    form = FilterForm(request.GET)
    shown = _filtered(Resource.objects.shown().filter(neighbourhood=here), form)
    may_keep = MAP.may(request.user, "keep", here)
    context = {
        "form": form,
        "page": paged(request, shown.select_related("picture", "person").order_by("kind", "title", "pk")),
        "plan": plan_with(here, _pinned(here)),
        "may_keep": may_keep,
        "may_offer": MAP.may(request.user, "offer", here),
        "offered": _offered(here) if may_keep else [],
        "mine": _mine(request, here),
        "kinds": [(kind.value, kind.label) for kind in Kind if kind != Kind.SKILL],
    }
    return render(request, "pages/resources/list.html", context)


@require_safe
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """One thing on the map."""
    found = RESOURCES.open(request, pk)
    person = getattr(request.user, "person_id", None)
    mine = SkillRequest.objects.visible_to(request.user).filter(resource=found).select_related("asker")
    context = {
        "thing": found,
        "requests": paged(request, mine.order_by("-pk")) if person else None,
        "offers": offers(request, RESOURCES, ACTIONS, found, "pages:resource_act"),
        "duty": None
        if found.state == ResourceState.SHOWN
        else Duty.objects.active().about(key(found)).first(),
    }
    return render(request, "pages/resources/resource.html", context)


@require_safe
@signed_in
def skill_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody asked, and the answer; for the two of them."""
    found = REQUESTS.open(request, pk)
    given = offers(request, REQUESTS, REQUEST_ACTIONS, found, "pages:skill_request_act")
    return render(request, "pages/resources/request.html", {"asked": found, "offers": given})


@signed_in
@once
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Enter a place, an organisation or a partner."""
    here = MAP.open(request, slug, "keep")
    if kind not in Kind.values or kind == Kind.SKILL:
        raise Http404(kind)

    def enter(form: PlaceForm) -> str:
        made = services.enter(account(request), here.slug, kind, dict(form.cleaned_data))
        messages.success(request, _("Entered. Everybody finds it now."))
        return made.get_absolute_url()

    form = PlaceForm(sent(request), request.FILES or None, initial=typed_before(request))
    return handle_form(request, form, enter, "pages/resources/new.html", {"kind": Kind(kind).label})


@signed_in
@once
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer a skill of one's own."""
    here = MAP.open(request, slug, "offer")

    def add(form: SkillForm) -> str:
        said = {name: form.cleaned_data[name] for name in ("title", "about", "conditions")}
        made = services.offer(account(request), here.slug, said)
        messages.success(request, _("Thank you. The committee looks at it before it is shown."))
        return made.get_absolute_url()

    form = SkillForm(sent(request), initial=typed_before(request))
    return handle_form(request, form, add, "pages/resources/offer.html", {})


@signed_in
@once
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload the site plan."""
    here = MAP.open(request, slug, "keep")

    def save(form: PlanForm) -> str:
        services.set_plan(account(request), here.slug, form.cleaned_data["photo"], form.cleaned_data["alt"])
        messages.success(request, _("Saved. Now each place can be pinned on its page."))
        return reverse("pages:resources", args=[here.slug])

    form = PlanForm(sent(request), request.FILES or None, initial=typed_before(request))
    return handle_form(request, form, save, "pages/resources/plan.html", {})


def _filtered(shown: Any, form: FilterForm) -> Any:
    """By kind and by words; what is not valid filters nothing."""
    if not form.is_valid():
        return shown
    kind, words = form.cleaned_data["kind"], form.cleaned_data["q"]
    if kind:
        shown = shown.filter(kind=kind)
    for word in words.split():
        found = Q(title__icontains=word) | Q(about__icontains=word) | Q(address__icontains=word)
        shown = shown.filter(found)
    return shown


def _pinned(here: Area) -> list[Resource]:
    pinned = Resource.objects.shown().filter(neighbourhood=here, x__isnull=False)
    return list(pinned.order_by("title", "pk")[:MOST_PINS])


def _offered(here: Area) -> list[Resource]:
    waiting = Resource.objects.filter(neighbourhood=here, state=ResourceState.OFFERED)
    return list(waiting.order_by("pk")[:20])


def _mine(request: HttpRequest, here: Area) -> list[Resource]:
    person = getattr(request.user, "person_id", None)
    own = Resource.objects.filter(neighbourhood=here, person=person) if person else Resource.objects.none()
    return list(own.order_by("-pk")[:10])
