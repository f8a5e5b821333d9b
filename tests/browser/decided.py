"""The last chapters: the owners vote, it is carried out with dates, judged and closed; the record holds."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import datetime, timedelta

from playwright.sync_api import expect

from portal.kit import clock
from tests.browser.readers import Reader
from tests.browser.story import Story, path_of, photo
from tests.browser.words import zh

QUESTION = "是否同意附条件开通红林路小门？"
SUMMARY = "多数人赞成开门，去地铁站少走 640 米；夜里要关，不动用维修资金。"
STEPS = ("装门禁和补光探头，铺 8 米人行步道", "试开三天，发门卡")


def call(story: Story) -> None:
    """Wang sums the discussion up and calls the owners' vote; fewer than fifteen days of notice are refused."""
    story.portal.forward(days=6)  # the discussion's promised end
    wang = story.on_topic("wang")
    wang.act("Write the summary")
    wang.write("Summary of the discussion", SUMMARY)
    wang.press("Write the summary")
    wang.expected.add(409)
    wang.act("Call a vote")
    wang.write("Question", QUESTION)
    wang.write("Explanation", SUMMARY)
    first = wang.field("First day of voting").input_value()
    wang.write("First day of voting", story.day(10))
    wang.press("Call a vote")
    expect(wang.page.get_by_role("alert")).to_be_visible()
    expect(wang.field("Question")).to_have_value(QUESTION)
    wang.write("First day of voting", first)
    wang.press("Call a vote")
    story.stands_at("Decide", waits_for="all owners")
    opens = clock.at_time(datetime.fromisoformat(first).date(), 9)
    assert opens - story.portal.now > timedelta(days=14)
    story.portal.until(opens)


def vote(story: Story) -> None:
    """Chen votes on the phone and changes her mind; eight in ten of the other owners vote."""
    chen = story.on_topic("chen")
    chen.tick("Disagree")
    cast(chen, "Disagree")
    story.vote = path_of(chen.page.url)
    chen.sees("Your vote was received")
    chen.page.get_by_text(zh("Change your vote")).click()
    chen.tick("Agree")
    cast(chen, "Agree")
    facts = chen.page.locator("#ballot dl")
    expect(facts).to_contain_text(zh("Agree"))
    done = story.portal.run("-m", "tests.browser.desk", re.findall(r"\d+", story.vote)[0])
    assert done.returncode == 0, done.stderr
    story["zhou"].go(story.vote)
    story["zhou"].sees("Took part, owners")


def cast(reader: Reader, choice: str) -> None:
    """Check what was chosen, and cast it."""
    reader.press("Check and vote")
    reader.sees(zh("You vote: %(choice)s", choice=zh(choice)))
    reader.press("Cast this vote")


def count(story: Story) -> None:
    """Voting is over, for zhou a moment too soon: four lines reached, a seal, a file to count again."""
    zhou = story["zhou"]
    zhou.expected.add(409)
    zhou.go(story.vote)
    # Whether zhou was among the eight in ten, the lot has decided.
    changing = zhou.page.get_by_text(zh("Change your vote"), exact=True)
    if changing.count():
        changing.click()
    zhou.tick("Abstain")
    zhou.press("Check and vote")
    story.portal.forward(days=9)
    zhou.press("Cast this vote")
    _when, _is, not_counted = zh("Voting ended %(when)s; this ballot was not counted.").partition("%(when)s")
    expect(zhou.page.locator(".note.bad")).to_contain_text(not_counted)
    expect(zhou.page.locator("#result .meter")).to_have_count(4)
    expect(zhou.page.locator("#result .meter .reached")).to_have_count(4)
    expect(zhou.page.locator("#result .seal")).to_have_text(zh("passed"))
    file = story.portal.home / "result.json"
    file.write_bytes(zhou.page.request.get(f"{story.vote}result.json").body())
    again = story.portal.run("-m", "portal.voting.recount", str(file))
    assert again.returncode == 0, again.stdout + again.stderr
    assert json.loads(file.read_text())["outcome"] == "passed"
    story.stands_at("Decide", waits_for="the residents’ committee")


def carry_out(story: Story) -> None:
    """Two steps with their dates; li reports each with a photo, and then the whole."""
    wang = story.on_topic("wang")
    wang.act("Plan who does it, and when")
    wang.choose("Who is responsible", "property manager")
    wang.write("Name shown to neighbours", "物业服务中心 李经理")
    wang.write("Budget in yuan", "48000")
    for number, step in enumerate(STEPS, start=1):
        wang.write(zh("Step %(number)d", number=number), step)
        wang.write(zh("Step %(number)d: done by", number=number), story.day(10 * number))
    wang.press("Plan who does it, and when")
    story.stands_at("Act", waits_for="物业服务中心 李经理")
    for step in STEPS:
        story.portal.forward(days=3)
        li = story.on_topic("li")
        li.page.get_by_role("link").filter(has_text=f"{zh('Report as done')}{zh(': ')}{step}").click()
        li.write("What was done", "做好了，请大家看看。")
        li.page.locator("input[type=file]").set_input_files([photo(step)])
        li.press("Report a step as done")
        expect(li.page.locator(".stepper li.done img").last).to_be_visible()
    li.follow("Report the whole as done")
    li.press("Report the whole as done")
    story.stands_at("Evaluate", waits_for="neighbours")


def judge(story: Story) -> None:
    """Chen and zhou judge the result; when their time is over wang closes the matter."""
    for name, level in (("chen", "satisfied"), ("zhou", "basically satisfied")):
        reader = story.on_topic(name)
        reader.follow("Judge the result")
        reader.tick(level)
        reader.press("Judge the result")
    story.portal.forward(days=15)
    story.stands_at("Evaluate", waits_for="the residents’ committee")
    wang = story.on_topic("wang")
    wang.act("Close the topic")
    wang.write("Reason", "门开了，邻居们满意。谢谢大家。")
    wang.press("Close the topic")
    zhou = story.on_topic("zhou")
    expect(zhou.page.locator(".head .seal")).to_have_text(zh("closed"))
    zhou.sees("谢谢大家")


def verify(story: Story) -> None:
    """The public record holds; one changed row, and the verifier names it."""
    holds = story.portal.run("manage.py", "verify_record")
    assert holds.returncode == 0, holds.stdout + holds.stderr
    with sqlite3.connect(story.portal.home / "portal.sqlite3") as database:
        database.execute("UPDATE record_entry SET title = title || '。' WHERE sequence = 7")
    broken = story.portal.run("manage.py", "verify_record")
    assert broken.returncode == 1
    assert re.search(r"\b7\b", broken.stderr), broken.stderr
    with sqlite3.connect(story.portal.home / "portal.sqlite3") as database:
        database.execute("UPDATE record_entry SET title = rtrim(title, '。') WHERE sequence = 7")


CHAPTERS = (call, vote, count, carry_out, judge, verify)
