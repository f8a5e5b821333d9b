"""The papers of the file (the ministry's forms of 2010-12): which there are now, each a part of one template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.meetings.models import Coordination

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Paper:
    """One paper: its name in the address, its title, when there is one, and whether parties sign it."""

    part: str
    title: StrOrPromise
    there: Callable[[Coordination], bool]
    signed: bool = True


PAPERS: dict[str, Paper] = {
    paper.part: paper
    for paper in (
        Paper("application", _("Application for a coordination meeting"), lambda meeting: True),
        Paper("rights", _("Notice of rights and duties"), lambda meeting: True),
        Paper("mandate", _("Mandate"), lambda meeting: True),
        Paper(
            "invitation", _("Points to settle, and invitation"), lambda meeting: bool(meeting.points), False
        ),
        Paper("evidence", _("List of what was handed in"), lambda meeting: meeting.evidence.exists()),
        Paper("inquiry", _("Notes of the inquiry"), lambda meeting: True, False),
        Paper("agreement", _("Coordination agreement"), lambda meeting: bool(meeting.agreement)),
        Paper(
            "statement", _("Statement that there is no agreement"), lambda meeting: bool(meeting.no_agreement)
        ),
        Paper(
            "receipts", _("Receipts of what was carried out"), lambda meeting: meeting.obligations.exists()
        ),
        Paper("visit", _("Record of the return visit"), lambda meeting: bool(meeting.sealed_at)),
        Paper("closing", _("Closing report"), lambda meeting: bool(meeting.closing), False),
    )
}


def papers_of(meeting: Coordination) -> list[Paper]:
    """The papers there are of a meeting now; the record is printed with the minutes."""
    return [paper for paper in PAPERS.values() if paper.there(meeting)]


def copies(meeting: Coordination) -> int:
    """How many of the agreement are printed: one a party, and one for the file."""
    return meeting.parties.count() + 1
