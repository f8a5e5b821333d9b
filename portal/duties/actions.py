"""What can be done to a public notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect
from portal.actions.ways import STAYS
from portal.duties.forms import ObjectionForm
from portal.duties.services import object_to

ACTIONS = {
    "object": Action(
        _("Object to this notice"),
        object_to,
        ObjectionForm,
        submit=_("Publish my objection"),
        done=_("Your objection is published below; the committee was told."),
        ready=lambda notice, user: (
            not notice.is_over and not notice.objections.filter(person=user.person_id).exists()
        ),
        effect=Effect.PUBLISHES,
        text=_("Everybody can read it, with the name neighbours know. The committee is told."),
        way_back=STAYS,
    )
}
