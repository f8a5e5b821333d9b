"""What was changed in an application after it was given back: for the office and the reviewers, who read it before.

Each change leaves a trace: what, by whom, when. Without one it is not handed in again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.community.models import User
from portal.funds.applying.steps import quantity_words
from portal.funds.applying.traces import trace
from portal.funds.models import Application, ApplicationTrace, BudgetLine, PlannedActivity
from portal.funds.states import ApplicationState
from portal.kit.wording import day, yuan

CHANGED = "changed"
# Who applies together can be what was to be put right, too.
COUNTED = frozenset({CHANGED, "agreed", "declined", "asking_ended"})
LABELS = {
    "conflict_declared": gettext_lazy("ties to those who decide"),
    "cover": gettext_lazy("A picture of the place or the idea"),
}
# Of these only that they are others: texts of more than a line, and what says little by itself.
UNQUOTED = frozenset({"conflict", *LABELS})


def note(application: Application, user: User, said: str) -> None:
    """Write down one change, where the application was given back; in a draft nothing is noted."""
    if said and application.state == ApplicationState.RETURNED:
        trace(application, CHANGED, by=user, why=said)


def all_of(application: Application) -> QuerySet[ApplicationTrace]:
    """Every change of what was written, each time it was given back; the newest last."""
    return application.traces.filter(what=CHANGED)


def since_given_back(application: Application) -> bool:
    """Whether anything was changed since it was given back the last time."""
    return application.traces.filter(what__in=COUNTED, at__gte=application.state_since).exists()


def untouched(application: Application) -> bool:
    """Whether it was given back, and nobody changed anything since."""
    return application.state == ApplicationState.RETURNED and not since_given_back(application)


@translation.override(settings.LANGUAGE_CODE)
def of_fields(application: Application, new: Mapping[str, Any]) -> str:
    """Which answers become others: of a short one what it was and what it is, of a long one its name."""
    changed = [name for name, value in new.items() if getattr(application, name) != value]
    return "；".join(dict.fromkeys(_field(application, name, new[name]) for name in changed))


@translation.override(settings.LANGUAGE_CODE)
def of_line(line: BudgetLine, *, quote: bool = False) -> str:
    """A line of the budget: what for, how many, for how much, paid by whom; `quote`: one is brought with it."""
    paid = "，".join(
        filter(None, (line.cost_class.label, line.get_paid_by_display(), _("with a quote") * quote))
    )
    return f"{line.item} {quantity_words(line.quantity)} {line.unit} × {yuan(line.price)}（{paid}）"


@translation.override(settings.LANGUAGE_CODE)
def of_activity(row: PlannedActivity) -> str:
    """What will be done, where, from when to when."""
    days = f"{day(row.begins_on)} – {day(row.ends_on)}"
    return " · ".join(filter(None, (row.what, days, row.place)))


@translation.override(settings.LANGUAGE_CODE)
def became(before: str, after: str) -> str:
    """A row as it was and as it is; one of them is empty where it is new or taken out, both are equal: nothing."""
    if before == after:
        return ""
    if before and after:
        return f"{before} → {after}"
    return (_("new: %(row)s") if after else _("taken out: %(row)s")) % {"row": after or before}


def _field(application: Application, name: str, value: Any) -> str:
    meta: Any = Application._meta
    field = meta.get_field(name)
    label = str(LABELS.get(name, field.verbose_name))
    if isinstance(field, TextField) or name in UNQUOTED:
        return label
    return f"{label}：{_shown(field, getattr(application, name))} → {_shown(field, value)}"


def _shown(field: Any, value: Any) -> str:
    if value in (None, ""):
        return "–"
    return str(dict(field.flatchoices).get(value, value))
