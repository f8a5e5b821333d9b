"""What residents read is in their words: no key of a program, no date as programs write it, counts as their lists."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.kit import wording
from portal.kit.wording import colon, kept_day, told
from portal.notifications.kinds import KINDS, mail_groups
from portal.record.wording import said, words

# A mark between two values, or around one, that no translator can set: `}}: {{`, ` ({{ … }})`.
BARE = re.compile(r"(\}\}|%\}|>)[:;,] (?=\{\{|\{%)|(\}\}|%\}) \((?=\{\{)")
SENTENCES = re.compile(
    r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{% comment.*?\{% endcomment %\}", re.S
)
# The pages of a library, which are written anew by their own.
LEFT = {"mfa/webauthn/authenticator_list.html"}


class Twice(forms.Form):
    """A field with two mistakes, one with one, and one that belongs to none."""

    name = forms.CharField(label="称呼")
    sure = forms.BooleanField(label="是否满十八周岁？")

    def clean(self) -> None:
        self.add_error("name", forms.ValidationError(["太短", "已有人用"]))
        self.add_error(None, "请再看一遍")


def test_the_summary_of_a_form_counts_the_lines_it_lists() -> None:
    with override("zh-hans"):
        page = render_to_string("components/_summary.html", {"form": Twice({"name": "陈"})})

    assert page.count("<li>") == 4
    assert "有 4 处要修改" in page
    assert ">称呼</a>：太短" in page
    assert "是否满十八周岁？</a> " in page


def test_days_and_moments_are_told_by_their_shape_whatever_they_are_called() -> None:
    with override("zh-hans"):
        assert said("2026-12-16T16:00:00+00:00") == wording.day(date(2026, 12, 16)) + "24:00"
        assert said("2026-12-16") == wording.day(date(2026, 12, 16))
    assert said("2026-017 议题") == "2026-017 议题"
    assert words("nobody.registered", {}) == "nobody.registered"


def test_a_title_that_is_kept_says_its_day_in_full() -> None:
    assert kept_day(date(2026, 12, 3)) == "2026年12月3日"


def test_between_a_name_and_what_is_said_of_it_stands_what_the_language_has() -> None:
    with override("zh-hans"):
        assert told("电梯", "等待答复") == "电梯：等待答复"
        assert colon("您觉得办得怎么样？") == " "
    with override("en"):
        assert told("Lift", "waits") == "Lift: waits"


def test_each_group_of_news_has_a_name() -> None:
    assert KINDS
    assert [group for group, label in mail_groups() if label == group] == []


def test_marks_between_values_go_through_the_translator() -> None:
    found = {}
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        name = path.relative_to(settings.BASE_DIR / "templates").as_posix()
        marks = BARE.findall(SENTENCES.sub("", path.read_text(encoding="utf-8")))
        if marks and name not in LEFT:
            found[name] = len(marks)

    assert found == {}
