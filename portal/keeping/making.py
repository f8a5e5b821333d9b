"""Making a backup while the portal runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.keeping import Refused, facts, files, manifest, postgres, room, sqlite
from portal.keeping.files import Fact
from portal.keeping.manifest import DATABASE, MEDIA, Manifest
from portal.keeping.places import Installation, connected, engine_of, fit_for_copies
from portal.kit import clock
from portal.register.services.tidying import WAITING

UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Made:
    """A backup and what was checked of it."""

    place: Path
    manifest: Manifest
    proof: facts.Proof


def make(place: Path, here: Installation) -> Made:
    """Write a backup into a new folder; Refused where there is something, too little room, or the folder is unfit.

    Uploads are copied before the database and once more after it. A file is written before the row that names it,
    so the second time brings all that the rows name; what somebody deletes meanwhile was brought by the first.
    It has another name until it is whole. What is found broken is noted and does not stop it: a portal that is
    damaged needs its backup most.
    """
    fit_for_copies(place, here)
    if place.exists():
        raise Refused(f"{place} is there already: nothing is overwritten. Choose a new folder.")
    with room.needed({place.parent: _size(here)}, "No backup was made, and nothing is left of it."):
        told, proof = _made(place, here)
    return Made(place, told, proof)


def _size(here: Installation) -> int:
    """How many bytes are to be copied at least; what PostgreSQL's dump will have, is not known before."""
    database = here.file.stat().st_size if here.engine == "sqlite" else 0
    return files.size(here.media, leave_out=WAITING) + database


def _made(place: Path, here: Installation) -> tuple[Manifest, facts.Proof]:
    unfinished = place.with_name(f".{place.name}{UNFINISHED}")
    _create(unfinished)
    try:
        made = _written(unfinished, here)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return made


def _written(unfinished: Path, here: Installation) -> tuple[Manifest, facts.Proof]:
    made_at = clock.now().isoformat()
    found: dict[str, Fact] = {}
    files.copy_new(here.media, unfinished / MEDIA, found, leave_out=WAITING)
    with _snapshot(here, unfinished / DATABASE[here.engine]) as engine_version:
        files.copy_new(here.media, unfinished / MEDIA, found, leave_out=WAITING)
        proof = facts.prove()
        told = Manifest(
            made_at=made_at,
            version=settings.VERSION,
            engine=here.engine,
            engine_version=engine_version,
            migrations=manifest.applied(),
            files={f"{MEDIA}/{name}": fact for name, fact in found.items()},
            rows=facts.rows(),
            heads=facts.heads(),
            missing=sorted(facts.named_files() - set(found)),
        )
    _finish(unfinished, told, proof)
    return told, proof


def _create(folder: Path) -> None:
    files.private_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise Refused(
            f"{folder} is there: another backup runs, or one was broken off. If none runs, delete it."
        ) from error


@contextmanager
def _snapshot(here: Installation, target: Path) -> Iterator[str]:
    """The database as it is at one moment, written to a file; the models read the same until the block ends."""
    if engine_of(here.database) == "sqlite":
        sqlite.snapshot(here.file, target)
        with connected(sqlite.copy_of(here.database, target)):
            yield sqlite.VERSION
        return
    with (
        connected(postgres.steady(here.database)) as wrapper,
        postgres.frozen(wrapper.alias, wrapper) as moment,
    ):
        postgres.dump(wrapper, moment, target)
        yield str(postgres.major(wrapper))


def _finish(folder: Path, told: Manifest, proof: facts.Proof) -> None:
    """The manifest comes last: a folder without it is no backup."""
    if told.engine == "sqlite":
        proof.faults += sqlite.faults(folder / told.database)
    told.files[told.database] = files.fact(folder / told.database)
    told.faults = proof.faults
    manifest.write(folder, told)
    files.settle(folder)
