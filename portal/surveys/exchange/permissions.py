"""Who may take single answers away as a file: those of the office who work with them, once they are checked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.doors import Door, Need
from portal.community.models import Visitor
from portal.community.permissions import STAFF, Role
from portal.surveys.exchange.exports import COMPARABLE
from portal.surveys.models import ExportFile, Survey
from portal.surveys.permissions import roles_towards

NEEDS = {
    "export": Need(STAFF, COMPARABLE, _("Answers can be taken away once they have been checked.")),
    "exports": Need(STAFF),
}
FILE_NEEDS = {"fetch": Need(STAFF)}


def _towards_file(user: Visitor, file: ExportFile) -> frozenset[Role]:
    return roles_towards(user, file.survey)


EXPORTS = Door(Survey, NEEDS, roles_towards, related=("neighbourhood",), readable=lambda survey: survey)
FILES = Door(
    ExportFile,
    FILE_NEEDS,
    _towards_file,
    related=("survey__neighbourhood",),
    neighbourhood="survey.neighbourhood",
)
