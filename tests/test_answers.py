"""One answer everywhere: 200 asked, 302 done, 422 not valid, 409 refused. Every address is walked, by several people.

A form that is sent is never answered with a page as if it had only been asked for: an empty one is done (it had
nothing to ask), not valid, refused, or not the sender's to send.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from portal.actions.doors import Door
from portal.boards.cashbook import services as cash_book_services
from portal.boards.services.rota import ask_swap
from portal.community.models import (
    Appointment,
    Dwelling,
    Kind,
    Ownership,
    Post,
    RelationStatus,
    Residency,
    RuleSet,
    User,
)
from portal.community.permissions import Role
from portal.community.places import below
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.duties.models import Duty, PublicNotice
from portal.duties.services import waiting_for
from portal.duties.steps import STEPS, Act, step_of
from portal.funds.models import ProgressNote
from portal.funds.review import services as review_services
from portal.funds.running import services as grants
from portal.funds.states import CallState, GrantState
from portal.kit import clock
from portal.meetings.live.services import questions, turns
from portal.meetings.minutes import deciding
from portal.meetings.models import Decision, PanelDraw
from portal.meetings.states.coordination import CoordinationState
from portal.meetings.states.gathering import GatheringState
from portal.meetings.states.hearing import HearingState
from portal.meetings.states.review import ReviewState
from portal.meetings.states.summons import SummonsState
from portal.pages.cards.models import ContactCard
from portal.pages.services import add_page, found_neighbourhood
from portal.record.models import Entry
from portal.register.models import Device, PersonChange, What, Wish
from portal.reports import services as monthly
from portal.surveys.lists import answering, offering
from portal.surveys.models import ExportFile, PaperEntry, Reply, Snapshot, Wave
from portal.surveys.states import SurveyState
from portal.threads import services as thread_services
from portal.volunteers.models import Membership
from portal.voting.models import RollEntry
from tests import factories
from tests.boards import cashbook_factories as cash_books
from tests.boards import factories as boards
from tests.conventions import factories as conventions
from tests.deliberation import factories as topics
from tests.funds import factories as funds
from tests.funds import factories_applying as applying
from tests.funds import factories_books as books
from tests.funds import factories_review as reviews
from tests.funds import factories_running as running
from tests.meetings import coordination_factories as coordinations
from tests.meetings import factories as meetings
from tests.meetings import factories_gatherings as gatherings
from tests.meetings import factories_summons as summonses
from tests.meetings import opinion_factories as opinions
from tests.meetings import review_factories as judged
from tests.offered import Offered, found_by, offered
from tests.pages.factories import make_publication, make_skill, make_skill_request
from tests.register.factories import make_import
from tests.surveys import factories as surveys
from tests.surveys import list_factories as lists
from tests.surveys.published import payload
from tests.surveys.reception_factories import make_booking, make_desk, make_note
from tests.threads import factories as threads
from tests.volunteers import factories as volunteers
from tests.voting import factories as votes
from tests.worlds import kept

pytestmark = pytest.mark.django_db

ASKED = {200, 302, 403, 404, 405, 409}
SENT = {302, 403, 404, 405, 409, 413, 422}
# Whoever asks comes through the same door as a form that is sent.
REFUSED = {403, 404, 409}
OWN = [
    "actions",
    "administration",
    "community",
    "deliberation",
    "duties",
    "meetings",
    "notifications",
    "pages",
    "record",
    "register",
    "threads",
    "volunteers",
    "conventions",
    "boards",
    "funds",
    "reports",
    "search",
    "surveys",
    "voting",
]
# Found by another test: what needs a file, a code or a key that is no number of a thing.
APART = {
    "conventions:poster",
    "funds:agreement",
    "funds:invoice_file",
    "funds:invoice_xml",
    "funds:line_paper",
    "funds:project_paper",
    "funds:project_picture",
    "funds:quote",
    "community:upload",
    "boards:photo_file",
    "boards:receipt",
    "boards:spending_receipt",
    "meetings:department_link",
    "pages:card_pdf",
    "surveys:paper_all_letters",
    "surveys:paper_form",
    "surveys:paper_letters",
    "volunteers:check_in",
    "voting:custodian",
}
# These speak with a script and answer it with JSON.
FOR_SCRIPTS = {"volunteers:offline", "voting:cast_sealed"}
SKIPPED_STATES = {State.DRAFT}


@dataclass(frozen=True)
class Walked:
    """One address with the people who go there. `once`: what one of them who is let in has seen for all.

    `few`: of the people, those whose roles allow the action, and before them perhaps one whose do not.
    """

    name: str
    url: str
    people: tuple[User, ...]
    action: str = ""
    once: str = ""
    few: tuple[User, ...] | None = None


class World:
    """One of each thing, in the states in which something can be done with it."""

    @kept
    def __init__(self) -> None:
        self.place = votes.make_place(residents=True)
        self.here = self.place.neighbourhood
        self.home_page = found_neighbourhood(self.here)
        self.staff = (self.place.director, factories.make_user(post=Post.WORKER, neighbourhood=self.here))
        self.people = (*self.staff, self.place.people[0])
        self.things: dict[str, list[tuple[int, tuple[User, ...]]]] = {}
        self._topics()
        self._hearings()
        self._coordinations()
        self._gatherings()
        self._reviews()
        self._opinions()
        self._votes()
        self._threads()
        self._volunteers()
        self._boards()
        self._reports()
        self._cash_book()
        self._desk()
        self._conventions()
        self._rooms()
        self._surveys()
        self._reception()
        self._funds()
        self._operator()

    def add(self, prefix: str, pk: int, *people: User) -> None:
        """A thing under its prefix of addresses, with those who go there."""
        self.things.setdefault(prefix, []).append((pk, people or self.people))

    def _topics(self) -> None:
        for state in State:
            topic = topics.make_topic(self.here, state=state, proposer=factories.person_of(self.people[2]))
            self.add("topics", topic.pk)
        step = topics.make_step(Topic.objects.get(state=State.EXECUTING))
        self.add("topics/steps", step.pk)

    def _hearings(self) -> None:
        for state in (HearingState.PLANNED, HearingState.REGISTRATION, HearingState.MINUTES_DRAFT):
            scene = meetings.hearing_at(state)
            self.add("hearings", scene.pk, scene.worker, scene.delegates[0])
            self.add("meetings", scene.pk, scene.worker, scene.delegates[0])
        self._decisions(scene)
        self._hall()
        draw = PanelDraw.objects.create(
            hearing_id=scene.pk, size=3, closes_at=clock.now(), quotas=[["group", "业主", 1, 3]]
        )
        self.add("lots", draw.pk, scene.worker, scene.delegates[0])
        self.add("duties", Duty.objects.latest("pk").pk, scene.worker, scene.delegates[0])
        self.add("public-notices", PublicNotice.objects.latest("pk").pk, scene.worker, scene.delegates[0])

    def _decisions(self, scene: meetings.Scene) -> None:
        """One that is owed and one that is done, of which each has other steps."""
        for text in ("装门禁", "贴通知"):
            deciding.decide(
                scene.worker, scene.pk, text=text, due_on=clock.today() + timedelta(days=9), post=Post.WORKER
            )
        owed, done = Decision.objects.filter(meeting=scene.pk)
        deciding.done(scene.worker, done.pk, note="贴好了")
        for decision in (owed, done):
            self.add("decisions", decision.pk, scene.worker, scene.delegates[0])

    def _hall(self) -> None:
        """A meeting in session with somebody in the queue and a question."""
        scene = meetings.hearing_at(HearingState.IN_SESSION)
        turns.enter_turn(scene.worker, scene.pk, name="王师傅")
        asked = questions.ask_question(scene.delegates[0], scene.pk, text="谁来付钱？")
        self.add("live", scene.pk, scene.worker, scene.delegates[0])
        self.add("live/questions", asked.pk, scene.worker, scene.delegates[0])

    def _coordinations(self) -> None:
        """One asked for, one to consent to, one to sign, one being carried out; a colleague is told nothing."""
        for state in (CoordinationState.APPLIED, CoordinationState.ACCEPTED, CoordinationState.AGREED):
            case = coordinations.case_at(state)
            self.add("coordination", case.pk, case.worker, case.one, case.colleague)

    def _opinions(self) -> None:
        """A map with a statement that is shown and one that was taken down; a topic of which there is none yet."""
        opined = opinions.make_opined(self.here)
        people = (opined.worker, opined.people[0])
        self.add("opinion-maps", opined.map.pk, *people)
        for statement in opined.statements[:2]:
            self.add("opinion-maps/statements", statement.pk, *people)
        opined.take_down(1)
        self.add("opinion-maps/about", meetings.make_topic(self.here).pk, *people)

    def _reviews(self) -> None:
        """A review to announce, one to report to, and one to begin."""
        for state in (ReviewState.PLANNED, ReviewState.ANNOUNCED, ReviewState.CHECKED):
            held = judged.review_at(state)
            self.add("reviews", held.pk, held.worker, held.oversight, held.property, held.delegates[0])

    def _gatherings(self) -> None:
        """Gatherings and summonses in states in which much can be done with them."""
        for at in (GatheringState.PLANNED, GatheringState.IN_SESSION):
            met = gatherings.gathering_at(at)
            self.add("gatherings", met.pk, met.worker, met.director, met.delegates[0])
        for state in (SummonsState.SENT, SummonsState.UNDERTAKEN, SummonsState.UNSOLVED):
            call = summonses.summons_at(state)
            self.add("summons", call.pk, call.worker, call.officer, call.resident)

    def _votes(self) -> None:
        vote = votes.call(self.place)
        self.add("votes", vote.pk)
        self.add("votes/lines", RollEntry.objects.filter(vote=vote).latest("pk").pk)
        self.number = RollEntry.objects.filter(vote=vote).latest("pk").number

    def _threads(self) -> None:
        thread = threads.make_thread(neighbourhood=self.here)
        question = threads.make_question(thread)
        self.add("threads", thread.pk)
        manager = threads.make_manager(thread)
        self.add("posts", question.pk, *self.people, manager)
        kept = thread_services.keep_text(manager, self.here.slug, title="报修", text="已登记。")
        self.add("answer-texts", kept.pk, *self.people, manager)
        worker = threads.make_worker(thread)
        self.add("threads/reading", thread.pk, *self.people, worker)
        word = thread_services.add_word(worker, self.here.slug, word="薇信")
        self.add("watched-words", word.pk, *self.people, worker)
        said = threads.say(threads.make_neighbour(thread), thread, "骂人的话")
        thread_services.hide(worker, said.pk, "insult")
        begun = thread_services.mute(worker, said.pk, days=1)
        self.add("mutes", begun.pk, *self.people, worker)

    def _volunteers(self) -> None:
        crew = volunteers.make_crew(self.here)
        people = (crew.leader, crew.director, self.people[2])
        activity = volunteers.make_activity(crew)
        self.add("activities", activity.pk, *people)
        self.add("teams", crew.team.pk, *people)
        self.add("memberships", Membership.objects.latest("pk").pk, *people)
        shift = volunteers.make_shift(activity)
        self.add("shifts", shift.pk, *people)
        record = volunteers.make_record(crew, factories.person_of(crew.member()))
        self.add("hours", record.pk, *people)

    def _reports(self) -> None:
        worker, director = (
            factories.make_user(post=post, neighbourhood=self.here) for post in (Post.WORKER, Post.DIRECTOR)
        )
        first = clock.months_after(clock.today().replace(day=1), -1)
        report = monthly.begin(worker, self.here.slug, first)
        self.add("monthly-reports", report.pk, worker, director)

    def _boards(self) -> None:
        house = boards.make_house(self.here)
        people = (house.head, house.first, house.second, house.worker)
        days = boards.make_rota(house)
        swap = ask_swap(house.first, days[0].pk, days[1])
        self.add("boards", house.pk, *people)
        self.add("buildings", house.building.pk, *people)
        self.add("must-reads", boards.make_must_read(house).pk, *people)
        self.add("rota-days", days[0].pk, *people)
        self.add("swaps", swap.pk, *people)
        self.add("photos", boards.photo_row(house).pk, *people)
        self.house = house

    def _cash_book(self) -> None:
        books = cash_books.make_cash_book(within=below(self.here, Kind.ESTATE)[0])
        big = cash_book_services.spend(books.head, books.book.pk, clock.today(), "水泵", 30000, "repairs")
        people = (books.head, books.deputy, self.people[2])
        self.add("cashbooks", books.book.pk, *people, self.staff[0])
        self.add("cashbooks/lines", books.book.book.entries.latest("pk").pk, *people, self.staff[0])
        self.add("cashbooks/spendings", big.pk, *people, self.staff[0])

    def _desk(self) -> None:
        asking = factories.make_user()
        home = Dwelling.objects.filter(building__path__startswith=self.here.path).latest("pk")
        tie = Residency.objects.create(
            person=factories.person_of(asking), dwelling=home, status=RelationStatus.REQUESTED
        )
        self.tie, self.home, self.asking = tie, home, asking
        self.known = factories.person_of(self.people[2])
        self.change = PersonChange.objects.create(
            person=self.known, neighbourhood=self.here, what=What.NAME, before="甲", after="乙"
        )
        self.device = Device.objects.create(user=asking, code_hash="known")
        self.roster = make_import(self.here)
        self.wish = Wish.objects.create(
            person=self.known, neighbourhood=self.here, kind="person", text="改名"
        )
        self.page = add_page(
            self.staff[0],
            self.here,
            "notice",
            {"title": "停水", "body": "周三。", "picture": None, "day": clock.today(), "shown_until": None},
        )

    def _conventions(self) -> None:
        world = conventions.commenting()
        with clock.at(conventions.BEGIN):
            made = world.suggest(world.tang)
        held = conventions.in_force()
        people = (world.worker, world.officer, world.tang)
        self.convention, self.people_of_convention = world.page, people
        for one in (world, held):
            self.add("conventions/rounds", one.round.pk, *people, held.worker)
            self.add("conventions/pages", one.page.pk, *people, held.worker)
        self.add("conventions/suggestions", made.pk, *people)
        edition = conventions.edition_of(held)
        self.add("conventions/editions", edition.pk, *people, held.worker)
        self.add("conventions/texts", edition.proposal_id, held.tang, held.worker, held.officer)

    def _rooms(self) -> None:
        """What pages hold besides pages: contact cards, disclosure, the resource map."""
        building = below(self.here, Kind.BUILDING)[0]
        card = ContactCard.objects.create(area=self.here)
        self.of_pages: dict[str, int] = {"card_act": card.pk}
        self.of_pages |= dict.fromkeys(("card", "card_edit", "card_file"), building.pk)
        disclosed = make_publication(self.here, self.staff[1])
        self.of_pages |= dict.fromkeys(("disclosure_item", "disclosure_act"), disclosed.item_id)
        self.of_pages |= dict.fromkeys(("publication", "publication_act"), disclosed.pk)
        neighbour = self.people[2]
        asked = make_skill_request(make_skill(self.here, self.asking), neighbour)
        self.of_pages |= dict.fromkeys(("resource", "resource_act"), asked.resource_id)
        self.of_pages |= dict.fromkeys(("skill_request", "skill_request_act"), asked.pk)

    def _surveys(self) -> None:
        """One that is being written, one that is open and one that is looked through; an odd answer; a wave."""
        for state in (SurveyState.DRAFT, SurveyState.OPEN, SurveyState.CLOSED):
            world = surveys.make_survey(self.here, state=state)
            people = (world.director, world.worker, world.resident)
            self.add("surveys", world.pk, *people)
            for prefix, parts in (("sections", world.survey.sections), ("questions", world.survey.questions)):
                self.add(f"surveys/{prefix}", parts.values_list("pk", flat=True).first(), *people)
            if state is SurveyState.OPEN:
                entry = PaperEntry.objects.create(
                    survey=world.survey, number=1, first={"age": "60-"}, first_by=world.worker
                )
                self.add("papers-entries", entry.pk, *people)
        odd = surveys.hand_in(world.survey, {"age": "60-"})
        odd.flags = ["quick"]
        odd.save(update_fields=["flags"])
        self.of_surveys: dict[str, Any] = dict.fromkeys(("odd_answer", "odd_act"), odd.pk)
        self.of_surveys["course_place_act"] = self.here.slug
        wave = Wave.objects.create(
            area=self.here.get_parent(),
            title="街道统一问卷",
            pattern=world.survey,
            called_by=factories.person_of(world.director),
        )
        self.add(
            "surveys/waves", wave.pk, *people, factories.make_user(Role.OFFICER, neighbourhood=wave.area)
        )
        for of in ({"survey": world.survey}, {"wave": wave}):
            Snapshot.objects.create(payload=payload(), sha256="0" * 64, **of)
        self.add("waves", wave.pk, *people)
        file = ExportFile.objects.create(survey=world.survey, asked_by=world.worker, purpose="核对")
        self.add("survey-exports", file.pk, *people)
        self._lists()

    def _funds(self) -> None:
        """A fund with a source and a line, a round that is being written and one that is open."""
        funding = funds.make_fund(self.here)
        people = (funding.director, funding.worker, funding.resident)
        self.add("funds", funding.fund.pk, *people)
        self.add("funds/sources", funds.make_source(funding).pk, *people)
        self.add("funds/lines", funding.fund.book.entries.latest("pk").pk, *people)
        for state in (CallState.DRAFT, CallState.OPEN):
            self.add("funds/calls", funds.make_call(funding, state=state).pk, *people)
        self._applying()
        self._running()
        self._books()

    def _books(self) -> None:
        """A project under way that was told of, and one whose accounts are on notice."""
        for state in (GrantState.RUNNING, GrantState.POSTED):
            project = books.make_project(state)
            people = (project.worker, project.lead, project.funding.resident)
            note = ProgressNote.objects.create(grant=project.grant, text="木板到了", by=project.lead)
            self.add("funds", project.fund.pk, *people)
            self.add("funds/grants", project.grant.pk, *people)
            self.add("funds/notes", note.pk, *people)
            self.add("funds/projects", project.application.pk, *people)

    def _applying(self) -> None:
        """An application that is being written, one that is handed in, somebody who is asked to apply together."""
        world = applying.make_round()
        people = (world.lead, world.neighbours[2], world.worker)
        draft, handed = applying.make_draft(world), applying.make_handed_in(world)
        line = applying.add(world, draft, quote=applying.photo())
        asked = applying.ask(world, draft, world.neighbours[2])
        for one in (draft, handed):
            for prefix in ("funds/applications", "funds/projects"):
                self.add(prefix, one.pk, *people)
        self.add("funds/calls", world.pk, *people)
        self.add("funds/budget-lines", line.pk, *people)
        self.add("funds/activities", handed.activities.get().pk, *people)
        self.add("funds/joining", asked.pk, *people)
        self._review()

    def _review(self) -> None:
        """A round that is scored, and one on public notice with an objection."""
        scored, noticed = reviews.make_scoring(), reviews.make_on_notice()
        objection = review_services.object_to(noticed.resident, noticed.applications[0].pk, "位置不对")
        for world in (scored, noticed):
            people = (world.worker, world.reviewers[0], world.resident)
            self.add("funds/calls", world.pk, *people)
            self.add("funds/applications", world.applications[0].pk, *people)
            self.add("funds/projects", world.applications[0].pk, *people)
            self.add("funds/reviewers", world.reviewer(0).pk, *people)
            self.add("funds/objections", objection.pk, *people)

    def _running(self) -> None:
        """A project paid its first instalment, with an invoice, a change asked for, and money that came back."""
        project = running.make_running()
        people = (project.lead, project.worker, project.director)
        invoice = running.invoice(project)
        lines = project.line("活动海报"), project.line()
        change = grants.ask_change(project.lead, project.pk, lines[0], 30_000, "贵了", lines[1])
        refund = grants.give_back_money(project.worker, project.pk, clock.today(), 100)
        self.add("funds/grants", project.pk, *people)
        self.add("funds/instalments", project.part(1).pk, *people)
        self.add("funds/instalments", project.part(2).pk, *people)
        self.add("funds/invoices", invoice.pk, *people)
        self.add("funds/changes", change.pk, *people)
        self.add("funds/refunds", refund.pk, *people)
        self.receipts = (project.pk, people)

    def _lists(self) -> None:
        """A demand that is owed an answer, one that has been answered by a summons, a service."""
        asked = lists.make_listed(self.here)
        manager = factories.make_user(post=Post.PROPERTY, neighbourhood=self.here)
        people = (asked.worker, asked.director, asked.resident, manager)
        called = lists.demand_of(asked, "charging")
        day = clock.today() + timedelta(days=30)
        answering.answer(
            asked.worker, called.pk, Reply.SUMMONS, "谈插座", promised_on=day, summoned=Post.PROPERTY
        )
        for demand in (lists.demand_of(asked, "canteen"), called):
            self.add("demands", demand.pk, *people)
        offered = offering.add(asked.worker, self.here.slug, title="送餐", provider="社区食堂")
        self.add("services", offered.pk, *people)

    def _reception(self) -> None:
        """A reception day, a time booked on it, a note."""
        desk = make_desk()
        booking, people = make_booking(desk), (desk.director, desk.worker, desk.resident)
        self.add("reception", desk.day.pk, *people)
        self.add("reception/times", booking.pk, *people)
        self.add("visit-notes", make_note(desk).pk, *people)

    def _operator(self) -> None:
        subdistrict = self.here.get_parent()
        operator = factories.make_user(post=Post.OPERATOR, neighbourhood=subdistrict)
        building = below(self.here, Kind.BUILDING)[0]
        for area in (subdistrict, self.here, building):
            self.add("operator/areas", area.pk, operator, self.staff[0])
        today = clock.today()
        for until in (None, today):
            own = RuleSet.objects.create(
                area=self.here,
                key="topic.discussion_days" if until else "topic.evaluation_days",
                value=10,
                valid_from=today,
                valid_to=until,
                source="决议",
                status="practice",
                set_by=operator,
            )
            self.add("operator/rules", own.pk, operator, self.staff[0])


def patterns(
    resolver: URLResolver, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Name, address with its holes, and pattern of every address of our own."""
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            inner = found.namespace or space
            if not space and found.namespace not in {None, *OWN} and found.namespace is not None:
                continue
            yield from patterns(found, prefix + str(found.pattern), inner or "")
        elif space in OWN:
            yield f"{space}:{found.name}", prefix + str(found.pattern), found


