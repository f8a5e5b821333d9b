"""Who takes questions out as XLSForm, and who brings them in: the committee, as long as they can be changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.surveys.models import Survey
from portal.surveys.permissions import MAKERS, READERS, roles_towards
from portal.surveys.states import BEFORE

NEEDS = {
    "take_out": Need(READERS),
    "bring": Need(MAKERS, BEFORE, _("The questions stand since the survey opened.")),
}
FORMS = Door(Survey, NEEDS, roles_towards, related=("neighbourhood",), readable=lambda survey: survey)
