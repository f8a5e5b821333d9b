"""What the own page says somebody owes, of one's own or by a post, the most urgent first."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.sections import Line, Source, each, register
from portal.duties.models import Duty
from portal.duties.services import waiting_for
from portal.kit.wording import deadline


def _line(duty: Duty) -> Line:
    tone = "red" if duty.is_overdue else "amber"
    return Line(duty.what, duty.step_url, about=duty.title, state=deadline(duty.due_at), tone=tone)


register("owed", Source(waiting_for, "due_at", each(_line), label=_("Promised")))
