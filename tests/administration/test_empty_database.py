"""From an empty database to the first topic, board, convention and survey, by documented commands and pages."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from portal.community.models import Area, Ownership, User
from portal.conventions.models import ConventionPage, ConventionRound
from portal.deliberation.models import Topic
from portal.deliberation.states import State
from portal.kit import clock
from portal.pages.models import NoticePage
from tests.browserless import Person
from tests.conventions.words import docx, paragraph
from tests.register import rosters, texting

# What is done on commit is part of it, such as that a second step which was set up counts at once.
pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "caihong-rain-and-sun"
ANSWERS = [
    *("静安区", "某街道", "mou", "彩虹居民区", "caihong", "彩虹苑", "1-3"),
    *("彩虹路 1 号", "周一至周五 9:00–17:00", "021-55550101", ""),
    *("王芳", "13800000001", ""),
    *("", ""),
    "yes",
]


@pytest.fixture(autouse=True)
def in_use(settings: Settings, tmp_path: Path) -> None:
    """A portal in use: no demo, texts go out, and staff are asked for a second factor."""
    settings.STAFF_SECOND_FACTOR = True
    settings.DATA_DIR = tmp_path
    settings.SMS_BACKEND = "tests.register.texting.keep"
    texting.sent.clear()


def found(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> str:
    """`manage.py found`, answered. Returns what it says."""
    left, said = iter(answers), io.StringIO()
    monkeypatch.setattr("builtins.input", lambda _question: next(left))
    call_command("found", stdout=said)
    assert next(left, None) is None
    return said.getvalue()


def test_from_nothing_to_the_first_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Area.objects.exists()
    assert not User.objects.exists()

    said = found(monkeypatch, ANSWERS)

    director = first_sign_in(said)
    letter = roster_and_letters(director)
    resident = joins(letter)
    told_and_read(director, resident)
    raises_a_topic(resident)
    the_building_has_its_board(director, resident)
    a_convention_is_put_to_comment(director, resident)
    what_is_open_is_told(director, resident)
    a_survey_is_opened_and_answered(director, resident)


def first_sign_in(said: str) -> Person:
    """The director chooses a password, proves the number, and sets the second step up; then the office is open."""
    link = re.search(r"http\S+(/accounts/password/reset/key/\S+)", said)
    login = re.search(r"(caihong-director)", said)
    assert link is not None
    assert login is not None
    director = Person()
    director.open(link[1])
    director.send(password1=PASSWORD, password2=PASSWORD)
    director.open("/accounts/login/")
    director.send(login=login[1], password=PASSWORD)
    director.send(code=texting.code())
    set_up_second_step(director)
    director.open("/n/caihong/people/")
    return director


def set_up_second_step(person: Person) -> None:
    """A code app, as a page asks for it."""
    person.open("/accounts/2fa/totp/activate/")
    person.send(password=PASSWORD)
    secret = re.search(r"\b[A-Z2-7]{32}\b", str(person.page))
    assert secret is not None, (person.at, person.text)
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    person.send(code=totp.format_hotp_value(totp.hotp_value(secret[0], counter)))


def roster_and_letters(director: Person) -> str:
    """The roster by page, and letters for the first building. Returns the code of the first one."""
    rows = [rosters.row(), rosters.row(room="102", owner="周强", phone="13900000003")]
    director.open("/n/caihong/people/roster/")
    director.send(file=SimpleUploadedFile("roster.csv", rosters.as_csv(*rows)), as_of=day())
    director.send()
    assert Ownership.objects.count() == 2
    return a_letters_code(director)


def a_letters_code(director: Person) -> str:
    """The code of the first letter, as it is printed."""
    director.open("/n/caihong/people/letters/?to=whole")
    director.send()
    director.press("用浏览器打印")
    code = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", director.text)
    assert code is not None
    return code[0]


def joins(code: str) -> Person:
    """A neighbour opens an account with a number, and joins by the code of the letter."""
    resident = Person()
    resident.open("/accounts/signup/")
    resident.send(contact="13900000001", name="陈阿婆", password1=PASSWORD, consent="on")
    resident.send(code=texting.code())
    resident.open(f"/join/?code={code}")
    resident.send(real_name="陈静", ties=["living"], adult="yes")
    assert resident.at == "/me/"
    return resident


def told_and_read(director: Person, resident: Person) -> None:
    """The director's first notice, written and published; the resident reads it on the home page."""
    director.open("/n/caihong/edit/new/notice/")
    director.send(title="停水通知", body="周三停水。")
    page = NoticePage.objects.get()
    director.open(f"/n/caihong/edit/{page.pk}/publish/")
    director.send()
    assert "停水通知" in resident.open("/n/caihong/")
    assert "周三停水" in resident.open(f"/n/caihong/p/{page.pk}/")


