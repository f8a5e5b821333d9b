"""Somebody with a browser: what they do, in the words of the page, and what they must never see."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.browser.servers import Portal
from tests.browser.words import zh

# How neighbours see them (portal/demo/world.py).
SHOWN = {
    "chen": "陈阿姨",
    "zhou": "周先生",
    "zhu": "朱老师",
    "sun": "孙主任",
    "volunteer": "吴医生",
    "tenant": "小林",
}
PASSWORD = "gongzhi-demo-2026"
PHONE = {"width": 390, "height": 844}
WORKBENCH = "/n/tianxin/work/"
PATIENCE = 10_000
expect.set_options(timeout=PATIENCE)


class Reader:
    """A person at a browser of their own. `complaints`: what was wrong on any page they saw."""

    def __init__(
        self,
        browser: Browser,
        portal: Portal,
        name: str = "",
        *,
        width: int = 390,
        elder: bool = False,
        scripts: bool = True,
        dark: bool = False,
        state: Any = None,
    ) -> None:
        self.portal, self.name = portal, name
        self.complaints: list[str] = []
        # Answers of these kinds are expected: the test is about them.
        self.expected: set[int] = set()
        # What came through sockets.
        self.frames: list[str] = []
        self.context = browser.new_context(
            base_url=portal.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": PHONE["height"]},
            is_mobile=width < 700,
            has_touch=width < 700,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            storage_state=state,
        )
        if elder:
            self.context.add_cookies([{"name": "elder", "value": "1", "url": portal.address}])
        self.context.set_default_timeout(PATIENCE)
        self.page = self.open()
        if name and state is None:
            self.sign_in()

    def open(self) -> Page:
        """Another tab."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on(
            "websocket", lambda line: line.on("framereceived", lambda text: self.frames.append(str(text)))
        )
        return page

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    @property
    def shown(self) -> str:
        """The name under which neighbours know them."""
        return SHOWN[self.name]

    # --- doing ---

    def sign_in(self) -> None:
        """By the form, as everybody does."""
        self.go("/accounts/login/")
        self.type_account()
        expect(self.page).not_to_have_url(re.compile("/accounts/login/"))

    def sign_in_as(self, name: str) -> None:
        """Somebody who was nobody so far."""
        self.name = name
        self.sign_in()

    def type_account(self) -> None:
        """Name and password on the sign-in page that is open."""
        self.page.locator("input[name=login]").fill(self.name)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main form button:not([type=button])").first.click()

    def go(self, address: str) -> None:
        """Open an address of the portal, or load the page again."""
        self.page.goto(address)

    def button(self, words: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=zh(words), exact=True)

    def link(self, words: str) -> Locator:
        """A link by its words."""
        return self.page.get_by_role("link", name=zh(words), exact=True)

    def press(self, words: str) -> None:
        """Press the button with these words, and wait for what it leads to."""
        self.button(words).click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        self.link(words).first.click()
        self.page.wait_for_load_state()

    def field(self, label: str) -> Locator:
        """The field with this label, to which "(optional)" may be added."""
        optional = re.escape(zh("(optional)"))
        return self.page.get_by_label(re.compile(rf"^{re.escape(zh(label))}\s*({optional})?\s*$"))

    def write(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.field(label).fill(text)

    def tick(self, words: str) -> None:
        """Choose a radio button or a box by its words."""
        self.page.get_by_label(zh(words), exact=True).check()

    def pick(self, words: str) -> None:
        """Choose the radio button that begins with these words and goes on to say what they mean."""
        self.page.get_by_role("radio", name=re.compile(rf"^{re.escape(zh(words))}")).check()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by its label: the option that is these words, else the one that holds them."""
        box, wanted = self.field(label), zh(option)
        shown = [text.strip() for text in box.locator("option").all_text_contents()]
        fitting = [wanted] if wanted in shown else [text for text in shown if wanted in text]
        assert len(fitting) == 1, (wanted, shown)
        box.select_option(index=shown.index(fitting[0]))

    def within(self, heading: str) -> Locator:
        """The section under a heading that holds these words."""
        titled = self.page.get_by_role("heading").filter(has_text=zh(heading))
        return self.page.locator("section").filter(has=titled).last

    def act(self, words: str) -> None:
        """Begin one of the things that can be done to a topic, wherever on its page it stands."""
        wanted = self.link(words).or_(self.button(words)).first
        more = self.page.get_by_text(zh("More you can do"), exact=True)
        if not wanted.is_visible() and more.count():
            more.click()
        wanted.click()
        self.page.wait_for_load_state()

    def go_to_desk(self, words: str) -> None:
        """Go to a page of the workbench by its list, which is folded at a telephone."""
        self.go(WORKBENCH)
        if not self.link(words).is_visible():
            self.page.get_by_text(zh("All pages of the workbench"), exact=True).click()
        self.follow(words)

    def open_duty(self, about: str) -> None:
        """Find what one owes about something on the workbench, and go there."""
        self.go(WORKBENCH)
        self.page.locator("main tr").filter(has_text=about).get_by_role("link").first.click()
        self.page.wait_for_load_state()

    def open_duty_by_keys(self, about: str) -> None:
        """The same without a mouse: J and K go down and up the list, X chooses and lets go, Enter opens."""
        self.go(WORKBENCH)
        work, keys = self.page.locator("[data-work]"), self.page.keyboard
        wanted = work.locator("tbody tr").filter(has_text=about)
        link, box = wanted.locator("th a"), wanted.get_by_role("checkbox")
        rows = work.locator("tbody tr:not(.group)").count()
        work.focus()
        for _row in range(rows + 1):
            keys.press("j")
        for _row in range(rows):
            if link.evaluate("one => one === document.activeElement"):
                break
            keys.press("k")
        expect(link).to_be_focused()
        keys.press("x")
        expect(box).to_be_checked()
        expect(work.get_by_role("status")).to_have_text(zh("Chosen: {n}").replace("{n}", "1"))
        keys.press("x")
        expect(box).not_to_be_checked()
        keys.press("Enter")
        self.page.wait_for_url(lambda url: WORKBENCH not in url)
        self.page.wait_for_load_state()

    # --- seeing ---

    def sees(self, words: str) -> None:
        """The page says this somewhere in its main part."""
        expect(self.page.locator("main")).to_contain_text(zh(words))

    def sees_no(self, words: str) -> None:
        """The page does not say this."""
        expect(self.page.locator("main")).not_to_contain_text(zh(words))

    def text(self, selector: str = "main") -> str:
        """The words at a place of the page."""
        return self.page.locator(selector).first.inner_text()

    def stays(self) -> None:
        """Remember that this page is open; `stayed` tells whether it still is, without having been loaded again."""
        self.page.evaluate("window.stayed = true")

    @property
    def stayed(self) -> bool:
        """Whether the page has not been loaded again since `stays`."""
        return bool(self.page.evaluate("window.stayed === true"))

    # --- what must not happen ---

    def _heard(self, message: ConsoleMessage) -> None:
        # An answer that is an error is judged by its status; a network that the test took away is no mistake.
        if any(words in message.text for words in ("Failed to load resource", "ERR_INTERNET_DISCONNECTED")):
            return
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"http://{parts.netloc}" != self.portal.address:
            self.complaints.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")
