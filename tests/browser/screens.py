"""The screens of one meeting side by side: the hall's, the phones, the clerk's; and how long an event takes to all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from playwright.sync_api import Locator, expect

from portal.kit import clock
from tests.browser.company import Company, fill, send
from tests.browser.hall_words import PHONES
from tests.browser.readers import Reader
from tests.browser.story import hearing_of
from tests.browser.words import zh

PROJECTOR = {"width": 1280, "height": 720}
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
class Sitting(Company):
    """Who takes part in a meeting, its address, the screens that show it, and how long events took to reach them."""

    PROGRAMME = "tests.browser.halling"

    topic: str = ""
    hearing: str = ""
    draw: str = ""
    vote: str = ""
    screens: dict[str, Reader] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """The meeting's."""
        return self.hearing

    @property
    def pk(self) -> str:
        """The key of the meeting."""
        return re.findall(r"\d+", self.hearing)[0]

    @property
    def live(self) -> str:
        """The page for phones."""
        return f"/live/{self.pk}/"

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


def opens_the_session(it: Sitting) -> None:
    """The director does, from the meeting's page; all screens say so."""
    wang = it.on("wang")
    wang.follow("Open the session")
    it.all_see(lambda: send(wang, "Open the session"), zh("Nobody has the floor."))
