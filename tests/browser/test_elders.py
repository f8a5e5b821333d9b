"""A resident of 75 on a phone: what matters comes first and is read aloud, and nothing is too small to press."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.looking import faults
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh

HOME = "/n/tianxin/"
PAGES = (HOME, f"{HOME}votes/", f"{HOME}topics/", f"{HOME}take-part/", "/me/notices/", "/me/")
# Of these the first on the list is opened too.
LISTS = (f"{HOME}activities/", f"{HOME}surveys/")
GATE = "红林路小门"
# What is pressed besides what `faults` measures, and how high it is at least.
DOORS = "main .four a, .bar a:not(.vh), .bar button, main .btn, main summary"
SIXTY = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.offsetParent)
  .map((one) => [one.innerText.trim().slice(0, 12), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 59.5)"""
# Chromium brings no voices: one that keeps what it is told to say, and says nothing.
VOICE = """(voices) => {
  window.said = [];
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
  const synth = new EventTarget();
  synth.getVoices = () => voices;
  synth.cancel = () => { window.said.push("—"); };
  synth.speak = (words) => { window.said.push(words.text); setTimeout(() => words.dispatchEvent(new Event("end"))); };
  Object.defineProperty(window, "speechSynthesis", { value: synth });
}"""


def test_an_elder_finds_the_next_thing_has_it_read_and_misses_no_button(demo: Portal, enter: Enter) -> None:
    elder = enter(demo, "", elder=True)
    elder.go("/accounts/login/")
    assert too_small(elder) == []
    without_a_voice_it_is_said(elder.page)
    elder.page.add_init_script(f"({VOICE})([{{lang: 'zh-CN'}}])")
    elder.sign_in_as("chen")
    for path in PAGES + LISTS:
        elder.go(path)
        assert too_small(elder) == [], path
        if path in LISTS:
            elder.page.locator("main li :is(h2, h3) a").first.click()
            elder.page.wait_for_load_state()
            assert too_small(elder) == [], elder.page.url
    four_doors_and_one_thing(elder)
    a_topic_is_read_in_order(elder)
    the_rest_is_one_press_away(elder)


def too_small(elder: Reader) -> list[object]:
    """What is wrong with the page that is open, and what on it is lower than 60 px."""
    return [*faults(elder, elder=True), *elder.page.evaluate(SIXTY, DOORS)]


def without_a_voice_it_is_said(page: Page) -> None:
    """No button that does nothing: a line, and whom to call."""
    expect(page.get_by_text(zh("This device cannot read aloud"))).to_be_visible()
    expect(page.locator("[data-readaloud]")).to_be_hidden()


def four_doors_and_one_thing(elder: Reader) -> None:
    """The first screen of a phone holds what waits, its button, and the beginning of the doors."""
    elder.go(HOME)
    expect(elder.page.locator("main .four a")).to_have_count(4)
    expect(elder.page.locator("main .card.due")).to_have_count(1)
    assert elder.page.locator("main .card.due .btn").first.bounding_box()["y"] < 700  # type: ignore[index]


def a_topic_is_read_in_order(elder: Reader) -> None:
    """Title, where it stands, what is next: then it stops when the page is left."""
    elder.go(HOME + "votes/")
    elder.page.locator("main").get_by_role("link", name=GATE).first.click()
    elder.page.wait_for_load_state()
    assert too_small(elder) == []
    elder.follow("Arguments, hearing and history of the topic")
    elder.press("Read this page aloud")
    elder.page.wait_for_function("window.said.at(-1) === '—' && window.said.length > 6")
    said = elder.page.evaluate("window.said.filter((one) => one !== '—')")
    assert GATE in said[0], said
    assert said[1] == elder.text(".track-say"), said
    assert said[2].startswith(elder.text("#next")[:4]), said
    assert not [one for one in said if zh("Read this page aloud") in one], said
    assert elder.page.locator("main .card.due").first.bounding_box()["y"] < 600  # type: ignore[index]


def the_rest_is_one_press_away(elder: Reader) -> None:
    """Folded, and unfolded for whoever comes by a link to a place in it."""
    thread = elder.page.locator("#thread")
    expect(thread).to_be_hidden()
    elder.page.get_by_text(zh("See all of it"), exact=True).click()
    expect(thread).to_be_visible()
    assert too_small(elder) == []
    elder.go(elder.page.url.split("#")[0] + "#thread")
    expect(thread).to_be_visible()
