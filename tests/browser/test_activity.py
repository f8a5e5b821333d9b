"""An activity from posting to certificate: a leader, a recorder and four volunteers, one of them without a phone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from portal.kit import clock
from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh

TEAM = "楼道清洁志愿服务队"
TITLE = "清理 9 号楼楼道杂物"
BY_HAND = "顾阿大"


def test_an_activity_from_posting_to_certificate(people: Portal, enter: Enter) -> None:
    shen, leader, recorder = (enter(people, name) for name in ("shen", "volunteer", "zhu"))
    chen, zhou, tenant = (enter(people, name) for name in ("chen", "zhou", "tenant"))
    begins = clock.at_time(clock.day_of(people.now) + timedelta(days=5), 14)
    found_team(shen)
    shift = post(leader, shen, begins)
    for volunteer in (chen, zhou, tenant):
        sign_up(volunteer, shift)
    enter_by_hand(leader, shift)
    sees_the_list_full(recorder, shift)
    people.until(begins - timedelta(minutes=5))
    screenshot = scan(chen, people, shift, "I am here")
    say_the_code(zhou, leader, shift)
    tick_without_network(leader, shift, ["林晓梅", BY_HAND], "They have come")
    people.until(begins + timedelta(hours=2, minutes=1))
    old_picture_is_refused(tenant, screenshot)
    scan(chen, people, shift, "I am going now")
    tick(leader, shift, ["周志明", "林晓梅", BY_HAND], "They have gone")
    verify(leader, recorder, shift)
    sees_the_notice(zhou, shift)
    people.forward(days=6)
    chen.go("/me/hours/")
    chen.sees("booked")
    number = certify(chen, shen)
    check(enter(people), number)
    look_at_sums(enter(people))


def found_team(shen: Reader) -> None:
    """The committee founds a team, enters a neighbour without a phone, and puts leader, recorder and him into it."""
    enter_at_the_counter(shen)
    shen.go("/n/tianxin/teams/")
    shen.follow("Found a team")
    shen.write("Name of the team", TEAM)
    shen.write("What the team does", "每周清理楼道，帮老人搬走旧物。")
    shen.press("Found the team")
    members = re.findall(r"/teams/\d+/", shen.page.url)[0] + "members/"
    for name, part in (("永康", "team leader"), ("朱秀珍", "recorder"), (BY_HAND, "member")):
        shen.go(members)
        shen.follow("Put somebody in")
        shen.write("Who is put in", name)
        shen.tick(part)
        # A part of a name is asked about; what was ticked stays.
        shen.expected.add(422)
        shen.press("Put into the team")
        if name == "永康":
            shen.page.get_by_role("radio", name=re.compile("吴永康")).check()
            shen.press("Put into the team")
    shen.go(members)
    shen.sees(BY_HAND)
    shen.sees("none: to be told in person")


def enter_at_the_counter(shen: Reader) -> None:
    """Somebody without a phone comes to the office."""
    shen.go_to_desk("Enter at the counter")
    shen.choose("Building", "9号楼")
    shen.press("Next")
    shen.page.locator("select[name=dwelling]").select_option(index=3)
    shen.write("Name as on your papers", BY_HAND)
    shen.tick("lives there")
    shen.page.locator("input[name=adult][value=yes]").check()
    shen.press("Enter and verify")
    shen.sees(BY_HAND)


def post(leader: Reader, shen: Reader, begins: datetime) -> str:
    """The leader writes the activity; the committee posts it. Returns the address of its shift."""
    leader.go("/n/tianxin/teams/")
    leader.page.get_by_role("link", name=re.compile(TEAM)).click()
    leader.follow("New activity")
    leader.write("The activity in one line", TITLE)
    leader.choose("Kind", "clean-up and greening")
    leader.write("What will be done", "清走楼道里的旧家具和纸箱。")
    leader.write("Where people meet", "9 号楼门厅")
    leader.write("Risks and how they are met", "搬运重物时两人一组，戴手套。")
    leader.write("What to bring", "手套")
    leader.write("Day", f"{clock.day_of(begins):%Y-%m-%d}")
    leader.write("Begins at", "14:00")
    leader.write("Ends at", "16:00")
    leader.write("How many people are needed", "4")
    leader.press("Keep as a draft")
    leader.follow("Send to the committee")
    leader.press("Send to the committee")
    shen.open_duty(TITLE)
    shen.press("Post the activity")
    leader.go(leader.page.url)
    times = leader.page.locator("main a[href^='/shifts/']")
    return re.sub(r"calendar\.ics$|edit/$|call-off/$", "", times.first.get_attribute("href") or "")


def sign_up(volunteer: Reader, shift: str) -> None:
    """A neighbour takes a place; pressing twice takes one."""
    volunteer.go(shift)
    volunteer.follow("Sign up")
    volunteer.button("Sign up").dblclick()
    volunteer.page.wait_for_url(f"**{shift}")
    volunteer.sees("You have a place")


def enter_by_hand(leader: Reader, shift: str) -> None:
    """Somebody without a phone told the leader."""
    leader.go(f"{shift}sign-up-for/")
    leader.page.get_by_label(re.compile(BY_HAND)).check()
    leader.press("Enter them")


def sees_the_list_full(recorder: Reader, shift: str) -> None:
    """The recorder reads the names; all four places are taken."""
    recorder.go(f"{shift}list/")
    for name in ("陈桂芳", "周志明", "林晓梅", BY_HAND):
        recorder.sees(name)
    recorder.go(shift)
    recorder.sees("full")


def scan(chen: Reader, people: Portal, shift: str, words: str) -> str:
    """The camera reads the code on the screen; one press. Returns the address that was in the code."""
    read = people.run("-m", "tests.browser.camera", re.findall(r"\d+", shift)[0])
    assert read.returncode == 0, read.stderr
    address = read.stdout.strip()
    chen.go(address)
    chen.press(words)
    return address


def say_the_code(zhou: Reader, leader: Reader, shift: str) -> None:
    """Somebody without a camera types the six digits that the leader reads aloud."""
    leader.go(f"{shift}code/")
    expect(leader.page.locator(".place-code svg")).to_be_visible()
    said = leader.page.locator(".figure b").inner_text().replace(" ", "")
    zhou.go(f"{shift}say/")
    zhou.write("The six digits said at the place", said)
    zhou.press("Go on")
    if zhou.button("I am here").count():
        zhou.press("I am here")
    zhou.go(shift)
    zhou.sees("Check out with the code")


def tick_without_network(leader: Reader, shift: str, names: list[str], words: str) -> None:
    """In the cellar there is no network: the ticks wait on the telephone, and arrive once when it is back."""
    leader.go(f"{shift}list/")
    for name in names:
        leader.page.get_by_label(re.compile(name)).check()
    leader.context.set_offline(True)
    leader.button(words).click()
    expect(leader.page.locator("[data-kept]")).to_contain_text("2")
    leader.context.set_offline(False)
    expect(leader.page.locator("[data-kept]")).to_be_hidden()
    leader.go(f"{shift}list/")
    expect(leader.page.locator("tbody")).to_contain_text(zh("list kept without network"))


def old_picture_is_refused(tenant: Reader, address: str) -> None:
    """A screenshot of the code is worth nothing two minutes later."""
    tenant.expected.update({403, 409, 410})
    tenant.go(address)
    tenant.sees("This code is too old")


def tick(leader: Reader, shift: str, names: list[str], words: str) -> None:
    """Several at once."""
    leader.go(f"{shift}list/")
    for name in names:
        leader.page.get_by_label(re.compile(name)).check()
    with leader.page.expect_navigation():
        leader.button(words).click()


def verify(leader: Reader, recorder: Reader, shift: str) -> None:
    """The leader closes the list; the recorder, who was not among the volunteers, verifies all four."""
    leader.go(f"{shift}hours/")
    leader.follow("Close the list and enter the hours")
    leader.press("Close the list and enter the hours")
    recorder.go(f"{shift}hours/")
    expect(recorder.page.locator("input[name=pks]:checked")).to_have_count(4)
    recorder.press("Verify what is ticked")


def sees_the_notice(zhou: Reader, shift: str) -> None:
    """On public notice for three working days, without anybody's full name."""
    zhou.portal.forward(minutes=1)
    zhou.go("/me/hours/")
    zhou.sees("on public notice")
    zhou.page.locator("main table a").first.click()
    zhou.page.wait_for_load_state()
    zhou.page.locator("main dd a[href^='/hours/notices/']").first.click()
    zhou.page.wait_for_load_state()
    zhou.sees_no("陈桂芳")
    zhou.sees_no(BY_HAND)


