"""What the record calls pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_steps
from portal.record import wording

wording.register_subjects(
    {
        "page": wording.Subject(_("Notices and texts"), ""),
        "contactcard": wording.Subject(_("Contact cards"), ""),
        "disclosureitem": wording.Subject(_("Disclosure"), "pages:disclosure_item"),
        "resource": wording.Subject(_("Resource map"), "pages:resource"),
        "publication": wording.Subject(_("What was disclosed"), "pages:publication"),
    }
)
register_kinds(
    {
        "card.check": _("look whether the contact cards are still right"),
        "skill.look": _("look at a skill a neighbour offers"),
        "disclosure.publish": _("publish an item of the disclosure catalogue"),
    }
)
register_readers(COMMITTEE, "card.check", "skill.look")
register_steps("pages:card_act", {"card.check": ("check",)})
register_steps("pages:resource_act", {"skill.look": ("show", "refuse")})
register_steps("pages:disclosure_act", {"disclosure.publish": ("publish",)})
