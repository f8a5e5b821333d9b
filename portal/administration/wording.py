"""What the public record calls the subjects of this app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "area": Subject(_("All places")),
        "contact": Subject(_("How the committee is reached")),
        "rule": Subject(_("Rules in force")),
        "ruleset": Subject(_("Rules in force")),
    }
)
