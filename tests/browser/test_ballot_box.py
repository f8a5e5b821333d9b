"""An election by secret ballot from the call to the recount: sealed on a phone, on paper by two clerks."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import ROOT, Portal
from tests.browser.words import zh

QUESTION = "选举 9 号楼楼组长"
CANDIDATES = ("朱秀珍", "顾明华")


def test_a_secret_election_on_screen_and_on_paper(people: Portal, enter: Enter) -> None:
    wang, shen, zhu = (enter(people, name) for name in ("wang", "shen", "zhu"))
    vote = call(wang)
    opens = people.now + timedelta(days=5)
    people.until(opens)
    code = cast_sealed(zhu, vote)
    done = people.run("-m", "tests.browser.desk", re.findall(r"\d+", vote)[0])
    assert done.returncode == 0, done.stderr
    receive_envelope(wang, vote, silent_line(people, vote))
    people.until(opens + timedelta(days=9))
    wang.go(vote)
    wang.sees("Voting is over; the ballots are being counted")
    enter_sheet(wang, vote, CANDIDATES[0])
    confirm_sheet(shen, vote, CANDIDATES[0])
    finish(shen, vote)
    people.forward(minutes=2)
    see_result(zhu, vote, code)
    recount_in_the_terminal(people, zhu, vote)


def call(wang: Reader) -> str:
    """The director calls the election of one building's head; the page says that it is secret."""
    wang.go("/n/tianxin/votes/")
    wang.follow("Call a vote")
    wang.write("Question", QUESTION)
    wang.tick("Residents elect persons")
    wang.tick("households of one building")
    wang.choose("Of which place", "9号楼")
    wang.tick("election of persons")
    wang.write("Options", "\n".join(CANDIDATES))
    wang.press("Call the vote")
    wang.sees("secret ballot")
    return wang.page.url.removeprefix(wang.portal.address)


def cast_sealed(zhu: Reader, vote: str) -> str:
    """A voter seals the ballot on the own phone; what leaves it is an envelope. Returns the check code."""
    sent: list[str] = []
    zhu.page.on("request", lambda request: sent.append(request.post_data or ""))
    zhu.go(vote)
    zhu.tick(CANDIDATES[1])
    zhu.button("Check and vote").click()
    expect(zhu.page.locator("[data-sealed-words]")).to_have_text(CANDIDATES[1])
    zhu.button("Seal and cast this vote").click()
    shown = zhu.page.locator("[data-sealed-code]")
    expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    code = shown.inner_text()
    posted = "".join(sent)
    assert 'name="envelope"' in posted
    assert not re.search(r'name="choice"|\bo2\b|' + code, posted)
    zhu.go(vote)
    zhu.sees("Your sealed ballot was received")
    assert code not in zhu.text()
    return code


def silent_line(people: Portal, vote: str) -> str:
    """The code of a household that has not voted, as it stands on its envelope."""
    done = people.run("-m", "tests.browser.desk", re.findall(r"\d+", vote)[0], "silent")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def receive_envelope(wang: Reader, vote: str, line: str) -> None:
    """An outer envelope comes in before the end; it stays shut."""
    wang.go(f"{vote}paper/")
    wang.write("Code on the envelope", line)
    wang.press("Received")
    wang.sees("Envelopes")


def enter_sheet(wang: Reader, vote: str, name: str) -> None:
    """The first clerk reads the sheet."""
    wang.go(f"{vote}paper/enter/")
    wang.tick(name)
    wang.press("Enter it")


def confirm_sheet(shen: Reader, vote: str, name: str) -> None:
    """The second reads it again, and is not shown what the first has read."""
    shen.go(f"{vote}paper/")
    shen.follow("Read the next one")
    assert not shen.page.locator("main input:checked").count()
    shen.tick(name)
    shen.press("This is what it says")


def finish(shen: Reader, vote: str) -> None:
    """Nothing is left in the box."""
    shen.go(f"{vote}paper/")
    shen.follow("All paper is in: count")
    shen.press("All paper is in: count")


def see_result(zhu: Reader, vote: str, code: str) -> None:
    """The result names the elected; the browser counts again; the code confirms the ballot."""
    zhu.go(vote)
    expect(zhu.page.locator(".seal").first).to_be_visible()
    zhu.page.get_by_text(zh("Count again yourself"), exact=True).click()
    zhu.button("Count here in the browser").click()
    counted = "Counted again in this browser: the file is sound and the result is right."
    expect(zhu.page.locator("[data-recount-out]")).to_contain_text(zh(counted))
    zhu.go(f"/v/{code}")
    zhu.sees(CANDIDATES[1])


def recount_in_the_terminal(people: Portal, zhu: Reader, vote: str) -> None:
    """The published file, counted by the program alone; one changed ballot, and it says so."""
    file = people.home / "result.json"
    content = zhu.page.request.get(f"{vote}result.json").json()
    file.write_text(json.dumps(content))
    sound = people.run(str(ROOT / "portal/voting/recount.py"), str(file))
    assert (sound.returncode, sound.stdout.splitlines()[0]) == (0, "passed")
    sha256 = re.findall(r"SHA-256 (\w{64})", sound.stdout)[0]
    content["ballots"][0]["choice"] = [] if content["ballots"][0]["choice"] else ["o1"]
    file.write_text(json.dumps(content))
    changed = people.run(str(ROOT / "portal/voting/recount.py"), str(file), sha256)
    assert changed.returncode == 1
