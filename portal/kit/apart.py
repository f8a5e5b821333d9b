"""Work that takes much memory, in a process of its own: what it took ends with it."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings


def manage(*arguments: str, longest: float, given: bytes = b"", silent: bool = False) -> bytes:
    """Run a command of the portal, give it bytes on its standard input, and get what it wrote on its output.

    `longest`: after so many seconds it is ended. `silent`: what it says on its error output is thrown away; else it
    stands in what this process says. Raises CalledProcessError, TimeoutExpired.
    """
    done = subprocess.run(  # noqa: S603 - our own program and arguments
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if silent else None,
        check=True,
        timeout=longest,
    )
    return done.stdout
