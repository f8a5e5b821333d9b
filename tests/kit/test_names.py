"""One name in several spellings, and what nobody sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.names import compared, seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张　三", "张三"),
        ("张 三", "张三"),
        ("张三\u200b", "张三"),
        ("\u202e张三", "张三"),
        ("张\u3164三", "张三"),
        ("张\ufe00三", "张三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提｡吐尔逊", "买买提·吐尔逊"),
        ("买买提 · 吐尔逊", "买买提·吐尔逊"),
        ("JOHN  SMITH", "John Smith"),
        ("ＪＯＨＮ Smith", "john smith"),
        ("Seán O’Neil", "seán o'neil"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert compared(one) == compared(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("张三", "张三三"), ("王小薇", "王小微"), ("张\ue000", "张\ue001"), ("张\U00031350", "张")],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert compared(one) != compared(other)


@given(st.text(max_size=60))
def test_comparing_twice_is_comparing_once(name: str) -> None:
    key = compared(name)
    assert compared(key) == key
    assert all(map(seen, key))
