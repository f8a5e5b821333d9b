"""The list of a neighbourhood's topics, and the one page of each matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from portal.community.models import Upload, User, Visitor
from portal.community.permissions import STAFF, roles_in
from portal.community.places import neighbourhood_or_404
from portal.deliberation import households
from portal.deliberation.forms.listing import ListForm
from portal.deliberation.hearing_cards import HearingCard, hearing_cards
from portal.deliberation.listing import GROUPS, MINE, page, with_steps
from portal.deliberation.models import Hearing, Satisfaction, Step, Topic
from portal.deliberation.permissions import NEEDS, may_propose, roles_towards, topic_for
from portal.deliberation.prose import linked
from portal.deliberation.services.screening import notice_of
from portal.deliberation.services.topics import needed
from portal.deliberation.states import HEARING_OVER, State
from portal.deliberation.track import track
from portal.deliberation.views.acts import ACTS, Act
from portal.record import clock
from portal.record.kept import mark
from portal.record.services import history, key
from portal.threads.views import thread_context
from portal.voting.meters import meters
from portal.voting.views import vote_context

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CARRIED = frozenset({State.EXECUTING, State.EVALUATING, State.CLOSED})
JUDGED = frozenset({State.EVALUATING, State.CLOSED})
HISTORY = 8


@dataclass(frozen=True)
class Button:
    """An action open to this reader: `direct` ones are done by one press, the others lead to their page."""

    name: str
    act: Act
    url: str
    direct: bool


@dataclass(frozen=True)
class Share:
    """One level of the scale and how many chose it."""

    label: StrOrPromise
    count: int


@dataclass(frozen=True)
class Stage:
    """A step of carrying out, as the page draws it."""

    step: Step
    photos: list[Upload]

    @property
    def status(self) -> str:
        """done, late or todo."""
        if self.step.done_at:
            return "done"
        return "late" if clock.now() >= clock.end_of(self.step.due_on) else "todo"


@require_safe
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a neighbourhood, the latest change first."""
    here = neighbourhood_or_404(slug)
    request.here = here  # type: ignore[attr-defined]
    form = ListForm(request.GET)
    wish = form.wish(after=request.GET.get("after", ""))
    context = {
        "form": form,
        "wish": wish,
        # What is kept depends on the address and, where it is the reader's own, on the reader.
        "mark": mark(here.slug),
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
    person = getattr(request.user, "person_id", None)
    found = topic_for(request.user, pk, topics=Topic.objects.for_page(person))
    request.here = found.neighbourhood  # type: ignore[attr-defined]
    with_steps([found])
    cards = _hearings(found)
    subjects = [key(found), *(key(card.hearing) for card in cards)]
    photos = photos_of(found)
    context = {
        "topic": found,
        "track": track(found, heard=found.was_heard),
        "needed": needed(found),
        "photos": photos.get(None, []),
        "merged": found.merged.filter(submitted_at__isnull=False) if found.has_merged else [],
        "summary": linked(found.summary) if found.summary else "",
        "cards": cards,
        "history": history(subjects, limit=HISTORY),
        **_buttons(request.user, found, cards),
        **_notice(found),
        **_carried(found, photos),
        **_vote(request, found),
        **_thread(request, found),
    }
    return render(request, "deliberation/topic.html", context)


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


def photos_of(topic: Topic) -> dict[int | None, list[Upload]]:
    """The photos of a topic (under None) and of its steps (under their keys), in one query."""
    own = Topic.photos.through.objects.filter(topic=topic).values("upload_id")
    steps = Step.photos.through.objects.filter(step__topic=topic)
    of_step = Subquery(steps.filter(upload=OuterRef("pk")).values("step_id")[:1])
    found: dict[int | None, list[Upload]] = {}
    uploads = Upload.objects.filter(pk__in=own.union(steps.values("upload_id"))).annotate(step=of_step)
    for upload in uploads.order_by("created_at"):
        found.setdefault(getattr(upload, "step", None), []).append(upload)
    return found


def _hearings(topic: Topic) -> list[HearingCard]:
    """The hearings of a topic; what they wait for is asked only while the topic is at its hearing."""
    if not topic.was_heard:
        return []
    if topic.state == State.IN_FORUM:
        return hearing_cards(topic)
    return [HearingCard(hearing, None, 0) for hearing in Hearing.objects.filter(topic=topic).order_by("-pk")]


def _buttons(user: Visitor, topic: Topic, cards: list[HearingCard]) -> dict[str, Any]:
    open_now = buttons(user, topic)
    roles = roles_towards(user, topic)
    running = any(card.hearing.state not in HEARING_OVER for card in cards)

    def may(action: str) -> bool:
        needed_roles, states = NEEDS[action]
        return State(topic.state) in states and not roles.isdisjoint(needed_roles)

    return {
        "main_acts": [button for button in open_now if button.act.main],
        "more_acts": [button for button in open_now if not button.act.main],
        "may_edit": may("edit"),
        "may_call_hearing": may("call_hearing") and not running,
        "may_report": may("report_step"),
        "may_move_steps": may("plan_steps"),
    }


def _asks(user: User, topic: Topic, name: str) -> bool:
    """Whether an action that needs no form still has something to ask: which of several homes seconds."""
    return name == "second" and len(households.open_to_second(user.person_id, topic)) > 1


def _address(topic: Topic, name: str) -> str:
    return reverse("deliberation:act", args=[topic.pk, name.replace("_", "-")])


def _notice(topic: Topic) -> dict[str, Any]:
    if topic.state != State.ANNOUNCED:
        return {}
    notice = notice_of(topic)
    return {"notice": notice, "objections": list(notice.objections.all()) if notice else []}


def _carried(topic: Topic, photos: dict[int | None, list[Upload]]) -> dict[str, Any]:
    if topic.state not in CARRIED:
        return {}
    steps = list(topic.steps.all())
    found: dict[str, Any] = {"steps": [Stage(step, photos.get(step.pk, [])) for step in steps]}
    found["steps_done"] = sum(1 for step in steps if step.done_at)
    if topic.state in JUDGED:
        found["shares"] = [Share(level.label, getattr(topic, f"judged_{level}")) for level in Satisfaction]
        found["judged"] = sum(share.count for share in found["shares"])
    return found


def _vote(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    """The ballot while the vote runs; afterwards the meters, which the vote's own row holds."""
    if topic.vote is None:
        return {}
    topic.vote.neighbourhood = topic.neighbourhood
    if topic.state == State.VOTING:
        return vote_context(request, topic.vote)
    return {"vote": topic.vote, "meters": meters(topic.vote)}


def _thread(request: HttpRequest, topic: Topic) -> dict[str, Any]:
    return thread_context(request, topic.thread) if topic.thread else {}
