"""What a roster file means, and why one cannot be taken."""

from __future__ import annotations

import time

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.community.models import PersonKind, Right, Usage
from portal.kit import sheets
from portal.kit.errors import NotPossible
from portal.register import exporting, roster
from portal.register.owners import Owner
from tests.examples import examples
from tests.register.rosters import HEADER, ROW, archive, as_csv, as_xlsx, row, with_sheet

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def chinese() -> None:
    translation.activate("zh-hans")


def reasons(content: bytes) -> list[int]:
    return [problem.line for problem in roster.parse(content).problems]


def test_a_row_is_a_dwelling() -> None:
    [entry] = roster.parse(as_csv(ROW)).entries

    assert (entry.line, entry.building, entry.entrance, entry.room, entry.area) == (
        2,
        "1号楼",
        "1单元",
        "101",
        8642,
    )
    assert (entry.usage, entry.right) == (Usage.OWN, Right.OWNER)
    assert entry.owners == (Owner("陈静", "13900000001", PersonKind.NATURAL),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_encodings_and_line_ends_mean_the_same(encoding: str, end: str) -> None:
    assert roster.parse(as_csv(ROW, encoding=encoding, lineterminator=end)) == roster.parse(as_csv(ROW))


def test_columns_stand_in_any_order_among_others() -> None:
    shuffled = as_csv(ROW | {"备注": "x"}, header=["备注", *reversed(HEADER)])

    assert roster.parse(shuffled).entries == roster.parse(as_csv(ROW)).entries


def test_a_workbook_means_the_same_with_numbers_as_numbers() -> None:
    numbers: dict[str, object] = ROW | {"室号": 101, "专有部分面积(平方米)": 86.42, "手机号": 13900000001.0}

    assert roster.parse(as_xlsx(numbers)).entries == roster.parse(as_csv(ROW)).entries


@pytest.mark.parametrize(
    "header", ["专有部分面积（平方米）", " 专有部分面积(平方米) ", "专有部分面积(平方米)\u3000"]
)
def test_a_header_may_be_written_wide(header: str) -> None:
    names = [header if name == "专有部分面积(平方米)" else name for name in HEADER]

    assert len(roster.parse(as_csv(ROW | {header: "86.42"}, header=names)).entries) == 1


@pytest.mark.parametrize("missing", HEADER)
def test_a_missing_column_is_named(missing: str) -> None:
    with pytest.raises(NotPossible, match=missing.replace("(", r"\(").replace(")", r"\)")):
        roster.parse(as_csv(ROW, header=[name for name in HEADER if name != missing]))


def test_a_column_may_not_stand_there_twice() -> None:
    with pytest.raises(NotPossible, match="楼号"):
        roster.parse(as_csv(ROW, header=[*HEADER, "楼号"]))


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("86.42", 8642),
        ("86.4", 8640),
        ("86", 8600),
        ("0.01", 1),
        ("999999.99", 99999999),
        ("８６．４２", 8642),
        (" 86.42 ", 8642),
        ("86.42㎡", 8642),
        ("86.42 m²", 8642),
        ("86.42M2", 8642),
        ("120平方米", 12000),
        ("120平米", 12000),
        ("120 平", 12000),
        ("88.50000001", 8850),
        ("88.49999999", 8850),
    ],
)
def test_areas_are_exact(text: str, hundredths: int) -> None:
    [entry] = roster.parse(as_csv(row(area=text))).entries

    assert entry.area == hundredths


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.00",
        "-1",
        "86.421",
        "86,42",
        "1e3",
        "NaN",
        "86.",
        ".5",
        "86.42亩",
        "约86.42㎡",
        "86.4201",
        "1000000",
        "八十六",
        "８６．４２１",
    ],
)
def test_anything_else_is_no_area(text: str) -> None:
    assert reasons(as_csv(row(area=text))) == [2]


@given(st.integers(1, 99_999_999))
def test_an_area_survives_being_written_and_read(hundredths: int) -> None:
    whole, rest = divmod(hundredths, 100)

    assert roster.area(f"{whole}.{rest:02d}") == hundredths


@given(st.integers(1, 99_999_999))
def test_an_area_survives_a_workbook(hundredths: int) -> None:
    """A workbook keeps 86.42 as the nearest binary fraction; its shortest form is what was typed."""
    assert roster.area(sheets._text(hundredths / 100)) == hundredths


@given(st.text(max_size=12))
def test_no_text_is_half_an_area(text: str) -> None:
    try:
        found = roster.area(text)
    except ValueError:
        found = 1

    assert found > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"building": ""},
        {"room": ""},
        {"owner": ""},
        {"use": "闲置着"},
        {"use": ""},
        {"right": ""},
        {"right": "房东"},
        {"owner": "陈静、陈静"},
        {"owner": "陈静", "phone": "13900000001、13900000002"},
        {"owner": "陈" * 61},
        {"room": "1" * 21},
        {"owner": '=HYPERLINK("http://evil")'},
        {"owner": "@SUM(A1)"},
        {"owner": "＝1+1"},
        {"building": "-1号楼"},
        {"owner": "陈\x07静"},
    ],
)
def test_a_bad_row_is_listed_by_its_line_and_the_others_are_read(changes: dict[str, str]) -> None:
    read = roster.parse(as_csv(row(room="100"), row(**changes), row(room="102")))

    assert [entry.room for entry in read.entries] == ["100", "102"]
    assert [problem.line for problem in read.problems] == [3]
    assert str(read.problems[0]).startswith("line 3: ")


def test_reasons_are_in_the_readers_language() -> None:
    content = as_csv(row(area="x"))
    with translation.override("en"):
        english = roster.parse(content).problems[0].reason

    assert english == "the area “x” is not a number of square metres with up to two decimals"


