"""Every kind of page of the demo, for whom to look at it: python -m tests.browser.census prints it as JSON.

It follows the map of addresses: a new kind of page fails the test until it has a sample here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import django

from tests.browser import clockwork
from tests.browser.sights import Sight, seen

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver, reverse  # noqa: E402

from portal.boards.cashbook.models import CashBook  # noqa: E402
from portal.community.models import Appointment, Area, Dwelling, Person, Residency, User  # noqa: E402
from portal.community.models import Post as Office  # noqa: E402
from portal.conventions.models import Edition, Suggestion  # noqa: E402
from portal.deliberation.models import Topic  # noqa: E402
from portal.deliberation.states import State  # noqa: E402
from portal.duties.models import Duty, PublicNotice  # noqa: E402
from portal.meetings.models import Hearing, OpinionMap, PanelDraw  # noqa: E402
from portal.meetings.states.hearing import HearingState  # noqa: E402
from portal.pages.disclosure.models import Publication  # noqa: E402
from portal.pages.models import NeighbourhoodPage, NoticePage  # noqa: E402
from portal.pages.resources.models import Resource, SkillRequest  # noqa: E402
from portal.record.models import Entry  # noqa: E402
from portal.register.models import Import  # noqa: E402
from portal.register.services import joining  # noqa: E402
from portal.surveys.models import Booking, Demand, ReceptionDay, Service, VisitNote  # noqa: E402
from portal.threads.models import Post  # noqa: E402
from portal.voting.models import Ballot, Vote  # noqa: E402
from portal.voting.states import Phase  # noqa: E402
from tests.browser.census_boards import of_boards  # noqa: E402
from tests.browser.census_coordination import of_coordinations  # noqa: E402
from tests.browser.census_funds import of_applying, of_books, of_results, of_rounds, of_running  # noqa: E402
from tests.browser.census_gatherings import of_gatherings, of_summonses  # noqa: E402
from tests.browser.census_meetings_reviews import of_reviews  # noqa: E402
from tests.browser.census_volunteers import of_volunteers  # noqa: E402

PLACE = "tianxin"
NOBODY, RESIDENT, STAFF = "", "chen", "wang"
OPERATOR, KEEPER = "operator", "zhu"
EVERYBODY = (NOBODY, RESIDENT, STAFF)
PEOPLE = (
    RESIDENT,
    STAFF,
    "zhou",
    "tenant",
    "volunteer",
    "shen",
    "li",
    "sun",
    "officer",
    "auditor",
    "zhu",
    OPERATOR,
)

# Not looked at by themselves: they take a form, or give a file, or send one elsewhere, or they are found by
# the links on the pages of topics and hearings.
NO_PAGES = {
    "": "healthz set_language",
    "account_": "inactive email_verification_sent confirm_email set_password reset_password_from_key "
    "reset_password_from_key_done reset_password_done confirm_login_code verify_phone",
    "mfa_": "authenticate reauthenticate deactivate_totp view_recovery_codes generate_recovery_codes "
    "download_recovery_codes reauthenticate_webauthn edit_webauthn remove_webauthn",
    "record:": "export",
    "administration:": "area_act rule_act",
    "register:": "prove prove_counter forget_device give_code reset_factor code letters_made letters_pdf letters_print "
    "roster_file roster_sample import_act "
    "dwelling_act",
    "community:": "upload mode export leave hand_out withdraw approve refuse end voter roster_preview "
    "roster_confirm dismiss",
    "notifications:": "read_all open out push_in push_out wechat_code wechat_link wechat_out worker",
    "duties:": "object",
    "threads:": "say reply news act text_act word_act reading_act mute mute_act",
    "voting:": "recount check result candidate_act mandate_act objection_act paper_reading envelope_act "
    "act cast_sealed keys_act open_box",
    "meetings:": "meeting_file calendar_feed own_calendar_file own_calendar_renew own_calendar_end "
    "coordination_evidence minutes_file hearing_act lot_act lot_tickets lot_pool lot_redraw opinion_map_act "
    "statement_act live_act live_news live_question department_link",
    "deliberation:": "act step_act call_hearing",
    "conventions:": "act page_act suggestion_act edition_act sign_act suggestion both compare restore enter_paper "
    "edition_json poster import imported",
    "volunteers:": "calendar_file shift_file evidence offline check_in "
    "certificate_pdf certificate_act certificate_compare",
    "pages:": "manifest publish withdraw restore feed home_act home_both home_restore "
    "card_file card_pdf cards_pdf card_act disclosure_act publication_act",
    "boards:": "short of_building photo_file act must_read_act day_act swap_act photo_act "
    "cashbook_csv cashbook_beancount receipt spending_receipt spending spending_act open_cashbook",
    "surveys:": "list_act results_file wave_results export_act export_file export_content "
    "build build_look build_act build_section build_question",
    "funds:": "calls_place_act calls_fund_act calls_source_act calls_line_act calls_act line_paper call_rules "
    "applying_call_act quote line_act activity_act joining_act project_picture project_paper "
    "running_act instalment_act invoice_act change_act refund_act agreement invoice_file invoice_xml "
    "books_act books_note_act books_csv books_beancount grants_csv grants_json "
    "result_file ballots_file review_act review_application_act reviewer_act objection_act "
    "ballot_act",
}


def sights() -> Iterator[Sight]:
    """Everything to look at."""
    yield from of_everybody()
    yield from of_residents()
    yield from of_staff()
    yield from of_operator()
    yield from of_topics()
    yield from of_hearings()
    yield from of_coordinations(PLACE, "chen", STAFF)
    yield from of_gatherings(PLACE, RESIDENT, STAFF)
    yield from of_summonses(PLACE, RESIDENT, STAFF)
    yield from of_reviews(PLACE, RESIDENT, STAFF)
    yield from of_calendars()
    yield from of_opinions()
    yield from of_votes()
    yield from of_volunteers()
    yield from of_boards()
    yield from of_cash_books()
    yield from of_conventions()
    yield from of_lists()
    yield from of_applying(RESIDENT, STAFF)
    yield from of_rounds(PLACE, RESIDENT, STAFF)
    yield from of_results(RESIDENT)
    yield from of_running(STAFF)
    yield from of_books(STAFF)


def of_everybody() -> Iterator[Sight]:
    """Public pages. The busiest are looked at by everybody in both views, the others in each view once."""
    post = Post.objects.filter(hidden_at=None, asks__gt="").latest("pk")
    busy = {
        "pages:neighbourhood": reverse("pages:neighbourhood", args=[PLACE]),
        "pages:take_part": reverse("pages:take_part", args=[PLACE]),
        "deliberation:topics": reverse("deliberation:topics", args=[PLACE]),
        "search:search": reverse("search:search", args=[PLACE]) + "?q=小门",
        "deliberation:topic": _topic(State.VOTING).get_absolute_url(),
        "threads:post": reverse("threads:post", args=[post.pk]),
    }
    for name, path in busy.items():
        yield from seen(name, path, EVERYBODY, (False, True))
    notice = PublicNotice.objects.latest("pk")
    quiet = {
        "home": "/",
        "account_login": reverse("account_login"),
        "account_signup": reverse("account_signup"),
        "account_reset_password": reverse("account_reset_password"),
        "account_request_login_code": reverse("account_request_login_code"),
        "community:choose": reverse("community:choose"),
        "record:record": reverse("record:record", args=[PLACE]),
        "record:entry": reverse("record:entry", args=[PLACE, Entry.objects.latest("pk").sequence]),
        "duties:promises": reverse("duties:promises", args=[PLACE]),
        "administration:in_force": reverse("administration:in_force", args=[PLACE]),
        "duties:public_notice": reverse("duties:public_notice", args=[notice.pk]),
        "threads:moderation": reverse("threads:moderation", args=[PLACE]),
        "threads:thread": reverse("threads:thread", args=[post.thread_id]),
        "voting:votes": reverse("voting:votes", args=[PLACE]),
        "voting:find_receipt": reverse("voting:find_receipt"),
        "voting:receipt": reverse("voting:receipt", args=[Ballot.objects.latest("pk").receipt]),
        "meetings:meetings": reverse("meetings:meetings", args=[PLACE]),
        "pages:notices": reverse("pages:notices", args=[PLACE]),
        "pages:page": reverse("pages:page", args=[PLACE, NoticePage.objects.live().latest("pk").pk]),
        "pages:contacts": reverse("pages:contacts", args=[PLACE]),
        "pages:card": reverse("pages:card", args=[PLACE, _building().pk]),
        "pages:resources": reverse("pages:resources", args=[PLACE]),
        "pages:resource": Resource.objects.shown().latest("pk").get_absolute_url(),
        "surveys:reception_days": reverse("surveys:reception_days", args=[PLACE]),
        "surveys:reception_day": ReceptionDay.objects.latest("starts_at").get_absolute_url(),
        "pages:disclosure": reverse("pages:disclosure", args=[PLACE]),
        "pages:disclosure_item": Publication.objects.latest("pk").item.get_absolute_url(),
        "pages:publication": Publication.objects.latest("pk").get_absolute_url(),
        "pages:accessibility": reverse("pages:accessibility"),
        "pages:privacy": reverse("pages:privacy"),
        "pages:offline": reverse("pages:offline"),
        "pages:sheet": reverse("pages:sheet", args=["topic", _topic(State.DISCUSSING).pk]),
    }
    for name, path in quiet.items():
        yield from seen(name, path, (NOBODY,), (False, True))


def of_residents() -> Iterator[Sight]:
    """What somebody with an account sees."""
    own = (
        "account_logout account_email account_change_password account_change_phone account_reauthenticate "
        "mfa_index mfa_activate_totp mfa_list_webauthn mfa_add_webauthn register:devices "
        "register:join register:ask register:wish register:me register:settings "
        "register:close notifications:notices notifications:preferences notifications:following funds:mine"
    )
    for name in own.split():
        yield from seen(name, reverse(name), (RESIDENT,), (False, True))
    yield from seen("register:own", reverse("register:own", args=["votes"]), (RESIDENT,), (False, True))
    posts = reverse("notifications:posts", args=[PLACE])
    yield from seen("notifications:posts", posts, (RESIDENT,), (False, True))
    topic = Topic.objects.exclude(state=State.DRAFT).order_by("pk").first()
    if topic is not None:
        follow = reverse("notifications:follow", args=["topic", topic.pk])
        yield from seen("notifications:follow", follow, (RESIDENT,), (False, True))
    yield from seen(
        "deliberation:propose", reverse("deliberation:propose", args=[PLACE]), (RESIDENT,), (False, True)
    )
    draft = Topic.objects.filter(state=State.DRAFT).select_related("proposer__user").first()
    if draft is not None:
        writer = draft.proposer.user.username
        for step in (1, 2, 3):
            path = reverse("deliberation:draft", args=[draft.pk, step])
            yield Sight("deliberation:draft", path, writer, elder=step == 2)
        yield Sight("deliberation:check", reverse("deliberation:check", args=[draft.pk]), writer)


def of_staff() -> Iterator[Sight]:
    """What the committee sees."""
    tie = _request()
    page = NoticePage.objects.live().latest("pk")
    own = NeighbourhoodPage.objects.get(area__slug=PLACE)
    home = Dwelling.objects.filter(building__path__startswith=Area.objects.get(slug=PLACE).path).first()
    assert home is not None
    paths = {
        "register:people": [],
        "register:request": [type(tie).__name__.lower(), tie.pk],
        "register:dwellings": [],
        "register:dwelling": [home.pk],
        "register:persons": [],
        "register:person": [_known(home).pk],
        "register:looks": [],
        "register:register": [],
        "register:letters": [],
        "register:contact": [],
        "register:roster": [],
        "register:imports": [],
        "register:import": [Import.objects.latest("pk").pk],
        "register:roster_export": [],
        "register:posts": [],
        "register:sign_in": [_user("shen").person_id],
        "duties:workbench": [],
        "threads:questions": [],
        "threads:texts": [],
        "threads:words": [],
        "pages:edit_index": [],
        "pages:resource_new": ["place"],
        "pages:site_plan": [],
        "pages:card_edit": [_building().pk],
        "pages:new": ["notice"],
        "pages:edit": [page.pk],
        "pages:preview": [page.pk],
        "pages:history": [page.pk],
        "pages:compare": [page.pk],
        "pages:both": [page.pk, page.latest_revision_id],
        "pages:home_edit": [own.pk],
        "pages:home_preview": [own.pk],
        "pages:home_history": [own.pk],
    }
    paths |= dict.fromkeys(
        ["surveys:reception_plan", "surveys:notes", "surveys:note_new", "surveys:notes_take_up"], []
    )
    for name, args in paths.items():
        yield from seen(name, reverse(name, args=[PLACE, *args]), (STAFF,), (False, True))
    owed = Duty.objects.active().filter(neighbourhood__slug=PLACE, post=Office.WORKER).latest("pk")
    yield from seen("duties:date", reverse("duties:date", args=[owed.pk]), (STAFF,), (False, True))
    for thing in (VisitNote.objects.latest("pk"), Booking.objects.latest("pk")):
        name = {VisitNote: "surveys:note", Booking: "surveys:booking"}[type(thing)]
        yield from seen(name, thing.get_absolute_url(), (STAFF,), (False, True))
    new = reverse("pages:disclosure_new", args=[PLACE])
    yield from seen("pages:disclosure_new", new, ("wang",), (False, True))
    offer = reverse("pages:skill_offer", args=[PLACE])
    yield from seen("pages:skill_offer", offer, (RESIDENT,), (False, True))
    asked = SkillRequest.objects.latest("pk")
    yield from seen("pages:skill_request", asked.get_absolute_url(), (RESIDENT,), (False, True))
    yield from seen("pages:my_number", reverse("pages:my_number", args=[PLACE]), ("zhu",), (False, True))


def _building() -> Area:
    """The building that has a head."""
    held = Appointment.objects.filter(
        post=Office.BUILDING_HEAD, area__path__startswith=Area.objects.get(slug=PLACE).path
    )
    return held.select_related("area").latest("pk").area


def _known(home: Dwelling) -> Person:
    """Somebody of the desk's first dwelling, of whom a name was corrected."""
    known = Person.objects.filter(ownerships__dwelling=home).first()
    assert known is not None
    return known


