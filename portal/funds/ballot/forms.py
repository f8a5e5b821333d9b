"""What the office types about the ballot of a round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.rules import rule
from portal.funds.models import Application, Call
from portal.kit import clock
from portal.kit.fields import CharField, DayField, confirm_field, reason_field
from portal.voting.matters import MATTERS

DAYS = 14


class VoteForm(ActionForm[Call]):
    """When the residents are asked, and which text draws the order of the ballot."""

    opens_on = DayField(label=gettext_lazy("First day of voting"))
    closes_on = DayField(
        label=gettext_lazy("Last day of voting"),
        help_text=gettext_lazy("Votes are taken until 24:00 of this day."),
    )
    lot_text = CharField(
        label=gettext_lazy("Text that draws the order on the ballot"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Something that was announced before and nobody can choose, such as the numbers of a lottery. Empty: the "
            "fingerprint of the rules of this round, which stood in the public record before anybody had applied."
        ),
    )

    def prepare(self) -> None:
        """The days of notice are whole days between today and the first day of voting."""
        notice = rule(MATTERS["fund"].notice, self.thing.neighbourhood)
        opens = clock.today() + timedelta(days=notice + 1)
        self.begin({"opens_on": opens, "closes_on": opens + timedelta(days=DAYS)})

    def clean(self) -> dict[str, Any]:
        """The days must follow each other."""
        data = super().clean() or {}
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", _("The last day is before the first day."))
        return data

    def values(self) -> dict[str, Any]:
        """Moments as the service takes them."""
        data = self.cleaned_data
        return {
            "opens_at": clock.at_time(data["opens_on"], 0),
            "closes_at": clock.end_of(data["closes_on"]),
            "lot_text": data["lot_text"],
        }


class AnnulledForm(ActionForm[Call]):
    """What becomes of the projects of a round whose vote was annulled."""

    reason = reason_field(
        label=gettext_lazy("What follows"),
        help_text=gettext_lazy(
            "Which projects go on, which are ended and why, and whether the residents are asked again. Everybody can "
            "read it."
        ),
    )


class ExcludeForm(ActionForm[Application]):
    """The group of projects of which at most one is paid."""

    word = CharField(
        label=gettext_lazy("Only one of"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Write the same words at each of the projects that exclude each other, such as “the lawn beside building "
            "3”. Empty: it excludes none."
        ),
    )

    def prepare(self) -> None:
        """What stands now."""
        self.begin({"word": self.thing.exclusion})


class StrikeForm(ActionForm[Application]):
    """Why a project is struck, as everybody reads it on the ballot."""

    reason = reason_field(200, rows=2, help_text=gettext_lazy("Everybody reads this on the ballot."))
    sure = confirm_field(gettext_lazy("This project cannot come back in this round."))

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.cleaned_data["reason"]}
