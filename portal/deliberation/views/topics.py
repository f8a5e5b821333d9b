"""The list of a neighbourhood's topics, and the one page of each matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from portal.community.models import User, Visitor
from portal.community.permissions import STAFF, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.deliberation import households
from portal.deliberation.forms.listing import ListForm
from portal.deliberation.listing import GROUPS, MINE, Wish, page
from portal.deliberation.models import Topic
from portal.deliberation.permissions import NEEDS, may_propose, roles_towards
from portal.deliberation.states import State
from portal.deliberation.topic_page import TopicPage
from portal.deliberation.views.acts import ACTS, Act
from portal.record.fragments import keep, mark
from portal.threads.views import thread_context
from portal.voting.views.context import vote_context


@dataclass(frozen=True)
class Button:
    """An action open to this reader: `direct` ones are done by one press, the others lead to their page."""

    name: str
    act: Act
    url: str
    direct: bool


@require_safe
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a neighbourhood, the latest change first."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    wish = ListForm(request.GET).wish(after=request.GET.get("after", "")) if request.GET else Wish()
    context = {
        "form": SimpleLazyObject(partial(ListForm, request.GET)),
        "wish": wish,
        # What is kept depends on the address and, where it is the reader's own, on the reader.
        "state_mark": mark(here.slug),
        "owner": request.user.pk if wish.group == MINE else "",
        "page": SimpleLazyObject(partial(page, here, request.user, wish)),
        "groups": [(name, label) for name, (label, _states) in GROUPS.items()],
        "mine": MINE if request.user.is_authenticated else "",
        "may_propose": not request.user.is_authenticated or may_propose(request.user, here),
        "is_staff": not STAFF.isdisjoint(roles_in(request.user, here)),
    }
    return render(request, "deliberation/topics.html", context)


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a matter: everything that became of it hangs here."""
    found, at = _known(request.user, pk)
    set_here(request, found.neighbourhood)
    parts = TopicPage(found)
    context = {
        "topic": found,
        "state_mark": at,
        "parts": parts,
        **_buttons(request.user, found, parts),
        **_vote(request, found),
        **_thread(request, found),
    }
    return render(request, "deliberation/topic.html", context)


def _known(user: Visitor, pk: int) -> tuple[Topic, str]:
    """A topic as its page needs it, and the name of the state it is in. 404 where it must not be known."""
    seen = Topic.objects.visible_to(user).filter(pk=pk)
    place = seen.values_list("neighbourhood__slug", "thread__sequence").first()
    if place is None:
        raise Http404
    at = f"{pk}.{place[1]}.{mark(place[0])}"
    found = keep(f"topic.{at}", lambda: Topic.objects.for_page().get(pk=pk))
    found.mine = _is_mine(user, found)
    return found, at


def _is_mine(user: Visitor, topic: Topic) -> bool:
    """Whether the reader seconded a topic; asked of those only who can have done so."""
    person = getattr(user, "person_id", None)
    return bool(person and topic.seconders) and topic.secondings.filter(person=person).exists()


def buttons(user: Visitor, topic: Topic) -> list[Button]:
    """What this reader can do to a topic now, in the order of ACTS."""
    if not isinstance(user, User):
        return []
    roles, state = roles_towards(user, topic), State(topic.state)
    return [
        Button(name, act, _address(topic, name), act.direct and not _asks(user, topic, name))
        for name, act in ACTS.items()
        if state in NEEDS[name][1] and not roles.isdisjoint(NEEDS[name][0]) and act.ready(topic, user)
    ]


def _buttons(user: Visitor, topic: Topic, parts: TopicPage) -> dict[str, Any]:
    open_now = buttons(user, topic)
    roles = roles_towards(user, topic)

    def may(action: str) -> bool:
        needed_roles, states = NEEDS[action]
        return State(topic.state) in states and not roles.isdisjoint(needed_roles)

    return {
        "main_acts": [button for button in open_now if button.act.main],
        "more_acts": [button for button in open_now if not button.act.main],
        "may_edit": may("edit"),
        "may_call_hearing": may("call_hearing") and not parts.is_being_heard,
        "may_report": may("report_step"),
        "may_move_steps": may("plan_steps"),
    }


def _asks(user: User, topic: Topic, name: str) -> bool:
    """Whether an action that needs no form still has something to ask: which of several homes seconds."""
    return name == "second" and len(households.open_to_second(user.person_id, topic)) > 1


def _address(topic: Topic, name: str) -> str:
    return reverse("deliberation:act", args=[topic.pk, name.replace("_", "-")])


def _vote(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    """The ballot while the vote runs; afterwards the result is part of what everybody reads."""
    if topic.vote is None:
        return {}
    topic.vote.neighbourhood = topic.neighbourhood
    return vote_context(request, topic.vote) if topic.state == State.VOTING else {"vote": topic.vote}


def _thread(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    return thread_context(request, topic.thread) if topic.thread else {}
