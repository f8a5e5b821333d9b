"""The screens of one meeting side by side: the hall's, the phones, the clerk's; and how long an event takes to all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect

from portal.kit import clock
from tests.browser.hall_words import ELDER, PHONES
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.story import hearing_of
from tests.browser.words import zh

PROJECTOR = {"width": 1280, "height": 720}
OFFICE = frozenset({"wang", "shen", "sun", "li"})  # at a desk; everybody else is at a phone
LONGEST = 1.0  # seconds from the press to each screen
ASKING = 3.0  # how often a page asks that has no line: then it was not live
SOON = 20.0
# Watches the parts of a screen for words, and notes when they first can be read.
WATCH = """([place, words]) => {
  clearInterval(window.watching);
  window.seenAt = 0;
  const says = (one) => one.checkVisibility() && one.textContent.includes(words);
  const seen = () => [...document.querySelectorAll(place)].some(says);
  window.watching = setInterval(() => {
    if (seen()) { window.seenAt = Date.now(); clearInterval(window.watching); }
  }, 20);
}"""
PARTS = "[data-part], [data-own]"
# What a screen says, part by part, without what runs by the clock, and without what is the reader's own.
SAID = """() => Object.fromEntries([...document.querySelectorAll("[data-part]")].filter((one) => one.checkVisibility())
  .map((one) => [one.dataset.part, one.innerText.replace(/[−\\d]+:\\d\\d/g, "").replace(/\\s+/g, " ").trim()]))"""


@dataclass
class Sitting:
    """Who takes part, each with a browser of their own, the address of the meeting, and how long events took."""

    portal: Portal
    enter: Callable[..., Reader]
    topic: str = ""
    hearing: str = ""
    draw: str = ""
    vote: str = ""
    people: dict[str, Reader] = field(default_factory=dict)
    screens: dict[str, Reader] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Reader:
        """Somebody's browser; they sign in when they first appear, and stay."""
        if name not in self.people:
            width = 1280 if name in OFFICE else 390
            self.people[name] = self.enter(self.portal, name, width=width, elder=name == ELDER)
        return self.people[name]

    @property
    def pk(self) -> str:
        """The key of the meeting."""
        return re.findall(r"\d+", self.hearing)[0]

    @property
    def live(self) -> str:
        """The page for phones."""
        return f"/live/{self.pk}/"

    def on(self, name: str, address: str = "") -> Reader:
        """Somebody with the meeting's page, or another one, freshly before them."""
        self[name].go(address or self.hearing)
        return self[name]

    def does(self, name: str, words: str, /, *, sends: str = "", at: str = "", **typed: str) -> Reader:
        """Somebody does one of the things offered on a page; `typed`: fields by their names."""
        reader = self.on(name, at)
        reader.follow(words)
        fill(reader, **typed)
        return send(reader, sends or words)

    def runs(self, *words: str) -> str:
        """What is done by a programme beside the browsers; what it says."""
        done = self.portal.run("-m", "tests.browser.halling", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def hour(self, days: int, hour: int = 14) -> datetime:
        """An hour so many days from the portal's today."""
        return clock.at_time(clock.day_of(self.portal.now) + timedelta(days=days), hour)

    def open_screens(self) -> None:
        """The projector signed in as nobody, three phones, the clerk at a desk."""
        hall = self.enter(self.portal, width=PROJECTOR["width"])
        hall.page.set_viewport_size(PROJECTOR)
        desk = self.enter(
            self.portal, "shen", width=PROJECTOR["width"], state=self["shen"].context.storage_state()
        )
        self.screens = {"hall": hall, "desk": desk} | {name: self[name] for name in PHONES}
        self.load_screens()

    def load_screens(self) -> None:
        """All of them freshly, each at its own address, and listening."""
        for name, screen in self.screens.items():
            screen.frames.clear()
            screen.go(self.live + (f"{name}/" if name in {"hall", "desk"} else ""))
            screen.stays()
        for screen in self.screens.values():
            expect(screen.page.locator("[data-state]:not(.off)")).to_have_text(
                zh("in step with the hall"), timeout=40_000
            )

    def all_see(
        self, act: Callable[[], object], words: str, *, but: tuple[str, ...] = (), place: str = PARTS
    ) -> None:
        """Press, and all screens (`but` some) say it within a second, none of them by being loaded again."""
        watched = {name: screen for name, screen in self.screens.items() if name not in but}
        for screen in watched.values():
            screen.page.evaluate(WATCH, [place, words])
        pressed = time.time()
        act()
        for name, screen in watched.items():
            seen_by(screen)
            self.took[f"{words} · {name}"] = screen.page.evaluate("window.seenAt") / 1000 - pressed
            assert screen.stayed, f"{name} was loaded again"

    def in_time(self) -> None:
        """Events reached the screens within a second, nine in ten of them; on a machine for which many wait, later."""
        waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
        longest = min(ASKING, LONGEST * max(1.0, waiting))
        late = {what: round(took, 2) for what, took in self.took.items() if took > longest}
        assert len(late) * 10 <= len(self.took), f"{late} of {len(self.took)}"

    def said(self) -> dict[str, dict[str, str]]:
        """What the screens say that all read alike, part by part."""
        return {name: screen.page.evaluate(SAID) for name, screen in self.screens.items() if name != "desk"}


def seen_by(screen: Reader) -> None:
    """Until a screen has seen what it watches for. (The page's own rules let nobody hand it a condition as text.)"""
    patient_until = time.monotonic() + SOON
    while not screen.page.evaluate("window.seenAt"):
        assert time.monotonic() < patient_until, f"{screen.name or 'the hall'} never saw it: {screen.text()}"
        time.sleep(0.02)


def fill(reader: Reader, /, **typed: str) -> None:
    """Type into the fields of the form that is open, by their names."""
    for name, text in typed.items():
        reader.page.locator(f"main [name={name}]").fill(text)


def send(reader: Reader, words: str) -> Reader:
    """Press what sends the form, by its words."""
    with reader.page.expect_navigation():
        reader.page.locator("main").get_by_role("button", name=zh(words), exact=True).last.click()
    return reader


def key(reader: Reader, words: str) -> Locator:
    """A button of the clerk's page by its words; its letter may stand beside it."""
    return reader.page.get_by_role("button", name=re.compile(rf"^{re.escape(zh(words))}(\s*\w)?$")).first


def moment(at: datetime) -> str:
    """As a field for a moment takes it."""
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def planned(it: Sitting, topic: str, title: str) -> None:
    """The topic is talked over; the director calls a hearing on it, the owners' committee presents and answers."""
    pk = it.runs("topic", topic)
    it.topic = f"/topics/{pk}/"
    it.portal.forward(days=8)
    wang = it.on("wang", it.topic)
    wang.follow("Call a hearing")
    fill(wang, title=title, plan_owner="业委会 孙主任", plan_person="孙国强")
    wang.choose("Who chairs", "王主任")
    wang.choose("Who must answer the opinion", "孙主任")
    send(wang, "Plan the hearing")
    it.hearing = hearing_of(wang.page.url)


def announced(it: Sitting, agenda: str) -> datetime:
    """Public notice with registration open at once, observers' seats, the list; the moment it begins."""
    begins = it.hour(9)
    it.does(
        "wang",
        "Announce the hearing",
        sends="Announce",
        starts_at=moment(begins),
        place="居委会二楼",
        agenda=agenda,
        seats="20",
    )
    it.does("wang", "Publish the list", sends="Close registration and publish")
    return begins
