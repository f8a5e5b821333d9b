"""Pages of applying: begun, written part by part, checked and handed in; and the one page of a project."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Visitor
from portal.community.views import given
from portal.community.web import account, how_to_join, signed_in, typed_before
from portal.deliberation.models import Topic
from portal.duties.models import Duty
from portal.funds.applying import people, reading, selectors, services
from portal.funds.applying.actions import (
    ACTIONS,
    ACTIVITY_ACTIONS,
    CALL_ACTIONS,
    JOINING_ACTIONS,
    LINE_ACTIONS,
    write_url,
)
from portal.funds.applying.forms import FORMS, BeginForm, kinds_of
from portal.funds.applying.permissions import ACTIVITIES, APPLICATIONS, CALLS, CO_APPLICANTS, LINES
from portal.funds.applying.services.drafts import require_window
from portal.funds.applying.steps import BY_KEY, co_applicants_least
from portal.funds.applying.traces import shown
from portal.funds.applying.track import grant_of, next_step, track
from portal.funds.applying.wording import COMPLETE
from portal.funds.models import Application, Call
from portal.funds.shelves import PROJECTS
from portal.funds.states import ApplicationState
from portal.kit import clock
from portal.kit.paging import paged
from portal.record.services import key
from portal.surveys.models import Demand

act = action_view(APPLICATIONS, ACTIONS)
call_act = action_view(CALLS, CALL_ACTIONS)
line_act = action_view(LINES, LINE_ACTIONS)
activity_act = action_view(ACTIVITIES, ACTIVITY_ACTIONS)
joining_act = action_view(CO_APPLICANTS, JOINING_ACTIONS)
DIGITS = 18
# What the buttons of a part lead to, besides on, back and away: a row to add, or somebody to ask.
ADDS = {"who": "ask-neighbour", "plan": "add-activity", "budget": "add-line"}


@signed_in
@once
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application, or go on with one that was begun."""
    call, user = CALLS.open(request, pk), account(request)
    own = selectors.begun(user, call)
    context = {"call": call, "own": own, "draft": f"fund-apply-{pk}"}
    if not CALLS.entitled(user, "apply", call):
        return how_to_join(request, "funds/applying/join.html", context)
    demand, topic = _brought(request, call)

    def begin(form: BeginForm) -> str:
        made = services.begin(user, pk, **form.values(), demand=demand, topic=topic)
        return write_url(made, "who")

    answers = demand or topic
    begins = typed_before(request) or {"title": answers.title[:60] if answers else ""}
    asks: dict[str, Any] = {"thing": call, "user": user}
    form = BeginForm(request.POST, **asks) if request.method == "POST" else BeginForm(initial=begins, **asks)
    context |= {"demand": demand, "topic": topic, "least": co_applicants_least(call)}
    return handle_form(request, form, begin, "funds/applying/apply.html", context, ask=lambda: _require(call))


