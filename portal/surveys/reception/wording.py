"""What the record and the workbench call what is heard and owed at the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.record.wording import Subject, register_subjects

# An answer to somebody who came; that a day is written up; that somebody without an account is called; old notes.
ANSWER, SHEET, CALL, NOTES = "reception.answer", "reception.sheet", "reception.call", "visit_notes.go_through"
# Whoever would have heard has left.
HOST = "reception.host"

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
