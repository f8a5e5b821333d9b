from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.keeping import Refused, facts, manifest, secrets, sqlite
from portal.keeping.making import make
from portal.keeping.places import Installation
from portal.kit import clock
from portal.voting.models import Vote
from tests.keeping.houses import UPLOADED, ask, house, lived_in, on_sqlite, put
from tests.voting import factories
from tests.voting.test_secret import call, make_place

pytestmark = [pytest.mark.django_db, on_sqlite]


def modes(folder: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), path.stat().st_mode & 0o777) for path in [folder, *folder.rglob("*")]}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_holds_database_and_uploads_but_no_key_and_nobody_else_reads_it(tmp_path: Path) -> None:
    here = lived_in(tmp_path / "here")

    made = make(tmp_path / "backup", here)

    assert names(made.place) == {"backup.json", "database.sqlite3", f"media/{UPLOADED}"}
    assert modes(made.place) == {(True, 0o700), (False, 0o600)}
    told = manifest.read(made.place)
    assert told.rows["community_upload"] == 1
    assert (
        told.rows["record_entry"]
        == made.proof.entries
        == ask(here.file, "SELECT count(*) FROM record_entry")[0][0]
    )
    assert (made.proof.votes, made.proof.faults) == (1, [])
    manifest.check_files(made.place, told)


