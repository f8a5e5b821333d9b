"""Every text of the code has its Chinese, and no Chinese is left over from a text that is gone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings

PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")
Texts = set[tuple[str | None, str]]


def texts(path: Path) -> Texts:
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path)) if not entry.obsolete}


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="the gettext programs read the texts from the code"
)
def test_the_texts_of_the_code_are_those_of_the_translation(tmp_path: Path) -> None:
    for name in ("portal", "templates", "locale"):
        shutil.copytree(
            settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "static").mkdir()
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "-v0"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    read, kept = texts(tmp_path / PO), texts(settings.BASE_DIR / PO)

    assert done.returncode == 0, done.stderr[-2000:]
    assert len(read) > 1000
    assert sorted(read - kept) == []
    assert sorted(kept - read) == []


HAN = r"[\u4e00-\u9fff]"
# How Chinese is set here, as what must not be found in it. A placeholder stands for a value, not for Latin letters.
SET = {
    "您, never 你": "你",
    "full-width punctuation": rf"{HAN}\s*[,;!?]|{HAN}:(?!\d)|[,;!?]\s*{HAN}",
    "full-width brackets": rf"\((?=[^)]*{HAN})[^)]*\)",
    "a full stop is 。": rf"{HAN}\.(\s|$)",
    "“ ” around what is quoted": rf"""{HAN}["']|["']{HAN}""",
    "one mark at a time": r"[。，；：！？、][。，；：！？、]",
    "no spaces between Chinese": rf"{HAN} {{2,}}{HAN}",
}
# One word for one thing (docs/glossary.md): what is not said, and what is said for it.
INSTEAD = {
    "话题": "议题",
    "达到比例": "过线",
    "工单": "待办",
    "楼长": "楼组长",
    "监委会": "居务监督委员会",
    "业主委员会(?!选举)": "业委会",
    "(?<!某某)物业(公司|服务企业|服务中心)": "物业",
    "租户|租客": "承租人",
    "住房(?!使用情况)": "房屋",
    "帐": "账",
    "登陆": "登录",
    "电子邮[件箱]": "邮件, 邮箱",
    "手机号码": "手机号",
    "超期|逾时": "逾期",
    "两步验证|二次验证|双重验证": "第二步验证",
    "本网站|本站|本系统": "本平台",
    "复议": "申诉",
    "义工": "志愿者",
    "会议纪要|笔录": "会议记录",
    "居委会窗口|到窗口": "柜台",
    "本社区": "本居民区",
    "点击|单击": "点",
    "信上的码|入户码|激活码": "邀请码, 填写码 (of a survey's letter)",
    "动态码|短信码|手机码": "验证码",
    "登记住处|认证住处|绑定房屋": "核实住处",
    "开通账号|创建账号|建立账号": "注册账号",
}
# A form of days that is asked for by a form, or written in a file, and the words that say so.
EXAMPLES = ("例如", "如 ", "写成")


@cache
def chinese() -> list[str]:
    """Each Chinese text of the portal."""
    entries = [entry for entry in polib.pofile(str(settings.BASE_DIR / PO)) if not entry.obsolete]
    return [text for entry in entries for text in [entry.msgstr, *entry.msgstr_plural.values()] if text]


@pytest.mark.parametrize("rule", SET)
def test_chinese_is_set_as_chinese(rule: str) -> None:
    found = re.compile(SET[rule])

    assert [text for text in chinese() if found.search(text)] == [], rule


@pytest.mark.parametrize("word", INSTEAD)
def test_one_word_stands_for_one_thing(word: str) -> None:
    found = re.compile(word)

    assert [text for text in chinese() if found.search(text)] == [], f"say {INSTEAD[word]}"


def test_no_sentence_holds_a_day_as_programs_write_it() -> None:
    dated = [text for text in chinese() if re.search(r"\d{4}-\d\d-\d\d", text)]

    assert [text for text in dated if not any(word in text for word in EXAMPLES)] == []
