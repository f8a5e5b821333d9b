"""The course of a survey: each verb with what it changes, tells and refuses, and what time does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from portal.community.models import User
from portal.community.permissions import Role
from portal.duties import services as duties
from portal.duties.models import Duty
from portal.duties.steps import ways
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.notifications.delivery import deliver_due
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from portal.surveys.course import jobs, promises, services
from portal.surveys.course.forms import SettingsForm
from portal.surveys.course.permissions import SURVEYS
from portal.surveys.course.track import track
from portal.surveys.lists.listing import surveys_with_lists
from portal.surveys.lists.services import list_demands
from portal.surveys.models import (
    DemandItem,
    Disposition,
    Mode,
    PaperEntry,
    Reach,
    Response,
    Strata,
    Survey,
    Unit,
    Wave,
)
from portal.surveys.states import SurveyState
from tests.concurrency import at_once
from tests.factories import make_neighbourhood, make_resident, make_subdistrict, make_user
from tests.surveys.factories import Asking, hand_in, make_survey

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def settled(**other: Any) -> dict[str, Any]:
    """Settings of a survey that can be approved."""
    plain: dict[str, Any] = {
        "title": "2026 年秋季社区居民需求问卷",
        "intro": "想知道大家最需要什么，好安排明年的钱和人。",
        "privacy": "只公布合计。",
        "mode": Mode.ANONYMOUS,
        "unit": Unit.HOUSEHOLD,
        "reach": Reach.ALL,
        "strata": Strata.BUILDING,
        "sample_size": None,
        "opens_at": None,
        "closes_at": clock.now() + 14 * DAY,
        "threshold": 30,
        "keep_months": 24,
    }
    return plain | other


def make_approved() -> Asking:
    """An approved survey without units, as it is before it opens."""
    world = make_survey(state=SurveyState.APPROVED)
    world.survey.units.all().delete()
    return world


def again(world: Asking) -> Survey:
    return Survey.objects.get(pk=world.pk)


def end_of(world: Asking) -> datetime:
    """The day on which it was to close."""
    assert world.survey.closes_at is not None
    return world.survey.closes_at


def owed(world: Asking) -> list[str]:
    return list(Duty.objects.active().about(key(world.survey)).values_list("kind", flat=True))


def told(kind: str) -> list[User]:
    deliver_due()
    return [notice.user for notice in Notice.objects.filter(kind=kind).select_related("user").order_by("pk")]


# --- before it opens ---


def test_a_survey_is_called_with_the_ready_questionnaire_and_known_to_the_office_alone() -> None:
    here = make_neighbourhood()
    worker, resident = make_user(Role.WORKER, neighbourhood=here), make_resident(within=here)

    survey = services.call(worker, here.slug, title="秋季问卷", ready=True)

    assert survey.threshold == 30
    assert survey.privacy
    assert survey.questions.count() > 10
    assert Survey.objects.visible_to(worker).filter(pk=survey.pk).exists()
    assert not Survey.objects.visible_to(resident).filter(pk=survey.pk).exists()
    with pytest.raises(PermissionDenied):
        services.call(resident, here.slug, title="我的问卷")


def test_a_copy_has_the_questions_and_the_family_of_the_last_wave() -> None:
    world = make_survey(state=SurveyState.RESPONDED)

    copy = services.call(world.worker, world.here.slug, title="2027 年问卷", source=world.survey)

    assert (copy.family, copy.previous) == (world.survey.family, world.survey)
    assert (copy.state, copy.frozen_at, copy.opened_at) == ("draft", None, None)
    assert [question.key for question in copy.questions.order_by("section__number", "number")] == [
        question.key for question in world.survey.questions.order_by("section__number", "number")
    ]


def test_what_is_missing_is_said_before_it_is_approved() -> None:
    world = make_survey(state=SurveyState.DRAFT)
    with pytest.raises(NotPossible, match="问卷的用途"):
        services.approve(world.director, world.pk)

    services.settings(world.worker, world.pk, **settled())
    services.approve(world.director, world.pk)

    survey = again(world)
    assert survey.state == "approved"
    assert survey.approved_by == world.director.person
    services.redraft(world.worker, world.pk, "还要加一题")
    assert again(world).approved_by is None


def test_the_approval_is_owed_by_the_director_by_a_day_as_long_as_nothing_is_missing(client: Client) -> None:
    world = make_survey(state=SurveyState.DRAFT)
    jobs.follow_promises()
    assert owed(world) == []

    services.settings(world.worker, world.pk, **settled())
    services.settings(world.worker, world.pk, **settled())
    (duty,) = Duty.objects.active().about(key(world.survey))
    assert (duty.kind, duty.post) == ("survey.approve", "director")
    for reader in (world.worker, world.director):
        client.force_login(reader)
        page = client.get(world.survey.get_absolute_url()).content.decode()
        assert "批准这份问卷" in page
        assert wording.deadline(duty.due_at) in page
    assert duty in duties.waiting_for(world.director)
    services.settings(world.worker, world.pk, **settled(privacy=" "))
    assert owed(world) == []
    services.settings(world.worker, world.pk, **settled())
    services.approve(world.director, world.pk)
    assert owed(world) == []
    assert Duty.objects.filter(kind="survey.approve", done_by=world.director).count() == 1
    services.redraft(world.worker, world.pk, "还要加一题")
    assert owed(world) == ["survey.approve"]
    services.cancel(world.director, world.pk, "不做了")
    assert owed(world) == []


def test_the_line_is_asked_for_only_where_somebody_is_asked_what_is_needed() -> None:
    world = make_survey(state=SurveyState.DRAFT)
    services.settings(world.worker, world.pk, **settled(threshold=40))
    assert "threshold" in SettingsForm(thing=again(world), user=world.worker).fields

    DemandItem.objects.filter(survey=world.survey).delete()
    form = SettingsForm(settled(opens_at="", closes_at=""), thing=again(world), user=world.worker)
    services.settings(world.worker, world.pk, **settled(threshold=None))

    assert "threshold" not in form.fields
    assert again(world).threshold == 40


def test_a_draft_whose_last_question_goes_is_no_longer_waited_for() -> None:
    world = make_survey(state=SurveyState.DRAFT)
    services.settings(world.worker, world.pk, **settled())

    for question in list(world.survey.questions.all()):
        question.delete()
    jobs.follow_promises()

    assert owed(world) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens_at": 9, "closes_at": 8},
        {"reach": Reach.SAMPLE, "sample_size": None},
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    world = make_survey(state=SurveyState.DRAFT)
    times = {name: clock.now() + n * DAY for name, n in wrong.items() if isinstance(n, int)}

    with pytest.raises(NotPossible):
        services.settings(world.worker, world.pk, **settled(**wrong | times))

    assert again(world).intro == ""


def test_what_was_tried_out_says_how_long_it_takes() -> None:
    world = make_approved()

    services.pilot(world.worker, world.pk, 7)

    assert (again(world).state, again(world).minutes) == ("piloted", 7)


# --- while it runs ---


def test_opening_freezes_draws_promises_and_tells_those_who_are_asked_once() -> None:
    world = make_approved()

    services.open_survey(world.worker, world.pk)

    survey = again(world)
    assert survey.frozen_at
    assert survey.fingerprint
    assert survey.units.count() == 3
    assert len(survey.lot) == 32
    assert len(survey.salt) == 64
    assert owed(world) == ["survey.clean"]
    check = Duty.objects.get(kind="survey.clean")
    assert not any(list(ways(check, one)) for one in (world.worker, world.director)), "not while it runs"
    assert told("survey.opened") == [world.resident]
    assert Entry.objects.get(action="survey.opened").data == {"asked": 3}
    with pytest.raises(NotPossible):
        services.open_survey(world.director, world.pk)


def test_a_survey_that_would_close_before_it_opens_is_not_opened() -> None:
    world = make_approved()

    with clock.at(clock.now() + 15 * DAY), pytest.raises(NotPossible, match="还没开放就要截止"):
        services.open_survey(world.worker, world.pk)

    assert again(world).frozen_at is None


def test_where_nobody_lives_nobody_can_be_asked() -> None:
    world = make_approved()
    world.home.building.dwellings.update(retired_on=clock.today())

    with pytest.raises(NotPossible, match="没有人可问"):
        services.open_survey(world.worker, world.pk)

    assert (again(world).state, again(world).frozen_at) == ("approved", None)


def test_a_sample_is_told_of_in_the_record_with_its_lot() -> None:
    world = make_approved()
    Survey.objects.filter(pk=world.pk).update(reach=Reach.SAMPLE, sample_size=2)

    services.open_survey(world.worker, world.pk)

    data = Entry.objects.get(action="survey.drawn").data
    assert data == {"size": 2, "all": 3, "lot": again(world).lot}


def test_paused_nobody_answers_and_it_goes_on_before_its_end() -> None:
    world = make_survey()
    services.pause(world.director, world.pk, "题目有误")
    assert not again(world).takes_answers

    services.resume(world.director, world.pk)

    assert again(world).takes_answers
    services.pause(world.director, world.pk, "台风")
    with clock.at(clock.now() + 15 * DAY), pytest.raises(NotPossible, match="已经过去"):
        services.resume(world.director, world.pk)


def test_more_time_is_given_with_a_trace_and_moves_what_is_owed_and_less_is_refused() -> None:
    world = make_survey()
    promises.follow(world.survey)
    (due,) = Duty.objects.active().about(key(world.survey)).values_list("due_at", flat=True)
    later = end_of(world) + 7 * DAY

    services.extend(world.worker, world.pk, later, "很多邻居还没回来")

    (moved,) = Duty.objects.active().about(key(world.survey)).values_list("due_at", flat=True)
    assert moved > due
    assert told("survey.extended") == [world.resident]
    assert "很多邻居还没回来" in str(Entry.objects.get(action="survey.extended").data)
    with pytest.raises(NotPossible, match="只能延长"):
        services.extend(world.worker, world.pk, later - DAY, "够了")


def test_closed_early_it_can_be_opened_again_for_three_days() -> None:
    world = make_survey()
    services.close(world.director, world.pk, "都交了")
    assert again(world).state == "closed"

    with clock.at(clock.now() + 4 * DAY), pytest.raises(NotPossible, match="已过"):
        services.reopen(world.director, world.pk, clock.now() + 9 * DAY, "还有人没交")
    with pytest.raises(NotPossible, match="已经过去"):
        services.reopen(world.director, world.pk, clock.now() - DAY, "还有人没交")
    services.reopen(world.director, world.pk, clock.now() + 9 * DAY, "还有人没交")

    assert again(world).takes_answers
    assert told("survey.reopened") == [world.resident]


def test_an_end_before_the_opening_is_refused_in_words(client: Client) -> None:
    world = make_survey()
    opens = clock.now() + 5 * DAY
    Survey.objects.filter(pk=world.pk).update(opens_at=opens)
    services.close(world.director, world.pk, "先不办了")
    client.force_login(world.director)
    # At noon, whenever the test runs: an hour of the night would be asked about first.
    before = {"closes_at": f"{opens - DAY:%Y-%m-%dT12:00}", "reason": "还是要办"}

    page = client.post(reverse("surveys:course_act", args=[world.pk, "reopen"]), before)

    assert page.status_code == 422
    assert "才开始" in page.content.decode()
    with pytest.raises(NotPossible, match="才开始"):
        services.reopen(world.director, world.pk, opens, "还是要办")
    services.reopen(world.director, world.pk, opens + DAY, "还是要办")
    assert again(world).state == "open"


def test_time_closes_a_survey_once_and_counts_from_its_own_day() -> None:
    world = make_survey()
    with clock.at(end_of(world) + 2 * DAY):
        jobs.close_surveys()
        jobs.close_surveys()

    survey = again(world)
    assert (survey.state, survey.closed_at) == ("closed", end_of(world))
    assert Entry.objects.filter(action="survey.closed").count() == 1
    assert owed(world) == ["survey.clean"]


def test_called_off_everything_that_was_answered_is_deleted_and_who_was_asked_stays() -> None:
    world = make_survey()
    promises.follow(world.survey)
    hand_in(world.survey, {"age": "60-", "wish": "多放长椅"})
    Response.objects.create(survey=world.survey, unit=world.survey.units.first())
    PaperEntry.objects.create(survey=world.survey, number=1, first={"age": "60-"}, first_by=world.worker)

    services.cancel(world.director, world.pk, "题目问错了")

    survey = again(world)
    assert survey.state == "cancelled"
    assert not survey.responses.exists()
    assert not survey.papers.exists()
    assert survey.units.count() == 3
    assert owed(world) == []
    assert told("survey.cancelled") == [world.resident]


def test_a_draft_that_was_given_up_stands_in_no_record() -> None:
    world = make_survey(state=SurveyState.DRAFT)

    services.cancel(world.director, world.pk, "不做了")

    assert not Entry.objects.filter(action__startswith="survey.").exists()


# --- who has not handed in ---


def test_what_became_of_asking_is_noted_of_several_and_not_of_those_who_handed_in() -> None:
    world = make_survey()
    units = list(world.survey.units.all())
    type(units[0]).objects.filter(pk=units[0].pk).update(handed_in_on=clock.today())

    assert services.mark(world.worker, world.pk, units, Disposition.REFUSED) == 2

    assert list(world.survey.units.values_list("disposition", flat=True)) == ["", "refused", "refused"]
    with pytest.raises(NotPossible, match="请选出"):
        services.mark(world.worker, world.pk, units[:1], Disposition.EMPTY)


def test_what_was_noted_wrongly_goes_back_to_nothing(client: Client) -> None:
    world = make_survey()
    units = list(world.survey.units.all())
    services.mark(world.worker, world.pk, units, Disposition.EMPTY)
    client.force_login(world.worker)

    answered = client.post(
        reverse("surveys:units", args=[world.pk]), {"disposition": "-", "units": [units[0].pk, units[1].pk]}
    )

    assert answered.status_code == 302
    assert list(world.survey.units.values_list("disposition", flat=True)) == ["", "", "empty"]


def test_reminders_go_to_those_who_handed_nothing_in_not_too_often_and_not_too_soon() -> None:
    world = make_survey()
    assert services.remind(world.worker, world.pk) == 1
    assert told("survey.reminder") == [world.resident]

    with pytest.raises(NotPossible, match="没有可以提醒的"):
        services.remind(world.worker, world.pk)
    with clock.at(clock.now() + 4 * DAY):
        assert services.remind(world.worker, world.pk) == 1
    with clock.at(clock.now() + 8 * DAY), pytest.raises(NotPossible):
        services.remind(world.worker, world.pk)

    assert told("survey.reminder") == [world.resident] * 2


def test_whoever_handed_in_or_does_not_want_to_is_not_reminded() -> None:
    world = make_survey()
    world.survey.units.filter(dwelling=world.home).update(disposition=Disposition.REFUSED)

    with pytest.raises(NotPossible):
        services.remind(world.worker, world.pk)


def test_before_the_end_time_reminds_once() -> None:
    world = make_survey()
    jobs.remind_of_surveys()
    assert told("survey.reminder") == []

    with clock.at(end_of(world) - 2 * DAY):
        jobs.remind_of_surveys()
        jobs.remind_of_surveys()

    assert told("survey.reminder") == [world.resident]


def test_time_asks_those_who_came_and_leaves_a_trace() -> None:
    world = make_survey()
    new = type(world.home).objects.create(building=world.home.building, room="909", exclusive_area=5000)

    jobs.follow_frames()
    jobs.follow_frames()

    assert world.survey.units.get(dwelling=new).number == 4
    assert Entry.objects.get(action="survey.grew").data == {"count": 1}
    with pytest.raises(NotPossible):
        services.add(world.worker, world.pk)


# --- after the end ---


def test_the_answers_are_looked_through_only_when_the_paper_is_settled_and_the_odd_looked_for() -> None:
    world = make_survey(state=SurveyState.CLOSED)
    hand_in(world.survey, {"age": "60-"})
    paper = PaperEntry.objects.create(survey=world.survey, number=1, first_by=world.worker)
    with pytest.raises(NotPossible, match="1 份纸质问卷"):
        services.clean(world.worker, world.pk)
    PaperEntry.objects.filter(pk=paper.pk).update(settled_at=clock.now())
    with pytest.raises(NotPossible, match="先查找异常答卷"):
        services.clean(world.worker, world.pk)
    services.look(world.worker, world.pk)
    hand_in(world.survey, {"age": "18-44"})
    with pytest.raises(NotPossible, match="先查找异常答卷"):
        services.clean(world.worker, world.pk)


def test_looked_through_what_was_begun_is_deleted_and_noted() -> None:
    world = make_survey(state=SurveyState.CLOSED)
    hand_in(world.survey, {"age": "60-"})
    unit = world.survey.units.get(number=2)
    Response.objects.create(survey=world.survey, unit=unit, values={"age": "60-"})
    services.look(world.worker, world.pk)

    services.clean(world.worker, world.pk)

    unit.refresh_from_db()
    assert unit.disposition == Disposition.PARTIAL
    assert world.survey.responses.count() == 1
    assert owed(world) == ["survey.publish"]
    assert Entry.objects.get(action="survey.cleaned").data == {"valid": 1, "removed": 0}


def test_each_step_after_the_end_can_be_taken_back_with_a_reason_and_is_owed_again() -> None:
    world = make_survey(state=SurveyState.CLOSED)
    services.look(world.worker, world.pk)
    services.clean(world.worker, world.pk)
    services.analyse(world.worker, world.pk)
    services.count_again(world.worker, world.pk, "漏了两份")
    services.check_again(world.worker, world.pk, "漏了两份")

    assert again(world).state == "closed"
    assert owed(world) == ["survey.clean"]


def test_what_is_owed_follows_a_survey_that_another_room_moved_on() -> None:
    world = make_survey(state=SurveyState.ANALYSED)
    jobs.follow_promises()
    assert owed(world) == ["survey.publish"]

    for state, kinds in (
        (SurveyState.PUBLISHED, ["survey.list"]),
        (SurveyState.LISTS_UPDATED, ["survey.respond"]),
        (SurveyState.RESPONDED, []),
    ):
        Survey.objects.filter(pk=world.pk).update(state=state)
        jobs.follow_promises()
        jobs.follow_promises()
        assert owed(world) == kinds

    lines = promises.lines(again(world))
    assert [line.done_at is not None for line in lines] == [False, True, True, True]


@pytest.mark.parametrize(
    ("state", "needs", "done"),
    [
        (SurveyState.PUBLISHED, True, False),
        (SurveyState.PUBLISHED, False, True),
        (SurveyState.LISTS_UPDATED, True, False),
        (SurveyState.RESPONDED, True, True),
        (SurveyState.ARCHIVED, True, True),
        (SurveyState.ANALYSED, False, False),
    ],
)
def test_when_nothing_is_left_to_do_track_and_promises_say_the_same(
    state: SurveyState, needs: bool, done: bool
) -> None:
    world = make_survey(state=state)
    if not needs:
        DemandItem.objects.filter(survey=world.survey).delete()
    promises.follow(survey := again(world))

    assert (track(survey)[-1].status == "done", not owed(world)) == (done, done)


def test_one_that_asks_for_no_need_promises_no_list_and_is_done_with_its_results(client: Client) -> None:
    world = make_survey(state=SurveyState.ANALYSED)
    DemandItem.objects.filter(survey=world.survey).delete()
    jobs.follow_promises()
    client.force_login(world.director)
    before = client.get(world.survey.get_absolute_url()).content.decode()
    Survey.objects.filter(pk=world.pk).update(state=SurveyState.PUBLISHED)
    jobs.follow_promises()
    after = client.get(world.survey.get_absolute_url()).content.decode()

    assert [str(line.label) for line in promises.lines(again(world))] == ["核对答卷", "公布结果"]
    assert (owed(world), "30 %" in before) == ([], False)
    assert "没有需求清单" in after
    assert reverse("surveys:list_act", args=[world.pk, "list-demands"]) not in after
    with pytest.raises(NotPossible, match="没有可以列出的"):
        list_demands(world.director, world.pk)
    services.archive(world.director, world.pk)
    assert again(world).state == "archived"
    assert not surveys_with_lists(world.here).exists()


def test_demands_are_listed_before_a_survey_goes_into_the_archive() -> None:
    world = make_survey(state=SurveyState.PUBLISHED)

    with pytest.raises(NotPossible, match="先列出"):
        services.archive(world.director, world.pk)


def test_all_answered_it_goes_into_the_archive_and_stays() -> None:
    world = make_survey(state=SurveyState.RESPONDED)

    services.archive(world.director, world.pk)

    assert again(world).state == "archived"
    with pytest.raises(NotPossible):
        services.archive(world.director, world.pk)


# --- waves ---


def make_wave() -> tuple[Wave, Asking, User, User]:
    """A wave of a subdistrict with the pattern of one neighbourhood; its officer, and a worker of another one."""
    area = make_subdistrict()
    world = make_survey(make_neighbourhood(parent=area), state=SurveyState.APPROVED)
    officer = make_user(Role.OFFICER, neighbourhood=area)
    other = make_user(Role.WORKER, neighbourhood=make_neighbourhood(parent=area, slug="other-one"))
    wave = services.call_wave(officer, world.here.slug, title="街道统一问卷", area=area, pattern=world.survey)
    return wave, world, officer, other


def test_a_wave_is_told_to_the_committees_and_its_pattern_belongs_to_it() -> None:
    wave, world, _officer, other = make_wave()

    assert set(told("survey.wave_called")) == {world.worker, world.director, other}
    assert again(world).wave == wave
    with pytest.raises(NotPossible, match="不能再改"):
        services.redraft(world.worker, world.pk, "改一题")


def test_a_neighbourhood_joins_once_with_the_common_questions() -> None:
    wave, world, officer, other = make_wave()

    joined = services.join(other, wave.pk, "other-one")

    assert (joined.family, joined.wave, joined.state) == (world.survey.family, wave, "draft")
    assert joined.questions.count() == world.survey.questions.count()
    assert all(joined.questions.values_list("common", flat=True))
    assert told("survey.wave_joined") == [officer]
    with pytest.raises(NotPossible, match="已经参加"):
        services.join(other, wave.pk, "other-one")
    with pytest.raises(PermissionDenied):
        services.join(other, wave.pk, world.here.slug)


def test_nobody_joins_a_closed_wave_until_it_is_open_again() -> None:
    wave, _world, officer, other = make_wave()
    services.end_wave(officer, wave.pk)
    with pytest.raises(NotPossible, match="已结束"):
        services.join(other, wave.pk, "other-one")

    services.resume_wave(officer, wave.pk)

    assert services.join(other, wave.pk, "other-one").wave == wave


def test_a_wave_needs_an_area_of_ones_own_and_an_approved_pattern() -> None:
    area = make_subdistrict()
    world = make_survey(make_neighbourhood(parent=area), state=SurveyState.DRAFT)
    near = make_user(Role.OFFICER, neighbourhood=world.here)
    officer = make_user(Role.OFFICER, neighbourhood=area)
    given: dict[str, Any] = {"title": "街道统一问卷", "area": area, "pattern": world.survey}

    with pytest.raises(PermissionDenied):
        services.call_wave(near, world.here.slug, **given)
    with pytest.raises(NotPossible, match="已批准"):
        services.call_wave(officer, world.here.slug, **given)


def test_a_draft_is_not_known_to_neighbours() -> None:
    world = make_survey(state=SurveyState.DRAFT)

    with pytest.raises(Http404):
        SURVEYS.get(world.resident, world.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_open_at_once_one_is_refused_and_the_frame_is_drawn_once() -> None:
    world = make_approved()
    clerks = [world.worker, world.director]

    outcome = at_once(2, lambda n: services.open_survey(clerks[n], world.pk), numbered=True)

    assert len(outcome.results) == 1
    assert [type(error) for error in outcome.errors] == [NotPossible]
    assert world.survey.units.count() == 3
    assert Entry.objects.filter(action="survey.opened").count() == 1
