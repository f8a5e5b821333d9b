"""Several who leave at once, while others want their places, on PostgreSQL."""

from __future__ import annotations

import pytest

from portal.community.models import User
from portal.duties.models import Duty
from portal.register.services import leaving
from portal.volunteers.models import Membership, Shift
from portal.volunteers.services import signing
from portal.volunteers.states import SignupState
from tests.concurrency import at_once
from tests.factories import make_resident, person_of
from tests.volunteers.factories import make_activity, make_crew, make_shift

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_leaders_who_close_their_accounts_at_once_leave_one_promise_of_another() -> None:
    crew = make_crew()
    leaders = [crew.leader, *(crew.member() for _time in range(7))]
    Membership.objects.filter(person__in=[user.person for user in leaders]).update(role="leader")

    outcome = at_once(8, lambda number: leaving.close(leaders[number]), numbered=True)

    assert outcome.errors == []
    assert Membership.objects.active().filter(role="leader").count() == 0
    assert Duty.objects.active().filter(kind="team.lead").count() == 1


def test_places_of_who_leave_go_to_who_wait_while_others_sign_up() -> None:
    crew = make_crew()
    shifts = [make_shift(make_activity(crew), slots=3) for _time in range(3)]
    users = [make_resident(within=crew.here) for _time in range(20)]
    for user in users[:8]:
        for shift in shifts:
            signing.sign_up(user, shift.pk, in_spite_of_clash=True)

    def work(number: int) -> None:
        user = User.objects.get(pk=users[number].pk)
        if number < 6:
            leaving.close(user)
        else:
            for shift in shifts if number % 2 else reversed(shifts):
                if not shift.signups.filter(person=person_of(user)).exists():
                    signing.sign_up(user, shift.pk, in_spite_of_clash=True)

    outcome = at_once(20, work, numbered=True)

    assert outcome.errors == []
    for shift in Shift.objects.all():
        held = shift.signups.filter(state=SignupState.ACCEPTED)
        assert (shift.taken, held.count()) == (3, 3)
        assert not held.filter(person__in=[user.person_id for user in users[:6]]).exists()