def addresses(world: World) -> Iterator[Walked]:
    """Every address with a thing of the world in each of its holes. LookupError where the world has none."""
    found = cache(_found)
    for name, text, pattern in patterns(get_resolver()):
        if name in APART:
            continue
        holes = re.findall(r"<(?:(\w+):)?(\w+)>", text)
        known = {hole for _kind, hole in holes}
        fillings = list(_fillings(world, name, text, known))
        if "action" not in known:
            beneath = "pk" in known and not text.endswith(">/")
            for fill, people in fillings:
                yield Walked(name, reverse(name, kwargs=fill), people, once=str(fill) if beneath else "")
            continue
        for action in _actions(pattern):
            for (fill, people), state, few in _in_season(pattern, action, fillings, found):
                url = reverse(name, kwargs=fill | {"action": action})
                yield Walked(name, url, people, action, state, few)


Filling = tuple[dict[str, Any], tuple[User, ...]]


Found = tuple[Any, frozenset[Role]]


def _found(door: Door[Any], user: User, key: Any) -> Found:
    """A thing as somebody finds it, with their roles towards it; None and no roles where it is hidden."""
    thing = found_by(door, user, key)
    return thing, door.roles(user, thing) if thing is not None else frozenset()


def _in_season(
    pattern: URLPattern, action: str, fillings: list[Filling], found: Callable[..., Found]
) -> Iterator[tuple[Filling, str, tuple[User, ...] | None]]:
    """The things in whose state the action can be done, each with its state and the few; of the others one.

    The few: who may, of whom one is enough where nothing can be done; and with the first thing one who may not.
    """
    door = getattr(pattern.callback, "door", None)
    asked = action.replace("-", "_")
    if door is None or asked not in door.needs:
        yield from ((filling, str(filling[0]), None) for filling in fillings)
        return
    keys = [fill.get(door._lookup) or fill["pk"] for fill, _people in fillings]
    things = [
        next(filter(None, (found(door, user, key)[0] for user in people)), None)
        for key, (_fill, people) in zip(keys, fillings, strict=True)
    ]
    fit = [place for place, thing in enumerate(things) if thing and door.fits(asked, thing)]
    unfit = [place for place in range(len(things)) if place not in fit]
    for turn, place in enumerate(fit + unfit[:1]):
        people, needed = fillings[place][1], door.needs[asked].roles
        may = [user for user in people if not needed.isdisjoint(found(door, user, keys[place])[1])]
        may_not = [user for user in people if user not in may]
        few = may_not[: turn == 0] + may[: len(may) if place in fit else 1]
        yield fillings[place], str(getattr(things[place], "state", keys[place])), (*few,)


