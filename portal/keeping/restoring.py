"""Bringing a backup back: everything is checked before anything is touched, and what was there is kept aside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command

from portal.keeping import Refused, facts, files, manifest, postgres, room, sqlite
from portal.keeping.manifest import MEDIA, Manifest
from portal.keeping.places import Installation, connected, stamp
from portal.kit import clock

RESTORING = ".restoring"
UNTOUCHED = "Nothing was restored; database, uploads and keys here are as they were."
WORDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Restored:
    """What was brought back, what was checked, and where that is kept which was there before."""

    manifest: Manifest
    proof: facts.Proof = field(default_factory=facts.Proof)
    aside: list[Path] = field(default_factory=list)


def restore(place: Path, here: Installation, *, overwrite: bool = False) -> Restored:
    """Bring a backup back; Refused, with nothing changed, where it is damaged, of a newer version or another engine.

    Refused, too, where the installation holds something and `overwrite` does not say that it may be replaced, and
    while somebody is connected to its database. Everybody is signed out: who signed out since the backup stays so.
    """
    told = check(place, here)
    holds = _holds_anything(here)
    if not overwrite and (holds or files.below(here.media)):
        raise Refused(
            "This installation holds something already. If it is to be replaced, say --overwrite:"
            " what is there now is kept aside."
        )
    media = here.media.with_name(here.media.name + RESTORING)
    try:
        with room.needed(_sizes(here, told), UNTOUCHED):
            _copy_media(place, media, told)
            if here.engine == "sqlite":
                return _into_sqlite(place, here, told, media)
        return _into_postgres(place, here, told, media, aside=holds)
    finally:
        shutil.rmtree(media, ignore_errors=True)


def check(place: Path, here: Installation) -> Manifest:
    """The manifest of a backup that could be brought back here; Refused with the first reason why not."""
    told = manifest.read(place)
    if told.engine != here.engine:
        raise Refused(
            f"The backup is of {WORDS[told.engine]} and this installation uses {WORDS[here.engine]}."
            " Restore it on its own kind, then: manage.py move_database - (it asks for the new one)."
        )
    manifest.check_version(told)
    manifest.check_files(place, told)
    return told


def _holds_anything(here: Installation) -> bool:
    """Whether what is there is worth keeping; a file that SQLite cannot read may be."""
    if here.engine == "sqlite":
        return here.file.exists() and here.file.stat().st_size > 0 and _sqlite_holds(here)
    with connected(here.database):
        return facts.holds_anything()


def _sqlite_holds(here: Installation) -> bool:
    if sqlite.faults(here.file):
        return True
    with connected(here.database):
        return facts.holds_anything()


def _sizes(here: Installation, told: Manifest) -> dict[Path, int]:
    """How many bytes come into which folders at least; PostgreSQL has its database somewhere of its own."""
    database = told.files[told.database].size
    uploads = {here.media.parent: told.size() - database}
    if here.engine == "sqlite":
        uploads[here.file.parent] = uploads.get(here.file.parent, 0) + database
    return uploads


def _copy_media(place: Path, beside: Path, told: Manifest) -> None:
    """The uploads of a backup, copied beside where they will be."""
    shutil.rmtree(beside, ignore_errors=True)
    files.private_folder(beside)
    for name in told.media():
        if files.copied(place / MEDIA / name, beside / name) != told.files[f"{MEDIA}/{name}"]:
            raise Refused(f"{name} changed while it was copied.")


def _into_sqlite(place: Path, here: Installation, told: Manifest, media: Path) -> Restored:
    done, made = Restored(told), here.file.with_name(here.file.name + RESTORING)
    with sqlite.lone(here.file):
        pass
    made.unlink(missing_ok=True)
    try:
        files.copied(place / told.database, made)
        with connected(sqlite.copy_of(here.database, made)):
            done.proof = _brought_up(told)
        files.settle(made)
        files.settle(media)
        with sqlite.lone(here.file), _or_as_before() as undo:
            done.aside = _put(made, here.file, undo) + _put(media, here.media, undo)
    finally:
        made.unlink(missing_ok=True)
    return done


def _into_postgres(place: Path, here: Installation, told: Manifest, media: Path, *, aside: bool) -> Restored:
    done = Restored(told)
    with connected(here.database) as wrapper:
        postgres.check_alone(wrapper)
        if aside:
            done.aside.append(here.data / f"database.replaced-{stamp(clock.now())}.dump")
            with (
                connected(postgres.steady(here.database), "before") as now,
                postgres.frozen("before", now) as moment,
            ):
                postgres.dump(now, moment, done.aside[0])
        with _or_as_before() as undo:
            done.aside += _put(media, here.media, undo)
            postgres.load(wrapper, place / told.database)
    with connected(here.database) as wrapper:
        try:
            done.proof = _brought_up(told)
        except Refused as error:
            kept = ", ".join(map(str, done.aside)) or "nothing"
            raise Refused(f"{error} The backup is in place all the same; kept of before: {kept}.") from error
        with wrapper.cursor() as cursor:
            cursor.execute("ANALYZE")
    return done


def _brought_up(told: Manifest) -> facts.Proof:
    """Compare what was loaded with its manifest, bring it to this version's tables, sign everybody out, prove it.

    What was broken when the backup was made is so still; it is told, and refused is only what is new.
    """
    for table, number in told.rows.items():
        if (there := facts.count(table)) != number:
            raise Refused(f"{table} has {there} rows; it had {number} when the backup was made.")
    call_command("migrate", interactive=False, verbosity=0)
    Session.objects.all().delete()
    proof = facts.prove()
    if new := [fault for fault in proof.faults if fault not in told.faults]:
        raise Refused(new[0])
    return proof


@contextmanager
def _or_as_before() -> Iterator[ExitStack]:
    """What was moved goes back where the block fails."""
    with ExitStack() as undo:
        yield undo
        undo.pop_all()


def _put(made: Path, target: Path, undo: ExitStack) -> list[Path]:
    """Move what was made to its place; what is there goes aside, and its new name is returned."""
    aside = []
    for path in [target, *sqlite.left_beside(target)]:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.exists():
            kept = path.with_name(f"{path.name}.replaced-{stamp(clock.now())}")
            path.rename(kept)
            undo.callback(kept.rename, path)
            aside.append(kept)
    made.rename(target)
    undo.callback(target.rename, made)
    return aside
