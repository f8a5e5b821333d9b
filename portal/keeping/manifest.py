"""The file beside a backup that says of what, when and by which version it was made, and what each file must be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal.keeping import Refused
from portal.keeping.files import Fact, below, create, fact

FORMAT, NAME = "portal-backup/1", "backup.json"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MEDIA = "media"


@dataclass
class Manifest:
    """`files` by their path in the backup; `rows` by table; `heads` the newest entry of each record.

    `missing` are files that rows name and that were not there any more, `faults` what was found broken then.
    """

    made_at: str
    version: str
    engine: str
    engine_version: str
    migrations: list[list[str]]
    files: dict[str, Fact]
    rows: dict[str, int]
    heads: dict[str, list[int | str]]
    missing: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    format: str = FORMAT

    @property
    def database(self) -> str:
        """The file of the database."""
        return DATABASE[self.engine]

    def media(self) -> Iterator[str]:
        """The uploaded files, as they are called below their folder."""
        return (name.removeprefix(f"{MEDIA}/") for name in self.files if name.startswith(f"{MEDIA}/"))

    def size(self) -> int:
        """Bytes of all files."""
        return sum(fact.size for fact in self.files.values())


def write(folder: Path, manifest: Manifest) -> None:
    """Put it beside the backup, last of all: a folder without it is none."""
    with create(folder / NAME) as file:
        file.write(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())


def read(folder: Path) -> Manifest:
    """The manifest of a backup; Refused where there is none, or none that this version understands."""
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.")
    try:
        said = json.loads((folder / NAME).read_bytes())
        said["files"] = {name: Fact(*known) for name, known in said["files"].items()}
        manifest = Manifest(**said)
    except FileNotFoundError as error:
        raise Refused(f"{folder} is no whole backup: {NAME} is missing. {_others(folder)}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{folder / NAME} cannot be read: {error}") from error
    if manifest.format != FORMAT or manifest.engine not in DATABASE:
        raise Refused(f"{folder} is a backup of another kind: {manifest.format}, {manifest.engine}.")
    return manifest


def _others(folder: Path) -> str:
    inside = sorted(path.parent.name for path in folder.glob(f"*/{NAME}"))
    return f"There are backups in it; name one: {', '.join(inside[-5:])}." if inside else ""


def check_files(folder: Path, manifest: Manifest) -> None:
    """Refused with the first file that is missing, changed or was never part of the backup."""
    for name, wanted in manifest.files.items():
        if not (folder / name).is_file():
            raise Refused(f"{name} is missing from the backup.")
        if fact(folder / name) != wanted:
            raise Refused(f"{name} is not as it was when the backup was made: its SHA-256 differs.")
    if extra := set(below(folder)) - set(manifest.files) - {NAME}:
        raise Refused(f"{min(extra)} lies in the backup and was never part of it.")


def check_version(manifest: Manifest) -> None:
    """Refused where a newer portal made the backup: its tables are not known here."""
    on_disk = MigrationLoader(None).disk_migrations
    known = {*on_disk, *(old for migration in on_disk.values() for old in migration.replaces)}
    newer = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if newer or _number(manifest.version) > _number(settings.VERSION):
        what = f"it has {newer[0]}, which is unknown here" if newer else f"this is {settings.VERSION}"
        raise Refused(
            f"The backup was made by version {manifest.version}, a newer one ({what}). Install that version first."
        )


def applied() -> list[list[str]]:
    """The migrations of the database that is connected, those of installed apps only."""
    on_disk = MigrationLoader(None).disk_migrations
    return sorted(list(key) for key in MigrationRecorder(connection).applied_migrations() if key in on_disk)


def made_at(manifest: Manifest) -> datetime:
    """When the backup was begun."""
    return datetime.fromisoformat(manifest.made_at)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
