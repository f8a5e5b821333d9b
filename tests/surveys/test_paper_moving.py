"""Answers on paper or by telephone that were counted for the wrong home: moved by name, else the marks alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.community.permissions import Role
from portal.community.selectors import signature
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.surveys.answering.services import begin
from portal.surveys.course.figures import response_rate
from portal.surveys.models import Channel, FrameUnit, Mode, PaperEntry, PaperTrace, Response
from portal.surveys.paper import moving, papers, services
from portal.surveys.states import PaperState, ResponseState
from tests.factories import make_user
from tests.surveys.factories import Asking, make_survey

pytestmark = pytest.mark.django_db
HEARD: dict[str, Any] = {"age": "60-", "canteen": "needed"}


def called(asking: Asking, number: str, by: User | None = None) -> PaperEntry:
    """A call that counts for a unit."""
    user = by or asking.worker
    call = services.take_call(user, asking.pk, number)
    services.read(user, call.pk, HEARD)
    return services.count(user, call.pk)


def unit_of(asking: Asking, number: int) -> FrameUnit:
    return FrameUnit.objects.get(survey=asking.survey, number=number)


def test_by_name_answers_move_to_the_right_home_and_the_wrong_one_can_answer_again() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = called(asking, "1")

    moving.move(asking.director, entry.pk, "2", "门牌听错")

    wrong, right = unit_of(asking, 1), unit_of(asking, 2)
    assert (wrong.handed_in_on, wrong.entered_by) == (None, None)
    assert (right.handed_in_on, right.entered_by) == (clock.today(), asking.worker)
    response = Response.objects.get()
    assert (response.unit, response.values) == (right, HEARD)
    entry.refresh_from_db()
    assert entry.unit == right
    assert begin(asking.resident, asking.pk).state == ResponseState.DRAFT
    told = Notice.objects.get(kind="survey.yours_again")
    assert told.user == asking.resident


def test_who_moved_them_when_from_where_to_where_and_why_stands_on_the_page(client: Client) -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = called(asking, "1")
    moving.move(asking.director, entry.pk, "2", "门牌听错")
    client.force_login(asking.worker)

    page = client.get(entry.get_absolute_url()).content.decode()

    trace = PaperTrace.objects.get()
    assert (trace.was, trace.now) == (unit_of(asking, 1), unit_of(asking, 2))
    assert f"{unit_of(asking, 1).called} → {unit_of(asking, 2).called}" in page
    assert "门牌听错" in page
    assert trace.by in page
    assert "门牌听错" not in str(Entry.objects.get(action="survey.answer_moved").data)


def test_where_the_right_home_has_answered_the_first_count_and_the_others_are_left_out() -> None:
    asking = make_survey(mode=Mode.NAMED)
    first, second = called(asking, "2"), called(asking, "1")

    with pytest.raises(NotPossible, match="对调"):
        moving.move(asking.director, second.pk, "2", "门牌听错")
    with pytest.raises(NotPossible, match="还没有"):
        moving.leave_out(asking.director, second.pk, "3", "门牌听错")
    moved = moving.leave_out(asking.director, second.pk, "2", "门牌听错")

    assert moved.state is PaperState.WITHDRAWN
    assert unit_of(asking, 1).handed_in_on is None
    assert Response.objects.get(state=ResponseState.HANDED_IN) == first.response
    assert Response.objects.get(state=ResponseState.REMOVED).unit is None
    assert called(asking, "1").state is PaperState.SETTLED


def test_what_was_moved_is_moved_back_and_a_mark_too() -> None:
    named, nameless = make_survey(mode=Mode.NAMED), make_survey()
    entry = called(named, "1")
    called(nameless, "1")

    for right in ("2", "1"):
        moving.move(named.director, entry.pk, right, "门牌听错")
    for wrong, right in (("1", "2"), ("2", "1")):
        moving.move_mark(nameless.director, nameless.pk, wrong, right, "门牌听错")

    assert Response.objects.get(survey=named.survey).unit == unit_of(named, 1)
    for asking in (named, nameless):
        marks = [unit_of(asking, number).handed_in_on for number in (1, 2)]
        assert marks == [clock.today(), None]


def test_two_that_were_mixed_up_change_places_and_change_back() -> None:
    asking = make_survey(mode=Mode.NAMED)
    one, two = called(asking, "1"), called(asking, "2", asking.director)
    services.correct(asking.director, two.pk, {**HEARD, "age": "45-59"}, "听错了")

    moving.swap(asking.director, one.pk, "2", "两份弄混了")

    ages = {
        response.unit.number: response.values["age"] for response in Response.objects.select_related("unit")
    }
    assert ages == {1: "45-59", 2: "60-"}
    assert [unit_of(asking, number).entered_by for number in (1, 2)] == [asking.director, asking.worker]
    assert [unit_of(asking, number).handed_in_on for number in (1, 2)] == [clock.today()] * 2
    moves = PaperTrace.objects.filter(what="moved").values_list("entry", "was__number", "now__number")
    assert set(moves) == {(one.pk, 1, 2), (two.pk, 2, 1)}
    assert not Notice.objects.filter(kind="survey.yours_again").exists()
    moving.swap(asking.director, one.pk, "1", "没有弄混")
    assert Response.objects.get(paper=one).unit == unit_of(asking, 1)
    assert response_rate(asking.survey).complete == 2


def test_what_a_household_handed_in_itself_is_not_swapped() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = called(asking, "1")
    FrameUnit.objects.filter(pk=unit_of(asking, 2).pk).update(handed_in_on=clock.today())

    with pytest.raises(NotPossible, match="自己"):
        moving.swap(asking.director, entry.pk, "2", "两份弄混了")

    assert Response.objects.get().unit == unit_of(asking, 1)


def test_what_cannot_be_moved_is_refused_in_words() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = called(asking, "1")
    services.take_call(asking.worker, asking.pk, "3")

    for code, said in (("1", "就是现在记的这一户"), ("3", "已经在录入"), ("777", "没有")):
        with pytest.raises(NotPossible, match=said):
            moving.move(asking.director, entry.pk, code, "门牌听错")
    Response.objects.update(changes={"age": "45-59"})
    with pytest.raises(NotPossible, match="这户人家自己"):
        moving.move(asking.director, entry.pk, "2", "门牌听错")
    assert unit_of(asking, 1).handed_in_on is not None


def test_without_names_the_marks_alone_are_put_right_by_somebody_else_and_no_answer_is_touched() -> None:
    asking = make_survey()
    entry = called(asking, "1")
    before = list(Response.objects.values())

    with pytest.raises(NotPossible, match="要由另一个人"):
        moving.move_mark(asking.worker, asking.pk, "1", "2", "门牌听错")
    with pytest.raises(NotPossible, match="还没有交"):
        moving.drop_mark(asking.director, asking.pk, "1", "2", "门牌听错")
    with pytest.raises(NotPossible, match="不知道"):
        moving.move(asking.director, entry.pk, "2", "门牌听错")
    moving.move_mark(asking.director, asking.pk, "1", "2", "门牌听错")

    assert list(Response.objects.values()) == before
    assert (unit_of(asking, 1).handed_in_on, unit_of(asking, 2).handed_in_on) == (None, clock.today())
    trace = PaperTrace.objects.get()
    assert (trace.entry, trace.reason) == (None, "门牌听错")
    assert called(asking, "1").state is PaperState.SETTLED


def test_without_names_only_marks_of_what_staff_entered_are_moved_and_never_so_that_one_home_counts_twice() -> (
    None
):
    asking = make_survey()
    entry = called(asking, "1")
    called(asking, "2")
    FrameUnit.objects.filter(pk=unit_of(asking, 3).pk).update(handed_in_on=clock.today())
    Response.objects.create(survey=asking.survey, state=ResponseState.HANDED_IN, values=HEARD)

    with pytest.raises(NotPossible, match="没有录入过"):
        moving.move_mark(asking.director, asking.pk, "3", "1", "门牌听错")
    with pytest.raises(NotPossible, match="已经交了"):
        moving.move_mark(asking.director, asking.pk, "1", "2", "门牌听错")
    anew = services.redo(asking.director, entry.pk, "门牌听错")
    with pytest.raises(NotPossible, match="已经交了"):
        moving.drop_mark(asking.director, asking.pk, "1", "2", "门牌听错")
    services.withdraw(asking.director, anew.pk, "门牌听错")
    moving.drop_mark(asking.director, asking.pk, "1", "2", "门牌听错")

    assert (unit_of(asking, 1).handed_in_on, unit_of(asking, 2).handed_in_on) == (None, clock.today())


def test_who_puts_right_and_who_withdraws_is_kept() -> None:
    asking = make_survey(mode=Mode.NAMED)
    entry = called(asking, "1")
    begun = services.begin(asking.worker, asking.pk, "2", papers.version_of(asking.survey))

    services.correct(asking.director, entry.pk, {**HEARD, "age": "45-59"}, "听错了")
    services.withdraw(asking.director, begun.pk, "空白")

    name = signature(asking.director, asking.here).name
    kept = set(PaperTrace.objects.values_list("what", "reason", "by"))
    assert kept == {("corrected", "听错了", name), ("withdrawn", "空白", name)}


def test_the_page_says_whose_answers_are_typed_before_they_count(client: Client) -> None:
    asking = make_survey()
    call = services.take_call(asking.worker, asking.pk, "2")
    client.force_login(asking.worker)
    whose = unit_of(asking, 2).called

    typing = client.get(reverse("surveys:paper_entry_act", args=[call.pk, "read"])).content.decode()
    services.read(asking.worker, call.pk, HEARD)
    heard = client.get(reverse("surveys:paper_entry_act", args=[call.pk, "count"])).content.decode()

    assert whose in typing
    assert whose in heard


def test_the_desk_offers_the_mark_without_names_and_lists_what_was_put_right(client: Client) -> None:
    asking = make_survey()
    called(asking, "1", asking.director)
    make_user(Role.WORKER, neighbourhood=asking.here)
    client.force_login(asking.worker)
    url = reverse("surveys:paper_act", args=[asking.pk, "move-mark"])

    assert url in client.get(reverse("surveys:papers", args=[asking.pk])).content.decode()
    answered = client.post(url, {"wrong": "1", "right": "2", "reason": "门牌听错"})

    assert answered.status_code == 302
    desk = client.get(answered["Location"]).content.decode()
    assert f"{unit_of(asking, 1).called} → {unit_of(asking, 2).called}" in desk
    assert Response.objects.get().channel == Channel.PHONE


def test_what_was_taken_out_to_be_entered_anew_or_moved_leaves_the_response_rate_as_it_is() -> None:
    asking = make_survey()
    paper = called(asking, "1")
    anew = services.redo(asking.director, paper.pk, "录错")
    without = response_rate(asking.survey)
    services.read(asking.worker, anew.pk, HEARD)
    services.count(asking.worker, anew.pk)

    assert (without.complete, without.other) == (0, 1)
    assert (response_rate(asking.survey).complete, response_rate(asking.survey).other) == (1, 0)

    named = make_survey(mode=Mode.NAMED)
    called(named, "2")
    moving.leave_out(named.director, called(named, "1").pk, "2", "门牌听错")
    assert (response_rate(named.survey).complete, response_rate(named.survey).other) == (1, 0)
