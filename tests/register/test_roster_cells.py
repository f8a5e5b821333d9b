"""What people and spreadsheets make of a cell: a room that became a date, two owners in one cell, a phone abroad."""

from __future__ import annotations

import io
from datetime import date, time
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from portal.kit import phones
from portal.register import owners, roster
from portal.volunteers import hourtable
from tests.register.rosters import HEADER, ROW, as_csv, as_xlsx, row

PLACES = ["楼号", "单元", "室号"]


def names(cell: str) -> list[str]:
    """The owners that a cell names; none where the row is refused."""
    read = roster.parse(as_csv(row(owner=cell, phone="")))
    return [owner.name for entry in read.entries for owner in entry.owners]


def reason(content: bytes) -> str:
    with translation.override("en"):
        [problem] = roster.parse(content).problems
        return problem.reason


# --- dates ---


@pytest.mark.parametrize("column", HEADER)
@pytest.mark.parametrize("value", [date(2026, 1, 2), time(1, 2)])
def test_a_date_in_a_workbook_is_refused_with_its_line_and_a_hint(column: str, value: object) -> None:
    cells: dict[str, Any] = ROW | {column: value}

    problems = roster.parse(as_xlsx(ROW | {"室号": "102"}, cells)).problems

    assert [problem.line for problem in problems] == [3]
    with translation.override("en"):
        assert "give the column the format Text" in roster.parse(as_xlsx(cells)).problems[0].reason


@pytest.mark.parametrize("column", [*PLACES, "产权人", "小区"])
@pytest.mark.parametrize(
    "text", ["2026-01-02", "2026/1/2", "1月2日", "2-Jan", "Jan-02", "2026年1月2日", "2026-01-02 00:00:00"]
)
def test_a_date_that_a_spreadsheet_saved_as_text_is_refused_too(column: str, text: str) -> None:
    content = as_csv(ROW | {column: text}, header=[*HEADER, "小区"])

    assert column in reason(content)


@pytest.mark.parametrize("text", ["1-2", "3-1-2", "12", "0101", "A-1", "1/2", "May", "20260102"])
def test_a_room_that_only_resembles_a_date_is_a_room(text: str) -> None:
    [entry] = roster.parse(as_csv(row(room=text))).entries

    assert entry.room == text


@pytest.mark.parametrize("text", ["1.38E+10", "1E+2", "#REF!", "#N/A"])
def test_what_the_spreadsheet_lost_is_no_room(text: str) -> None:
    assert "室号" in reason(as_csv(row(room=text)))


def test_zeros_that_only_the_format_shows_belong_to_the_room() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(list((ROW | {"室号": 101}).values()))
    book.active["C2"].number_format = "0000"
    out = io.BytesIO()
    book.save(out)

    assert [entry.room for entry in roster.parse(out.getvalue()).entries] == ["0101"]


HOURS = ["日期", "活动", "姓名", "楼号", "室号", "开始", "结束"]
SHIFT = [date(2026, 11, 28), "爱心早餐", "王一", "9号楼", "1-2", time(9), time(11)]


def hours(**changes: object) -> tuple[list[hourtable.Line], list[hourtable.Problem]]:
    book = openpyxl.Workbook()
    book.active.append(HOURS)
    book.active.append(list((dict(zip(HOURS, SHIFT, strict=True)) | changes).values()))
    out = io.BytesIO()
    book.save(out)
    return hourtable.parse(out.getvalue())


def test_a_table_of_hours_takes_dates_where_they_belong_and_nowhere_else() -> None:
    [line], problems = hours()

    assert (line.day, line.room, problems) == (date(2026, 11, 28), "1-2", [])
    for column in ("活动", "姓名", "楼号", "室号"):
        assert [problem.line for problem in hours(**{column: date(2026, 1, 2)})[1]] == [2], column
    assert [problem.line for problem in hours(室号="1月2日")[1]] == [2]
    assert hours(活动="3月5日")[1] == []


# --- several owners ---


