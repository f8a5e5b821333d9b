"""The middle chapters: the hearing is planned, held, minuted, answered item by item, and published."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from portal.kit.clock import SHANGHAI
from tests.browser.story import Story, hearing_of
from tests.browser.words import zh

PANEL = {
    "zhou": ("周志明 2号楼", "上班族", "for", "尽快开。"),
    "chen": ("陈桂芳 6号楼", "临门楼栋", "for, with conditions", "夜里要关。"),
    "zhu": ("朱秀珍 9号楼", "老年居民", "for, with conditions", "门口要有路灯。"),
    "volunteer": ("吴永康 3号楼", "老年居民", "against", "多一道门多一道隐患。"),
    "tenant": ("林晓梅", "租户", "", ""),
}
CAME = ("zhou", "chen", "zhu", "volunteer")
GROUPS = "上班族，临门楼栋，老年居民，租户"


def plan(story: Story) -> None:
    """Wang plans the hearing and names five delegates, one for each group and one more."""
    wang = story.on_topic("wang")
    wang.follow("Call a hearing")
    wang.write("Title of the hearing", "红林路小门听证会")
    wang.write("Who presents the plan", "物业服务中心 李经理")
    wang.choose("Who chairs", "王主任")
    wang.choose("Who must answer the opinion", "孙主任")
    wang.press("Plan the hearing")
    story.hearing = hearing_of(wang.page.url)
    wang.write("Groups that are affected", GROUPS)
    lines = [f"{who}，{group}" for who, group, _stance, _said in PANEL.values()]
    wang.write("Delegates, one a line", "\n".join(lines))
    wang.press("Name these delegates")
    wang = story.on_hearing("wang")
    expect(wang.within("Hearing panel").get_by_role("listitem")).to_have_count(5)
    story.stands_at("Hear", waits_for="the residents’ committee")


def announce(story: Story) -> None:
    """Announced for its days, with registration open at once; sun takes an observer's seat, the list is published."""
    begins = story.portal.now.astimezone(SHANGHAI).replace(hour=14, minute=0) + timedelta(days=9)
    wang = story.on_hearing("wang")
    wang.follow("Announce the hearing")
    wang.write("Begins", begins.strftime("%Y-%m-%dT%H:%M"))
    wang.write("Place", "居委会二楼“心连心”茶室")
    wang.write("Agenda", "一、介绍方案\n二、代表发言")
    wang.write("Seats for observers", "20")
    wang.press("Announce")
    sun = story.on_hearing("sun")
    sun.tick("I would like to speak")
    sun.press("Take a seat")
    expect(sun.page.locator(".note.ok").last).to_contain_text("1")
    wang = story.on_hearing("wang")
    wang.follow("Publish the list")
    wang.press("Close registration and publish")
    wang.sees("孙主任")
    story.stands_at("Hear", waits_for="the residents’ committee")
    story.portal.until(begins)


def meet(story: Story) -> None:
    """Three of five delegates are too few, and opening is not offered; with the fourth the session opens."""
    wang = story["wang"]
    note_who_is_here(story, CAME[:3])
    expect(wang.link("Note who is here")).to_be_visible()
    expect(wang.link("Open the session")).to_have_count(0)
    note_who_is_here(story, CAME)
    wang.press("Open the session")
    expect(wang.page.locator(".track").first).to_contain_text(zh("in session"))


def note_who_is_here(story: Story, names: tuple[str, ...]) -> None:
    """Wang ticks the delegates who came, and is asked next to open the session."""
    wang = story.on_hearing("wang")
    wang.follow("Note who is here")
    for name in names:
        wang.page.get_by_label(re.compile(PANEL[name][0].split()[0])).check()
    wang.press("Save attendance")


def minute(story: Story) -> None:
    """Each delegate who came reads the minutes on their own phone and confirms them."""
    wang = story.on_hearing("wang")
    wang.follow("Write the minutes")
    wang.write("Minutes", "李经理介绍方案：刷卡门禁，补光探头两只。\n代表逐一发言。")
    for name in CAME:
        row = wang.within(story[name].shown)
        _who, _group, stance, said = PANEL[name]
        row.get_by_label(zh(stance), exact=True).check()
        wang.field(zh("What %(name)s said", name=story[name].shown)).fill(said)
    wang.press("Lay before those who took part")
    for name in CAME:
        delegate = story.on_hearing(name)
        delegate.follow("Confirm the minutes")
        delegate.sees(PANEL[name][3])
        delegate.tick("I confirm them")
        delegate.press("Send my answer")
    wang = story.on_hearing("wang")
    wang.follow("Close the minutes")
    wang.press("Close the minutes")
    wang = story.on_hearing("wang")
    wang.sees("confirmed")


def conclude(story: Story) -> None:
    """The opinion with what was said for, against and on which conditions goes at once to the owners' committee."""
    wang = story.on_hearing("wang")
    wang.follow("Write the opinion")
    wang.write("What the hearing found, in short", "多数赞成附条件开通。")
    wang.write("Arguments for, one a line", "去地铁站少走 640 米。")
    wang.write("Arguments against, one a line", "多一道门多一道隐患。")
    wang.write("Conditions, one a line", "22:30 至次日 6:00 关闭。\n不动用维修资金。")
    wang.press("Issue the opinion")
    story.stands_at("Hear", waits_for="the owners’ committee")


def answer(story: Story) -> None:
    """Sun answers item by item; what is not adopted in full must have its reason."""
    sun = story["sun"]
    sun.expected.add(422)
    sun.open_duty("红林路小门听证会")
    if not sun.page.url.endswith("/answer/"):
        sun.follow("Answer the opinion")
    for item in ("去地铁站少走", "22:30", "不动用维修资金"):
        sun.within(item).get_by_label(zh("taken up"), exact=True).check()
    against = sun.within("多一道隐患")
    against.get_by_label(zh("taken up in part"), exact=True).check()
    sun.press("Publish the answer")
    expect(sun.page.get_by_role("alert")).to_contain_text(zh("Please give the reason."))
    against.get_by_role("textbox").fill("加装闭门器，加强夜间巡逻。")
    sun.press("Publish the answer")
    sun.sees("加装闭门器")
    wang = story.on_hearing("wang")
    wang.follow("Publish the result")
    wang.press("Publish and file")
    story.stands_at("Hear", waits_for="the residents’ committee")
    chen = story.on_hearing("chen")
    expect(chen.within("Hearing opinion").locator("tbody tr")).to_have_count(4)


CHAPTERS = (plan, announce, meet, minute, conclude, answer)
