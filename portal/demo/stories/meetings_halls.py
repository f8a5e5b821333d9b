"""The delegates' meeting that votes in its hall: by phone, by raised hands that a second person checks, on paper."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.community.models import User
from portal.community.selectors import person_of
from portal.demo.engine import Story
from portal.demo.stories.meetings_gatherings import minuted
from portal.demo.stories.steps import ago
from portal.demo.world import OFFICE, World
from portal.kit import clock
from portal.meetings.gatherings.services import calling, holding
from portal.meetings.gatherings.services.calling import Plan
from portal.meetings.hallvote import services as hallvote
from portal.meetings.minutes import deciding
from portal.meetings.models import Form, Gathering
from portal.voting import services as voting
from portal.voting.models import Vote

MOTION = "中心花园活动场地实行分时段轮用，试行三个月"
# How those present vote, in the order of the roll: the first by phone, then by hand, the last on paper.
PHONES = ("for", "for", "for", "against", "for", "abstain")
HANDS = ("for", "for", "against", "for")
PAPERS = ("for", "against")


def story(world: World, now: datetime) -> Story:
    """Held eleven days ago: two absent, one of them by mandate; passed, minuted, carried out."""
    held = ago(now, 11, 14)
    yield ago(now, 17, 10)
    plan = Plan(Form.DELEGATES, "居民代表会议：中心花园怎么轮用", person_of(world["wang"]))
    meeting = calling.plan(world["shen"], world.neighbourhood.slug, plan)
    calling.add_point(
        world["shen"], meeting.pk, title="中心花园分时段轮用方案", presenter="沈老师", minutes=20
    )
    calling.add_point(world["shen"], meeting.pk, title="会场表决", presenter="王主任", minutes=15)
    yield ago(now, 16, 10)
    calling.announce(world["shen"], meeting.pk, starts_at=held, place=f"{OFFICE}会议室")
    yield held
    _open(world, meeting)
    yield held + timedelta(minutes=25)
    vote = hallvote.open_vote(
        world["shen"],
        meeting.pk,
        title=MOTION,
        explanation="通过后由居委会在花园立牌公布时段，三个月后再议。",
    )
    yield held + timedelta(minutes=28)
    _vote(world, vote)
    yield held + timedelta(minutes=36)
    voting.close_in_hall(world["shen"], vote.pk)
    due = clock.today() + timedelta(days=20)
    deciding.decide(world["shen"], meeting.pk, text="在花园入口立牌公布轮用时段", due_on=due, post="worker")
    for point, outcome in zip(
        meeting.agenda_items.all(), ("方案讲解，答疑七个问题。", "会场表决通过，见表决结果。"), strict=True
    ):
        holding.note_point(world["shen"], meeting.pk, point=point.pk, outcome=outcome)
    yield held + timedelta(hours=2)
    yield from minuted(world, meeting, held, sheet=True)


def _open(world: World, meeting: Gathering) -> None:
    seats = list(meeting.participants.order_by("pk"))
    hallvote.note_proxy(world["shen"], meeting.pk, principal=seats[-1].pk, holder=seats[0].pk)
    holding.take_attendance(world["shen"], meeting.pk, present=[seat.pk for seat in seats[:-2]])
    holding.begin(world["shen"], meeting.pk)


def _vote(world: World, vote: Vote) -> None:
    """Each way one after the other; whoever is left has come and does not vote."""
    lines = list(vote.roll.filter(voice__mandate=None, voice__isnull=False).order_by("number"))
    phones, rest = lines[: len(PHONES)], lines[len(PHONES) :]
    hands, papers = rest[: len(HANDS)], rest[len(HANDS) : len(HANDS) + len(PAPERS)]
    accounts = {
        user.person_id: user for user in User.objects.filter(person__in=[one.person_id for one in phones])
    }
    for line, choice in zip(phones, PHONES, strict=False):
        voting.cast(accounts[line.person_id], vote.pk, choice)
    mandate = vote.voices.exclude(mandate=None).select_related("mandate__holder__user", "entry").get()
    voting.cast(mandate.mandate.holder.user, vote.pk, "for", mandate.entry.number)  # type: ignore[union-attr]
    raised = {line.number: choice for line, choice in zip(hands, HANDS, strict=False)}
    voting.raise_hands(world["shen"], vote.pk, raised)
    voting.check_hands(world["wang"], vote.pk, raised)
    for line, choice in zip(papers, PAPERS, strict=False):
        paper = voting.enter(world["shen"], vote.pk, line.label, choice)
        voting.confirm(world["wang"], paper.pk, choice)
