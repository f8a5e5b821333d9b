"""One matter from the first idea to the judged result: nine people, each at a phone, and a clock that runs."""

from __future__ import annotations

from tests.browser import decided, heard, raised
from tests.browser.conftest import Enter
from tests.browser.servers import Portal
from tests.browser.story import Story


def test_the_side_gate(stage: Portal, enter: Enter) -> None:
    story = Story(stage, lambda name: enter(stage, name))
    for chapter in (*raised.CHAPTERS, *heard.CHAPTERS, *decided.CHAPTERS):
        chapter(story)
