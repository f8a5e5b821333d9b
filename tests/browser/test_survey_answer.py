"""A resident of 75 answers a survey by the code of the letter, on a phone in elder mode, also without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import faults
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh

DOOR = "/n/tianxin/surveys/code/"


@pytest.fixture
def survey(people: Portal) -> tuple[str, str, str]:
    done = people.run("-m", "tests.browser.asking")
    assert done.returncode == 0, done.stderr
    key, first, second = done.stdout.split()
    return key, first, second


@pytest.fixture
def elder(people: Portal, chromium: Browser) -> Iterator[Reader]:
    reader = Reader(chromium, people, elder=True)
    yield reader
    reader.leave()
    assert not reader.complaints, reader.complaints


def test_a_resident_of_75_answers_by_taps_and_keyboard(elder: Reader, survey: tuple[str, str, str]) -> None:
    key, code, _other = survey
    come_in(elder, code)
    one_question_is_read_in_order(elder)
    answer_what_hangs_on_another(elder)
    go_back_and_change(elder)
    rank(elder)
    wait_until_kept(elder, key)
    elder.context.set_offline(True)
    go_on_without_a_network(elder)
    elder.context.set_offline(False)
    expect(elder.page).to_have_url(re.compile(f"/surveys/{key}/thanks/$"), timeout=15_000)
    elder.sees("One answer a household is counted; yours is in.")
    elder.page.reload()
    elder.sees("Handed in, thank you")


def test_pressed_twice_it_is_handed_in_once(elder: Reader, survey: tuple[str, str, str]) -> None:
    key, _code, code = survey
    come_in(elder, code)
    tap(elder, "60 岁以上")
    on(elder)
    elder.go(f"/surveys/{key}/answer/elders/")
    tap(elder, "没有")
    on(elder)
    elder.go(f"/surveys/{key}/check/")
    assert not found_wrong(elder)
    elder.button("Hand in").dblclick()
    expect(elder.page).to_have_url(re.compile("/thanks/$"))
    elder.sees("One answer a household is counted; yours is in.")


def test_what_waited_when_the_survey_ended_is_said_and_can_be_read_out(
    elder: Reader, people: Portal, survey: tuple[str, str, str]
) -> None:
    key, code, _other = survey
    elder.expected.add(409)
    come_in(elder, code)
    tap(elder, "60 岁以上")
    wait_until_kept(elder, key)
    elder.context.set_offline(True)
    on(elder)
    asked(elder, "您是")
    tap(elder, "租户")
    on(elder)
    people.forward(days=15)
    elder.context.set_offline(False)
    expect(elder.page).to_have_url(re.compile(f"/surveys/{key}/answer/$"), timeout=15_000)
    lost_is_said(elder)
    elder.go(f"/surveys/{key}/")
    lost_is_said(elder)


def lost_is_said(elder: Reader) -> None:
    """What was not handed in, with its answers, which nobody but this device has."""
    left = elder.page.locator("[data-left-of]")
    expect(left).to_contain_text(
        zh("What you answered on this device without a network was not handed in, and is not counted.")
    )
    left.locator("summary").first.tap()
    expect(left.locator("[data-left-lines] > div")).to_have_count(2)
    expect(left.locator("[data-left-lines]")).to_contain_text("租户")
    # What this device kept lies there unpacked: its bytes are not those of the network.
    assert not [fault for fault in found_wrong(elder) if not fault.endswith(" bytes")]


def found_wrong(elder: Reader) -> list[str]:
    return faults(elder, elder=True)


def come_in(elder: Reader, code: str) -> None:
    """The code is in the address of what was scanned, and in no later one."""
    elder.go(f"{DOOR}?code={code}")
    assert code not in elder.page.url
    elder.field("Code in the letter").press("Enter")
    expect(elder.page.get_by_role("heading", name="您的年龄")).to_be_visible()


def one_question_is_read_in_order(elder: Reader) -> None:
    """Where one is, then the question as the name of its group, then the choices, then what to press."""
    assert not found_wrong(elder)
    group = elder.page.get_by_role("group", name="您的年龄")
    expect(group.get_by_role("radio")).to_have_count(3)
    order = elder.page.locator("main").inner_text()
    places = [order.index(zh(words)) for words in ("Question %(n)s",) for words in (zh(words, n=1),)]
    places += [order.index(words) for words in ("您的年龄", "60 岁以上", zh("Next"))]
    assert places == sorted(places)


def tap(elder: Reader, words: str) -> None:
    elder.page.locator("label.choice:visible").filter(has_text=words).first.tap()


def on(elder: Reader) -> None:
    with elder.page.expect_navigation():
        elder.page.locator("button.main:visible").tap()


def asked(elder: Reader, text: str) -> None:
    expect(elder.page.locator("h1, h2").filter(has_text=text).first).to_be_visible()


def answer_what_hangs_on_another(elder: Reader) -> None:
    tap(elder, "60 岁以上")
    on(elder)
    asked(elder, "您是")
    owner = elder.page.get_by_label("业主")
    owner.focus()
    elder.page.keyboard.press("Space")
    elder.page.keyboard.press("Enter")
    asked(elder, "家里有 60 岁以上的老人吗")
    tap(elder, "有")
    on(elder)
    asked(elder, "老人最需要哪几样")
    elder.sees("Why you are asked:")
    tap(elder, "助餐")
    expect(elder.page.locator("[data-count-words]")).to_have_text("已选 1 样，还可选 1 样")
    tap(elder, "都不需要")
    expect(elder.page.get_by_label("助餐")).not_to_be_checked()
    tap(elder, "陪诊")
    on(elder)


def go_back_and_change(elder: Reader) -> None:
    """Back over a question that is hidden meanwhile; what was chosen in it is still there."""
    asked(elder, "小区干净吗")
    elder.page.get_by_role("button", name="上一题").click()
    elder.page.get_by_role("button", name="上一题").click()
    tap(elder, "没有")
    on(elder)
    asked(elder, "小区干净吗")
    elder.page.get_by_role("button", name="上一题").click()
    tap(elder, "有")
    on(elder)
    expect(elder.page.get_by_label("陪诊")).to_be_checked()
    on(elder)
    elder.page.get_by_label("4").focus()
    elder.page.keyboard.press("Space")
    on(elder)


def rank(elder: Reader) -> None:
    """Taps give the places; the keyboard moves one up; nothing is dragged."""
    asked(elder, "请按先后排一排")
    for words in ("路灯", "坡道", "长椅"):
        elder.page.locator("button.rank").filter(has_text=words).tap()
    elder.page.get_by_role("button", name=zh("Up") + "：坡道").focus()
    elder.page.keyboard.press("Enter")
    expect(elder.page.locator("button.rank").filter(has_text="坡道")).to_contain_text("第 1 位")
    elder.page.locator("button.rank").filter(has_text="长椅").tap()
    assert not found_wrong(elder)


def wait_until_kept(elder: Reader, key: str) -> None:
    kept = f"async () => !!(await (await caches.open('surveys')).match('/surveys/{key}/offline/'))"
    elder.page.wait_for_function(f"({kept})()")
    elder.page.wait_for_function("navigator.serviceWorker.controller !== null")


def go_on_without_a_network(elder: Reader) -> None:
    on(elder)
    asked(elder, "家里几口人")
    stored = "Kept on this phone, not handed in yet. It is sent as soon as there is a network."
    elder.sees(stored)
    elder.page.locator("input[inputmode=numeric]:visible").fill("3")
    on(elder)
    for _question in ("哪天搬来的", "常去的地方"):
        on(elder)
    elder.page.locator("textarea:visible").fill("花园北门的路灯晚上九点就灭了。")
    on(elder)
    for text in ("老人助餐点", "电动车充电插座"):
        asked(elder, text)
        tap(elder, zh("needed"))
        on(elder)
    on(elder)
    asked(elder, zh("Check, then hand in"))
    elder.sees("花园北门的路灯晚上九点就灭了。")
    expect(elder.page.locator("[data-lines]")).to_contain_text("1. 坡道；2. 路灯")
    on(elder)
    expect(elder.page.locator("[data-sent]")).to_be_visible()
    waits = "Your answers are not handed in yet. They are sent as soon as this page is open and there is a network."
    elder.sees(waits)
