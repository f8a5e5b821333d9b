"""What the record and the workbench call what is heard and owed at the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.record.wording import Subject, register_subjects
from portal.surveys.models import VisitNote

# An answer to somebody who came; that a day is written up; that somebody without an account is called; old notes.
ANSWER, SHEET, CALL, NOTES = "reception.answer", "reception.sheet", "reception.call", "visit_notes.go_through"
# Whoever would have heard has left.
HOST = "reception.host"


def _notes_of(duty: Duty) -> list[int]:
    if not duty.subject.startswith("booking:"):
        return []
    return list(VisitNote.objects.filter(booking=number_of(duty)).values_list("pk", flat=True))


register_subjects({"reception": Subject(_("Reception days"), "surveys:reception_day")})
register_kinds(
    {
        ANSWER: _("answer somebody who came to the reception day"),
        SHEET: _("write down who came to the reception day"),
    },
    falls_to=Post.WORKER,
    official=True,
)
register_kinds(
    {
        HOST: _("find somebody else to hear on a reception day, or call it off"),
        CALL: _("call somebody who cannot be told here"),
        NOTES: _("go through the visit notes that are still open"),
    }
)
register_readers(
    COMMITTEE,
    "reception.answer",
    "reception.call",
    "reception.host",
    "reception.sheet",
    "visit_notes.go_through",
)
register_steps("surveys:note_act", {ANSWER: ("answer",)})
register_steps("surveys:note_act", {ANSWER: ("answer",)}, keys=_notes_of)
register_steps("surveys:booking_act", {CALL: ("told",)})
register_page(SHEET)
register_steps("surveys:day_act", {HOST: ("move", "call_off")})
register_page(NOTES)
