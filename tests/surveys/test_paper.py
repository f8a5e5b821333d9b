"""Questionnaires on paper, by telephone and at the counter: two people read each, one takes a call."""

from __future__ import annotations

from typing import Any

import pytest

from portal.community.models import User
from portal.community.permissions import Role
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.models import Answer, Channel, FrameUnit, Mode, PaperEntry, Response, Survey
from portal.surveys.paper import papers, services
from portal.surveys.paper.jobs import drop_called_off
from portal.surveys.states import PaperState, ResponseState, SurveyState
from tests.concurrency import at_once
from tests.factories import make_user
from tests.surveys.factories import Asking, make_survey

pytestmark = pytest.mark.django_db
READ: dict[str, Any] = {
    "age": "60-",
    "tenure": "owner",
    "elders": "yes",
    "help": ["meals"],
    "canteen": "needed",
}


def begun(asking: Asking, user: User, unit: str = "1") -> PaperEntry:
    return services.begin(user, asking.pk, unit, papers.version_of(asking.survey))


def entered(asking: Asking, values: dict[str, Any] = READ, unit: str = "1") -> PaperEntry:
    return services.read(asking.worker, begun(asking, asking.worker, unit).pk, values)


def test_a_paper_counts_once_two_people_read_the_same() -> None:
    asking = make_survey()

    entry = entered(asking)
    assert Response.objects.count() == 0
    again = begun(asking, asking.director)
    assert again == entry
    settled = services.confirm(asking.director, entry.pk, READ)

    response = Response.objects.get()
    assert (response.state, response.channel, response.values) == (
        ResponseState.HANDED_IN,
        Channel.PAPER,
        READ,
    )
    assert settled.response == response
    assert Answer.objects.filter(response=response).exists()
    unit = FrameUnit.objects.get(survey=asking.survey, number=1)
    assert (unit.handed_in_on, unit.entered_by) == (clock.today(), asking.director)


def test_without_names_nothing_leads_from_a_counted_paper_to_its_unit_its_clerks_or_its_moment() -> None:
    asking = make_survey()
    entry = entered(asking)

    settled = services.confirm(asking.director, entry.pk, READ)

    row = PaperEntry.objects.get()
    assert row.pk == settled.pk != entry.pk
    assert (row.unit, row.first_by, row.second_by, row.first_at, row.second_at) == (None,) * 5
    assert (row.first, row.second) == ({}, None)
    assert row.settled_at == clock.at_time(clock.today(), 0)
    assert Response.objects.get().unit is None


def test_by_name_the_paper_keeps_whose_it_is_and_who_read_it() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = entered(asking)

    services.confirm(asking.director, entry.pk, READ)

    row = PaperEntry.objects.select_related("unit").get()
    assert (row.unit and row.unit.number, row.first_by, row.second_by) == (1, asking.worker, asking.director)
    assert Response.objects.get().unit == row.unit


def test_nobody_reads_a_paper_twice() -> None:
    asking = make_survey()
    entry = entered(asking)

    with pytest.raises(NotPossible, match="另一人复录"):
        begun(asking, asking.worker)
    with pytest.raises(NotPossible, match="另一人复录"):
        services.confirm(asking.worker, entry.pk, READ)


def test_only_what_differs_is_compared_by_the_second_person_and_then_counts() -> None:
    asking = make_survey()
    entry = entered(asking)
    second = {**READ, "age": "18-44", "tenure": "tenant"}

    differs = services.confirm(asking.director, entry.pk, second)
    assert (differs.state, sorted(differs.differing)) == (PaperState.DIFFERS, ["age", "tenure"])
    with pytest.raises(NotPossible, match="由复录的人"):
        services.compare(asking.worker, entry.pk, {"age": "60-", "tenure": "owner"})
    with pytest.raises(NotPossible, match="每一题都请选定"):
        services.compare(asking.director, entry.pk, {"age": "60-"})
    services.compare(asking.director, entry.pk, {"age": "60-", "tenure": None})

    assert Response.objects.get().values == {key: value for key, value in READ.items() if key != "tenure"}


def test_what_a_condition_hides_is_dropped_when_it_counts() -> None:
    asking = make_survey()
    read = {**READ, "elders": "no"}
    entry = entered(asking, read)

    services.confirm(asking.director, entry.pk, read)

    assert "help" not in Response.objects.get().values


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{pk}-00000000", "不是用这次的题目印的"),
        ("999{pk}-ffffffff", "属于另一次调查"),
        ("ffffffff", "它的样子是"),
    ],
)
def test_a_paper_of_another_version_is_refused_in_words(typed: str, said: str) -> None:
    asking = make_survey()

    with pytest.raises(NotPossible, match=said):
        services.begin(asking.worker, asking.pk, "1", typed.format(pk=asking.pk))

    assert not PaperEntry.objects.exists()


def test_the_version_is_read_with_its_page_as_a_scanner_brings_it() -> None:
    asking = make_survey()

    entry = services.begin(asking.worker, asking.pk, "1", f"{asking.pk}-FFFFFFFF-3")

    assert entry.version == f"{asking.pk}-ffffffff"


