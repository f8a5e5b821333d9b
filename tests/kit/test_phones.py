"""Telephone numbers that everybody reads."""

from __future__ import annotations

import pytest

from portal.kit import phones


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("021-5555 0101", "02155550101"),
        ("021-55550101 转 8", "02155550101"),
        ("+86 (21) 5555-0101", "+862155550101"),
        ("０２１－５５５５０１０１", "02155550101"),
        ("12345", "12345"),
    ],
)
def test_a_number_is_taken_as_it_is_written_and_dialled_without_its_spaces(text: str, dialled: str) -> None:
    assert phones.is_written(text)
    assert phones.dialled(text) == dialled


@pytest.mark.parametrize("text", ["abc", "1234", "办公室 55550101", "----- ", "021-5555010l"])
def test_what_nobody_can_dial_is_no_telephone_number(text: str) -> None:
    assert not phones.is_written(text)
