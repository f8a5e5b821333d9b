from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.register import texting


@pytest.fixture
def texts(settings: Settings) -> Iterator[list[tuple[str, str]]]:
    """The text messages sent in this test."""
    settings.SMS_BACKEND = "tests.register.texting.keep"
    texting.sent.clear()
    yield texting.sent
    texting.sent.clear()
