from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.keeping import Refused, moving
from portal.keeping.moving import Moved, move
from portal.keeping.places import Installation
from tests.keeping.houses import ask, house, lived_in, on_sqlite

pytestmark = [pytest.mark.django_db, on_sqlite]
EXACT = "SELECT at, hash FROM record_entry ORDER BY id"


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The new database has its tables already; test_postgres.py lets the commands make them."""
    monkeypatch.setattr(moving, "_manage", lambda *arguments: None)


def moved(here: Installation, new: Installation) -> Moved:
    return move(here, f"sqlite:///{new.file}", new.database)


def test_everything_arrives_as_it_was(tmp_path: Path) -> None:
    new = house(tmp_path / "new")
    here = lived_in(tmp_path / "here")
    ask(here.file, "UPDATE record_entry SET data = 'null' WHERE id = (SELECT min(id) FROM record_entry)")

    done = moved(here, new)

    assert ask(new.file, EXACT) == ask(here.file, EXACT) != []
    assert ask(new.file, "SELECT data FROM record_entry ORDER BY id LIMIT 1") == [("null",)]
    assert ask(new.file, "SELECT id FROM django_content_type ORDER BY id") == ask(
        here.file, "SELECT id FROM django_content_type ORDER BY id"
    )
    assert (done.proof.votes, done.sums["voting_ballot"].rows) == (1, 3)


def test_a_number_that_was_given_is_never_given_again(tmp_path: Path) -> None:
    new = house(tmp_path / "new")
    here = lived_in(tmp_path / "here")
    ask(here.file, "UPDATE sqlite_sequence SET seq = 412 WHERE name = 'record_entry'")

    moved(here, new)

    assert ask(new.file, "SELECT seq FROM sqlite_sequence WHERE name = 'record_entry'") == [(412,)]


def test_a_new_database_that_holds_something_is_refused(tmp_path: Path) -> None:
    here, new = lived_in(tmp_path / "here"), lived_in(tmp_path / "new")

    with pytest.raises(Refused, match="holds something already"):
        moved(here, new)


def test_where_a_row_does_not_fit_the_new_database_is_as_before(tmp_path: Path) -> None:
    new = house(tmp_path / "new")
    here = lived_in(tmp_path / "here")
    ask(here.file, "UPDATE record_entry SET chain_id = 'nowhere' WHERE sequence = 2")
    before = ask(new.file, "SELECT count(*) FROM wagtailcore_page")

    with pytest.raises(Refused, match="points to one that is missing"):
        moved(here, new)

    assert ask(new.file, "SELECT count(*) FROM record_entry") == [(0,)]
    assert ask(new.file, "SELECT count(*) FROM wagtailcore_page") == before != [(0,)]


def test_nobody_writes_to_the_old_database_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = house(tmp_path / "new")
    here, tried = lived_in(tmp_path / "here"), list[str]()
    copied = moving._copied

    def interrupted(*arguments: object) -> Moved:
        try:
            ask(here.file, "DELETE FROM community_upload")
        except Exception as error:  # noqa: BLE001
            tried.append(str(error))
        return copied(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "_copied", interrupted)
    moved(here, new)

    assert tried == ["database is locked"]
    assert ask(new.file, "SELECT count(*) FROM community_upload") == [(1,)]


@pytest.mark.parametrize("typed", ["", "\n"])
def test_the_command_says_what_to_type_where_nothing_came(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    with pytest.raises(CommandError, match="No address came.*sqlite:////"):
        call_command("move_database", "-")


def test_the_command_says_what_stays_and_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new, here = house(tmp_path / "new"), lived_in(tmp_path / "here")
    monkeypatch.setattr("portal.management.commands.move_database.this", lambda: here)
    monkeypatch.setattr("sys.stdin", StringIO(f"sqlite:///{new.file}\n"))

    call_command("move_database", "-")

    stays, old, then = capsys.readouterr().out.splitlines()[-3:]
    assert str(here.media) in stays
    assert str(here.keys) in stays
    assert f"({here.file}) was not changed" in old
    assert "PORTAL_DATABASE_URL" in then


def test_a_table_of_somebody_else_is_told(tmp_path: Path) -> None:
    new = house(tmp_path / "new")
    here = lived_in(tmp_path / "here")
    ask(here.file, "CREATE TABLE notes (text)")

    assert moved(here, new).left == ["notes"]
