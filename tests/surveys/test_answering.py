"""Answering: saved question by question, hidden answers kept until handing in, handed in once, cut without names."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.kit import clock
from portal.surveys.answering import services
from portal.surveys.answering.services import (
    BegunElsewhere,
    HandedInAlready,
    NotAsked,
    TakenOut,
    TooLate,
    Unanswered,
)
from portal.surveys.definition import definition_of
from portal.surveys.models import Answer, Channel, FrameUnit, Mode, OpenAnswer, Response, Survey
from portal.surveys.states import ResponseState, SurveyState
from tests.examples import ALL
from tests.factories import make_resident, make_user
from tests.surveys.factories import Asking, add_question, hand_in, make_survey

pytestmark = pytest.mark.django_db
LEAST = {"age": "60-", "elders": "no"}


def begun(asking: Asking) -> Response:
    return services.begin(asking.resident, asking.pk)


def more(asking: Asking, key: str, place: int, condition: dict[str, Any], **said: Any) -> None:
    """One more question to choose in, at the end."""
    section = asking.survey.sections.last()
    assert section is not None
    add_question(
        section, "single", key, key, options=(("x", "甲"),), place=place, condition=condition, **said
    )


def stored(response: Response) -> dict[str, Any]:
    return Response.objects.get(pk=response.pk).current


def handed_in(asking: Asking, values: dict[str, Any]) -> Response:
    return services.hand_in(services.save(begun(asking), values), uuid4())


def test_a_save_of_one_question_never_undoes_another() -> None:
    asking = make_survey(mode=Mode.NAMED)
    first, second = begun(asking), begun(asking)

    services.save(first, {"age": "60-"})
    services.save(second, {"tenure": "owner"})
    services.save(first, {"age": "18-44"})

    assert stored(first) == {"age": "18-44", "tenure": "owner"}
    assert Response.objects.get(pk=first.pk).edition == 3


def test_an_answer_is_taken_back_by_an_empty_one() -> None:
    response = services.save(begun(make_survey()), LEAST)

    services.save(response, {"age": ""})

    assert stored(response) == {"elders": "no"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"age": "no-such"}, "no-such"),
        ({"elders": "yes", "help": ["meals", "tampered"]}, "tampered"),
        ({"help": ["meals", "escort", "none"]}, "“都不需要”"),
        ({"order": ["ramp", "ramp", ""]}, ""),
        ({"order": ["ramp", "light", "bench", "ramp"]}, ""),
        ({"clean": "9"}, "9"),
        ({"people": "21"}, "20"),
        ({"since": "yesterday"}, ""),
        ({"satisfied": {"firm": "no-such"}}, "no-such"),
        ({"satisfied": {"nobody": "good"}}, ""),
        ({"place": "长" * 101}, "100"),
        ({"wish": "长" * 300_000}, "2000"),
        ({"unknown": "1"}, ""),
    ],
)
def test_what_is_not_among_the_choices_or_too_long_is_refused(values: dict[str, Any], said: str) -> None:
    response = begun(make_survey())

    with pytest.raises(ValidationError) as refusal:
        services.save(response, values)

    assert said in str(refusal.value)
    assert stored(response) == {}


def test_too_many_and_too_few_choices_are_refused() -> None:
    asking = make_survey()
    section = asking.survey.sections.last()
    assert section is not None
    options = tuple((key, key) for key in ("a1", "b1", "c1", "none"))
    add_question(section, "multiple", "several", "哪几样", options=options, place=40, least=2, most=2)
    response = begun(asking)

    for wrong in (["a1"], ["a1", "b1", "c1"]):
        with pytest.raises(ValidationError):
            services.save(response, {"several": wrong})
    services.save(response, {"several": ["b1", "a1"]})

    assert stored(response) == {"several": ["a1", "b1"]}


def test_what_has_to_be_answered_is_judged_at_handing_in_and_only_where_it_is_asked() -> None:
    asking = make_survey()
    more(asking, "carer", 40, {"is": ["elders", "yes"]}, required=True)
    response = services.save(begun(asking), {"elders": "yes"})

    with pytest.raises(Unanswered) as refusal:
        services.hand_in(response, uuid4())
    assert refusal.value.keys == ["age", "carer"]

    services.save(response, LEAST)
    assert services.hand_in(response, uuid4()).values == LEAST


def test_every_value_is_back_after_yes_no_yes() -> None:
    response = services.save(begun(make_survey()), {"age": "60-", "elders": "yes", "help": ["meals"]})

    services.save(response, {"elders": "no"})
    services.save(response, {"elders": "yes"})

    assert services.hand_in(response, uuid4()).values["help"] == ["meals"]


def test_one_of_two_answers_of_the_parent_shows_the_child() -> None:
    asking = make_survey()
    either = {"any": [{"is": ["age", "18-44"]}, {"is": ["age", "60-"]}]}
    child = {"any": [{"answered": "child"}]}
    more(asking, "child", 41, either)
    more(asking, "grandchild", 42, child)

    values = {**LEAST, "child": "x", "grandchild": "x"}
    response = services.hand_in(services.save(begun(asking), values), uuid4())

    assert response.values["child"] == response.values["grandchild"] == "x"
    assert Answer.objects.filter(response=response, question__key="child", option__key="x").exists()


def test_hiding_the_child_hides_the_grandchild_too() -> None:
    asking = make_survey()
    more(asking, "child", 41, {"is": ["elders", "yes"]})
    more(asking, "grandchild", 42, {"answered": "child"})
    response = services.save(begun(asking), {**LEAST, "elders": "yes", "child": "x", "grandchild": "x"})

    services.save(response, {"elders": "no"})

    assert services.hand_in(response, uuid4()).values == LEAST


def test_without_names_nothing_of_the_draft_is_left_that_leads_to_anybody() -> None:
    asking = make_survey()
    draft = services.save(begun(asking), {**LEAST, "wish": "多放长椅"})

    handed = services.hand_in(draft, uuid4())

    unit = FrameUnit.objects.get(pk=draft.unit_id)
    row = Response.objects.get(pk=handed.pk)
    assert unit.handed_in_on == row.handed_in_on == clock.today()
    assert not Response.objects.filter(pk=draft.pk).exists()
    assert not unit.responses.exists()
    empty = ("unit_id", "account_id", "submission", "started_at", "saved_at", "handed_in_at")
    assert {getattr(row, name) for name in empty} == {None}
    assert row.edition == 0
    assert row.seconds % services.STEP_SECONDS == 0


def test_neither_keys_nor_rows_tell_who_handed_in_before_whom() -> None:
    asking = make_survey(homes=12)
    order = []
    for unit in asking.survey.units.all():
        values = {**LEAST, "wish": str(unit.number)}
        order.append(services.take_in(asking.survey, unit, values, Channel.PAPER, by=asking.worker).pk)

    assert list(Response.objects.order_by("pk").values_list("pk", flat=True)) != order
    for model in (Answer, OpenAnswer):
        rows = list(model.objects.order_by("pk").values_list("response", flat=True))
        assert list(dict.fromkeys(rows)) != order


def test_handed_in_again_with_the_same_id_it_is_one_response() -> None:
    for mode in Mode:
        asking = make_survey(mode=mode)
        draft, submission = services.save(begun(asking), LEAST), uuid4()
        services.hand_in(draft, submission)

        for _time in range(9):
            if mode is Mode.NAMED:
                assert services.hand_in(draft, submission).pk == draft.pk
            else:
                with pytest.raises(HandedInAlready):
                    services.hand_in(draft, submission)

        assert Response.objects.filter(survey=asking.survey).count() == 1
        assert Answer.objects.filter(survey=asking.survey, question__key="age", base=True).count() == 1


def test_without_names_nobody_answers_for_the_unit_again() -> None:
    asking = make_survey()
    draft = services.save(begun(asking), LEAST)
    services.hand_in(draft, uuid4())

    with pytest.raises(HandedInAlready):
        begun(asking)
    with pytest.raises(HandedInAlready):
        services.save(draft, {"age": "18-44"})


def test_edited_by_name_it_is_as_if_answered_afresh() -> None:
    asking, other = make_survey(mode=Mode.NAMED), make_survey(mode=Mode.NAMED)
    before = {**LEAST, "elders": "yes", "help": ["meals"], "wish": "多放长椅", "canteen": "needed"}
    after = {"elders": "no", "wish": "", "canteen": "not"}
    response = handed_in(asking, before)

    services.save(begun(asking), after)
    assert Response.objects.get(pk=response.pk).values["help"] == ["meals"]
    edited = services.hand_in(response, uuid4())
    afresh = handed_in(other, {**before, **after})

    assert edited.pk == response.pk
    assert edited.values == afresh.values
    assert counted(edited) == counted(afresh)
    assert not OpenAnswer.objects.filter(response=edited).exists()


def counted(response: Response) -> list[tuple[Any, ...]]:
    rows = response.answers.values_list("question__key", "base", "row__key", "option__key", "number")
    return sorted(rows, key=str)


def test_what_is_changed_and_not_handed_in_does_not_count() -> None:
    asking = make_survey(mode=Mode.NAMED)
    response = handed_in(asking, {**LEAST, "canteen": "needed"})

    services.save(begun(asking), {"canteen": "not"})

    assert Answer.objects.filter(response=response, option__key="needed").exists()
    assert Response.objects.get(pk=response.pk).changes is not None


def test_an_answer_taken_out_of_the_count_is_not_put_in_again_by_changing_it() -> None:
    asking = make_survey(mode=Mode.NAMED)
    response = handed_in(asking, LEAST)
    Response.objects.filter(pk=response.pk).update(state=ResponseState.REMOVED)

    with pytest.raises(TakenOut):
        services.save(response, {"age": "18-44"})


@pytest.mark.parametrize("state", [SurveyState.PAUSED, SurveyState.CLOSED, SurveyState.PUBLISHED])
def test_a_page_opened_in_time_and_sent_later_is_refused(state: SurveyState) -> None:
    asking = make_survey()
    draft = services.save(begun(asking), LEAST)
    Survey.objects.filter(pk=asking.pk).update(state=state)

    for late in (lambda: services.save(draft, LEAST), lambda: services.hand_in(draft, uuid4())):
        with pytest.raises(TooLate):
            late()

    assert not Response.objects.filter(survey=asking.survey, state=ResponseState.HANDED_IN).exists()


def test_before_the_opening_the_day_is_said() -> None:
    asking = make_survey()
    opens = clock.now() + timedelta(days=5)
    Survey.objects.filter(pk=asking.pk).update(opens_at=opens)

    with pytest.raises(services.TooLate, match=f"{opens.astimezone(clock.SHANGHAI).day}日"):
        services.begin(asking.resident, asking.pk)


def test_who_is_not_asked_cannot_begin() -> None:
    asking = make_survey()

    for stranger in (make_user(), asking.worker, make_resident()):
        with pytest.raises(NotAsked):
            services.begin(stranger, asking.pk)


def test_without_names_another_device_reads_nothing_of_what_was_begun() -> None:
    asking = make_survey()
    draft = services.save(begun(asking), LEAST)

    with pytest.raises(BegunElsewhere):
        services.begin(asking.resident, asking.pk)
    anew = services.begin(asking.resident, asking.pk, afresh=True)

    assert anew.pk != draft.pk
    assert anew.current == {}


def test_paper_is_taken_in_by_the_same_rules() -> None:
    asking = make_survey(state=SurveyState.CLOSED)
    unit = asking.survey.units.first()
    assert unit is not None

    handed = services.take_in(
        asking.survey, unit, {"elders": "no", "help": ["meals"], "order": ["light"]}, Channel.PAPER, by=asking.worker
    )  # fmt: skip

    assert handed.values == {"elders": "no", "order": ["light"]}
    assert (handed.unit_id, handed.channel) == (None, Channel.PAPER)
    with pytest.raises(HandedInAlready):
        services.take_in(asking.survey, unit, LEAST, Channel.PAPER, by=asking.worker)
    with pytest.raises(PermissionDenied):
        services.take_in(asking.survey, unit, LEAST, Channel.PHONE, by=asking.resident)


def test_paper_goes_before_what_was_begun_and_keeps_names_where_there_are_any() -> None:
    asking = make_survey(mode=Mode.NAMED)
    draft = services.save(begun(asking), LEAST)
    unit = FrameUnit.objects.get(pk=draft.unit_id)

    handed = services.take_in(asking.survey, unit, {"age": "18-44"}, Channel.PHONE, by=asking.worker)

    assert (handed.unit_id, handed.values) == (unit.pk, {"age": "18-44"})
    # Who told it on the telephone is nobody's account: whoever is signed in does not read it.
    with pytest.raises(services.AnotherAnswers):
        services.begin(asking.resident, asking.pk)


WALKS: dict[str, list[Any]] = {
    "age": ["18-44", "60-", ""],
    "tenure": ["owner", ""],
    "elders": ["yes", "no"],
    "help": [["meals"], ["escort", "meals"], []],
    "order": [["light", "ramp"], []],
    "people": ["3", ""],
    "wish": ["一", ""],
    "satisfied": [{"firm": "good"}, {"firm": "bad", "committee": "good"}, {}],
}


@pytest.mark.parametrize("seed", range(6) if ALL else range(2))
def test_however_somebody_walks_the_last_answers_stand(seed: int) -> None:
    asking = make_survey(mode=Mode.NAMED)
    draw, last = random.Random(seed), {}
    response = begun(asking)
    for _step in range(25):
        key = draw.choice(list(WALKS))
        last[key] = draw.choice(WALKS[key])
        response = begun(asking) if draw.random() < 0.2 else response
        services.save(response, {key: last[key]})
    last |= LEAST
    services.save(response, LEAST)
    definition = definition_of(asking.survey)
    plain = services.all_checked(definition, last)

    handed = services.hand_in(response, uuid4())

    assert handed.values == definition.kept(plain)
    assert counted(handed) == counted(hand_in(asking.survey, plain))
