"""The first half of a round in the browser: a fund, its money, who applies, who reviews, what all read."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.company import SENDS, Company, fill, send
from tests.browser.funding_words import (
    ASKED,
    BENCHES,
    CAP,
    FITTING,
    FUND,
    GROUP,
    MARK,
    POT,
    PROJECT,
    RIVALS,
    ROUND,
    SOURCE,
)
from tests.browser.looking import faults
from tests.browser.readers import Reader
from tests.browser.story import path_of, photo

LIST = "/n/tianxin/funds/"
# Who reviews: the delegate of the residents, and in what quality the others do.
REVIEWERS = {"zhu": "居民代表", "volunteer": "社区医生", "li": "物业经理", "sun": "业委会"}
TIED = "sun"
NOTES = "按申报书和现场看到的打分。"
# Lines of the budget, each with the kind of cost, and whether it has a quote.
LINES = ((BENCHES, "Small equipment", True), (FITTING, "Services of others", False))
NOT_A_PHOTO = {"name": "报价.txt", "mimeType": "text/plain", "buffer": b"900"}


@dataclass
class Round(Company):
    """Who takes part in a round, and the addresses of what comes of it."""

    PROGRAMME = "tests.browser.funding"

    fund: str = ""
    call: str = ""
    project: str = ""
    vote: str = ""
    code: str = ""
    neighbour: str = ""

    @property
    def page(self) -> str:
        """The project's."""
        return self.project

    @property
    def pk(self) -> str:
        """The key of the round."""
        return re.findall(r"\d+", self.call)[-1]


def sign(reader: Reader, words: str, answer: str, name: str) -> None:
    """Choose yes or no by its value in the form that is open, then send it."""
    reader.page.locator(f"main [name={name}][value={answer}]").check()
    send(reader, words)


def rows(database: str, query: str, *values: object) -> list[tuple[str, ...]]:
    """What a query finds."""
    with sqlite3.connect(database) as found:
        return found.execute(query, values).fetchall()


def founded(it: Round) -> None:
    """The director opens a fund; the worker names where its money comes from, and writes what came in."""
    it.does("wang", "Open a fund", at=LIST, title=FUND).sees("No source is named yet.")
    it.fund = path_of(it["wang"].page.url)
    it.does("shen", "Name a source of money", at=it.fund, name=SOURCE, mark=MARK).sees(SOURCE)
    shen = it["shen"]
    shen.follow("Write money that came in")
    fill(shen, text="今年的资助款", amount="20,000")
    shen.page.locator("input[type=file]").set_input_files([photo("bank slip")])
    send(shen, "Write the line")
    it.on("shen", it.fund).sees("20,000")


def called(it: Round) -> None:
    """A draft, its plan of two instalments, the vote always; the director opens it."""
    shen = it.on("shen", it.fund)
    shen.follow("Write a round")
    fill(shen, title=ROUND, closes_at=f"{it.day(14)}T18:00", pot=str(POT), cap=str(CAP))
    send(shen, "Begin the draft")
    it.call = path_of(shen.page.url)
    shen.follow("Plan of instalments")
    for place, (percent, due) in enumerate((("70", "agreement"), ("30", "acceptance"), ("", "acceptance"))):
        shen.page.locator(f"[name=percent_{place}]").fill(percent)
        shen.page.locator(f"[name=due_{place}]").select_option(due)
    send(shen, "Save")
    it.on("shen", it.call).follow("How it is decided")
    shen.page.locator("[name=ballot][value=always]").check()
    send(shen, "Save")
    assert faults(it.on("shen", it.call)) == []
    shen.page.set_viewport_size({"width": 1280, "height": 900})
    it.does("wang", "Open the round", at=it.call).sees("The round is open.")


def applied(it: Round) -> None:
    """At a phone, part by part: two neighbours are asked, a price has its quote, all of it is looked at again."""
    zhou = it.on("zhou", it.call)
    zhou.follow("Apply for money")
    fill(zhou, title=PROJECT, group=GROUP)
    send(zhou, "Begin")
    fill(zhou, summary="四张带扶手的长凳，老人等车歇脚。")
    for name, building, room in homes(it):
        ask(zhou, name, building, room)
    send(zhou, "Save and go on")
    fill(zhou, need="门口没有坐的地方，老人站着等车。", evidence="问了 24 户，20 户说需要。", households="24")
    send(zhou, "Save and go on")
    plan(it, zhou)
    budget(zhou)
    fill(zhou, risks="下雨天顺延。", upkeep="楼组每月看一次。")
    send(zhou, "Save and go on")
    zhou.page.locator("[name=payee_kind][value=committee]").check()
    zhou.tick("This is complete: we have no other ties")
    send(zhou, "Save and go on")
    it.project = f"/funds/projects/{re.findall('[0-9]+', path_of(zhou.page.url))[0]}/"