def of_operator() -> Iterator[Sight]:
    """What whoever runs the portal sees."""
    here = Area.objects.get(slug=PLACE)
    yield from seen("administration:areas", reverse("administration:areas"), (OPERATOR,), (False, True))
    yield from seen("threads:words_for_all", reverse("threads:words_for_all"), (OPERATOR,), (False, True))
    for name in ("area", "posts", "rules"):
        path = reverse(f"administration:{name}", args=[here.pk])
        yield from seen(f"administration:{name}", path, (OPERATOR,), (False, True))


def of_topics() -> Iterator[Sight]:
    """A topic in every state there is. What can be done to them is found by the links on their pages."""
    for state in State:
        topic = Topic.objects.filter(state=state).order_by("-pk").first()
        if topic is not None:
            who = topic.proposer.user.username if state == State.DRAFT else STAFF
            yield Sight("deliberation:topic", topic.get_absolute_url(), who)


def of_conventions() -> Iterator[Sight]:
    """A text in force with a round open for comment, and its draft as its writer sees it."""
    suggestion = Suggestion.objects.select_related("round__page").latest("pk")
    round_, article = suggestion.round, suggestion.article
    paths = {
        "conventions:conventions": reverse("conventions:conventions", args=[PLACE]),
        "conventions:round": round_.get_absolute_url(),
        "conventions:article": reverse("conventions:article", args=[round_.pk, article]),
        "conventions:page": round_.page.get_absolute_url(),
        "conventions:edition": Edition.objects.latest("pk").get_absolute_url(),
        "conventions:versions": reverse("conventions:versions", args=[round_.page_id]),
        "conventions:hall": reverse("conventions:hall", args=[round_.page_id]),
    }
    for name, path in paths.items():
        yield from seen(name, path, (RESIDENT,), (False, True))
    suggest = reverse("conventions:suggest", args=[round_.pk, article])
    yield from seen("conventions:suggest", suggest, (RESIDENT,), (False, True))
    yield from seen("conventions:found", reverse("conventions:found", args=[PLACE]), (STAFF,), (False, True))
    for name in ("edit", "preview", "history"):
        path = reverse(f"conventions:{name}", args=[PLACE, round_.page_id])
        yield from seen(f"conventions:{name}", path, (STAFF,), (False, True))


