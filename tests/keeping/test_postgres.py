"""SQLite to PostgreSQL, a backup there and its return: the programs of PostgreSQL and commands in their own process."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from wagtail.search.models import IndexEntry

from portal.keeping import Refused, facts, moving, postgres, rows
from portal.keeping.making import make
from portal.keeping.places import Installation, alone, connected, this
from portal.keeping.restoring import restore
from portal.record.models import Entry
from portal.voting.models import Ballot, Vote
from tests.keeping.houses import put
from tests.voting import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """An installation on a database of its own: the rows of this test in the tables of this test."""
    name = f"keeping_{secrets.token_hex(4)}"
    own = alone(connection.settings_dict)
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{own["NAME"]}"')
    try:
        yield replace(
            this(),
            database={**own, "NAME": name},
            data=tmp_path / "here",
            media=tmp_path / "here" / "media",
            keys=tmp_path / "here" / "keys",
        )
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def lived_in(request: pytest.FixtureRequest) -> Installation:
    """The same, in which a vote was counted."""
    factories.counted(factories.make_place(), "for", "against", "for")
    made: Installation = request.getfixturevalue("here")
    put(made.media / "uploads/one", b"brought")
    return made


def content(here: Installation) -> tuple[list[object], list[object]]:
    with connected(here.database):
        return list(Entry.objects.values_list("at", "hash")), list(
            Ballot.objects.values_list("receipt", "choice")
        )


def test_a_dump_comes_back_as_it_was_and_what_was_there_is_kept(
    lived_in: Installation, tmp_path: Path
) -> None:
    before = content(lived_in)
    made = make(tmp_path / "backup", lived_in)
    assert (made.proof.votes, made.proof.faults) == (1, [])
    with connected(lived_in.database):
        Vote.objects.update(title="after")
    with pytest.raises(Refused, match="--overwrite"):
        restore(tmp_path / "backup", lived_in)

    done = restore(tmp_path / "backup", lived_in, overwrite=True)

    assert content(lived_in) == before != ([], [])
    assert (done.proof.votes, done.proof.faults) == (1, [])
    assert [path.is_file() for path in done.aside] == [True, False]
    assert (lived_in.media / "uploads/one").read_bytes() == b"brought"


def test_a_dump_that_breaks_off_changes_nothing(lived_in: Installation, tmp_path: Path) -> None:
    before = content(lived_in)
    make(tmp_path / "backup", lived_in)
    dump = tmp_path / "backup" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-5000])

    with connected(lived_in.database) as wrapper, pytest.raises(Refused, match="nothing was changed"):
        postgres.load(wrapper, dump)

    assert content(lived_in) == before


def test_a_portal_that_runs_is_not_restored_under_its_feet(lived_in: Installation, tmp_path: Path) -> None:
    make(tmp_path / "backup", lived_in)
    with connected(lived_in.database, "portal") as portal:
        portal.ensure_connection()

        with pytest.raises(Refused, match="1 others are connected"):
            restore(tmp_path / "backup", lived_in, overwrite=True)


def test_a_program_that_is_missing_or_older_than_the_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="older than the server, PostgreSQL 99"):
        postgres.program("pg_dump", 99)
    monkeypatch.setattr(postgres, "INSTALLED", "/nowhere")
    with pytest.raises(Refused, match="pg_nothing is missing"):
        postgres.program("pg_nothing", 15)


def make_tables(there: dict[str, Any]) -> None:
    """What `migrate` would make, in a moment."""
    with connected(there) as wrapper, wrapper.schema_editor() as editor:
        for model in facts.kept_models():
            if not model._meta.auto_created:
                editor.create_model(model)
        editor.execute("CREATE TABLE wagtailsearch_indexentry (id)")


def test_all_moves_to_sqlite_and_back_and_no_number_is_given_twice(
    lived_in: Installation, tmp_path: Path
) -> None:
    before = content(lived_in)
    with connected(lived_in.database) as wrapper:
        entries = rows.Table(Entry)
        rows.go_on_after(wrapper, entries, 412)
    file = tmp_path / "portal.sqlite3"
    there = {**lived_in.database, "ENGINE": "portal.sqlite3", "NAME": str(file), "OPTIONS": {}}

    make_tables(there)
    out = moving.move(lived_in, f"sqlite:///{file}", there)
    with connected(lived_in.database) as wrapper:
        rows.clear(wrapper, map(rows.Table, [*facts.kept_models(), IndexEntry]))
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**lived_in.database)
    back = moving.move(replace(lived_in, database=there), url, lived_in.database)

    assert content(lived_in) == before != ([], [])
    assert out.sums == back.sums
    assert (out.proof.faults, back.proof.faults, back.proof.votes) == ([], [], 1)
    with connected(lived_in.database) as wrapper:
        assert rows.last_number(wrapper, entries) == 412
        assert facts.holds_anything()