def certify(chen: Reader, shen: Reader) -> str:
    """The volunteer asks, the committee issues; the PDF comes. Returns the number."""
    chen.go("/me/certificates/ask/")
    chen.press("Ask the committee")
    shen.go("/n/tianxin/certificates/")
    shen.follow("陈桂芳")
    shen.write("Contact for questions, on the paper", "021-5550 0101")
    shen.press("Issue the certificate")
    chen.go("/me/certificates/")
    number = chen.page.locator("main a.num").first.inner_text().strip()
    with chen.page.expect_download() as coming:
        chen.page.get_by_role("link", name=zh("Download (PDF, A4)"), exact=True).first.click()
    paper = coming.value.path().read_bytes()
    assert paper.startswith(b"%PDF")
    return number


def check(anybody: Reader, number: str) -> None:
    """Whoever holds the paper checks its number; one other character is no certificate."""
    anybody.go(f"/v/{number}")
    anybody.sees("This certificate is in force")
    anybody.sees_no("陈桂芳")
    other = number[:-1] + ("A" if number[-1] != "A" else "B")
    anybody.expected.add(404)
    anybody.go(f"/v/{other}")
    anybody.sees_no("This certificate is in force")


def look_at_sums(anybody: Reader) -> None:
    """Four people, two hours each; nobody is named who did not agree."""
    anybody.go("/n/tianxin/volunteers/")
    anybody.sees("8")
    anybody.sees_no("陈桂芳")
