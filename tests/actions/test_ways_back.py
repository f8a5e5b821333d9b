"""No act that ends, publishes, replaces or counts something is one press, and each says how it is taken back.

Two nets. Each row of a table of actions must say its `effect`, and what a row calls harmless is looked up in the code
of its service. Each own view that takes what is sent stands in a list written by hand.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver

from portal.actions.actions import Action, Actions, Effect, WayBack
from portal.actions.events import Event
from portal.actions.lifecycles import LIFE_CYCLES
from tests.test_answers import patterns

TEMPLATES = settings.BASE_DIR / "templates"


def tables() -> dict[str, Actions]:
    """The actions of each address that has some."""
    found = {
        name: getattr(pattern.callback, "actions", {}) for name, _text, pattern in patterns(get_resolver())
    }
    return {name: actions for name, actions in found.items() if actions}


def rows() -> Iterator[tuple[str, Actions, Action]]:
    """Every action with its table, by the name of its address and its own."""
    for address, actions in tables().items():
        for name, action in actions.items():
            yield f"{address}:{name}", actions, action


def service_of(run: Callable[..., Any]) -> FunctionType:
    """The function behind `transaction.atomic`, and behind what was made for one of two kinds."""
    inner = inspect.unwrap(run)
    for cell in getattr(inner, "__closure__", None) or ():
        if isinstance(cell.cell_contents, FunctionType) or hasattr(cell.cell_contents, "__wrapped__"):
            return service_of(cell.cell_contents)
    assert isinstance(inner, FunctionType)
    return inner


def names_in(code: CodeType) -> set[str]:
    """All names a piece of code reads, with those of functions inside of it."""
    inside = [const for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*(names_in(const) for const in inside))


FINAL = {state for life in LIFE_CYCLES.values() for state, following in life.next.items() if not following}


def effects_of(run: Callable[..., Any]) -> set[str]:
    """What a service, and whatever services it calls, is seen to do: record, come to a last state, replace."""
    seen: set[FunctionType] = set()
    waiting, found = [service_of(run)], set()
    while waiting:
        service = waiting.pop()
        if service in seen:
            continue
        seen.add(service)
        names = names_in(service.__code__)
        for thing in reached(service, names):
            if isinstance(thing, FunctionType) and ".services" in thing.__module__:
                waiting.append(thing)
            found |= effect_of(thing, names)
    return found


def reached(service: FunctionType, names: set[str]) -> Iterator[Any]:
    """What the names of a service stand for: also as attributes of modules and enumerations."""
    for name in sorted(names):
        thing = service.__globals__.get(name)
        if thing is None:
            continue
        yield inspect.unwrap(thing) if callable(thing) else thing
        if isinstance(thing, ModuleType) or (isinstance(thing, type) and issubclass(thing, Enum)):
            for inner in names:
                if hasattr(thing, inner):
                    held = getattr(thing, inner)
                    yield inspect.unwrap(held) if callable(held) else held


def effect_of(thing: Any, names: set[str]) -> set[str]:
    """What one thing that a service names tells of its effect."""
    if isinstance(thing, dict):
        return {effect for value in thing.values() for effect in effect_of(value, names)}
    if isinstance(thing, Event) and thing.record:
        return {f"records {thing.name}"}
    if isinstance(thing, Enum) and thing in FINAL and names & {"advance", "change", "step"}:
        return {f"comes to {thing.value}"}
    if isinstance(thing, FunctionType) and thing.__name__ == "save_version":
        return {"replaces what others read"}
    return set()


# Recorded, and yet harmless: a row of these is done by one press, or takes effect only by what somebody else does.
HARMLESS = {
    "boards:act:introduce": "a line that is said again at any time",
    "boards:must_read_act:put_up": "a day and a photo beside the notice, said again at any time",
    "deliberation:act:second": "it can be taken back; what follows is the doing of the number",
    "funds:activity_act:change": "a row of a draft",
    "funds:ballot_act:compute_again": "the ballots are as they were counted; what broke off is computed",
    "funds:ballot_project_act:exclude": "said again, or taken out, until the vote is called",
    "funds:books_act:verify": "it adds up what stands there, and changes no line",
    "funds:calls_fund_act:add_source": "it holds no money yet, and can be ended",
    "funds:line_act:change": "a row of a draft",
    "funds:review_act:name_reviewer": "who was named can stop, and be named again",
    "funds:review_application_act:take_back": "it is itself the way back",
    "meetings:act:register": "a seat is given back by one press",
    "meetings:act:register_for": "a seat is given back by one press",
    "meetings:act:unregister": "a seat is taken again by one press",
    "surveys:booking_act:not_answered": "it only makes the answer owed again",
    "surveys:note_act:reopen": "it only makes the answer owed again; it is settled again on its page",
    "surveys:paper_act:enter": "it counts for nothing before a second person reads it",
    "surveys:paper_act:take_call": "it counts for nothing before it was read out",
    "surveys:results_act:margins": "numbers that are written down anew at any time until it is counted",
    "volunteers:shift_act:enter": "it counts for nothing before another keeper verifies it",
    "volunteers:record_act:find": "it takes effect when a second person confirms it",
    "voting:keys_act:try_keys": "it opens nothing",
    "voting:open_box:try_keys": "it opens nothing",
}
E_, P_, R_, C_ = Effect.ENDS, Effect.PUBLISHES, Effect.REPLACES, Effect.COUNTS
# Own views that take what is sent: what it does, and where its page says how that is taken back or that it is not.
OWN_VIEWS: dict[str, tuple[Effect, str, str] | None] = {
    "threads:read": None,  # how far one has read, noted by the page itself
    "threads:writing": None,  # that somebody is writing, for a few seconds
    "administration:posts": (
        P_,
        "administration/posts.html",
        "A post given by mistake is ended on this page",
    ),
    "boards:doors_round": None,  # marks that go with the matter; of today they are put right beside the flat
    "community:choose": None,
    # Drafts; what is put to comment is an action. Both, compare, history and preview of screens only read or choose.
    "conventions:both": None,
    "conventions:compare": None,
    "conventions:edit": None,
    "conventions:found": None,
    "conventions:history": None,
    "conventions:import": None,
    "conventions:imported": None,
    "conventions:preview": None,
    "conventions:restore": None,
    "conventions:enter_paper": (P_, "conventions/suggest.html", "can be taken back until it is answered"),
    "conventions:suggest": (P_, "conventions/suggest.html", "can be taken back until it is answered"),
    "meetings:coordination_counter": (
        P_,
        "meetings/coordination/new.html",
        "It can be ended on its page at any time",
    ),
    "meetings:coordination_new": (
        P_,
        "meetings/coordination/new.html",
        "It can be ended on its page at any time",
    ),
    "meetings:department": (P_, "meetings/summons/department.html", "cannot be taken back here"),
    "meetings:plan_gathering": (P_, "meetings/gatherings/plan.html", "can be cancelled on its page"),
    "meetings:review_plan": (P_, "meetings/reviews/plan.html", "can be cancelled on its page"),
    "meetings:write_summons": None,  # a draft; sending it is an action
    "meetings:opinion_begin": (
        P_,
        "meetings/opinions/begin.html",
        "There is no way back: others react to it",
    ),
    "deliberation:call_hearing": (P_, "meetings/hearing_plan.html", "can be cancelled on its page"),
    "deliberation:draft": None,
    "deliberation:propose": None,
    "funds:apply": None,  # a draft begins
    "funds:own_share": None,  # it asks by the check code; nothing is stored
    "funds:scoring": None,  # the action "score" at an address of its own
    "funds:write": None,  # a draft, saved part by part
    "notifications:follow": None,  # a private choice, changed by one press on the same page, as is the next
    "notifications:out": None,
    "notifications:open": None,
    "notifications:preferences": None,
    "notifications:push_in": None,  # on this device, ended by one press on the same page
    "notifications:push_out": None,
    "notifications:wechat_code": None,
    "notifications:wechat_link": None,  # of the gateway alone, by its signature
    "notifications:wechat_out": None,  # linked again by one message
    "notifications:read_all": None,
    "pages:both": None,
    "pages:compare": None,
    "pages:history": None,
    "pages:preview": None,
    "pages:edit": None,  # a draft; publishing is an action
    "pages:home_both": None,  # a draft, as the following
    "pages:home_edit": None,
    "meetings:own_calendar": None,  # an address for oneself, until it is given to a phone
    "meetings:own_calendar_end": (E_, "meetings/calendar/end.html", "You can have a new address at any time"),
    "meetings:own_calendar_renew": (
        R_,
        "meetings/calendar/renew.html",
        "The former address does not come back",
    ),
    "pages:home_history": None,
    "pages:home_preview": None,
    "pages:home_restore": None,
    "pages:card_edit": (R_, "pages/cards/edit.html", "a mistake is put right by saving"),
    "pages:disclosure_new": (P_, "pages/disclosure/new.html", "It can be taken out again on its page"),
    "pages:my_number": (P_, "pages/cards/number.html", "You can take the number back here at any time"),
    "pages:new": None,
    "pages:resource_new": (P_, "pages/resources/new.html", "It can be changed and taken off on its page"),
    "pages:restore": None,
    "pages:site_plan": (R_, "pages/resources/plan.html", "another one can be uploaded at any time"),
    "pages:skill_offer": (P_, "pages/resources/offer.html", "you can take it back at any time"),
    "register:ask": None,
    "register:wish": None,  # a request that can be taken back until it is answered
    "register:close": (E_, "register/close.html", "Nobody can sign in with it afterwards"),
    "register:contact": (R_, "register/contact.html", "a mistake is put right by saving again"),
    "register:dwelling": None,  # the look is kept
    "register:forget_device": (
        E_,
        "register/forget_device.html",
        "It knows you again after a sign-in with your password",
    ),
    "register:give_code": (P_, "register/give_code.html", "That you gave one stands in the public record"),
    "register:hand_out": None,
    "register:join": None,
    "register:letters": (
        R_,
        "register/letters_plan.html",
        "only of these dwellings; the codes of all others stay valid",
    ),
    "register:mode": None,
    "register:posts": (P_, "register/posts.html", "A post given by mistake is ended on this page"),
    "register:prove": None,
    "register:prove_counter": None,
    "register:register": (P_, "register/register.html", "A mistake is put right on the page of the dwelling"),
    "register:reset_factor": (E_, "register/reset_factor.html", "until a new second step is set up"),
    "register:roster": None,  # the preview is the asking
    "register:roster_export": None,  # the look is kept
    "register:roster_preview": (R_, "register/roster_preview.html", "Nothing is changed yet."),
    "register:person": None,  # saying what for shows a number; the look is kept
    "register:settings": None,
    "surveys:answer": None,  # a draft begins
    "surveys:check": (
        C_,
        "surveys/answering/_promises.html",
        "Nobody can tell which answers are yours, neither can we.",
    ),
    "surveys:code": None,
    "surveys:fact_new": (R_, "surveys/lists/fact_new.html", "what stood there before stays in the history"),
    "surveys:note_new": None,  # read by those who hold the post; it can be corrected and removed
    "surveys:notes_take_up": None,  # a draft, or a line at a topic
    "surveys:question": None,  # saved with the draft until it is handed in
    "surveys:reception_plan": (
        P_,
        "surveys/reception/plan.html",
        "Each can be moved or called off on its page",
    ),
    "surveys:service_new": (P_, "surveys/lists/service_new.html", "It can be changed and ended on its page"),
    "surveys:units": None,  # what became of asking is noted again at any time
    "reports:begin": None,  # a draft; publishing it is an action
    "reports:take": None,  # a file for oneself; its page says that the taking stays in the record
    "threads:reply": (P_, "threads/_reply.html", "There is no way back"),
    "threads:say": None,  # what is said is typed first, and is nobody's decision
    "threads:texts": None,  # kept texts, put away and brought back
    "threads:words": None,  # words that make posts wait, put away and brought back
    "threads:words_for_all": None,  # the same, for all neighbourhoods
    "volunteers:activity_new": None,
    "volunteers:certificate_ask": None,
    "volunteers:certificate_compare": None,
    "volunteers:certificate_for": None,
    "volunteers:check_in": None,
    "volunteers:hours_export": None,
    "volunteers:hours_import": None,  # it counts for nothing before another keeper verifies it
    "volunteers:me_volunteer": None,
    "volunteers:member_add": None,
    "volunteers:offline": None,
    "volunteers:say_code": None,
    "volunteers:team_new": (P_, "volunteers/team_new.html", "closed on its page"),
    "voting:call": (P_, "voting/call.html", "can be called off on its page"),
    "voting:cast_sealed": (C_, "voting/_seal_plain.html", "form.confirm"),
    "voting:check": (C_, "voting/check.html", "You can change your vote until"),
    "voting:vote": (C_, "voting/_seal_plain.html", "form.confirm"),
}
ROWS = {name: (actions, action) for name, actions, action in rows()}


def test_the_net_finds_rows_and_what_their_services_do() -> None:
    assert len(ROWS) > 100
    assert "records topic.suspended" in effects_of(ROWS["deliberation:act:suspend"][1].run)
    assert "comes to ended" not in effects_of(ROWS["register:residency:undo_end"][1].run)
    assert "records appointment.ended" in effects_of(ROWS["register:appointment:dismiss"][1].run)
    assert "comes to ended" in effects_of(ROWS["voting:mandate_act:end"][1].run)
    assert "replaces what others read" in effects_of(ROWS["deliberation:act:summarise"][1].run)


def test_what_is_recorded_ends_or_replaces_is_not_called_harmless() -> None:
    unsaid = {name for name, (_actions, row) in ROWS.items() if row.effect is None and effects_of(row.run)}

    assert unsaid == set(HARMLESS)


def test_an_effect_cannot_be_left_out_and_is_never_one_press() -> None:
    def harm(user: Any, pk: int) -> None: ...

    with pytest.raises(TypeError, match="effect"):
        Action("End it", harm)  # type: ignore[call-arg]
    for missing in (
        {"direct": True, "text": "All ends.", "way_back": "None."},
        {"way_back": "None."},
        {"text": "All ends."},
    ):
        with pytest.raises(ValueError, match="End it"):
            Action("End it", harm, effect=Effect.ENDS, **missing)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, (_actions, row) in ROWS.items() if row.effect])
def test_each_act_says_how_it_is_taken_back(name: str) -> None:
    actions, row = ROWS[name]
    page = (TEMPLATES / row.template).read_text(encoding="utf-8")

    if isinstance(row.way_back, WayBack):
        assert row.way_back.action in actions
    # The page says it: by the common block, or where that is replaced, by its own.
    assert "block content" not in page or "{{ block.super }}" in page or "actions/_way_back.html" in page


def test_each_own_view_that_takes_what_is_sent_is_in_the_list() -> None:
    taking = {
        name
        for name, _text, pattern in patterns(get_resolver())
        if not getattr(pattern.callback, "actions", None) and not reads_only(pattern.callback)
    }

    assert taking == set(OWN_VIEWS)


def reads_only(view: Callable[..., Any]) -> bool:
    """Whether a view answers a form that is sent to it with 405."""
    return bool(re.search(r"@require_(safe|GET)\b", inspect.getsource(inspect.unwrap(view))))


@pytest.mark.parametrize("name", [name for name, said in OWN_VIEWS.items() if said])
def test_each_own_page_with_an_effect_says_what_follows(name: str) -> None:
    said = OWN_VIEWS[name]
    assert said is not None

    assert said[2] in (TEMPLATES / said[1]).read_text(encoding="utf-8")


def test_no_template_sends_an_act_with_an_effect_where_its_page_was_not_shown() -> None:
    """Only a few things are done by a press on the page of the thing; their addresses stand in templates by hand."""
    sends = re.compile(
        r'<form(?! method="get")[^>]*action="\{\{ (\w+(?:\.\w+)?)\.url \}\}"'
        r'|<form[^>]*action="\{% url \'(\w+:\w+act\w*)\''
    )
    found = {
        (path.name, hit.group(1) or hit.group(2))
        for path in TEMPLATES.rglob("*.html")
        for hit in sends.finditer(path.read_text(encoding="utf-8"))
    }

    assert found == {
        ("build.html", "offers.undo"),  # of a draft: each is the way back of the other
        ("build.html", "offers.redo"),
        ("_offer.html", "offer"),  # direct ones only
        ("attendance.html", "volunteers:shift_act"),  # ticks
        ("_hearing_next.html", "register"),
        ("_hearing_next.html", "unregister"),
        ("hours_desk.html", "offers.verify_hours"),  # ticked there, with what follows and the way back
        # Of a hall that is in session, all harmless (the test below): by a key of the clerk's, or from a phone.
        ("_press.html", "offer"),
        ("_ask.html", "meetings:live_act"),  # an answer to a quick question, which is no vote
        ("desk.html", "given.enter_turn"),  # one more in the queue, who can be struck off it
        ("phone.html", "given.ask_question"),  # a question to whoever presents
    }


def test_what_a_hall_sends_at_once_is_harmless() -> None:
    """The parts of its screens send by names of the table of the hall; all others lead to their page."""
    sends = re.compile(r'_press\.html" with offer=given\.(\w+)|<form[^>]*action="\{\{ given\.(\w+)\.url')
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
    sent = {hit.group(1) or hit.group(2) for text in texts for hit in sends.finditer(text)}
    pressed = sum(text.count("live/_press.html") for text in texts)

    assert {"call_next", "strike_turn", "ask_turn", "enter_turn", "ask_question"} <= sent
    assert pressed == sum(text.count('live/_press.html" with offer=given.') for text in texts)
    harmful = {name for name in sent | {"answer_pulse"} if ROWS[f"meetings:live_act:{name}"][1].effect}
    assert harmful == set()
