"""Who is drawn, whose unit somebody answers for, and the response rate."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.community.models.places import Usage
from portal.kit import clock
from portal.surveys.course import figures, frame, lots
from portal.surveys.models import Disposition, Reach, Response, Survey, Unit
from portal.surveys.states import ResponseState, SurveyState
from tests.examples import examples
from tests.factories import make_building, make_dwelling, make_person, make_residency
from tests.surveys.factories import Asking, hand_in, make_survey
from tests.worlds import kept

strata = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 300), max_size=8)


@given(strata, st.integers(0, 900))
@settings(max_examples=examples(60))
def test_shares_add_up_and_none_is_a_whole_unit_off(sizes: dict[str, int], size: int) -> None:
    drawn, total = lots.shares(sizes, size), sum(sizes.values())

    assert sum(drawn.values()) == min(size, total)
    for name, count in drawn.items():
        assert 0 <= count <= sizes[name]
        assert abs(count * total - sizes[name] * min(size, total)) < max(total, 1)


def test_the_same_lot_draws_the_same_and_another_one_others() -> None:
    keys = {"1号楼": [f"dwelling:{n}" for n in range(60)], "2号楼": [f"dwelling:{n}" for n in range(60, 90)]}

    first = lots.draw(keys, 30, "a" * 32)

    assert lots.draw({name: each[::-1] for name, each in keys.items()}, 30, "a" * 32) == first
    assert {name: len(each) for name, each in first.items()} == {"1号楼": 20, "2号楼": 10}
    assert lots.draw(keys, 30, "b" * 32) != first


@kept
def make_undrawn(*, unit: Unit = Unit.HOUSEHOLD) -> Asking:
    """An approved survey that has no units yet, among two buildings with six flats."""
    world = make_survey(unit=unit, state=SurveyState.APPROVED, homes=4)
    other = make_building(parent=world.here)
    for room in ("101", "102"):
        make_dwelling(within=other, room=room)
    world.survey.units.all().delete()
    return world


@pytest.mark.django_db
def test_all_households_are_numbered_as_the_flats_lie_and_empty_ones_are_noted() -> None:
    world = make_undrawn()
    flats = list(frame._dwellings(world.here))
    type(flats[1]).objects.filter(pk=flats[1].pk).update(usage=Usage.EMPTY)
    type(flats[2]).objects.filter(pk=flats[2].pk).update(retired_on=clock.today())

    frame.draw(world.survey)

    rows = list(world.survey.units.values_list("number", "dwelling", "disposition"))
    left = [flat.pk for flat in flats if flat != flats[2]]
    assert rows == [(n, pk, "empty" if pk == flats[1].pk else "") for n, pk in enumerate(left, 1)]


@pytest.mark.django_db
def test_a_sample_is_drawn_in_proportion_and_can_be_drawn_again_from_its_lot() -> None:
    survey = make_undrawn().survey
    survey.reach, survey.sample_size, survey.lot = Reach.SAMPLE, 3, "7" * 32

    assert frame.draw(survey) == 3

    drawn = set(survey.units.values_list("dwelling", flat=True))
    by_stratum: dict[str, list[str]] = {}
    for one in frame._everybody(survey):
        by_stratum.setdefault(one.stratum, []).append(one.key)
    again = {key for keys in lots.draw(by_stratum, 3, survey.lot).values() for key in keys}
    assert {f"dwelling:{pk}" for pk in drawn} == again
    assert sorted(Counter(survey.units.values_list("stratum", flat=True)).values()) == [1, 2]
    assert frame.grow(survey) == []


@pytest.mark.django_db
def test_adults_are_asked_once_each_and_children_and_the_dead_are_not() -> None:
    world = make_undrawn(unit=Unit.ADULT)
    day = clock.today()
    adult, child, dead = make_person(), make_person(adult=False), make_person()
    type(dead).objects.filter(pk=dead.pk).update(died_on=day)
    for person in (adult, child, dead):
        make_residency(person, world.home)
    make_residency(adult, make_dwelling(within=make_building(parent=world.here)))

    frame.draw(world.survey)

    asked = list(world.survey.units.values_list("person", flat=True))
    assert asked.count(adult.pk) == 1
    assert not {child.pk, dead.pk} & set(asked)


@pytest.mark.django_db
def test_somebody_answers_for_the_flat_they_live_in_and_strangers_for_none() -> None:
    world = make_survey()

    unit = frame.unit_for(world.resident, world.survey)

    assert unit is not None
    assert unit.dwelling == world.home
    assert frame.unit_for(world.worker, world.survey) is None


@pytest.mark.django_db
def test_who_came_after_the_opening_gets_the_next_number_and_what_is_no_more_is_noted() -> None:
    world = make_survey()
    new = make_dwelling(within=world.home.building, room="909")
    gone = world.survey.units.exclude(dwelling=world.home).first()
    assert gone is not None
    type(new).objects.filter(pk=gone.dwelling_id).update(retired_on=clock.today())

    added = frame.grow(world.survey)

    assert [(unit.number, unit.dwelling, unit.added_on) for unit in added] == [(4, new, clock.today())]
    assert frame.shrink(world.survey) == 1
    assert frame.shrink(world.survey) == 0
    assert frame.grow(world.survey) == []


@kept
def make_counted() -> Survey:
    """Ten flats: three handed in of which one was removed, one begun, and one of each other kind."""
    survey = make_survey(homes=10, state=SurveyState.CLOSED).survey
    units = list(survey.units.all())
    for unit in units[:3]:
        unit.handed_in_on = clock.today()
    noted = [
        Disposition.REFUSED,
        Disposition.OTHER,
        Disposition.UNKNOWN,
        Disposition.EMPTY,
        Disposition.NOT_REACHED,
    ]
    for unit, disposition in zip(units[4:9], noted, strict=True):
        unit.disposition = disposition
    type(units[0]).objects.bulk_update(units, ["handed_in_on", "disposition"])
    Response.objects.create(survey=survey, unit=units[3])
    for _answers in range(3):
        made = hand_in(survey, {"age": "60-"})
    made.state = ResponseState.REMOVED
    made.save(update_fields=["state"])
    return survey


@pytest.mark.django_db
def test_response_rate_1_is_complete_by_all_but_those_noted_as_empty() -> None:
    rate = figures.response_rate(make_counted())

    assert rate == figures.RR(
        frame=10, complete=2, partial=1, refused=1, not_reached=2, other=2, unknown=1, empty=1
    )
    assert rate.rr1 == (2, 9)
    parts = (rate.complete, rate.partial, rate.refused, rate.not_reached, rate.other, rate.unknown)
    assert sum(parts) == rate.base
    assert rate.percent == 22


@pytest.mark.django_db
def test_an_empty_flat_from_which_answers_came_stays_in_the_base() -> None:
    survey = make_survey().survey
    survey.units.filter(number=1).update(disposition=Disposition.EMPTY, handed_in_on=clock.today())

    assert figures.response_rate(survey).rr1 == (1, 3)


@pytest.mark.django_db
def test_the_rates_of_a_wave_take_two_queries_however_many_take_part(
    django_assert_num_queries: object,
) -> None:
    held = [make_survey().survey, make_survey().survey]

    with django_assert_num_queries(2):  # type: ignore[operator]
        found = figures.rates(held)

    assert [found[survey.pk].frame for survey in held] == [3, 3]
