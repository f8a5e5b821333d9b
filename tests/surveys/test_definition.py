"""Texts that repeat an earlier answer, and choices in another order for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Template

from portal.surveys.definition import Definition
from portal.surveys.models import LongText, MultipleChoice, Option, Question, ShortText, Survey


class Held(list[Any]):
    def all(self) -> Held:
        return self


def laid(*questions: Question) -> Definition:
    for place, question in enumerate(questions, 1):
        question.number = place
    return Definition(Survey(), [], list(questions))


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> MultipleChoice:
    question = MultipleChoice(key="help", text="需要什么", shuffled=True)
    options = [Option(key=f"o{at}", text=f"选项{at}", number=at, exclusive=at == 3) for at in range(8)] + [
        Option(key="other", text="其他", number=9)
    ]
    monkeypatch.setattr(MultipleChoice, "choices", lambda self, *, rows=False: [] if rows else options)
    return question


def test_a_text_repeats_an_earlier_answer_in_words(several: MultipleChoice) -> None:
    after = LongText(key="wish", text="您选了{{help}}，{{ wish }}还有呢", help="{{help}}")
    asked = laid(several, after)
    values = {"help": ["o1", "o2"], "wish": "自己"}
    assert asked.text_for(after, values).startswith("您选了选项1；选项2，")
    assert "自己" not in asked.text_for(after, values)
    assert asked.help_for(after, values) == "选项1；选项2"
    assert asked.text_for(after, {}) == asked.text_for(after, {"help": None})
    assert "{{" not in asked.text_for(after, {})


def test_what_was_typed_is_escaped_and_not_filled_in_again() -> None:
    name = ShortText(key="name", text="怎么称呼")
    after = LongText(key="wish", text="您好，{{name}}")
    text = laid(name, after).text_for(after, {"name": "<b>{{wish}}</b>"})
    assert text == "您好，<b>{{wish}}</b>"
    assert "&lt;b&gt;" in Template("{{ text }}").render(Context({"text": text}))


def test_a_hidden_answer_is_not_repeated() -> None:
    first = ShortText(key="first", text="一")
    hidden = ShortText(key="hidden", text="二", condition={"answered": "first"})
    after = LongText(key="wish", text="{{hidden}}")
    assert "旧的" not in laid(first, hidden, after).text_for(after, {"hidden": "旧的"})


def test_the_order_is_one_for_each_and_the_last_stay_last(several: MultipleChoice) -> None:
    asked = laid(several)
    seeds = [UUID(int=at) for at in range(40)]
    orders = [[option.key for option in asked.order_for(several, seed)] for seed in seeds]
    assert orders == [[option.key for option in asked.order_for(several, seed)] for seed in seeds]
    assert all(order[-2:] == ["o3", "other"] for order in orders)
    assert len({order[0] for order in orders}) == 7
    several.shuffled = False
    assert [option.number for option in asked.order_for(several, 1)] == [0, 1, 2, 3, 4, 5, 6, 7, 9]