def of_hearings() -> Iterator[Sight]:
    """A hearing in every state there is, and its notice on paper."""
    for state in HearingState:
        hearing = Hearing.objects.filter(state=state).order_by("-pk").first()
        if hearing is not None:
            path = hearing.get_absolute_url()
            yield from seen("meetings:hearing", path, (NOBODY, STAFF), (False,))
            yield Sight("meetings:hearing", path, RESIDENT, elder=True)
    hall = Hearing.objects.exclude(floor=None).latest("pk")
    screens = {"live": (NOBODY, RESIDENT), "live_hall": (NOBODY,), "live_desk": (STAFF,)}
    for name, who in (screens | {"live_queue": (STAFF,), "live_questions": (RESIDENT,)}).items():
        yield from seen(f"meetings:{name}", reverse(f"meetings:{name}", args=[hall.pk]), who, (False, True))
    for draw in PanelDraw.objects.order_by("pk"):
        yield from seen("meetings:lot", draw.get_absolute_url(), (NOBODY, STAFF, RESIDENT), (False, True))
    announced = Hearing.objects.exclude(notice=None).latest("pk")
    for name in ("paper_notice", "paper_agenda", "paper_sign_in"):
        yield Sight(f"meetings:{name}", reverse(f"meetings:{name}", args=[announced.pk]), STAFF)


