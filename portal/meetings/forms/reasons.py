"""The form of every act of a meeting that only asks why."""

from __future__ import annotations

from typing import Any

from portal.actions.forms import ActionForm
from portal.kit.fields import longest, reason_field
from portal.meetings.models import Meeting


class ReasonForm(ActionForm[Any]):
    """A published reason."""

    reason = reason_field(longest(Meeting, "reason"), rows=3)
