"""What the public record and the duties call a summons and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record import wording
from portal.record.wording import Subject

register_kinds(
    {
        "summons.send": _("send the summons"),
        "summons.answer": _("get the department’s answer to the summons"),
        "summons.agree": _("answer the day the department proposes"),
        "summons.hold": _("receive the department and note who came"),
        "summons.again": _("summon the department once more"),
        "summons.undertake": _("note what the department undertook"),
        "summons.report": _("get the department’s report"),
        "summons.conclude": _("say whether the matter is solved"),
        "summons.settle": _("say how the summons goes on"),
    }
)

wording.register_subjects({"summons": Subject(_("summons of departments"), "meetings:summons")})
register_steps(
    "meetings:summons_act",
    {
        "summons.send": ("send",),
        "summons.answer": ("note_answer",),
        "summons.agree": ("agree", "ask_again"),
        "summons.hold": ("came", "stayed_away"),
        "summons.again": ("ask_again", "unsolved"),
        "summons.undertake": ("decide", "solved", "unsolved"),
        "summons.report": ("note_report",),
        "summons.conclude": ("solved", "unsolved"),
        "summons.settle": ("call_in", "settle"),
    },
)
