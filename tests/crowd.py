"""A neighbourhood in which everything is there many times: rows straight into the tables, without the services.

`Crowd` makes one of each; `grow(n)` brings every list to n rows. The rows are consistent enough to be shown.
"""

from __future__ import annotations

import copy
import hashlib
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, UUIDField
from django.db.models.base import ModelState

from portal.community.models import (
    Appointment,
    Area,
    Kind,
    Look,
    Ownership,
    Person,
    Post,
    RelationStatus,
    Residency,
    User,
)
from portal.deliberation.models import Rating, Seconding, Topic
from portal.deliberation.states import State
from portal.duties.models import Duty, Objection, PublicNotice
from portal.kit import clock
from portal.meetings.models import (
    Attendance,
    Decision,
    Form,
    Gathering,
    HallQuestion,
    LiveEvent,
    OpinionItem,
    PanelDraw,
    Participant,
    Pulse,
    Registration,
    Summons,
    SummonsJudgement,
    Turn,
    Volunteered,
)
from portal.meetings.states.coordination import CoordinationState
from portal.meetings.states.gathering import GatheringState
from portal.meetings.states.hearing import HearingState
from portal.meetings.states.review import ReviewState
from portal.meetings.states.summons import SummonsState
from portal.notifications.kinds import KINDS
from portal.notifications.models import Notice
from portal.pages import services as pages
from portal.record.models import Chain, Entry
from portal.record.services import key
from portal.search import services as search
from portal.search.kinds import kinds
from portal.threads.models import Flag, Thread
from portal.volunteers.models import Certificate, TeamRole, Volunteer
from portal.volunteers.states import HourState
from portal.voting.models import Ballot, Mandate, RollCorrection, RollEntry, RollObjection, Service, Vote
from tests import factories
from tests.boards.cashbook_factories import make_cash_book
from tests.deliberation import factories as topics
from tests.meetings import factories as meetings
from tests.meetings.coordination_factories import make_coordination
from tests.meetings.review_factories import make_review
from tests.pages.factories import make_publication, make_resource, make_skill, make_skill_request
from tests.threads import factories as threads
from tests.volunteers import factories as volunteers
from tests.voting import factories as votes

Row = TypeVar("Row", bound=Model)
Make = Callable[[int], Any]
# In these states a topic stands in the lists, each as often as all others.
LISTED = (State.SECONDING, State.SCREENING, State.DISCUSSING, State.EXECUTING, State.CLOSED)


def copies(seed: Row, numbers: Iterable[int], **changes: Make) -> list[Row]:
    """Copies of a row, one a number, with what must differ; unique keys of their own."""
    return list(type(seed)._base_manager.bulk_create(_copies(seed, numbers, changes)))


def parted(seed: Row, numbers: Iterable[int], **changes: Make) -> list[Row]:
    """The same for a model that lies in two tables; and unlike saving one by one it tells no search index."""
    made, parent = _copies(seed, numbers, changes), seed._meta.get_parent_list()[-1]
    link = seed._meta.get_ancestor_link(parent)
    names = [field.attname for field in parent._meta.concrete_fields if not field.primary_key]
    above = parent._base_manager.bulk_create(
        parent(**{name: getattr(row, name) for name in names}) for row in made
    )
    for row, of in zip(made, above, strict=True):
        setattr(row, link.attname, of.pk)
    fields = seed._meta.local_concrete_fields
    for start in range(0, len(made), 100):
        type(seed)._base_manager._insert(made[start : start + 100], fields=fields, using="default")
    return made


def _copies(seed: Row, numbers: Iterable[int], changes: dict[str, Make]) -> list[Row]:
    return [_copy(seed, number, changes) for number in numbers]


def _copy(seed: Row, number: int, changes: dict[str, Make]) -> Row:
    row = copy.copy(seed)
    row._state = ModelState()
    for parent in (type(seed), *seed._meta.get_parent_list()):
        setattr(row, parent._meta.pk.attname, None)
    for field in seed._meta.concrete_fields:
        if field.unique and isinstance(field, UUIDField):
            setattr(row, field.attname, uuid.uuid4())
    for name, make in changes.items():
        setattr(row, name, make(number))
    return row


