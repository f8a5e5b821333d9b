"""What the public record and the duties call a gathering and what is owed about it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_page, register_steps
from portal.record import wording
from portal.record.wording import Subject

register_kinds(
    {
        "gathering.announce": _("announce the meeting"),
        "gathering.begin": _("hold the meeting"),
        "gathering.draft_minutes": _("write the minutes of the meeting"),
        "gathering.sign_minutes": _("have the minutes confirmed by all"),
        "gathering.publish": _("publish what came of the meeting"),
        "gathering.next": _("plan the next meeting of this kind"),
    }
)

wording.register_subjects({"gathering": Subject(_("assemblies and joint meetings"), "meetings:gathering")})
register_steps(
    "meetings:gathering_act",
    {
        "gathering.announce": ("announce",),
        "gathering.begin": ("begin", "take_attendance"),
        "gathering.draft_minutes": ("draft_minutes",),
        "gathering.sign_minutes": ("reply_to_corrections", "sign_minutes", "mark_minutes_on_paper"),
        "gathering.publish": ("publish",),
        "meeting.mark": ("mark_minutes",),
        "meeting.chair": ("name_chair",),
    },
)
register_page(
    "gathering.next", lambda duty: reverse("meetings:plan_gathering", args=[duty.neighbourhood.slug])
)
