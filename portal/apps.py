"""The site itself as an app: it brings the start-up checks and the commands that run the whole."""

from __future__ import annotations

from django.apps import AppConfig

import portal.checks  # noqa: F401 - registers the checks


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"
