"""Each form of a coordination meeting, sent once as it should be and once as it should not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from portal.community.selectors import person_of
from portal.kit import clock
from portal.meetings.coordination import services
from portal.meetings.coordination.actions import ACTIONS
from portal.meetings.coordination.services.after import party_left
from portal.meetings.states.coordination import CoordinationState as C
from tests import factories
from tests.meetings.coordination_factories import FACTS, HOUR, SECRET, WEEK, Case, case_at, make_case

pytestmark = pytest.mark.django_db

Data = dict[str, Any]


def _day(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def _at(days: int) -> str:
    return (localtime(clock.now()) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def _side(case: Case, n: int = 1) -> int:
    return case.sides()[n].pk


def _present(case: Case) -> list[int]:
    return [side.participant_id for side in case.sides()]


def _handed(case: Case) -> Data:
    services.hand_in(case.one, case.pk, title="照片", text="渗水")
    return {"number": 1}


def _asked(case: Case) -> Data:
    services.note_inquiry(
        case.worker, case.pk, asked="王师傅", relation="师傅", on=clock.today(), place="物业", text="问答"
    )
    return {"number": 1, "read": "right", "on": _day()}


def _left(case: Case) -> Data:
    party_left(case.fresh())
    return {}


def _signed(case: Case) -> Data:
    for user in (case.one, case.other):
        services.sign(user, case.pk, text_hash=case.fresh().agreement_hash)
    return {}


def _done(case: Case) -> Data:
    services.note_receipt(case.worker, case.pk, number=1, on=clock.today(), receipt="看过")
    return {}


Row = tuple[C, str, str, Callable[[Case], Data], Data | None]
MINUTES = {"draft_minutes", "mark_minutes", "mark_minutes_on_paper", "reply_to_corrections", "sign_minutes"}
# The state, who, the action, what is sent, and what of it is not valid (None: the form asks nothing).
ROWS: list[Row] = [
    (C.APPLIED, "worker", "accept", lambda case: {}, None),
    (C.APPLIED, "worker", "add_party", lambda case: {"name": "物业公司"}, {"name": ""}),
    (C.APPLIED, "worker", "decline", lambda case: {"reason": "不属于调解范围"}, {"reason": ""}),
    (
        C.ACCEPTED,
        "worker",
        "tell_rights",
        lambda case: {"who": [_side(case)], "channel": "paper", "on": _day()},
        {"on": "2030-01-01"},
    ),
    (C.ACCEPTED, "one", "answer", lambda case: {"consent": "yes"}, {"consent": "maybe"}),
    (C.ACCEPTED, "one", "hand_in", lambda case: {"title": "照片", "text": "渗水"}, {"text": ""}),
    (
        C.ACCEPTED,
        "worker",
        "hand_in_for",
        lambda case: {"party": _side(case), "title": "收据", "text": "三百元", "channel": "paper"},
        {"party": 0},
    ),
    (C.ACCEPTED, "one", "take_back", _handed, {"number": 7}),
    (
        C.ACCEPTED,
        "worker",
        "remove_evidence",
        lambda case: _handed(case) | {"reason": "他人病历"},
        {"reason": ""},
    ),
    (
        C.ACCEPTED,
        "worker",
        "note_inquiry",
        lambda case: {"asked": "王师傅", "relation": "师傅", "on": _day(), "place": "物业", "text": "问答"},
        {"on": "2030-01-01"},
    ),
    (C.ACCEPTED, "worker", "read_back", _asked, {"read": "corrected"}),
    (C.ACCEPTED, "worker", "note_stays", _left, None),
    (C.ACCEPTED, "worker", "see_identity", lambda case: {"who": [_side(case)], "on": _day()}, {"who": [0]}),
    (
        C.ACCEPTED,
        "worker",
        "name_agent",
        lambda case: {"party": _side(case), "name": "周律师", "mandate": "签字", "mandate_on": _day()},
        {"mandate": ""},
    ),
    (
        C.ACCEPTED,
        "worker",
        "name_mediator",
        lambda case: {"chair": person_of(case.colleague).real_name},
        {"chair": "查无此人"},
    ),
    (C.ACCEPTED, "worker", "hand_over", lambda case: {"to": case.colleague.person_id}, {"to": 0}),
    (C.ACCEPTED, "other", "stop", lambda case: {"reason": ""}, {"reason": "字" * 301}),
    (C.ACCEPTED, "worker", "stop_for", lambda case: {"party": _side(case), "reason": ""}, {"party": 0}),
    (
        C.CONSENTED,
        "worker",
        "notify",
        lambda case: {"points": "谁修", "starts_at": _at(8), "place": "室"},
        {"starts_at": "2020-01-01T10:00"},
    ),
    (
        C.NOTIFIED,
        "worker",
        "reschedule",
        lambda case: {"starts_at": _at(9), "place": "室", "reason": "有事"},
        {"reason": ""},
    ),
    (C.NOTIFIED, "worker", "begin", lambda case: {"present": _present(case)}, {"present": []}),
    (
        C.IN_SESSION,
        "worker",
        "adjourn",
        lambda case: {"starts_at": _at(2), "place": "室", "reason": "查证"},
        {"place": ""},
    ),
    (
        C.MINUTES_SIGNED,
        "worker",
        "agree",
        lambda case: {"text": "和解", "party_1": _side(case), "text_1": "修好", "due_1": _day(5)},
        {"due_1": ""},
    ),
    (C.MINUTES_SIGNED, "worker", "not_agree", lambda case: {"text": "谈不拢"}, {"text": ""}),
    (C.AGREED, "one", "sign", lambda case: {"text_hash": case.fresh().agreement_hash}, {"text_hash": ""}),
    (C.AGREED, "worker", "sign_on_paper", lambda case: {"who": [_side(case)]}, {"who": []}),
    (C.AGREED, "worker", "seal", _signed, None),
    (
        C.NOT_AGREED,
        "worker",
        "refer",
        lambda case: {"on": _day(), f"mark_{_side(case, 0)}": "signed", f"mark_{_side(case)}": "refused"},
        {"on": "2030-01-01"},
    ),
    (C.AGREEMENT_SIGNED, "worker", "perform", lambda case: {}, None),
    (
        C.PERFORMING,
        "worker",
        "note_receipt",
        lambda case: {"number": 1, "on": _day(), "receipt": "看过"},
        {"receipt": ""},
    ),
    (C.PERFORMING, "worker", "finish", _done, None),
    (C.PERFORMING, "worker", "breach", lambda case: {"reason": "没有修"}, {"reason": ""}),
    (C.PERFORMED, "worker", "note_visit", lambda case: {"on": _day(), "text": "和睦"}, {"text": ""}),
    (C.REFERRED, "worker", "close_file", lambda case: {"report": "完"}, {"report": ""}),
]


def test_every_action_of_its_own_is_sent_here() -> None:
    assert {row[2] for row in ROWS} | {"answer_on_paper"} == set(ACTIONS) - MINUTES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_a_form_is_done_or_says_what_is_wrong(client: Client, row: Row) -> None:
    state, who, name, data, wrong = row
    case = case_at(state)
    if name == "name_mediator":
        person = person_of(case.colleague)
        person.real_name = "诸葛调和"
        person.save()
        factories.make_residency(person, factories.make_dwelling(within=case.here))
    with clock.at(case.now + (WEEK if name == "begin" else HOUR)):
        client.force_login(getattr(case, who))
        address = reverse("meetings:coordination_act", args=[case.pk, name.replace("_", "-")])
        given = data(case)
        if wrong is not None:
            assert client.post(address, given | wrong).status_code == 422
        answer = client.post(address, given)
        assert answer.status_code == 302, answer.content.decode()[:4000]
        # Pressed twice it is refused or done anew, never a fault.
        assert client.post(address, given).status_code in {302, 404, 409, 422}


def test_the_answer_of_a_party_on_paper_needs_its_rights_told(client: Client) -> None:
    case = case_at(C.ACCEPTED)
    with clock.at(case.now):
        client.force_login(case.worker)
        address = reverse("meetings:coordination_act", args=[case.pk, "answer-on-paper"])
        given = {"party": _side(case), "consent": "yes", "channel": "paper"}
        assert client.post(address, given).status_code == 409
        assert client.post(address, given | {"consent": ""}).status_code == 422
        services.tell_rights(case.worker, case.pk, who=[_side(case)], on=clock.today(), channel="paper")
        assert client.post(address, given).status_code == 302


@pytest.mark.parametrize("page", ["new", "counter"])
def test_it_is_asked_for_by_a_party_or_taken_down_at_the_counter(client: Client, page: str) -> None:
    case = make_case()
    with clock.at(case.now):
        client.force_login(case.one if page == "new" else case.worker)
        address = reverse(f"meetings:coordination_{page}", args=[case.here.slug])
        given = {"matter": SECRET, "facts": FACTS, "others": "602", "first_name": "甲", "second_name": "乙"}
        assert client.post(address, given | {"facts": ""}).status_code == 422
        assert client.post(address, given).status_code == 302


def test_what_is_owed_about_it_stands_on_its_page(client: Client) -> None:
    case = case_at(C.ACCEPTED)
    with clock.at(case.now):
        services.note_inquiry(
            case.worker, case.pk, asked="王师傅", relation="师傅", on=clock.today(), place="物业", text="问答"
        )
        client.force_login(case.one)
        page = client.get(case.meeting.get_absolute_url()).content.decode()
        assert "把调查记录念给被调查人核对" in page