def _fillings(
    world: World, name: str, text: str, known: set[str]
) -> Iterator[tuple[dict[str, Any], tuple[User, ...]]]:
    fixed: dict[str, Any] = {
        "slug": world.here.slug,
        "kind": {
            "pages:new": "notice",
            "pages:resource_new": "place",
            "meetings:opinion_begin": "topic",
            "pages:sheet": "topic",
        }.get(name, "residency"),
        "number": world.number,
        "sequence": Entry.objects.filter(chain=world.here.slug).latest("sequence").sequence,
        "revision": world.page.latest_revision_id,
        "step": 1,
        "size": "a4",
        "code": "000000",
        "article": "a2",
        "key": "age",
        "part": "need",
        "subject": "vote:1",
        "building": below(world.here, Kind.BUILDING)[0].pk,
        "form": "csv",
        "name": "topics",
        "section": "topics",
        "token": f"1-{'0' * 40}",
    }
    fill = {hole: fixed[hole] for hole in known if hole in fixed}
    if "pk" not in known:
        yield fill, world.people
        return
    for pk, people in _things(world, name, text):
        yield fill | {"pk": pk}, people


def _things(world: World, name: str, text: str) -> list[tuple[int, tuple[User, ...]]]:
    if name.startswith("pages:home_"):
        return [(world.home_page.pk, world.people)]
    if name == "boards:board":
        return [(world.house.pk, (world.house.head, world.house.first))]
    if name == "funds:receipts":
        return [world.receipts]
    if name in {"funds:calls_place_act", "duties:desk_act"}:
        return [(world.here.slug, world.people)]
    if name.removeprefix("surveys:") in world.of_surveys:
        return [(world.of_surveys[name.removeprefix("surveys:")], world.people)]
    if name == "pages:sheet":
        return world.things["topics"]
    if name.startswith("pages:"):
        return [
            (world.of_pages.get(name.removeprefix("pages:"), world.page.pk), (*world.people, world.asking))
        ]
    if text.startswith("n/<slug:slug>/conventions/"):
        return [(world.convention.pk, world.people_of_convention)]
    if name.startswith("register:"):
        things = {
            "dwelling": world.home,
            "hand_out": world.home,
            "person": world.known,
            "person_act": world.known,
            "change_act": world.change,
            **dict.fromkeys(("sign_in", "give_code", "reset_factor"), world.staff[1].person),
            "forget_device": world.device,
            "dwelling_act": world.home,
            "wish_act": world.wish,
            "import": world.roster,
            "import_act": world.roster,
            "ownership": Ownership.objects.in_area(world.here).latest("pk"),
            "appointment": Appointment.objects.filter(post=Post.WORKER, area=world.here).latest("pk"),
        }
        pk = things.get(name.removeprefix("register:"), world.tie).pk
        return [(pk, (*world.people, world.asking))]
    prefixes = [prefix for prefix in world.things if text.startswith(f"{prefix}/<")]
    return world.things[max(prefixes, key=len)] if prefixes else []


