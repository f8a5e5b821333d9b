"""The chain, checked by pure functions: whatever is done to a row shows, at that row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.record.hashing import (
    GENESIS,
    Checked,
    Fault,
    Rows,
    canonical,
    check,
    check_head,
    digest,
    digest_of,
    pieces,
    text_of,
)

TITLES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=8)


def chain(titles: list[str]) -> list[dict[str, Any]]:
    """A sound chain with these titles."""
    rows: list[dict[str, Any]] = []
    for number, title in enumerate(titles, start=1):
        body = {
            "chain": "tianxin",
            "sequence": number,
            "at": f"2026-11-{number:02d}T00:00:00.000000+00:00",
            "actor": "居委会 沈老师",
            "action": "topic.proposed",
            "subject": f"topic:{number}",
            "title": title,
            "data": {"need": [2, 3]},
            "previous": rows[-1]["hash"] if rows else GENESIS,
        }
        rows.append({**body, "hash": digest(body)})
    return rows


def test_the_hash_is_of_sorted_keys_without_spaces_in_utf_8() -> None:
    assert canonical({"b": [1, 2], "a": "议题"}) == '{"a":"议题","b":[1,2]}'.encode()
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.booleans()))
def test_the_hash_survives_a_round_through_json(body: dict[str, Any]) -> None:
    assert digest(json.loads(json.dumps(body))) == digest(body)


@given(TITLES)
def test_a_sound_chain_holds(titles: list[str]) -> None:
    rows = chain(titles)

    assert check(rows) == Checked(len(rows), rows[-1]["hash"])
    assert check_head(check(rows), rows[-1]["hash"], len(rows)).holds


def test_an_empty_chain_holds() -> None:
    assert check([]) == Checked(0, GENESIS)


@given(TITLES, st.data())
def test_any_changed_field_shows_at_its_row(titles: list[str], data: st.DataObject) -> None:
    rows = chain(titles)
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(sorted(set(rows[at]) - {"hash"})))
    rows[at][field] = f"{rows[at][field]} changed"

    assert check(rows).broken_at == at + 1


@given(TITLES, st.data())
def test_a_changed_row_with_a_hash_made_anew_shows_at_the_next_one(
    titles: list[str], data: st.DataObject
) -> None:
    rows = chain([*titles, "last"])
    at = data.draw(st.integers(0, len(rows) - 2))
    rows[at]["title"] += "!"
    rows[at]["hash"] = digest({name: rows[at][name] for name in rows[at] if name != "hash"})

    assert check(rows) == Checked(at + 1, rows[at]["hash"], Fault.PREVIOUS)


@given(TITLES, st.data())
def test_a_missing_row_shows_where_it_was(titles: list[str], data: st.DataObject) -> None:
    rows = chain([*titles, "last"])
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]

    checked = check(rows)

    assert (checked.broken_at, checked.fault) == (at + 1, Fault.SEQUENCE)


@given(TITLES, st.data())
def test_swapped_rows_show_at_the_first_of_them(titles: list[str], data: st.DataObject) -> None:
    rows = chain([*titles, "last"])
    first, second = sorted(
        data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))
    )
    rows[first], rows[second] = rows[second], rows[first]

    assert check(rows).broken_at == first + 1


@given(TITLES, st.integers(1, 8))
def test_a_cut_off_tail_shows_against_the_head(titles: list[str], cut: int) -> None:
    rows = chain(titles)
    head, length = rows[-1]["hash"], len(rows)
    kept = rows[: max(0, length - cut)]

    checked = check_head(check(kept), head, length)

    assert (checked.broken_at, checked.fault) == (len(kept) + 1, Fault.HEAD)


def test_rows_with_other_fields_or_of_another_place_are_broken() -> None:
    more, less, other = chain(["a", "b"]), chain(["a", "b"]), chain(["a", "b"])
    more[1]["note"] = "smuggled in"
    del less[1]["actor"]
    other[1]["chain"] = "elsewhere"

    assert check(more).fault == Fault.FIELDS
    assert check(less).fault == Fault.FIELDS
    assert check(other).fault == Fault.CHAIN


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2500])
def test_a_text_in_pieces_is_the_same_text(length: int) -> None:
    rows = [{"选择": "同意\n“”", "number": at, "voted": at % 2 == 0, "entry": None} for at in range(length)]
    whole = {"roll": rows, "ballots": rows[:3], "title": "小门", "rule": {"b": [1, 2], "a": None}}

    flowing = whole | {"roll": iter(rows), "ballots": iter(rows[:3])}

    assert b"".join(pieces(flowing)) == canonical(whole)
    assert digest_of(pieces(whole)) == digest(whole)


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2500])
def test_rows_that_are_texts_already_are_the_same_text_and_can_be_read(length: int) -> None:
    rows = [{"entry": f"e{at}", "选择": "同意\n“”"} for at in range(length)]
    texts = [text_of(row) for row in rows]

    assert b"".join(pieces({"roll": Rows(texts)})) == canonical({"roll": rows})
    assert Rows(texts).read() == rows