def test_whoever_answered_otherwise_meanwhile_has_answered_and_the_paper_is_noted_as_withdrawn() -> None:
    asking = make_survey()
    early, late = entered(asking), begun(asking, asking.worker, "2")
    FrameUnit.objects.filter(survey=asking.survey).update(handed_in_on=clock.today())

    confirmed = services.confirm(asking.director, early.pk, READ)
    taken_up = begun(asking, asking.director, "2")
    third = begun(asking, asking.director, "3")

    assert {one.state for one in (confirmed, taken_up, third)} == {PaperState.WITHDRAWN}
    assert taken_up.pk == late.pk
    assert "以先交的为准" in third.reason
    assert begun(asking, asking.director, "3") == third
    assert PaperEntry.objects.get(pk=early.pk).first == {}
    assert not Response.objects.exists()


def test_an_entry_is_withdrawn_with_a_reason_before_it_counts_and_forgotten() -> None:
    asking = make_survey()
    entry = entered(asking)

    services.withdraw(asking.director, entry.pk, "重复录入")

    row = PaperEntry.objects.get()
    assert (row.state, row.reason, row.first) == (PaperState.WITHDRAWN, "重复录入", {})
    assert begun(asking, asking.director).pk != entry.pk


def test_without_names_a_counted_paper_is_put_right_by_taking_it_out_and_entering_it_anew() -> None:
    asking = make_survey()
    settled = services.confirm(asking.director, entered(asking).pk, READ)

    with pytest.raises(NotPossible, match="重新录入"):
        services.correct(asking.director, settled.pk, READ, "错")
    anew = services.redo(asking.director, settled.pk, "年龄录错")
    right = {**READ, "age": "45-59"}
    services.read(asking.worker, anew.pk, right)
    services.confirm(asking.director, anew.pk, right)

    counted = Response.objects.get(state=ResponseState.HANDED_IN)
    removed = Response.objects.get(state=ResponseState.REMOVED)
    assert (counted.values["age"], removed.removed_reason) == ("45-59", "年龄录错")
    assert not Answer.objects.filter(response=removed).exists()


def test_by_name_a_counted_paper_is_put_right_where_it_is() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = services.confirm(asking.director, entered(asking).pk, READ)

    services.correct(asking.worker, entry.pk, {**READ, "elders": "no"}, "听错了")

    response = Response.objects.get()
    assert (response.values["elders"], "help" in response.values) == ("no", False)
    with pytest.raises(NotPossible, match="直接更正"):
        services.redo(asking.worker, entry.pk, "再录")


def test_by_telephone_one_person_types_reads_out_and_lets_it_count() -> None:
    asking = make_survey()
    call = services.take_call(asking.worker, asking.pk, "2")
    services.read(asking.worker, call.pk, {"age": "60-"})

    services.reopen(asking.worker, call.pk)
    services.read(asking.worker, call.pk, READ)
    services.count(asking.worker, call.pk)

    response = Response.objects.get()
    assert (response.channel, response.values) == (Channel.PHONE, READ)
    assert FrameUnit.objects.get(survey=asking.survey, number=2).entered_by == asking.worker


def test_a_call_and_a_paper_of_the_same_unit_do_not_run_beside_each_other() -> None:
    asking = make_survey()
    begun(asking, asking.worker)
    services.take_call(asking.worker, asking.pk, "2")

    with pytest.raises(NotPossible, match="已经在录入"):
        services.take_call(asking.director, asking.pk, "1")
    with pytest.raises(NotPossible, match="用电话"):
        begun(asking, asking.director, "2")


def test_paper_that_waits_is_a_duty_and_keeps_the_answers_from_being_checked() -> None:
    asking = make_survey(state=SurveyState.CLOSED)
    assert papers.missing(asking.survey) == ""

    entry = entered(asking)
    duty = Duty.objects.get(kind="survey.papers")
    assert (papers.missing(asking.survey), duty.done_at) == (
        "还有 1 份纸质问卷没有录完。",
        None,
    )
    services.confirm(asking.director, entry.pk, READ)

    duty.refresh_from_db()
    assert papers.missing(asking.survey) == ""
    assert duty.done_at is not None


def test_paper_is_taken_up_only_while_answers_may_come_in() -> None:
    for state in (SurveyState.DRAFT, SurveyState.CLEANED, SurveyState.PUBLISHED):
        asking = make_survey(state=state)
        with pytest.raises(NotPossible, match="问卷开始以后"):
            begun(asking, asking.worker)


def test_the_duty_ends_when_a_survey_is_called_off() -> None:
    asking = make_survey()
    entered(asking)
    Survey.objects.filter(pk=asking.pk).update(state=SurveyState.CANCELLED)

    drop_called_off()

    assert not Duty.objects.active().filter(kind="survey.papers").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_take_up_the_same_unit_at_once_share_one_entry() -> None:
    asking = make_survey()

    outcome = at_once(4, lambda: begun(asking, asking.worker))

    assert not outcome.errors
    assert {entry.pk for entry in outcome.results} == {PaperEntry.objects.get().pk}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_read_a_paper_second_at_once_make_one_answer() -> None:
    asking = make_survey()
    entry = entered(asking)
    others = [asking.director, make_user(Role.WORKER, neighbourhood=asking.here)]

    outcome = at_once(2, lambda at: services.confirm(others[at], entry.pk, READ), numbered=True)

    assert (len(outcome.results), len(outcome.errors)) == (1, 1)
    assert Response.objects.count() == 1
