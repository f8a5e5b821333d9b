"""`manage.py found`: what a file or somebody's answers say is made, all or nothing, and only once."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse
from pytest_django import Settings

from portal.administration import founding
from portal.administration.founding import COLUMNS, Plan
from portal.administration.founding.columns import BY_HEAD, buildings
from portal.community.models import Appointment, Area, Contact, Kind, Post, User
from portal.community.places import below
from portal.kit.errors import NotPossible
from portal.pages.models import NeighbourhoodPage
from portal.record.models import Entry
from tests import factories
from tests.browserless import Person

pytestmark = pytest.mark.django_db
ONE = {
    "区": "静安区",
    "街道": "某街道",
    "街道网址名": "mou",
    "居民区": "彩虹居民区",
    "网址名": "caihong",
    "小区": "彩虹苑；新苑",
    "楼号": "1-3；1、5",
    "居委会地址": "彩虹路 1 号",
    "居委会电话": "021-55550101",
    "主任": "王芳",
    "主任手机": "138 0000 0001",
    "街道干部": "李明",
    "街道干部手机": "13800000002",
}
OTHER = {
    "区": "静安区",
    "街道": "某街道",
    "居民区": "春晖居民区",
    "网址名": "chunhui",
    "小区": "",
    "楼号": "",
    "主任": "赵强",
    "主任手机": "13800000003",
}


def as_csv(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    """A file with these rows; its heads are all that any row has."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, heads)
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: dict[str, str]) -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook()
    for line in csv.reader(io.StringIO(as_csv(*rows).decode("utf-8-sig"))):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def planned(content: bytes) -> Plan:
    rows, problems = founding.parse(content)
    plan = founding.plan(rows)
    plan.problems = [*problems, *plan.problems]
    return plan


def reasons(*rows: dict[str, str]) -> list[str]:
    return [str(problem) for problem in planned(as_csv(*rows)).problems]


def make(*rows: dict[str, str]) -> Plan:
    plan = planned(as_csv(*rows))
    assert plan.problems == []
    founding.carry_out(plan)
    return plan


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "areas.csv"


def run(file: Path, *more: str) -> tuple[str, int]:
    """What the command says about a file, and the status it ends with."""
    said, status = io.StringIO(), 0
    try:
        call_command("found", str(file), *more, stdout=said, stderr=said)
    except SystemExit as end:
        status = int(str(end.code))
    return said.getvalue(), status


def answered(monkeypatch: pytest.MonkeyPatch, *answers: str, end: type[BaseException] = EOFError) -> str:
    """What the guided command says to these answers; when they are used up, the keyboard ends it."""
    left: Iterator[str] = iter(answers)

    def ask(question: str) -> str:
        said.write(f"{question}\n")
        try:
            return next(left)
        except StopIteration:
            raise end from None

    said = io.StringIO()
    monkeypatch.setattr("builtins.input", ask)
    with suppress(SystemExit):
        call_command("found", stdout=said)
    return said.getvalue()


# --- what a cell says ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-3", [["1号楼", "2号楼", "3号楼"]]),
        ("1、2、5-6", [["1号楼", "2号楼", "5号楼", "6号楼"]]),
        ("1号楼-2号楼", [["1号楼", "2号楼"]]),
        ("3～4幢", [["3幢", "4幢"]]),
        ("甲楼，1", [["甲楼", "1号楼"]]),
        ("1-2；7", None),
        ("1-2；7号楼", [["1号楼", "2号楼"], ["7号楼"]]),
        ("1", [["1号楼"]]),
        ("", []),
        ("38", None),
        ("9-2", None),
        ("1-9999", None),
        ("1-5、3", None),
        ("1.38E+10", None),
    ],
)
def test_buildings_are_read_as_people_write_them(text: str, expected: list[list[str]] | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match=r"\S"):
            buildings(text)
    else:
        assert buildings(text) == expected


def test_the_template_can_be_brought_in_as_it_is_in_both_languages() -> None:
    said = io.StringIO()
    call_command("found", "--template", stdout=said)
    template = said.getvalue()
    english = template.replace(template.splitlines()[0], ",".join(column.heads[1] for column in COLUMNS))

    for text in (template, english):
        plan = planned(text.encode())
        assert (plan.problems, plan.count(Kind.NEIGHBOURHOOD), plan.count(Kind.BUILDING)) == ([], 1, 45)


def test_no_two_columns_are_called_alike() -> None:
    assert len(BY_HEAD) == 2 * len(COLUMNS)


