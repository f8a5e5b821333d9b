"""The site itself as an app: it brings the start-up checks and the commands that run the whole."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

import portal.checks  # noqa: F401 - registers the checks
from portal.kit.private import close, close_directory

# How many parts a path has that belongs to the machine.
SHARED_PLACES = 2


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """What people brought, and the keys of votes, are closed to other users of the machine at each start."""
        data = Path(settings.DATA_DIR)
        for directory in (
            settings.MEDIA_ROOT,
            settings.KEYS_DIR,
            data / "record",
            data / "results",
            data / "letters",
        ):
            close_directory(Path(directory))
        # Of a directory that was named, only the door: it may hold what is not ours. Never /srv, /opt or /tmp.
        if len(data.parts) > SHARED_PLACES:
            close([data])
