"""The list of a neighbourhood's topics, and the one page of each matter."""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community.kept import whole
from portal.community.models import Area, Visitor
from portal.community.permissions import COMMITTEE, STAFF, is_stranger, roles_in
from portal.community.requests import note_opened
from portal.deliberation.actions import ACTIONS, STEP_ACTIONS
from portal.deliberation.forms.listing import ListForm
from portal.deliberation.hooks import OPINED
from portal.deliberation.listing import GROUPS, MINE, Wish, page
from portal.deliberation.models import Topic, TopicQuerySet
from portal.deliberation.permissions import PLACE, STEP_NEEDS, STEPS, TOPICS, shown_proposing
from portal.deliberation.states import State
from portal.deliberation.topic_page import TopicPage, state_of
from portal.kit import clock
from portal.kit.paging import at_once
from portal.meetings.models import Meeting
from portal.meetings.opinions.permissions import shown_putting
from portal.meetings.permissions import shown_registering
from portal.meetings.selectors import needing_no_seat
from portal.record.fragments import keep
from portal.threads.views import thread_context
from portal.voting.views.context import vote_context

act = action_view(TOPICS, ACTIONS)
step_act = action_view(STEPS, STEP_ACTIONS)


@require_safe
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a neighbourhood, the latest change first."""
    here = PLACE.open(request, slug)
    return whole(request, here.mark, lambda: _topics(request, here))


def _topics(request: HttpRequest, here: Area) -> HttpResponse:
    wish = ListForm(request.GET).wish(after=request.GET.get("after", "")) if request.GET else Wish()
    context = {
        "form": SimpleLazyObject(partial(ListForm, request.GET)),
        "wish": wish,
        # What is kept depends on the address and, where it is the reader's own, on the reader.
        "state_mark": here.mark,
        "owner": request.user.pk if wish.group == MINE else "",
        "page": SimpleLazyObject(partial(page, here, request.user, wish, at_once(request))),
        "groups": [(name, label) for name, (label, _states) in GROUPS.items()],
        "mine": MINE if request.user.is_authenticated else "",
        "may_propose": shown_proposing(request.user, here),
        "is_staff": not STAFF.isdisjoint(roles_in(request.user, here)),
    }
    return render(request, "deliberation/topics.html", context)


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page of a matter: everything that became of it hangs here."""
    at = state_of(request.user, pk)
    if at is None:
        raise Http404
    return whole(request, at, lambda: _topic(request, pk, at))


def _topic(request: HttpRequest, pk: int, at: str) -> HttpResponse:
    found = keep(f"topic.{at}", lambda: TOPICS.get(request.user, pk, among=_for_page(clock.today())))
    found.mine = _is_mine(request.user, found)
    parts = TopicPage(TOPICS.enter(request, found))
    meetings = _meetings(request, parts, at)
    context = {
        "topic": found,
        "state_mark": at,
        "parts": parts,
        **_offered(request, found, parts),
        "seated": needing_no_seat(request.user, meetings),
        **_vote(request, found),
        **_thread(request, found),
    }
    return render(request, "deliberation/topic.html", context)


def _meetings(request: HttpRequest, parts: TopicPage, at: str) -> list[Meeting]:
    """Its meetings under way, for whoever is signed in: what the reader owes about them stands on this page too."""
    if not (parts.topic.has_meetings and request.user.is_authenticated):
        return []
    running = keep(f"meetings.{at}", lambda: parts.running)
    for meeting in running:
        note_opened(request, meeting)
    return running


@lru_cache(maxsize=1)
def _for_page(day: date) -> TopicQuerySet:
    """Put together once a day; each topic's is a copy of it."""
    return Topic.objects.for_page(day)


def _is_mine(user: Visitor, topic: Topic) -> bool:
    """Whether the reader seconded a topic; asked of those only who can have done so."""
    person = getattr(user, "person_id", None)
    return bool(person and topic.seconders) and topic.secondings.filter(person=person).exists()


def _offered(request: HttpRequest, topic: Topic, parts: TopicPage) -> dict[str, Any]:
    """What this reader can do to the topic now; the roles are asked once."""
    allowed = TOPICS.allowed(request.user, topic)
    open_now = offers(request, TOPICS, ACTIONS, topic, "deliberation:act", allowed)
    roles = TOPICS.roles(request.user, topic) if topic.state == State.EXECUTING else frozenset()
    return {
        "main_offers": [offer for offer in open_now if offer.action.main],
        "more_offers": [offer for offer in open_now if not offer.action.main],
        "may_edit": "edit" in allowed,
        "may_call_hearing": "call_hearing" in allowed and not parts.is_being_heard,
        "may_join": request.user.is_authenticated and is_stranger(request.user, topic.neighbourhood),
        "may_meet": bool(topic.number) and not topic.has_ended and _calls_meetings(request, topic),
        "may_sit": shown_registering(request.user, topic.neighbourhood),
        "may_put": shown_putting(request.user, topic.neighbourhood),
        "may_call_review": "call_review" in allowed and not parts.is_being_reviewed,
        "may_report": not roles.isdisjoint(STEP_NEEDS["report"].roles),
        "may_move_steps": not roles.isdisjoint(STEP_NEEDS["move"].roles),
    }


def _calls_meetings(request: HttpRequest, topic: Topic) -> bool:
    """Whether the reader can call a joint meeting, an open talk or an assembly about it."""
    return request.user.is_authenticated and not roles_in(request.user, topic.neighbourhood).isdisjoint(
        COMMITTEE
    )


def _vote(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    """The ballot while the vote runs; afterwards the result is part of what everybody reads."""
    if topic.vote is None:
        return {}
    topic.vote.neighbourhood = topic.neighbourhood
    return vote_context(request, topic.vote) if topic.state == State.VOTING else {"vote": topic.vote}


def _thread(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    return thread_context(request, topic.thread, takes=topic.state in OPINED) if topic.thread else {}
