"""Who may know of a survey and who is asked, a second time by hand, in every state and for both units."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from portal.community.models import User
from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.answering import services
from portal.surveys.models import FrameUnit, Survey, Unit
from portal.surveys.states import SurveyState
from tests.factories import make_dwelling, make_ownership, make_residency, make_resident, make_user, person_of
from tests.surveys.factories import Asking, make_survey
from tests.worlds import kept

pytestmark = pytest.mark.django_db

# Before it is opened only those who make it know of it, and the officer who approves it.
OFFICE = {"worker", "director", "officer"}
# Only while it is open, and only those who live in a flat of the frame; an adult: who stands in the frame.
ASKED = {Unit.HOUSEHOLD: {"resident", "housemate", "owner"}, Unit.ADULT: {"resident"}}


@kept
def make_asked(unit: Unit) -> tuple[Asking, dict[str, User]]:
    """A survey and whoever might be asked by it, or not."""
    asking = make_survey(unit=unit)
    owner, housemate = make_user(), make_user()
    make_residency(person_of(housemate), asking.home)
    make_ownership(person_of(owner), asking.home)
    make_residency(person_of(owner), asking.home)
    elsewhere = make_dwelling(within=asking.home.building)
    if unit == Unit.ADULT:
        FrameUnit.objects.create(
            survey=asking.survey, number=9, dwelling=asking.home, person=person_of(asking.resident)
        )
    people = {
        "resident": asking.resident,
        "housemate": housemate,
        "owner": owner,
        "worker": asking.worker,
        "director": asking.director,
        "officer": make_user(Role.OFFICER, neighbourhood=asking.here),
        "account": make_user(),
        # Lives here since, in a flat that is not in the frame.
        "newcomer": make_resident(dwelling=elsewhere),
        "elsewhere": make_resident(),
    }
    return asking, people


def answered(user: User, survey: Survey) -> str:
    """What somebody is told who begins."""
    try:
        with transaction.atomic():
            services.begin(user, survey.pk)
            transaction.set_rollback(True)
    except Http404:
        return "unknown"
    except services.NotAsked:
        return "not asked"
    except (NotPossible, PermissionDenied):
        return "not now"
    return "begun"


@pytest.mark.parametrize("unit", [Unit.HOUSEHOLD, Unit.ADULT])
def test_who_is_asked_and_when(unit: Unit) -> None:
    asking, people = make_asked(unit)
    opened_at = asking.survey.opened_at

    wrong = []
    for state in SurveyState:
        before = state in ("draft", "approved", "piloted")
        Survey.objects.filter(pk=asking.pk).update(state=state, opened_at=None if before else opened_at)
        for name, user in people.items():
            known = not before or name in OFFICE
            asked = name in ASKED[unit]
            expected = (
                "unknown"
                if not known
                else "not asked"
                if not asked
                else "begun"
                if state == "open"
                else "not now"
            )
            if (found := answered(user, asking.survey)) != expected:
                wrong.append((state.value, name, found, expected))
    assert wrong == []


def test_a_paused_one_and_one_past_its_last_moment_take_nothing() -> None:
    asking, people = make_asked(Unit.HOUSEHOLD)
    assert asking.survey.closes_at

    with clock.at(asking.survey.closes_at):
        found = {name: answered(user, asking.survey) for name, user in people.items()}

    assert {name for name, told in found.items() if told == "not now"} == ASKED[Unit.HOUSEHOLD]
    assert "begun" not in found.values()
