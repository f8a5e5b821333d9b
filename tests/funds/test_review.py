"""The review of a round: each step with its refusals, what is owed to whom, and what nobody reads too early."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.community.models import Post
from portal.duties.models import Duty
from portal.funds.applying import services as applying
from portal.funds.applying.wording import COMPLETE, ELIGIBILITY
from portal.funds.models import (
    Application,
    ApplicationTrace,
    BudgetLine,
    Call,
    Conflict,
    Criterion,
    Grant,
    Instalment,
    Objection,
    Review,
    Score,
)
from portal.funds.review import deciding, jobs, ranking, selectors, services
from portal.funds.review.owing import next_of
from portal.funds.review.reading import readable_ranking
from portal.funds.review.services import Given, choosing
from portal.funds.review.wording import (
    ANSWER,
    BEGIN,
    DECIDE,
    HAND_ON,
    NAME,
    NEED,
    POST,
    SCORES,
    SHORTLIST,
)
from portal.funds.states import ApplicationState, CallState, ObjectionState
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.record.models import Entry
from portal.record.services import key
from tests.factories import make_appointment, make_resident, person_of
from tests.funds.factories import make_application
from tests.funds.factories_review import (
    Reviewing,
    after_notice,
    make_checked,
    make_handed_in,
    make_on_notice,
    make_scored,
    make_scoring,
    score,
    state,
)

pytestmark = pytest.mark.django_db
A = ApplicationState


def owed(thing: Model) -> set[str]:
    return set(Duty.objects.active().filter(subject=key(thing)).values_list("kind", flat=True))


def fresh(world: Reviewing) -> Call:
    return Call.objects.select_related("fund__neighbourhood").get(pk=world.pk)


# --- checks ---


def test_the_review_begins_after_the_window_and_with_something_handed_in() -> None:
    world = make_handed_in()
    assert world.call.closes_at is not None
    with clock.at(world.call.closes_at - timedelta(minutes=1)), pytest.raises(NotPossible):
        services.begin_review(world.worker, world.pk)
    jobs.owe_steps()
    assert owed(world.call) == {BEGIN}

    services.begin_review(world.worker, world.pk)

    assert fresh(world).state == CallState.REVIEWING
    assert owed(world.call) == {NAME}
    with pytest.raises(NotPossible):
        services.begin_review(world.worker, world.pk)


def test_a_round_in_which_nobody_handed_in_is_not_reviewed() -> None:
    world = make_handed_in()
    Application.objects.filter(call=world.pk).update(state=A.WITHDRAWN)
    with pytest.raises(NotPossible):
        services.begin_review(world.worker, world.pk)
    jobs.owe_steps()
    assert owed(world.call) == set()


def test_eligibility_then_need_each_on_its_clock_and_taken_back_where_it_was_wrong() -> None:
    world = make_handed_in()
    one = world.applications[0]

    services.judge_eligible(world.worker, one.pk)
    assert (state(world, 0), owed(one)) == (A.ELIGIBLE, {NEED})
    services.take_back(world.worker, one.pk, "看错了")
    assert (state(world, 0), owed(one)) == (A.SUBMITTED, {"funds.eligibility"})
    services.judge_eligible(world.worker, one.pk)
    services.confirm_need(world.worker, one.pk, "问卷 31 户")
    assert (state(world, 0), owed(one)) == (A.NEED_CHECKED, set())
    assert world.application(0).need_note == "问卷 31 户"
    services.take_back(world.director, one.pk, "问卷数错了")
    assert (state(world, 0), owed(one)) == (A.ELIGIBLE, {NEED})

    said = ApplicationTrace.objects.filter(application=one).values_list("what", flat=True)
    assert list(said) == ["eligible", "check_taken_back", "eligible", "need_confirmed", "check_taken_back"]
    told = Notice.objects.filter(user=world.lead(0)).values_list("kind", flat=True)
    assert set(told) >= {"fundreview.eligible", "fundreview.taken_back", "fundreview.need_confirmed"}


def test_given_back_is_owed_by_whoever_applied_and_not_eligible_says_why() -> None:
    world = make_handed_in()
    one = world.applications[0]

    services.give_back(world.worker, one.pk, "报价单缺一张")
    duty = Duty.objects.active().get(subject=key(one))
    assert (duty.kind, duty.person_id) == (COMPLETE, one.lead_id)
    assert world.application(0).reason == "报价单缺一张"
    services.judge_ineligible(world.worker, one.pk, "到期没有补")
    assert (state(world, 0), owed(one)) == (A.INELIGIBLE, set())
    with pytest.raises(NotPossible):
        services.judge_eligible(world.worker, one.pk)
    services.take_back(world.worker, one.pk, "其实补了")
    assert state(world, 0) == A.SUBMITTED


def test_what_was_given_back_for_nothing_is_taken_back_until_whoever_applied_changes_it() -> None:
    world = make_handed_in()
    first, second = (world.applications[n].pk for n in (0, 1))
    for pk in (first, second):
        services.give_back(world.worker, pk, "缺报价单")
    line = BudgetLine.objects.filter(application=second).latest("pk")
    applying.remove_line(world.lead(1), line.pk)

    services.take_back(world.worker, first, "报价单就在后面")
    with pytest.raises(NotPossible):
        services.take_back(world.worker, second, "报价单就在后面")

    assert (state(world, 0), owed(world.applications[0])) == (A.SUBMITTED, {ELIGIBILITY})
    assert (state(world, 1), owed(world.applications[1])) == (A.RETURNED, {COMPLETE})


def test_the_record_says_in_the_portals_own_language_in_what_capacity_somebody_reviews() -> None:
    world = make_handed_in()
    with translation.override("en"):
        services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[1]))

    said = Entry.objects.filter(action="fundreview.named").latest("pk").data["quality"]

    assert said.isascii() is False


def test_what_the_desk_wrote_down_the_desk_completes() -> None:
    world = make_handed_in()
    one = world.applications[0]
    Application.objects.filter(pk=one.pk).update(entered_by=world.worker.person)

    services.give_back(world.director, one.pk, "报价单缺一张")

    assert Duty.objects.active().get(subject=key(one), kind=COMPLETE).post == Post.WORKER


def test_a_reviewer_reads_what_was_changed_after_it_was_given_back(client: Client) -> None:
    world = make_scoring()
    one = world.applications[0]
    ApplicationTrace.objects.create(application=one, what="changed", why="删去：活动海报", signed="周阿姨")
    client.force_login(world.reviewers[0])

    shown = client.get(reverse("funds:scoring", args=[one.pk])).content.decode()

    assert "删去：活动海报" in shown
    assert "周阿姨" in shown


def test_the_record_names_the_number_alone_before_the_notice() -> None:
    world = make_checked()
    about = Entry.objects.filter(action__startswith="fundreview.")
    assert about.exists()
    texts = " ".join(f"{one.title} {one.data}" for one in about)
    assert "项目0" not in texts
    assert str(world.applications[0].number) in texts


# --- reviewers and ties ---


def test_who_applies_or_is_no_delegate_or_reviews_already_is_not_named() -> None:
    world = make_handed_in()
    for person, delegate in (
        (world.applications[0].lead, False),
        (person_of(world.reviewers[1]), True),
    ):
        with pytest.raises(NotPossible):
            services.name_reviewer(world.worker, world.pk, person, delegate)
    services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[0]), True)
    with pytest.raises(NotPossible):
        services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[0]), True)


def test_a_reviewer_who_comes_to_apply_stops_when_the_review_begins() -> None:
    world = make_handed_in()
    services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[1]))
    make_application(world.call, lead=world.reviewers[1], title="自己的项目")

    services.begin_review(world.worker, world.pk)

    assert world.reviewer(1).ended_at is not None


def test_nothing_is_handed_on_unchecked_or_with_too_few_reviewers() -> None:
    world = make_handed_in()
    services.begin_review(world.worker, world.pk)
    for n in (1, 2):
        services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[n]))
    for one in world.applications:
        with pytest.raises(NotPossible):
            services.hand_to_reviewers(world.worker, world.pk)
        services.judge_eligible(world.worker, one.pk)
        services.confirm_need(world.worker, one.pk)
    with pytest.raises(NotPossible):
        services.hand_to_reviewers(world.worker, world.pk)
    assert owed(world.call) == {NAME}
    services.name_reviewer(world.worker, world.pk, person_of(world.reviewers[0]), True)
    assert owed(world.call) == {HAND_ON}

    services.hand_to_reviewers(world.worker, world.pk)

    assert (state(world, 0), owed(world.call)) == (A.REVIEWING, set())
    assert [owed(world.reviewer(n)) for n in range(3)] == [{SCORES}] * 3


def test_a_reviewer_sees_nothing_before_saying_which_ties_there_are_and_nothing_of_a_tie_after() -> None:
    world = make_checked()
    services.hand_to_reviewers(world.worker, world.pk)
    user, row = world.reviewers[1], world.reviewer(1)
    assert not Application.objects.visible_to(user).exists()
    with pytest.raises(Http404):
        score(world, user, world.applications[0], 5)
    with pytest.raises(NotPossible):
        services.declare(user, row.pk, [world.applications[1]], "")

    services.declare(user, row.pk, world.applications[1:], "是我弟弟")

    assert list(Application.objects.visible_to(user)) == [world.applications[0]]
    with pytest.raises(Http404):
        score(world, user, world.applications[1], 5)
    score(world, user, world.applications[0], 5)
    assert owed(row) == set()
    assert owed(world.call) == {NAME}
    assert not Conflict.objects.filter(late=True).exists()


def test_a_tie_declared_late_sets_the_scores_aside_and_another_reviewer_is_owed() -> None:
    world = make_scored()
    user, row, one = world.reviewers[2], world.reviewer(2), world.applications[0]
    assert owed(world.call) == {SHORTLIST}

    services.declare_tie(user, row.pk, one, "刚知道是同事")

    aside = Review.objects.get(reviewer=row, application=one)
    assert aside.set_aside == "刚知道是同事"
    assert aside.scores.count() == 5
    assert Conflict.objects.get().late
    assert ApplicationTrace.objects.filter(application=one, what="late_tie").exists()
    assert not selectors.all_in(fresh(world))
    assert owed(world.call) == {NAME}
    with pytest.raises(NotPossible):
        services.shortlist(world.worker, world.pk, [one.pk])

    other = make_resident(within=world.here)
    services.name_reviewer(world.worker, world.pk, person_of(other), quality="退休教师")
    given = Review.objects.filter(reviewer__person=person_of(other))
    assert [review.application_id for review in given] == [one.pk]
    services.declare(other, given.get().reviewer_id)
    score(world, other, one, 3)
    assert selectors.all_in(fresh(world))
    assert owed(world.call) == {SHORTLIST}


def test_the_office_can_write_down_a_tie_and_whoever_it_is_about_is_told() -> None:
    world = make_scoring()
    row = world.reviewer(1)
    services.declare_tie(world.worker, row.pk, world.applications[0], "同住一户")
    assert Notice.objects.filter(user=world.reviewers[1], kind="fundreview.tie_by_office").exists()
    with pytest.raises(Http404):
        services.end_reviewer(world.resident, row.pk, "x")
    with pytest.raises(NotPossible):
        services.declare_tie(world.worker, row.pk, world.applications[0], "再来一次")


def test_a_reviewer_of_the_office_with_a_tie_is_not_the_office_towards_it() -> None:
    world = make_scoring()
    make_appointment(person_of(world.reviewers[1]), Post.WORKER, world.here)
    services.declare_tie(world.reviewers[1], world.reviewer(1).pk, world.applications[0], "一家人")

    assert world.applications[0] not in Application.objects.visible_to(world.reviewers[1])
    with pytest.raises(PermissionDenied):
        services.shortlist(world.reviewers[1], world.pk, [])


def test_a_delegate_whose_post_ends_or_who_moves_away_scores_no_more() -> None:
    world = make_scoring()
    services.end_reviewer(world.reviewers[0], world.reviewer(0).pk, "搬走了")
    assert world.reviewer(0).ended_at is not None
    assert owed(world.reviewer(0)) == set()
    assert not Review.objects.filter(reviewer=world.reviewer(0)).exists()
    assert owed(world.call) == {NAME}
    with pytest.raises(NotPossible):
        services.end_reviewer(world.worker, world.reviewer(0).pk, "x")


# --- scores ---


def test_scores_are_blind_for_everybody_until_all_are_in() -> None:
    world = make_scoring()
    for n, user in enumerate(world.reviewers):
        for one in world.applications:
            for reader in (world.worker, world.director, *world.reviewers, world.lead(0)):
                assert readable_ranking(reader, fresh(world)) == []
            score(world, user, one, 6 + n)

    assert len(readable_ranking(world.worker, fresh(world))) == 3
    assert len(readable_ranking(world.reviewers[0], fresh(world))) == 3
    assert readable_ranking(world.lead(0), fresh(world)) == []
    with pytest.raises(NotPossible):
        score(world, world.reviewers[0], world.applications[0], 1)


def test_scores_can_be_handed_in_anew_until_then_and_need_points_and_reasons() -> None:
    world = make_scoring()
    user, one = world.reviewers[0], world.applications[0]
    keys = [criterion.key for criterion in world.call.criteria.all()]
    for given in (
        {},
        {name: Given(11, "x") for name in keys},
        {name: Given(-1, "x") for name in keys},
        {name: Given(5, "  ") for name in keys},
        {name: Given(5, "x") for name in keys[1:]},
    ):
        with pytest.raises(NotPossible):
            services.hand_in_scores(user, one.pk, given)
    assert not Score.objects.exists()

    score(world, user, one, 3)
    score(world, user, one, 7)

    assert list(Score.objects.values_list("points", flat=True)) == [7] * 5
    review = Review.objects.get(application=one, reviewer=world.reviewer(0))
    criterion = Criterion.objects.filter(call=world.call).first()
    for points, why in ((11, "x"), (5, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Score.objects.filter(review=review, criterion=criterion).update(points=points, why=why)


def test_the_ranking_is_exact_with_its_spread_and_shares_places() -> None:
    world = make_scoring()
    for user, points in zip(world.reviewers, ((10, 3, 3), (7, 8, 8), (3, 9, 9)), strict=True):
        for one, given in zip(world.applications, points, strict=True):
            score(world, user, one, given)

    rows = ranking.of(fresh(world))

    assert [row.application.title for row in rows] == ["项目0", "项目1", "项目2"]
    assert [row.place for row in rows] == [1, 1, 1]
    assert rows[0].mean == Fraction(2000, 3)
    assert (rows[0].score, rows[0].least, rows[0].median, rows[0].most) == ("66.67", "30", "70", "100")
    assert rows[1].mean == Fraction(2000, 3)
    assert world.application(0).score == 6667


# --- shortlist, notice, objections ---


def test_a_shortlist_that_leaves_the_ranking_says_why_and_can_be_made_anew() -> None:
    world = make_scored()
    first, second, third = world.applications
    for chosen in ([second.pk], [first.pk, third.pk], []):
        with pytest.raises(NotPossible):
            services.shortlist(world.worker, world.pk, chosen)

    services.shortlist(world.worker, world.pk, [second.pk], "第一名的场地已经拆了")
    assert [state(world, n) for n in range(3)] == [A.REVIEWING, A.SHORTLISTED, A.REVIEWING]
    assert owed(world.call) == {POST}
    services.shortlist(world.worker, world.pk, [first.pk, second.pk])
    assert [state(world, n) for n in range(3)] == [A.SHORTLISTED, A.SHORTLISTED, A.REVIEWING]
    assert not Application.objects.public().exists()


def test_the_notice_shows_all_to_everybody_and_declines_what_is_not_on_it() -> None:
    world = make_scored()
    with pytest.raises(NotPossible):
        services.post_notice(world.worker, world.pk)
    services.shortlist(world.worker, world.pk, [one.pk for one in world.applications[:2]])

    services.post_notice(world.worker, world.pk)

    assert [state(world, n) for n in range(3)] == [A.ON_NOTICE, A.ON_NOTICE, A.DECLINED]
    assert Application.objects.public().count() == 3
    assert world.application(2).reason
    assert owed(world.call) == {DECIDE}
    call = fresh(world)
    duty = Duty.objects.active().get(subject=key(call))
    assert call.notice_until is not None
    assert duty.due_at > call.notice_until


def test_an_objection_is_answered_in_writing_and_nothing_is_decided_before() -> None:
    world = make_on_notice()
    one = world.applications[0]
    made = services.object_to(world.resident, one.pk, "和小区绿化规划冲突")
    assert owed(one) == {ANSWER}
    with pytest.raises(NotPossible):
        services.object_to(world.resident, one.pk, "再说一遍")
    with after_notice(world), pytest.raises(NotPossible):
        services.decide_without_vote(world.worker, world.pk)
    with pytest.raises(NotPossible):
        services.answer_objection(world.worker, made.pk, "  ")

    services.answer_objection(world.worker, made.pk, "已和物业核对，不冲突")

    assert owed(one) == set()
    made.refresh_from_db()
    assert made.state == ObjectionState.REJECTED
    names = Entry.objects.filter(action="fundreview.objected").values_list("actor", flat=True)
    assert person_of(world.resident).public_name not in names
    with after_notice(world), pytest.raises(NotPossible):
        services.object_to(world.resident, one.pk, "太迟了")


def test_an_objection_that_is_right_leads_back_and_what_was_public_stays_so() -> None:
    world = make_on_notice()
    one, other, third = world.applications
    made = services.object_to(world.lead(1), one.pk, "第一名的报价重复")

    services.answer_objection(world.worker, made.pk, "属实", upheld=True)

    assert fresh(world).state == CallState.REVIEWING
    assert [state(world, n) for n in range(3)] == [A.REVIEWING, A.ON_NOTICE, A.DECLINED]
    assert world.application(0).review_round == 2
    assert Application.objects.public().count() == 3
    assert [owed(world.reviewer(n)) for n in range(3)] == [{SCORES}] * 3
    with pytest.raises(NotPossible):
        services.post_notice(world.worker, world.pk)
    for user in world.reviewers:
        score(world, user, one, 1)
    assert [row.application.pk for row in ranking.of(fresh(world))] == [other.pk, third.pk, one.pk]
    services.shortlist(world.worker, world.pk, [other.pk, third.pk])
    services.post_notice(world.worker, world.pk)
    assert [state(world, n) for n in range(3)] == [A.DECLINED, A.ON_NOTICE, A.ON_NOTICE]


def test_an_objection_can_be_withdrawn_and_one_that_was_rejected_found_right() -> None:
    world = make_on_notice()
    one = world.applications[0]
    made = services.object_to(world.resident, one.pk, "写错了")
    services.withdraw_objection(world.resident, made.pk)
    assert owed(one) == set()
    with pytest.raises(PermissionDenied):
        services.withdraw_objection(world.worker, made.pk)
    second = services.object_to(world.resident, one.pk, "真的有问题")
    services.answer_objection(world.worker, second.pk, "没有问题")
    services.answer_objection(world.worker, second.pk, "对不起，有问题", upheld=True)
    assert state(world, 0) == A.REVIEWING
    assert Objection.objects.filter(state=ObjectionState.UPHELD).count() == 1


def test_a_tie_that_comes_out_during_the_notice_leads_back_where_too_few_scores_are_left() -> None:
    world = make_on_notice()
    services.declare_tie(world.worker, world.reviewer(0).pk, world.applications[0], "亲戚")
    assert (state(world, 0), fresh(world).state) == (A.REVIEWING, CallState.REVIEWING)
    assert next_of(fresh(world)) == NAME


# --- the decision without a vote ---


def test_all_are_approved_where_the_pot_suffices_and_the_last_instalment_takes_the_rest() -> None:
    world = make_on_notice()
    with pytest.raises(NotPossible):
        services.decide_without_vote(world.worker, world.pk)

    with after_notice(world):
        services.decide_without_vote(world.worker, world.pk)

    call = fresh(world)
    asked = sum(one.asked for one in world.applications[:2])
    assert (call.state, call.given) == (CallState.DECIDED, asked)
    for grant in Grant.objects.all():
        amounts = list(grant.instalments.order_by("order").values_list("amount", flat=True))
        assert sum(amounts) == grant.approved
        assert amounts[0] == grant.approved * 50 // 100
    assert owed(world.call) == set()
    assert Notice.objects.filter(kind="fundreview.chosen").count() == 2


def test_by_the_ranking_as_far_as_the_pot_goes_and_of_a_group_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "needs_vote", lambda call: False)
    world = make_on_notice()
    Call.objects.filter(pk=world.pk).update(given=world.call.pot - world.applications[0].asked)
    with after_notice(world):
        services.decide_without_vote(world.worker, world.pk)
    assert [state(world, n) for n in range(3)] == [A.APPROVED, A.DECLINED, A.DECLINED]
    assert fresh(world).given == world.call.pot


def test_of_a_group_that_excludes_each_other_one_is_paid() -> None:
    world = make_on_notice()
    Application.objects.filter(call=world.pk).update(exclusion="同一块地")
    with after_notice(world):
        services.decide_without_vote(world.worker, world.pk)
    assert [state(world, n) for n in range(2)] == [A.APPROVED, A.DECLINED]
    assert "项目0" in world.application(1).reason
    assert fresh(world).given == world.applications[0].asked


def test_where_the_residents_are_asked_nobody_decides_without_them() -> None:
    world = make_on_notice()
    Call.objects.filter(pk=world.pk).update(given=world.call.pot - 1)
    with after_notice(world), pytest.raises(NotPossible):
        services.decide_without_vote(world.worker, world.pk)
    for ballot, asks in (("always", True), ("if_short", True), ("never", False)):
        call = fresh(world)
        call.ballot = ballot
        assert deciding.needs_vote(call) is asks


def test_approving_gives_never_more_than_was_asked_or_the_pot_has() -> None:
    world = make_on_notice()
    call, one = fresh(world), world.application(0)
    for amount in (0, -1, one.asked + 1):
        with pytest.raises(NotPossible):
            deciding.approve(call, one, amount, by=world.worker)
    Call.objects.filter(pk=call.pk).update(given=call.pot - one.asked + 1)
    with pytest.raises(NotPossible):
        deciding.approve(call, one, one.asked, by=world.worker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(given=call.pot + 1)
    Call.objects.filter(pk=call.pk).update(given=0)
    deciding.approve(call, one, 1, by=world.worker)
    assert list(Instalment.objects.values_list("amount", flat=True)) == [1]


# --- who applies is not the office ---


def test_who_applies_is_not_the_office_for_the_own_application_nor_in_the_round() -> None:
    world = make_handed_in()
    make_appointment(world.applications[0].lead, Post.WORKER, world.here)
    clerk = world.lead(0)
    with pytest.raises(PermissionDenied):
        services.judge_eligible(clerk, world.applications[0].pk)
    with pytest.raises(PermissionDenied):
        services.begin_review(clerk, world.pk)
    services.judge_eligible(clerk, world.applications[1].pk)
    assert state(world, 1) == A.ELIGIBLE


def test_a_withdrawn_application_is_owed_by_nobody() -> None:
    world = make_scoring()
    Application.objects.filter(call=world.pk).update(state=A.WITHDRAWN)
    jobs.owe_steps()
    assert [owed(world.reviewer(n)) for n in range(3)] == [set()] * 3


# --- who stands on both sides ---


def test_whoever_holds_a_post_of_the_staff_does_not_review_as_the_residents_delegate() -> None:
    world = make_handed_in()
    services.begin_review(world.worker, world.pk)
    delegate = person_of(world.reviewers[0])
    staff = make_appointment(delegate, Post.PROPERTY, world.here)
    with pytest.raises(NotPossible, match="staff|工作人员"):
        services.name_reviewer(world.worker, world.pk, delegate, True)
    staff.delete()
    assert services.name_reviewer(world.worker, world.pk, delegate, True).delegate


def test_whoever_entered_or_judged_an_application_does_not_score_it() -> None:
    world = make_handed_in()
    both = make_resident(within=world.here)
    make_appointment(person_of(both), Post.WORKER, world.here)
    Application.objects.filter(pk=world.applications[0].pk).update(entered_by=both.person_id)
    services.begin_review(world.worker, world.pk)
    services.judge_eligible(both, world.applications[1].pk)
    for n, user in enumerate([*world.reviewers, both]):
        services.name_reviewer(world.worker, world.pk, person_of(user), n == 0, "会计")
    for application in world.applications:
        if application.pk != world.applications[1].pk:
            services.judge_eligible(world.worker, application.pk)
        services.confirm_need(world.worker, application.pk, "问过。")
    services.hand_to_reviewers(world.worker, world.pk)
    row = world.call.reviewers.get(person=both.person_id)
    assert list(row.reviews.values_list("application", flat=True)) == [world.applications[2].pk]
    services.declare(both, row.pk)
    for n in (0, 1):
        with pytest.raises(PermissionDenied):
            score(world, both, world.applications[n], 9)
    score(world, both, world.applications[2], 9)


def test_what_was_public_stays_public_while_another_project_is_scored_anew(client: Client) -> None:
    world = make_on_notice()
    made = services.object_to(world.resident, world.applications[0].pk, "价格不对")
    before = [(row.application.pk, row.score) for row in ranking.of(world.call)]
    services.answer_objection(world.worker, made.pk, "属实", upheld=True)

    call = fresh(world)
    assert [(row.application.pk, row.score) for row in readable_ranking(world.resident, call)] == before
    for application in world.applications:
        assert 'id="scores"' in client.get(application.get_absolute_url()).content.decode()
    assert before[0][1] in client.get(call.get_absolute_url()).content.decode()
    # Scores of the new round are read by nobody before all are in, and only what is scored anew can be changed.
    score(world, world.reviewers[0], world.application(0), 1, "这次不同")
    assert "这次不同" not in client.get(world.applications[0].get_absolute_url()).content.decode()
    client.force_login(world.reviewers[0])
    page = client.get(reverse("funds:reviewing", args=[world.pk])).content.decode()
    assert page.count("/score/") == 1


def test_an_empty_shortlist_is_refused_also_with_a_reason() -> None:
    world = make_scored()
    with pytest.raises(NotPossible, match="Nothing is ticked|没有勾选"):
        services.shortlist(world.worker, world.pk, [], "都不合适")
    assert fresh(world).shortlisted_at is None


def test_a_step_that_was_done_is_no_main_button_any_more_and_the_notice_says_who_is_in(
    client: Client,
) -> None:
    world = make_scored()
    client.force_login(world.worker)
    services.shortlist(world.worker, world.pk, [one.pk for one in world.applications[:2]])
    page = client.get(reverse("funds:reviewing", args=[world.pk])).content.decode()
    steps, others = page[page.index('class="card due"') :].split("</section>", 1)
    assert "/post-notice/" in steps
    assert "/shortlist/" not in steps
    assert "/shortlist/" in others
    form = client.get(reverse("funds:review_act", args=[world.pk, "post-notice"])).content.decode()
    chosen, left = form[form.index('id="notice-until"') :].split('id="notice-out"')
    assert [one.title in chosen for one in world.applications] == [True, True, False]
    assert [one.title in left for one in world.applications] == [False, False, True]
