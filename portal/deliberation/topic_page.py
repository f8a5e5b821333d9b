"""What the page of a topic tells every reader alike. A part is read when it is drawn, and not while it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import BigIntegerField, Count, OuterRef, Subquery
from django.utils.safestring import SafeString

from portal.community.models import Person, Upload, Visitor
from portal.deliberation.hooks import OPINED, Block, follow_ups
from portal.deliberation.models import Satisfaction, Step, Topic
from portal.deliberation.next_step import next_steps
from portal.deliberation.permissions import ACCOMPANIED, DECIDED
from portal.deliberation.prose import linked
from portal.deliberation.services import contacts, passing_on
from portal.deliberation.services.deciding import notice_of_decision
from portal.deliberation.services.screening import notice_of
from portal.deliberation.services.topics import needed
from portal.deliberation.similar import similar
from portal.deliberation.states import CARRIED, State
from portal.deliberation.track import track
from portal.duties.models import Duty, Objection, PublicNotice
from portal.duties.next_step import NextStep
from portal.kit import clock
from portal.kit.track import Station
from portal.meetings.cards import MeetingCard, cards_about
from portal.meetings.kinds import public
from portal.meetings.models import Hearing, Meeting
from portal.meetings.opinions.cards import OpinionCard, card_about
from portal.meetings.reviews.services.owing import MATTER
from portal.record.fragments import named
from portal.record.services import Line, history, key
from portal.voting.meters import Meter, meters

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

JUDGED = frozenset({State.EVALUATING, State.CLOSED})
HISTORY, MERGED = 8, 10
# Asked for every page of a topic. Who may know of it is said as TopicQuerySet.visible_to says it (a test compares).
STATE_OF = """
SELECT head.slug, head.hash, head.stirred, thread.sequence
  FROM deliberation_topic topic
  JOIN community_area here ON here.id = topic.neighbourhood_id
  LEFT JOIN record_chain head ON head.slug = here.slug
  LEFT JOIN threads_thread thread ON thread.id = topic.thread_id
 WHERE topic.id = %s
   AND (topic.proposer_id = %s OR
        (topic.state <> 'draft' AND NOT (topic.state = 'withdrawn' AND topic.submitted_at IS NULL)))
