"""What the record and the duties call reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_page, register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "monthlyreport": Subject(_("Monthly reports"), "reports:report"),
        "area": Subject(_("Lists"), ""),
        # What their entries begin with.
        "report": Subject(_("Monthly reports"), ""),
        "list": Subject(_("Lists"), ""),
    }
)
register_kinds(
    {
        "report.begin": _("begin the report of the last month"),
        "report.write": _("write the report of the month"),
        "report.publish": _("sign off the report of the month"),
    }
)
register_page("report.begin", lambda duty: duty.url)
register_steps("reports:act", {"report.write": ("write", "hand_in"), "report.publish": ("publish", "return")})
