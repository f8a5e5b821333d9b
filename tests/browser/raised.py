"""The first chapters: a topic is raised, seconded, screened, announced and discussed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.story import Story, path_of, photo
from tests.browser.words import EARLIER, zh

TITLE = "开通红林路小门，方便步行去地铁站"


def propose(story: Story) -> None:
    """Zhou writes it on the phone, with a photo, and is shown a topic that is alike."""
    zhou = story["zhou"]
    zhou.go("/n/tianxin/topics/")
    zhou.follow("Raise a topic")
    zhou.write("Your topic in one line", TITLE)
    zhou.choose("Whom it concerns", "天馨花园")
    zhou.write("Where exactly", "小区西侧围墙，6 号楼旁")
    zhou.tick("getting about and safety")
    zhou.press("Save and go on")
    zhou.write("What is wrong", "从正门到地铁站要绕行 900 米，开门只要 260 米。")
    zhou.write("Who is affected", "每天步行上班的约 312 户")
    zhou.write("What do you wish for", "在红林路一侧开一扇人行小门。")
    zhou.press("Save and go on")
    zhou.page.locator("input[type=file]").set_input_files([photo("side gate")])
    zhou.write("What might it cost", "48000")
    zhou.tick("I am affected myself")
    zhou.press("Save and go on")
    expect(zhou.page.locator("main img")).to_have_count(1)
    zhou.sees("Does your topic exist already?")
    zhou.sees(EARLIER)
    zhou.press("Mine is different: send it")
    story.topic = path_of(zhou.page.url)
    expect(zhou.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    story.stands_at("Second", waits_for="neighbours")


def second(story: Story) -> None:
    """One household after the other stands behind it; the last one brings it to screening."""
    for name in ("chen", "zhu", "volunteer", "tenant", "sun"):
        neighbour = story.on_topic(name)
        neighbour.press("I second it")
    story.stands_at("Screen", waits_for="the residents’ committee")


def accept(story: Story) -> None:
    """Shen finds it on her workbench by keys and accepts it as what it is: a matter of the owners."""
    shen = story["shen"]
    shen.open_duty_by_keys(TITLE)
    shen.pick("owners' joint matter (Civil Code art. 278, ordinary)")
    shen.press("Accept")
    story.stands_at("Discuss", waits_for="neighbours")
    story.on_topic("chen").sees("Public notice")


def discuss(story: Story) -> None:
    """The notice is over. What chen asks and li answers appears on zhou's open page by itself."""
    story.portal.forward(days=8)
    story.stands_at("Discuss", waits_for="neighbours")
    zhou = story.on_topic("zhou")
    zhou.stays()
    chen = story.on_topic("chen")
    chen.write("Say what you think", "晚上十点以后关门吗？门卡怎么办？")
    chen.choose("Ask for an official answer from", "the property manager")
    chen.press("Post it")
    zhou.sees("晚上十点以后关门吗？")
    li = story["li"]
    li.open_duty(TITLE)
    li.write("Official answer", "22:30 关，6:00 开；门卡每户免费两张。")
    li.press("Publish the answer")
    zhou.sees("门卡每户免费两张")
    zhou.sees("Official answer")
    assert zhou.stayed
    assert any("门卡每户免费两张" in frame for frame in zhou.frames)
    expect(chen.page.locator(".post.official")).to_contain_text(zh("Official answer"))


CHAPTERS = (propose, second, accept, discuss)
