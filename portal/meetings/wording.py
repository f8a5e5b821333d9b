"""What the public record and the duties call a hearing and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record import wording
from portal.record.wording import Subject

register_kinds(
    {
        "hearing.set_panel": _("name the hearing panel"),
        "hearing.announce": _("announce the hearing"),
        "hearing.replace": _("give a delegate's seat to somebody else"),
        "meeting.chair": _("name another chair of the meeting"),
        "hearing.chair": _("name another chair of the hearing"),
        "hearing.open_registration": _("open registration for the hearing"),
        "hearing.confirm_list": _("publish who takes part in the hearing"),
        "hearing.begin": _("hold the hearing"),
        "hearing.draft_minutes": _("write the minutes of the hearing"),
        "hearing.sign_minutes": _("have the minutes confirmed by all"),
        "hearing.issue_opinion": _("issue the hearing opinion"),
        "hearing.send_opinion": _("send the opinion to the decision-maker"),
        "hearing.answer": _("answer the hearing opinion item by item"),
        "hearing.publish": _("publish the result of the hearing"),
    }
)

wording.register_subjects({"meeting": Subject(_("meetings"), "")})
wording.register_subjects({"hearing": Subject(_("hearings"), "meetings:hearing")})
register_steps(
    "meetings:act",
    {
        "hearing.set_panel": ("set_panel", "open_draw"),
        "hearing.announce": ("announce",),
        "hearing.replace": ("replace_delegate",),
        "hearing.chair": ("name_chair",),
        "hearing.open_registration": ("open_registration",),
        "hearing.confirm_list": ("confirm_list",),
        "hearing.begin": ("begin", "take_attendance"),
        "hearing.draft_minutes": ("draft_minutes",),
        "hearing.sign_minutes": ("reply_to_corrections", "sign_minutes", "mark_minutes_on_paper"),
        "hearing.issue_opinion": ("issue_opinion",),
        "hearing.send_opinion": ("send_opinion",),
        "hearing.answer": ("answer",),
        "hearing.publish": ("publish",),
        "meeting.mark": ("mark_minutes",),
    },
)