def _actions(pattern: URLPattern) -> list[str]:
    return [name.replace("_", "-") for name in getattr(pattern.callback, "actions", {})] or ["nothing"]


class Walk:
    """The browsers of all people, and what was answered otherwise than it should be, with how often.

    Whom an act refuses (403) does not try it with the next thing: roles are judged before states. The pages of things
    and places are asked for each by each. Of an act in a state, and of a page beneath a thing's own, one who is let in
    has seen what there is: who else may is in the tables of permissions (tests/*/test_permissions.py). What refuses
    who asks is sent a form once for each kind of refusal. `everyone`: none of this is left out.
    """

    def __init__(self, *, everyone: bool = False) -> None:
        self.wrong: Counter[str] = Counter()
        self.browsers: dict[int, Client] = {}
        self.kept_out: set[tuple[str, int]] = set()
        self.everyone = everyone
        self.known: set[tuple[str, str]] = set()

    def go(self, walked: Walked, user: User) -> None:
        """Somebody asks for an address and sends its form empty."""
        what = f"{walked.name} {walked.action}"
        if (what, user.pk) in self.kept_out or (what, walked.once) in self.known:
            return
        client = self.browser(user)
        asked = self._answer(walked, ASKED, lambda: client.get(walked.url))
        if asked == 403 and walked.action:
            self.kept_out.add((what, user.pk))
        # Through its door people come alike to all acts of a view; in which state each can be done is its own.
        refusal = (what if asked == 409 else walked.name, str(asked))
        if asked not in REFUSED or refusal not in self.known:
            self._answer(walked, SENT, lambda: client.post(walked.url, {}))
        if asked in REFUSED and not self.everyone:
            self.known.add(refusal)
        elif asked == 200 and walked.once and not self.everyone:
            self.known.add((what, walked.once))

    def browser(self, user: User) -> Client:
        if user.pk not in self.browsers:
            self.browsers[user.pk] = Client()
            self.browsers[user.pk].force_login(user)
        return self.browsers[user.pk]

    def _answer(self, walked: Walked, fine: set[int], answer: Callable[[], Any]) -> int:
        with transaction.atomic():
            status: int = answer().status_code
            transaction.set_rollback(True)
        if status not in fine and walked.name not in FOR_SCRIPTS:
            self.wrong[f"{walked.name} {'asked' if fine is ASKED else 'sent'} {status}"] += 1
        return status


