"""The gate hearing as it sits: who is here, who speaks, what is asked, the vote; on all screens at once."""

from __future__ import annotations

import segno
from playwright.sync_api import expect

from tests.browser.company import ELDER, fill, send
from tests.browser.hall_words import AGENDA, ELDERLY, PHONES, WORKING
from tests.browser.looking import faults
from tests.browser.screens import Sitting, key, opens_the_session
from tests.browser.words import zh

ASKED, ANSWERED = "门禁卡谁来付钱？", "每户两张由开发商付，另配的自付工本费。"
PULSE = "晚上 22:30 关门，您同意吗？"
STATEMENT = "小门夜里要关，白天要有人看。"
RUNS = ".foot [aria-current=step], ol.track [aria-current=step], [data-own=log] li"
UNSENT = "晚上谁来锁门，钥匙放在"


def arrived(it: Sitting) -> None:
    """Phones by the code on the hall's screen, the others ticked on the list: the quorum shows everywhere."""
    it.open_screens()
    hall, path = it.screens["hall"], it.runs("door", it.pk)
    drawn = segno.make(f"{it.portal.address}{path}", error="m", micro=False).svg_inline(
        border=4, omitsize=True
    )
    shown = hall.page.locator("svg.qr path").get_attribute("d")
    assert shown, "no code at the door"
    assert f'd="{shown}"' in drawn
    for name in PHONES:
        send(it.on(name, path), "I am here").sees("You are noted as present.")
    shen = it.on("shen", f"{it.live}desk/")
    shen.follow("Tick who is here")
    boxes = shen.page.locator("main input[type=checkbox]")
    assert boxes.count() == 7
    assert shen.page.locator("main input:checked").count() == len(PHONES)
    # All but one of the neighbours beside the gate.
    absent = next(n for n in range(7) if "临门" in boxes.nth(n).locator("xpath=..").inner_text())
    for place in range(7):
        if place != absent:
            boxes.nth(place).check()
    it.load_screens()
    it.all_see(
        lambda: send(shen, "Note who is here"), zh("%(here)s of %(seats)s seats are filled", here=6, seats=7)
    )


def opened(it: Sitting) -> None:
    """The director opens the session and the clerk its first point; the projector is read from the back row."""
    opens_the_session(it)
    desk = it.screens["desk"].page
    it.all_see(
        lambda: desk.get_by_role("button", name=zh("Begin this point")).first.click(), AGENDA[0], place=RUNS
    )
    expect(it.screens["hall"].page.locator(".foot [aria-current=step]")).to_contain_text(AGENDA[0])
    over = "document.scrollingElement.scrollHeight - innerHeight"
    assert it.screens["hall"].page.evaluate(over) <= 0, "the projector cannot be scrolled"


def lined_up(it: Sitting) -> None:
    """One queue for hall and phones: who asked later for a group that spoke less is called before."""
    desk, zhou, chen, elder = (it.screens[name].page for name in ("desk", "zhou", "chen", ELDER))
    it.all_see(lambda: key(it.screens["desk"], "Open the queue").click(), zh("queue open"))
    for phone in ("zhou", "chen"):
        ask = it.screens[phone].button("I want to speak")
        it.all_see(ask.click, it[phone].shown, place=".queue")
    it.all_see(lambda: key(it.screens["desk"], "Next speaker").click(), it["zhou"].shown, place=".turn")
    expect(zhou.get_by_role("heading", name=zh("You have the floor."))).to_be_visible()
    it.all_see(it.screens[ELDER].button("I want to speak").click, it[ELDER].shown, place=".queue")
    for screen in it.screens.values():
        expect(screen.page.locator(".queue li").first).to_contain_text(it[ELDER].shown)
        expect(screen.page.locator(".queue li").last).to_contain_text(it["chen"].shown)
    expect(chen.locator("[data-place]")).to_have_text(zh("You are number %(n)s in the queue", n=2))
    it.portal.forward(minutes=2)
    it.all_see(lambda: key(it.screens["desk"], "Next speaker").click(), it[ELDER].shown, place=".turn")
    for screen in it.screens.values():
        expect(screen.page.locator(".bars.even li", has_text=WORKING)).to_contain_text("2:")
        expect(screen.page.locator(".bars.even li", has_text=ELDERLY)).to_contain_text("0:00")
    it.all_see(lambda: key(it.screens["desk"], "Say that it closes soon").click(), zh("queue closes soon"))
    expect(elder.get_by_role("heading", name=zh("You have the floor."))).to_be_visible()
    # By hand: somebody without a phone, whom the clerk lines up.
    desk.locator("[name=participant]").select_option(index=4)
    desk.get_by_role("button", name=zh("Line up")).click()
    expect(it.screens["hall"].page.locator(".queue li")).to_have_count(2)
    it.all_see(lambda: key(it.screens["desk"], "The speaker has ended").click(), zh("Nobody has the floor."))