def homes(it: Round) -> list[tuple[str, str, str]]:
    """Name, building and room of the neighbours who are asked."""
    return rows(
        str(it.portal.home / "portal.sqlite3"),
        "SELECT real_name, area.name, room FROM community_user AS one"
        " JOIN community_person AS who ON who.id = one.person_id"
        " JOIN (SELECT person_id, dwelling_id FROM community_ownership"
        " UNION SELECT person_id, dwelling_id FROM community_residency) AS tie ON tie.person_id = who.id"
        " JOIN community_dwelling AS home ON home.id = tie.dwelling_id"
        " JOIN community_area AS area ON area.id = home.building_id"
        " WHERE username IN ('chen', 'tenant') GROUP BY one.id",
    )


def ask(zhou: Reader, name: str, building: str, room: str) -> None:
    """A neighbour is asked by exactly a name and a flat."""
    send(zhou, "Save and ask a neighbour")
    fill(zhou, name=name)
    zhou.choose("Building", building)
    fill(zhou, room=room)
    send(zhou)


def plan(it: Round, zhou: Reader) -> None:
    """What is done, with its days; sent once more from the page before, it is there once."""
    fill(zhou, outcomes="每天有人坐，老人敢下楼。")
    send(zhou, "Save and add something")
    fill(zhou, what="装四张长凳", begins_on=it.day(75), ends_on=it.day(120))
    send(zhou, "Add")
    zhou.page.go_back()
    zhou.page.wait_for_load_state()
    # The browser shows what was typed before.
    zhou.expected.add(409)
    send(zhou, "Add")
    zhou.sees("This stands there already. To say it otherwise, change it there.")
    zhou.follow("Go back")
    expect(zhou.page.locator("main li").filter(has_text="装四张长凳")).to_have_count(1)
    send(zhou, "Save and go on")


def budget(zhou: Reader) -> None:
    """Two lines, one with a quote: a wrong file is told at once, a double click adds one line."""
    for (item, many, price), kind, quote in (
        (BENCHES, "Small equipment", True),
        (FITTING, "Services of others", False),
    ):
        send(zhou, "Add a line")
        zhou.choose("kind of cost", kind)
        fill(zhou, item=item, quantity=str(many), unit="张", price=str(price))
        if quote:
            with_quote(zhou)
        zhou.page.locator("main").locator(SENDS).last.dblclick(no_wait_after=True)
        expect(zhou.page.locator("table.budget tbody tr").filter(has_text=item)).to_have_count(1)
    expect(zhou.page.locator("main dl.facts").first).to_contain_text(f"{ASKED:,}")
    assert faults(zhou) == []
    zhou.page.set_viewport_size({"width": 390, "height": 844})
    send(zhou, "Save and go on")


def with_quote(zhou: Reader) -> None:
    """What is no photo is refused where it stands; the right one is taken instead."""
    file = zhou.page.locator("input[type=file]")
    file.set_input_files([NOT_A_PHOTO])
    expect(zhou.page.locator("main form")).to_contain_text("报价.txt")
    file.set_input_files([photo("quote")])


def agreed_and_handed_in(it: Round) -> None:
    """It says what is missing until both neighbours said yes on their own phones; then it gets its number."""
    check = f"/funds/applications/{re.findall('[0-9]+', it.project)[0]}/do/hand-in/"
    it.on("zhou", check).sees("This has to be put right before you hand in:")
    for name in ("chen", "tenant"):
        it.does(name, "Apply together", sends="Yes, I apply with them")
    it.on("zhou", check).sees("Everything is there. You can hand it in.")
    send(it["zhou"])
    expect(it["zhou"].page.locator("main")).to_contain_text(re.compile(r"\d{4}-\w+-001"))
    it.runs("rivals", it.pk)


