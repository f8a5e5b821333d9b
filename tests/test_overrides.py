"""Where the portal replaces private methods of Django: which version they were read in, and that they are there."""

from __future__ import annotations

from importlib.metadata import version

import django
import pytest
from autobahn.twisted.websocket import WebSocketServerProtocol
from daphne.ws_protocol import WebSocketProtocol
from django.core.handlers.asgi import ASGIHandler
from django.db.backends.sqlite3 import base as django_sqlite
from twisted.internet.abstract import FileDescriptor

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


def test_what_a_wire_takes_for_granted_was_read_in_these_versions() -> None:
    assert version("daphne").startswith("4.2."), "read portal/threads/wires.py beside the new Daphne"
    assert version("autobahn").startswith("26."), "and autobahn"
    assert version("twisted").startswith("26."), "and Twisted"
    kept = FileDescriptor(reactor=object())
    assert (kept.dataBuffer, kept.offset, kept._tempDataLen) == (b"", 0, 0)
    assert issubclass(WebSocketProtocol, WebSocketServerProtocol)
    assert callable(FileDescriptor.writeSomeData)
