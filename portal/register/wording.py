"""What the acts of this app are called in the record."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record import wording

# The parts before the dot: what people choose news and entries by.
GROUPS: dict[str, str | Promise] = {
    "roster": _("Roster"),
    "residency": _("Living here"),
    "ownership": _("Owning here"),
    "letters": _("Letters with codes"),
    "appointment": _("Posts held"),
}
ACTS: dict[str, str | Promise] = {
    "roster.imported": _("Roster of dwellings brought in"),
    "residency.verified": _("Somebody verified as living here"),
    "residency.refused": _("A request to live here refused"),
    "residency.ended": _("Somebody no longer lives here"),
    "ownership.verified": _("A title verified"),
    "ownership.refused": _("A request for a title refused"),
    "ownership.ended": _("A title ended"),
    "ownership.voter": _("Co-owners named who votes"),
    "letters.issued": _("Letters with codes printed"),
    "appointment.made": _("Post given"),
    "appointment.ended": _("Post ended"),
}

wording.register(ACTS)
wording.register_subjects({name: wording.Subject(label) for name, label in GROUPS.items()})
register_kinds(
    {
        "residency.decide": _("answer a request to be verified as living here"),
        "ownership.decide": _("answer a request to be verified as owner"),
    }
)
