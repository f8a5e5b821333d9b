"""Statements and reactions that come at once: numbers without gaps, one reaction a person, one map a thing."""

from __future__ import annotations

import pytest

from portal.deliberation.states import State
from portal.kit.errors import NotPossible
from portal.meetings.models.opinions import OpinionMap, Reaction, Statement
from portal.meetings.opinions import services
from portal.record.services import key
from tests import factories
from tests.concurrency import at_once
from tests.deliberation.factories import make_topic
from tests.meetings.opinion_factories import make_opined

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

RIVALS = 5


def test_first_statements_at_once_make_one_map_with_numbers_without_gaps() -> None:
    here = factories.make_neighbourhood()
    topic = make_topic(here, state=State.DISCUSSING)
    people = [factories.make_resident(within=here) for _ in range(RIVALS)]

    outcome = at_once(
        RIVALS, lambda n: services.begin(people[n], key(topic), text=f"第 {n} 句"), numbered=True
    )

    assert outcome.errors == []
    assert OpinionMap.objects.get().length == RIVALS
    assert sorted(Statement.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_the_same_statement_at_once_is_put_once() -> None:
    opined = make_opined(people=RIVALS)
    pk = opined.map.pk

    outcome = at_once(RIVALS, lambda n: services.put(opined.people[n], pk, text="一样的话"), numbered=True)

    assert [type(error) for error in outcome.errors] == [NotPossible] * (RIVALS - 1)
    assert Statement.objects.filter(text="一样的话").count() == 1


def test_one_person_in_two_tabs_reacts_once() -> None:
    opined = make_opined()
    one = opined.statements[0].pk

    outcome = at_once(
        RIVALS, lambda n: services.react(opined.people[0], one, value=(-1, 0, 1)[n % 3]), numbered=True
    )

    assert outcome.errors == []
    assert Reaction.objects.count() == 1