def of_calendars() -> Iterator[Sight]:
    """A month as squares and as a list, one's own dates, and how a phone takes them over."""
    path = reverse("meetings:calendar", args=[PLACE])
    yield from seen("meetings:calendar", path, (NOBODY, RESIDENT), (False, True))
    yield Sight("meetings:calendar", f"{path}?view=list&kind=vote", NOBODY)
    yield Sight("meetings:subscribe", reverse("meetings:subscribe", args=[PLACE]), NOBODY)
    yield from seen("meetings:own_calendar", reverse("meetings:own_calendar"), (RESIDENT,), (False, True))


def of_opinions() -> Iterator[Sight]:
    """A map with its groups, all its statements, and where the first one is put."""
    found = OpinionMap.objects.exclude(snapshot__groups=[]).latest("pk")
    yield from seen("meetings:opinion_map", found.get_absolute_url(), EVERYBODY, (False, True))
    listed = reverse("meetings:statements", args=[found.pk])
    yield from seen("meetings:statements", listed, EVERYBODY, (False, True))
    without = Topic.objects.filter(state=State.DISCUSSING).latest("pk")
    begin = reverse("meetings:opinion_begin", args=["topic", without.pk])
    yield from seen("meetings:opinion_begin", begin, (RESIDENT,), (False, True))


