"""Where the portal replaces private methods of Django: which version they were read in, and that they are there."""

from __future__ import annotations

import django
import pytest
from django.core.handlers.asgi import ASGIHandler
from django.db.backends.sqlite3 import base as django_sqlite

from portal.handler import PageHandler
from portal.sqlite3.base import DatabaseWrapper

READ_IN = (5, 2)


def test_what_is_overridden_was_read_in_this_version_of_django() -> None:
    assert django.VERSION[:2] == READ_IN, (
        "read portal/handler.py and portal/sqlite3/base.py beside the new Django"
    )


@pytest.mark.parametrize(
    ("ours", "theirs"), [(PageHandler, ASGIHandler), (DatabaseWrapper, django_sqlite.DatabaseWrapper)]
)
def test_every_method_that_is_overridden_is_still_one_of_djangos(ours: type, theirs: type) -> None:
    own = {name for name, value in vars(ours).items() if callable(value)} - {"_pass_on", "__init__"}

    assert own
    assert {name for name in own if not callable(getattr(theirs, name, None))} == set()
