"""A matter of eight rounds: the same people come back each time, one text goes from old to new to agreed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.company import fill, send
from tests.browser.hall_words import ROUNDS, STAIRS, STAIRS_TOPIC
from tests.browser.screens import Sitting, announced, moment, opens_the_session, planned
from tests.browser.story import path_of
from tests.browser.words import zh

PANEL = {
    "zhou": ("周志明", "低楼层"),
    "chen": ("陈桂芳 6号楼", "中楼层"),
    "zhu": ("朱秀珍", "高楼层"),
    "volunteer": ("吴永康", "高楼层"),
}
OLD = "九号楼没有电梯，费用没有说法。"
VISIT, VISITED, LATER = 2, "9号楼楼道里，带卷尺去看", "还要再谈。"
AGREED = "一楼不出钱；二楼起每层多出一成；朝北一侧加装，六月动工。"


def called(it: Sitting) -> None:
    """A hearing on the stairs with four who speak for their floors, and how it stands today as a text."""
    planned(it, STAIRS_TOPIC, STAIRS)
    groups = "，".join(dict.fromkeys(group for _who, group in PANEL.values()))
    members = "\n".join(f"{who}，{group}" for who, group in PANEL.values())
    it.does("wang", "Name the panel", sends="Name these delegates", groups=groups, members=members)
    begins = announced(it, "谈费用\n谈施工")
    it.portal.until(begins)
    it.open_screens()


def met(it: Sitting) -> None:
    """Eight rounds on eight days; screens stay open all the while, and nobody has to find the way in again."""
    for number in range(1, ROUNDS + 1):
        came_back(it, number)
        talked(it, number)
        if number < ROUNDS:
            adjourned(it, number)
    it.in_time()


def came_back(it: Sitting, number: int) -> None:
    """All four are ticked anew, as each round has its own quorum; the session opens on all screens."""
    shen = it.on("shen", f"{it.live}desk/")
    shen.follow("Tick who is here")
    boxes = shen.page.locator("main input[type=checkbox]")
    assert boxes.count() == len(PANEL)
    assert not shen.page.locator("main input:checked").count(), f"round {number} begins with nobody"
    for place in range(len(PANEL)):
        boxes.nth(place).check()
    here = zh("%(here)s of %(seats)s seats are filled", here=len(PANEL), seats=len(PANEL))
    it.all_see(lambda: send(shen, "Note who is here"), here)
    opens_the_session(it)


def talked(it: Sitting, number: int) -> None:
    """One key goes round the versions: as it was, as proposed today, in the end as agreed."""
    shen, new = it.on("shen", f"{it.live}desk/"), f"第{number}稿：每层多出{20 - number}%。"
    shen.follow("Write the texts for the screen")
    final = AGREED if number == ROUNDS else ""
    fill(shen, seconds="120", old_text=OLD, new_text=new, final_text=final)
    send(shen, "Keep the texts")
    desk = it.screens["desk"].page
    desk.locator("h1").click()
    versions = ((OLD, "as it was"), (new, "as proposed"), (AGREED, "as agreed"))
    for text, name in versions[: 3 if final else 2]:
        it.all_see(lambda: desk.keyboard.press("t"), text, place="[data-part='7'], [data-own=text]")
        for screen in it.screens.values():
            expect(screen.page.locator(".tag", has_text=zh(name))).to_be_visible()
    if not final:
        desk.keyboard.press("t")
        expect(it.screens["hall"].page.locator("[data-part='7']")).to_be_empty()


def adjourned(it: Sitting, number: int) -> None:
    """It goes on in a week, after the first round on the spot: all who take part are told when and where."""
    resumes = it.hour(7)
    visit = number + 1 == VISIT
    it.does(
        "wang",
        "Continue on another day",
        sends="Adjourn",
        reason="先到楼里看一看。" if visit else LATER,
        resumes_at=moment(resumes),
        place=VISITED if visit else "居委会二楼",
    )
    expect(it.screens["zhou"].page.locator("[data-part='1']")).to_contain_text(
        zh("The session has not begun, or pauses until its next round.")
    )
    it.portal.until(resumes)


def agreed(it: Sitting) -> None:
    """The minutes begin with the agreed text and close with four answers for eight rounds."""
    shen = it.on("shen")
    shen.follow("Write the minutes")
    text = shen.page.locator("main [name=text]").input_value()
    assert AGREED in text, text
    for box in shen.page.locator("main input[name^=stance_][value=for]").all():
        box.check()
    send(shen, "Lay before those who took part")
    for name in PANEL:
        phone = it.on(name)
        phone.follow("Confirm the minutes")
        phone.sees(AGREED)
        phone.page.locator("main [name=mark][value=signed]").check()
        send(phone, "Send my answer")
    it.does("shen", "Close the minutes")
    it.on("shen").sees(AGREED)
    minutes = it["shen"].page.request.get(f"/meetings/{it.pk}/minutes.json")
    assert all(seat["rounds"] == list(range(1, ROUNDS + 1)) for seat in minutes.json()["panel"])
    assert path_of(it["shen"].page.url) == it.hearing


CHAPTERS = (called, met, agreed)
