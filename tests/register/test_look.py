"""The fragments every page is put together from, and the weight and manners of what is sent."""

from __future__ import annotations

import gzip
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup, Tag
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.kit import clock
from portal.kit.icons import ICONS
from portal.templatetags import portal_tags as tags

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
SHEETS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
STYLES = settings.BASE_DIR / "static" / "css" / "portal.css"
ELDER = STYLES.with_name("elder.css")

# What a style sheet says only where nobody asked for less motion.
MOVING_ONLY = re.compile(
    r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
)


class Proposal(forms.Form):
    title = forms.CharField(label="一句话", help_text="例如：3 号楼门口的灯坏了")
    scope = forms.ChoiceField(
        label="范围", choices=[("all", "全小区"), ("one", "本楼")], widget=forms.RadioSelect
    )
    photo = forms.FileField(label="照片", required=False)
    shown = forms.BooleanField(label="公开称呼")


def drawn(fragment: str, path: str = "/", **context: object) -> BeautifulSoup:
    """A fragment as a page at `path` would include it."""
    request = RequestFactory().get(path, headers={"host": "localhost"})
    return BeautifulSoup(
        render_to_string(f"components/{fragment}.html", context, request=request), "html.parser"
    )


def only(soup: BeautifulSoup, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def words(soup: BeautifulSoup | Tag) -> str:
    return " ".join(soup.get_text(" ").split())


def test_a_form_posts_once_and_carries_files() -> None:
    soup = drawn("_form", "/n/tianxin/propose/?from=1", form=Proposal(), submit="提交", draft="propose")
    form = only(soup, "form")
    assert (form["method"], form["enctype"], form["data-draft"]) == ("post", "multipart/form-data", "propose")
    assert len(str(only(soup, "input[name=once]")["value"])) == 32
    assert only(soup, "input[name=page]")["value"] == "/n/tianxin/propose/?from=1"
    assert only(soup, "input[name=csrfmiddlewaretoken]")["value"] != ""
    assert words(only(soup, "button")) == "提交"


def test_two_forms_never_share_their_key() -> None:
    context = Context({})
    assert tags.once(context) != tags.once(context)


def test_every_field_is_named_explained_and_linked_from_the_summary() -> None:
    soup = drawn("_form", form=Proposal({"title": ""}), submit="提交")
    targets = [str(link["href"]).removeprefix("#") for link in soup.select(".summary a")]
    assert targets == ["id_title", "id_scope", "id_shown"]
    assert [len(soup.select(f"#{target}")) for target in targets] == [1, 1, 1]
    title = only(soup, "#id_title")
    assert (title["aria-describedby"], title["aria-invalid"]) == ("id_title_helptext id_title_error", "true")
    assert [len(soup.select(f"#{name}")) for name in str(title["aria-describedby"]).split()] == [1, 1]
    assert words(only(soup, "fieldset legend")) == "范围"
    assert [words(choice) for choice in soup.select("label.choice")] == ["全小区", "本楼"]
    assert words(only(soup, "label.check")) == "公开称呼"
    assert words(only(soup, "label[for=id_photo]")) == "照片 （可不填）"


def test_elders_are_asked_first_what_has_to_be_answered() -> None:
    asked = type("Asked", (Proposal,), {"hint": forms.CharField(required=False)})
    empty = drawn("_form", form=asked(), submit="提交", elder=True)
    assert [field["name"] for field in empty.select("details :is(input, textarea)")] == ["photo", "hint"]
    assert empty.select(".field #id_title") != []
    typed = drawn("_form", form=asked({"hint": "在门口"}), submit="提交", elder=True)
    assert typed.select("details") == []
    assert drawn("_form", form=asked(), submit="提交").select("details") == []


def test_what_was_typed_comes_back_escaped() -> None:
    soup = drawn("_form", form=Proposal({"title": '"><script>1</script>'}), submit="提交")
    assert soup.select("script") == []
    assert only(soup, "#id_title")["value"] == '"><script>1</script>'


def test_the_track_says_where_a_matter_stands() -> None:
    steps = [
        {"label": name, "status": status}
        for name, status in (("提议", "done"), ("听证", "now"), ("表决", "todo"))
    ]
    soup = drawn("_track", track=steps)
    assert [words(step) for step in soup.select("li")] == ["提议 （已完成）", "听证", "表决"]
    assert only(soup, "[aria-current=step]")["class"] == ["now"]
    assert words(only(soup, ".track-say")) == "第 2 步（共 3 步）：听证"


def test_a_meter_draws_and_says_whether_its_line_is_reached() -> None:
    soup = drawn("_meter", numerator=873, denominator=1143, need=[2, 3], inclusive=True, label="参与 · 户数")
    assert words(soup) == "参与 · 户数 873 / 1,143（76.4%） 要求：不少于三分之二 已达到"
    assert [(rect["class"], rect.get("width")) for rect in soup.select("rect")] == [
        (["rail"], "100%"),
        (["fill"], "76.4%"),
        (["need"], "3"),
    ]
    short = drawn("_meter", numerator=1, denominator=2, need=(1, 2), inclusive=False, label="同意", tone="no")
    assert words(only(short, ".short")) == "未达到"
    assert drawn("_meter", numerator=1, denominator=2, label="完成").select(".foot, .need") == []


def test_who_owes_the_next_step_and_by_when() -> None:
    by = clock.end_of(date(2026, 11, 24))
    with clock.at(clock.at_time(date(2026, 11, 22), 10)):
        due = drawn("_due", who="物业 李经理", what="答复", by=by)
        assert words(due) == "等：物业 李经理 答复 · 11月24日（周二）24:00前 · 还剩 2 天 14 小时"
        assert only(due, "time")["datetime"] == by.isoformat()
        late = drawn("_due", who="物业 李经理", by=by, late=True)
    assert words(late) == "等：物业 李经理 · 已逾期，应在11月24日（周二）24:00前办好"


def test_paging_keeps_the_filters() -> None:
    page = Paginator(range(100), 20).page(2)
    soup = drawn("_pager", "/topics/?state=open&page=2&q=%E9%97%A8", page=page)
    assert [link["href"] for link in soup.select("a")] == [
        "?state=open&q=%E9%97%A8&page=1",
        "?state=open&q=%E9%97%A8&page=3",
    ]
    assert words(only(soup, ".muted")) == "第 2 页，共 5 页"
    assert words(drawn("_pager", page=Paginator([], 20).page(1))) == ""


def test_a_changed_query_drops_what_is_empty() -> None:
    request = RequestFactory().get("/?a=1&a=2&b=3")
    assert Template('{% query a="" c="x y" %}').render(Context({"request": request})) == "?b=3&amp;c=x+y"


def test_a_qr_code_carries_the_full_address_and_escapes_its_title() -> None:
    soup = drawn("_qr", url="/votes/1/")
    picture = only(soup, "svg")
    assert (picture["role"], picture["class"]) == ("img", ["qr"])
    assert words(only(soup, "title")) == "http://localhost/votes/1/ 的二维码"
    sly = drawn("_qr", url="/v/1", label="</title><script>1</script>")
    assert sly.select("script") == []


def test_files_are_photos_first_then_papers() -> None:
    files = [
        SimpleNamespace(name="预算.pdf", url="/files/1", size=320_000, is_image=False),
        SimpleNamespace(name="门口.webp", url="/files/2", is_image=True, alt="小门现状"),
    ]
    soup = drawn("_files", files=files)
    assert [words(item) for item in soup.select("li")] == ["", "预算.pdf 313 KB"]
    assert only(soup, "img")["alt"] == "小门现状"
    assert words(drawn("_files", files=[])) == ""


def test_a_neighbour_has_a_face_and_no_real_name() -> None:
    assert words(drawn("_person", name="周**", building="2号楼")) == "周 周** 2号楼"


def test_every_icon_a_template_asks_for_exists() -> None:
    asked = {name for path in TEMPLATES for name in re.findall(r'{% icon "(\w+)" %}', path.read_text())}
    assert asked - set(ICONS) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_carry_no_style_and_no_script_of_their_own(path: Path) -> None:
    text = path.read_text()
    own_script = r"<script(?![^>]*\bsrc=)"
    assert (
        re.findall(
            rf'\sstyle=|<style|{own_script}|\son[a-z]+="|javascript:|hx-on|https?://(?!www\.w3\.org)', text
        )
        == []
    )


def test_styles_and_scripts_are_light() -> None:
    assert packed(STYLES) <= 15 * 1024
    assert packed(ELDER) <= 2 * 1024
    htmx = Path(finders.find("django_htmx/htmx-2.min.js") or "")
    everywhere = sum(map(packed, filter(on_every_page, SCRIPTS)))
    of_one_page = [packed(script) for script in SCRIPTS if not on_every_page(script)]
    assert everywhere <= 6 * 1024
    assert everywhere + max(*of_one_page, packed(htmx)) <= 28 * 1024


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))


def on_every_page(script: Path) -> bool:
    """Whether it is the script of every page, or what that one imports."""
    first = script.with_name("portal.js").read_text()
    return script.name == "portal.js" or f'from "./{script.name}"' in first


def test_the_style_sheet_asks_nobody_else() -> None:
    assert re.findall(r"url\(|@import|https?:", STYLES.read_text() + ELDER.read_text()) == []


def test_nothing_moves_for_whoever_asked_for_stillness() -> None:
    still = "".join(MOVING_ONLY.sub("", sheet.read_text()) for sheet in SHEETS)
    assert re.findall(r"(?:transition|animation|scroll-behavior)[\w-]*:|@keyframes", still) == []
    assert MOVING_ONLY.search(STYLES.read_text())
    for script in SCRIPTS:
        assert re.findall(r"smooth|\.animate\(|autoplay", script.read_text()) == []
