"""A round of the micro-fund from the opening of the fund to closed books, by the pages that people use."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Enter
from tests.browser.granting import GRANTING, Round
from tests.browser.servers import Portal
from tests.browser.spending import SPENDING

pytestmark = pytest.mark.slow


def test_a_round_from_its_opening_to_closed_books(people: Portal, enter: Enter) -> None:
    it = Round(people, enter)
    for chapter in (*GRANTING, *SPENDING):
        chapter(it)
