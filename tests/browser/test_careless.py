"""What people really do: press twice, go back, type for hours, lose the network, work in two tabs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import DISCUSSED, SCREENED, zh

TOPICS = "/n/tianxin/topics/"


def at(reader: Reader, title: str) -> Reader:
    """A reader who has found a topic in the list."""
    reader.go(TOPICS)
    reader.page.get_by_role("link", name=title).click()
    reader.page.wait_for_load_state()
    return reader


def draft(reader: Reader, title: str) -> None:
    """Write a topic up to the page on which it is checked before sending."""
    reader.go(f"{TOPICS}new/")
    reader.write("Your topic in one line", title)
    reader.write("Where exactly", "3 号楼北侧")
    reader.tick("other")
    reader.press("Save and go on")
    reader.write("What is wrong", "晾衣架坏了。")
    reader.write("Who is affected", "三户")
    reader.write("What do you wish for", "修好。")
    reader.press("Save and go on")
    reader.tick("I am affected myself")
    reader.press("Save and go on")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(zh("Check before you send"))


def sent(reader: Reader, title: str) -> int:
    """How many topics of this title everybody can read."""
    reader.go(f"{TOPICS}?q={title}")
    return reader.page.locator("main").get_by_role("link", name=title).count()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_proposal_sent_with_a_double_click_is_one(people: Portal, enter: Enter, scripts: bool) -> None:
    title = f"晾衣架修一修{'甲' if scripts else '乙'}"
    zhu = enter(people, "zhu", scripts=scripts)
    draft(zhu, title)
    zhu.page.locator("main form .btn").first.dblclick(no_wait_after=True)
    expect(zhu.page).to_have_url(re.compile(r"/topics/\d+/$"))
    assert sent(zhu, title) == 1


def test_a_proposal_sent_again_from_the_page_before_is_one(people: Portal, enter: Enter) -> None:
    title = "门厅换一盏灯"
    zhu = enter(people, "zhu")
    draft(zhu, title)
    send = zhu.page.locator("main form .btn").first
    send.click()
    expect(zhu.page).to_have_url(re.compile(r"/topics/\d+/$"))
    topic = zhu.page.url
    zhu.page.go_back()
    zhu.page.wait_for_load_state()
    if send.is_visible() and "/check/" in zhu.page.url:
        send.click()
    expect(zhu.page).to_have_url(topic)
    expect(zhu.page.locator(".notes")).to_be_visible()
    assert sent(zhu, title) == 1


def test_a_post_sent_with_a_double_click_is_one(people: Portal, enter: Enter) -> None:
    zhu = at(enter(people, "zhu"), DISCUSSED)
    zhu.write("Say what you think", "请放在二楼。")
    zhu.button("Post it").dblclick()
    said = zhu.page.locator(".post", has_text="请放在二楼。")
    expect(said).to_have_count(1)
    expect(zhu.field("Say what you think")).to_have_value("")
    zhu.go(zhu.page.url)
    expect(said).to_have_count(1)


def test_whoever_was_slower_reads_that_the_topic_has_moved_on(people: Portal, enter: Enter) -> None:
    shen = at(enter(people, "shen"), SCREENED)
    shen.act("Return for completion")
    wang = at(enter(people, "wang"), SCREENED)
    wang.act("Pass on")
    wang.expected.add(409)
    wang.tick("the property manager")
    wang.write("Reason", "排水沟归物业维护。")
    wang.press("Pass on")
    shen.expected.add(409)
    shen.write("Reason", "请补一张照片。")
    shen.press("Return for completion")
    expect(shen.page.get_by_text(zh("redirected")).first).to_be_visible()
    moved = shen.page.locator(".summary, .notes")
    expect(moved).to_be_visible()
    expect(moved).to_contain_text(zh("redirected"))


def test_a_post_typed_while_the_session_ran_out_is_kept(people: Portal, enter: Enter) -> None:
    zhu = at(enter(people, "zhu"), DISCUSSED)
    zhu.write("Say what you think", "写了很久的一段话。")
    zhu.context.clear_cookies(name="session")
    zhu.press("Post it")
    expect(zhu.page).to_have_url(re.compile("/accounts/login/"))
    zhu.type_account()
    expect(zhu.field("Say what you think")).to_have_value("写了很久的一段话。")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_proposal_typed_while_the_session_ran_out_is_kept(
    people: Portal, enter: Enter, scripts: bool
) -> None:
    zhu = enter(people, "zhu", scripts=scripts)
    zhu.go(f"{TOPICS}new/")
    zhu.write("Your topic in one line", "门口装一个信报箱")
    zhu.write("Where exactly", "9 号楼")
    zhu.tick("other")
    zhu.context.clear_cookies(name="session")
    zhu.press("Save and go on")
    expect(zhu.page).to_have_url(re.compile("/accounts/login/"))
    zhu.type_account()
    expect(zhu.field("Your topic in one line")).to_have_value("门口装一个信报箱")
    expect(zhu.field("Where exactly")).to_have_value("9 号楼")
    expect(zhu.page.get_by_label(zh("other"), exact=True)).to_be_checked()


def test_a_post_that_met_a_dead_network_is_kept_and_sent_later(people: Portal, enter: Enter) -> None:
    zhu = at(enter(people, "zhu"), DISCUSSED)
    zhu.write("Say what you think", "电梯里没有信号。")
    zhu.context.set_offline(True)
    zhu.button("Post it").click()
    expect(zhu.page.locator("[data-refusal]")).to_be_visible()
    expect(zhu.field("Say what you think")).to_have_value("电梯里没有信号。")
    zhu.context.set_offline(False)
    zhu.button("Post it").click()
    expect(zhu.page.locator(".post", has_text="电梯里没有信号。")).to_have_count(1)
    expect(zhu.field("Say what you think")).to_have_value("")


def test_three_people_talk_on_while_the_server_is_restarted(people: Portal, enter: Enter) -> None:
    three = {name: at(enter(people, name), DISCUSSED) for name in ("zhu", "zhou", "chen")}
    three["zhou"].write("Say what you think", "重启之前说的。")
    three["zhou"].press("Post it")
    for reader in three.values():
        expect(reader.page.locator(".post", has_text="重启之前说的。")).to_have_count(1)
        reader.stays()
    state = three["zhu"].page.locator("[data-state]")
    expect(state).to_have_text(zh("0 online").replace("0", "3"), timeout=30_000)
    three["zhu"].write("Say what you think", "刚打到一半")
    people.stop()
    expect(state).to_have_text(zh("Connection lost, reconnecting…"))
    people.start()
    people.wait()
    three["chen"].write("Say what you think", "重启之后说的。")
    three["chen"].button("Post it").click()
    for reader in three.values():
        expect(reader.page.locator(".post", has_text="重启之后说的。")).to_have_count(1, timeout=45_000)
        expect(reader.page.locator(".post", has_text="重启之前说的。")).to_have_count(1)
        assert reader.stayed
        # The lines that broke meanwhile are no fault.
        reader.complaints = [fault for fault in reader.complaints if "WebSocket connection" not in fault]
    expect(three["zhu"].field("Say what you think")).to_have_value("刚打到一半")
    expect(state).to_have_text(zh("0 online").replace("0", "3"), timeout=45_000)


def test_a_proposal_that_met_a_dead_network_is_there_when_the_page_comes_back(
    people: Portal, enter: Enter
) -> None:
    zhu = enter(people, "zhu")
    zhu.go(f"{TOPICS}new/")
    zhu.write("Your topic in one line", "花坛种一点药草")
    zhu.write("Where exactly", "中心花园")
    zhu.tick("other")
    # Topics of the same name were asked for.
    zhu.page.wait_for_load_state("networkidle")
    zhu.context.set_offline(True)
    zhu.button("Save and go on").click(no_wait_after=True)
    zhu.page.wait_for_timeout(500)
    zhu.context.set_offline(False)
    zhu.go(f"{TOPICS}new/")
    expect(zhu.field("Your topic in one line")).to_have_value("花坛种一点药草")
    expect(zhu.field("Where exactly")).to_have_value("中心花园")


def test_pages_seen_last_are_read_without_a_network_and_by_nobody_after_signing_out(
    people: Portal, enter: Enter
) -> None:
    zhu = at(enter(people, "zhu"), DISCUSSED)
    zhu.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    zhu.page.reload()
    zhu.page.wait_for_function(KEPT, arg=zhu.page.url)
    topic = zhu.page.url
    zhu.context.set_offline(True)
    zhu.page.reload()
    expect(zhu.page.locator("[data-offline=readable]")).to_contain_text(re.compile(r"没有网络：这是\d{4}年"))
    expect(zhu.page.get_by_role("heading", level=1)).to_have_text(DISCUSSED)
    zhu.go("/offline/")
    expect(zhu.page.get_by_role("link", name=DISCUSSED)).to_have_attribute(
        "href", topic.removeprefix(people.address)
    )
    what_was_not_sent_goes_out_by_a_press(zhu, topic)
    zhu.page.wait_for_function(KEPT, arg=topic)
    zhu.page.locator("form[data-signout] button").click()
    expect(zhu.link("Sign in").first).to_be_visible()
    zhu.context.set_offline(True)
    zhu.go(topic)
    expect(zhu.page.get_by_role("heading", level=1)).to_have_text(zh("Without a network"))
    assert not zhu.page.evaluate(KEPT, topic)
    assert zhu.page.evaluate("caches.has('unsent')") is False


# Whether a page lies on this phone.
KEPT = "async (url) => !!(await (await caches.open('pages')).match(url))"


def what_was_not_sent_goes_out_by_a_press(zhu: Reader, topic: str) -> None:
    """A post sent while there is no network waits on the phone, is said on the next page, and arrives once."""
    zhu.go(topic)
    zhu.write("Say what you think", "在地铁里写的。\n两行。")
    # Without the script of discussions: its answer would keep the page.
    zhu.page.evaluate("document.querySelector('form[data-say]').submit()")
    expect(zhu.page).to_have_url(re.compile("/offline/#unsent$"))
    expect(zhu.page.locator("[data-waiting]")).to_contain_text("在地铁里写的。")
    zhu.context.set_offline(False)
    zhu.go(topic)
    zhu.page.locator("[data-offline=waits] a").click()
    zhu.press("Send it now")
    expect(zhu.page).to_have_url(topic)
    expect(zhu.page.locator(".post", has_text="在地铁里写的。")).to_have_count(1)
    expect(zhu.field("Say what you think")).to_have_value("")
    assert zhu.page.locator("[data-offline]").count() == 0
