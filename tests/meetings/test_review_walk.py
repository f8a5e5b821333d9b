"""Reviews: each form posted once, good and bad; any walk by all roles stays lawful; two at once count once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.deliberation import jobs
from portal.deliberation.states import State
from portal.duties.models import Duty
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.meetings.models import Review, Reviewed
from portal.meetings.reviews.services import following, planning, sessions
from portal.meetings.states.review import NEXT, OWED
from portal.meetings.states.review import ReviewState as R
from portal.record.models import Entry
from portal.record.services import key
from tests import factories
from tests.concurrency import at_once
from tests.deliberation.factories import make_topic
from tests.examples import examples
from tests.meetings import review_factories as made
from tests.meetings.review_factories import HELD_AT, PLANNED_AT, Scene, make_scene, review_at

LATER = timezone.localtime(HELD_AT + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
DAY = clock.day_of(HELD_AT + timedelta(days=60)).isoformat()
ANNOUNCED = {"starts_at": LATER, "place": "会议室", "agenda": "一、述职", "notice_days": 3}
PLANNED = {"targets": "改", "head": "李经理", "measure_1": "张贴", "due_1": DAY}
# Where it stands, who does what, what is refused as not valid, and what is taken: one line a form.
FORMS: list[tuple[R, str, str, dict[str, Any], dict[str, Any]]] = [
    (R.PLANNED, "worker", "announce", {**ANNOUNCED, "notice_days": 1}, ANNOUNCED),
    (R.ANNOUNCED, "property", "report", {"text": " "}, {"text": "述职"}),
    (R.ANNOUNCED, "worker", "report-on-paper", {"text": "字" * 5001}, {"text": "述职"}),
    (R.SELF_REPORT_IN, "oversight", "check", {}, {"remarks": "属实"}),
    (R.CHECKED, "worker", "take-attendance", {"present": [0]}, {}),
    (R.IN_SESSION, "worker", "open-ballot", {"minutes": 5}, {"minutes": 30}),
    (R.MINUTES_SIGNED, "worker", "send-opinion", {"opinion": ""}, {"opinion": "很好"}),
    (R.PLAN_DUE, "property", "file-plan", {**PLANNED, "due_1": "2020-01-01"}, PLANNED),
    (R.PLAN_FILED, "oversight", "return-plan", {"reason": ""}, {"reason": "没有时限"}),
    (R.RECTIFYING, "property", "measure-done", {"measure": 0, "note": "已办"}, {}),
    (R.RE_CHECKED, "oversight", "more", {"measure": "", "due_on": DAY}, {"measure": "公示", "due_on": DAY}),
    (R.ANNOUNCED, "worker", "cancel", {"reason": ""}, {"reason": "改期"}),
    (R.ANNOUNCED, "worker", "name-chair", {"chair": 0}, {}),
]


def chosen(scene: Scene, action: str) -> dict[str, Any]:
    """What only the scene knows."""
    if action == "measure-done":
        return {"measure": scene.fresh().measures.earliest("pk").pk, "note": "已办"}
    if action == "name-chair":
        return {"chair": factories.person_of(scene.director).pk}
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "who", "action", "bad", "good"), FORMS, ids=[row[2] for row in FORMS])
def test_each_form_refuses_what_is_not_valid_and_takes_what_is(
    client: Client, state: R, who: str, action: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    scene = review_at(state)
    url = f"/reviews/{scene.pk}/{action}/"
    with clock.at(scene.now):
        client.force_login(getattr(scene, who))
        assert client.get(url).status_code == 200
        assert client.post(url, bad).status_code == 422
        assert client.post(url, good | chosen(scene, action)).status_code == 302
        client.force_login(scene.delegates[0])
        assert client.get(url).status_code == 403


ACTS: dict[str, Callable[[Scene], object]] = {
    "announce": lambda scene: made.announce(scene, starts_at=clock.now() + timedelta(days=9)),
    "report": made.report,
    "paper": lambda scene: planning.report_on_paper(scene.worker, scene.pk, text="纸质"),
    "check": lambda scene: planning.check(scene.oversight, scene.pk, remarks="属实"),
    "the committee checks": lambda scene: planning.check(scene.worker, scene.pk, remarks="自查"),
    "attend": made.attend,
    "few attend": lambda scene: made.attend(scene, 2),
    "begin": lambda scene: sessions.begin(scene.worker, scene.pk),
    "too few": lambda scene: sessions.no_quorum(scene.worker, scene.pk),
    "ballot": made.ballot,
    "vote": lambda scene: made.vote(scene) if scene.fresh().vote_id else None,
    "publish": lambda scene: sessions.publish(scene.worker, scene.pk),
    "draft": made.draft,
    "sign": made.sign,
    "send": lambda scene: following.send_opinion(scene.worker, scene.pk, opinion="好", asks_plan=True),
    "receive": lambda scene: following.receive(scene.property, scene.pk),
    "file": made.file_plan,
    "the committee accepts": lambda scene: following.accept_plan(scene.worker, scene.pk),
    "return": lambda scene: following.return_plan(scene.oversight, scene.pk, reason="不明"),
    "accept": lambda scene: following.accept_plan(scene.oversight, scene.pk),
    "measures": made.measures,
    "re-check": lambda scene: following.re_check(scene.oversight, scene.pk, found="已改"),
    "close": lambda scene: following.close(scene.worker, scene.pk),
    "cancel": lambda scene: planning.cancel(scene.worker, scene.pk, reason="停"),
    "reinstate": lambda scene: planning.reinstate(scene.worker, scene.pk, reason="误"),
}
ONWARD: dict[R, list[str]] = {
    R.PLANNED: ["announce"],
    R.ANNOUNCED: ["report"],
    R.SELF_REPORT_IN: ["check"],
    R.CHECKED: ["attend", "begin"],
    R.NO_QUORUM: ["announce"],
    R.IN_SESSION: ["ballot"],
    R.BALLOTING: ["vote"],
    R.COUNTED: ["publish"],
    R.RESULT_PUBLISHED: ["draft"],
    R.MINUTES_DRAFT: ["sign"],
    R.MINUTES_SIGNED: ["send"],
    R.OPINION_SENT: ["receive"],
    R.PLAN_DUE: ["file"],
    R.PLAN_FILED: ["accept"],
    R.RECTIFYING: ["measures", "re-check"],
    R.RE_CHECKED: ["close"],
    R.CANCELLED: ["reinstate"],
}
steps = st.lists(
    st.tuples(st.one_of(st.just(""), st.sampled_from(sorted(ACTS))), st.integers(0, 9)), max_size=24
)


@pytest.mark.django_db
@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_no_walk_leaves_the_life_of_a_review(walk: list[tuple[str, int]]) -> None:
    scene = make_scene()
    with clock.at(PLANNED_AT):
        made.plan(scene)
    state = R.PLANNED
    for wish, days in walk:
        scene.now += timedelta(days=days)
        for name in [wish] if wish else ONWARD.get(state, []):
            with clock.at(scene.now), suppress(NotPossible, PermissionDenied):
                ACTS[name](scene)
            now = R(scene.fresh().state)
            # A vote that ended moves by the clock within one act; every other act is one step of the table.
            assert now is state or now in NEXT[state] or name == "vote"
            state = now
            _lawful(scene, state)


def _lawful(scene: Scene, state: R) -> None:
    review = scene.fresh()
    standing = Duty.objects.active().filter(subject=key(review))
    committee = set(standing.values_list("kind", flat=True)) & set(OWED.values())
    assert committee == ({OWED[state]} if state in OWED else set())
    assert (review.checked_at is None) or review.reported_at is not None
    assert not review.level or review.vote is not None
    assert state is not R.CANCELLED or not standing.exists()


@pytest.mark.django_db
def test_what_was_carried_out_and_closed_for_good_is_owed_a_review(client: Client) -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        topic = make_topic(scene.here, state=State.CLOSED, area=scene.here, ended_at=clock.now())
        jobs.ask_for_reviews()
        assert owed_about(key(topic)) == []
    later = PLANNED_AT + timedelta(days=100)
    with clock.at(later):
        jobs.ask_for_reviews()
        jobs.ask_for_reviews()
        assert owed_about(key(topic)) == ["review.matter"]
        url = f"/n/{scene.here.slug}/meetings/new/review/?about={key(topic)}"
        client.force_login(scene.worker)
        assert url in client.get(f"/topics/{topic.pk}/").content.decode()
        duty = Duty.objects.active().get(subject=key(topic))
        assert client.get(duty.step_url)["Location"] == url
        assert topic.title in client.get(url).content.decode()
        sent = {"title": "门禁评议", "chair": factories.person_of(scene.oversight).pk}
        assert client.post(url, {**sent, "title": ""}).status_code == 422
        assert client.post(url, sent).status_code == 302
        review = Review.objects.get()
        assert (review.reviewed, review.reviewed_name) == (Reviewed.MATTER, topic.title)
        assert owed_about(key(topic)) == []
        assert url not in client.get(f"/topics/{topic.pk}/").content.decode()
        planning.cancel(scene.worker, review.pk, reason="改期")
        assert owed_about(key(topic)) == ["review.matter"]
        planning.reinstate(scene.worker, review.pk, reason="误取消")
        assert owed_about(key(topic)) == []


def owed_about(subject: str) -> list[str]:
    """What is owed about it."""
    return list(Duty.objects.active().filter(subject=subject).values_list("kind", flat=True))


@pytest.mark.django_db
def test_only_what_is_finished_and_known_is_reviewed(client: Client) -> None:
    with clock.at(PLANNED_AT):
        scene = make_scene()
        running = make_topic(scene.here, state=State.DISCUSSING, area=scene.here)
        client.force_login(scene.worker)
        url = f"/n/{scene.here.slug}/meetings/new/review/?about="
        for about in ("topic:x", "topic:99999", "nothing:1", "topic:²"):
            assert client.get(url + about).status_code == 404
        assert client.get(url + key(running)).status_code == 409
        for about, refused in (("topic:99999", Http404), (key(running), NotPossible)):
            with pytest.raises(refused):
                planning.plan_review(
                    scene.worker,
                    scene.here.slug,
                    title="x",
                    reviewed=Reviewed.MATTER,
                    name="x",
                    chair=factories.person_of(scene.oversight),
                    about=about,
                )


@pytest.mark.django_db
def test_the_next_step_stands_in_front_of_who_owes_it(client: Client) -> None:
    scene = review_at(R.RECTIFYING)
    with clock.at(scene.now):
        seen = {}
        for who in ("property", "worker", "oversight"):
            client.force_login(getattr(scene, who))
            page = client.get(f"/reviews/{scene.pk}/")
            seen[who] = (page.context["front"], page.context["next"].what)
    measure = seen["worker"][1]
    assert seen == {
        "property": ("measure_done", measure),
        "worker": ("", measure),
        "oversight": ("", measure),
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once() -> None:
    scene = review_at(R.COUNTED)

    def publish() -> Review:
        with clock.at(scene.now):
            return sessions.publish(scene.worker, scene.pk)

    outcome = at_once(4, publish)
    assert len(outcome.results) == 1
    assert [type(error) for error in outcome.errors] == [NotPossible] * 3
    assert Entry.objects.filter(action="review.result_published", subject=key(scene.review)).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_count_once() -> None:
    scene = review_at(R.BALLOTING)
    with clock.at(scene.now):
        made.cast(scene)

    def settle() -> Review:
        with clock.at(scene.now):
            return sessions.settle(scene.pk)

    outcome = at_once(4, settle)
    assert (len(outcome.results), outcome.errors) == (4, [])
    assert Entry.objects.filter(action="review.counted", subject=key(scene.review)).count() == 1
