"""Rosters that were handed in, for tests of every app."""

from __future__ import annotations

from portal.community.models import Area
from portal.register.models import Import
from portal.register.services.imports import hand_in
from portal.register.services.roster import File
from tests.register.rosters import as_csv, row
from tests.worlds import kept


@kept
def make_import(here: Area) -> Import:
    """A roster with one dwelling in a building of its own, brought in by the operator."""
    return hand_in(None, here, File("名册.csv", as_csv(row(building="99号楼", estate="新小区"))), digest="")[
        0
    ]
