from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.keeping import Refused, files, secrets
from portal.keeping.making import make
from portal.keeping.places import Installation, connected
from portal.keeping.restoring import restore
from portal.record.models import Entry
from tests.keeping.houses import UPLOADED, ask, empty_house, lived_in, on_sqlite, put
from tests.voting.test_secret import call, make_place

BACKUPS: list[Path] = []
pytestmark = [pytest.mark.django_db, on_sqlite]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """An installation that was backed up and has gone on since."""
    here = lived_in(tmp_path / "here")
    ask(here.file, "INSERT INTO django_session VALUES ('somebody', '', '2030-01-01 00:00:00')")
    if not BACKUPS:
        BACKUPS.append(make(Path(mkdtemp(prefix="backup-", dir=settings.DATA_DIR)) / "made", here).place)
    shutil.copytree(BACKUPS[0], tmp_path / "backup")
    ask(here.file, "UPDATE community_upload SET name = 'after'")
    put(here.media / "uploads/after", b"brought later")
    return here


def state(here: Installation) -> list[object]:
    """Every file of an installation, and that its database was not put back."""
    others = (name for name in files.below(here.data) if not name.startswith("portal.sqlite3"))
    return [
        *ask(here.file, "SELECT name FROM community_upload"),
        *((name, files.fact(here.data / name)) for name in others),
    ]


def changed(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    told = json.loads((folder / "backup.json").read_text())
    change(told)
    (folder / "backup.json").write_text(json.dumps(told))


def test_a_backup_comes_back_into_an_empty_installation_as_it_was(tmp_path: Path, here: Installation) -> None:
    new = empty_house(tmp_path / "new")

    done = restore(tmp_path / "backup", new)

    assert (done.proof.votes, done.proof.faults, done.aside) == (1, [], [])
    assert (new.media / UPLOADED).read_bytes() == b"%PDF-1.4 as it was brought"
    assert not (new.media / "uploads/after").exists()
    assert new.file.stat().st_mode & 0o777 == (new.media / UPLOADED).stat().st_mode & 0o777 == 0o600
    with connected(new.database):
        assert Entry.objects.count() == done.manifest.rows["record_entry"] > 0
    assert ask(new.file, "SELECT name FROM community_upload") == [("议事规则.pdf",)]


def test_nobody_is_signed_in_afterwards(tmp_path: Path, here: Installation) -> None:
    new = empty_house(tmp_path / "new")

    restore(tmp_path / "backup", new)

    assert ask(here.file, "SELECT session_key FROM django_session") == [("somebody",)]
    assert ask(new.file, "SELECT session_key FROM django_session") == []


def test_what_is_there_is_replaced_only_if_told_and_kept_aside(tmp_path: Path, here: Installation) -> None:
    before = state(here)
    with pytest.raises(Refused, match="--overwrite"):
        restore(tmp_path / "backup", here)
    assert state(here) == before

    done = restore(tmp_path / "backup", here, overwrite=True)

    assert ask(here.file, "SELECT name FROM community_upload") == [("议事规则.pdf",)]
    database, media = done.aside
    assert ask(database, "SELECT name FROM community_upload") == [("after",)]
    assert (media / "uploads/after").read_bytes() == b"brought later"
    assert not here.file.with_name("portal.sqlite3-wal").exists()


def test_uploads_alone_are_not_overwritten_either(tmp_path: Path, here: Installation) -> None:
    new = empty_house(tmp_path / "new")
    put(new.media / "uploads/mine", b"")

    with pytest.raises(Refused, match="--overwrite"):
        restore(tmp_path / "backup", new)
    assert files.below(new.data) == ["media/uploads/mine"]


DAMAGE: list[tuple[Callable[[Path], object], str]] = [
    (lambda place: put(place / "media" / UPLOADED, b"%PDF-1.4 as it was forged!"), "its SHA-256 differs"),
    (lambda place: (place / "database.sqlite3").unlink(), "is missing from the backup"),
    (lambda place: put(place / "media" / "more", b""), "was never part of it"),
    (lambda place: (place / "backup.json").unlink(), "is no whole backup"),
    (lambda place: put(place / "backup.json", b"{}"), "cannot be read"),
    (lambda place: changed(place, lambda told: told.update(version="99.0")), "a newer one"),
    (
        lambda place: changed(place, lambda told: told["migrations"].append(["community", "0999_later"])),
        "community.0999_later, which is unknown here",
    ),
    (lambda place: changed(place, lambda told: told.update(engine="postgresql")), "move_database"),
    (lambda place: changed(place, lambda told: told.update(format="else")), "another kind"),
    (
        lambda place: changed(place, lambda told: told["rows"].update(record_entry=99)),
        "it had 99 when the backup was made",
    ),
]


def test_a_backup_that_is_not_whole_or_not_for_here_is_refused_and_nothing_touched(
    tmp_path: Path, here: Installation
) -> None:
    before, passed = state(here), []
    for number, (damage, words) in enumerate(DAMAGE):
        place = shutil.copytree(tmp_path / "backup", tmp_path / f"backup{number}")
        damage(place)
        with pytest.raises(Refused) as refused:
            restore(place, here, overwrite=True)
        if words not in str(refused.value) or state(here) != before:
            passed.append((words, str(refused.value)))

    assert passed == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"There is no folder {tmp_path / 'backup'}"):
        restore(tmp_path / "backup", empty_house(tmp_path / "new"))