def checked(it: Round) -> None:
    """The window is over: the reviewers are named, each application is checked, then handed to them."""
    it.portal.forward(days=15)
    review = f"{it.call}review/"
    it.does("shen", "Begin the review", at=review)
    appointed(it)
    for name, quality in REVIEWERS.items():
        wang = it.on("wang", review)
        wang.follow("Name a reviewer")
        wang.page.locator("main [name=person]").fill(PEOPLE[name])
        wang.page.locator("main [name=quality]").fill(quality)
        if name == "zhu":
            wang.page.locator("main [name=delegate]").check()
        send(wang, "Name this reviewer")
    for title in (PROJECT, *RIVALS):
        shen = on_application(it, "shen", title)
        page = path_of(shen.page.url)
        it.does("shen", "It is eligible", at=page, sends="Yes, it may take part")
        it.does("shen", "Confirm the need", at=page, sends="Confirm", note="上门看过。")
    it.does("wang", "Hand the applications to the reviewers", at=review, sends="Hand over")


PEOPLE = {"zhu": "朱秀珍", "volunteer": "吴永康", "li": "李志强", "sun": "孙国强"}


def appointed(it: Round) -> None:
    """Zhu is a delegate of the residents from now on."""
    wang = it.on("wang", "/n/tianxin/people/posts/")
    wang.write("Who", "zhu")
    wang.page.locator("select[name=post]").select_option("delegate")
    wang.write("Signs as", "居民代表")
    wang.press("Give the post")


def on_application(it: Round, name: str, title: str) -> Reader:
    """Somebody on the page of an application, by the list of the review."""
    reader = it.on(name, f"{it.call}review/")
    reader.page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    reader.page.wait_for_load_state()
    return reader


def scored(it: Round) -> None:
    """Each by themselves; who has a tie to a project neither sees nor scores it."""
    for name in REVIEWERS:
        reader = it.on(name, f"{it.call}review/")
        reader.follow("Say which ties you have")
        if name == TIED:
            reader.page.locator("main label", has_text=PROJECT).locator("input").check()
            reader.page.locator("main [name=why]").fill("长凳是我弟弟店里的。")
        send(reader, "This is so")
    tied = it.on(TIED, f"{it.call}review/")
    expect(tied.page.locator("main")).not_to_contain_text(PROJECT)
    tied.expected.add(404)
    assert tied.page.goto(it.project).status == 404  # type: ignore[union-attr]
    for name in REVIEWERS:
        reader, done = it.on(name, f"{it.call}review/"), 0
        while (button := next_to_score(reader)).count():
            button.click()
            reader.page.wait_for_load_state()
            score(reader, 6 + done)
            reader.go(f"{it.call}review/")
            done += 1
        assert done == (2 if name == TIED else 3)


def next_to_score(reader: Reader) -> Locator:
    """The button that leads to what is to be scored next."""
    return reader.page.locator("main .due a.btn[href*='/score/']")


def score(reader: Reader, points: int) -> None:
    """Points for each criterion, each with its reason."""
    for box in reader.page.locator("main select[name^=points_]").all():
        box.select_option(str(points))
    for why in reader.page.locator("main textarea[name^=why_]").all():
        why.fill(NOTES)
    send(reader, "Hand in my scores")


def on_notice(it: Round) -> None:
    """All of them; a neighbour objects, everybody reads it and the answer."""
    it.does("wang", "Make the shortlist", at=f"{it.call}review/", sends="Put them on the shortlist")
    it.does("wang", "Put the shortlist on public notice", at=it.call, sends="Put on public notice")
    it.neighbour = with_password(it)
    it.does(it.neighbour, "Object to this", sends="Send the objection", text="会不会挡住消防通道？")
    wang = it.on("wang")
    wang.follow("Answer in writing")
    wang.page.locator("[name=upheld][value=no]").check()
    wang.page.locator("[name=answer]").fill("量过，通道还有四米。")
    send(wang, "Answer")
    neighbour = it.on(it.neighbour)
    neighbour.sees("量过，通道还有四米。")
    assert faults(neighbour) == []
    neighbour.page.set_viewport_size({"width": 390, "height": 844})


def with_password(it: Round) -> str:
    """The account of a neighbour who has a password from now on."""
    with sqlite3.connect(it.portal.home / "portal.sqlite3") as database:
        (account,) = database.execute(
            "SELECT username FROM community_user AS one JOIN community_residency AS tie USING (person_id)"
            " WHERE username LIKE 'n%' AND tie.status = 'verified' ORDER BY one.id LIMIT 1 OFFSET 7"
        ).fetchone()
        database.execute(
            "UPDATE community_user SET password = (SELECT password FROM community_user WHERE username = 'zhu')"
            " WHERE username = ?",
            [account],
        )
    return str(account)


GRANTING = (founded, called, applied, agreed_and_handed_in, checked, scored, on_notice)
