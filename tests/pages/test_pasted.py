"""What is pasted from Word and WeChat becomes plain Markdown; nothing dangerous survives."""

from __future__ import annotations

import pytest

from portal.pages.blocks import TextForm
from portal.pages.pasted import markdown
from portal.pages.prose import prose

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8>
<style>p.MsoNormal {mso-style-parent:""; margin:0cm}</style>
<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head>
<body lang=ZH-CN><h1 style='mso-pagination:lines'>停水<span style='mso-spacerun:yes'> </span>通知</h1>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US>12</span>月
<span lang=EN-US>3</span>日 </b>停水<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>请先<span style="font-family:宋体;color:red">存水</span>。</p>
<ol><li>关<i>总</i>阀</li><li>等通知</li></ol></body></html>"""
WECHAT = """<section data-tool="mdnice" style="font-size:16px"><section style="text-align:center"><img data-src="http://x/1"
src="javascript:alert(1)"></section><p style="margin:0">
<span leaf="">周六<strong style="color:#c00">义剪</strong></span></p>
<p><br></p><p>报名：<a href="https://example.org/a" onclick="steal()">点这里</a></p></section>"""
TABLE = (
    "<table border=1><tr><th>日期</th><td>楼</td></tr><tr><td><p>三日</p></td><td>1号楼|甲</td></tr></table>"
)
BAD = (
    "<p>好<script>alert(1)</script></p><img src=x onerror=alert(1)><a href='javascript:alert(1)'>点</a>"
    "<svg onload=alert(1)><style>*{}</style><iframe src=//evil></iframe><b onmouseover=x>重</b>"
)


NUMBERED = "".join(
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US>"
    f"<span style='mso-list:Ignore'>{sign}<span style='font:7pt'>&nbsp;&nbsp; </span></span></span><![endif]>{text}</p>"
    for sign, text in (("1.", "楼道"), ("2.", "车棚"), ("·", "花园"), ("一、", "其他"))
)
UNSEEN = "<p>看得见</p><section style='display: none'><p>看<br>不见</p></section><p>也看得见</p>"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (NUMBERED, "1. 楼道\n2. 车棚\n- 花园\n\n一、 其他"),
        (UNSEEN, "看得见\n\n也看得见"),
        (WORD, "## 停水 通知\n\n**12月 3日** 停水\n\n请先存水。\n\n1. 关*总*阀\n2. 等通知"),
        (WECHAT, "周六**义剪**\n\n报名：[点这里](https://example.org/a)"),
        (TABLE, "| 日期 | 楼 |\n| --- | --- |\n| 三日 | 1号楼｜甲 |"),
        ("<ul><li>甲<ul><li>乙</li></ul></li><li>丙</li></ul>", "- 甲\n\n  - 乙\n\n- 丙"),
        ("<div>一行</div><div>两行</div>", "一行\n\n两行"),
    ],
)
def test_what_word_and_wechat_mark_up_is_written_plainly(pasted: str, kept: str) -> None:
    assert markdown(pasted) == kept


@pytest.mark.parametrize("text", ["3 < 5 且 7 > 2", "## 标题\n\n- 甲\n- 乙 **重**", "a<b", "温度<0℃", ""])
def test_a_text_without_machine_written_html_stays_as_it_is(text: str) -> None:
    assert markdown(text) == text


def test_nothing_dangerous_survives() -> None:
    text = markdown(BAD)

    assert text == "好\n\n点**重**"
    assert "alert" not in prose(text)


def test_the_text_box_of_a_section_cleans_what_it_is_sent() -> None:
    form = TextForm({"text": WECHAT})

    assert form.is_valid()
    assert form.cleaned_data["text"].startswith("周六**义剪**")
