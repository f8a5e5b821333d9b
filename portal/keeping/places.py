"""What one installation keeps and where, and where copies of it may lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.utils import timezone

from portal.keeping import Refused

TIMED = "%Y-%m-%dT%H%M%S"


@dataclass(frozen=True)
class Installation:
    """One portal: how its database is reached, its folders, and the file of its secret key."""

    database: dict[str, Any]
    data: Path
    media: Path
    keys: Path
    secret: Path

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return engine_of(self.database)

    @property
    def file(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.database["NAME"])


def this() -> Installation:
    """The installation this process belongs to."""
    data = Path(settings.DATA_DIR)
    return Installation(
        database=alone(connections[DEFAULT_DB_ALIAS].settings_dict),
        data=data,
        media=Path(settings.MEDIA_ROOT),
        keys=Path(settings.KEYS_DIR),
        secret=data / "secret-key",
    )


def alone(config: dict[str, Any], **options: Any) -> dict[str, Any]:
    """How one connection reaches a database; pools belong to the portal's own."""
    kept = {name: value for name, value in config.get("OPTIONS", {}).items() if name != "pool"}
    return {**config, "CONN_MAX_AGE": 0, "OPTIONS": {**kept, **options}}


def engine_of(config: dict[str, Any]) -> str:
    """`sqlite` or `postgresql`."""
    return "sqlite" if "sqlite" in config["ENGINE"] else "postgresql"


@contextmanager
def connected(config: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> Iterator[BaseDatabaseWrapper]:
    """Let this thread's models speak to another database until the block ends."""
    before = connections[alias] if alias in connections.settings else None
    full = connections.configure_settings({DEFAULT_DB_ALIAS: dict(config)})[DEFAULT_DB_ALIAS]
    wrapper = load_backend(full["ENGINE"]).DatabaseWrapper(full, alias)
    connections[alias] = wrapper
    ContentType.objects.clear_cache()
    try:
        yield wrapper
    finally:
        wrapper.close()
        if before is None:
            del connections[alias]
        else:
            connections[alias] = before
        ContentType.objects.clear_cache()


def stamp(moment: datetime) -> str:
    """A moment in the name of a file, in the time of the place."""
    return timezone.localtime(moment).strftime(TIMED)


def apart(place: Path, from_: Path, what: str) -> None:
    """Refuse a folder that lies in another one, or around it."""
    one, other = place.resolve(), from_.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise Refused(f"{place} and {what} ({from_}) lie in one another: choose another folder.")


def fit_for_copies(place: Path, here: Installation) -> None:
    """Refuse a folder for copies in the data directory, where one failed disk takes both, or beside the keys."""
    apart(place, here.data, "the data directory")
    apart(place, here.media, "the uploaded files")
    apart(place, here.keys, "the keys of sealed votes")
