"""When an activity is held: one time or a series, typed by Shanghai's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit import clock
from portal.kit.fields import CharField, ClockField, DayField, longest, number_field
from portal.volunteers.models import Activity, Shift
from portal.volunteers.services.shifts import FARTHEST, LONGEST, MOST
from portal.volunteers.spans import Span

MOST_SLOTS = 1000
ONCE = "once"
EVERY = {"day": timedelta(days=1), "week": timedelta(weeks=1), "fortnight": timedelta(weeks=2)}


class TimeForm(forms.Form):
    """One time with its places. It ends on the next day only where somebody chose that day."""

    day = DayField(label=gettext_lazy("Day"))
    starts = ClockField(label=gettext_lazy("Begins at"))
    ends = ClockField(label=gettext_lazy("Ends at"))
    end_day = DayField(
        label=gettext_lazy("Ends on another day"),
        required=False,
        help_text=gettext_lazy("Only if it goes past midnight: the day on which it ends."),
    )
    slots = number_field(
        label=gettext_lazy("How many people are needed"),
        min_value=1,
        max_value=MOST_SLOTS,
    )
    where = CharField(
        label=gettext_lazy("Another place"),
        max_length=longest(Shift, "place"),
        required=False,
        help_text=gettext_lazy("Only if it is not where the activity is held otherwise."),
    )

    def clean(self) -> dict[str, Any]:
        """Start and end have to make a time that people can come to."""
        data = super().clean() or {}
        day, starts, ends = data.get("day"), data.get("starts"), data.get("ends")
        if day and starts and ends and not self.errors:
            self._check(
                _at(day, starts), _at(data.get("end_day") or day, ends), chose=bool(data.get("end_day"))
            )
        return data

    def span(self) -> Span:
        """The time, once the form is valid."""
        data = self.cleaned_data
        return Span(_at(data["day"], data["starts"]), _at(data["end_day"] or data["day"], data["ends"]))

    def _check(self, start: datetime, end: datetime, *, chose: bool) -> None:
        now = clock.now()
        if start <= now:
            self.add_error("day", _("This time is past. Please choose a later one."))
        elif start > now + FARTHEST:
            self.add_error("day", _("This is more than a year away. Please check the year."))
        if end <= start:
            past_midnight = _(
                "The end lies before the start. If it ends on the next day, choose that day as well."
            )
            self.add_error("ends", _("The end has to lie after the start.") if chose else past_midnight)
        elif end - start > LONGEST:
            self.add_error("end_day", _("One time lasts at most 24 hours. Please make several of it."))


class TimesForm(TimeForm):
    """One time or a series of them."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=[
            (ONCE, gettext_lazy("once")),
            ("day", gettext_lazy("every day")),
            ("week", gettext_lazy("every week")),
            ("fortnight", gettext_lazy("every two weeks")),
        ],
        initial=ONCE,
        widget=forms.RadioSelect,
    )
    count = number_field(
        label=gettext_lazy("How many times in all"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("For a series; at most 60. You can change or call off each time by itself."),
    )

    def clean(self) -> dict[str, Any]:
        """A series needs its number; its last time may not be too far away either."""
        data = super().clean()
        step, count = EVERY.get(data.get("every", "")), data.get("count")
        if step and "count" in data and not count:
            self.add_error("count", _("Please say how many times the series has."))
        elif step and count and data.get("day") and "day" not in self.errors:
            self._check_last(data["day"] + step * (count - 1))
        return data

    def _check_last(self, day: date) -> None:
        if day > clock.today() + FARTHEST:
            self.add_error("count", _("The last time would be more than a year away. Please choose fewer."))

    def times(self) -> list[tuple[Span, int]]:
        """Every time of the series, with its places."""
        first, slots = self.span(), self.cleaned_data["slots"]
        step = EVERY.get(self.cleaned_data["every"])
        count = self.cleaned_data["count"] if step else 1
        # Shanghai's clock is never put forward or back, so the wall-clock time stays.
        steps = [(step or timedelta()) * n for n in range(count)]
        return [(Span(first.starts_at + later, first.ends_at + later), slots) for later in steps]


class AddShiftsForm(ActionForm[Activity], TimesForm):
    """More times of an activity."""

    def values(self) -> dict[str, Any]:
        """Each time with its places, and where."""
        return {"times": self.times(), "place": self.cleaned_data["where"]}


class ChangeShiftForm(ActionForm[Shift], TimeForm):
    """A time that is moved, or whose places change."""

    def prepare(self) -> None:
        """With what stands there now."""
        start, end = (
            moment.astimezone(clock.SHANGHAI) for moment in (self.thing.starts_at, self.thing.ends_at)
        )
        self.begin(
            {
                "day": start.date(),
                "starts": start.time(),
                "ends": end.time(),
                "end_day": end.date() if end.date() != start.date() else None,
                "slots": self.thing.slots,
                "where": self.thing.place,
            }
        )

    def values(self) -> dict[str, Any]:
        """The time, its places, and where."""
        return {
            "span": self.span(),
            "slots": self.cleaned_data["slots"],
            "place": self.cleaned_data["where"],
        }


def _at(day: date, at: time) -> datetime:
    return clock.at_time(day, at.hour, at.minute)
