"""One human rates a project once: what becomes of the second answer when two records become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.community import uniting
from portal.community.uniting import Double
from portal.funds.models import Evaluation


def _named(row: Evaluation) -> str:
    return _("Both rated “%(title)s”. The first answer stands.") % {"title": row.grant.title}


uniting.register("funds.evaluations", Double(Evaluation, ("grant_id",), ("at",), _named))
