"""How a command or a server that cannot go on says so: in a sentence, without a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What gunicorn takes for "do not start another worker in its place".
GIVE_UP = 3


@contextmanager
def in_words(code: int = 1) -> Iterator[None]:
    """Leave with `code` and a sentence on standard error where something is missing, wrong or away."""
    try:
        yield
    except Exception as error:
        words = explained(error)
        if words is None:
            raise
        sys.stderr.write(f"{words}\n")
        raise SystemExit(code) from None


def explained(error: Exception) -> str | None:
    """What an exception tells whoever runs the portal to do; None where it is a fault of the program."""
    if isinstance(error, ModuleNotFoundError):
        return _missing(error.name or "")
    # Imported late: where these are missing this module still says so.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    if isinstance(error, ImproperlyConfigured):
        return f"The portal does not start.\n{error}"
    if isinstance(error, OSError | OperationalError):
        return _away(error)
    return None


def _missing(name: str) -> str | None:
    if name.partition(".")[0] == "portal":
        return None
    return f"The Python module {name} is missing. Run `make setup`, which installs what runs the portal."


def _away(error: Exception) -> str | None:
    from portal.kit.outages import Outage, outage_of  # noqa: PLC0415
    from portal.reachable import database, database_words  # noqa: PLC0415

    outage = outage_of(error)
    if outage is Outage.FULL:
        return (
            "There is no room left on the disk. Make some, and run this again; what was kept before is whole."
        )
    if outage is Outage.AWAY:
        # A pool only says that it waited in vain; asked directly, the server says why.
        absent = database() or database_words(str(error))
        return f"{absent.said} {absent.hint}"
    return None