def test_who_writes_meanwhile_is_not_stopped_and_what_is_not_committed_is_not_in_it(tmp_path: Path) -> None:
    here = house(tmp_path / "here")
    with closing(sqlite3.connect(here.file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE half (done)")

        sqlite.snapshot(here.file, tmp_path / "copy")

        writer.execute("COMMIT")
    assert ask(tmp_path / "copy", "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == [(0,)]


def test_files_that_come_and_go_while_it_is_made_are_in_it_where_a_row_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = lived_in(tmp_path / "here")
    copy = sqlite.snapshot

    def snapshot(source: Path, target: Path) -> None:
        put(here.media / "uploads/new", b"brought while the first files were copied")
        ask(here.file, "UPDATE community_upload SET thumbnail = 'uploads/new'")
        copy(source, target)
        (here.media / UPLOADED).unlink()

    monkeypatch.setattr(sqlite, "snapshot", snapshot)
    made = make(tmp_path / "backup", here)

    assert made.manifest.missing == []
    assert {f"media/{UPLOADED}", "media/uploads/new"} < names(made.place)


def test_a_file_that_was_lost_before_is_told(tmp_path: Path) -> None:
    here = lived_in(tmp_path / "here")
    (here.media / UPLOADED).unlink()

    assert make(tmp_path / "backup", here).manifest.missing == [UPLOADED]


@pytest.mark.parametrize(
    "where", ["here", "here/backup", "here/keys/backup", "here/media", "elsewhere/keys/x", "."]
)
def test_a_backup_never_lies_beside_the_keys_or_in_the_data_directory(tmp_path: Path, where: str) -> None:
    here = replace(house(tmp_path / "here"), keys=tmp_path / "elsewhere" / "keys")

    with pytest.raises(Refused, match="lie in one another"):
        make(tmp_path / where, here)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    here = house(tmp_path / "here")
    put(tmp_path / "backup" / "mine", b"")

    with pytest.raises(Refused, match="is there already"):
        make(tmp_path / "backup", here)
    assert names(tmp_path / "backup") == {"mine"}


def test_a_backup_that_failed_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = house(tmp_path / "here")

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(facts, "prove", full)
    with pytest.raises(Refused, match="MB are needed and .* MB are free. No backup was made"):
        make(tmp_path / "backup", here)

    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_backup_that_finds_too_little_room_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = lived_in(tmp_path / "here")
    little = lambda folder: SimpleNamespace(free=1_200_000)  # noqa: E731
    monkeypatch.setattr(shutil, "disk_usage", little)
    put(here.media / "uploads/large", bytes(1_300_000))

    with pytest.raises(Refused, match=rf"{tmp_path}: at least \d+\.\d MB are needed and 1\.2 MB are free"):
        make(tmp_path / "backup", here)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_what_sqlite_says_of_a_full_disk_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = house(tmp_path / "here")

    def full(*files: Path) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(sqlite, "snapshot", full)
    with pytest.raises(Refused, match="too little room"):
        make(tmp_path / "backup", here)


def test_a_second_backup_does_not_disturb_one_that_runs(tmp_path: Path) -> None:
    here = house(tmp_path / "here")
    put(tmp_path / ".backup.unfinished" / "half", b"")

    with pytest.raises(Refused, match="another backup runs"):
        make(tmp_path / "backup", here)
    assert names(tmp_path / ".backup.unfinished") == {"half"}


def test_what_is_broken_is_backed_up_and_told(tmp_path: Path) -> None:
    here = lived_in(tmp_path / "here")
    ask(here.file, "UPDATE record_entry SET title = 'another' WHERE sequence = 1")
    ask(here.file, "UPDATE voting_ballot SET choice = 'against' WHERE choice = 'for'")

    made = make(tmp_path / "backup", here)

    assert len(made.proof.faults) > 1
    assert "is broken at 1: its content does not match its hash" in made.proof.faults[0]
    assert any("a vote" in fault or "The vote" in fault for fault in made.proof.faults[1:])
    assert manifest.read(made.place).faults == made.proof.faults


# --- keys ---


@pytest.fixture
def with_key(tmp_path: Path, settings: Any) -> Installation:
    """An installation whose file has the secret key in use, with a key of a sealed vote."""
    here = lived_in(tmp_path / "here")
    put(here.secret, settings.SECRET_KEY.encode())
    return here


def test_keys_are_copied_to_a_place_of_their_own(tmp_path: Path, with_key: Installation) -> None:
    secrets.copy_out(tmp_path / "apart", with_key)

    assert names(tmp_path / "apart") == {"secret-key", "keys/0b7a7d2e-0000-4000-8000-000000000001.pem"}
    assert modes(tmp_path / "apart") == {(True, 0o700), (False, 0o600)}


def test_a_copied_key_is_destroyed_when_the_server_would_destroy_it_and_not_when_it_was_lost(
    tmp_path: Path,
) -> None:
    vote = call(make_place())
    here, apart = house(tmp_path / "here"), tmp_path / "apart"
    put(here.keys / f"{vote.public_id}.pem", b"a key")
    secrets.copy_out(apart, here)
    (here.keys / f"{vote.public_id}.pem").unlink()

    secrets.copy_out(apart, here)
    assert names(apart) == {f"keys/{vote.public_id}.pem"}

    Vote.objects.update(aborted_at=factories.CALLED_AT)
    with clock.at(factories.AFTER):
        secrets.copy_out(apart, here)
    assert names(apart) == set()


def test_the_command_says_what_was_checked_and_what_is_lost_without_the_keys(
    tmp_path: Path,
    with_key: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("portal.management.commands.backup.this", lambda: with_key)

    call_command("backup", str(tmp_path / "backup"))

    out = capsys.readouterr().out
    assert "1 published result was counted again" in out
    assert "The keys were NOT copied: 1 of sealed votes" in out
    with pytest.raises(CommandError, match="lie in one another"):
        call_command("backup", str(tmp_path / "two"), keys=tmp_path / "two" / "keys")


def test_the_command_fails_where_what_it_holds_is_broken(
    tmp_path: Path, with_key: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.management.commands.backup.this", lambda: with_key)
    ask(with_key.file, "UPDATE record_entry SET title = 'another' WHERE sequence = 2")

    with pytest.raises(CommandError, match="is broken at 2"):
        call_command("backup", str(tmp_path / "backup"), stdout=StringIO())
    assert (tmp_path / "backup" / "backup.json").exists()
