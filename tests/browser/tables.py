"""Tables from nothing in ten seconds of computing instead of seventy: each migration is run, and Django draws less.

Where a model changes, Django draws every model anew that is related to it however far, and by the accounts all are: a
quarter of a thousand, seven hundred times. For the statements of a table its own model is enough. A migration that
works on rows gets all models drawn anew before, as Django does it after a delayed drawing; in a database that holds
nothing, no other migration looks at them.
"""

from __future__ import annotations

from unittest.mock import patch

from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

Key = tuple[str, str]


def make() -> None:
    """Migrate a database in which there is nothing; AssertionError where there is something."""
    assert not MigrationRecorder(connection).applied_migrations(), "only from nothing"
    with patch.object(ProjectState, "_find_reload_model", _itself_and_its_heirs):
        call_command("migrate", interactive=False, verbosity=0)


def _itself_and_its_heirs(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[Key]:
    """Which models are drawn anew when one changes."""
    state.is_delayed = True
    found, due = set(), {(app_label, model_name)}
    while due:
        found |= due
        names = {".".join(key) for key in due}
        due = {key for key, model in state.models.items() if _bases(model) & names} - found
    return found


def _bases(model: ModelState) -> set[str]:
    return {base.lower() for base in model.bases if isinstance(base, str)}
