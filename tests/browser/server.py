"""One whole portal for the browser tests: python -m tests.browser.server tables|people|demo [serve].

Everything is as in `manage.py serve`, but the clock obeys a file and the periodic work follows it at once.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

import django

from tests.browser import clockwork

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
clockwork.move()
django.setup()
# Whatever imports models comes after this line.

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connections, transaction  # noqa: E402

from portal.duties import tick  # noqa: E402
from portal.kit.static import HashedStaticFiles  # noqa: E402
from portal.management.commands import serve  # noqa: E402
from tests.browser import seeds  # noqa: E402
from tests.browser import tables as tables_of  # noqa: E402

# A third of a second a password is right for a portal, and too long for eleven neighbours who sign in all the time.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Sessions are begun by the real clock, and sockets look at their end by the moved one: weeks must not sign anybody out.
settings.SESSION_COOKIE_AGE = 10 * 365 * 24 * 3600

# Less than a reader waits for what a page shall show (readers.PATIENCE); a round takes a third of a second.
TICK_SECONDS = 6.0
LOOK_SECONDS = 0.1


def main(world: str, then: str = "") -> None:
    """Prepare a data directory, and serve it if asked."""
    {"tables": tables, "people": people, "demo": demo, "kept": lambda: None}[world]()
    if then:
        serve.keep_ticking = keep_ticking
        call_command("serve", no_demo=True)


def tables() -> None:
    """The empty database, the words, and the static files as they are sent.

    Of these only our own and htmx are compressed: the journeys weigh the pages that residents read. To compress
    those of Wagtail and of the rest takes as long as half the tables.
    """
    call_command("compile_translations", verbosity=0)
    tables_of.make()
    with patch.object(HashedStaticFiles, "compress_files", _compress_ours):
        serve.collect_changed_static_files()


_compress = HashedStaticFiles.compress_files


def _compress_ours(self: HashedStaticFiles, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    [ours] = settings.STATICFILES_DIRS
    read = {path for path in paths if (ours / path).parent.is_dir() or path.startswith("django_htmx/")}
    return _compress(self, read)


@transaction.atomic
def people() -> None:
    """Places and people, and four small matters."""
    seeds.sow()


def demo() -> None:
    """The demo with its three years."""
    call_command("load_demo", verbosity=0)


def keep_ticking(stop: threading.Event) -> None:
    """Do what is due whenever the clock was moved, and now and then; tell up to which offset it was done."""
    told = Path(os.environ["PORTAL_TEST_CLOCK"]).with_suffix(".ticked")
    done, waited = None, 0.0
    while not stop.is_set():
        at = clockwork.offset()
        if at != done or waited >= TICK_SECONDS:
            try:
                told.write_text(f"{at} {' '.join(tick.run())}")
            except OperationalError:  # busy: tried again, as in the real one
                continue
            finally:
                connections.close_all()
            done, waited = at, 0.0
        stop.wait(LOOK_SECONDS)
        waited += LOOK_SECONDS


if __name__ == "__main__":
    main(*sys.argv[1:])
