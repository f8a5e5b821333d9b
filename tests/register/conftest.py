from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from portal.notifications import mails
from tests.register import texting


@pytest.fixture
def texts(settings: Settings) -> Iterator[list[tuple[str, str]]]:
    """The text messages sent in this test."""
    settings.SMS_BACKEND = "tests.register.texting.keep"
    texting.sent.clear()
    yield texting.sent
    texting.sent.clear()


@pytest.fixture(autouse=True)
def mail_goes_at_once() -> Iterator[None]:
    """A test is one transaction that never commits: what is tried after the request's is tried in it."""
    usual = mails.on_commit
    mails.on_commit = lambda work, robust=False: work()
    yield
    mails.on_commit = usual