class Crowd:
    """The neighbourhood, those who look at it, and one of each thing to be copied."""

    def __init__(self) -> None:
        self.place = votes.make_place(residents=True)
        self.here, self.director = self.place.neighbourhood, self.place.director
        self.reader, self.count = self.place.people[0], 0
        self.person = factories.person_of(self.reader)
        self.worker = factories.make_user(post=Post.WORKER, neighbourhood=self.here)
        self.home = factories.make_dwelling(within=self.place.estate)
        self.own_page = pages.found_neighbourhood(self.here)
        self.persons: list[Person] = []
        self.users: list[User] = []
        self._seed_topics()
        self._seed_votes()
        self._seed_volunteers()
        self._seed_hearing()
        self._seed_other_meetings()
        self._seed_pages()
        self._seed_cash_book()

    def _seed_topics(self) -> None:
        self.topics = {
            state: topics.make_topic(self.here, state=state, proposer=self.person) for state in State
        }
        self.thread = Thread.objects.get(pk=self.topics[State.DISCUSSING].thread_id)
        self.step = topics.make_step(self.topics[State.EXECUTING])
        self.said = threads.make_question(self.thread)
        self.notice = PublicNotice(
            neighbourhood=self.here,
            subject=key(self.topics[State.DISCUSSING]),
            purpose="topic",
            title="公示",
            url="/",
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(days=7),
        )
        self.notice.save()

    def _seed_votes(self) -> None:
        self.vote = votes.call(self.place)
        self.counted = copies(self.vote, [0], closes_at=lambda _at: votes.OPENS_AT + timedelta(days=1))[0]
        self.line = RollEntry.objects.get(vote=self.vote, person=self.person)
        self.topics[State.VOTING].vote = self.vote
        self.topics[State.VOTING].save(update_fields=["vote"])

    def _seed_volunteers(self) -> None:
        self.crew = volunteers.make_crew(self.here)
        volunteers.make_membership(self.crew.team, self.person, TeamRole.LEADER)
        self.activity = volunteers.make_activity(self.crew)
        self.shift = volunteers.make_shift(self.activity)
        self.past = volunteers.make_shift(self.activity, starts_at=clock.now() - timedelta(days=1))
        self.signup = volunteers.make_signup(self.shift, self.person)
        self.hours = volunteers.make_record(self.crew, self.person, state=HourState.BOOKED)
        self.on_notice = volunteers.make_record(self.crew, self.person, state=HourState.ON_NOTICE)

    def _seed_hearing(self) -> None:
        topic = self.topics[State.IN_FORUM]
        chair = factories.person_of(self.director)
        self.hearing = meetings.make_hearing(
            HearingState.REGISTRATION, topic=topic, chair=chair, starts_at=clock.now() + timedelta(days=3)
        )
        self.member = Participant.objects.create(meeting=self.hearing, person=self.person, group="owners")
        self.decision = Decision.objects.create(
            meeting=self.hearing, number=1, text="装门禁", post=Post.WORKER, due_on=clock.today()
        )
        self.draw = PanelDraw.objects.create(
            hearing=self.hearing, size=3, closes_at=clock.now(), quotas=[["group", "owners", 1, 3]]
        )

    def _seed_other_meetings(self) -> None:
        here, worker, later = self.here, factories.person_of(self.worker), clock.now() + timedelta(days=4)
        common = {"neighbourhood": here, "area": here, "called_by": worker, "chair": worker}
        self.running = meetings.make_hearing(
            HearingState.IN_SESSION, topic=self.topics[State.IN_FORUM], chair=worker, starts_at=clock.now()
        )
        self.running_seat = Participant.objects.create(
            meeting=self.running, person=self.person, group="owners"
        )
        self.coordination = make_coordination(
            CoordinationState.ACCEPTED, here=here, in_charge=worker, starts_at=later
        )
        # The reader is a party: everybody else sees a row of the register.
        Participant.objects.filter(meeting=self.coordination, party__applies=True).update(person=self.person)
        self.review = make_review(ReviewState.ANNOUNCED, here=here, starts_at=later)
        self.gathering = Gathering.objects.create(
            **common, form=Form.JOINT, title="联席会", state=GatheringState.ANNOUNCED, starts_at=later
        )
        self.summons = Summons.objects.create(
            **common,
            title="北门积水",
            matter="一下雨就积水",
            tried="疏通过",
            department="区排水所",
            wanted_at=later,
            sent_at=clock.now(),
            concluded_at=clock.now(),
            conclusion="不积水了",
            state=SummonsState.SOLVED,
        )

    def _seed_pages(self) -> None:
        fields = {"title": "停水", "body": "周三。", "picture": None}
        day = {"day": clock.today(), "shown_until": None}
        self.page = pages.add_page(self.director, self.here, "notice", fields | day)
        self.text = pages.add_page(self.director, self.here, "text", fields)
        self.disclosed = make_publication(self.here, self.worker)
        self.skill = make_skill(self.here, self.reader)
        self.asked = make_skill_request(self.skill, self.worker)
        self.place_on_map = make_resource(self.here)
        for page in (self.page, self.text):
            page.get_latest_revision().publish()
            page.refresh_from_db()

    def _seed_cash_book(self) -> None:
        self.cash_book = make_cash_book(within=self.place.estate).book
        self.booked = self.cash_book.book.entries.latest("pk")

    def grow(self, count: int) -> None:
        """Bring every list to so many rows; not houses and teams, which forms let one choose from."""
        new = range(self.count, count)
        self.count = count
        self._people(new)
        self._homes(new)
        self._desk(new)
        self._topics(new)
        self._threads(new)
        self._duties(new)
        self._meetings(new)
        self._votes(new)
        self._volunteers(new)
        self._pages(new)
        self._cash_book(new)
        self._record(new)
        for kind in kinds():
            search.mend(kind)  # a slice of each: more than the page shows

    # --- the lists, one area of the portal a method; `new` are the numbers of the rows to come ---

    def _cash_book(self, new: range) -> None:
        lines = copies(
            self.booked,
            new,
            sequence=lambda at: at + 2,
            text=lambda at: f"第{at}笔",
            previous=lambda at: f"{at:064}",
            hash=lambda at: f"{at + 1:064}",
        )
        line = dict(zip(new, lines, strict=True)).__getitem__
        for posting in self.booked.postings.all():
            copies(posting, new, entry=line)

    def _people(self, new: range) -> None:
        self.persons += copies(
            self.person, new, real_name=lambda at: f"陈{at}", phone=lambda at: f"1370{at:07}"
        )
        of = self.persons.__getitem__
        self.users += copies(
            self.reader,
            new,
            username=lambda at: f"crowd{at}",
            email=lambda at: "",
            phone=lambda at: "",
            person=of,
        )

    def spread(self, new: range) -> None:
        """So many more neighbourhoods, houses and teams."""

        above, estate = Area.objects.get(path=self.here.path[: -Area.steplen]), self.place.estate
        copies(
            self.here,
            new,
            path=partial(_path, above, 5000),
            slug=lambda at: f"elsewhere-{at}",
            name=lambda at: f"第{at}居民区",
        )
        houses = copies(
            Area.objects.filter(kind=Kind.BUILDING, path__startswith=estate.path)[0],
            new,
            path=partial(_path, estate, 5000),
            slug=lambda at: f"house-{at}",
            name=lambda at: f"{at}号楼",
        )
        house = dict(zip(new, houses, strict=True)).__getitem__
        home = dict(zip(new, copies(self.home, new, building=house), strict=True)).__getitem__
        copies(self.crew.team, new, name=lambda at: f"第{at}队")
        line = {"number": lambda at: at + 10_000, "person": lambda _at: self.director.person}
        copies(self.line, new, dwelling=home, building=house, **line)

    def _homes(self, new: range) -> None:
        self.homes = copies(self.home, new, room=lambda at: f"9{at:04}")

    def _desk(self, new: range) -> None:
        of = self.persons.__getitem__
        home = dict(zip(new, self.homes, strict=True)).__getitem__
        residency = Residency.objects.filter(person=self.person).earliest("pk")
        ownership = Ownership.objects.filter(person=self.person).earliest("pk")
        asked = {"status": lambda _at: RelationStatus.REQUESTED, "verified_at": lambda _at: None}
        copies(residency, new, person=of, dwelling=home)
        copies(ownership, new, person=of, dwelling=home)
        # One flat with all its people. (That one person has a thousand flats or teams, nobody needs to wait for.)
        copies(residency, new, person=of, dwelling=lambda _at: self.home, **asked)
        copies(ownership, new, person=of, dwelling=lambda _at: self.home, **asked)
        held = Appointment.objects.get(person=self.worker.person)
        copies(held, new, person=of, post=lambda _at: Post.BUILDING_HEAD)
        copies(Look(user=self.worker, dwelling=self.home, reason="x"), new)

    def _topics(self, new: range) -> None:
        for place, state in enumerate((*LISTED, State.DRAFT)):
            self._copied(state, new, f"{place}")
        self._copied(State.MERGED, new, "m", merged_into=lambda _at: self.topics[State.DISCUSSING])
        seconding = self.topics[State.SECONDING]
        home = dict(zip(new, self.homes, strict=True)).__getitem__
        of = self.persons.__getitem__
        copies(Seconding(topic=seconding), new, person=of, dwelling=home)
        rating = Rating(topic=self.topics[State.EVALUATING], round=1, level=2, text="好")
        copies(rating, new, person=of)

    def _copied(self, state: State, new: range, mark: str, **changes: Make) -> list[Topic]:
        number = (lambda at: "") if state == State.DRAFT else (lambda at: f"2025-{mark}{at:04}")
        return copies(
            self.topics[state],
            new,
            number=number,
            thread=lambda _at: None,
            title=lambda at: f"第{at}件",
            **changes,
        )

    def _threads(self, new: range) -> None:
        begun = len(new) + self.thread.sequence
        self.thread.refresh_from_db()
        length, sequence = self.thread.length, self.thread.sequence
        base = new.start
        plain = copies(
            self.said,
            new,
            sequence=lambda at: length + at - base + 1,
            revision=lambda at: sequence + at - base + 1,
            key=lambda _at: uuid.uuid4(),
            body=lambda at: f"第{at}条",
            asks=lambda _at: "",
            asked_at=lambda _at: None,
            due_at=lambda _at: None,
        )
        assert begun
        Thread.objects.filter(pk=self.thread.pk).update(
            length=length + len(plain), sequence=sequence + len(plain)
        )
        copies(Flag(post=self.said, reason="insult"), new, person=self.persons.__getitem__)

    def _duties(self, new: range) -> None:
        of = self.persons.__getitem__
        copies(self.notice, new)
        copies(Objection(notice=self.notice, text="我反对。"), new, person=of)
        duty = Duty(
            neighbourhood=self.here,
            kind="topic.screen",
            title="一件事",
            url="/topics/1/",
            opened_at=clock.now(),
            due_at=clock.now() + timedelta(days=5),
        )
        copies(
            duty,
            new,
            post=lambda _at: Post.WORKER,
            area=lambda _at: self.here,
            subject=lambda at: f"topic:9{at}",
        )
        copies(
            duty, new, person=lambda _at: self.person, post=lambda _at: "", subject=lambda at: f"topic:8{at}"
        )
        news = Notice(
            user=self.reader,
            neighbourhood=self.here,
            kind=sorted(KINDS)[0],
            params={"title": "一件事"},
            url="/topics/1/",
        )
        copies(news, new, occasion=lambda at: f"topic:9{at}")
        copies(news, new, user=lambda _at: self.worker, occasion=lambda at: f"topic:9{at}")

    def _meetings(self, new: range) -> None:
        of = self.persons.__getitem__
        for days, state in ((5, HearingState.REGISTRATION), (-5, HearingState.PUBLISHED)):
            parted(
                self.hearing,
                new,
                starts_at=partial(_moment, days),
                state=lambda _at, state=state: state,
                subject=lambda at: f"topic:7{at:05}",
            )
        # As the hearings: so the first page of a list shows all kinds, however long it is.
        ahead, over = partial(_moment, 5), partial(_moment, -5)
        parted(self.coordination, new, starts_at=ahead, number=lambda at: f"协调{at}")
        parted(self.review, new, starts_at=ahead)
        parted(self.gathering, new, starts_at=ahead)
        parted(self.summons, new, starts_at=over, state=lambda _at: SummonsState.RATED)
        copies(SummonsJudgement(summons=self.summons, judgement="solved"), new, person=of)
        self._hall(new)
        copies(self.member, new, person=of)
        copies(Registration(hearing=self.hearing), new, person=of, seat=lambda at: at + 1)
        copies(OpinionItem(hearing=self.hearing, text="一条意见"), new, number=lambda at: at + 1)
        home = dict(zip(new, self.homes, strict=True)).__getitem__
        copies(
            Volunteered(draw=self.draw, group="owners"),
            new,
            person=of,
            dwelling=home,
            code=lambda at: f"{at:08}",
        )

    def _hall(self, new: range) -> None:
        """A session that goes on: who came and left, who spoke and waits, what was asked, and its log."""
        hall, at_ = {"meeting": self.running}, clock.now()
        copies(LiveEvent(**hall, kind="came", data={"who": "陈"}), new, number=lambda at: at + 1)
        copies(Attendance(**hall, came=True, channel="qr", at=at_), new, person=self.persons.__getitem__)
        spoke = Turn(**hall, group="owners", began_at=at_, ended_at=at_)
        copies(spoke, new, person=self.persons.__getitem__)
        copies(Turn(**hall, group="owners"), new, person=self.persons.__getitem__)
        asked = HallQuestion(**hall, text="晚上谁来锁门，钱由谁出？")
        copies(asked, new, person=self.persons.__getitem__)
        asked.answer, asked.answered_at = "物业锁门，钱从公共收益里出。", at_
        copies(asked, new, person=self.persons.__getitem__)
        moved = Attendance(**hall, participant=self.running_seat, channel="list", at=at_)
        copies(moved, new, came=lambda at: at % 2 == 0)
        copies(Pulse(**hall, question="行吗", options=["行", "否"], counts=[1, 2], closed_at=at_), new)

    def _votes(self, new: range) -> None:
        of, user = self.persons.__getitem__, self.users.__getitem__
        home = dict(zip(new, self.homes, strict=True)).__getitem__
        copies(self.vote, new)
        copies(self.counted, new)
        lines = copies(
            self.line,
            new,
            number=lambda at: at + 100,
            person=of,
            dwelling=home,
        )
        line = dict(zip(new, lines, strict=True)).__getitem__
        Vote.objects.filter(pk=self.vote.pk).update(heads=RollEntry.objects.filter(vote=self.vote).count())
        ballot = Ballot(vote=self.vote, choice="for", cast_at=clock.now(), cast_by=self.reader)
        copies(ballot, new[::2], entry=line, receipt=lambda at: f"{at:012}")
        copies(RollObjection(vote=self.vote, text="我不在册上。"), new, by=user)
        fix = RollCorrection(
            vote=self.vote, entry=self.line, before={}, after={}, heads=1, area=1, reason="x", by=self.worker
        )
        copies(fix, new, entry=line)
        paper = votes.document(self.place)
        mandate = Mandate(holder=self.person, kind="proxy", document=paper, recorded_by=self.worker)
        copies(mandate, new, entry=line, holder=of)
        served = Service(entry=self.line, how="door", at=clock.now(), recorded_by=self.worker)
        copies(served, new, entry=line)

    def _volunteers(self, new: range) -> None:
        of = self.persons.__getitem__
        member = self.crew.team.memberships.get(person=self.person)
        copies(member, new, person=of, role=lambda _at: TeamRole.MEMBER)
        copies(Volunteer(site_number=""), new, person=of)
        activities = copies(self.activity, new, title=lambda at: f"第{at}次")
        activity = dict(zip(new, activities, strict=True)).__getitem__
        others: list[Make] = []
        for days in (2, -2):
            moment = clock.now() + timedelta(days=days)
            shifts = copies(
                self.shift,
                new,
                activity=activity,
                starts_at=lambda _at, moment=moment: moment,
                ends_at=lambda _at, moment=moment: moment + timedelta(hours=2),
            )
            others.append(dict(zip(new, shifts, strict=True)).__getitem__)
            copies(self.signup, new, shift=others[-1])
        for held in (self.shift, self.past):
            # No more come than it has places.
            copies(self.signup, new[: held.slots - new.start], shift=lambda _at, held=held: held, person=of)
            copies(held, new, place=lambda at: f"第{at}处")
        for record, shift in zip((self.hours, self.on_notice), others, strict=True):
            copies(record, new, person=of, signup=lambda _at: None)
            # One person is in one place at a time.
            begins = {
                at: record.starts_at - timedelta(days=2 * at + 2 + (record is self.hours)) for at in new
            }
            ends = {at: moment + timedelta(hours=2) for at, moment in begins.items()}
            times = {"starts_at": begins.__getitem__, "ends_at": ends.__getitem__}
            copies(record, new, shift=shift, **times)
        by = factories.person_of(self.director)
        asked = Certificate(since=clock.today(), until=clock.today(), requested_by=self.worker)
        asked.neighbourhood = self.here
        copies(asked, new, person=of)
        issued = {"issued_at": clock.now(), "issued_by": by, "minutes": 60, "sha256": "0" * 64}
        for name, value in issued.items():
            setattr(asked, name, value)
        copies(asked, new, person=of, number=lambda at: f"C{at}")
        copies(asked, new, person=lambda _at: self.person, number=lambda at: f"D{at}")

    def _pages(self, new: range) -> None:
        for page, begun in ((self.page, 5000), (self.text, 50_000)):
            above = page.get_parent()
            parted(
                page,
                new,
                path=partial(_path, above, begun),
                slug=lambda at, begun=begun: f"page-{begun + at}",
                title=lambda at: f"第{at}篇",
                translation_key=lambda _at: uuid.uuid4(),
                latest_revision=lambda _at: None,
                live_revision=lambda _at: None,
                latest_revision_created_at=lambda _at: None,
            )
        copies(self.page.get_latest_revision(), new)
        copies(self.disclosed, new)
        for thing in (self.skill, self.asked, self.place_on_map):
            copies(thing, new)

    def _record(self, new: range) -> None:
        head = Chain.objects.get(pk=self.here.slug)
        last = Entry.objects.filter(chain=head).latest("sequence")
        begun = head.sequence + 1 - new.start
        told = _hash_of
        copies(
            last,
            new,
            sequence=lambda at: begun + at,
            previous=lambda at: head.hash if at == new.start else told(at - 1),
            hash=told,
        )
        Chain.objects.filter(pk=head.pk).update(sequence=begun + new.stop - 1, hash=told(new.stop - 1))


def _path(above: Any, begun: int, at: int) -> str:
    """The place of a new child in a tree, behind what is there."""
    return str(type(above)._get_path(above.path, above.depth + 1, begun + at))


def _moment(days: int, at: int) -> datetime:
    """So many days from now, each number a minute further away."""
    return clock.now() + timedelta(days=days, minutes=at if days > 0 else -at)


def _hash_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()
