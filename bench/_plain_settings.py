"""The portal's settings with Django's own SQLite engine: what portal.sqlite3 is measured against."""

from __future__ import annotations

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES

DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
