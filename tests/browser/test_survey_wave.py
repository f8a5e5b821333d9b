"""A wave from building to response: staff at a desk, three residents, one paper, one call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, expect

from portal.kit import clock
from tests.browser.conftest import Enter
from tests.browser.looking import faults
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.story import path_of
from tests.browser.waving_words import ADDED, TITLE, WANTED
from tests.browser.words import DISCUSSED, zh

pytestmark = pytest.mark.slow
LIST = "/n/tianxin/surveys/"
PAPER, CALL = "40", "55"
DRAWING = 120_000  # a report of many pages, on a machine that has other things to do


@dataclass
class Wave:
    """Who takes part, and the addresses of what comes of it."""

    portal: Portal
    worker: Reader
    director: Reader
    manager: Reader
    residents: tuple[Reader, ...]
    survey: str = ""
    version: str = ""

    @property
    def pk(self) -> str:
        """The survey's key."""
        return re.findall(r"\d+", self.survey)[-1]

    @property
    def today(self) -> date:
        """The portal's day in Shanghai."""
        return clock.day_of(self.portal.now)

    def day(self, days: int) -> str:
        """So many days from the portal's today, as a date field takes it."""
        return (self.today + timedelta(days=days)).isoformat()

    def on(self, reader: Reader) -> Reader:
        """Somebody with the survey freshly before them."""
        reader.go(self.survey)
        return reader

    def does(self, reader: Reader, words: str, *, sends: str = "", reason: str = "") -> Reader:
        """Somebody does one of the things offered on the survey's page."""
        self.on(reader).follow(words)
        if reason:
            reader.page.locator("main [name=reason]").fill(reason)
        send(reader, sends or words)
        return reader


def test_a_wave_from_building_to_response(people: Portal, enter: Enter) -> None:
    before = people.run("-m", "tests.browser.waving", "before")
    assert before.returncode == 0, before.stderr
    wave = Wave(
        people,
        enter(people, "shen", width=1280),
        enter(people, "wang", width=1280),
        enter(people, "li", width=1280),
        (enter(people, "chen"), enter(people, "zhou", width=1280), enter(people, "zhu", elder=True)),
    )
    copied(wave)
    changed(wave)
    approved_and_opened(wave)
    answered(wave)
    entered_from_paper(wave)
    called(wave)
    asked_again(wave)
    closed_and_counted(wave)
    read_by_everybody(wave)
    replied(wave)
    seen_by_residents(wave)


def send(reader: Reader, words: str) -> None:
    """Press what sends the form."""
    with reader.page.expect_navigation():
        reader.button(words).last.click()


def copied(wave: Wave) -> None:
    """Last year's questions, a title, a last day; then it says that the director approves it."""
    worker = wave.worker
    worker.go(LIST)
    worker.follow("Prepare a survey")
    worker.write("Title", TITLE)
    send(worker, "Begin the draft")
    wave.survey = path_of(worker.page.url)
    worker.follow("Settle whom it asks and when")
    worker.write("Closes", f"{wave.day(14)}T18:00")
    send(worker, "Save")
    worker.sees(
        "Everything is there. The director of the committee approves it next; "
        "a survey of a wave can be approved by the officer, too."
    )


def changed(wave: Wave) -> None:
    """A new question that is asked of some; taken back and done again by keyboard; the preview shows it."""
    worker = wave.worker
    worker.follow("Write the questions")
    worker.page.locator("summary").filter(has_text=zh("Add a question")).first.click()
    worker.page.get_by_role("link", name=zh("one choice"), exact=True).locator("visible=true").click()
    worker.page.locator("main [name=text]").fill(ADDED)
    worker.page.locator("main [name=more_options]").fill("送到家\n到食堂吃\n都可以")
    send(worker, "Add a question")
    build = f"{wave.survey}build/"
    worker.go(build)
    question = worker.page.locator("li[id^=question-]").filter(has_text=ADDED)
    question.get_by_role("link", name=re.compile(zh("When it is asked"))).click()
    worker.page.locator("[name=leaf_0]").select_option(label="第 2 题答“有”")
    send(worker, "Save")
    condition = "第 2 题答“有”时才答。"
    expect(question).to_contain_text(condition)
    for key, shown in (("Alt+z", False), ("Alt+y", True)):
        with worker.page.expect_navigation():
            worker.page.keyboard.press(key)
        seen = expect(question)
        (seen.to_contain_text if shown else seen.not_to_contain_text)(condition)
    assert not faults(worker)
    worker.go(f"{wave.survey}build/look/")
    worker.sees(ADDED)


