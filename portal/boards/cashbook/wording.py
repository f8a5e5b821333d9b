"""What the workbench calls what is owed about cash books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "cashbook": Subject(_("Cash books"), page="boards:cashbook"),
        "bigspending": Subject(_("Large spendings of a building"), page="boards:spending"),
        "closedyear": Subject(_("Cash books")),
    }
)
register_kinds(
    {
        "cashbook.look": _("look at a spending of a building, as the second person"),
        "cashbook.close": _("close last year in the cash book of a building"),
        "cashbook.check": _("look through a closed year of a cash book"),
    }
)
register_readers(COMMITTEE, "cashbook.look", "cashbook.close", "cashbook.check")