def test_the_same_dwelling_twice_is_a_bad_row() -> None:
    read = roster.parse(as_csv(ROW, row(owner="别人")))

    assert [entry.owners[0].name for entry in read.entries] == ["陈静"]
    assert [problem.line for problem in read.problems] == [3]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = as_csv(row(room="101"), row(room="102", owner="陈\n静"), row(room="103", area="x"))
    blank = content + b"\r\n\r\n" + as_csv(row(area="y")).split(b"\r\n")[1]

    assert reasons(blank) == [3, 5, 8]


def test_short_rows_and_blank_ones() -> None:
    content = as_csv(ROW) + b",,,,,,,\r\n\r\n" + "2号楼,1单元\r\n".encode()

    assert reasons(content) == [5]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("+86 139-0000-0001", "13900000001"),
        ("８６１３９０００００００１", "13900000001"),
        ("0086 13900000001", "13900000001"),
        ("021-62345678", "02162345678"),
        ("", ""),
    ],
)
def test_phones_are_kept_in_one_form(cell: str, number: str) -> None:
    [entry] = roster.parse(as_csv(row(phone=cell))).entries

    assert entry.owners[0].phone == number


def test_co_owners_stand_in_one_cell() -> None:
    [entry] = roster.parse(as_csv(row(owner="陈静、李明", phone="13900000001、13900000002"))).entries
    [alone] = roster.parse(as_csv(row(owner="陈静；李明"))).entries

    assert [(owner.name, owner.phone) for owner in entry.owners] == [
        ("陈静", "13900000001"),
        ("李明", "13900000002"),
    ]
    assert [(owner.name, owner.phone) for owner in alone.owners] == [("陈静", "13900000001"), ("李明", "")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("上海某某置业有限公司", "company"),
        ("某某集团", "company"),
        ("欧阳公司", "company"),
        ("司徒静", "natural"),
    ],
)
def test_companies_are_known_by_their_name(name: str, kind: str) -> None:
    [entry] = roster.parse(as_csv(row(owner=name))).entries

    assert entry.owners[0].kind == kind


# --- files that are none ---


def sheet_of(rows: int, cell: bytes = b'<c t="inlineStr"><is><t>x</t></is></c>') -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + b"".join(b"<row>" + cell + b"</row>" for _ in range(rows))
        + b"</sheetData></worksheet>"
    )


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;">' % (c + 1, c, c, c, c, c) for c in range(97, 110))
    + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + b'<row><c t="inlineStr"><is><t>&n;</t></is></c></row></sheetData></worksheet>'
)
BROKEN = {
    "nothing": b"",
    "only blanks": b"\r\n,,,\r\n",
    "too large": b"x" * (5 * 1024 * 1024 + 1),
    "nul": b"\x00\x01\x02",
    "neither encoding": b"\xff\xfe\x80\x81\xff",
    "open quotation": '楼号,"单元\n'.encode(),
    "no archive": b"PK\x03\x04 nonsense",
    "an archive of something else": archive({"a.txt": b"x"}),
    "many parts": archive({f"{n}.xml": b"x" for n in range(201)}),
    "unpacks to much": with_sheet(b" " * 30_000_000),
    "one huge cell": with_sheet(
        sheet_of(1, b'<c t="inlineStr"><is><t>' + b"x" * 21_000_000 + b"</t></is></c>")
    ),
    "a hundred thousand rows of cells": with_sheet(sheet_of(100_000, b"<c><v>1</v></c>" * 4)),
    "one row of half a million cells": with_sheet(
        sheet_of(1, b"".join(b"<c><v>%d</v></c>" % n for n in range(500_000)))
    ),
    "entities": with_sheet(ENTITIES),
    "broken xml": with_sheet(b"<worksheet><sheetData><row>"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_roster_is_refused_at_once(name: str) -> None:
    started = time.perf_counter()

    with pytest.raises(NotPossible) as refusal:
        roster.parse(BROKEN[name])

    assert str(refusal.value) != ""
    assert time.perf_counter() - started < 1


def test_more_rows_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    rows = [row(room=str(number)) for number in range(4)]

    assert len(roster.parse(as_csv(*rows[:3])).entries) == 3
    with pytest.raises(NotPossible):
        roster.parse(as_csv(*rows))


def test_a_formula_in_a_workbook_is_never_run() -> None:
    assert reasons(as_xlsx(row(owner="=1+1"))) == [2]


@given(st.text(max_size=20))
def test_an_exported_cell_is_never_a_formula(text: str) -> None:
    cell = sheets.safe_cell(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠"))
    assert cell in {text, f"'{text}"}


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_stumble(content: bytes) -> None:
    try:
        read = roster.parse(content)
    except NotPossible:
        return

    assert all(entry.area > 0 for entry in read.entries)


WORKBOOK = as_xlsx(ROW)


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_any_damage_is_read_or_refused(place: int, damage: bytes) -> None:
    content = WORKBOOK[:place] + damage + WORKBOOK[place + len(damage) :]

    try:
        read = roster.parse(content)
    except NotPossible:
        return

    assert len(read.entries) + len(read.problems) <= 1


def test_lines_with_the_same_fault_are_told_together() -> None:
    right, use = row(right="所有权"), row(use="居住")
    read = roster.parse(as_csv(right, right, use, right))

    assert [lines for lines, _reason in roster.grouped(read.problems)] == ["2–3、5", "4"]


def test_the_example_can_be_read() -> None:
    read = roster.parse(exporting.sample())

    assert (len(read.entries), read.problems, read.remarks) == (4, [], [])
    assert read.entries[2].where == "1号楼 1单元 201室"
