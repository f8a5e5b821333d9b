"""What apps above show on a topic's page; what this app shows beside a topic's vote, and how a topic is heard.

The topic's page is drawn once for every reader, and anew whenever its neighbourhood's record grows: a provider
tells only what everybody may read, and whatever changes its answer is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.sheets import Sheet, register_sheet
from portal.community.models import Area, Visitor
from portal.deliberation.models import Topic
from portal.deliberation.permissions import TOPICS
from portal.deliberation.services import deciding, forum
from portal.deliberation.states import State
from portal.duties.services import register_objected
from portal.kit import wording
from portal.meetings import hooks as meetings
from portal.meetings.models import Hearing, ItemKind, OpinionItem
from portal.meetings.opinions import subjects as opinions
from portal.meetings.opinions.subjects import About
from portal.meetings.selectors import hearings_about
from portal.record.services import key
from portal.voting.hooks import BallotNote, ComesBack, Point, register_ballot_notes, register_comes_back
from portal.voting.models import Vote

TONES = {ItemKind.CONDITION: "amber", ItemKind.AGAINST: "grey", ItemKind.MINORITY: "grey"}


@dataclass(frozen=True)
class FollowUp:
    """One thing that follows: what it is called, what is next about it, where it is read."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Block:
    """What one app has to show under a topic."""

    title: str
    items: list[FollowUp]


Provider = Callable[[Topic], Block]
_FOLLOW_UPS: dict[str, Provider] = {}


def register_follow_ups(name: str, provider: Provider) -> None:
    """Let an app show what follows from a topic; once under each name."""
    _FOLLOW_UPS[name] = provider


def follow_ups(topic: Topic) -> list[Block]:
    """The blocks that have something to show."""
    return [block for provider in _FOLLOW_UPS.values() if (block := provider(topic)).items]


def notes_of_a_topics_vote(vote: Vote) -> list[BallotNote]:
    """The staff's summary of the discussion and the opinion of each published hearing."""
    number = vote.subject.partition(":")[2]
    topic = Topic.objects.filter(pk=number).first() if number.isdigit() else None
    if topic is None:
        return []
    blocks = [_of_hearing(hearing) for hearing in _heard(topic)]
    if topic.summary:
        blocks.insert(
            0, BallotNote(_("The discussion in short"), topic.summary, url=topic.get_absolute_url())
        )
    return blocks


def _heard(topic: Topic) -> list[Hearing]:
    held = hearings_about(key(topic)).exclude(opinion="")
    return list(held.prefetch_related("items"))


def _of_hearing(hearing: Hearing) -> BallotNote:
    points = [_point(item) for item in hearing.items.all()]
    return BallotNote(_("What the hearing found"), hearing.opinion, points, hearing.get_absolute_url())


def _point(item: OpinionItem) -> Point:
    return Point(item.text, str(ItemKind(item.kind).label), TONES.get(ItemKind(item.kind), ""))


register_ballot_notes("topic", notes_of_a_topics_vote)


def _vote_comes_back(pk: int) -> ComesBack:
    if not Topic.objects.filter(pk=pk).exists():
        return lambda user, vote: None
    topic = Topic.objects.locked(pk)
    return lambda user, vote: forum.vote_came_back(topic, user, vote)


register_comes_back("topic", _vote_comes_back)


def heard(topic: Topic) -> meetings.Subject:
    """A topic as meetings see it. Its area, number and title stay as they are once it is under discussion."""
    return meetings.Subject(
        number=topic.number,
        title=topic.title,
        neighbourhood=topic.neighbourhood,
        area=topic.area,
        require_callable=lambda: TOPICS.require("call_hearing", topic),
        require_ready=lambda: forum.require_forum(topic),
        called=lambda user: forum.hearing_called(topic, user),
        over=lambda: forum.after_hearing(topic),
    )


def _to_call(user: Visitor, pk: int, lock: bool) -> meetings.Subject:
    return heard((TOPICS.take if lock else TOPICS.get)(user, pk, "call_hearing"))


def _to_review(user: Visitor, pk: int, lock: bool) -> meetings.Subject:
    topic = (TOPICS.take if lock else TOPICS.get)(user, pk, "call_review")
    return replace(heard(topic), require_callable=lambda: TOPICS.require("call_review", topic))


def _find(pk: int) -> meetings.Subject:
    return heard(Topic.objects.select_related("neighbourhood", "area").get(pk=pk))


def _current(here: Area) -> list[tuple[int, str]]:
    """The topics of a place a meeting can be called about, the newest first."""
    found = Topic.objects.public().current().exclude(number="").filter(neighbourhood=here).order_by("-pk")
    return [(pk, f"{number} {title}") for pk, number, title in found.values_list("pk", "number", "title")]


# While a topic is discussed or heard, neighbours say what they hold of it.
OPINED = frozenset({State.DISCUSSING, State.IN_FORUM})


def _opined(pk: int) -> About | None:
    """A topic as opinion maps see it; None where it is no public one."""
    topic = Topic.objects.filter(pk=pk, submitted_at__isnull=False).select_related("neighbourhood").first()
    if topic is None or topic.state == State.WITHDRAWN:
        return None
    url = topic.get_absolute_url()
    return About(key(topic), topic.title, url, topic.neighbourhood, takes=topic.state in OPINED)


opinions.register("topic", _opined)
register_objected(deciding.PURPOSE, deciding.owe_answer)
meetings.register_subject(
    "topic", meetings.Kind(gettext_lazy("Topic"), _to_call, _find, _current, _to_review)
)


def _sheet(topic: Topic) -> Sheet:
    """A topic on the notice board: what is wished for, where, where it stands and until when."""
    until = wording.deadline(topic.state_until) if topic.state_until and not topic.has_ended else ""
    rows = (
        (_("Place"), topic.place),
        (_("What is wrong"), Truncator(topic.problem).chars(200)),
        (_("Where it stands"), topic.state_label),
        (_("Until"), until),
    )
    return Sheet(_("Topic"), topic.wish, rows)


register_sheet("topic", TOPICS, _sheet)
