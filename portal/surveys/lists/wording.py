"""What the workbench and the record call demands, services and what is owed about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "demand": Subject(_("Demands"), page="surveys:demand"),
        "service": Subject(_("Services"), page="surveys:service"),
        "profile": Subject(_("Profile")),
    }
)
register_kinds(
    {
        "survey.demand": _("say what becomes of a demand that the survey found"),
        "survey.promise": _("keep what was promised after the survey"),
        "survey.summons": _("come and answer what neighbours asked for in the survey"),
    }
)
