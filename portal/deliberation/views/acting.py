"""One page for each thing that can be done to a topic: a form, its service, and back to the topic."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portal.actions.web import once, refused
from portal.community.requests import set_here
from portal.community.web import account, signed_in, typed_before
from portal.deliberation.forms import acting
from portal.deliberation.models import Step, Topic
from portal.deliberation.permissions import NEEDS, topic_for
from portal.deliberation.services import execution
from portal.deliberation.services.transitions import moved_on
from portal.deliberation.states import State
from portal.deliberation.views.acts import ACTS, Act
from portal.kit.errors import NotPossible

REPORT = Act(
    _("Report a step as done"),
    _("The step is reported as done."),
    lambda user, topic, form: execution.report_step(
        user, topic.pk, form.about.pk, form.cleaned_data["note"], form.cleaned_data["photos"]
    ),
    acting.ReportForm,
)
MOVE_STEP = Act(
    _("Give a step another date"),
    _("The step has a new date, and its reason is published."),
    lambda user, topic, form: execution.reschedule_step(
        user, topic.pk, form.about.pk, form.cleaned_data["until"], form.cleaned_data["reason"]
    ),
    acting.MoveStepForm,
)


@signed_in
@once
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something to a topic. The action is a key of NEEDS; the address writes it with hyphens."""
    name = action.replace("-", "_")
    if name not in ACTS:
        raise Http404(action)
    return _page(request, topic_for(account(request), pk, name), name, ACTS[name])


@signed_in
@once
def report_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Report one step as done, with a note and photos."""
    topic = topic_for(account(request), pk, "report_step")
    return _page(request, topic, "report_step", REPORT, _step(topic, step))


@signed_in
@once
def move_step(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Give one step another date."""
    topic = topic_for(account(request), pk, "plan_steps")
    return _page(request, topic, "plan_steps", MOVE_STEP, _step(topic, step))


def _page(request: HttpRequest, topic: Topic, name: str, what: Act, step: Step | None = None) -> HttpResponse:
    set_here(request, topic.neighbourhood)
    if State(topic.state) not in NEEDS[name][1]:
        messages.error(request, str(moved_on(topic)))
        return redirect(topic)
    form = what.form(**_given(request), topic=topic, user=account(request))
    form.about = step
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            what.run(account(request), topic, form)
        except NotPossible as refusal:
            refused(request, form, refusal)
            status = 409
        else:
            messages.success(request, str(what.done))
            return redirect(topic)
    context = {"topic": topic, "act": what, "form": form, "step": step, "draft": f"topic-{topic.pk}-{name}"}
    return render(request, "deliberation/topic_act.html", context, status=status)


def _given(request: HttpRequest) -> dict[str, Any]:
    if request.method == "POST":
        return {"data": request.POST, "files": request.FILES}
    return {"initial": typed_before(request)}


def _step(topic: Topic, pk: int) -> Step:
    found = topic.steps.filter(pk=pk).first()
    if found is None:
        raise Http404("step")
    return found