def test_where_the_room_runs_out_nothing_is_touched_and_nothing_left(
    tmp_path: Path, here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(here)

    def full(source: Path, target: Path) -> None:
        put(target, b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "copied", full)
    with pytest.raises(Refused, match=rf"{here.data}: at least .* MB are free. Nothing was restored"):
        restore(tmp_path / "backup", here, overwrite=True)

    assert state(here) == before


def test_a_portal_that_runs_is_not_restored_under_its_feet(tmp_path: Path, here: Installation) -> None:
    with closing(sqlite3.connect(here.file)) as portal:
        portal.execute("PRAGMA journal_mode = WAL")
        portal.execute("SELECT count(*) FROM community_user").fetchone()

        with pytest.raises(Refused, match="stop the portal"):
            restore(tmp_path / "backup", here, overwrite=True)

    assert ask(here.file, "SELECT name FROM community_upload") == [("after",)]


def test_where_the_last_step_fails_all_is_as_before(
    tmp_path: Path, here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = state(here), Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "media.restoring":
            raise OSError(16, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="busy"):
        restore(tmp_path / "backup", here, overwrite=True)

    assert state(here) == before


def test_what_was_broken_when_it_was_backed_up_comes_back_and_is_told(tmp_path: Path) -> None:
    here = lived_in(tmp_path / "here")
    ask(here.file, "UPDATE record_entry SET title = 'another' WHERE sequence = 1")
    make(tmp_path / "backup", here)

    done = restore(tmp_path / "backup", empty_house(tmp_path / "new"))

    assert "is broken at 1" in done.proof.faults[0]


def test_a_file_that_cannot_be_read_any_more_is_replaced_and_kept(tmp_path: Path, here: Installation) -> None:
    here.file.write_bytes(b"SQLite format 3\0" + b"broken" * 1000)

    done = restore(tmp_path / "backup", here, overwrite=True)

    assert done.aside[0].read_bytes().endswith(b"broken")
    assert ask(here.file, "SELECT name FROM community_upload") == [("议事规则.pdf",)]


# --- keys ---


def test_keys_come_back_and_those_that_are_there_are_left(tmp_path: Path, here: Installation) -> None:
    new, apart = empty_house(tmp_path / "new"), tmp_path / "apart"
    put(here.secret, settings.SECRET_KEY.encode())
    secrets.copy_out(apart, here)
    put(new.secret, settings.SECRET_KEY.encode())
    put(apart / "secret-key", b"of before")

    secrets.bring_back(apart, new)

    assert (new.keys / "0b7a7d2e-0000-4000-8000-000000000001.pem").read_bytes() == b"a key"
    assert new.secret.read_bytes() == b"of before"
    assert [path.read_text() for path in new.data.glob("secret-key.replaced-*")] == [settings.SECRET_KEY]


def test_a_secret_key_is_kept_only_where_it_signed_something_and_then_said(tmp_path: Path) -> None:
    apart, old, fresh = tmp_path / "apart", empty_house(tmp_path / "old"), empty_house(tmp_path / "fresh")
    put(apart / "secret-key", b"of before")
    put(old.secret, settings.SECRET_KEY.encode())
    put(fresh.secret, settings.SECRET_KEY.encode())

    (kept,) = re.findall(r"is kept: (.*)\.$", secrets.bring_back(apart, old)[-1])
    assert secrets.bring_back(apart, fresh, keep=False)[-1] == "Secret key: brought back."

    assert Path(kept).read_text() == settings.SECRET_KEY
    assert files.below(fresh.data) == ["secret-key"]
    assert fresh.secret.read_bytes() == b"of before"


def test_a_key_is_never_replaced_by_another(tmp_path: Path, here: Installation) -> None:
    put(tmp_path / "apart/keys/0b7a7d2e-0000-4000-8000-000000000001.pem", b"another")

    with pytest.raises(Refused, match="is not the one"):
        secrets.bring_back(tmp_path / "apart", here)


def test_the_command_names_the_votes_that_wait_for_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vote = call(make_place())
    make(tmp_path / "backup", lived_in(tmp_path / "here"))
    new = empty_house(tmp_path / "new")
    monkeypatch.setattr("portal.management.commands.restore.this", lambda: new)

    with pytest.raises(CommandError, match=f"for their keys are not in {new.keys}: {vote.public_id}"):
        call_command("restore", str(tmp_path / "backup"))

    out = capsys.readouterr().out
    assert "1 published result was counted again" in out
    assert "as many as then; 1 upload. Each file" in out
    assert re.search(r"backed up at \d{4}-\d\d-\d\d \d\d:\d\d\+08:00 by", out)
