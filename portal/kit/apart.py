"""Work that takes much memory, in a process of its own: what it took ends with it."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings

# Models alone, of the apps that are read there: about 50 MB instead of 200 before any work (portal/settings_lean.py).
LEAN = {"DJANGO_SETTINGS_MODULE": "portal.settings_lean"}


def manage(
    *arguments: str, longest: float, given: bytes = b"", silent: bool = False, lean: bool = False
) -> bytes:
    """Run a command of the portal, give it bytes on its standard input, and get what it wrote on its output.

    `longest`: after so many seconds it is ended. `silent`: what it says on its error output is thrown away; else it
    stands in what this process says. `lean`: without pages and hooks, for work that only reads models. Raises
    CalledProcessError, TimeoutExpired.
    """
    done = subprocess.run(  # noqa: S603 - our own program and arguments
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if silent else None,
        check=True,
        timeout=longest,
        env=os.environ | (LEAN if lean else {}),
    )
    return done.stdout
