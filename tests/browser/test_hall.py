"""Meetings by the screen of the hall, three phones and the clerk's desk: a hearing, and a matter of eight rounds."""

from __future__ import annotations

import pytest

from tests.browser import gate_after, gate_before, gate_sitting, gate_voting, renovating
from tests.browser.conftest import Enter
from tests.browser.screens import Sitting
from tests.browser.servers import Portal

pytestmark = pytest.mark.slow


def test_the_gate_hearing_from_sign_up_to_its_answer(people: Portal, enter: Enter) -> None:
    it = Sitting(people, enter)
    for chapter in (
        *gate_before.CHAPTERS,
        *gate_sitting.CHAPTERS,
        *gate_voting.CHAPTERS,
        *gate_after.CHAPTERS,
    ):
        chapter(it)


def test_eight_rounds_to_an_agreed_text(people: Portal, enter: Enter) -> None:
    it = Sitting(people, enter)
    for chapter in renovating.CHAPTERS:
        chapter(it)
