"""The words of discussions that templates cannot make by themselves."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.threads import stances
from portal.threads.models import View

register = template.Library()
register.filter("reactable", stances.reactable)
HOUR, DAY = 60, 24 * 60


@register.simple_tag
def views() -> list[tuple[int, str]]:
    """What can be said to a statement: value and label."""
    return [(value, str(label)) for value, label in View.choices]


@register.filter
def waited(minutes: int) -> str:
    """How long somebody waited, in the largest full unit: 40 minutes, 3 hours, 2 days."""
    if minutes >= DAY:
        return ngettext("%(count)d day", "%(count)d days", minutes // DAY) % {"count": minutes // DAY}
    if minutes >= HOUR:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // HOUR) % {"count": minutes // HOUR}
    if minutes:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("less than a minute")
