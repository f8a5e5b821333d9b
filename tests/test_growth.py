"""What grows has a bound: every page asks as much of the database, and weighs as much, at ten rows and at a thousand.

A new kind of page needs a place in the walk or a reason in LEFT_OUT; a new list needs its rows in tests/crowd.py.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from portal.community.models import Residency
from portal.community.sections import SECTIONS
from portal.deliberation.states import State
from portal.kit import clock
from portal.meetings.models import Meeting
from tests.crowd import Crowd
from tests.test_answers import patterns
from tests.voting.factories import DURING

pytestmark = [
    pytest.mark.django_db,
    # The questions are the same there; but on PostgreSQL Wagtail ranks all pages anew with each that is saved.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="a thousand pages take minutes on PostgreSQL"),
]

# A page shows twenty rows where there are so many, so it may weigh a little more than with ten. Weighed as browsers
# get it: compressed.
FEW, MANY, HEAVIER = 10, 1000, 1.3
# A discussion shows its newest fifty posts, with what can be done with each.
OF_FIFTY = {"deliberation:topic": 1.6, "threads:thread": 1.7}

# With the slug of the neighbourhood; of nobody in particular.
HERE = """administration:in_force register:contact reports:reports reports:lists reports:begin
conventions:conventions deliberation:topics deliberation:propose duties:workbench duties:promises meetings:meetings
duties:figures meetings:coordinations meetings:coordination_new meetings:coordination_counter meetings:plan_gathering
meetings:review_plan meetings:write_summons meetings:summons_figures
pages:neighbourhood pages:take_part pages:notices pages:contacts
pages:disclosure pages:resources pages:edit_index record:record register:people register:dwellings
register:persons register:register register:letters register:roster register:imports register:posts
volunteers:activities volunteers:teams volunteers:team_new volunteers:certificate_desk volunteers:certificate_for
volunteers:overview volunteers:sums voting:votes voting:call
threads:questions threads:texts threads:moderation threads:words notifications:posts"""
OWN = """register:wish
community:choose notifications:notices notifications:preferences notifications:following register:join register:ask
register:me
register:settings register:close register:devices volunteers:certificates volunteers:certificate_ask
volunteers:my_activities volunteers:my_hours volunteers:me_volunteer"""
OF_A_VOTE = "vote turnout roll roll_notice service paper keys"
OF_A_HALL = "live live_hall live_desk live_queue live_questions"
OF_A_TEAM = "team members member_add team_hours"
OF_A_SHIFT = "shift attendance list_print place_code say_code"
OF_A_PAGE = "page edit preview history"
STATES = (State.SCREENING, State.SECONDING, State.DISCUSSING, State.VOTING, State.EXECUTING, State.EVALUATING)
# Where buildings, neighbourhoods or teams are a list. In fields they are choices, all of which somebody needs.
PLACES = {"community:choose", "pages:contacts", "volunteers:teams", "volunteers:overview"}
PLACES |= {"voting:vote", "voting:turnout", "voting:roll_notice"}

# Here the committee is shown more.
BOTH = (
    "voting:roll_notice",
    "duties:workbench",
    "volunteers:activity",
    "pages:notices",
    "deliberation:topic",
    "meetings:coordination",
    "meetings:gathering",
    "meetings:review",
    "meetings:summons",
    "meetings:live",
    "meetings:live_queue",
)

LEFT_OUT = {
    "whole files, which grow with what they are of": "record:export voting:result voting:recount register:export "
    "meetings:minutes_file meetings:meeting_file meetings:calendar_feed meetings:own_calendar_file "
    "meetings:lot_pool meetings:lot_tickets meetings:lot_redraw volunteers:calendar_file volunteers:shift_file "
    "pages:cards_pdf volunteers:hours_export volunteers:certificate_pdf volunteers:evidence community:upload "
    "meetings:coordination_evidence "
    "boards:cashbook_csv boards:cashbook_beancount boards:receipt boards:spending_receipt",
    "texts of at most writing.MOST_BLOCKS articles; their suggestions are counted in "
    "tests/conventions/test_convention_pages.py": "conventions:round conventions:article conventions:edit "
    "conventions:preview conventions:both conventions:compare conventions:history conventions:page "
    "conventions:edition conventions:edition_json conventions:versions conventions:hall conventions:poster",
    "printed whole": "boards:cashbook_sheet voting:paper_sheets meetings:paper_notice meetings:paper_agenda "
    "meetings:paper_sign_in meetings:minutes meetings:coordination_oral meetings:coordination_paper "
    "volunteers:activity_print volunteers:offline",
    "a field of all members of the team": "volunteers:hours_desk",
    "a field of at most about.MOST choices": "volunteers:activity_new",
    "a feed of at most feed.MOST notices": "pages:feed",
    "a field of at most screens.MOST_COMPARED versions": "pages:compare",
    "a month whole, at most dates.MOST of a kind (tests/meetings/test_calendar.py)": "meetings:calendar "
    "meetings:own_calendar",
    "one thing that lists nothing": "pages:card pages:card_edit pages:card_file pages:card_pdf pages:my_number "
    "pages:disclosure_new pages:resource_new pages:site_plan pages:skill_offer pages:skill_request "
    "search:anywhere boards:line boards:spending threads:mute duties:date "
    "record:entry pages:accessibility pages:privacy pages:offline pages:manifest pages:sheet "
    "voting:find_receipt voting:receipt voting:check voting:open_box pages:new pages:both register:sign_in "
    "volunteers:certificate volunteers:certificate_compare volunteers:check_in volunteers:hours_import",
    "pages of fifty rows (tests/register/test_dwellings.py, test_persons.py)": "register:import register:looks",
    "lists of places, with rows of their own (tests/administration/test_pages.py)": "administration:areas "
    "administration:area administration:posts administration:rules",
    "the list of threads:words without a place": "threads:words_for_all",
    "the first look of a day is noted (tests/register/test_person_pages.py)": "register:person",
    "rows of their own (tests/boards/test_board_pages.py)": "boards:boards boards:board boards:short "
    "boards:of_building boards:look_after "
    "boards:doors boards:doors_round boards:doors_sheet "
    "boards:rota boards:photos boards:must_read boards:swap boards:photo boards:photo_file",
    "rows of their own (tests/surveys: test_course_pages, test_lists_pages, test_reception_pages, test_paper_pages, "
    "test_building_pages, test_answering_pages, test_results, test_showing)": "surveys:surveys surveys:survey "
    "surveys:units surveys:units_sheet surveys:odd surveys:odd_answer surveys:waves surveys:wave surveys:wave_results "
    "surveys:demands surveys:demand surveys:services surveys:service surveys:profile surveys:profile_history "
    "surveys:reception_days surveys:reception_day surveys:booking surveys:notes surveys:note surveys:papers "
    "surveys:paper surveys:paper_collection surveys:build surveys:build_look surveys:question surveys:check "
    "surveys:results surveys:tables surveys:table_looks surveys:open_answers",
    "rows of their own (tests/funds: test_applying_pages, test_calls_pages, test_review_pages, test_ballot_pages, "
    "test_explaining_pages, test_running_pages, test_books_pages)": "funds:mine funds:project funds:project_sheet "
    "funds:write funds:funds funds:fund funds:call funds:reviewing funds:result funds:receipts funds:books "
    "funds:book_lines",
    "files, forms and single rows of the micro-fund": "funds:apply funds:blank funds:quote funds:project_picture "
    "funds:project_paper funds:line funds:line_paper funds:call_rules funds:scoring funds:why funds:own_share "
    "funds:recompute funds:result_file funds:ballots_file funds:agreement funds:invoice_file funds:invoice_xml "
    "funds:books_csv funds:books_beancount funds:grants_csv funds:grants_json",
    "files and forms of surveys": "surveys:answer surveys:code surveys:thanks surveys:offline surveys:worker "
    "surveys:booking_file surveys:reception_file surveys:reception_plan surveys:notes_take_up surveys:note_new "
    "surveys:fact_new surveys:service_new surveys:export_content surveys:export_file surveys:results_file "
    "surveys:paper_form surveys:paper_letters surveys:paper_all_letters surveys:xlsform",
    "questions of their own (tests/reports: test_reports, test_lists)": "reports:report reports:report_pdf "
    "reports:take reports:list_file",
    "rows of their own (tests/meetings/test_opinion_pages.py)": "meetings:opinion_map meetings:statements",
    "behind a department's link; its first look is noted (tests/meetings/test_summons.py)": "meetings:department",
    "what changed since the reader last asked, at most every part of the screens once": "meetings:live_news",
    "the first sitting of an editor is noted": "pages:home_edit pages:home_preview",
    "two texts beside each other (tests/pages)": "pages:correction",
    "they take a form, or lead elsewhere": "duties:step meetings:own_calendar_renew meetings:own_calendar_end "
    "meetings:subscribe volunteers:calendar notifications:open notifications:read_all register:mode register:hand_out "
    "register:code register:letters_made register:letters_pdf register:letters_print "
    "register:forget_device register:prove register:prove_counter register:give_code register:reset_factor "
    "register:roster_preview register:roster_export register:roster_sample register:roster_file "
    "threads:say threads:reply threads:news threads:read threads:writing notifications:follow notifications:push_in "
    "notifications:push_out notifications:wechat_code notifications:wechat_out notifications:wechat_link "
    "notifications:out notifications:worker pages:restore pages:home_restore pages:home_both "
    "conventions:restore conventions:found conventions:suggest "
    "conventions:enter_paper conventions:suggestion conventions:import conventions:imported "
    "voting:cast_sealed deliberation:call_hearing meetings:opinion_begin "
    "meetings:live_question meetings:department_link",
}


@dataclass(frozen=True)
class Seen:
    """What a page cost one reader: questions to the database, bytes compressed."""

    status: int
    queries: int
    size: int

    def grew_from(self, less: Seen, heavier: float = HEAVIER) -> bool:
        """Whether it costs more than it may."""
        more = self.status != less.status or self.queries > less.queries
        return more or self.size > heavier * less.size


def walk(crowd: Crowd) -> Iterator[tuple[str, str]]:
    """Name and address of every page that is read."""
    slug = crowd.here.slug
    yield from ((name, reverse(name, args=[slug])) for name in HERE.split())
    yield from ((name, reverse(name)) for name in OWN.split())
    yield from ((name, reverse(name, args=[pk])) for name, pk in _things(crowd))
    for name in OF_A_PAGE.split():
        yield f"pages:{name}", reverse(f"pages:{name}", args=[slug, crowd.page.pk])
    yield from (
        ("register:own", reverse("register:own", args=[name])) for name in SECTIONS if not SECTIONS[name].page
    )
    yield "pages:home_history", reverse("pages:home_history", args=[slug, crowd.own_page.pk])
    yield "deliberation:draft", reverse("deliberation:draft", args=[crowd.topics[State.DRAFT].pk, 1])
    yield "duties:workbench", reverse("duties:workbench", args=[slug]) + "?whose=all"
    yield "deliberation:topics", reverse("deliberation:topics", args=[slug]) + "?group=mine"
    yield "search:search", reverse("search:search", args=[slug]) + "?q=第"
    yield "deliberation:alike", reverse("deliberation:alike", args=[slug]) + "?title=第1件"
    yield "voting:roll_line", reverse("voting:roll_line", args=[crowd.vote.pk, crowd.line.number])
    yield "register:dwelling", reverse("register:dwelling", args=[slug, crowd.home.pk])
    asked = Residency.objects.filter(person=crowd.person).earliest("pk")
    yield "register:request", reverse("register:request", args=[slug, "residency", asked.pk])


def _things(crowd: Crowd) -> Iterator[tuple[str, int]]:
    for state in STATES:
        yield "deliberation:topic", crowd.topics[state].pk
    yield "deliberation:check", crowd.topics[State.DRAFT].pk
    yield "boards:cashbook", crowd.cash_book.pk
    yield "duties:public_notice", crowd.notice.pk
    yield "meetings:hearing", crowd.hearing.pk
    yield "meetings:decision", crowd.decision.pk
    yield "meetings:lot", crowd.draw.pk
    yield "meetings:coordination", crowd.coordination.pk
    yield "meetings:review", crowd.review.pk
    yield "meetings:gathering", crowd.gathering.pk
    yield "meetings:summons", crowd.summons.pk
    yield from ((f"meetings:{name}", crowd.running.pk) for name in OF_A_HALL.split())
    yield "threads:thread", crowd.thread.pk
    yield "threads:post", crowd.said.pk
    yield "pages:disclosure_item", crowd.disclosed.item_id
    yield "pages:publication", crowd.disclosed.pk
    yield "pages:resource", crowd.skill.pk
    yield from ((f"voting:{name}", crowd.vote.pk) for name in OF_A_VOTE.split())
    yield from ((f"volunteers:{name}", crowd.crew.team.pk) for name in OF_A_TEAM.split())
    yield "volunteers:activity", crowd.activity.pk
    for shift in (crowd.shift, crowd.past):
        yield from ((f"volunteers:{name}", shift.pk) for name in OF_A_SHIFT.split())
    yield "volunteers:hours_notice", crowd.on_notice.notice_id or 0
    yield "volunteers:record", crowd.hours.pk


def seen(crowd: Crowd, *only: str) -> dict[str, Seen]:
    """What each page costs a resident who leads a team, or else, or in BOTH cases, the committee."""
    found, readers = {}, {"resident": Client(), "committee": Client()}
    readers["resident"].force_login(crowd.reader)
    readers["committee"].force_login(crowd.worker)
    for name, url in walk(crowd):
        if only and name not in only:
            continue
        for who, client in readers.items():
            cost = found[f"{name} {url} {who}"] = _seen(client, url)
            if cost.status == 200 and name not in BOTH:
                break
    return found


def _seen(client: Client, url: str) -> Seen:
    for cache in ("default", "drawn"):
        caches[cache].clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    return Seen(answer.status_code, len(queries), len(gzip.compress(answer.content, 6)))


def grown(few: dict[str, Seen], many: dict[str, Seen]) -> list[str]:
    """The pages that cost more than they may, with what they cost before and after."""
    bounds = {page: OF_FIFTY.get(page.split()[0], HEAVIER) for page in few}
    return [
        f"{page}: {few[page]} -> {many[page]}"
        for page in few
        if many[page].grew_from(few[page], bounds[page])
    ]


def test_a_page_asks_and_weighs_the_same_however_much_there_is() -> None:
    with clock.at(DURING):
        crowd = Crowd()
        crowd.grow(FEW)
        # A process asks once which table a kind is in, and not on the page that happens to come first.
        ContentType.objects.get_for_model(Meeting)
        few = seen(crowd)
        crowd.grow(MANY)
        many = seen(crowd)

    read = {page.split()[0] for page, cost in many.items() if cost.status == 200}
    assert read == {name for name, _url in walk(crowd)}
    assert grown(few, many) == []


def test_lists_of_places_have_a_bound_too() -> None:
    with clock.at(DURING):
        crowd = Crowd()
        crowd.grow(FEW)
        crowd.spread(range(FEW))
        few = seen(crowd, *PLACES)
        crowd.spread(range(FEW, MANY))
        many = seen(crowd, *PLACES)

    assert {page.split()[0] for page in many} == PLACES
    assert grown(few, many) == []


def test_every_page_is_in_the_walk_or_says_why_not() -> None:
    with clock.at(DURING):
        walked = {name for name, _url in walk(Crowd())}
    left_out = {name for names in LEFT_OUT.values() for name in names.split()}
    pages = {name for name, text, _pattern in patterns(get_resolver()) if "<slug:action>" not in text}

    assert pages - walked - left_out == set()
    assert left_out - pages == set()
    assert walked & left_out == set()