# --- a file ---


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_file_becomes_areas_pages_contacts_and_posts(write: Any, file: Path) -> None:
    file.write_bytes(write(ONE, OTHER))

    said, status = run(file)

    here = Area.objects.get(slug="caihong")
    assert (status, here.get_parent().slug, here.get_parent().get_parent().name) == (0, "mou", "静安区")
    estates = below(here, Kind.ESTATE)
    assert [estate.name for estate in estates] == ["彩虹苑", "新苑"]
    assert [b.name for b in below(estates[1], Kind.BUILDING)] == ["1号楼", "5号楼"]
    assert [page.area.slug for page in NeighbourhoodPage.objects.order_by("path")] == ["caihong", "chunhui"]
    assert Contact.objects.get().telephone == "021-55550101"
    posts = Appointment.objects.order_by("pk").values_list("post", "area__slug", "title", "person__real_name")
    assert list(posts) == [
        ("director", "caihong", "居委会主任", "王芳"),
        ("officer", "mou", "街道办事处", "李明"),
        ("director", "chunhui", "居委会主任", "赵强"),
    ]
    assert said.count("/accounts/password/reset/key/") == 3
    assert Area.find_problems() == ([], [], [], [], [])


def test_the_posts_of_a_neighbourhood_stand_in_its_record() -> None:
    make(ONE)

    assert {(entry.chain_id, entry.title) for entry in Entry.objects.all()} == {
        ("caihong", "居委会主任 王芳"),
        ("caihong", "街道办事处 李明"),
    }


def test_a_second_time_changes_nothing_and_gives_new_links(file: Path) -> None:
    file.write_bytes(as_csv(ONE, OTHER))
    run(file)
    before = [list(model.objects.order_by("pk").values()) for model in (Area, User, Contact)]
    before.append(list(Appointment.objects.values()))

    said, status = run(file)

    after = [list(model.objects.order_by("pk").values()) for model in (Area, User, Contact)]
    after.append(list(Appointment.objects.values()))
    assert (after, status) == (before, 0)
    assert "没有要新建或修改的内容" in said
    assert said.count("/accounts/password/reset/key/") == 3


def test_corrected_contacts_and_numbers_are_brought_in_and_said(file: Path) -> None:
    make(ONE)
    file.write_bytes(
        as_csv(ONE | {"居委会电话": "021-55559999", "居委会地址": "", "主任手机": "13800000009"})
    )

    said, _status = run(file)

    contact, director = Contact.objects.get(), User.objects.get(username="caihong-director")
    assert (contact.telephone, contact.office) == ("021-55559999", "彩虹路 1 号")
    assert (director.phone, director.phone_verified) == ("13800000009", False)
    assert director.person is not None
    assert director.person.phone == "13800000009"
    for change in ("021-55550101 → 021-55559999", "13800000001 → 13800000009"):
        assert change in said, change


def test_new_estates_and_buildings_come_to_those_that_are_there() -> None:
    make(ONE)

    plan = make(ONE | {"小区": "彩虹苑；东苑", "楼号": "1-4；9号楼"})

    assert [place.name for place in plan.places] == ["4号楼", "东苑", "9号楼"]
    assert len(below(Area.objects.get(slug="caihong"), Kind.BUILDING)) == 7


def test_one_estate_a_row_is_the_same_as_all_in_one() -> None:
    make(ONE | {"小区": "彩虹苑", "楼号": "1-3"}, ONE | {"小区": "新苑", "楼号": "1、5"})

    assert make(ONE).is_empty


def test_an_address_that_nobody_gave_is_short_and_stays() -> None:
    rows = [
        {"区": "静安区", "街道": "某街道", "居民区": name, "街道网址名": "mou"}
        for name in ("甲居民区", "乙居民区")
    ]

    make(*rows, {"区": "静安区", "街道": "另街道", "居民区": "丙居民区"})

    found = Area.objects.order_by("path").values_list("slug", flat=True)
    assert list(found) == ["qu-1", "mou", "mou-1", "mou-2", "qu-1-1", "qu-1-1-1"]
    assert make(*rows).is_empty


def test_who_looks_after_the_portal_is_called_operator() -> None:
    make(ONE | {"平台管理员": "赵强", "平台管理员手机": "13800000003"})

    operator = User.objects.get(username="operator")
    held = Appointment.objects.get(person=operator.person_id)
    assert (held.post, held.area.kind, operator.has_usable_password()) == (
        Post.OPERATOR,
        Kind.DISTRICT,
        False,
    )


