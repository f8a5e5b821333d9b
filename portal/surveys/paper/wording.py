"""What the workbench calls what is owed about paper."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.permissions import COMMITTEE
from portal.duties.kinds import register_kinds, register_readers
from portal.duties.steps import register_page

register_kinds({"survey.papers": _("read papers of a survey for the second time")})
register_readers(COMMITTEE, "survey.papers")
register_page("survey.papers")
