"""The six things everybody must be able to do on the oldest phone: no script runs in these browsers."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import ANNOUNCED, DISCUSSED, EARLIER, zh

TOPICS = "/n/tianxin/topics/"


def at(reader: Reader, title: str) -> Reader:
    """A reader who has found a topic in the list."""
    reader.go(TOPICS)
    reader.page.get_by_role("link", name=title).click()
    return reader


def test_sign_in_and_read(people: Portal, enter: Enter) -> None:
    chen = at(enter(people, "chen", scripts=False), DISCUSSED)
    expect(chen.page.get_by_role("heading", level=1)).to_have_text(DISCUSSED)
    expect(chen.page.locator("ol.track li[aria-current=step] .name")).to_have_text(zh("Discuss"))
    expect(chen.page.get_by_role("button", name=zh("Sign out"))).to_be_visible()


def test_second(people: Portal, enter: Enter) -> None:
    chen = at(enter(people, "chen", scripts=False), EARLIER)
    chen.press("I second it")
    chen.sees("Your household is one of them.")
    chen.act("Take my seconding back")
    expect(chen.button("I second it")).to_be_visible()


def test_post(people: Portal, enter: Enter) -> None:
    zhu = at(enter(people, "zhu", scripts=False), DISCUSSED)
    zhu.write("Say what you think", "凳子最好带扶手。")
    zhu.press("Post it")
    expect(zhu.page.locator(".post").last).to_contain_text("凳子最好带扶手。")


def test_object(people: Portal, enter: Enter) -> None:
    zhou = at(enter(people, "zhou", scripts=False), ANNOUNCED)
    zhou.act("Object")
    zhou.write("What you have to say", "鸟窝请留着。")
    zhou.press("Object")
    zhou.sees("鸟窝请留着。")


def test_vote(demo: Portal, enter: Enter) -> None:
    chen = enter(demo, "chen", scripts=False)
    chen.go("/n/tianxin/votes/")
    chen.page.locator("main").get_by_role("link", name="红林路小门").first.click()
    change = chen.page.get_by_text(zh("Change your vote"), exact=True)
    if change.count():
        change.click()
    chen.tick("Abstain")
    chen.press("Check and vote")
    chen.press("Cast this vote")
    expect(chen.page.locator("#ballot dl")).to_contain_text(zh("Abstain"))


def test_look_again_and_go_back_before_voting(demo: Portal, enter: Enter) -> None:
    """The check page is a page like any other: loaded again, left with “back”, come to again."""
    zhou = enter(demo, "zhou", scripts=False)
    zhou.go("/n/tianxin/votes/")
    zhou.page.locator("main").get_by_role("link", name="红林路小门").first.click()
    change = zhou.page.get_by_text(zh("Change your vote"), exact=True)
    if change.count():
        change.click()
    zhou.tick("Abstain")
    zhou.press("Check and vote")
    said = zh("You vote: %(choice)s", choice=zh("Abstain"))
    zhou.sees(said)
    zhou.page.reload()
    zhou.sees(said)
    zhou.page.go_back()
    expect(zhou.page.locator("#ballot")).to_be_visible()
    zhou.page.go_forward()
    zhou.press("Cast this vote")
    expect(zhou.page.locator("#ballot dl")).to_contain_text(zh("Abstain"))
    zhou.page.go_back()
    zhou.page.wait_for_load_state()
    expect(zhou.page.locator("#ballot dl")).to_contain_text(zh("Abstain"))


def test_vote_in_secret(demo: Portal, enter: Enter) -> None:
    """Choice, check code and the tick that both were looked at are one form; the code is not told again."""
    zhu = enter(demo, "zhu", scripts=False)
    zhu.go("/n/tianxin/votes/")
    zhu.page.locator("main").get_by_role("link", name="选举 9 号楼楼组长").first.click()
    again = zhu.page.get_by_text(zh("Vote again"), exact=True)
    if again.count():
        again.click()
    code = zhu.page.locator("[data-sealed-plain] .num").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    zhu.tick("顾明华")
    zhu.tick("I have checked my choice and written down the check code.")
    zhu.press("Seal and cast this vote")
    zhu.sees("Your sealed ballot was received")
    assert code not in zhu.text()
