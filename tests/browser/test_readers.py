from __future__ import annotations

from tests.browser.conftest import Enter
from tests.browser.servers import Portal


def test_somebody_signs_in(people: Portal, enter: Enter) -> None:
    zhou = enter(people, "zhou")
    zhou.go("/n/tianxin/")
    zhou.page.screenshot(path="/tmp/shots/first.png")
