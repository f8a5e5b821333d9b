"""Each way back once, in the demo: done, asked about, undone by whoever did it, at a telephone."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.kit import clock
from tests.browser.conftest import Enter
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh

PLACE = "/n/tianxin/"
REASON = "点错了，应当撤回。"


@pytest.fixture
def shen(demo: Portal, enter: Enter) -> Reader:
    """Somebody of the committee."""
    return enter(demo, "shen")


@pytest.fixture
def wang(demo: Portal, enter: Enter) -> Reader:
    """The director."""
    return enter(demo, "wang")


def one(portal: Portal, asked: str) -> int:
    """The key of the first row that an SQL question finds."""
    with sqlite3.connect(portal.home / "portal.sqlite3") as database:
        return int(database.execute(asked).fetchone()[0])


def topic_in(portal: Portal, state: str) -> str:
    """The address of a topic in a state."""
    found = one(portal, f"SELECT id FROM deliberation_topic WHERE state = '{state}' ORDER BY id DESC")  # noqa: S608
    return f"/topics/{found}/"


def undo(reader: Reader, words: str, submit: str = "", *, until: bool = True) -> None:
    """Take it back where its page says until when that can be done."""
    if until:
        expect(reader.page.locator("main small.muted").first).to_be_attached()
    reader.act(words)
    if reader.page.locator("textarea[name=reason]").count():
        reader.write("Reason", REASON)
    reader.press(submit or words)


def publish_correction(reader: Reader, why: str) -> None:
    """Bring out the draft of a page that everybody reads already: it is asked what was corrected, and said."""
    reader.follow("Publish")
    reader.write("What was corrected", why)
    reader.press("Publish the correction")
    reader.sees(why)


def test_a_decision_of_the_screening(demo: Portal, shen: Reader) -> None:
    shen.go(topic_in(demo, "screening"))
    here = shen.page.url
    shen.act("Pass on")
    shen.sees("Take this decision back")
    shen.tick("somebody else; the committee asks there")
    shen.write("Name of the body", "12345")
    shen.write("Reason", "归市政管。")
    shen.press("Pass on")
    shen.sees("redirected")
    undo(shen, "Take this decision back")
    expect(shen.page).to_have_url(here)
    shen.sees("Accept")


def test_whose_matter_it_is(demo: Portal, shen: Reader) -> None:
    shen.go(topic_in(demo, "discussing"))
    shen.act("Put right whose matter it is")
    shen.pick("owners' joint matter (Civil Code art. 278, ordinary)")
    shen.write("Reason", "要动公共部位。")
    shen.press("Put right whose matter it is")
    # What it was, what it is and why stand among what happened.
    expect(shen.page.locator("main")).to_contain_text("（要动公共部位。）")
    shen.act("Put right whose matter it is")
    shen.pick("a matter of the neighbourhood")
    shen.write("Reason", REASON)
    shen.press("Put right whose matter it is")


def test_a_hearing_that_was_cancelled(demo: Portal, shen: Reader) -> None:
    hearing = one(
        demo,
        "SELECT meeting_ptr_id FROM meetings_hearing JOIN meetings_meeting m ON m.id = meeting_ptr_id "
        "WHERE m.state = 'registration'",
    )
    shen.go(f"/hearings/{hearing}/")
    shen.follow("Cancel the hearing")
    shen.sees("Let it take place after all")
    shen.write("Reason", "弄错了一场。")
    shen.press("Cancel the hearing")
    shen.sees("This hearing was cancelled")
    undo(shen, "Let it take place after all", "It takes place after all")
    shen.sees("registration open")


def test_an_activity_and_one_of_its_times_that_were_called_off(demo: Portal, shen: Reader) -> None:
    activity = one(
        demo,
        "SELECT activity_id FROM volunteers_shift JOIN volunteers_activity a ON a.id = activity_id "
        "WHERE a.approved_at NOTNULL AND a.cancelled_at IS NULL ORDER BY starts_at DESC",
    )
    shen.go(f"/activities/{activity}/")
    shen.follow("Call this time off")
    shen.write("Reason", "下雨。")
    shen.press("Call this time off")
    shen.follow("Let this time take place after all")
    shen.write("Reason", "雨停了。")
    shen.press("It takes place after all")
    shen.follow("Call the activity off")
    shen.write("Reason", "台风。")
    shen.press("Call the activity off")
    undo(shen, "Let it take place after all", "It takes place after all")
    shen.sees("Call the activity off")


def test_an_answer_to_a_request(demo: Portal, shen: Reader) -> None:
    shen.go(f"{PLACE}people/")
    shen.page.locator("main tbody a").first.click()
    shen.page.wait_for_load_state()
    request = shen.page.url
    shen.follow("Approve")
    shen.sees("Take the approval back")
    shen.press("Approve")
    shen.sees("Answered in the last days")
    shen.go(request)
    undo(shen, "Take the approval back", "Take it back")
    shen.go(request)
    shen.write("Reason", "请带产证。")
    shen.press("Refuse")
    shen.go(request)
    undo(shen, "Take the refusal back", "Take it back")
    shen.go(request)
    shen.sees("Approve")


def test_the_end_of_a_title_and_of_a_post(demo: Portal, wang: Reader) -> None:
    home = one(
        demo, "SELECT dwelling_id FROM community_ownership WHERE status = 'verified' AND until IS NULL"
    )
    wang.go(f"{PLACE}people/dwellings/{home}/")
    wang.follow("End")
    wang.sees("Take the end back")
    wang.write("Reason", "出售。")
    wang.press("End from this day")
    wang.follow("Take the end back")
    wang.write("Reason", REASON)
    wang.press("It holds on")
    wang.go(f"{PLACE}people/posts/")
    ended = wang.page.get_by_role("link", name=zh("Give the post back"))
    expect(ended).to_have_count(0)
    wang.page.get_by_role("link", name=zh("End today")).first.click()
    wang.page.wait_for_load_state()
    wang.sees("Give the post back")
    wang.press("End today")
    expect(ended).to_have_count(1)
    ended.click()
    wang.page.wait_for_load_state()
    wang.press("Give the post back")
    expect(ended).to_have_count(0)


def test_a_page_that_was_published(demo: Portal, shen: Reader) -> None:
    shen.go(f"{PLACE}edit/new/notice/")
    shen.write("Title", "停水通知")
    shen.page.locator("textarea[name=body]").fill("周三停水。")
    shen.page.locator("main form .btn").first.click()
    shen.page.wait_for_load_state()
    preview = shen.page.url
    shen.follow("Publish")
    shen.sees("Take off the site")
    shen.press("Publish")
    shen.go(preview)
    shen.follow("Take off the site")
    shen.press("Take off the site")
    shen.go(preview)
    shen.follow("Publish")
    shen.press("Publish")
    shen.go(preview.replace("preview/", ""))
    shen.page.locator("textarea").first.fill("周四停水。")
    shen.page.locator("#editor button.btn[value=save]").first.click()
    shen.page.wait_for_load_state()
    publish_correction(shen, "停水改到周四。")
    shen.sees("周四停水。")
    shen.go(preview)
    shen.follow("History")
    shen.page.get_by_role("link", name=zh("Make this the draft again")).last.click()
    shen.page.wait_for_load_state()
    shen.press("Make this the draft again")
    shen.sees("周三停水。")
    publish_correction(shen, REASON)
    shen.sees("周三停水。")


def test_codes_are_shown_for_a_time_or_once(demo: Portal, shen: Reader, enter: Enter) -> None:
    shen.go(f"{PLACE}people/letters/")
    shen.field("9号楼").check()
    shen.field("Only dwellings where nobody has an account yet").uncheck()
    shen.press("Show how many")
    shen.page.locator(".side form .btn").click()
    shen.page.wait_for_load_state()
    shen.follow("Print from the browser")
    expect(shen.page.locator("article.letter").first).to_be_visible()
    chen = enter(demo, "chen")
    chen.go("/me/")
    chen.page.get_by_role("button", name=zh("Invitation code for somebody of my household")).first.click()
    expect(chen.page.locator(".figure b")).to_be_visible()
    chen.go(chen.page.url)
    expect(chen.page.locator(".figure b")).to_have_count(0)


def test_a_topic_that_was_closed(demo: Portal, shen: Reader) -> None:
    topic = topic_in(demo, "evaluating")
    demo.until(clock.now() + timedelta(days=7))
    shen.go(topic)
    shen.act("Close the topic")
    shen.sees("Open the topic again")
    shen.write("Reason", "谢谢大家。")
    shen.press("Close the topic")
    undo(shen, "Open the topic again")
    shen.sees("evaluation")


def test_a_vote_that_was_called_off(demo: Portal, shen: Reader) -> None:
    # A vote is called about what was discussed to its promised end and summed up.
    topic = topic_in(demo, "discussing")
    demo.forward(days=15)
    shen.go(topic)
    shen.act("Write the summary")
    shen.write("Summary of the discussion", "多数赞成，担心的是费用。")
    shen.press("Write the summary")
    shen.act("Call a vote")
    shen.write("Question", "是否同意？")
    shen.write("Explanation", "赞成的说方便，反对的说要花钱。")
    shen.press("Call a vote")
    number = one(demo, "SELECT max(id) FROM voting_vote")
    vote = f"/votes/{number}/"
    shen.go(vote)
    shen.follow("Call the vote off")
    shen.sees("Let the vote take place after all")
    shen.write("Reason", "日期写错了。")
    shen.press("Call the vote off")
    shen.go(vote)
    shen.sees("called off")
    undo(shen, "Let the vote take place after all")
    shen.go(vote)
    shen.sees_no("Let the vote take place after all")
