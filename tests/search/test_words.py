"""What is found is what a plain look through the texts finds, on either database."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.community.models import Area
from portal.search import finding
from portal.search.grams import grams, initials, normal, runs
from portal.search.models import Document, tag_of
from portal.search.words import BODY, Words, asked, looser
from tests import factories
from tests.examples import examples
from tests.worlds import kept

pytestmark = pytest.mark.django_db
TEXTS = [
    "电梯坏了，请物业来修。",
    "3号楼的电梯。梯坏了",
    "加装电梯的事 Elevator no. 12",
    "梯",
    "我们的电",
    "电 梯",
    "ＡＢ１２ 全角也要找得到",
    "晚上8点以后电动自行车不要在楼道充电",
    "𠮷野家旁边的路灯 e1 1e 5号 b2栋 2b",
    'NEAR(电梯) * "引号" AND OR NOT title:',
    "9 号楼的 Elevator 坏了",
    "",
]
QUESTIONS = [
    "电",
    "梯",
    "电梯",
    "梯坏",
    "电梯坏",
    "电梯坏了",
    "坏了请物业",
    "的电",
    "电动自行车",
    "了请",
    "1",
    "12",
    "e1",
    "1e",
]
QUESTIONS += [
    "ab",
    "AB1",
    "b2",
    "2b",
    "8点以",
    "𠮷",
    "𠮷野",
    "elev",
    "elevator",
    "near",
    "and",
    "号楼的",
    "没有这样的话",
    "5号",
    "b2栋",
    "9号楼",
    "9 号楼",
    "号楼的elevator",
]


@kept
def shelf() -> tuple[Area, list[str]]:
    """A neighbourhood in which the texts lie, one a row."""
    here = factories.make_neighbourhood()
    for number, text in enumerate(TEXTS, 1):
        lay(here, number, text)
    return here, TEXTS


def lay(here: Area, number: int, text: str) -> None:
    tag = tag_of("scan", here.pk)
    Document.objects.create(kind="scan", number=number, neighbourhood=here, tag=tag, body=grams(text))


def found(here: Area, words: Words) -> set[int]:
    return set(finding.matching(tag_of("scan", here.pk), words, BODY).values_list("number", flat=True))


def scanned(texts: list[str], question: str) -> set[int]:
    """The plain look through: every run of what was typed stands in the text as it is compared."""
    return {
        number
        for number, text in enumerate(texts, 1)
        if all(wanted in normal(text) for wanted in runs(question))
    }


def test_a_space_between_chinese_and_a_figure_or_a_letter_does_not_matter() -> None:
    here, texts = shelf()
    last = texts.index("9 号楼的 Elevator 坏了") + 1
    for question in ("9号楼", "9 号楼", "9  号楼", "号楼的elevator", "elevator坏了"):
        assert found(here, asked(question)) == {last}, question
    assert asked("加装电梯 3 号楼").runs[1:] == (("3号楼",),)
    assert [words.part for words in looser("电梯 停车")] == [False, True]
    assert looser("电梯") == []


def test_what_is_found_is_what_stands_there_for_one_to_many_characters() -> None:
    here, texts = shelf()
    differing = {
        question: (found(here, plain(question)), scanned(texts, question))
        for question in QUESTIONS
        if found(here, plain(question)) != scanned(texts, question)
    }
    assert differing == {}
    assert found(here, plain("梯坏")) == {1, 2}


def plain(question: str) -> Words:
    """What was typed, without words of the same meaning."""
    return Words(tuple((run,) for run in runs(question)))


ALPHABET = st.sampled_from("电梯坏了的e1B2。 𠮷é")


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.text(ALPHABET, max_size=12), max_size=4),
    question=st.text(ALPHABET, min_size=1, max_size=5),
)
def test_any_words_are_found_in_any_texts(texts: list[str], question: str) -> None:
    here, tag = factories.make_neighbourhood(), "scan"
    for number, text in enumerate(texts, 1):
        lay(here, number, text)
    wanted = plain(question)
    if wanted:
        assert found(here, wanted) == scanned(texts, question)
    Document.objects.filter(kind=tag).delete()


def test_words_that_mean_the_same_are_looked_for_too() -> None:
    assert asked("加梯").runs == (("加梯", "加装电梯", "加电梯"),)
    assert asked("居委会 电话").others == ["居委", "居民委员会"]
    assert asked("加梯费用").others == ["加装电梯费用", "加电梯费用"]
    assert asked("楼道").others == []


def test_what_is_no_word_asks_for_nothing() -> None:
    assert not asked("  ,。!?*\"'()^:- \x00 😀 ")
    assert len(asked("电梯" * 5000).runs[0][0]) == 100
    assert asked('NEAR("电梯" *) OR title:梯').runs[0] == ("near",)


def test_the_first_letters_of_a_title_are_those_of_its_pinyin() -> None:
    assert initials("加装电梯，3号楼") == "jzdt hl"
    assert initials("Only Latin 12") == ""
