"""A convention out of a Word file, and files that are none."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from portal.conventions import word
from portal.kit.errors import NotPossible
from tests.conventions.words import docx, paragraph, table


def test_headings_become_chapters_and_numbered_lines_articles() -> None:
    found = word.read(
        docx(
            paragraph("天馨花园居民公约", "a3"),
            paragraph("第一章　总则", "1"),
            paragraph("第一条　为了邻里和睦，制定本公约。"),
            paragraph("停车与充电", "1"),
            paragraph("第二条　电动车停放"),
            paragraph("电动自行车停放在集中停放点。"),
            paragraph("（一）不进楼道；"),
            paragraph("第五条所称停放点由居委会公布。"),
            paragraph("：机动车按车位停放，不过夜。", bold="第三条 机动车"),
            paragraph("第十条【访客】访客车辆登记。"),
        )
    )
    assert found.title == "天馨花园居民公约"
    assert [(piece.kind, piece.title, piece.text) for piece in found.pieces] == [
        ("chapter", "总则", ""),
        ("article", "", "为了邻里和睦，制定本公约。"),
        ("chapter", "停车与充电", ""),
        (
            "article",
            "电动车停放",
            "电动自行车停放在集中停放点。\n（一）不进楼道；\n第五条所称停放点由居委会公布。",
        ),
        ("article", "机动车", "机动车按车位停放，不过夜。"),
        ("article", "访客", "访客车辆登记。"),
    ]
    assert found.renumbered == [(10, 4)]
    assert found.left_out == []


def test_what_fits_nowhere_is_listed_with_its_reason() -> None:
    found = word.read(
        docx(
            paragraph("居民公约", "a3"),
            paragraph("二〇二六年三月居民会议讨论稿，请各楼组长带回征求意见。"),
            paragraph("第一章 总则"),
            paragraph("第一节 一般规定"),
            paragraph("第一条 爱护公共设施。"),
            table("违约情形", "处理办法"),
        )
    )
    assert [text for text, _why in found.left_out] == [
        "二〇二六年三月居民会议讨论稿，请各楼组长带回征求意见。",
        "第一节 一般规定",
        "违约情形",
        "处理办法",
    ]
    assert [piece.text for piece in found.articles] == ["爱护公共设施。"]


def test_markup_of_the_file_does_not_come_through() -> None:
    found = word.read(docx(paragraph("第一条 <script>alert(1)</script>不乱扔\u200b垃圾。")))
    assert found.articles[0].text == "<script>alert(1)</script>不乱扔垃圾。"


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零三", 103),
        ("12", 12),
        ("１２", 12),
        ("二三", 23),
    ],
)
def test_chinese_numerals_are_read(numeral: str, number: int) -> None:
    assert word.number_of(numeral) == number


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "save it as .docx"),
        (b"%PDF-1.7", "not a Word file"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"x" * (word.MAX_BYTES + 1), "larger than 5 MB"),
        (docx(paragraph("只有一句话。")), "No article was found"),
        (docx(paragraph("第一条 好。"), **{"word/vbaProject.bin": b"x"}), "macros"),
        (docx(paragraph("第一条 好。"), **{"word/media/a.bin": b"\x00" * 9_000_000}), "unpacks to too much"),
        (docx("<w:p/>" * (word.MAX_TAGS + 1)), "unpacks to too much"),
        (docx(head='<!DOCTYPE a [<!ENTITY a "b">]>'), "unpacks to too much"),
        (docx("<w:p>" * 5000 + "</w:p>" * 5000), "damaged"),
        (docx("<w:p>"), "damaged"),
        (docx(*[paragraph(f"第{at}条 好。") for at in range(1, 302)]), "more than 300"),
    ],
    ids=["doc", "pdf", "cut", "huge", "empty", "macro", "bomb", "tags", "entities", "deep", "broken", "many"],
)
def test_a_file_that_is_no_convention_is_refused_and_says_why(content: bytes, said: str) -> None:
    with override("en"), pytest.raises(NotPossible, match=said):
        word.read(content)