def test_all_or_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise NotPossible("no")

    monkeypatch.setattr("portal.register.services.posts.appoint", refuse)
    file.write_bytes(as_csv(ONE, OTHER))

    with pytest.raises(CommandError):
        run(file)

    assert (Area.objects.count(), User.objects.count(), NeighbourhoodPage.objects.count()) == (0, 0, 0)


# --- wrong rows ---


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"街道": ""}, "街道"),
        ({"网址名": "彩虹"}, "不能用在网址里"),
        ({"网址名": "Cai Hong"}, "不能用在网址里"),
        ({"网址名": "mou"}, "mou"),
        ({"主任手机": "138"}, "手机号"),
        ({"居委会电话": "abc"}, "不是电话号码"),
        ({"主任": ""}, "13800000001"),
        ({"楼号": "2026-01-02"}, "日期"),
        ({"楼号": "1-3"}, "2 个小区"),
        ({"小区": "彩" * 90}, "80"),
        ({"街道干部手机": "13800000001"}, "13800000001"),
    ],
)
def test_a_wrong_row_is_said_by_its_line_and_nothing_is_made(
    change: dict[str, str], why: str, file: Path
) -> None:
    file.write_bytes(as_csv(OTHER, ONE | change))

    said, status = run(file)

    assert (status, Area.objects.count(), User.objects.count()) == (1, 0, 0)
    assert "第 3 行：" in said
    assert why in said


def test_rows_that_contradict_each_other_are_wrong() -> None:
    told = reasons(
        ONE,
        ONE | {"居委会电话": "021-55550109"},
        ONE | {"主任": "别人", "主任手机": ""},
        ONE | {"居民区": "另一个"},
        OTHER | {"街道": "另街道", "网址名": "caihong"},
        OTHER | {"主任手机": "13800000001"},
    )

    assert [line.split("：")[0] for line in told] == [f"第 {n} 行" for n in (3, 4, 5, 6, 7)]


def test_nothing_is_renamed_or_moved_by_a_file() -> None:
    make(ONE)

    told = [
        reasons(ONE | {"居民区": "彩虹新村居民区"}),
        reasons(ONE | {"街道": "另街道", "街道网址名": ""}),
        reasons(ONE | {"网址名": "caihong-xin"}),
        reasons(OTHER | {"网址名": Area.objects.get(name="彩虹苑").slug}),
    ]

    assert [len(why) for why in told] == [1, 1, 1, 1]
    assert Area.objects.filter(name="彩虹居民区", slug="caihong").exists()


def test_who_holds_a_post_by_the_page_keeps_it(file: Path) -> None:
    make(ONE)
    Appointment.objects.filter(post=Post.DIRECTOR).delete()
    here = Area.objects.get(slug="caihong")
    factories.make_appointment(factories.make_person(display_name="新主任"), Post.DIRECTOR, here)
    file.write_bytes(as_csv(ONE))

    said, status = run(file)

    assert status == 0
    assert "第 2 行：新主任" in said
    assert Appointment.objects.filter(post=Post.DIRECTOR).count() == 1


def test_a_number_that_was_proved_is_its_owners() -> None:
    make(ONE)
    User.objects.filter(username="caihong-director").update(phone_verified=True)
    factories.make_user(username="chen")
    User.objects.filter(username="chen").update(phone="13800000008", phone_verified=True)

    plan = planned(as_csv(ONE | {"主任手机": "13800000009"}))
    taken = reasons(OTHER | {"主任手机": "13800000008"})

    assert ([one.line for one in plan.remarks], plan.is_empty) == ([2], True)
    assert taken[0].startswith("第 2 行：")


def test_one_human_with_two_posts_has_one_account() -> None:
    make(ONE, OTHER | {"主任": "王芳", "主任手机": "13800000001"})
    make({"区": "静安区", "街道": "某街道", "居民区": "丙居民区", "主任": "王芳", "主任手机": "13800000001"})

    director = User.objects.get(username="caihong-director")
    assert Appointment.objects.filter(person=director.person_id).count() == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空"),
        ("区,街道\n".encode(), "居民区"),
        ("区,街道,居民区,颜色\n".encode(), "颜色"),
        ("区,街道,居民区,district\n".encode(), "district"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, why: str, file: Path) -> None:
    file.write_bytes(content)

    with pytest.raises(CommandError, match=why):
        run(file)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError):
        run(Path("nowhere.csv"))


def test_looking_first_makes_nothing(file: Path) -> None:
    file.write_bytes(as_csv(ONE))

    said, status = run(file, "--check")

    assert (status, Area.objects.count()) == (0, 0)
    assert "/n/caihong/" in said


