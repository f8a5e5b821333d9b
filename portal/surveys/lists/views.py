"""Pages of the profile and the three lists; open to everybody, with what the committee can do for the committee."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
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
from portal.duties.next_step import body_of, step_of_duty
from portal.kit.paging import paged
from portal.record.services import history, key
from portal.surveys.least import least_cell
from portal.surveys.lists import answering, listing, offering, profile
from portal.surveys.lists.actions import DEMAND_ACTIONS, SERVICE_ACTIONS, SURVEY_ACTIONS
from portal.surveys.lists.forms import FactForm, ServiceForm
from portal.surveys.lists.permissions import DEMANDS, PLACE, SERVICES, SURVEYS, UNANSWERED
from portal.surveys.lists.taken_up import taken_up
from portal.surveys.models import ProfileFact, Service, Snapshot, Survey
from portal.surveys.states import OUT

act = action_view(DEMANDS, DEMAND_ACTIONS)
service_act = action_view(SERVICES, SERVICE_ACTIONS)
list_act = action_view(SURVEYS, SURVEY_ACTIONS)
EARLIER = 12
TOOLS = {"match", "unmatch"}
ANSWERS = {"raise_topic", *answering.VERBS.values()}


@require_safe
def demands(request: HttpRequest, slug: str) -> HttpResponse:
    """The demand list of the newest survey, or of the one asked for; what was promised before stays on top."""
    here = _here(request, slug)
    listed = list(listing.surveys_with_lists(here)[:EARLIER])
    survey = _chosen(request, listed)
    context: dict[str, Any] = {"surveys": listed, "survey": survey, "kept": None}
    if survey is not None:
        groups = survey.demands.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
        found = listing.DemandFilter(request.GET, queryset=listing.demands_of(survey), groups=groups)
        page = paged(request, found.qs)
        before = next((one for one in listed if _before(one, survey)), None)
        context |= {
            "form": found.form,
            "page": page,
            "rows": listing.rows_of(page),
            "need": [survey.threshold, 100],
            "kept": listing.kept(survey),
            "kept_before": listing.kept(before) if before else None,
        }
    open_ones = paged(request, listing.still_promised(here, survey), param="promised")
    context |= {"promised": open_ones, "promised_rows": listing.rows_of(open_ones)}
    return render(request, "surveys/lists/demands.html", context)


@require_safe
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """One demand: how many asked for it, what became of it with its days, what there is for it, its history."""
    found = DEMANDS.open(request, pk)
    allowed = DEMANDS.allowed(request.user, found)
    given = offers(request, DEMANDS, DEMAND_ACTIONS, found, "surveys:demand_act", allowed)
    duty, unanswered = listing.duty_of(found), found.state in UNANSWERED
    context = {
        "demand": found,
        "survey": found.survey,
        "row": listing.rows_of([found])[0],
        "need": [found.survey.threshold, 100],
        "subject": listing.subject_of(found, request.user),
        "activities": listing.activities_for(found),
        "services": found.services.order_by("title", "pk")[: listing.MOST],
        "matches": listing.there_is(found),
        "suggested": offering.suggested(found) if "match" in allowed else [],
        "history": history([key(found)]),
        "taken_up": taken_up(found),
        "answers": [one for one in given if unanswered and one.name in ANSWERS],
        "tools": [one for one in given if one.name in TOOLS],
        "offers": sorted(
            (one for one in given if one.name not in TOOLS and not (unanswered and one.name in ANSWERS)),
            key=lambda one: not one.action.main,
        ),
        "duty": duty,
        "step": step_of_duty(duty, body_of(duty.post)) if duty else None,
    }
    return render(request, "surveys/lists/demand.html", context)


@require_safe
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """The service list: what is offered, by whom, when, how many come; with what is over where that is asked for."""
    here = _here(request, slug)
    own = Service.objects.filter(neighbourhood=here).select_related("demand")
    found = listing.ServiceFilter(request.GET, queryset=own)
    context = {
        "form": found.form,
        "page": paged(request, found.qs.order_by("title", "pk")),
        "may_add": PLACE.may(request.user, "add", here),
    }
    return render(request, "surveys/lists/services.html", context)


@require_safe
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """One service, with which demand it answers."""
    found = SERVICES.open(request, pk)
    context = {
        "service": found,
        "offers": offers(request, SERVICES, SERVICE_ACTIONS, found, "surveys:service_act"),
        "history": history([key(found)]),
    }
    return render(request, "surveys/lists/service.html", context)


@signed_in
@once
def service_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a service on the list."""
    here = PLACE.open(request, slug, "add")

    def add(form: ServiceForm) -> str:
        made = offering.add(account(request), here.slug, **form.cleaned_data)
        messages.success(request, _("It is on the list now. Everybody finds it."))
        return made.get_absolute_url()

    begun = {name: request.GET[name] for name in ("demand", "title") if name in request.GET}
    form = ServiceForm(sent(request), here=here, initial=begun | typed_before(request))
    return handle_form(request, form, add, "surveys/lists/service_new.html", {"here": here})


