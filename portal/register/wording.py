"""What the public record and the duties call the subjects of this app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record.wording import Subject, register_subjects

# The parts before the dot: what people choose news and entries by.
register_subjects(
    {
        "roster": Subject(_("Roster")),
        "dwelling": Subject(_("Dwellings")),
        "residency": Subject(_("Living here")),
        "ownership": Subject(_("Owning here")),
        "letters": Subject(_("Letters with invitation codes")),
        "appointment": Subject(_("Posts held")),
        "person": Subject(_("People")),
        "account": Subject(_("Accounts")),
        "wish": Subject(_("What is asked of the desk")),
    }
)
register_kinds(
    {
        "residency.decide": _("answer a request to be verified as living here"),
        "roster.confirm": _("look at a roster that would change much, and confirm it or turn it down"),
        "ownership.decide": _("answer a request to be verified as owner"),
        "wish.answer": _("answer what somebody asked of the desk"),
        "post.vacant": _("name somebody for a post that nobody holds"),
    }
)