def raises_a_topic(resident: Person) -> None:
    """The resident's first topic, step by step, and sent."""
    resident.open("/n/caihong/topics/new/")
    resident.send(title="一号楼的灯坏了", area="彩虹居民区", place="一号楼门口", category="repair")
    resident.send(problem="晚上看不见。", affected="全楼", wish="换一盏灯。")
    resident.send(own_role="affected")
    resident.send()
    topic = Topic.objects.get()
    assert topic.state == State.SECONDING
    assert "一号楼的灯坏了" in Person().open("/n/caihong/topics/")


def the_building_has_its_board(director: Person, resident: Person) -> None:
    """Found from one's own home; the committee writes on it while the building has no head."""
    resident.open("/me/")
    resident.press("楼组园地")
    board = resident.at
    director.open(board)
    director.press("打理楼组园地")
    director.press("写一条必读")
    director.send(title="水箱清洗", body="请存水。", day=day(), last_day=day())
    assert "水箱清洗" in resident.open(board)
    assert "请存水" in resident.open("/n/caihong/search/?q=水箱")


def a_convention_is_put_to_comment(director: Person, resident: Person) -> None:
    """The committee drafts it, article by article; a neighbour suggests another wording."""
    director.open("/n/caihong/conventions/new/")
    director.send(kind="convention", title="居民公约", area="彩虹居民区", purpose="大家商量着来。")
    page = ConventionPage.objects.get()
    director.open(f"/conventions/pages/{page.pk}/import/")
    written = docx(paragraph("第一条 安静"), paragraph("晚上十点后不装修。"))
    director.send(file=SimpleUploadedFile("公约.docx", written))
    director.send()
    director.open(f"/conventions/rounds/{ConventionRound.objects.get().pk}/put-to-comment/")
    director.send()
    assert "晚上十点后不装修" in resident.open(f"/n/caihong/conventions/{page.pk}/")
    resident.press("提一种改法")
    resident.press("提一种改法")
    resident.send(new_text="晚上九点后不装修。", reason="孩子睡得早。")
    assert "九点" in Person().open(f"/n/caihong/conventions/{page.pk}/")


def what_is_open_is_told(director: Person, resident: Person) -> None:
    """The catalogue, the contact card and the resource map begin with the portal, and say how to go on."""
    call_command("tick")
    assert "居委会年度工作计划" in resident.open("/n/caihong/disclosure/")
    assert "021-55550101" in resident.open("/n/caihong/contacts/")
    director.open("/n/caihong/resources/new/place/")
    director.send(title="活动室", conditions="免费")
    assert "活动室" in resident.open("/n/caihong/resources/")


def a_survey_is_opened_and_answered(director: Person, resident: Person) -> None:
    """Begun with the ready questionnaire, settled, approved and opened; a neighbour finds it and hands in."""
    director.open("/n/caihong/surveys/")
    director.press("准备一份问卷")
    director.send(title="居民需求问卷", start="ready")
    address = director.at
    ends = timezone.localtime(clock.now() + timedelta(days=14))
    director.press("定下问谁、什么时候问")
    director.send(intro="想知道先办什么。", closes_at=ends.strftime("%Y-%m-%dT18:00"))
    for step in ("批准", "开放问卷"):
        director.open(address)
        director.press(step)
        director.send()
    resident.open("/n/caihong/surveys/")
    resident.press("居民需求问卷")
    resident.open(f"{address}answer/")
    resident.send()
    for key, answer in {"age": "66-", "tenure": "owner", "elders": "yes", "children": "no"}.items():
        resident.open(f"{address}answer/{key}/")
        resident.send(a=answer)
    resident.open(f"{address}check/")
    resident.send()
    assert resident.at == f"{address}thanks/"


def day() -> str:
    """Today, as a form takes it."""
    return clock.today().isoformat()
