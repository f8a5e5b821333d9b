"""Numbers follow from places, hashes from words; two changes of one text are merged or refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.conventions.merging import changes, find_again, merged
from portal.conventions.text import (
    Text,
    articles,
    canonical,
    chinese,
    count,
    fingerprint,
    numbered,
    replaced,
)
from tests.conventions.factories import BLOCKS, PARKING

WORDS = st.text("邻里和睦充电停车不得", max_size=30)
TEXTS = st.lists(
    st.one_of(
        st.builds(lambda title: {"type": "chapter", "value": {"title": title}}, WORDS.filter(bool)),
        st.builds(lambda text: {"type": "article", "value": {"title": "", "text": text}}, WORDS),
    ),
    max_size=25,
).map(lambda found: [{**block, "id": f"b{at}"} for at, block in enumerate(found)])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (99, "九十九"),
        (103, "一百零三"),
        (110, "一百一十"),
        (200, "二百"),
    ],
)
def test_numbers_are_written_as_laws_write_them(number: int, said: str) -> None:
    assert chinese(number) == said


def test_no_number_is_written_twice() -> None:
    assert len({chinese(number) for number in range(1, 1000)}) == 999
    with pytest.raises(ValueError, match="1000"):
        chinese(1000)


def test_articles_are_numbered_through_all_chapters() -> None:
    assert [(one["number"], one["id"]) for one in articles(numbered(BLOCKS))] == [
        ("第一条", "a1"),
        ("第二条", "a2"),
        ("第三条", "a3"),
    ]
    assert [chapter["number"] for chapter in numbered(BLOCKS)] == ["第一章", "第二章"]


def blocks_of(text: Text) -> list[dict]:
    """The StreamField blocks a text was numbered from."""
    found: list[dict] = []
    for chapter in text:
        if chapter["id"]:
            found.append({"type": "chapter", "value": {"title": chapter["title"]}, "id": chapter["id"]})
        for one in chapter["articles"]:
            value = {"title": one["title"], "text": one["text"]}
            found.append({"type": "article", "value": value, "id": one["id"]})
    return found


@given(TEXTS)
def test_every_article_is_numbered_once_in_order_and_the_blocks_come_back(blocks: list[dict]) -> None:
    text = numbered(blocks)

    assert [one["number"] for one in articles(text)] == [
        f"第{chinese(n)}条" for n in range(1, count(text) + 1)
    ]
    assert blocks_of(text) == blocks
    assert numbered(blocks_of(text)) == text


@given(TEXTS)
def test_the_hash_survives_the_database_and_changes_with_any_word(blocks: list[dict]) -> None:
    text = numbered(blocks)
    assert fingerprint(json.loads(json.dumps(text))) == fingerprint(text)
    assert json.loads(canonical(text)) == text
    for article in articles(text):
        other = numbered(replaced(blocks, article["id"], article["text"] + "改"))
        assert fingerprint(other) != fingerprint(text)


@given(WORDS, WORDS)
def test_one_change_alone_merges_to_itself(old: str, new: str) -> None:
    assert merged(old, new) == new
    assert merged(old, new, new) == new
    assert merged(old, old, new) == new


@given(WORDS, WORDS, WORDS)
def test_merging_does_not_depend_on_who_came_first(old: str, one: str, other: str) -> None:
    assert merged(old, one, other) == merged(old, other, one)


def test_changes_of_the_same_words_are_not_merged() -> None:
    six, ten = PARKING.replace("八小时", "六小时"), PARKING.replace("八小时", "十小时")
    lobby = PARKING.replace("门厅停放", "门厅、电梯前室停放")

    assert merged(PARKING, six, ten) is None
    assert merged(PARKING, six, lobby) == six.replace("门厅停放", "门厅、电梯前室停放")
    assert changes(PARKING, PARKING) == []


def test_an_article_is_found_again_by_its_id_or_else_by_its_words() -> None:
    about = list(articles(numbered(BLOCKS)))[1]
    retyped = numbered([{**block, "id": f"new-{block['id']}"} for block in BLOCKS])

    assert find_again(about, numbered(BLOCKS)) == about
    found = find_again(about, retyped)
    assert found is not None
    assert found["id"] == "new-a2"
    assert find_again(about, numbered(BLOCKS[:2])) is None
