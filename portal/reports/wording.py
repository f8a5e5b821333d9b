"""What the record and the duties call reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register_subjects

register_subjects(
    {"monthlyreport": Subject(_("Monthly reports"), "reports:report"), "area": Subject(_("Lists"), "")}
)
register_kinds(
    {
        "report.write": _("write the report of the month"),
        "report.publish": _("sign off the report of the month"),
    }
)