@require_safe
def profile_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What this place is like: the whole and its estates, by type; and how many answered earlier surveys."""
    here = _here(request, slug)
    whole, *estates = profile.places(here)
    context = {
        "whole": whole,
        "estates": estates,
        "least": least_cell(here),
        "rates": _rates(here),
        "may_enter": PLACE.may(request.user, "enter", here),
    }
    return render(request, "surveys/lists/profile.html", context)


@signed_in
@once
def fact_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a figure of the profile."""
    here = PLACE.open(request, slug, "enter")

    def add(form: FactForm) -> str:
        offering.enter(account(request), here.slug, **form.cleaned_data)
        messages.success(request, _("Entered. What stood there before stays in the history."))
        return reverse("surveys:profile", args=[here.slug])

    begun = {name: request.GET[name] for name in ("area", "name") if name in request.GET}
    form = FactForm(sent(request), here=here, initial=begun | typed_before(request))
    return handle_form(request, form, add, "surveys/lists/fact_new.html", {"here": here})


@require_safe
def profile_history(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was ever entered in the profile, the newest first, each with its source."""
    here = _here(request, slug)
    facts = (
        ProfileFact.objects.filter(neighbourhood=here).select_related("area").order_by("-entered_at", "-pk")
    )
    page = paged(request, facts)
    known = profile.catalogue()
    keeps, least = PLACE.may(request.user, "enter", here), least_cell(here)
    rows = [
        (known[fact.name], fact, _said(known[fact.name], fact, keeps, least))
        for fact in page
        if fact.name in known
    ]
    return render(request, "surveys/lists/profile_history.html", {"page": page, "rows": rows})


def on_survey(request: HttpRequest, survey: Survey) -> dict[str, Any] | None:
    """What the survey's page says of its demands; nothing before they were listed."""
    if survey.state not in listing.HAVE_LISTS or not survey.asks_needs:
        return None
    top = listing.demands_of(survey).filter(over=True)[:EARLIER]
    url = f"{reverse('surveys:demands', args=[survey.neighbourhood.slug])}?survey={survey.pk}"
    return {"kept": listing.kept(survey), "rows": listing.rows_of(top), "url": url}


def _here(request: HttpRequest, slug: str) -> Area:
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    return here


def _said(item: profile.Item, fact: ProfileFact, keeps: bool, least: int) -> str:
    """A figure of the history; those of people are for the committee: they would tell what is hidden."""
    return item.said(fact.value, least) if fact.value and (keeps or not item.people) else ""


def _chosen(request: HttpRequest, listed: list[Survey]) -> Survey | None:
    said = request.GET.get("survey", "")
    if not said:
        return listed[0] if listed else None
    found = next((one for one in listed if str(one.pk) == said), None)
    if found is None:
        raise Http404(said[:20])
    return found


def _before(one: Survey, survey: Survey) -> bool:
    return bool(
        one.pk != survey.pk and one.opened_at and survey.opened_at and one.opened_at < survey.opened_at
    )


def _rates(here: Area) -> list[dict[str, Any]]:
    """The surveys whose results are out, each with how many answered of how many (RR1)."""
    out = Survey.objects.filter(neighbourhood=here, state__in=OUT).order_by("-opened_at", "-pk")[:EARLIER]
    newest: dict[int, Any] = dict(
        Snapshot.objects.filter(survey__in=[one.pk for one in out])
        .order_by("number")
        .values_list("survey", "payload__rr1")
    )
    rates = [(one, newest.get(one.pk) or [0, 0]) for one in out]
    return [{"survey": one, "answered": rate[0], "asked": rate[1]} for one, rate in rates]
