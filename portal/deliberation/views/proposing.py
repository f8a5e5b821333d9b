"""Raising a topic in steps. The draft is saved with each step; a last page shows it with similar topics."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area
from portal.community.web import account, how_to_join, signed_in, typed_before
from portal.deliberation.actions import SENDING
from portal.deliberation.forms.proposing import STEPS, MatterForm, StepForm, stations
from portal.deliberation.models import Topic
from portal.deliberation.permissions import PLACE, TOPICS
from portal.deliberation.services import topics
from portal.deliberation.similar import named_alike
from portal.deliberation.states import State
from portal.kit.limits import MINUTE, Limit, allow
from portal.kit.paging import paged

FORM = "deliberation/topic_form.html"
# A title is asked about whenever its writer pauses.
TYPED = Limit(120, MINUTE)
DIGITS = 19
send = action_view(TOPICS, SENDING)


@signed_in
@once
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1, which begins the draft; whoever may not raise topics here reads how to join."""
    here, user = PLACE.open(request, slug), account(request)
    if not PLACE.may(user, "propose", here):
        return how_to_join(request, "deliberation/topic_join.html")

    def begin(form: StepForm) -> str:
        return _step(topics.propose(user, here, form.proposal()), 2)

    drafts = Topic.objects.filter(proposer=user.person_id, neighbourhood=here, state=State.DRAFT)
    form = MatterForm(**_given(request), neighbourhood=here)
    return handle_form(request, form, begin, FORM, _page(1, here) | {"drafts": paged(request, drafts)})


@signed_in
@once
def draft(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step of a draft, or of a topic that was returned for completion."""
    topic, user = TOPICS.open(request, pk, "edit"), account(request)
    if not 1 <= step <= len(STEPS):
        raise Http404("step")
    if request.method != "POST" and not TOPICS.fits("edit", topic):
        return _moved_on(request, topic)

    def save(form: StepForm) -> str:
        topics.edit(user, pk, form.proposal(), **form.besides())
        return _step(topic, step + 1)

    form = STEPS[step - 1](**_given(request), neighbourhood=topic.neighbourhood, topic=topic)
    return handle_form(request, form, save, FORM, _page(step, topic.neighbourhood, topic))


@require_safe
def alike(request: HttpRequest, slug: str) -> HttpResponse:
    """A piece of the form's page while its title is typed: topics of that name there are already."""
    here = PLACE.open(request, slug)
    found: list[Topic] = []
    if allow("alike", f"{request.user.pk} {get_ip(request)}", TYPED):
        but = request.GET.get("but", "")
        own = int(but) if but.isascii() and but.isdigit() and len(but) < DIGITS else None
        found = named_alike(request.GET.get("title", ""), here, request.user, but=own)
    return render(request, "deliberation/_topic_alike.html", {"topics": found})


@signed_in
@wraps(send, assigned=())
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more before sending: the topic as neighbours will see it, and similar ones to second."""
    topic = TOPICS.get(account(request), pk, "edit")
    if request.method != "POST" and not TOPICS.fits("edit", topic):
        return _moved_on(request, topic)
    return send(request, pk, "submit" if topic.state == State.DRAFT else "resubmit")


def _moved_on(request: HttpRequest, topic: Topic) -> HttpResponse:
    """Whoever goes back to a page of the draft finds the topic that became of it."""
    messages.error(request, str(TOPICS.moved_on("edit", topic)))
    return redirect(topic)


def _step(topic: Topic, step: int) -> str:
    if step > len(STEPS):
        return reverse("deliberation:check", args=[topic.pk])
    return reverse("deliberation:draft", args=[topic.pk, step])


def _page(step: int, here: Area, topic: Topic | None = None) -> dict[str, Any]:
    return {
        "step": step,
        "topic": topic,
        "steps": stations(step),
        "draft": f"topic-{topic.pk if topic else here.slug}-{step}",
        "needs": topics.needs_of(Topic(neighbourhood=here, area=here)),
    }


def _given(request: HttpRequest) -> dict[str, Any]:
    if request.method == "POST":
        return {"data": request.POST, "files": request.FILES}
    return {"initial": typed_before(request)}
