"""One matter from the first idea to the judged result: nine people, each at a phone, and a clock that runs."""

from __future__ import annotations

from tests.browser import decided, heard, raised
from tests.browser.conftest import Enter
from tests.browser.servers import Portal
from tests.browser.story import Story


def test_the_side_gate(people: Portal, enter: Enter) -> None:
    story = Story(people, lambda name: enter(people, name))
    for chapter in (*raised.CHAPTERS, *heard.CHAPTERS, *decided.CHAPTERS):
        chapter(story)
