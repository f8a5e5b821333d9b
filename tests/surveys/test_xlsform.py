"""Questionnaires out of the portal and into it as XLSForm."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from portal.kit.errors import NotPossible
from portal.surveys.definition import definition_of
from portal.surveys.exchange.xlsform import expressions, reading, writing
from portal.surveys.models import Question
from tests.examples import examples
from tests.surveys.factories import make_survey

KEYS = st.sampled_from(["q1", "age", "help"])
LEAVES = st.one_of(
    st.builds(lambda key: {"answered": key}, KEYS),
    st.builds(lambda key, value: {"is": [key, value]}, KEYS, st.sampled_from(["yes", "18-44", 3])),
    st.builds(lambda key, value: {"includes": [key, value]}, KEYS, st.sampled_from(["meals", "none"])),
    st.builds(lambda key, value: {"at_least": [key, value]}, KEYS, st.integers(-5, 90)),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda trees: {"all": trees}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda trees: {"any": trees}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda tree: {"not": tree}, inner),
    ),
    max_leaves=8,
)


def form(*rows: dict[str, str], choices: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """A workbook with these rows of the sheet `survey`."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "survey"
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])
    other = book.create_sheet("choices")
    other.append(("list_name", "name", "label"))
    for each in choices:
        other.append(each)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@given(tree=TREES)
@settings(max_examples=examples(200))
def test_a_condition_comes_back_as_it_was_written(tree: dict[str, Any]) -> None:
    assert expressions.read(expressions.written(tree)) == tree


@pytest.mark.parametrize(
    "text",
    ["count(${a}) > 2", "${a} = ", "${a} = 'x' and", "selected(${a} 'x')", "${a} + 1 = 2", "(" * 40 + "${a} = 1"],
)  # fmt: skip
def test_an_expression_outside_the_subset_is_named_and_never_run(text: str) -> None:
    with pytest.raises(expressions.Outside):
        expressions.read(text)


@pytest.mark.django_db
def test_what_goes_out_is_taken_by_kobo_without_a_warning() -> None:
    made = convert(xlsform=io.BytesIO(writing.workbook(definition_of(make_survey().survey))))

    assert made.warnings == []
    assert "老人最需要哪几样" in made.xform
    assert 'relevant="' in made.xform


@pytest.mark.django_db
def test_what_goes_out_comes_in_again_as_the_same_questions() -> None:
    definition = definition_of(make_survey().survey)

    read = reading.read(writing.workbook(definition))

    assert read.problems == []
    assert read.title == definition.survey.title
    assert [_plain(question) for question in read.questions] == [_row(each) for each in definition.questions]


def _plain(question: dict[str, Any]) -> tuple[Any, ...]:
    options = [
        (option["key"], option["text"], option.get("exclusive", False))
        for option in question.get("options", [])
    ]
    rows = [(row["key"], row["text"]) for row in question.get("rows", [])]
    return (question["kind"], question["key"], question["text"], question["required"], question["condition"],
            question.get("most") if question["kind"] != "ranking" else None, options, rows)  # fmt: skip


def _row(question: Question) -> tuple[Any, ...]:
    options = [(option.key, str(option.text), option.exclusive) for option in question.choices()]
    return (question.kind, question.key, question.text, question.required, question.condition,
            question.most if question.kind != "ranking" else None, options, question.pairs(rows=True))  # fmt: skip


def test_every_row_outside_is_listed_with_its_line_and_nothing_is_taken() -> None:
    read = reading.read(
        form(
            {"type": "text", "name": "a", "label": "A"},
            {"type": "geopoint", "name": "b", "label": "B"},
            {"type": "select_one x", "name": "c", "label": "C", "choice_filter": "y = 1"},
            {"type": "integer", "name": "d", "label": "D", "relevant": "${later} = 'x'"},
            {"type": "begin_repeat", "name": "e", "label": "E"},
            {"type": "text", "name": "a", "label": "again"},
            {"type": "text", "name": "f", "label": "F", "constraint": "regex(., '[0-9]+')"},
            {"type": "text", "name": "later", "label": "G"},
        )
    )

    assert [(problem.line, problem.why) for problem in read.problems] == [
        (1, "“choice_filter”这一列"),
        (3, "题型“geopoint”"),
        (4, "选项列表“x”"),
        (5, "条件用到了排在后面或不存在的“later”"),
        (6, "题型“begin_repeat”"),
        (7, "名称“a”重复出现"),
        (8, "限制“regex(., '[0-9]+')”"),
    ]


def test_a_condition_of_a_group_holds_for_each_question_in_it() -> None:
    read = reading.read(
        form(
            {"type": "select_one yn", "name": "child", "label": "有孩子吗"},
            {"type": "begin group", "name": "g", "label": "孩子", "relevant": "${child} = 'yes'"},
            {"type": "integer", "name": "n", "label": "几个", "constraint": ". >= 1 and . <= 9"},
            {"type": "text", "name": "t", "label": "学校", "relevant": "${n} >= 2"},
            {"type": "end group"},
            choices=(("yn", "yes", "有"), ("yn", "no", "没有")),
        )
    )

    number, text = read.questions[1:]
    assert read.problems == []
    assert (number["condition"], number["least"], number["most"]) == ({"is": ["child", "yes"]}, 1, 9)
    assert text["condition"] == {"all": [{"is": ["child", "yes"]}, {"at_least": ["n", 2]}]}


def test_a_file_that_is_no_form_is_refused_in_words() -> None:
    book = Workbook()
    file = io.BytesIO()
    book.save(file)

    with pytest.raises(NotPossible, match="survey"):
        reading.read(file.getvalue())
    with pytest.raises(NotPossible, match="XLSX"):
        reading.read(b"type,name,label")


@pytest.mark.django_db
def test_no_text_of_a_question_becomes_a_formula() -> None:
    survey = make_survey().survey
    Question.objects.filter(survey=survey, key="wish").update(text="=1+1")

    book = load_workbook(io.BytesIO(writing.workbook(definition_of(survey))))

    cells = [cell for row in book["survey"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
