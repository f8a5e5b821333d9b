"""Raising a topic in steps. The draft is saved with each step; a last page shows it with similar topics."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.actions.web import once, refused
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, signed_in, typed_before
from portal.deliberation.forms.proposing import STEPS, MatterForm, StepForm
from portal.deliberation.listing import with_steps
from portal.deliberation.models import Topic
from portal.deliberation.permissions import NEEDS, may_propose, topic_for
from portal.deliberation.services import topics
from portal.deliberation.services.transitions import moved_on
from portal.deliberation.similar import similar
from portal.deliberation.states import State
from portal.kit.errors import NotPossible


@signed_in
@once
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1, which begins the draft; whoever may not raise topics here reads how to join."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    user = account(request)
    if not may_propose(user, here):
        return render(request, "deliberation/topic_join.html", status=403)
    form = MatterForm(**_given(request), neighbourhood=here)
    if request.method != "POST" or not form.is_valid():
        drafts = Topic.objects.filter(proposer=user.person_id, neighbourhood=here, state=State.DRAFT)
        return _step_page(request, form, 1, drafts=drafts)
    try:
        topic = topics.propose(user, here, form.proposal())
    except NotPossible as refusal:
        refused(request, form, refusal)
        return _step_page(request, form, 1, status=409)
    return redirect("deliberation:draft", topic.pk, 2)


@signed_in
@once
def draft(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """A step of a draft, or of a topic that was returned for completion."""
    topic = topic_for(request.user, pk, "edit")
    set_here(request, topic.neighbourhood)
    if not 1 <= step <= len(STEPS):
        raise Http404("step")
    if not _editable(topic):
        messages.error(request, str(moved_on(topic)))
        return redirect(topic)
    form = STEPS[step - 1](**_given(request, _values(topic)), neighbourhood=topic.neighbourhood, topic=topic)
    if request.method != "POST" or not form.is_valid():
        return _step_page(request, form, step, topic)
    data = form.cleaned_data
    try:
        topics.edit(account(request), pk, form.proposal(), data.get("photos", ()), data.get("without", ()))
    except NotPossible as refusal:
        refused(request, form, refusal)
        return _step_page(request, form, step, topic, status=409)
    if step < len(STEPS):
        return redirect("deliberation:draft", pk, step + 1)
    return redirect("deliberation:check", pk)


@signed_in
@once
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more before sending: the topic as neighbours will see it, and similar ones to second."""
    topic = topic_for(request.user, pk, "edit")
    set_here(request, topic.neighbourhood)
    if not _editable(topic):
        messages.error(request, str(moved_on(topic)))
        return redirect(topic)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            return _sent(request, topic)
        except NotPossible as error:
            refusal, status = str(error), 409
    context = {
        "topic": topic,
        "photos": topic.photos.all(),
        "similar": with_steps(similar(topic, request.user)),
        "refusal": refusal,
        "needs": topics.needs_of(topic),
        "steps": _stations(topic, len(STEPS) + 1),
    }
    return render(request, "deliberation/topic_check.html", context, status=status)


def _sent(request: HttpRequest, topic: Topic) -> HttpResponse:
    if topic.state == State.RETURNED:
        topic = topics.resubmit(account(request), topic.pk)
        messages.success(request, _("Sent back to the committee."))
    else:
        topic = topics.submit(account(request), topic.pk)
        words = _("Sent. Your topic has the number %(number)s.") % {"number": topic.number}
        messages.success(request, words)
    return redirect(topic)


def _step_page(
    request: HttpRequest,
    form: StepForm,
    step: int,
    topic: Topic | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    area = topic.neighbourhood if topic else form.neighbourhood
    context = {
        "form": form,
        "step": step,
        "topic": topic,
        "steps": _stations(topic, step),
        "draft": f"topic-{topic.pk if topic else area.slug}-{step}",
        "needs": topics.needs_of(Topic(neighbourhood=area, area=area)),
        **more,
    }
    return render(request, "deliberation/topic_form.html", context, status=status)


def _stations(topic: Topic | None, now: int) -> list[dict[str, Any]]:
    labels = (_("What and where"), _("Why"), _("Photos and you"), _("Check and send"))
    return [
        {"label": label, "status": "done" if at < now else "now" if at == now else "todo"}
        for at, label in enumerate(labels, start=1)
    ]


def _given(request: HttpRequest, values: dict[str, Any] | None = None) -> dict[str, Any]:
    if request.method == "POST":
        return {"data": request.POST, "files": request.FILES}
    return {"initial": {**(values or {}), **typed_before(request)}}


def _values(topic: Topic) -> dict[str, Any]:
    names = [name for form in STEPS for name in form.base_fields if name not in {"photos", "without"}]
    return {name: getattr(topic, name) for name in names}


def _editable(topic: Topic) -> bool:
    return State(topic.state) in NEEDS["edit"][1]
