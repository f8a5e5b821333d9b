"""What the record calls promises and public notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "notice": Subject(_("Public notices")),
        "publicnotice": Subject(_("Public notices"), "duties:public_notice"),
        "duty": Subject(_("Promises")),
    }
)