def of_votes() -> Iterator[Sight]:
    """A vote in each phase: by somebody who votes, and by nobody in particular."""
    votes = {vote.phase: vote for vote in Vote.objects.order_by("pk")}
    for phase in Phase:
        if phase in votes:
            path = reverse("voting:vote", args=[votes[phase].pk])
            yield from seen("voting:vote", path, (NOBODY,), (False,))
            yield from seen("voting:vote", path, (RESIDENT,), (False, True))
    turnout = reverse("voting:turnout", args=[votes[Phase.COUNTED].pk])
    yield from seen("voting:turnout", turnout, (NOBODY,), (False, True))
    roll = reverse("voting:roll", args=[votes[Phase.COUNTED].pk])
    yield from seen("voting:roll", roll, (STAFF,), (False, True))
    secret = Vote.objects.filter(secret=True, counted_at=None).latest("pk")
    yield from seen("voting:vote", reverse("voting:vote", args=[secret.pk]), ("zhu",), (False, True))
    signed = Vote.objects.open().filter(secret=False).order_by("-pk")
    yield from _desks(next(vote for vote in signed if vote.by_area), secret)


def _desks(signed: Vote, secret: Vote) -> Iterator[Sight]:
    """What staff see around a vote: calling one, its roll, paper, keys."""
    call = reverse("voting:call", args=[PLACE])
    yield from seen("voting:call", call, (STAFF,), (False, True))
    for name in ("service", "paper", "paper_sheets"):
        path = reverse(f"voting:{name}", args=[signed.pk])
        yield from seen(f"voting:{name}", path, (STAFF,), (False, True))
    for name, action in (("roll_act", "add"), ("paper_act", "enter"), ("paper_act", "print")):
        path = reverse(f"voting:{name}", args=[signed.pk, action])
        yield from seen(f"voting:{name}", path, (STAFF,), (False, True))
    line = signed.roll.earliest("number")
    whose = reverse("voting:paper_act", args=[signed.pk, "enter"]) + f"?code={line.label}"
    yield from seen("voting:paper_act", whose, (STAFF,), (False, True))
    yield from seen("voting:roll_line", line.get_absolute_url(), (STAFF,), (False,))
    for action in ("mandate", "area", "strike", "serve"):
        path = reverse("voting:line_act", args=[line.pk, action])
        yield from seen("voting:line_act", path, (STAFF,), (False,))
    yield from seen("voting:keys", reverse("voting:keys", args=[secret.pk]), (STAFF,), (False,))
    yield from seen("voting:paper", reverse("voting:paper", args=[secret.pk]), (STAFF,), (False,))
    notice = reverse("voting:roll_notice", args=[signed.pk])
    yield from seen("voting:roll_notice", notice, (NOBODY,), (False, True))