@pytest.mark.parametrize("everyone", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_address_answers_who_asks_and_no_form_that_is_sent_is_answered_as_if_asked_for(
    everyone: bool,
) -> None:
    walk, names = Walk(everyone=everyone), set()
    for walked in addresses(World()):
        names.add(walked.name)
        for user in walked.people if everyone or walked.few is None else walked.few:
            walk.go(walked, user)

    every = {name for name, _text, _pattern in patterns(get_resolver())}
    assert walk.wrong == {}
    assert every - names - APART == NOT_WALKED


def _offered(world: World) -> Iterator[Offered]:
    """What the people of the world are offered: each act once for each state of a thing."""
    seen = set()
    for name, text, pattern in patterns(get_resolver()):
        view: Any = pattern.callback
        known = {hole for _kind, hole in re.findall(r"<(?:(\w+):)?(\w+)>", text)}
        if not hasattr(view, "actions") or "action" not in known or name in APART:
            continue
        for fill, people in _fillings(world, name, text, known - {"action"}):
            for one in offered(view.door, view.actions, name, fill.get("pk", fill.get("slug")), people):
                cell = (name, one.act, str(getattr(one.thing, "state", "")))
                if cell not in seen:
                    seen.add(cell)
                    yield one


def test_what_is_offered_is_not_refused_for_a_reason_that_was_known_before() -> None:
    """Each act that a page offers is done with the least its form takes: it is refused for what was typed alone."""
    acts = list(_offered(World()))

    refused = {(one.name, one.act): said for one in acts if (said := one.refusal())}

    assert {
        act: said
        for act, said in refused.items()
        if act not in ABOUT_WHAT_WAS_TYPED and act[0] != OF_THE_HALL
    } == {}
    assert len(acts) > 300


def test_the_card_the_workbench_and_the_address_of_a_duty_lead_to_the_same_form() -> None:
    """Of each kind, for one of those who owe it; where it cannot be done yet the page says why instead."""
    World()
    walk, wrong, kinds = Walk(), [], set()
    for user in User.objects.filter(is_active=True, person__isnull=False):
        for duty in waiting_for(user).exclude(kind__in=kinds):
            if duty.kind not in kinds and any(isinstance(one, Act) for one in STEPS[duty.kind]):
                kinds.add(duty.kind)
                wrong += [
                    f"{duty.kind} {duty.url} {user}: {one}" for one in _astray(walk.browser(user), user, duty)
                ]

    assert wrong == []
    assert len(kinds) > 20


def _astray(client: Client, user: User, duty: Duty) -> Iterator[str]:
    """Which of the ways to the form of a duty lead elsewhere."""
    way = step_of(duty, user)
    desk = client.get(f"/n/{duty.neighbourhood.slug}/work/?whose=team&kind={duty.kind}")
    page = client.get(duty.url, follow=True).content.decode()
    if client.get(duty.step_url)["Location"] != (way.url if way else duty.url):
        yield "its address"
    if desk.status_code == 200 and duty.step_url not in desk.content.decode():
        yield "the workbench"
    # Where the form itself stands on the page, as beneath a question in a discussion, its address does.
    if way and way.name and f'"{way.url}"' not in page:
        yield "the page"
    listed = [one.why_not for step in STEPS[duty.kind] for one in step.found(duty, user)]
    if way is None and listed and str(escape(listed[0])) not in page:
        yield f"the page does not say: {listed[0]}"


# What the service can judge only once it has read the form, or what a page of its own shows before.
ABOUT_WHAT_WAS_TYPED = {
    # Nothing was changed in what stood in the form.
    ("administration:area_act", "rename"),
    ("conventions:edition_act", "correct_filing"),
    ("deliberation:act", "reclassify"),
    ("register:person_act", "correct_name"),
    ("surveys:day_act", "move"),
    ("surveys:demand_act", "correct"),
    ("surveys:service_act", "edit"),
    # A name, a code or a key that fits nothing, a day or an amount out of range, the first choice of several.
    ("boards:act", "divide"),
    ("funds:applying_act", "ask_neighbour"),
    ("funds:calls_act", "edit"),
    ("funds:calls_act", "sort_costs"),
    ("funds:calls_line_act", "correct"),
    ("meetings:act", "note_proxy"),
    ("meetings:coordination_act", "answer_on_paper"),
    ("meetings:gathering_act", "note_proxy"),
    ("meetings:summons_act", "call_in"),
    ("meetings:summons_act", "note_answer"),
    ("register:person_act", "unite"),
    ("surveys:paper_act", "drop_mark"),
    ("surveys:paper_act", "enter"),
    ("surveys:paper_act", "move_mark"),
    ("surveys:paper_act", "take_call"),
    ("threads:act", "more_time"),
    ("volunteers:record_act", "correct"),
    ("voting:keys_act", "open_box"),
    ("voting:paper_act", "enter"),
    # One of two fields is asked for.
    ("pages:disclosure_act", "publish"),
    ("pages:publication_act", "correct"),
    # In the editor of a survey the first of a list has nothing above it.
    ("surveys:build_question", "up"),
    ("surveys:build_section", "section_up"),
    # Its own page says first what is missing.
    ("funds:applying_act", "hand_in"),
}
# The screen of a hall that is on shows what can be done as the minutes go.
OF_THE_HALL = "meetings:live_act"
# Things that need a longer story; their own tests go there.
NOT_WALKED = {
    "notifications:follow",
    "notifications:open",
    "volunteers:certificate",
    "volunteers:certificate_act",
    "volunteers:certificate_pdf",
    "volunteers:hours_notice",
    "volunteers:signup_act",
    "voting:candidate_act",
    "voting:envelope_act",
    "voting:mandate_act",
    "voting:objection_act",
    "voting:paper_reading",
}
