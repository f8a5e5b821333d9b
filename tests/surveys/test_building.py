"""A questionnaire is laid out, changed by two, taken back, copied and frozen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.actions.versions import Overtaken
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.surveys.building import asjson, bank, copying, keys, ready, services
from portal.surveys.building.data import Data, questions_in
from portal.surveys.definition import definition_of
from portal.surveys.models import KINDS, Option, Question, Section, Survey
from portal.surveys.states import SurveyState
from tests.surveys.factories import Asking, add_question, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Asking:
    return make_survey(state=SurveyState.DRAFT)


def empty(made: Asking, **fields: Any) -> Survey:
    return Survey.objects.create(
        neighbourhood=made.here, title="新一轮", created_by=made.survey.created_by, **fields
    )


def version(made: Asking) -> int:
    return Survey.objects.values_list("edition", flat=True).get(pk=made.pk)


def get(made: Asking, key: str) -> Question:
    question: Question = Question.objects.get(survey=made.pk, key=key)
    return question


def now(made: Asking) -> Data:
    return asjson.definition_json(Survey.objects.get(pk=made.pk))


def asked(made: Asking) -> list[str]:
    return [question["key"] for question in questions_in(now(made))]


def test_read_into_another_survey_gives_the_same_definition(made: Asking) -> None:
    data = asjson.definition_json(made.survey)
    other = empty(made)
    asjson.read_into(other, data, made.worker)
    assert asjson.definition_json(other) == data
    assert asjson.fingerprint(other) == asjson.fingerprint(made.survey)


def test_what_stays_keeps_its_row(made: Asking) -> None:
    before = dict(Question.objects.filter(survey=made.pk).values_list("key", "pk"))
    data = now(made)
    data["sections"].reverse()
    del data["sections"][0]["questions"][0]["options"][0]
    gone = data["sections"][0]["questions"].pop(1)["key"]
    data["sections"][1]["questions"][0]["text"] = "您今年几岁"
    asjson.read_into(made.survey, data, made.worker)
    assert now(made) == data
    after = dict(Question.objects.filter(survey=made.pk).values_list("key", "pk"))
    assert after == {key: pk for key, pk in before.items() if key != gone}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_added_with_a_permanent_key(made: Asking, kind: str) -> None:
    section = Section.objects.filter(survey=made.pk).last()
    assert section
    question = services.add_question(
        made.worker, made.pk, kind, section.pk, "老人助餐", options=["好", "不好", "好"], rows=["物业"]
    )
    assert (question.kind, question.key) == (kind, "lrzc")
    assert asked(made)[-1] == "lrzc"
    options = [option.key for option in question.choices()]
    assert len(set(options)) == len(options)
    assert options[0] == "needed" if kind == "demand" else options[:1] in ([], ["h"])
    assert definition_of(made.survey).questions[-1].form_field()


def test_a_key_is_not_given_twice_in_the_family(made: Asking) -> None:
    section = made.survey.sections.get(number=1)
    first = services.add_question(made.worker, made.pk, "single", section.pk, "停车", options=["甲", "乙"])
    services.remove_question(made.worker, first.pk, version(made))
    second = services.add_question(made.worker, made.pk, "single", section.pk, "停车")
    assert (first.key, second.key) == ("tc", "tc-2")
    other = empty(made, family=made.survey.family)
    assert {"tc", "tc-2", "age"} <= keys.question_keys(other)


def test_a_removed_option_leaves_its_key(made: Asking) -> None:
    elders = get(made, "elders")
    table = get(made, "tenure")
    kept = [{"key": "owner", "text": "业主", "help": ""}]
    services.edit_question(made.worker, table.pk, 0, options=kept, more_options=["租户 tenant"])
    services.edit_question(made.worker, table.pk, 1, options=kept, more_options=["租户"])
    assert {"tenant", "zh", "owner"} <= keys.option_keys(made.survey, "tenure")
    assert [option.key for option in get(made, "tenure").choices()] == ["owner", "zh-2"]
    with pytest.raises(NotPossible, match="4"):
        services.edit_question(made.worker, elders.pk, version(made), options=[{"key": "no", "text": "没有"}])


def test_a_key_is_changed_only_while_it_is_new(made: Asking) -> None:
    elders = get(made, "elders")
    renamed = services.edit_question(made.worker, elders.pk, 0, key="seniors")
    assert renamed.key == "seniors"
    assert get(made, "help").condition == {"is": ["seniors", "yes"]}
    with pytest.raises(NotPossible):
        services.edit_question(made.worker, renamed.pk, 1, key="elders")
    copying.copy_questions(made.survey, empty(made))
    with pytest.raises(NotPossible):
        services.edit_question(made.worker, renamed.pk, 1, key="older")


def test_two_editors_of_one_question_read_both_texts(made: Asking) -> None:
    clean = get(made, "clean")
    services.edit_question(made.worker, clean.pk, 0, text="小区干净不干净")
    with pytest.raises(Overtaken) as caught:
        services.edit_question(made.director, clean.pk, 0, text="小区整洁吗")
    assert (caught.value.present.text, caught.value.present.version) == ("小区干净不干净", 1)
    services.edit_question(made.director, clean.pk, 1, text="小区整洁吗")
    assert get(made, "clean").text == "小区整洁吗"


def test_two_editors_of_two_questions_do_not_disturb_each_other(made: Asking) -> None:
    services.edit_question(made.worker, get(made, "clean").pk, 0, text="干净吗")
    services.edit_question(made.director, get(made, "place").pk, 0, text="您常去哪里")
    assert (get(made, "clean").text, get(made, "place").text) == ("干净吗", "您常去哪里")


def test_an_old_page_moves_removes_and_takes_back_nothing_unseen(made: Asking) -> None:
    clean = get(made, "clean")
    services.question_up(made.worker, clean.pk, 0)
    for act in (services.question_up, services.question_down):
        with pytest.raises(NotPossible, match="小区干净吗"):
            act(made.director, clean.pk, 0)
    with pytest.raises(NotPossible):
        services.undo(made.director, made.pk, 0)
    services.edit_question(made.worker, clean.pk, 1, text="干净吗")
    with pytest.raises(NotPossible):
        services.remove_question(made.director, clean.pk, 1)


def test_questions_move_across_sections(made: Asking) -> None:
    order = asked(made)
    first_of_second = get(made, "order")
    services.question_up(made.worker, first_of_second.pk, 0)
    assert asked(made) == order
    assert get(made, "order").section.number == 1
    services.question_down(made.worker, first_of_second.pk, 1)
    assert get(made, "order").section.number == 2
    with pytest.raises(NotPossible):
        services.question_up(made.worker, get(made, "age").pk, 2)
    with pytest.raises(NotPossible, match="3"):
        services.question_down(made.worker, get(made, "elders").pk, 2)


def test_what_others_rest_on_is_not_taken_out(made: Asking) -> None:
    wish = get(made, "wish")
    services.edit_question(made.worker, wish.pk, 0, text="您家有{{people}}，还想说什么")
    for key, number in (("elders", "4"), ("people", "10")):
        with pytest.raises(NotPossible, match=number):
            services.remove_question(made.worker, get(made, key).pk, 1)
    with pytest.raises(NotPossible, match="wish"):
        services.edit_question(made.worker, get(made, "people").pk, 1, text="{{wish}}里几口人")
    section = made.survey.sections.get(number=1)
    services.remove_section(made.worker, section.pk, 1)
    assert "elders" not in asked(made)


def test_undo_and_redo_along_a_random_walk(made: Asking) -> None:
    drawn, seen = random.Random(7), [now(made)]
    for step in range(6):
        at = version(made)
        question = get(made, drawn.choice(["clean", "place", "wish", "since"]))
        act = drawn.choice(["edit", "move", "add", "condition"])
        if act == "edit":
            services.edit_question(made.worker, question.pk, at, text=f"题 {step}")
        elif act == "move":
            services.question_up(made.worker, question.pk, at)
        elif act == "add":
            services.add_question(made.worker, made.pk, "number", question.section_id, f"数 {step}")
        else:
            services.set_condition(made.worker, question.pk, at, {"answered": "age"})
        seen.append(now(made))
    for before in reversed(seen[:-1]):
        services.undo(made.director, made.pk, version(made))
        assert now(made) == before
    with pytest.raises(NotPossible):
        services.undo(made.director, made.pk, version(made))
    for after in seen[1:]:
        services.redo(made.director, made.pk, version(made))
        assert now(made) == after
    with pytest.raises(NotPossible):
        services.redo(made.director, made.pk, version(made))


def test_after_something_new_nothing_is_done_again(made: Asking) -> None:
    clean = get(made, "clean")
    services.edit_question(made.worker, clean.pk, 0, text="一")
    services.undo(made.worker, made.pk, 1)
    services.edit_question(made.worker, clean.pk, 2, text="二")
    with pytest.raises(NotPossible):
        services.redo(made.worker, made.pk, 3)
    services.undo(made.worker, made.pk, 3)
    assert get(made, "clean").text == "小区干净吗"
    services.redo(made.worker, made.pk, 4)
    assert get(made, "clean").text == "二"


def test_a_removed_question_comes_back_with_its_options_and_condition(made: Asking) -> None:
    before = now(made)
    services.remove_question(made.worker, get(made, "help").pk, 0)
    services.undo(made.worker, made.pk, 1)
    assert now(made) == before


@pytest.mark.parametrize(
    ("kind", "more", "line"),
    [
        ("single", {}, "选项|option"),
        ("matrix", {"options": (("a", "甲"), ("b", "乙"))}, "row|行"),
        ("number", {"least": 5, "most": 2}, "5"),
        (
            "single",
            {"options": (("a", "甲"), ("b", "乙")), "condition": {"answered": "last"}},
            "14|very|本题",
        ),
        ("number", {"condition": {"is": ["nobody", "x"]}}, "nobody"),
        ("short_text", {"text": "{{last}}"}, "last"),
    ],
)
def test_freezing_refuses_what_is_not_complete_with_the_line(
    made: Asking, kind: str, more: dict[str, Any], line: str
) -> None:
    section = made.survey.sections.get(number=2)
    said = {"text": "最后一题"} | more
    add_question(section, kind, "last", said.pop("text"), place=20, **said)
    with pytest.raises(NotPossible, match=line) as caught:
        services.freeze(made.survey)
    assert "14" in str(caught.value)
    assert made.survey.fingerprint == ""


def test_an_empty_survey_is_not_frozen(made: Asking) -> None:
    with pytest.raises(NotPossible):
        services.freeze(empty(made))


def test_what_is_frozen_stands(made: Asking) -> None:
    services.freeze(made.survey)
    assert made.survey.fingerprint == asjson.fingerprint(made.survey)
    clean = get(made, "clean")
    with pytest.raises(NotPossible):
        services.edit_question(made.worker, clean.pk, 0, text="不行")
    with pytest.raises(NotPossible):
        asjson.read_into(made.survey, now(made), made.worker)
    with pytest.raises(NotPossible):
        services.freeze(made.survey)
    rows: list[Any] = [
        Question.objects.non_polymorphic().filter(pk=clean.pk),
        Section.objects.filter(survey=made.pk),
        Option.objects.filter(question__survey=made.pk),
    ]
    for found in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            found.update(number=7)


def test_a_wave_takes_the_questions_over_as_they_are(made: Asking) -> None:
    target = empty(made)
    copying.copy_questions(made.survey, target, common=True)
    assert target.family == made.survey.family
    question = Question.objects.get(survey=target, key="clean")
    for act, said in ((services.edit_question, {"text": "改"}), (services.remove_question, {})):
        with pytest.raises(NotPossible):
            act(made.worker, question.pk, 1, **said)


def test_the_last_wave_is_copied_in_one_act(made: Asking) -> None:
    Survey.objects.filter(pk=made.pk).update(opened_at=clock.now())
    target = empty(made)
    services.copy_last(made.worker, target.pk, 0)
    assert asjson.fingerprint(target) == asjson.fingerprint(made.survey)
    services.undo(made.worker, target.pk, 1)
    assert not target.questions.exists()


def test_the_ready_questionnaire_can_be_opened_as_it_is(made: Asking) -> None:
    target = ready.lay_out(empty(made))
    services.freeze(target)
    questions = definition_of(target).questions
    assert 30 <= len(questions) <= 36
    assert {question.background for question in questions} >= {"age", "tenure"}
    assert sum(question.kind == "demand" for question in questions) >= 12


def test_questions_are_chosen_from_the_bank_and_earlier_surveys(made: Asking) -> None:
    Survey.objects.filter(pk=made.pk).update(opened_at=clock.now())
    target = empty(made)
    services.add_section(made.worker, target.pk, "一")
    offered = bank.offered(target)
    assert made.survey.title in offered[0].title
    chosen = [one.question for group in offered for one in group.questions if one.name in ("help", "gate")]
    section = target.sections.get()
    services.choose(made.worker, target.pk, section.pk, chosen)
    found = definition_of(target).questions
    assert [(one.key, one.condition) for one in found] == [("help", None), ("gate", None)]
    with pytest.raises(NotPossible):
        services.choose(made.worker, target.pk, section.pk, chosen)


def test_a_million_signs_are_refused_by_the_line(made: Asking) -> None:
    with pytest.raises(NotPossible, match="5"):
        services.edit_question(made.worker, get(made, "clean").pk, 0, text="长" * 1_000_000)
