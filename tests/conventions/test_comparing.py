"""Two texts beside each other: articles are matched by their permanent ids."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.conventions.comparing import compare, places
from portal.conventions.text import Text, numbered
from tests.examples import examples


def text(*rows: tuple[str, str, str]) -> Text:
    """A numbered text of rows (kind or article's id, title, text)."""
    return numbered(
        {"type": "chapter", "value": {"title": title}, "id": ident}
        if ident.startswith("c")
        else {"type": "article", "value": {"title": title, "text": words}, "id": ident}
        for ident, title, words in rows
    )


OLD = text(
    ("c1", "总则", ""),
    ("a1", "", "制定本公约。"),
    ("c2", "停车", ""),
    ("a2", "电动车", "电动自行车停放在集中停放点。"),
    ("a3", "机动车", "机动车按车位停放。"),
    ("a4", "访客", "访客车辆登记。"),
)


def test_an_article_put_in_before_others_changes_their_number_and_nothing_else() -> None:
    new = text(
        ("c1", "总则", ""),
        ("a1", "", "制定本公约。"),
        ("a9", "", "本公约由居民会议通过。"),
        ("c2", "停车", ""),
        ("a2", "电动车", "电动自行车、电动三轮车停放在集中停放点。"),
        ("a3", "机动车", "机动车按车位停放。"),
        ("a4", "访客", "访客车辆登记。"),
    )
    found = compare(OLD, new)
    assert [(change.number, change.was, change.kind, change.moved) for change in found.changes] == [
        ("第一条", "", "same", False),
        ("第二条", "", "added", False),
        ("第三条", "第二条", "changed", False),
        ("第四条", "第三条", "same", False),
        ("第五条", "第四条", "same", False),
    ]
    assert [change.number for change in found.shown] == ["第二条", "第三条"]
    assert found.shown[1].text.added == ["、电动三轮车"]
    assert found.counts == {"added": 1, "removed": 0, "changed": 1, "moved": 0, "same": 3}


def test_a_removed_article_stands_where_it_stood_and_a_moved_one_is_called_moved() -> None:
    new = text(
        ("c1", "总则", ""),
        ("a4", "访客", "访客车辆登记。"),
        ("a1", "", "制定本公约。"),
        ("c2", "停车", ""),
        ("a3", "机动车", "机动车按车位停放。"),
    )
    found = compare(OLD, new)
    assert [(change.ident, change.number, change.kind, change.moved) for change in found.changes] == [
        ("a4", "第一条", "same", True),
        ("a1", "第二条", "same", False),
        ("a2", "第二条", "removed", False),
        ("a3", "第三条", "same", False),
    ]


def test_a_new_chapter_moves_nothing_and_an_article_in_another_chapter_is_moved() -> None:
    split = text(
        ("c1", "总则", ""),
        ("a1", "", "制定本公约。"),
        ("c2", "停车", ""),
        ("a2", "电动车", "电动自行车停放在集中停放点。"),
        ("c3", "车辆", ""),
        ("a3", "机动车", "机动车按车位停放。"),
        ("a4", "访客", "访客车辆登记。"),
    )
    assert compare(OLD, split).shown == []
    joined = text(
        ("c1", "总则", ""),
        ("a1", "", "制定本公约。"),
        ("a2", "电动车", "电动自行车停放在集中停放点。"),
        ("c2", "停车与充电", ""),
        ("a3", "机动车", "机动车按车位停放。"),
        ("a4", "访客", "访客车辆登记。"),
    )
    found = compare(OLD, joined)
    assert [(change.ident, change.moved) for change in found.shown] == [("a2", True)]
    assert found.parts[1].title.added == ["与充电"]


ROWS = st.lists(st.sampled_from(["a1", "a2", "a3", "a4", "a5", "a6", "c1", "c2"]), unique=True)


@settings(max_examples=examples(150))
@given(ROWS, ROWS)
def test_every_article_of_both_texts_is_shown_once(before: list[str], after: list[str]) -> None:
    old, new = (text(*[(ident, f"题{ident}", f"文{ident}") for ident in rows]) for rows in (before, after))
    found = compare(old, new)
    idents = [change.ident for change in found.changes]
    assert sorted(idents) == sorted({*places(old), *places(new)})
    assert [change.ident for change in found.changes if change.after] == list(places(new))
    assert sum(found.counts[kind] for kind in ("added", "removed", "changed")) + found.counts["same"] <= len(
        idents
    )
    if old == new:
        assert not found.shown
