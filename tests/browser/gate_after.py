"""The gate hearing afterwards: minutes and corrections, the opinion, its answer, and what was decided is done."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.company import fill, send
from tests.browser.gate_sitting import ANSWERED, ASKED
from tests.browser.gate_voting import MOTION, PROMISED
from tests.browser.screens import Sitting
from tests.browser.words import zh

CORRECTION, REPLY, WHY_NOT = "我说的是十点半关门。", "已按十点半记入。", "没有写我反对的理由。"
STANCES = {"zhou": "for", "chen": "conditional", "zhu": "against"}
FOUND = "多数赞成附条件开通。"
ITEMS = {
    "for": "去地铁站少走 640 米。",
    "against": "多一道门多一道隐患。",
    "condition": "22:30 至次日 6:00 关闭。",
    "minority": "不如先修正门。",
}


def drafted(it: Sitting) -> None:
    """The text begins with what the clock noted; who stood for what is noted beside it."""
    shen = it.on("shen")
    shen.follow("Write the minutes")
    text = shen.page.locator("main [name=text]").input_value()
    for noted in (ASKED, ANSWERED, MOTION, PROMISED, it["zhou"].shown):
        assert noted in text, (noted, text)
    shen.page.locator("main [name=text]").fill(f"{text}\n代表逐一发言。")
    for section in shen.page.locator("main section.plain").all():
        name = next((one for one in STANCES if it[one].shown in section.inner_text()), "")
        section.locator(f"input[value={STANCES.get(name, 'for')}]").check()
    send(shen, "Lay before those who took part")


def answered(it: Sitting) -> None:
    """One confirms, one asks for a correction, one refuses; the others signed the sheet at the table."""
    answers = {
        "zhou": ("signed", ""),
        "chen": ("corrected", CORRECTION),
        "zhu": ("refused", WHY_NOT),
    }
    for name, (mark, words) in answers.items():
        phone = it.on(name)
        phone.follow("Confirm the minutes")
        phone.page.locator(f"main [name=mark][value={mark}]").check()
        fill(phone, correction=words)
        send(phone, "Send my answer")
    shen = it.on("shen")
    expect(shen.page.locator("main")).to_contain_text(zh("%(n)s of %(all)s answered", n=3, all=6))
    shen.follow("Print a sheet to sign")
    expect(shen.page.locator("main tbody tr")).to_have_count(6)
    it.on("shen").follow("Enter the signed sheet")
    marks = shen.page.locator("main select[name^=mark_]")
    assert marks.count() == 3
    for box in marks.all():
        box.select_option("signed")
    send(shen, "Enter these answers")
    it.on("shen").follow("Answer the corrections")
    for box in shen.page.locator("main textarea[name^=reply_]").all():
        box.fill(REPLY)
    send(shen, "Save the replies")


def closed(it: Sitting) -> None:
    """Final: text, correction and reply can be read by all, with the hash that stands in the record."""
    it.does("shen", "Close the minutes")
    it.on("shen").sees("confirmed")
    reader = it.enter(it.portal, width=390)
    reader.go(it.hearing)
    reader.sees(CORRECTION)
    reader.sees(REPLY)
    reader.sees(WHY_NOT)


def concluded(it: Sitting) -> None:
    """The opinion with for, against, condition and minority is answered item by item by the owners' committee."""
    it.does("wang", "Write the opinion", sends="Issue the opinion", text=FOUND, **ITEMS)
    sun = it.on("sun")
    sun.follow("Answer the opinion")
    for box in sun.page.locator("main input[name^=verdict_][value=adopted]").all():
        box.check()
    send(sun, "Publish the answer")
    it.does("wang", "Publish the result", sends="Publish and file")
    chen = it.on("chen")
    expect(chen.within("Hearing opinion").locator("tbody tr")).to_have_count(len(ITEMS))


def done(it: Sitting) -> None:
    """The manager does what was decided; the meeting's page says so."""
    it.portal.forward(days=20)
    li = it["li"]
    li.open_duty(PROMISED)
    fill(li, note="三样都装好了。")
    send(li, "It is done")
    expect(it.on("zhou").within("What was decided")).to_contain_text(zh("done"))
    it.in_time()


CHAPTERS = (drafted, answered, closed, concluded, done)
