"""The difference of two texts, by character."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kit.difference import NEW, OLD, SAME, Segment, difference
from tests.examples import examples

FEW = st.text(alphabet="充电<&。\n", max_size=30)


@settings(max_examples=examples(200))
@given(FEW | st.text(max_size=20), FEW | st.text(max_size=20))
def test_both_texts_are_found_again_in_their_difference(before: str, after: str) -> None:
    found = difference(before, after)
    assert (found.before, found.after) == (before, after)
    assert found.changed == (before != after)
    kinds = [part.kind for part in found.segments]
    assert all(part.text for part in found.segments)
    assert all(a != b and (a, b) != (NEW, OLD) for a, b in zip(kinds, kinds[1:], strict=False))
    inner = [part for part in found.segments[1:-1] if part.kind == SAME]
    assert all(len(part.text) >= 2 for part in inner)


def test_exactly_what_was_changed_in_a_sentence_is_marked() -> None:
    before = "装修施工限于工作日上午八时至十二时，下午二时至七时进行。"
    after = "装修施工限于工作日上午八时至十二时，下午一时三十分至八时进行，法定节假日除外。"
    found = difference(before, after)
    assert found.removed == ["二时至七"]
    assert found.added == ["一时三十分至八", "，法定节假日除外"]


def test_a_whole_sentence_is_not_called_new_for_two_words() -> None:
    found = difference(
        "电动自行车应当停放在集中停放点，不得在楼道、门厅停放。",
        "电动自行车、电动三轮车应当停放在集中停放点，不得在楼道、门厅、电梯前室停放。",
    )
    assert found.removed == []
    assert found.added == ["、电动三轮车", "、电梯前室"]


def test_marks_are_escaped_and_each_column_has_its_own() -> None:
    found = difference("甲<b>乙乙乙丙\n丁", "甲<i>乙乙乙丙丁")
    assert found.before_html == "甲&lt;<del>b</del>&gt;乙乙乙丙<del>¶<br></del>丁"
    assert found.after_html == "甲&lt;<ins>i</ins>&gt;乙乙乙丙丁"
    assert found.inline_html == "甲&lt;<del>b</del><ins>i</ins>&gt;乙乙乙丙<del>¶<br></del>丁"


def test_nothing_and_something_differ_in_one_run() -> None:
    assert difference("", "").segments == ()
    assert difference("", "新").segments == (Segment(NEW, "新"),)
    assert difference("旧", "").segments == (Segment(OLD, "旧"),)


def test_a_very_long_text_is_compared_by_sentence_first_and_takes_no_minutes() -> None:
    sentences = [f"第{at}户的电动车停放在{at * 7}号车位。" for at in range(400)]
    before = "".join(sentences)
    after = "甲" + "".join(sentences[:200]) + "新的一句。" + "".join(sentences[201:]) + "乙"
    begun = time.process_time()
    found = difference(before, after)
    assert time.process_time() - begun < 2
    assert (found.before, found.after) == (before, after)
    assert sum(map(len, found.removed)) < 80
