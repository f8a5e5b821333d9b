"""What is asked of who writes a report, and of who takes a list along."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.forms import ActionForm
from portal.duties.tiles import month_name
from portal.duties.trends import last_months
from portal.kit import printing
from portal.kit.fields import CharField, longest, reason_field
from portal.reports.models import LONGEST, MonthlyReport
from portal.reports.press import MOST_ROWS
from portal.reports.tables import FORMS


class BeginForm(forms.Form):
    """Of which month: of one that is over, as the report of the present one could not be handed in."""

    first = forms.TypedChoiceField(label=_("Which month"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        months = [one for one in last_months()[::-1] if one.over]
        field: Any = self.fields["first"]
        field.choices = [(str(one.first), f"{one.first.year} · {month_name(one)}") for one in months]
        self.initial.setdefault("first", str(months[0].first))


class TextForm(ActionForm[MonthlyReport]):
    """What the committee says of the month."""

    text = CharField(label=_("What the committee says of the month"), rows=10, max_length=LONGEST)

    def prepare(self) -> None:
        """Begins with what is written."""
        self.begin({"text": self.thing.text})


class CorrectForm(TextForm):
    """The same, and why."""

    reason = reason_field(longest(MonthlyReport, "reason"), rows=2)
    field_order = ("reason", "text")


class ReturnForm(ActionForm[MonthlyReport]):
    """Why it is given back."""

    reason = reason_field(
        longest(MonthlyReport, "reason"), rows=3, help_text=_("Who began the report reads it in a notice.")
    )


class TakeForm(forms.Form):
    """What a list with names is taken along for, and in which form."""

    reason = CharField(label=_("What for"), max_length=200, rows=2)
    form = forms.ChoiceField(label=_("Kind of file"), initial="xlsx")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field: Any = self.fields["form"]
        field.choices = [(name, name.upper()) for name in file_kinds()]
        if "pdf" in file_kinds():
            field.help_text = gettext("A PDF holds at most %(most)s rows.") % {"most": f"{MOST_ROWS:,}"}


def file_kinds() -> tuple[str, ...]:
    """Which files this computer makes."""
    return FORMS if printing.can_print() else FORMS[:1]