@pytest.mark.parametrize(
    "sign", list("、，,;；/／|｜\n\\&＆") + ["和", "及", "与", "以及", " 、 ", " 和 ", "， ", "﹑", "､"]
)
def test_co_owners_are_several_whatever_sign_is_between_them(sign: str) -> None:
    assert names(f"赵大海{sign}钱小英") == ["赵大海", "钱小英"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张　三", "张 三"),
        ("张 三", "张 三"),
        ("John Smith", "John Smith"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("李和平", "李和平"),
        ("王永和", "王永和"),
        ("陈与义", "陈与义"),
        ("ABC Trading Co., Ltd.", "ABC Trading Co., Ltd."),
        ("上海某某(集团)有限公司", "上海某某(集团)有限公司"),
        ("和平百货公司", "和平百货公司"),
        ("张三\u200b", "张三"),
        ("赵大海，", "赵大海"),
    ],
)
def test_one_owner_stays_one(cell: str, expected: str) -> None:
    assert names(cell) == [expected]


def test_names_with_the_word_in_them_stand_beside_others() -> None:
    assert names("张和平和李四") == ["张和平", "李四"]
    assert names("司马相如和卓文君") == ["司马相如", "卓文君"]
    assert names("买买提·吐尔逊和阿依古丽·艾买提") == ["买买提·吐尔逊", "阿依古丽·艾买提"]
    assert names("王五、某某有限公司") == ["王五", "某某有限公司"]


@pytest.mark.parametrize(
    "cell",
    [
        "赵大海 钱小英",
        "欧阳 娜娜",
        "张 三 李 四",
        "张三 John Smith",
        "张/三",
        "赵大海等3人",
        "赵大海等人",
        "王五/某某有限公司",
        "上海某某\n有限公司",
        "中国某某银行/上海分行",
        "上海甲公司和乙公司",
        "赵大海(1/2)、钱小英(1/2)",
        "赵大海、、钱小英",
        "买买提·吐尔逊和李",
    ],
)
def test_where_it_is_not_sure_the_row_is_refused(cell: str) -> None:
    read = roster.parse(as_csv(row(owner=cell, phone="")))

    assert (read.entries, [problem.line for problem in read.problems]) == ([], [2])


def test_nobody_is_called_unknown() -> None:
    [entry] = roster.parse(as_csv(row(owner="不详", phone=""))).entries

    assert entry.owners == ()


def test_an_owner_written_in_two_ways_is_named_twice() -> None:
    assert reason(as_csv(row(owner="张三、张　三"))) == "an owner is named twice"


@pytest.mark.parametrize("name", ["赵大海,钱小英", "欧阳 娜娜", "A/B 公司", "张三", "John Smith", "不详"])
def test_a_name_that_would_be_read_as_several_is_written_so_that_it_is_one(name: str) -> None:
    assert owners.split(owners.written(name)) == [name]


# --- telephones ---


@pytest.mark.parametrize(
    "number", ["+852 9123 4567", "021-12345678转801", "021-62345678-801", "(021)62345678#801", "1.38E+10"]
)
def test_a_number_that_cannot_be_called_is_left_out_and_said(number: str) -> None:
    read = roster.parse(
        as_csv(row(phone=number), row(room="102", phone=f"{number}/13900000002", owner="赵大海/钱小英"))
    )

    assert read.problems == []
    assert [[owner.phone for owner in entry.owners] for entry in read.entries] == [[""], ["", "13900000002"]]
    assert [(remark.line, number[:5] in remark.reason) for remark in read.remarks] == [(2, True), (3, True)]


@pytest.mark.parametrize("number", ["139000", "无", "138123400011"])
def test_any_other_number_that_is_none_costs_the_number_only(number: str) -> None:
    read = roster.parse(as_csv(row(phone=number)))

    assert ([entry.owners[0].phone for entry in read.entries], len(read.remarks)) == ([""], 1)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("021-6234-5678", "02162345678"),
        ("013812340001", "13812340001"),
        ("0065 61234567", ""),
        ("021-6234567-80", ""),
        ("62345678-801", ""),
    ],
)
def test_only_what_can_be_called_is_a_number(text: str, number: str) -> None:
    assert phones.reachable(text) == number


def test_the_second_owners_number_stays_with_the_second() -> None:
    [entry] = roster.parse(as_csv(row(owner="赵大海、钱小英", phone="，13900000002"))).entries

    assert [owner.phone for owner in entry.owners] == ["", "13900000002"]


def test_owners_of_one_dwelling_may_have_different_rights() -> None:
    [entry] = roster.parse(as_csv(row(owner="赵大海、钱小英", right="业主、公房承租人"))).entries

    assert [owner.right.value for owner in entry.owners] == ["owner", "public_tenant"]
    assert roster.parse(as_csv(row(owner="赵大海", right="业主、公房承租人"))).entries == []
