"""What the workbench calls what is owed about cash books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.boards.models import CashBook
from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_steps
from portal.record.wording import Subject, register_subjects


def _of_year(duty: Duty) -> list[int]:
    return list(CashBook.objects.filter(book__closed_years=number_of(duty)).values_list("pk", flat=True))


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
register_steps("boards:spending_act", {"cashbook.look": ("agree", "refuse")})
register_steps("boards:cashbook_act", {"cashbook.close": ("close_year",)})
register_steps("boards:cashbook_act", {"cashbook.check": ("check_year",)}, keys=_of_year)
