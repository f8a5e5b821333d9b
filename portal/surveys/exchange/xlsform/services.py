"""Questions of another committee, brought as XLSForm."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.community.models import User
from portal.surveys.building import asjson
from portal.surveys.exchange.xlsform.permissions import FORMS
from portal.surveys.exchange.xlsform.reading import Form
from portal.surveys.models import Survey


@transaction.atomic
def bring(user: User, pk: int, form: Form) -> Survey:
    """Lay what was read out in place of what the survey asks now; the builder takes it back like any change.

    Raises Http404, PermissionDenied, NotPossible (the questions stand, or a line is not sound).
    """
    survey = FORMS.take(user, pk, "bring")
    sections = [{**section, "title": section["title"] or _("Questions")} for section in form.sections]
    return asjson.read_into(survey, {"sections": sections}, user)
