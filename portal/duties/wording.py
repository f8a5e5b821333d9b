"""What the record calls the actions of public notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record.wording import Subject, register, register_subjects

register({"notice.objected": _("Objection to the public notice")})
register_subjects(
    {
        "notice": Subject(_("Public notices")),
        "publicnotice": Subject(_("Public notices"), "duties:public_notice"),
        "duty": Subject(_("Promises")),
    }
)
