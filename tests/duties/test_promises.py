"""Opening, keeping and dropping promises; whose they are, and how that is said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.community.models import Person, Post
from portal.duties import services
from portal.duties.calendar import Deadline
from portal.duties.levels import remind_moment
from portal.duties.models import Duty
from portal.kit import clock
from tests import factories
from tests.duties.factories import SCREEN, make_duty
from tests.examples import examples

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]


def test_a_duty_is_owed_by_a_post_for_the_neighbourhood_unless_another_area_is_named() -> None:
    here = factories.make_neighbourhood()
    building = factories.make_building(parent=here)

    whole = make_duty(here, post=Post.DIRECTOR)
    part = make_duty(here, post=Post.BUILDING_HEAD, area=building)

    assert (whole.post, whole.area, whole.person) == ("director", here, None)
    assert part.area == building


def test_a_duty_of_a_person_belongs_to_no_post() -> None:
    person = factories.make_person()

    duty = make_duty(factories.make_neighbourhood(), person=person)

    assert (duty.person, duty.post, duty.area) == (person, "", None)


def test_opening_again_returns_the_one_that_stands() -> None:
    here = factories.make_neighbourhood()
    first = make_duty(here, subject="topic:1")

    again = make_duty(here, subject="topic:1", due=clock.now() + timedelta(days=99), title="别的")

    assert again == first
    assert Duty.objects.get().title == first.title
    assert again.due_at == first.due_at


def test_once_kept_or_dropped_it_can_be_opened_anew() -> None:
    here = factories.make_neighbourhood()
    make_duty(here, subject="topic:1")
    services.close(SCREEN, "topic:1")
    make_duty(here, subject="topic:1")
    services.drop("topic:1")

    make_duty(here, subject="topic:1")

    assert Duty.objects.about("topic:1").count() == 3
    assert Duty.objects.about("topic:1").active().count() == 1


def test_several_people_can_owe_the_same_and_each_keeps_the_own_promise() -> None:
    here = factories.make_neighbourhood()
    one, other = factories.make_person(), factories.make_person()
    make_duty(here, subject="minutes:1", person=one)
    make_duty(here, subject="minutes:1", person=other)
    user = factories.make_user()

    assert services.close(SCREEN, "minutes:1", by=user, person=one) == 1
    assert [duty.person for duty in Duty.objects.active()] == [other]
    assert Duty.objects.get(person=one).done_by == user
    assert services.close(SCREEN, "minutes:1", person=one) == 0
    assert services.close(SCREEN, "minutes:1") == 1


def test_dropping_takes_every_kind_or_the_one_named() -> None:
    here = factories.make_neighbourhood()
    for kind in ("test.screen", "test.answer", "test.carry_out"):
        make_duty(here, kind=kind, subject="topic:1")
    make_duty(here, subject="topic:2")

    assert services.drop("topic:1", "test.answer") == 1
    assert services.drop("topic:1") == 2
    assert [duty.subject for duty in Duty.objects.active()] == ["topic:2"]


def test_a_subject_may_be_the_thing_itself() -> None:
    here = factories.make_neighbourhood()

    duty = services.open_duty(
        SCREEN, here, neighbourhood=here, title="x", url="/", due=Deadline(clock.now()), post=Post.WORKER
    )

    assert duty.subject == f"area:{here.pk}"
    assert services.close(SCREEN, here) == 1


def test_the_deadline_is_kept_with_its_reminder_and_its_doubt() -> None:
    here = factories.make_neighbourhood()
    due = clock.now() + timedelta(days=30)

    duty = services.open_duty(
        SCREEN, "topic:1", neighbourhood=here, title="x", url="/", due=Deadline(due, True), post=Post.WORKER
    )

    assert (duty.due_at, duty.provisional) == (due, True)
    assert duty.remind_at == remind_moment(duty.opened_at, due)


def test_it_is_overdue_from_its_moment_on_until_it_is_done() -> None:
    here = factories.make_neighbourhood()
    duty = make_duty(here)
    before, after = duty.due_at - timedelta(microseconds=1), duty.due_at

    with clock.at(before):
        assert not duty.is_overdue
        assert Duty.objects.overdue().count() == 0
    with clock.at(after):
        assert duty.is_overdue
        assert Duty.objects.overdue().get() == duty
        services.close(SCREEN, duty.subject)
        duty.refresh_from_db()
        assert not duty.is_overdue
        assert Duty.objects.overdue().count() == 0


def test_what_is_owed_is_said_in_the_readers_language() -> None:
    services.register_kinds({"test.language": translation.gettext_lazy("Yes")})
    duty = make_duty(factories.make_neighbourhood(), kind="test.language")

    with translation.override("en"):
        assert duty.what == "Yes"
    with translation.override("zh-hans"):
        assert duty.what == "是"


def test_a_kind_nobody_registered_is_shown_bare() -> None:
    assert make_duty(factories.make_neighbourhood(), kind="ghost.walk").what == "ghost.walk"


# --- whose it is ---


def test_what_waits_for_somebody_is_the_own_and_that_of_the_own_posts_by_urgency() -> None:
    here, elsewhere = factories.make_neighbourhood(), factories.make_neighbourhood()
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    soon, late = clock.now() + timedelta(days=2), clock.now() + timedelta(days=20)
    second = make_duty(here, due=late)
    first = make_duty(here, person=factories.person_of(shen), due=soon)
    make_duty(here, post=Post.DIRECTOR)
    make_duty(elsewhere)
    make_duty(here, person=factories.make_person())
    services.drop(make_duty(here).subject)

    assert list(services.waiting_for(shen)) == [first, second]


@pytest.mark.parametrize(("own", "other"), [("estate", "other estate"), ("building", "other building")])
def test_a_post_for_a_part_owes_what_is_owed_there_and_around_it(own: str, other: str) -> None:
    here = factories.make_neighbourhood()
    make = {"estate": factories.make_estate, "building": factories.make_building}[own]
    mine, theirs = make(parent=here), make(parent=here)
    li = factories.make_user(post=Post.PROPERTY, neighbourhood=mine)
    in_mine = make_duty(here, post=Post.PROPERTY, area=mine)
    around = make_duty(here, post=Post.PROPERTY)
    make_duty(here, post=Post.PROPERTY, area=theirs)

    assert set(services.waiting_for(li)) == {in_mine, around}


def test_the_director_answers_for_the_workers_but_not_they_for_the_director() -> None:
    here = factories.make_neighbourhood()
    wang = factories.make_user(post=Post.DIRECTOR, neighbourhood=here)
    shen = factories.make_user(post=Post.WORKER, neighbourhood=here)
    theirs, own = make_duty(here, post=Post.WORKER), make_duty(here, post=Post.DIRECTOR)

    assert set(services.waiting_for(wang)) == {theirs, own}
    assert set(services.waiting_for(shen)) == {theirs}


def test_nothing_waits_for_strangers_or_for_those_whose_post_has_ended() -> None:
    here = factories.make_neighbourhood()
    make_duty(here)
    was = factories.make_user()
    factories.make_appointment(factories.person_of(was), Post.WORKER, here, until=clock.today())

    assert list(services.waiting_for(was)) == []
    assert list(services.waiting_for(factories.make_user())) == []
    assert list(services.waiting_for(AnonymousUser())) == []


def test_who_owes_is_said_with_post_and_name() -> None:
    here = factories.make_neighbourhood()
    factories.make_user(post=Post.PROPERTY, neighbourhood=here, title="物业", name="李经理")
    for name in ("沈老师", "王主任"):
        factories.make_user(post=Post.WORKER, neighbourhood=here, title="居委会", name=name)
    chen = factories.make_person(display_name="陈阿姨")
    duties = [
        make_duty(here, post=Post.PROPERTY),
        make_duty(here, post=Post.WORKER),
        make_duty(here, post=Post.OFFICER),
        make_duty(here, person=chen),
    ]

    with translation.override("en"):
        names = services.who_owes(duties)

    assert [names[duty.pk] for duty in duties] == [
        "物业 李经理",
        "committee worker",
        "subdistrict officer (nobody holds the post)",
        "陈阿姨",
    ]


@pytest.mark.parametrize("n", [1, 5])
def test_who_owes_takes_one_query_however_many_there_are(n: int, django_assert_num_queries: Queries) -> None:
    here = factories.make_neighbourhood()
    factories.make_user(post=Post.WORKER, neighbourhood=here)
    for _ in range(n):
        make_duty(here)
        make_duty(here, person=factories.make_person())
    duties = list(Duty.objects.select_related("person", "area"))

    with django_assert_num_queries(1):
        services.who_owes(duties)


# --- any order of opening, keeping and dropping ---


class Walk(RuleBasedStateMachine):
    """Whatever happens, one promise of a kind stands at most, and what is over stays over."""

    def __init__(self) -> None:
        super().__init__()
        self.here = factories.make_neighbourhood()
        self.people: list[Person | None] = [None, factories.make_person()]
        self.over: dict[int, tuple[object, object]] = {}

    @rule(who=st.integers(0, 1), kind=st.sampled_from(["test.a", "test.b"]))
    def open(self, who: int, kind: str) -> None:
        make_duty(self.here, kind=kind, subject="topic:1", person=self.people[who])

    @rule(kind=st.sampled_from(["test.a", "test.b"]), named=st.booleans())
    def close(self, kind: str, named: bool) -> None:
        services.close(kind, "topic:1", person=self.people[1] if named else None)

    @rule()
    def drop(self) -> None:
        services.drop("topic:1")

    @invariant()
    def one_stands_and_what_is_over_stays_over(self) -> None:
        standing = [(duty.kind, duty.person_id) for duty in Duty.objects.active()]
        assert len(standing) == len(set(standing))
        over = {
            duty.pk: (duty.done_at, duty.dropped_at)
            for duty in Duty.objects.exclude(done_at=None, dropped_at=None)
        }
        assert self.over.items() <= over.items()
        self.over = over

    def teardown(self) -> None:
        Duty.objects.all().delete()


class Walks(HypothesisTestCase):
    def test_any_walk(self) -> None:
        machine = Walk.TestCase()
        machine.settings = settings(max_examples=examples(15), stateful_step_count=12, deadline=None)
        machine.runTest()