def test_the_links_of_many_go_into_a_file_that_only_its_owner_reads(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.administration.management.commands.found.MOST_LINKS", 1)
    file.write_bytes(as_csv(ONE))
    links = tmp_path / "links.csv"
    links.touch(0o644)

    said, _status = run(file)
    assert "key/" not in said
    said, _status = run(file, "--links", str(links))

    rows = list(csv.DictReader(io.StringIO(links.read_text(encoding="utf-8-sig"))))
    assert "key/" not in said
    assert [row["login"] for row in rows] == ["caihong-director", "mou-officer"]
    assert stat.S_IMODE(links.stat().st_mode) == 0o600


# --- one by questions ---

ASKED = ["静安区", "某街道", "mou", "彩虹居民区", "caihong", "彩虹苑", "1-2", "路 1 号", "", "", ""]


def test_questions_make_the_same_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    said = answered(monkeypatch, *ASKED, "王芳", "13800000001", "", "", "", "", "是")

    # Nobody's number is asked without the name, and Enter at the last question loses no answer.
    assert "王芳，手机号：" in said
    assert said.count("现在新建吗") == 2
    assert reverse("register:contact", args=["caihong"]) in said
    assert reverse("administration:areas") in said

    assert make(
        ONE
        | {
            "小区": "彩虹苑",
            "楼号": "1-2",
            "居委会地址": "路 1 号",
            "居委会电话": "",
            "街道干部": "",
            "街道干部手机": "",
        }
    ).is_empty


def test_each_answer_is_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_neighbourhood(slug="taken")

    said = answered(
        monkeypatch, "", "静安区", "某街道", "", "彩虹居民区", "taken", "Cai", "caihong", "苑", "38"
    )

    refused = [line for line in said.splitlines() if line.startswith("  ! ")]
    assert len(refused) == 4
    assert "taken" in refused[1]
    assert Area.objects.filter(slug="caihong").count() == 0


def test_one_can_go_back_and_leave_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answered(
        monkeypatch,
        *("静安区", "某街道", "mou", "彩红居民区", "<", "彩虹居民区", "caihong", "苑", "<", "-"),
        *("", "", "", "", "", "", "", "y"),
    )

    here = Area.objects.get(kind=Kind.NEIGHBOURHOOD)
    assert (here.name, below(here, Kind.ESTATE)) == ("彩虹居民区", [])


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("answers", [ASKED[:3], [*ASKED, "", "", "", "no"], [*ASKED, "", "", ""]])
def test_stopping_makes_nothing(
    answers: list[str], end: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answered(monkeypatch, *answers, end=end)

    assert "没有新建任何内容" in said
    assert not Area.objects.exists()


def test_the_second_neighbourhood_is_asked_less(monkeypatch: pytest.MonkeyPatch) -> None:
    make(ONE)

    said = answered(monkeypatch, "", "", "春晖居民区", "chunhui", "", "", "", "", "", "", "", "", "yes")

    assert Area.objects.get(slug="chunhui").get_parent().slug == "mou"
    assert "[静安区]" in said
    assert "[某街道]" in said


def test_the_answers_survive_a_busy_database(monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out, busy = founding.carry_out, [OperationalError("database is locked")]

    def first_busy(plan: Plan) -> None:
        if busy:
            raise busy.pop()
        carry_out(plan)

    monkeypatch.setattr(founding, "carry_out", first_busy)
    said = answered(monkeypatch, *ASKED, "", "", "", "yes", "yes")

    assert "请再试一次" in said
    assert Area.objects.filter(slug="caihong").exists()


# --- the first sign-in ---


def test_a_link_opens_once_and_no_new_one_is_given_then() -> None:
    plan = make(ONE)
    director, officer = founding.waiting_accounts(plan)
    one, later = Person(), Person()

    one.open(director.link)
    one.send(password1="rain-and-sun-26", password2="rain-and-sun-26")

    assert User.objects.get(username="caihong-director").check_password("rain-and-sun-26")
    assert "password1" not in str((later.open(director.link), later.page))
    assert [waiting.user for waiting in founding.waiting_accounts(make(ONE))] == [officer.user]


def test_a_link_ends_by_itself(settings: Settings) -> None:
    (director, _officer), later = founding.waiting_accounts(make(ONE)), Person()

    settings.PASSWORD_RESET_TIMEOUT = -1

    later.open(director.link)
    assert "password1" not in str(later.page)
