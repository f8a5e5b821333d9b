"""What the record and the duties call building boards and what is owed on them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "building": Subject(_("Building boards"), "boards:short"),
        "board": Subject(_("Building boards")),
        "swap": Subject(_("Rota of a building"), "boards:swap"),
        "photo": Subject(_("Photos of building boards"), "boards:photo"),
    }
)
register_kinds(
    {
        "board.photo": _("show a photo on the building's board or say why not"),
        "board.swap": _("answer a neighbour who asks to swap a day"),
    }
)
register_readers(COMMITTEE, "board.photo", "board.swap")
register_steps("boards:photo_act", {"board.photo": ("approve", "refuse")})
register_steps("boards:swap_act", {"board.swap": ("agree", "refuse")})
