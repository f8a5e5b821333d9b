"""Forms around hours: a time, a reason, an objection and its answer, tables, what a volunteer chooses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community import finding
from portal.community.models import Area, Dwelling, Kind, Person
from portal.community.places import inside
from portal.kit import clock, wording
from portal.kit.fields import YEAR, CharField, DayField, MomentField, longest, offer, offer_rows, reason_field
from portal.kit.sheets import MAX_BYTES
from portal.volunteers.models import Finding, HourDispute, HourRecord, Shift, Volunteer
from portal.volunteers.permissions import PENDING
from portal.volunteers.spans import Span
from portal.volunteers.states import LIVE


class SpanForm(ActionForm[Any]):
    """From a moment to a moment; the next day where it went on after midnight. About a shift or a record.

    It begins with the whole shift, or the record's time. The service takes the two moments as `span`.
    """

    starts_at = MomentField(label=gettext_lazy("Came, day and time"), back=3 * YEAR)
    ends_at = MomentField(label=gettext_lazy("Left, day and time"), back=3 * YEAR)

    def prepare(self) -> None:
        """Show the time of the thing first."""
        for name in ("starts_at", "ends_at"):
            self.fields[name].initial = getattr(self.thing.span, name).astimezone(clock.SHANGHAI)

    def span(self) -> Span | None:
        """The time that was typed; None where a part of it is missing."""
        starts, ends = (self.cleaned_data.get(name) for name in ("starts_at", "ends_at"))
        return Span(starts, ends) if isinstance(starts, datetime) and isinstance(ends, datetime) else None

    def values(self) -> dict[str, Any]:
        """Both moments as one time."""
        moments = {"starts_at", "ends_at"}
        rest = {name: value for name, value in self.cleaned_data.items() if name not in moments}
        return {"span": self.span(), **rest}


class ClaimForm(SpanForm):
    """The own hours, with whatever shows them."""

    remark = CharField(
        label=gettext_lazy("What you did"),
        max_length=longest(HourRecord, "remark"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Helps the recorder to verify it, such as who was with you."),
    )
    evidence = FilesField(most=1, required=False, label=gettext_lazy("Photo or paper that shows it"))


class EnterForm(SpanForm):
    """Hours of somebody else: of the list and the team by choice, of any neighbour by exact name and flat."""

    person = forms.ChoiceField(label=gettext_lazy("Whose hours"), required=False)
    name = CharField(
        label=gettext_lazy("Or the exact name of a neighbour"),
        max_length=longest(Person, "real_name"),
        required=False,
    )
    building = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Building"), required=False)
    room = CharField(label=gettext_lazy("Room"), max_length=longest(Dwelling, "room"), required=False)
    remark = CharField(label=gettext_lazy("How you know"), max_length=longest(HourRecord, "remark"))
    field_order = ("person", "name", "building", "room", "starts_at", "ends_at", "remark")

    def prepare(self) -> None:
        """Offer those who could have come, and the buildings of the neighbourhood."""
        super().prepare()
        self.people = {str(person.pk): person for person in could_have_come(self.thing)}
        names = [(pk, person.real_name) for pk, person in self.people.items()]
        offer(self, "person", [("", _("somebody else, named below")), *names])
        offer_rows(self, "building", inside(self.thing.neighbourhood, Kind.BUILDING))

    def clean(self) -> dict[str, Any]:
        """Exactly one person is meant."""
        data = super().clean() or {}
        data["who"] = self.people.get(data.get("person", "")) or self._neighbour(data)
        return data

    def values(self) -> dict[str, Any]:
        """Who it was, from when to when, and how somebody knows."""
        data = self.cleaned_data
        return {"person": data["who"], "span": self.span(), "remark": data["remark"]}

    def _neighbour(self, data: dict[str, Any]) -> Person:
        if not (data.get("name") and data.get("building") and data.get("room")):
            raise forms.ValidationError(_("Choose somebody, or give name, building and room of a neighbour."))
        here = self.thing.neighbourhood
        found = finding.exactly(here, data["name"], data["building"].pk, data["room"])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Nobody of exactly this name lives in this room.")
                if not found
                else _("Several people of this name live in this room: the committee can help.")
            )
        return found[0]


class VerifyForm(ActionForm[Shift]):
    """Which records of a time are right, among those that wait."""

    pks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("To be verified"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one record.")},
    )

    def prepare(self) -> None:
        """Offer what waits."""
        waiting = HourRecord.objects.filter(shift=self.thing, state__in=sorted(PENDING))
        offer(self, "pks", [(record.pk, _line(record)) for record in waiting.select_related("person")])


class WhyForm(ActionForm[HourRecord]):
    """A reason the volunteer is told."""

    why = reason_field(
        longest(HourRecord, "ended_why"),
        rows=3,
        help_text=gettext_lazy("The volunteer reads it. It stays with the record."),
    )


class CorrectForm(SpanForm, WhyForm):
    """The right time, and why."""

    field_order = ("starts_at", "ends_at", "why")


class DisputeForm(ActionForm[HourRecord]):
    """What is wrong with a record."""

    text = CharField(
        label=gettext_lazy("What is wrong"),
        max_length=longest(HourDispute, "text"),
        rows=4,
        help_text=gettext_lazy("The volunteer and those who keep the hours read it. It is not published."),
    )


class FindForm(SpanForm):
    """What a recorder found, with the answer."""

    finding = forms.ChoiceField(
        label=gettext_lazy("What you found"), choices=Finding.choices, widget=forms.RadioSelect
    )
    answer = CharField(
        label=gettext_lazy("Answer to whoever objected"), max_length=longest(HourDispute, "answer"), rows=4
    )
    field_order = ("finding", "starts_at", "ends_at", "answer")

    def prepare(self) -> None:
        """The time matters only where the record is corrected."""
        super().prepare()
        for name in ("starts_at", "ends_at"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Only where the record is corrected.")


class TableForm(forms.Form):
    """A table of hours."""

    file = forms.FileField(
        label=gettext_lazy("Table (CSV or XLSX)"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.xlsx,text/csv", "data-max-mb": MAX_BYTES // 1024**2}
        ),
    )


class ExportForm(forms.Form):
    """Which booked hours are taken out, for the city's site."""

    SERVICE, MUTUAL_AID = "service", "mutual_aid"
    since = DayField(label=gettext_lazy("From"), back=50 * YEAR)
    until = DayField(label=gettext_lazy("To"), back=50 * YEAR)
    what = forms.ChoiceField(
        label=gettext_lazy("Which hours"),
        choices=[
            (SERVICE, gettext_lazy("service hours")),
            (MUTUAL_AID, gettext_lazy("elder-care mutual aid, which is credited elsewhere")),
        ],
        initial=SERVICE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["since"].initial, self.fields["until"].initial = date(today.year, 1, 1), today

    def clean(self) -> dict[str, Any]:
        """The first day comes first."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first."))
        return data


class YearForm(forms.Form):
    """Which year is shown."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, years: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        offer(self, "year", [(year, str(year)) for year in years])
        self.fields["year"].initial = years[0]

    def chosen(self) -> int:
        """The year asked for; the latest where none or an unknown one is."""
        return int(self.cleaned_data["year"]) if self.is_valid() else self.years[0]


class VolunteerForm(forms.Form):
    """The number on the city's site, and the consent to be named."""

    site_number = CharField(
        label=gettext_lazy("Your number on the city's volunteer site"),
        max_length=longest(Volunteer, "site_number"),
        required=False,
        help_text=gettext_lazy("With it your hours find you when they are handed on. No ID number, please."),
    )
    named = forms.BooleanField(
        label=gettext_lazy("My neighbours may read my name on the wall of thanks and in lists of hours"),
        required=False,
        help_text=gettext_lazy("You can take this back at any time. Without it only your surname is shown."),
    )

    def clean_site_number(self) -> str:
        """An ID number is refused: it is not kept here."""
        number = str(self.cleaned_data["site_number"]).strip()
        if len(number) == 18 and number[:17].isdigit():
            raise forms.ValidationError(_("This looks like an ID number. Please do not enter it here."))
        return number


def _line(record: HourRecord) -> str:
    time = wording.span(record.starts_at, record.ends_at)
    return f"{record.person.real_name} · {time} · {wording.hours(record.minutes)}"


def could_have_come(shift: Shift) -> list[Person]:
    """Who signed up or is in the team, and has no record of the shift yet."""
    recorded = HourRecord.objects.filter(shift=shift, state__in=sorted(LIVE)).values("person")
    near = Person.objects.filter(signups__shift=shift) | Person.objects.filter(
        memberships__team=shift.activity.team_id, memberships__left_at=None
    )
    return list(near.exclude(pk__in=recorded).distinct().order_by("real_name", "pk"))