@signed_in
@once
def write(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """A part of an application, saved when somebody goes on."""
    application, user = APPLICATIONS.open(request, pk, "write"), account(request)
    if part not in FORMS:
        raise Http404(part)
    if request.method != "POST" and not APPLICATIONS.fits("write", application):
        messages.error(request, str(APPLICATIONS.moved_on("write", application)))
        return redirect(application)

    def save(form: Any) -> str:
        services.save_step(user, pk, part, form.part(), **form.besides())
        return _onward(request, application, part)

    asks: dict[str, Any] = {"thing": application, "user": user}
    form = (
        FORMS[part](request.POST, request.FILES, **asks)
        if request.method == "POST"
        else FORMS[part](initial=typed_before(request), **asks)
    )
    context = _writing(request, application, part)
    return handle_form(request, form, save, "funds/applying/write.html", context)


@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a project from its application to its accounts: how it stands, who owes what, all parts."""
    application = APPLICATIONS.open(request, pk)
    grant = grant_of(application)
    offered = PROJECTS.offers_on(request, application)
    joining = _joining(request, application)
    if not any(offer.action.main for offer in joining):
        # The answer was given: no invitation any more.
        offered, joining = [*offered, *joining], []
    context = _read(request.user, application) | PROJECTS.parts_on(request, application)
    context |= {
        "grant": grant,
        "track": track(application, grant),
        "step": next_step(application, grant),
        "main": [offer for offer in offered if offer.main],
        "offers": [offer for offer in offered if not offer.main],
        "joining": joining,
    }
    return render(request, "funds/applying/project.html", context)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The application on paper (A4), with the address of its page."""
    application = APPLICATIONS.open(request, pk)
    context = _read(request.user, application) | {"today": clock.today()}
    return render(request, "funds/applying/sheet.html", context)


@require_safe
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty form for the pen, for those without a phone."""
    call = CALLS.open(request, pk)
    classes = list(call.cost_classes.all())
    context = {"call": call, "classes": classes, "lines": range(8), "rows": range(4), "kinds": _kinds(call)}
    return render(request, "funds/applying/blank.html", context)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody applies for, the newest first, each with who owes the next step."""
    page = paged(request, selectors.mine(request.user))
    context = {"page": page, "rows": reading.owed(list(page), request.user), "tab": "part"}
    return render(request, "funds/applying/mine.html", context)


@signed_in
@require_safe
def quote(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The quote of a budget line, for whoever applied, the office and the reviewers."""
    line = LINES.open(request, pk)
    APPLICATIONS.open(request, line.application_id, "papers")
    if line.quote is None:
        raise Http404("quote")
    return given(request, line.quote)


@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of a project, for whoever may read of it."""
    application = APPLICATIONS.open(request, pk)
    if application.cover is None:
        raise Http404("picture")
    return given(request, application.cover)


@signed_in
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed sheet from which the desk wrote an application down."""
    application = APPLICATIONS.open(request, pk, "papers")
    if application.paper is None:
        raise Http404("paper")
    return given(request, application.paper)


def on_project(request: HttpRequest, application: Application) -> list[Offer]:
    """What can be done about an application itself, on the page of the project."""
    found = offers(request, APPLICATIONS, ACTIONS, application, "funds:applying_act")
    return [offer for offer in found if offer.name in ("hand_in", "withdraw")]


def on_call(request: HttpRequest, call: Call) -> dict[str, Any] | None:
    """What one began, and the projects everybody can read."""
    public = Application.objects.visible_to(request.user).filter(call=call)
    listed = public.exclude(state=ApplicationState.DRAFT).select_related("lead").order_by("number", "pk")
    page = paged(request, listed, param="projects")
    own = selectors.begun(request.user, call)
    return {"own": own, "page": page}


def call_offers(request: HttpRequest, call: Call) -> list[Offer]:
    """What the desk does for those without a phone."""
    if not call.takes_applications:
        return []
    return offers(request, CALLS, CALL_ACTIONS, call, "funds:applying_call_act")


def _require(call: Call) -> None:
    CALLS.require("apply", call)
    require_window(call)


def _brought(request: HttpRequest, call: Call) -> tuple[Demand | None, Topic | None]:
    """The demand or topic of this place that the address brings along."""
    here = call.neighbourhood
    demands = Demand.objects.filter(survey__neighbourhood=here, pk__in=_numbers(request, "demand"))
    topics = Topic.objects.public().filter(neighbourhood=here, pk__in=_numbers(request, "topic"))
    return demands.first(), topics.first()


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """The key that an address brings along, or none."""
    said = request.GET.get(name, "")
    return [int(said)] if said.isascii() and said.isdecimal() and len(said) <= DIGITS else []


def _onward(request: HttpRequest, application: Application, part: str) -> str:
    """Where the button leads: on, back, away, or to a row to add."""
    go = request.POST.get("go", "")
    if go == "leave":
        return application.get_absolute_url()
    way = reading.Way(application, part)
    if go == "back" and way.back:
        return way.back
    if go == "add" and part in ADDS:
        return reverse("funds:applying_act", args=[application.pk, ADDS[part]])
    return way.next


def _writing(request: HttpRequest, application: Application, part: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "step": BY_KEY[part],
        "way": reading.Way(application, part),
        "adds": part in ADDS,
        "draft": f"application-{application.pk}-{part}",
    }
    if application.state == ApplicationState.RETURNED:
        context["due"] = Duty.objects.active().about(key(application)).filter(kind=COMPLETE).first()
    if part == "who":
        together = list(application.co_applicants.select_related("person"))
        context["behind"] = people.behind(request.user, application, together)
    if part == "plan":
        context["activities"] = list(application.activities.all())
    if part == "budget":
        context["budget"] = reading.budget_of(application)
    return context


def _read(user: Visitor, application: Application) -> dict[str, Any]:
    """All that was written, as far as this reader may read it."""
    papers = APPLICATIONS.entitled(user, "papers", application)
    together = application.co_applicants.select_related("person").order_by("asked_at", "pk")
    named = list(together if papers else together.filter(agreed_at__isnull=False))
    return {
        "application": application,
        "call": application.call,
        "budget": reading.budget_of(application),
        "activities": list(application.activities.all()),
        "behind": people.behind(user, application, named),
        "papers": papers,
        "traces": shown(application) if papers else [],
        "writes": APPLICATIONS.may(user, "write", application),
    }


def _joining(request: HttpRequest, application: Application) -> list[Offer]:
    """The answer that this reader is asked for; whoever said yes can still step out."""
    person = getattr(request.user, "person_id", None)
    asked = (
        application.co_applicants.filter(person=person).select_related("application").first()
        if person
        else None
    )
    if asked is None:
        return []
    found = offers(request, CO_APPLICANTS, JOINING_ACTIONS, asked, "funds:joining_act")
    return [offer for offer in found if offer.name in ("agree", "decline")]


def _kinds(call: Call) -> list[str]:
    return [label for _value, label in kinds_of(call)]