"""


def state_of(user: Visitor, pk: int) -> str | None:
    """The name of the state of a topic, its discussion and its neighbourhood; None where it must not be known."""
    if pk > BigIntegerField.MAX_BIGINT:
        return None  # an address may hold any number
    with connection.cursor() as cursor:
        cursor.execute(STATE_OF, [pk, getattr(user, "person_id", None)])
        row = cursor.fetchone()
    if row is None:
        return None
    slug, head, stirred, sequence = row
    return f"{pk}.{sequence}.{named(slug, head, stirred)}"


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
        return "late" if clock.passed(clock.end_of(self.step.due_on)) else "todo"


@dataclass(frozen=True)
class Part:
    """A topic that became part of the one on the page, and what it showed."""

    topic: Topic
    photos: list[Upload]


class TopicPage:
    """The parts of one topic (TopicQuerySet.for_page), each read at most once."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic

    @cached_property
    def next_step(self) -> NextStep | None:
        """What the topic waits for."""
        return next_steps([self.topic]).get(self.topic.pk)

    @cached_property
    def track(self) -> list[Station]:
        """Its stations."""
        return track(self.topic, heard=self.topic.was_heard)

    @cached_property
    def contact(self) -> str:
        """Its first contact, while they hold the post."""
        first = self.topic.first_contact
        return first.public_name if first and self.topic.contact_serves else ""

    @cached_property
    def contact_deputy(self) -> str:
        """Who stands in for the first contact, who is on leave."""
        deputy = (
            Person.objects.filter(pk=self.topic.contact_deputy).first() if self.topic.contact_deputy else None
        )
        return deputy.public_name if deputy else ""

    @property
    def lacks_contact(self) -> bool:
        """Whether another one has to be named: the first contact has left."""
        return not self.contact and self.topic.state in ACCOMPANIED

    @cached_property
    def contact_due(self) -> datetime | None:
        """By when the committee names another."""
        owed = Duty.objects.active().about(key(self.topic)).filter(kind=contacts.DUTY)
        return owed.values_list("due_at", flat=True).first()

    @cached_property
    def needed(self) -> int:
        """How many households were asked for."""
        return needed(self.topic)

    @cached_property
    def photos(self) -> list[Upload]:
        """Its own photos and papers."""
        return self._uploads.get(None, [])

    @cached_property
    def merged(self) -> list[Part]:
        """Topics that became part of it, the latest of them, with their photos and papers."""
        return [Part(other, self._uploads.get(("merged", other.pk), [])) for other in self._merged[:MERGED]]

    @property
    def more_merged(self) -> bool:
        """Whether more than these became part of it."""
        return len(self._merged) > MERGED

    @cached_property
    def _merged(self) -> list[Topic]:
        sent = self.topic.merged.filter(submitted_at__isnull=False)
        return list(sent[: MERGED + 1]) if self.topic.has_merged else []

    @cached_property
    def similar(self) -> list[Topic]:
        """Topics with much the same words, while the committee may still merge it."""
        return similar(self.topic, AnonymousUser()) if self.topic.state == State.SCREENING else []

    @cached_property
    def follow_ups(self) -> list[Block]:
        """What other parts of the portal do about it; a draft is known to nobody there."""
        return follow_ups(self.topic) if self.topic.number else []

    @cached_property
    def opinions(self) -> OpinionCard | None:
        """Its opinion map, or the way to begin one; from when on it is discussed."""
        if self.topic.thread is None:
            return None
        return card_about(key(self.topic), takes=self.topic.state in OPINED)

    @property
    def conclusion(self) -> StrOrPromise:
        """With what its discussion closed; empty while it has not ended."""
        return self.topic.state_label if self.topic.has_ended else ""

    @cached_property
    def summary(self) -> SafeString:
        """The summary of the discussion, with its links."""
        return linked(self.topic.summary) if self.topic.summary else SafeString("")

    @cached_property
    def cards(self) -> list[MeetingCard]:
        """Its meetings of every kind; what they wait for is asked only until the topic has ended."""
        if not self.topic.has_meetings:
            return []
        if not self.topic.has_ended:
            return cards_about(key(self.topic))
        held = public().filter(subject=key(self.topic)).order_by("-pk")
        return [MeetingCard(meeting) for meeting in held]

    @property
    def running(self) -> list[Meeting]:
        """Its meetings that are not over: what the reader owes about one stands on the topic's page too."""
        return [card.meeting for card in self.cards if card.meeting.state not in card.kind.course.over]

    @property
    def is_being_heard(self) -> bool:
        """Whether a hearing is under way."""
        return any(isinstance(meeting, Hearing) for meeting in self.running)

    @property
    def is_being_reviewed(self) -> bool:
        """Whether a review of what was carried out is under way, or was held."""
        reviews = (card.meeting for card in self.cards if card.kind.name == "review")
        return any(review.state != "cancelled" for review in reviews)

    @cached_property
    def review_due(self) -> Duty | None:
        """The standing promise to have a review of what was carried out."""
        return Duty.objects.active().filter(subject=key(self.topic), kind=MATTER).first()

    @cached_property
    def history(self) -> list[Line]:
        """The newest entries of the record about it and its hearings."""
        subjects = [key(self.topic), *(key(card.meeting) for card in self.cards)]
        return history(subjects, limit=HISTORY)

    @cached_property
    def notice(self) -> PublicNotice | None:
        """Its public notice, or that of the committee's decision, as long as it is at that."""
        if self.topic.state == State.ANNOUNCED:
            return notice_of(self.topic)
        decided = self.topic.state in DECIDED and self.topic.decided_at is not None
        return notice_of_decision(self.topic) if decided else None

    @cached_property
    def objections(self) -> list[Objection]:
        """What was objected to the notice."""
        return list(self.notice.objections.all()) if self.notice else []

    @cached_property
    def answers(self) -> list[passing_on.Given]:
        """What was answered by whom it was passed on to, the newest first."""
        return passing_on.answers(self.topic) if self.topic.answered_at else []

    @cached_property
    def steps(self) -> list[Stage]:
        """The steps of carrying it out."""
        if self.topic.state not in CARRIED:
            return []
        return [Stage(step, self._uploads.get(step.pk, [])) for step in self.topic.steps.all()]

    @property
    def steps_done(self) -> int:
        """How many of them are done."""
        return sum(1 for stage in self.steps if stage.step.done_at)

    @cached_property
    def shares(self) -> list[Share]:
        """How the result was judged in the present round."""
        if self.topic.state not in JUDGED:
            return []
        ratings = self.topic.ratings.filter(round=self.topic.round).order_by()
        chosen = dict(ratings.values_list("level").annotate(count=Count("pk")))
        return [Share(level.label, chosen.get(level.value, 0)) for level in Satisfaction]

    @property
    def judged(self) -> int:
        """How many have judged."""
        return sum(share.count for share in self.shares)

    @cached_property
    def meters(self) -> list[Meter]:
        """The result of its vote, once counted."""
        return meters(self.topic.vote) if self.topic.vote else []

    @cached_property
    def _uploads(self) -> dict[int | tuple[str, int] | None, list[Upload]]:
        """The photos of the topic (under None), its steps (their keys) and what was merged into it, in one query."""
        photos, merged = Topic.photos.through.objects, [other.pk for other in self._merged[:MERGED]]
        own = photos.filter(topic__in=[self.topic.pk, *merged])
        steps = Step.photos.through.objects.filter(step__topic=self.topic)
        of_step = Subquery(steps.filter(upload=OuterRef("pk")).values("step_id")[:1])
        of_merged = Subquery(own.filter(upload=OuterRef("pk"), topic__in=merged).values("topic_id")[:1])
        every = Upload.objects.filter(pk__in=own.values("upload_id").union(steps.values("upload_id")))
        found: dict[int | tuple[str, int] | None, list[Upload]] = {}
        for upload in every.annotate(step=of_step, part=of_merged).order_by("created_at"):
            part: int | None = getattr(upload, "part", None)
            where = ("merged", part) if part else getattr(upload, "step", None)
            found.setdefault(where, []).append(upload)
        return found