def of_cash_books() -> Iterator[Sight]:
    """A building's book, a line of it, its sheet, and what its keeper writes and asks."""
    book = CashBook.objects.earliest("pk")
    line = book.book.entries.filter(kind="spending", receipts__isnull=False).latest("pk")
    for who in (NOBODY, KEEPER):
        yield Sight("boards:cashbook", book.get_absolute_url(), who, elder=who == NOBODY)
        yield Sight("boards:line", reverse("boards:line", args=[line.pk]), who)
    yield Sight("boards:cashbook_sheet", reverse("boards:cashbook_sheet", args=[book.pk]), NOBODY)
    for action in ("spend", "earn"):
        yield Sight("boards:cashbook_act", reverse("boards:cashbook_act", args=[book.pk, action]), KEEPER)
    for action in ("reverse", "replace-receipt"):
        yield Sight("boards:line_act", reverse("boards:line_act", args=[line.pk, action]), KEEPER)


def of_lists() -> Iterator[Sight]:
    """What neighbours asked for and what became of it, services, the profile; what the committee answers."""
    for name in ("demands", "services", "profile"):
        yield from seen(f"surveys:{name}", reverse(f"surveys:{name}", args=[PLACE]), (NOBODY,), (False, True))
    history = reverse("surveys:profile_history", args=[PLACE])
    yield from seen("surveys:profile_history", history, (NOBODY,), (False,))
    for name in ("service_new", "fact_new"):
        yield from seen(f"surveys:{name}", reverse(f"surveys:{name}", args=[PLACE]), (STAFF,), (False,))
    for state, who in (("done", NOBODY), ("in_hand", STAFF), ("owed", STAFF)):
        demand = Demand.objects.filter(state=state).latest("pk")
        yield from seen("surveys:demand", demand.get_absolute_url(), (who,), (False, True))
    path = reverse("surveys:demand_act", args=[demand.pk, "answer-summons"])
    yield from seen("surveys:demand_act", path, (STAFF,), (False, True))
    service = Service.objects.latest("pk")
    yield from seen("surveys:service", service.get_absolute_url(), (NOBODY,), (False,))
    path = reverse("surveys:service_act", args=[service.pk, "count"])
    yield from seen("surveys:service_act", path, (STAFF,), (False,))


def kinds() -> set[str]:
    """The names of all kinds of pages on the map of addresses; the editors' admin is Wagtail's own."""
    others = {prefix + name for prefix, names in NO_PAGES.items() for name in names.split()}
    return set(_names(get_resolver(), "")) - others


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield prefix + entry.name
        elif str(entry.pattern) not in {"cms/", "documents/"}:
            yield from _names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


def _topic(state: State) -> Topic:
    return Topic.objects.filter(state=state).latest("pk")


def _user(name: str) -> User:
    return User.objects.select_related("person").get(username=name)


def _request() -> Any:
    """Somebody's request that waits for the committee; the tenant asks for another flat if nobody does."""
    place = Area.objects.get(slug=PLACE)
    waiting = joining.waiting_requests(place)
    if waiting:
        return waiting[0][0]
    tenant = _user("tenant")
    homes = Dwelling.objects.filter(building__path__startswith=place.path)
    home = homes.exclude(pk__in=Residency.objects.filter(person=tenant.person).values("dwelling")).first()
    assert home is not None
    assert tenant.person is not None
    return joining.request(tenant.person, home, Residency)


def session_of(name: str) -> str:
    """The key of a session in which somebody is signed in."""
    user, session = _user(name), SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "portal.register.backends.NameBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    told = {
        "kinds": sorted(kinds()),
        "sights": [asdict(sight) for sight in sights()],
        "sessions": {name: session_of(name) for name in PEOPLE},
    }
    json.dump(told, sys.stdout)
