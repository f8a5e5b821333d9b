"""Corrections of what was published, as everybody reads them: when, why, and what it said before."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.pages.events import CORRECTED
from portal.pages.models import WrittenPage
from portal.record.models import Entry


def corrections(page: WrittenPage) -> QuerySet[Entry]:
    """The corrections of a page, the newest first."""
    return Entry.objects.about([page.record_subject]).filter(action=CORRECTED.name)


def versions(page: WrittenPage, sequence: int) -> tuple[Entry, Any, Any] | None:
    """A correction by its number in the record, with the text before and after; None where that is not shown."""
    entry = corrections(page).filter(sequence=sequence).first()
    if entry is None or "old" not in entry.data:
        return None
    old, new = entry.data["old"], entry.data["new"]
    found = page.revisions.in_bulk([old, new])
    return (entry, found[old].as_object(), found[new].as_object()) if {old, new} <= found.keys() else None
