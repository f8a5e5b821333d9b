"""Who takes part in a story of the browser, each with a browser of their own, and how they fill in a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from portal.kit import clock
from tests.browser.readers import Reader
from tests.browser.servers import Portal
from tests.browser.words import zh

OFFICE = frozenset({"wang", "shen", "sun", "li"})  # at a screen on a desk; everybody else is at a phone
ELDER = "zhu"
SENDS = "form button.btn:not([type=button])"


@dataclass
class Company:
    """The people, and the programme that does what is not done in a browser."""

    PROGRAMME: ClassVar[str]

    portal: Portal
    enter: Callable[..., Reader]
    people: dict[str, Reader] = field(default_factory=dict, kw_only=True)

    def __getitem__(self, name: str) -> Reader:
        """Somebody's browser; they sign in when they first appear, and stay."""
        if name not in self.people:
            width = 1280 if name in OFFICE else 390
            self.people[name] = self.enter(self.portal, name, width=width, elder=name == ELDER)
        return self.people[name]

    @property
    def page(self) -> str:
        """The address of what they are there for."""
        raise NotImplementedError

    def on(self, name: str, address: str = "") -> Reader:
        """Somebody with that page, or another one, freshly before them."""
        self[name].go(address or self.page)
        return self[name]

    def does(self, name: str, words: str, /, *, sends: str = "", at: str = "", **typed: str) -> Reader:
        """Somebody does one of the things offered on a page; `typed`: fields by their names, those folded as well."""
        reader = self.on(name, at)
        reader.follow(words)
        fill(reader, **typed)
        return send(reader, sends or words)

    def runs(self, *words: str) -> str:
        """What is done by a programme beside the browsers; what it says."""
        done = self.portal.run("-m", self.PROGRAMME, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def hour(self, days: int, hour: int = 14) -> datetime:
        """An hour so many days from the portal's today."""
        return clock.at_time(clock.day_of(self.portal.now) + timedelta(days=days), hour)

    def day(self, days: int) -> str:
        """So many days from the portal's today, as a date field takes it."""
        return (clock.day_of(self.portal.now) + timedelta(days=days)).isoformat()


def fill(reader: Reader, /, **typed: str) -> None:
    """Type into the fields of the form that is open, by their names."""
    for name, text in typed.items():
        field = reader.page.locator(f"main [name={name}]")
        for summary in field.locator("xpath=ancestor::details[not(@open)]/summary").all():
            summary.click()
        field.fill(text)


def send(reader: Reader, words: str = "") -> Reader:
    """Press what sends the form, by its words or as the last of its buttons."""
    main = reader.page.locator("main")
    named = main.get_by_role("button", name=zh(words), exact=True)
    with reader.page.expect_navigation():
        (named if words else main.locator(SENDS)).last.click()
    return reader
