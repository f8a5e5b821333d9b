"""What the record calls funds and their rounds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record.wording import Subject, register_subjects

register_subjects(
    {"fund": Subject(_("Funds"), "funds:fund"), "call": Subject(_("Rounds of a fund"), "funds:call")}
)
