"""Who leads on when an applicant leaves, and what becomes of two records of one human."""

from __future__ import annotations

import pytest

from portal.community.leaving import Leaving
from portal.community.models import Residency, User
from portal.community.uniting import Union, unite
from portal.duties import services as duties
from portal.duties.calendar import add_working_days
from portal.duties.models import Duty
from portal.funds.applying import services
from portal.funds.applying.services import departures
from portal.funds.models import Application, CoApplicant
from portal.funds.states import ApplicationState, GrantState
from portal.kit import clock
from portal.notifications.models import Notice
from portal.record.services import key
from tests.factories import person_of
from tests.funds.factories import make_grant
from tests.funds.factories_applying import (
    Applying,
    ask,
    fresh,
    make_draft,
    make_handed_in,
    make_round,
    make_written,
)

pytestmark = pytest.mark.django_db


def leaves(user: User) -> Leaving:
    """Somebody moves away: the last home here ends."""
    home = Residency.objects.select_related("dwelling__building", "person").get(person=user.person_id)
    return Leaving(person_of(user), home)


def settle(leaving: Leaving) -> None:
    led = list(departures.led_by(leaving))
    departures.lock(led)
    departures.hand_over(leaving, led)
    departures.step_out(leaving, list(departures.together_with(leaving)))


def test_who_said_yes_first_leads_when_the_lead_moves_away() -> None:
    world = make_round()
    handed = make_handed_in(world)
    heir = world.neighbours[0]
    due = add_working_days(clock.now(), 5)
    duties.open_duty("funds.complete", handed, due=due, person=handed.lead)
    leaving = leaves(world.lead)

    shown = departures.lead_shown(leaving, departures.led_by(leaving).get())
    settle(leaving)
    settle(leaves(world.lead))

    assert heir.public_name in str(shown.becomes)
    assert fresh(handed).lead == heir.person
    assert [row.person for row in handed.co_applicants.all()] == [world.neighbours[1].person]
    # What the lead owed, the next one owes.
    assert Duty.objects.active().get(kind="funds.complete").person == heir.person
    assert Notice.objects.filter(user=heir, kind="funds.leads").count() == 1


def test_a_draft_nobody_else_carries_ends() -> None:
    world = make_round()
    draft = make_draft(world)
    ask(world, draft, world.neighbours[0])

    settle(leaves(world.lead))

    assert fresh(draft).state == ApplicationState.WITHDRAWN
    # The neighbour who was asked owes no answer about what is not there any more.
    assert not Duty.objects.active().filter(kind="funds.join").exists()


def test_what_was_handed_in_and_nobody_carries_is_owed_by_the_desk() -> None:
    world = make_round()
    handed = make_handed_in(world)
    CoApplicant.objects.all().delete()

    settle(leaves(world.lead))

    owed = Duty.objects.active().about(key(handed)).get(kind="funds.lead")
    assert owed.post == "worker"
    assert fresh(handed).state == ApplicationState.SUBMITTED


@pytest.mark.parametrize(("state", "hangs"), [(GrantState.RUNNING, True), (GrantState.CLOSED, False)])
def test_a_project_with_money_is_carried_until_it_is_closed(state: GrantState, *, hangs: bool) -> None:
    world = make_round()
    handed = make_handed_in(world)
    make_grant(handed, state)

    assert departures.led_by(leaves(world.lead)).exists() is hangs


def test_a_co_applicant_who_leaves_is_taken_out_and_the_lead_is_told() -> None:
    world = make_round()
    draft = make_written(world)

    settle(leaves(world.neighbours[0]))

    assert draft.co_applicants.count() == 1
    assert Notice.objects.filter(user=world.lead, kind="funds.not_joined").count() == 1


# --- uniting ---


def united(world: Applying, kept: User, other: User) -> Union:
    union = Union(person_of(kept), person_of(other), world.worker)
    Residency.objects.filter(person=other.person_id).delete()
    User.objects.filter(pk=other.pk).update(person=None)
    unite(union)
    return union


def test_of_two_records_that_apply_together_one_stays() -> None:
    world = make_round()
    draft = make_written(world)
    first, second = world.neighbours[:2]

    union = united(world, first, second)

    assert [row.person for row in draft.co_applicants.all()] == [first.person]
    assert any(draft.title in note for note in union.notes)


def test_nobody_applies_together_with_themselves() -> None:
    world = make_round()
    draft = make_written(world)

    united(world, world.neighbours[0], world.lead)

    assert Application.objects.get(pk=draft.pk).lead == world.neighbours[0].person
    assert [row.person for row in draft.co_applicants.all()] == [world.neighbours[1].person]
    services.add_activity(world.neighbours[0], draft.pk, "再做一件", clock.today(), clock.today())
