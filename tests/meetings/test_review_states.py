"""Reviews: the table of states and of rights a second time, from plan to close, and every way they go wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from portal.community.models import Post
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Level, Part, Review, Reviewed
from portal.meetings.reviews import jobs, yearly
from portal.meetings.reviews.actions import ACTIONS
from portal.meetings.reviews.permissions import NEEDS
from portal.meetings.reviews.rules import leading
from portal.meetings.reviews.selectors import panel
from portal.meetings.reviews.services import following, planning, sessions
from portal.meetings.states.review import NEXT, OWED
from portal.meetings.states.review import ReviewState as R
from portal.record.services import key
from portal.voting import services as voting
from portal.voting.models import RollEntry
from tests import factories
from tests.meetings import review_factories as made
from tests.meetings.review_factories import HELD_AT, PLANNED_AT, Scene, make_scene, review_at

pytestmark = pytest.mark.django_db

# Written from the brief of the field (domain 13.4), not from the code.
AFTER: dict[str, set[str]] = {
    "planned": {"announced", "cancelled"},
    "announced": {"self_report_in", "in_session", "no_quorum", "cancelled"},
    "self_report_in": {"checked", "in_session", "no_quorum", "cancelled"},
    "checked": {"in_session", "no_quorum", "cancelled"},
    "no_quorum": {"announced", "self_report_in", "checked", "cancelled"},
    "in_session": {"balloting"},
    "balloting": {"counted", "in_session"},
    "counted": {"result_published", "in_session"},
    "result_published": {"minutes_draft"},
    "minutes_draft": {"minutes_signed"},
    "minutes_signed": {"opinion_sent"},
    "opinion_sent": {"plan_due", "closed"},
    "plan_due": {"plan_filed"},
    "plan_filed": {"rectifying", "plan_due"},
    "rectifying": {"re_checked"},
    "re_checked": {"closed", "rectifying"},
    "closed": set(),
    "cancelled": {"planned", "announced", "self_report_in", "checked", "no_quorum"},
}
C, OS, S, P = {"worker", "director"}, {"oversight"}, {"responsible"}, {"panel"}
CALLED = {"announced", "self_report_in", "checked"}
MAY: dict[str, tuple[set[str], set[str]]] = {
    "announce": (C, {"planned", "no_quorum"}),
    "report": (S, {"announced", "self_report_in"}),
    "report_on_paper": (C, {"announced", "self_report_in"}),
    "check": (OS, {"self_report_in"}),
    "take_attendance": (C, CALLED | {"in_session"}),
    "begin": (C, CALLED),
    "no_quorum": (C, CALLED),
    "open_ballot": (C, {"in_session"}),
    "publish": (C, {"counted"}),
    "draft_minutes": (C, {"result_published", "minutes_draft"}),
    "decide": (C, {"in_session", "result_published", "minutes_draft"}),
    "mark_minutes": (P, {"minutes_draft"}),
    "mark_minutes_on_paper": (C, {"minutes_draft"}),
    "reply_to_corrections": (C, {"minutes_draft"}),
    "sign_minutes": (C, {"minutes_draft"}),
    "send_opinion": (C, {"minutes_signed"}),
    "receive": (S | C, {"opinion_sent"}),
    "file_plan": (S | C, {"plan_due"}),
    "accept_plan": (OS, {"plan_filed"}),
    "return_plan": (OS, {"plan_filed"}),
    "measure_done": (S | C, {"rectifying"}),
    "re_check": (OS, {"rectifying"}),
    "more": (OS, {"re_checked"}),
    "close": (C, {"re_checked", "opinion_sent"}),
    "cancel": (C, {"planned", "no_quorum"} | CALLED),
    "name_chair": (C, {"planned", "no_quorum", "in_session", "balloting"} | CALLED),
    "reinstate": (C, {"cancelled"}),
}


def owed(scene: Scene) -> dict[str, str]:
    """What is owed about the review, and by whom: a post, or "person"."""
    standing = Duty.objects.active().filter(subject=key(scene.review)).exclude(kind="meeting.mark")
    return {duty.kind: duty.post or "person" for duty in standing}


def test_the_tables_are_those_of_the_field() -> None:
    assert {state.value: {to.value for to in after} for state, after in NEXT.items()} == AFTER
    rights = {
        name: ({str(role) for role in need.roles}, {str(state) for state in need.states or ()})
        for name, need in NEEDS.items()
    }
    assert rights == MAY
    assert set(ACTIONS) == set(NEEDS)


def test_a_review_goes_from_plan_to_close() -> None:
    scene = review_at(R.CLOSED)
    review = scene.fresh()
    assert review.level == Level.SATISFIED
    assert review.measures.exclude(done_at=None).count() == 2
    assert review.result_notice is not None
    assert owed(scene) == {}


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (R.PLANNED, {"review.announce": "worker"}),
        (R.ANNOUNCED, {"review.report": "property"}),
        (R.SELF_REPORT_IN, {"review.check": "oversight"}),
        (R.CHECKED, {"review.begin": "worker"}),
        (R.COUNTED, {"review.publish": "worker"}),
        (R.OPINION_SENT, {"review.receive": "property"}),
        (R.PLAN_DUE, {"review.plan": "property"}),
        (R.PLAN_FILED, {"review.accept_plan": "oversight"}),
        (R.RECTIFYING, {"review.re_check": "oversight"}),
        (R.RE_CHECKED, {"review.close": "worker"}),
    ],
)
def test_each_state_is_owed_by_whose_turn_it_is(state: R, standing: dict[str, str]) -> None:
    assert owed(review_at(state)) == standing


def test_the_committee_owes_what_the_table_says() -> None:
    assert set(OWED) <= set(R)
    scene = review_at(R.RECTIFYING)
    measures = Duty.objects.active().filter(kind="review.measure")
    assert [duty.post for duty in measures] == ["property", "property"]
    assert {duty.due_at for duty in measures} == {
        clock.end_of(measure.due_on) for measure in scene.fresh().measures.all()
    }


def test_whoever_works_for_the_reviewed_is_on_no_roll() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        made.plan(scene)
        insider, manager = factories.person_of(scene.delegates[0]), factories.person_of(scene.property)
        factories.make_appointment(manager, Post.DELEGATE, scene.here)
        made.announce(scene, works_for=[insider.pk])
    review = scene.fresh()
    barred = review.participants.filter(part=Part.REVIEWED)
    assert {one.person_id for one in barred} == {insider.pk, manager.pk}
    with clock.at(HELD_AT):
        sessions.take_attendance(
            scene.worker, scene.pk, present=[one.pk for one in review.participants.all()]
        )
        sessions.begin(scene.worker, scene.pk)
        made.ballot(scene)
        vote = scene.fresh().vote
        assert vote is not None
        asked = set(RollEntry.objects.filter(vote=vote).values_list("person", flat=True))
        assert asked == {factories.person_of(user).pk for user in scene.delegates[1:]}
        with pytest.raises(NotPossible):
            voting.add_line(scene.worker, vote.pk, insider, "漏了")


def test_too_few_who_could_vote_hold_no_secret_ballot() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene(4)
        made.plan(scene)
        with pytest.raises(NotPossible):
            made.announce(scene)
    with clock.at(PLANNED_AT):
        scene = make_scene()
        made.plan(scene)
        made.announce(scene)
    with clock.at(HELD_AT):
        made.attend(scene, 4)
        sessions.begin(scene.worker, scene.pk)
        with pytest.raises(NotPossible):
            made.ballot(scene)


def test_two_thirds_have_to_come_and_another_day_is_announced() -> None:
    scene = review_at(R.CHECKED)
    with clock.at(HELD_AT):
        made.attend(scene, 3)
        with pytest.raises(NotPossible):
            sessions.begin(scene.worker, scene.pk)
        sessions.no_quorum(scene.worker, scene.pk)
        assert owed(scene) == {"review.announce": "worker"}
        made.announce(scene, starts_at=HELD_AT + timedelta(days=9))
    review = scene.fresh()
    # Its report was in and checked, and is not asked for again.
    assert (review.state, review.round) == (R.CHECKED, 2)
    with clock.at(HELD_AT + timedelta(days=9)):
        made.attend(scene, 4)
        assert sessions.begin(scene.worker, scene.pk).state == R.IN_SESSION


def test_enough_who_came_are_not_sent_home_and_nobody_before_the_hour() -> None:
    scene = review_at(R.CHECKED)
    with clock.at(HELD_AT - timedelta(hours=1)), pytest.raises(NotPossible):
        sessions.no_quorum(scene.worker, scene.pk)
    with clock.at(HELD_AT):
        made.attend(scene)
        with pytest.raises(NotPossible):
            sessions.no_quorum(scene.worker, scene.pk)


def test_a_report_that_never_came_holds_nobody_up() -> None:
    scene = review_at(R.ANNOUNCED)
    with clock.at(HELD_AT):
        made.begin(scene)
    assert scene.fresh().state == R.IN_SESSION
    assert owed(scene) == {"review.open_ballot": "worker"}


def test_the_committee_does_not_check_and_is_not_checked_by_itself() -> None:
    scene = review_at(R.SELF_REPORT_IN)
    with clock.at(scene.now):
        for user in (scene.worker, scene.director, scene.property):
            with pytest.raises(PermissionDenied):
                planning.check(user, scene.pk, remarks="属实")


def test_a_report_is_handed_in_anew_until_it_is_checked() -> None:
    scene = review_at(R.SELF_REPORT_IN)
    with clock.at(scene.now):
        planning.report_on_paper(scene.worker, scene.pk, text="补充")
        assert (scene.fresh().report, scene.fresh().report_on_paper) == ("补充", True)
        made.check(scene)
        with pytest.raises(NotPossible):
            made.report(scene)


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ((3, 2, 1), Level.SATISFIED),
        ((2, 2, 1), Level.BASICALLY_SATISFIED),
        ((2, 0, 2), Level.NOT_SATISFIED),
        ((0, 0, 0), None),
    ],
)
def test_the_level_with_most_ballots_or_the_lower_one(counts: tuple[int, ...], level: Level | None) -> None:
    scale = (Level.SATISFIED, Level.BASICALLY_SATISFIED, Level.NOT_SATISFIED)
    assert leading(scale, dict(zip(scale, counts, strict=True))) == level


def test_equal_levels_come_to_the_lower_one() -> None:
    scene = review_at(R.BALLOTING)
    with clock.at(scene.now):
        made.vote(scene, "o1", "o1", "o2", "o2")
    assert scene.fresh().level == Level.BASICALLY_SATISFIED


def test_an_annulled_ballot_is_held_once_more() -> None:
    scene = review_at(R.COUNTED)
    vote = scene.fresh().vote
    assert vote is not None
    with clock.at(scene.now):
        auditor = factories.make_user(post=Post.AUDITOR, neighbourhood=scene.here)
        voting.annul(auditor, vote.pk, "名册有误")
        jobs.settle_reviews()
        review = scene.fresh()
        assert (review.state, review.level) == (R.IN_SESSION, "")
        assert owed(scene) == {"review.open_ballot": "worker"}
        made.ballot(scene)
        assert scene.fresh().vote != vote


def test_an_opinion_nobody_confirms_counts_as_received() -> None:
    scene = review_at(R.OPINION_SENT)
    with clock.at(scene.now):
        jobs.follow_reviews()
        assert scene.fresh().state == R.OPINION_SENT
    with clock.at(scene.now + timedelta(days=8)):
        jobs.follow_reviews()
        assert scene.fresh().state == R.PLAN_DUE


def test_a_late_plan_is_the_subdistricts_matter_until_it_comes() -> None:
    scene = review_at(R.PLAN_DUE)
    scene.now += timedelta(days=40)
    with clock.at(scene.now):
        jobs.follow_reviews()
        jobs.follow_reviews()
        assert owed(scene) == {"review.plan": "property", "review.late": "officer"}
        made.file_plan(scene)
        assert owed(scene) == {"review.accept_plan": "oversight"}


def test_a_plan_is_given_back_and_more_is_asked_for() -> None:
    scene = review_at(R.PLAN_FILED)
    with clock.at(scene.now):
        following.return_plan(scene.oversight, scene.pk, reason="没有时限")
        assert owed(scene) == {"review.plan": "property"}
        made.file_plan(scene)
        following.accept_plan(scene.oversight, scene.pk)
        with pytest.raises(NotPossible):
            following.re_check(scene.oversight, scene.pk, found="未完成")
        made.measures(scene)
        following.re_check(scene.oversight, scene.pk, found="还差一项")
        day = clock.day_of(scene.now) + timedelta(days=10)
        following.more(scene.oversight, scene.pk, measure="张贴公示", due_on=day)
        assert scene.fresh().measures.standing().count() == 1
        assert scene.fresh().state == R.RECTIFYING


def test_a_plan_without_a_measure_or_in_the_past_is_refused() -> None:
    scene = review_at(R.PLAN_DUE)
    past = clock.day_of(scene.now) - timedelta(days=1)
    with clock.at(scene.now):
        for measures in ([], [("补做", past)]):
            with pytest.raises(NotPossible):
                following.file_plan(
                    scene.property, scene.pk, targets="改", head="李", listener="", measures=measures
                )


def test_a_review_that_asks_for_no_plan_is_closed_at_once() -> None:
    scene = review_at(R.MINUTES_SIGNED)
    with clock.at(scene.now):
        following.send_opinion(scene.worker, scene.pk, opinion="很好", asks_plan=False)
        with pytest.raises(NotPossible):
            following.receive(scene.worker, scene.pk)
        following.close(scene.worker, scene.pk)
    assert owed(scene) == {}


def test_cancelled_by_mistake_it_goes_on_where_it_stood() -> None:
    scene = review_at(R.ANNOUNCED)
    with clock.at(scene.now):
        planning.cancel(scene.worker, scene.pk, reason="改期")
        assert owed(scene) == {}
        planning.reinstate(scene.worker, scene.pk, reason="误取消")
        assert owed(scene) == {"review.report": "property"}
        planning.cancel(scene.worker, scene.pk, reason="改期")
    with clock.at(HELD_AT), pytest.raises(NotPossible):
        planning.reinstate(scene.worker, scene.pk, reason="晚了")


def test_a_member_of_the_committee_reports_and_is_judged_on_four_levels() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        chair, member = factories.person_of(scene.oversight), factories.person_of(scene.worker)
        scene.review = planning.plan_review(
            scene.director,
            scene.here.slug,
            title="王主任评议会",
            reviewed=Reviewed.MEMBER,
            name="王",
            chair=chair,
            person=member,
        )
        made.announce(scene)
        assert owed(scene) == {"review.report": "person"}
        planning.report(scene.worker, scene.pk, text="述职")
        assert len(scene.fresh().scale) == 4
        with pytest.raises(NotPossible):
            planning.plan_review(
                scene.director,
                scene.here.slug,
                title="x",
                reviewed=Reviewed.MEMBER,
                name="x",
                chair=member,
                person=member,
            )


def test_nobody_to_check_no_review() -> None:
    here = factories.make_neighbourhood()
    worker = factories.make_user(post=Post.WORKER, neighbourhood=here)
    with pytest.raises(NotPossible):
        planning.plan_review(
            worker,
            here.slug,
            title="x",
            reviewed=Reviewed.PROPERTY,
            name="x",
            chair=factories.person_of(worker),
        )


def test_the_yearly_review_of_the_committee_is_owed_by_itself() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        jobs.ask_for_yearly_reviews()
        jobs.ask_for_yearly_reviews()
        standing = Duty.objects.active().filter(kind="review.yearly", neighbourhood=scene.here)
        assert [duty.due_at for duty in standing] == [clock.end_of(date(2026, 12, 31))]
        made.plan(scene, Reviewed.COMMITTEE, "居委会")
        assert not standing.all().exists()
        assert scene.here not in yearly.missing()
        with pytest.raises(NotPossible):
            made.plan(scene, Reviewed.COMMITTEE, "居委会")


def test_after_a_review_the_next_one_is_owed_a_year_later() -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        made.plan(scene, Reviewed.COMMITTEE, "居委会")
        made.announce(scene)
    with clock.at(HELD_AT):
        made.begin(scene)
        made.ballot(scene)
    Review.objects.filter(pk=scene.pk).update(state=R.CLOSED)
    with clock.at(HELD_AT + timedelta(days=200)):
        assert scene.here not in yearly.missing()
    with clock.at(HELD_AT + timedelta(days=320)):
        assert scene.here in yearly.missing()
        assert yearly.due_on(scene.here) == clock.day_of(HELD_AT) + timedelta(days=365)


@pytest.mark.parametrize("state", [state for state, _step in made.STRAIGHT])
def test_the_page_says_how_it_stands_and_each_form_can_be_asked_for(state: R, client: Client) -> None:
    scene = review_at(state)
    with clock.at(scene.now):
        for user in (scene.worker, scene.oversight, scene.property, scene.delegates[0]):
            client.force_login(user)
            page = client.get(scene.fresh().get_absolute_url())
            assert page.status_code == 200
            for offer in page.context["offers"]:
                assert client.get(offer.url).status_code == 200, offer.name


def test_a_plan_by_its_form(client: Client) -> None:
    scene = review_at(R.PLAN_DUE)
    with clock.at(scene.now):
        client.force_login(scene.property)
        url = f"/reviews/{scene.pk}/file_plan/"
        day = clock.day_of(scene.now) + timedelta(days=9)
        sent = {"targets": "公示", "head": "李经理", "measure_1": "张贴", "due_1": day, "measure_2": "核对"}
        assert client.post(url, sent).status_code == 422
        assert client.post(url, sent | {"due_2": day}).status_code == 302
    assert scene.fresh().measures.count() == 2


def test_a_review_is_planned_by_its_form(client: Client) -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        client.force_login(scene.worker)
        url = f"/n/{scene.here.slug}/meetings/new/review/"
        assert client.get(url).status_code == 200
        chair = factories.person_of(scene.oversight).pk
        sent = {"reviewed": "member", "name": "小王", "title": "评议", "chair": chair}
        assert client.post(url, sent).status_code == 422
        assert client.post(url, sent | {"reviewed": "property"}).status_code == 302
        client.force_login(scene.delegates[0])
        assert client.get(url).status_code == 403
    assert panel(Review.objects.get()).count() == 0
