"""What the public record and the duties call texts and what is owed about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "convention": Subject(_("Conventions")),
        "conventionround": Subject(_("Conventions"), "conventions:round"),
        "suggestion": Subject(_("Suggestions for conventions"), "conventions:suggestion"),
        "edition": Subject(_("Editions of conventions"), "conventions:edition"),
        "convention_article": Subject(_("Articles of conventions")),
    }
)
register_kinds(
    {
        "convention.answer": _("answer a suggestion"),
        "convention.next": _("answer the suggestions and hand the text on"),
        "convention.check": _("check the text"),
        "convention.call_vote": _("call the vote"),
        "convention.signing": _("go from door to door and close the signing"),
        "convention.file": _("file the adopted text"),
    }
)
register_steps("conventions:suggestion_act", {"convention.answer": ("answer",)})
register_steps(
    "conventions:act",
    {
        "convention.next": ("hand_in", "put_to_comment", "collect_signatures"),
        "convention.check": ("check",),
        "convention.call_vote": ("call_vote",),
        "convention.signing": ("adopt_signed", "stop_signing"),
        "convention.file": ("file",),
    },
)
