from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.community.models import Area
from portal.notifications.kinds import Kind
from tests import factories
from tests.notifications.factories import kind


@pytest.fixture
def here() -> Area:
    return factories.make_neighbourhood(name="天馨")


@pytest.fixture
def opened() -> Iterator[Kind]:
    """A kind of news with a title of its subject."""
    with kind(body="“%(title)s” runs until %(until_at)s.") as made:
        yield made