def approved_and_opened(wave: Wave) -> None:
    """The director approves, the worker notes the trial and opens; everybody reads who owes what by when."""
    wave.does(wave.director, "Approve it").sees("Approved.")
    wave.on(wave.worker).follow("It was tried out")
    wave.worker.write("Minutes it took", "3")
    send(wave.worker, "Note it")
    wave.does(wave.worker, "Open the survey").sees("The survey is open.")
    wave.version = f"{wave.pk}-{wave.worker.page.locator('main code').first.inner_text()}"
    assert not faults(wave.on(wave.worker))


def answered(wave: Wave) -> None:
    """Each at another device, one of them in elder mode; two have old people at home, one writes something."""
    for reader, elders in zip(wave.residents, ("有", "没有", "有"), strict=True):
        wave.on(reader).page.locator("main a.btn").first.click()
        send(reader, "Begin")
        questions = 0
        while "/check/" not in reader.page.url:
            answer(reader.page.locator("main"), elders)
            if reader.name == "zhu" and questions == 1:
                assert not faults(reader, elder=True)
            with reader.page.expect_navigation():
                reader.page.locator("button.main:visible").click()
            questions += 1
            assert questions < 20
        assert questions == (12 if elders == "有" else 11)
        with reader.page.expect_navigation():
            reader.page.locator("button.main:visible").click()
        reader.sees("One answer a household is counted; yours is in.")


def answer(main: Locator, elders: str) -> None:
    """Whatever is asked."""
    choices = main.locator("label.choice:visible")
    if main.locator("textarea:visible").count():
        main.locator("textarea:visible").fill("楼道的灯请早点修。")
    elif (wanted := choices.filter(has_text=re.compile(rf"^\s*{elders}\s*$"))).count():
        wanted.click()
    else:
        choices.first.click()


def entered_from_paper(wave: Wave) -> None:
    """Two people read the same paper, one of them a mark otherwise; the second compares."""
    paper(wave, wave.worker, "2")
    wave.worker.sees("Entered once. Put it on the pile for the second person.")
    paper(wave, wave.director, "4")
    wave.director.sees("You read it otherwise than the first person. Please compare with the paper.")
    assert not faults(wave.director)
    wave.director.page.locator("label:has([name=which__clean][value='2'])").click()
    send(wave.director, "This is what stands on the paper: let it count")
    expect(wave.director.page.locator("main")).to_contain_text(re.compile(r"编号 \d+"))


def paper(wave: Wave, reader: Reader, clean: str) -> None:
    """Code and Enter, then field after field."""
    reader.go(f"{wave.survey}papers/")
    reader.follow("Enter a paper")
    reader.page.locator("[name=version]").fill(wave.version)
    reader.page.locator("[name=code]").fill(PAPER)
    with reader.page.expect_navigation():
        reader.page.locator("[name=code]").press("Enter")
    type_codes(reader, clean)


def type_codes(reader: Reader, clean: str) -> None:
    """By the keyboard alone: the code beside the box and Enter, until the button has the focus."""
    page = reader.page
    page.locator("main form input:visible").first.focus()
    fields = 0
    while name := page.evaluate(
        "document.activeElement.matches('input, textarea') && document.activeElement.name"
    ):
        page.keyboard.type({"q_clean": clean, "clean": clean, "wish": ""}.get(str(name), "1"))
        page.keyboard.press("Enter")
        fields += 1
        assert fields < 30
    with page.expect_navigation():
        page.keyboard.press("Enter")


def called(wave: Wave) -> None:
    """Somebody without a telephone that has a browser: read out before it counts, and no paper is spoken of."""
    worker = wave.worker
    worker.go(f"{wave.survey}papers/")
    worker.follow("Take answers by telephone or at the counter")
    worker.page.locator("[name=code]").fill(CALL)
    send(worker, "Begin with the questions")
    type_codes(worker, "3")
    worker.sees("Please read this out. Only when the person says that it is right, let it count.")
    send(worker, "It is right: let it count")
    expect(worker.page.locator("main")).to_contain_text(re.compile(r"已计入，编号 \d+。"))


def asked_again(wave: Wave) -> None:
    """Who does not want to is noted; the others are reminded once."""
    worker = wave.on(wave.worker)
    worker.follow("Who has not handed in")
    worker.page.locator("[name=units]").first.check()
    worker.page.locator("[name=disposition]").select_option("refused")
    send(worker, "Note it")
    wave.does(worker, "Remind those who have not answered", sends="Send the reminder")
    handed_in, asked_residents = 5, wave.on(worker).page.locator("#progress tr")
    expect(asked_residents.first).to_contain_text(str(handed_in))


