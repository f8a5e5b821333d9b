"""Signing up: places, the waiting list, ages, consents, clashes, times; who may do what."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.community.models import Person, Post, User
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.notifications.models import Notice
from portal.volunteers import ages, jobs
from portal.volunteers.models import Shift, Signup
from portal.volunteers.services import consents, places, shifts, signing
from portal.volunteers.spans import Span
from portal.volunteers.states import SignupState
from tests.community.pictures import brought, picture
from tests.examples import examples
from tests.factories import (
    make_account,
    make_dwelling,
    make_person,
    make_residency,
    make_resident,
    make_user,
    person_of,
)
from tests.volunteers.factories import (
    Crew,
    make_activity,
    make_attendance,
    make_crew,
    make_membership,
    make_shift,
    make_signup,
)
from tests.worlds import kept

pytestmark = pytest.mark.django_db
ACCEPTED, APPLIED, WAITLISTED = SignupState.ACCEPTED, SignupState.APPLIED, SignupState.WAITLISTED
DECLINED, CANCELLED = SignupState.DECLINED, SignupState.CANCELLED


@kept
def plan(crew: Crew | None = None, slots: int = 10, **values: Any) -> tuple[Crew, Shift]:
    """A posted shift three days ahead."""
    crew = crew or make_crew()
    return crew, make_shift(make_activity(crew, **values), slots=slots)


def neighbour(crew: Crew, adult_on: date | None = date(2000, 1, 1)) -> User:
    """Somebody who lives there, with or without a known age."""
    user = make_resident(within=crew.here)
    Person.objects.filter(pk=user.person_id).update(adult_on=adult_on)
    return User.objects.select_related("person").get(pk=user.pk)


def turning(years: int, day: date) -> date:
    """From when somebody is 18 who turns `years` on a day."""
    return day.replace(year=day.year - years + 18)


def states(shift: Shift) -> list[str]:
    """The states of all sign-ups in the order in which they came."""
    return list(shift.signups.order_by("pk").values_list("state", flat=True))


def news(kind: str) -> list[int]:
    """Who was told of a kind of news."""
    return list(Notice.objects.filter(kind=f"activity.{kind}").order_by("pk").values_list("user", flat=True))


# --- places and the waiting list ---


def test_whoever_comes_when_all_places_are_taken_waits_and_moves_up_in_order() -> None:
    crew, shift = plan(slots=1)
    first, second, third = (neighbour(crew) for _time in range(3))
    held = signing.sign_up(first, shift.pk)
    for user in (second, third):
        signing.sign_up(user, shift.pk)
    assert states(shift) == [ACCEPTED, WAITLISTED, WAITLISTED]

    signing.cancel(first, held.pk)

    assert states(shift) == [CANCELLED, ACCEPTED, WAITLISTED]
    assert news("signup_accepted") == [second.pk]
    shift.refresh_from_db()
    assert shift.taken == 1


def test_more_places_go_to_the_waiting_list_and_the_job_is_the_net_below() -> None:
    crew, shift = plan(slots=1)
    for _time in range(4):
        signing.sign_up(neighbour(crew), shift.pk)

    Shift.objects.filter(pk=shift.pk).update(slots=2)
    assert signing.move_up(shift) == 1
    Shift.objects.filter(pk=shift.pk).update(slots=3)
    jobs.fill_places()
    jobs.fill_places()

    assert states(shift) == [ACCEPTED, ACCEPTED, ACCEPTED, WAITLISTED]
    assert Shift.objects.get(pk=shift.pk).taken == 3


def test_nobody_new_passes_those_who_wait() -> None:
    crew, shift = plan(slots=1)
    for _time in range(2):
        signing.sign_up(neighbour(crew), shift.pk)
    Shift.objects.filter(pk=shift.pk).update(slots=2)

    assert signing.sign_up(neighbour(crew), shift.pk).state == WAITLISTED
    assert states(shift) == [ACCEPTED, ACCEPTED, WAITLISTED]


def test_the_database_refuses_a_place_too_many_whatever_was_read_before() -> None:
    _crew, shift = plan(slots=1)
    old = Shift.objects.get(pk=shift.pk)

    assert places.take(shift)
    assert not places.take(old)
    assert Shift.objects.get(pk=shift.pk).taken == 1


class TestWalk(TestCase):
    @settings(max_examples=examples(40), deadline=None)
    @given(
        screened=st.booleans(),
        slots=st.integers(1, 3),
        steps=st.lists(
            st.tuples(st.sampled_from(["up", "up", "cancel", "yes", "no", "more"]), st.integers(0, 5)),
            max_size=25,
        ),
    )
    def test_taken_is_always_the_accepted_and_the_waiting_list_keeps_its_order(
        self, screened: bool, slots: int, steps: list[tuple[str, int]]
    ) -> None:
        crew, shift = plan(slots=slots, screened=screened)
        people = [neighbour(crew) for _time in range(6)]
        for step, who in steps:
            waited = list(shift.signups.waiting().values_list("pk", flat=True))
            with suppress(NotPossible):
                self._do(crew, shift, people[who], step)
            shift.refresh_from_db()
            assert shift.taken == shift.signups.accepted().count() <= shift.slots
            waiting = list(shift.signups.waiting().values_list("pk", flat=True))
            moved = [pk for pk in waited if Signup.objects.get(pk=pk).state == ACCEPTED]
            still = [pk for pk in waited if pk in waiting]
            assert waiting[: len(still)] == still
            assert not waiting or shift.taken == shift.slots
            if step in {"cancel", "more"} or (step == "no" and moved):
                stayed = [pk for pk in waited if pk in moved or pk in still]
                assert stayed[: len(moved)] == moved

    def _do(self, crew: Crew, shift: Shift, user: User, step: str) -> None:
        mine = shift.signups.active().filter(person=user.person_id).first()
        if step == "up":
            signing.sign_up(user, shift.pk)
        elif step == "more":
            Shift.objects.filter(pk=shift.pk).update(slots=shift.slots + 1)
            signing.move_up(shift)
        elif mine and step == "cancel":
            signing.cancel(user, mine.pk)
        elif mine:
            signing.decide(crew.leader, mine.pk, step == "yes", "人手够了")


# --- when one may ---


def test_sign_ups_are_refused_in_words_when_it_is_called_off_begun_or_over() -> None:
    crew, shift = plan()
    user = neighbour(crew)
    for at in (shift.starts_at, shift.ends_at - timedelta(seconds=1), shift.ends_at):
        with clock.at(at), pytest.raises(NotPossible):
            signing.sign_up(user, shift.pk)
    Shift.objects.filter(pk=shift.pk).update(cancelled_at=clock.now(), cancelled_why="下雨")
    with pytest.raises(NotPossible):
        signing.sign_up(user, shift.pk)
    assert states(shift) == []


def test_at_the_place_a_free_place_may_be_taken_while_it_runs_but_nobody_waits_then() -> None:
    crew, shift = plan(slots=1)
    with clock.at(shift.starts_at + timedelta(minutes=5)):
        assert signing.sign_up(neighbour(crew), shift.pk, at_place=True).state == ACCEPTED
        with pytest.raises(NotPossible):
            signing.sign_up(neighbour(crew), shift.pk, at_place=True)
    assert states(shift) == [ACCEPTED]


def test_one_signs_up_once_and_again_after_cancelling() -> None:
    crew, shift = plan()
    user = neighbour(crew)
    first = signing.sign_up(user, shift.pk)
    with pytest.raises(NotPossible):
        signing.sign_up(user, shift.pk)
    signing.cancel(user, first.pk)
    assert signing.sign_up(user, shift.pk).state == ACCEPTED


def test_one_cancels_until_the_time_and_after_that_the_leader_releases_the_place() -> None:
    crew, shift = plan(cancel_hours=24, contact="王队长 021-5555")
    early, late = neighbour(crew), neighbour(crew)
    one, other = signing.sign_up(early, shift.pk), signing.sign_up(late, shift.pk)
    limit = shift.starts_at - timedelta(hours=24)

    with clock.at(limit):
        signing.cancel(early, one.pk)
    with clock.at(limit + timedelta(seconds=1)):
        with pytest.raises(NotPossible, match="王队长 021-5555"):
            signing.cancel(late, other.pk)
        signing.release(crew.leader, other.pk)

    assert states(shift) == [CANCELLED, CANCELLED]
    assert news("signup_released") == [late.pk]


def test_who_got_a_place_after_the_time_gives_it_back_until_the_start() -> None:
    crew, shift = plan(slots=1, cancel_hours=24)
    first, second, third = neighbour(crew), neighbour(crew), neighbour(crew)
    held, waits = signing.sign_up(first, shift.pk), signing.sign_up(second, shift.pk)

    with clock.at(shift.starts_at - timedelta(hours=2)):
        signing.release(crew.leader, held.pk)
        waits.refresh_from_db()
        assert (waits.state, signing.cancel_until(waits)) == (ACCEPTED, shift.starts_at)
        signing.cancel(second, waits.pk)
        late = signing.sign_up(third, shift.pk)
    with clock.at(shift.starts_at + timedelta(minutes=1)), pytest.raises(NotPossible, match="取消"):
        signing.cancel(third, late.pk)
    with clock.at(shift.starts_at - timedelta(minutes=1)):
        signing.cancel(third, late.pk)

    assert states(shift) == [CANCELLED, CANCELLED, CANCELLED]


def test_who_came_cannot_be_cancelled() -> None:
    crew, shift = plan()
    signup = make_signup(shift, person_of(neighbour(crew)))
    make_attendance(signup, crew.leader)
    with pytest.raises(NotPossible):
        signing.release(crew.leader, signup.pk)


def test_a_clash_is_told_and_can_be_wanted() -> None:
    crew, shift = plan()
    user = neighbour(crew)
    beside = make_shift(make_activity(crew, title="守楼"), starts_at=shift.starts_at + timedelta(hours=1))
    after = make_shift(make_activity(crew), starts_at=shift.ends_at)
    signing.sign_up(user, shift.pk)

    with pytest.raises(NotPossible, match=shift.activity.title):
        signing.sign_up(user, beside.pk)
    assert signing.clashes(person_of(user), beside.span) == [shift]
    assert signing.sign_up(user, beside.pk, in_spite_of_clash=True).state == ACCEPTED
    with pytest.raises(NotPossible, match="守楼"):
        signing.sign_up(user, after.pk)  # begins where the first ends, but while the other one runs


# --- the leader's answer ---


def test_the_leader_decides_where_it_is_screened() -> None:
    crew, shift = plan(screened=True, slots=1)
    users = [neighbour(crew) for _time in range(3)]
    one, two, three = (signing.sign_up(user, shift.pk) for user in users)
    assert states(shift) == [APPLIED, APPLIED, APPLIED]
    assert news("signup_waits") == [crew.leader.pk] * 3

    signing.decide(crew.leader, one.pk, True)
    signing.decide(crew.leader, two.pk, True)
    with pytest.raises(NotPossible):
        signing.decide(crew.leader, three.pk, False, " ")
    signing.decide(crew.leader, three.pk, False, "要会急救")
    with pytest.raises(NotPossible):
        signing.decide(crew.leader, three.pk, True)

    assert states(shift) == [ACCEPTED, WAITLISTED, DECLINED]
    assert news("signup_declined") == [users[2].pk]


def test_who_has_a_place_is_not_answered_once_more() -> None:
    crew, shift = plan()
    signup = signing.sign_up(neighbour(crew), shift.pk)

    with pytest.raises(NotPossible, match="这个报名已经答复过。"):
        signing.decide(crew.leader, signup.pk, True)
    assert states(shift) == [ACCEPTED]


# --- ages ---


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 22), 17), (date(2026, 11, 23), 18), (date(2027, 11, 22), 18), (date(2022, 11, 23), 14)],
)
def test_the_age_on_a_day_follows_from_when_somebody_is_18(day: date, age: int) -> None:
    assert ages.age_on(date(2026, 11, 23), day) == age


def test_a_known_age_is_that_of_the_day_of_the_shift() -> None:
    crew, shift = plan(least_age=18, most_age=60)
    day = clock.day_of(shift.starts_at)
    assert signing.sign_up(neighbour(crew, turning(18, day)), shift.pk).state == ACCEPTED
    assert signing.sign_up(neighbour(crew, turning(61, day + timedelta(days=1))), shift.pk).state == ACCEPTED
    for adult_on in (turning(18, day + timedelta(days=1)), turning(61, day)):
        with pytest.raises(NotPossible):
            signing.sign_up(neighbour(crew, adult_on), shift.pk)


def test_an_unknown_age_is_declared_and_kept_as_a_remark_of_the_sign_up_alone() -> None:
    crew, shift = plan(least_age=20)
    user = neighbour(crew, None)
    with pytest.raises(NotPossible):
        signing.sign_up(user, shift.pk)

    signup = signing.sign_up(user, shift.pk, adult=True, remark="自带手套")

    assert (signup.state, signup.needs_consent) == (ACCEPTED, False)
    assert "20" in signup.remark
    assert signup.remark.endswith("自带手套")
    assert Person.objects.get(pk=user.person_id).adult_on is None


def test_under_14_nobody_signs_up_alone() -> None:
    crew, shift = plan(least_age=8)
    today = clock.today()
    with pytest.raises(NotPossible):
        signing.sign_up(neighbour(crew, turning(14, today + timedelta(days=1))), shift.pk)
    assert signing.sign_up(neighbour(crew, turning(14, today)), shift.pk).state == APPLIED


# --- consent ---


@kept
def family(crew: Crew) -> tuple[User, User]:
    """A minor of 16 and a parent of the same flat."""
    home = make_dwelling(within=crew.here)
    minor, parent = make_resident(dwelling=home), make_resident(dwelling=home)
    day = clock.today() - timedelta(days=100)
    Person.objects.filter(pk=minor.person_id).update(adult_on=turning(16, day))
    return User.objects.get(pk=minor.pk), parent


def test_a_minor_has_no_place_before_a_guardian_of_the_household_consents() -> None:
    crew, shift = plan(least_age=14)
    minor, parent = family(crew)
    signup = signing.sign_up(minor, shift.pk, guardian_phone=person_of(parent).phone)
    assert (signup.state, signup.needs_consent) == (APPLIED, True)
    assert news("signup_consent") == [parent.pk]
    with pytest.raises(NotPossible):
        signing.decide(crew.leader, signup.pk, True)
    with pytest.raises(Http404):
        consents.consent(neighbour(crew), signup.pk)
    for knowing in (minor, crew.leader):
        with pytest.raises(PermissionDenied):
            consents.consent(knowing, signup.pk)

    consents.consent(parent, signup.pk)

    assert states(shift) == [ACCEPTED]
    assert news("signup_accepted") == [minor.pk]
    with pytest.raises(NotPossible):
        consents.consent(parent, signup.pk)
    consents.refuse(parent, signup.pk)
    shift.refresh_from_db()
    assert (states(shift), shift.taken) == ([DECLINED], 0)


def test_only_an_adult_of_the_household_can_be_named() -> None:
    crew, shift = plan(least_age=14)
    minor, parent = family(crew)
    other, _parent = family(crew)
    sibling = make_person(adult=True)
    Person.objects.filter(pk=sibling.pk).update(adult_on=clock.today() + timedelta(days=1))
    make_residency(sibling, person_of(parent).residencys.get().dwelling)
    for phone in (person_of(other).phone, person_of(minor).phone, sibling.phone, "12"):
        with pytest.raises(NotPossible):
            signing.sign_up(minor, shift.pk, guardian_phone=phone)
    assert states(shift) == []


def test_a_keeper_takes_in_the_signed_paper_but_not_for_himself() -> None:
    crew, shift = plan(least_age=14)
    minor, _parent = family(crew)
    signup = signing.sign_up(minor, shift.pk)
    for stranger, refusal in ((minor, PermissionDenied), (neighbour(crew), Http404)):
        with pytest.raises(refusal):
            consents.take_paper(stranger, signup.pk, paper())

    signup = consents.take_paper(crew.recorder, signup.pk, paper())

    assert (signup.state, signup.consented_by, signup.consent_paper is None) == (
        ACCEPTED,
        crew.recorder,
        False,
    )


def test_a_screened_minor_needs_both_consent_and_the_leader() -> None:
    crew, shift = plan(least_age=14, screened=True)
    minor, parent = family(crew)
    signup = signing.sign_up(minor, shift.pk, guardian_phone=person_of(parent).phone)
    assert consents.consent(parent, signup.pk).state == APPLIED
    assert signing.decide(crew.leader, signup.pk, True).state == ACCEPTED


def paper() -> SimpleUploadedFile:
    """A photo of a signed form."""
    return brought(picture(), "同意书.jpg")


# --- for somebody without a phone ---


def without_phone(crew: Crew, adult: bool = True) -> Person:
    """A member of the team who has no account."""
    person = make_person(adult=adult)
    make_residency(person, make_dwelling(within=crew.here))
    make_membership(crew.team, person)
    return person


def test_a_group_without_phones_is_entered_at_once_or_not_at_all() -> None:
    crew, shift = plan(slots=2)
    people = [without_phone(crew) for _time in range(3)]
    entered = signing.sign_up_group(crew.recorder, shift.pk, people, "phone")
    assert [signup.state for signup in entered] == [ACCEPTED, ACCEPTED, WAITLISTED]
    assert {signup.entered_by for signup in entered} == {crew.recorder}

    more = [without_phone(crew), people[0]]
    with pytest.raises(NotPossible, match=people[0].real_name):
        signing.sign_up_group(crew.recorder, shift.pk, more, "phone")
    assert shift.signups.count() == 3


def test_only_members_without_an_account_are_entered_by_others() -> None:
    crew, shift = plan()
    with_account, stranger = person_of(crew.member()), make_person()
    for person in (with_account, stranger):
        with pytest.raises(NotPossible):
            signing.sign_up_for(crew.leader, shift.pk, person, "paper")
    with pytest.raises(NotPossible):
        signing.sign_up_for(crew.leader, shift.pk, without_phone(crew), "online")


def test_an_unknown_age_needs_the_keepers_word_or_the_paper() -> None:
    crew, shift = plan(least_age=14)
    one, other = without_phone(crew, adult=False), without_phone(crew, adult=False)
    assert signing.sign_up_for(crew.leader, shift.pk, one, "paper", adult=True).state == ACCEPTED
    assert signing.sign_up_for(crew.leader, shift.pk, other, "paper").state == APPLIED


# --- who may ---

MAY = {
    # who: sign up, enter others, decide, take in paper
    "visitor from elsewhere": (False, False, False, False),
    "neighbour": (True, False, False, False),
    "member": (True, False, False, False),
    "recorder": (True, True, False, True),
    "leader": (True, True, True, True),
    "worker": (False, True, True, True),
    "director": (False, True, True, True),
    "building head": (False, False, False, False),
    "auditor": (False, False, False, False),
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_do_what(who: str) -> None:
    crew, shift = plan(screened=True, least_age=14)
    users = {
        "visitor from elsewhere": lambda: make_account(),
        "neighbour": lambda: neighbour(crew),
        "member": crew.member,
        "recorder": lambda: crew.recorder,
        "leader": lambda: crew.leader,
        "worker": lambda: crew.worker,
        "director": lambda: crew.director,
        "building head": lambda: make_user(post=Post.BUILDING_HEAD, neighbourhood=crew.here),
        "auditor": lambda: make_user(post=Post.AUDITOR, neighbourhood=crew.here),
    }
    user = users[who]()
    one = make_signup(shift, make_person(), APPLIED)
    minor = make_signup(shift, make_person(), APPLIED, needs_consent=True)
    tries = (
        lambda: signing.sign_up(user, shift.pk),
        lambda: signing.sign_up_for(user, shift.pk, without_phone(crew), "paper"),
        lambda: signing.decide(user, one.pk, True),
        lambda: consents.take_paper(user, minor.pk, paper()),
    )
    assert tuple(done(attempt) for attempt in tries) == MAY[who]


def done(attempt: Any) -> bool:
    """Whether somebody may."""
    try:
        attempt()
    except (PermissionDenied, Http404):
        return False
    return True


# --- reminders ---


def test_everybody_with_a_place_is_reminded_once_when_it_is_near() -> None:
    crew, shift = plan(slots=1, bring="手套")
    first, second = neighbour(crew), neighbour(crew)
    signing.sign_up(first, shift.pk)
    signing.sign_up(second, shift.pk)

    jobs.remind_volunteers()
    assert news("signup_reminder") == []
    with clock.at(shift.starts_at - timedelta(hours=24)):
        jobs.remind_volunteers()
        jobs.remind_volunteers()

    assert news("signup_reminder") == [first.pk]


def test_whoever_was_reminded_of_a_time_that_was_moved_is_reminded_anew_even_of_the_old_time() -> None:
    crew, shift = plan()
    user, before = neighbour(crew), shift.span
    later = Span(before.starts_at + timedelta(days=14), before.ends_at + timedelta(days=14))
    signing.sign_up(user, shift.pk)
    near = shift.starts_at - timedelta(hours=3)

    with clock.at(near):
        jobs.remind_volunteers()
        shifts.change_shift(crew.worker, shift.pk, later, 10)
        shifts.change_shift(crew.worker, shift.pk, before, 10)
    with clock.at(near + timedelta(hours=1)):
        jobs.remind_volunteers()
        shifts.change_shift(crew.worker, shift.pk, later, 10)
    with clock.at(later.starts_at - timedelta(hours=3)):
        jobs.remind_volunteers()
        jobs.remind_volunteers()

    told = Notice.objects.filter(kind="activity.signup_reminder").order_by("pk")
    starts = [before.starts_at, before.starts_at, later.starts_at]
    assert [notice.params["starts_at"] for notice in told] == [start.isoformat() for start in starts]


def test_the_leader_is_asked_again_once_a_guardian_has_consented() -> None:
    crew, shift = plan(screened=True, least_age=14)
    minor = neighbour(crew, adult_on=clock.today() + timedelta(days=600))
    signup = signing.sign_up(minor, shift.pk)
    consents.take_paper(crew.worker, signup.pk, brought(picture()))

    assert news("signup_waits") == [crew.leader.pk] * 2
