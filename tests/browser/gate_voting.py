"""The gate hearing votes in the hall: three phones, two raised hands seen by two, one paper read by two; a decision."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.company import fill, send
from tests.browser.decided import cast
from tests.browser.hall_words import PHONES
from tests.browser.readers import Reader
from tests.browser.screens import Sitting
from tests.browser.story import path_of
from tests.browser.words import zh

MOTION = "建议附条件开通红林路小门"
PROMISED = "装门禁、闭门器和补光灯"
CHOSEN = {"zhou": "Agree", "chen": "Agree", "zhu": "Disagree"}


def opened(it: Sitting) -> None:
    """Whoever is noted as present has a voice; the phones find the vote on the meeting's page."""
    it.does("wang", "Open a vote in the hall", sends="Open the vote now", title=MOTION)
    it.vote = path_of(it["wang"].page.url)
    for name in PHONES:
        phone = it.on(name)
        phone.follow("To the vote")
        phone.tick(CHOSEN[name])
        cast(phone, CHOSEN[name])
        phone.sees("Your vote was received")


def hands_raised(it: Sitting) -> None:
    """Two seats raise a hand for it; a second person is not shown what the first one noted."""
    seats = raised(it.on("shen"), "Note raised hands", "Note these hands")
    wang = it.on("wang")
    wang.follow("Check the raised hands")
    assert not wang.page.locator("main input:checked").count()
    assert raised(it.on("wang"), "Check the raised hands", "These hands were raised") == seats


def raised(clerk: Reader, words: str, sends: str) -> set[str]:
    """For each of the first two seats of the form the hand for it; which seats these are."""
    clerk.follow(words)
    hands = clerk.page.locator("main input[value=for]")
    for place in range(2):
        hands.nth(place).check()
    seats = set(clerk.page.locator("main legend").all_inner_texts()[:2])
    send(clerk, sends)
    return seats


def on_paper(it: Sitting) -> None:
    """One seat votes on paper: entered by one, read by another."""
    code = silent_seat(it)
    shen = it.on("shen", f"{it.vote}paper/")
    shen.page.get_by_role("link", name=zh("Enter a ballot"), exact=True).first.click()
    fill(shen, code=code)
    send(shen, "Look")
    shen.follow("Yes, the same is printed")
    shen.page.locator("main [name=mark][value=against]").check()
    send(shen, "Enter it")
    wang = it.on("wang", f"{it.vote}paper/")
    wang.follow("Read the next one")
    wang.page.locator("main [name=mark][value=against]").check()
    send(wang, "This is what it says")


def silent_seat(it: Sitting) -> str:
    """The code of the seat that has not voted, as the list of raised hands still names it."""
    shen = it.on("shen")
    shen.follow("Note raised hands")
    return shen.text("main legend").split(" · ")[0].strip()


def closed(it: Sitting) -> None:
    """It ends and is counted at once: one roll, one turnout, one file that anybody counts again."""
    wang = it.does("wang", "Close the vote")
    wang.go(it.vote)
    file = it.portal.home / "result.json"
    file.write_bytes(wang.page.request.get(f"{it.vote}result.json").body())
    again = it.portal.run("-m", "portal.voting.recount", str(file))
    assert again.returncode == 0, again.stdout + again.stderr
    result = json.loads(file.read_text())
    assert (result["outcome"], len(result["ballots"])) == ("passed", 6), result["outcome"]
    section = it.on("zhou").within(MOTION)
    expect(section.locator(".seal")).to_have_text(zh("passed"))
    expect(section.locator("dd").nth(0)).to_have_text("4")
    expect(section.locator("dd").nth(1)).to_have_text("2")


def decided(it: Sitting) -> None:
    """What was decided is owed by the property manager until its day; it stands on the manager's own page."""
    wang = it.on("wang")
    wang.follow("Note a decision")
    wang.page.locator("main [name=post]").select_option("property")
    fill(wang, text=PROMISED, due_on=it.day(30))
    send(wang, "Note a decision")
    it["li"].open_duty(PROMISED)
    it["li"].sees(PROMISED)


CHAPTERS = (opened, hands_raised, on_paper, closed, decided)
