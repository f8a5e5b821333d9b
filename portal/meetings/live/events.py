"""What people are told of a meeting that runs. What happens in the hall stands in its own log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.events import Event

ANSWERED = Event("live.answered", title=_("Your question was answered: %(title)s"), body=_("%(answer)s"))