def asked(it: Sitting) -> None:
    """A question from a phone; whoever presents the plan reads it and answers on the own page."""
    chen = it.screens["chen"].page
    chen.locator("[name=text]").fill(ASKED)
    it.all_see(it.screens["chen"].button("Ask this").click, ASKED)
    sun = it.on("sun", it.live)
    sun.page.get_by_role("link", name=zh("Write the answer down")).first.click()
    fill(sun, answer=ANSWERED)
    it.all_see(lambda: send(sun, "Write the answer down"), ANSWERED)


def polled(it: Sitting) -> None:
    """A quick question: what is ticked and not sent survives that it is closed; the figures are the same for all."""
    shen = it.on("shen", f"{it.live}desk/")
    shen.follow("Ask a quick question")
    fill(shen, question=PULSE)
    it.all_see(lambda: send(shen, "Ask the hall now"), PULSE)
    for name, answer in (("zhou", "Agree"), ("chen", "It depends")):
        phone = it.screens[name].page
        phone.get_by_label(zh(answer), exact=True).check()
        it.screens[name].button("Send my answer").click()
        expect(phone.locator("[data-part='5'] .bars")).to_be_visible()
    for name in ("hall", "zhou", "chen", "desk"):
        expect(it.screens[name].page.locator(".bars[data-pulse] li").first).to_contain_text("50")
    elder = it.screens[ELDER].page
    elder.get_by_label(zh("Disagree"), exact=True).check()
    shen.go(f"{it.live}desk/")
    shen.follow("Close the quick question")
    it.all_see(
        lambda: send(shen, "Close the quick question"),
        zh("ended"),
        but=(ELDER,),
        place="[data-part='5'] .tag, [data-own=pulse] .tag",
    )
    expect(elder.get_by_label(zh("Disagree"), exact=True)).to_be_checked()
    it.screens[ELDER].button("The hall has moved on. Show it; what you have not sent is dropped.").click()
    expect(elder.get_by_label(zh("Disagree"), exact=True)).to_have_count(0)
    expect(elder.locator("[data-part='5'] .bars")).to_be_visible()


def agreed(it: Sitting) -> None:
    """A short sentence is put; the phones say what they think of it, and nobody reads who said what."""
    it.does("shen", "Put the first statement", sends="Put it to the others", text=STATEMENT)
    for name in PHONES:
        phone = it.on(name)
        phone.follow("Read and say what you think")
        phone.sees(STATEMENT)
        with phone.page.expect_navigation():
            phone.page.locator("#next").get_by_role("button", name=zh("agree"), exact=True).click()
        phone.sees("You have answered every statement. New ones appear here.")


def cut_off(it: Sitting) -> None:
    """What is being written survives what arrives; a phone without a network sends nothing, and catches up later."""
    it.load_screens()
    chen, zhou = it.screens["chen"].page, it.screens["zhou"]
    chen.locator("[name=text]").fill(UNSENT)
    zhou.context.set_offline(True)
    zhou.page.locator("[name=text]").fill("这句话发不出去")
    zhou.button("Ask this").click()
    expect(zhou.page.locator("[data-refusal]:visible")).to_have_text(
        zh("It did not arrive: no connection. Please send it again.")
    )
    desk = it.screens["desk"]
    it.all_see(lambda: key(desk, "Open the queue").click(), zh("queue open"), but=("zhou",))
    point = desk.page.get_by_role("button", name=zh("Begin this point")).first
    it.all_see(point.click, AGENDA[1], but=("zhou",), place=RUNS)
    expect(chen.locator("[name=text]")).to_have_value(UNSENT)
    zhou.context.set_offline(False)
    expect(zhou.page.locator("[data-part='2'] .tag")).to_have_text(zh("queue open"))
    expect(zhou.page.locator("[name=text]")).to_have_value("这句话发不出去")
    assert zhou.stayed
    zhou.complaints[:] = [said for said in zhou.complaints if "ERR_INTERNET_DISCONNECTED" not in said]
    before = it.said()
    assert before["zhou"] == before["chen"]
    it.load_screens()
    assert it.said() == before
    for name in PHONES:
        assert faults(it.screens[name], elder=name == ELDER) == []
        it.screens[name].page.set_viewport_size({"width": 390, "height": 844})


CHAPTERS = (arrived, opened, lined_up, asked, polled, agreed, cut_off)
