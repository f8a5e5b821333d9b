from __future__ import annotations

import socket
from typing import Any

import pytest
from django.core.management import call_command

from portal.management.commands import serve


def test_a_port_that_is_taken_is_said_before_anything_is_prepared(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve.Command, "prepare", lambda self, **options: pytest.fail("prepared"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]

        with pytest.raises(SystemExit, match=f"^Port {settings.PORT} is in use.* such as PORT="):
            call_command("serve")


def test_a_port_that_is_free_is_left_free(settings: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        settings.PORT = other.getsockname()[1]

    serve.require_port()
    serve.require_port()