def closed_and_counted(wave: Wave) -> None:
    """A hundred more have answered; two word for word the same, of which one is left out."""
    done = wave.portal.run("-m", "tests.browser.waving", "many", wave.pk)
    assert done.returncode == 0, done.stderr
    wave.does(wave.director, "Close it early", reason="收回的够了。").sees("Closed.")
    worker = wave.does(wave.worker, "Look for odd answers")
    assert not faults(worker)
    worker.page.locator("main li").filter(has_text="一字不差").get_by_role("link").first.click()
    worker.follow("Leave it out of the count")
    worker.page.locator("[name=because][value=twice]").check()
    worker.page.locator("[name=reason]").fill("两份一字不差。")
    send(worker, "Leave it out of the count")
    wave.does(worker, "The answers were looked through")
    wave.does(worker, "Count it")
    wave.does(wave.director, "Publish the results").sees("Published.")


def read_by_everybody(wave: Wave) -> None:
    """Pictures with last year beside them; the same as files; no number of the one that was left out."""
    chen = wave.residents[0]
    chen.go(f"{wave.survey}results/")
    assert not faults(chen)
    counted = 100 + 3 + 1 + 1 - 1
    expect(chen.page.locator(".figures")).to_contain_text(str(counted))
    expect(chen.page.locator("#wishes ol")).to_contain_text(WANTED[0])
    for name, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfkey"), ("json", b"{")):
        address = urljoin(wave.portal.address, f"{wave.survey}results/{name}/")
        got = chen.page.request.get(address, timeout=DRAWING)
        assert got.status == 200
        assert got.body().startswith(begins), name
    worker = wave.on(wave.worker)
    worker.go(f"{wave.survey}answers/export/")
    worker.write("What do you need the answers for?", "年度分析")
    send(worker, "Make the file")
    worker.sees("Save the file")


def replied(wave: Wave) -> None:
    """Each demand over the line in another way; whoever is asked to come answers; one promise is kept."""
    worker = wave.does(wave.worker, "Make the demand list")
    worker.go("/n/tianxin/services/new/")
    worker.page.locator("[name=title]").fill("送餐上门")
    worker.page.locator("[name=provider]").fill("街道食堂")
    worker.page.locator("main form").last.locator("button").first.click()
    on_demand(wave, 0, "A service answers it", subject="送餐上门")
    on_demand(wave, 1, "A topic takes it up", subject=DISCUSSED)
    on_demand(wave, 2, "Begin a topic from it")
    on_demand(wave, 3, "Ask those responsible to come", words="请物业来说夜间停车。")
    on_demand(wave, 4, "A project of the micro-fund", words="列入微基金。")
    on_demand(wave, 5, "Not possible, because …", words="没有地方。", day=False)
    expect(wave.on(worker).page.locator("ol.track li.todo")).to_have_count(0)
    manager = wave.manager
    demand(manager, 3)
    manager.follow("Say what you do about it")
    manager.page.locator("main textarea").first.fill("周三晚上到场。")
    send(manager, "Say what you do about it")
    demand(worker, 0)
    worker.follow("Say that it is done")
    worker.page.locator("main textarea").first.fill("每天送四十份。")
    send(worker, "Say that it is done")


def demand(reader: Reader, number: int) -> None:
    """The page of a demand, by the newest list."""
    reader.go("/n/tianxin/demands/")
    reader.page.locator("ol.wishes").last.get_by_role("link", name=WANTED[number]).click()
    reader.page.wait_for_load_state()


def on_demand(
    wave: Wave, number: int, how: str, *, subject: str = "", words: str = "", day: bool = True
) -> None:
    """One demand is answered."""
    worker = wave.worker
    demand(worker, number)
    worker.follow(how)
    if subject:
        box = worker.page.locator("[name=subject]")
        box.select_option(
            label=next(one for one in box.locator("option").all_inner_texts() if subject in one)
        )
    if words:
        worker.page.locator("main textarea").first.fill(words)
    if day:
        worker.page.locator("[name=promised_on]").fill(wave.day(60))
    send(worker, how)


def seen_by_residents(wave: Wave) -> None:
    """What became of what they asked for, in large letters, and in words that say why not."""
    zhu = wave.residents[2]
    demand(zhu, 0)
    zhu.sees("每天送四十份。")
    assert not faults(zhu, elder=True)
    demand(zhu, 3)
    zhu.sees("周三晚上到场。")
    demand(zhu, 5)
    zhu.sees("没有地方。")
    zhu.go("/n/tianxin/demands/")
    assert not faults(zhu, elder=True)
