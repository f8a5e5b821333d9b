"""Publishing the results of a survey: what they hold, who may, what is written down, and that it stays."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal.community.permissions import Role
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.record.models import Entry
from portal.surveys.definition import definition_of
from portal.surveys.models import Answer, Response, Snapshot, Survey, Wave
from portal.surveys.results import counting, families, merging, services
from portal.surveys.results.payload import fingerprint, payload_of
from portal.surveys.states import ResponseState, SurveyState
from tests.factories import make_neighbourhood, make_subdistrict, make_user
from tests.surveys.crowd import answer_all
from tests.surveys.factories import Asking, add_question, make_survey

PEOPLE = 60


def _answers(people: int = PEOPLE) -> list[dict[str, Any]]:
    dice = random.Random(7)
    return [
        {
            "age": dice.choice(["18-44", "45-59", "60-"]),
            "tenure": dice.choice(["owner", "owner", "tenant"]),
            "elders": "yes" if at % 2 else "no",
            "help": ["meals", "escort"] if at % 3 else ["meals"],
            "clean": 1 + at % 5,
            "order": ["light", "ramp"] if at % 2 else ["ramp", "light"],
            "people": 1 + at % 4,
            "since": f"20{10 + at % 10}-05-01",
            "canteen": "needed" if at % 3 else "not",
            "charging": "needed",
            "satisfied": {"firm": "good" if at % 2 else "bad", "committee": "good"},
        }
        for at in range(people)
    ]


def _counted() -> Asking:
    asking = make_survey(state=SurveyState.ANALYSED)
    answer_all(asking.survey, _answers())
    return asking


def _questions(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {question["key"]: question for question in payload["questions"]}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_whole_percents_add_up_and_are_off_by_less_than_one(parts: list[int]) -> None:
    percents = merging.whole_percents(parts)

    assert sum(percents) == (100 if sum(parts) else 0)
    assert all(
        abs(percent - 100 * part / sum(parts)) < 1
        for percent, part in zip(percents, parts, strict=True)
        if part
    )


@given(st.lists(st.integers(0, 60), min_size=1, max_size=7), st.integers(2, 20))
def test_merged_cells_hold_enough_and_are_neighbours(counts: list[int], least: int) -> None:
    for groups in (merging.neighbours(counts, least), merging.bands_of(counts, least)):
        if groups is not None:
            assert [place for group in groups for place in group] == list(range(len(counts)))
            assert min(merging.added(counts, groups)) >= least
            assert len(groups) > 1


@pytest.mark.django_db
def test_each_kind_is_summed_up_as_it_was_answered() -> None:
    asking = _counted()
    counted = counting.count(asking.survey)

    summed = {
        question.key: question.summarise(counted[question.pk].counts, counted[question.pk].base)
        for question in definition_of(asking.survey).questions
    }

    answers = _answers()
    assert summed["clean"].values == dict.fromkeys(range(1, 6), 12)
    assert (summed["clean"].mean_hundredths, summed["clean"].median) == (300, 3)
    assert summed["help"].base == 30
    assert summed["help"].options["escort"] == sum(
        "escort" in one["help"] for one in answers if one["elders"] == "yes"
    )
    assert summed["order"].places["ramp"] == (30, 30 * 3 + 30 * 2)
    assert summed["satisfied"].rows["firm"] == {"good": 30, "bad": 30}
    assert summed["people"].mean_hundredths == 250
    assert summed["wish"].base == PEOPLE


@pytest.mark.django_db
def test_all_questions_are_counted_in_two_queries(django_assert_num_queries: Any) -> None:
    asking = _counted()

    with django_assert_num_queries(2):
        counting.count(asking.survey)


@pytest.mark.django_db
def test_bands_and_weights_are_what_one_reckons_answer_by_answer() -> None:
    asking, other = _counted(), make_survey()
    answer_all(other.survey, _answers(7))
    answer_all(asking.survey, [{"elders": "no", "canteen": "needed", "clean": 2}] * 3)
    Response.objects.create(survey=asking.survey, values={"clean": 3})
    for weight, one in enumerate(list(asking.survey.responses.all()), start=900):
        Response.objects.filter(pk=one.pk).update(weight=weight)
    handed_in = list(asking.survey.responses.filter(state=ResponseState.HANDED_IN))
    asked = {question.key: question for question in definition_of(asking.survey).questions}
    clean, canteen = asked["clean"].pk, asked["canteen"].pk

    weighed = counting.weigh_up(asking.survey)
    bands = counting.by_background(asking.survey, asked["age"], [asked["clean"], asked["canteen"]])

    for mark in range(1, 6):
        alike = [one.weight for one in handed_in if one.values["clean"] == mark]
        assert weighed[clean].counts["", "", mark] == sum(alike) > 0
    assert weighed[clean].base == sum(one.weight for one in handed_in)
    assert set(bands) == {"18-44", "45-59", "60-", counting.UNTOLD}
    assert all(set(each) == {clean, canteen} for each in bands.values())
    for band, each in bands.items():
        ours = [one.values for one in handed_in if one.values.get("age", "") == band]
        assert each[clean].base == each[canteen].base == len(ours) >= 3
        assert each[canteen].counts["", "needed", None] == sum(one["canteen"] == "needed" for one in ours)


@pytest.mark.django_db
def test_published_results_have_no_number_below_ten_and_shares_on_the_right_base() -> None:
    told = _questions(payload_of(_counted().survey))

    assert min(option["count"] for question in told.values() for option in question["options"]) >= 10
    help_needed = {option["key"]: option for option in told["help"]["options"]}
    assert told["help"]["base"] == 30
    assert help_needed["escort"]["percent"] == round(100 * help_needed["escort"]["count"] / 30)
    assert sum(option["percent"] for option in told["clean"]["options"]) == 100
    needed = told["canteen"]["options"][0]
    assert (needed["key"], needed["count"], needed["percent"]) == ("needed", 40, 67)
    assert told["charging"]["withheld"]
    assert [row["key"] for row in told["satisfied"]["rows"]] == ["firm"]
    assert all(
        sum(option["percent"] for option in band["options"]) == 100
        for key in ("elders", "canteen", "clean")
        for table in told[key]["by"]
        for band in table["bands"]
    )


@pytest.mark.django_db
def test_a_need_of_nearly_all_is_told_as_at_least_so_many() -> None:
    demands = {need["key"]: need for need in payload_of(_counted().survey)["demands"]}

    assert demands["charging"] | {"text": ""} == {
        "key": "charging", "text": "", "group": "停车", "base": 60, "needed": 51, "percent": 85, "at_least": True,
        "rank": 1,
    }  # fmt: skip
    assert (demands["canteen"]["needed"], demands["canteen"]["percent"], demands["canteen"]["rank"]) == (
        40,
        67,
        2,
    )


@pytest.mark.django_db
def test_who_was_asked_a_question_does_not_tell_of_few_who_answered_the_one_before(monkeypatch: Any) -> None:
    asking = make_survey(state=SurveyState.ANALYSED)
    section = asking.survey.sections.get(number=2)
    options = tuple((key, key) for key in "abc")
    add_question(section, "single", "q", "q", options=options, place=30)
    condition = {"is": ["q", "b"]}
    add_question(section, "single", "why", "why", options=options[:2], place=31, condition=condition)
    few = [
        {"q": key, "why": "ab"[at % 2]}
        for key, count in (("a", 5), ("b", 25), ("c", 20))
        for at in range(count)
    ]
    answer_all(asking.survey, few)

    told = _questions(payload_of(asking.survey))
    monkeypatch.setattr(families, "_tells", lambda *rest: False)
    careless = _questions(payload_of(asking.survey))

    together = [option["count"] for option in told["q"]["options"]]
    assert (together, told["why"]["base"], told["why"]["withheld"]) == ([30, 20], None, True)
    # 30 less 25: the five who answered "a".
    assert careless["why"]["base"] == 25


@pytest.mark.django_db
def test_publishing_is_written_into_the_record_with_the_fingerprint() -> None:
    asking = _counted()

    made = services.publish(asking.worker, asking.pk)

    asking.survey.refresh_from_db()
    entry = Entry.objects.get(action="survey.published")
    assert asking.survey.state == SurveyState.PUBLISHED
    assert entry.data["sha256"] == made.sha256 == fingerprint(Snapshot.objects.get().payload)
    assert made.payload["n"] == PEOPLE
    with pytest.raises(NotPossible):
        services.publish(asking.worker, asking.pk)


@pytest.mark.django_db
def test_only_the_committee_publishes() -> None:
    asking = _counted()

    with pytest.raises(PermissionDenied):
        services.publish(asking.resident, asking.pk)


@pytest.mark.django_db
def test_published_results_are_never_changed() -> None:
    asking = _counted()
    made = services.publish(asking.worker, asking.pk)

    with pytest.raises(DatabaseError, match="snapshot_stays"), transaction.atomic():
        Snapshot.objects.filter(pk=made.pk).update(why="anders")


@pytest.mark.django_db
def test_results_are_corrected_only_where_ten_answers_changed_and_both_stay() -> None:
    asking = _counted()
    services.publish(asking.worker, asking.pk)
    removed = Response.objects.filter(survey=asking.survey)[:9]
    _remove(list(removed))
    with pytest.raises(NotPossible):
        services.correct(asking.worker, asking.pk, "重复")
    _remove(list(Response.objects.filter(survey=asking.survey, state=ResponseState.HANDED_IN)[:1]))

    services.correct(asking.worker, asking.pk, "重复")

    kept = Snapshot.objects.order_by("number")
    assert [(one.number, one.payload["n"], one.why) for one in kept] == [(1, 60, ""), (2, 50, "重复")]
    assert services.changed(asking.survey) == 0


def _remove(responses: list[Response]) -> None:
    Answer.objects.filter(response__in=responses).delete()
    Response.objects.filter(pk__in=[one.pk for one in responses]).update(state=ResponseState.REMOVED)


def test_what_places_tell_together_gives_no_hidden_cell_of_one_away() -> None:
    # The first place merges a and b; the others show all: a alone would be its 3.
    shown = [((0, 1), (2,)), ((0,), (1,), (2,)), ((0,), (1,), (2,))]
    counts = [[3, 20, 30], [12, 15, 40], [20, 20, 20]]

    groups = merging.told_by_area([35, 55, 90], shown, counts, 10)

    assert groups == ((0, 1), (2,))
    two = [((0, 1), (2,)), ((0, 1), (2,)), ((0,), (1,), (2,))]
    many = [[8, 20, 30], [7, 15, 40], [20, 20, 20]]
    assert merging.told_by_area([35, 55, 90], two, many, 10) == ((0,), (1,), (2,))


@pytest.mark.django_db
def test_a_closed_wave_is_told_once_from_what_two_places_published() -> None:
    area = make_subdistrict()
    first, second = (
        make_survey(make_neighbourhood(parent=area), state=SurveyState.ANALYSED) for _place in range(2)
    )
    officer = make_user(Role.OFFICER, neighbourhood=area)
    answer_all(first.survey, _answers())
    answer_all(second.survey, _answers(90))
    caller = first.survey.created_by
    wave = Wave.objects.create(area=area, title="2026", called_by=caller, closed_at=clock.now())
    Survey.objects.filter(pk__in=[first.pk, second.pk]).update(wave=wave)
    services.publish(first.worker, first.pk)
    with pytest.raises(NotPossible):
        services.publish_wave(officer, wave.pk)
    services.publish(second.worker, second.pk)

    made = services.publish_wave(officer, wave.pk)

    told = _questions(made.payload)
    assert made.payload["n"] == 150
    assert {option["key"]: option["count"] for option in told["clean"]["options"]} == {
        str(mark): 30 for mark in range(1, 6)
    }
    assert Entry.objects.filter(action="wave.published").count() == 2
    with pytest.raises(NotPossible):
        services.publish_wave(officer, wave.pk)
