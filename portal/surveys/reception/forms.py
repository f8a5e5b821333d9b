"""What is typed at the desk and in the stairwell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.actions.fields import PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.models import OFFICES, Appointment, Area, Kind, Person
from portal.community.places import touching
from portal.deliberation.models import Topic
from portal.kit import clock
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    ClockField,
    DayField,
    longest,
    number_field,
    offer,
    offer_rows,
    reason_field,
)
from portal.kit.wording import hour
from portal.surveys.models import Booking, NoteKind, ReceptionDay, VisitNote
from portal.surveys.reception import series
from portal.surveys.reception.naming import objection
from portal.surveys.reception.services.days import free_numbers
from portal.surveys.reception.services.hearing import may_have_come
from portal.surveys.states import NoteState

MATTER = longest(Booking, "matter")
ASKED = longest(VisitNote, "asked")
NO_NAMES = gettext_lazy(
    "What was asked, in a sentence. Nobody’s name, number or flat: who asked is not written down."
)


def hosts(here: Area) -> list[tuple[int, str]]:
    """Who can hear on a reception day: whoever holds a post for the neighbourhood today."""
    held = Appointment.objects.on(clock.today()).filter(touching(here.path), post__in=OFFICES)
    rows = held.select_related("person").order_by("pk")
    return list({one.person_id: f"{one.title} {one.person.public_name}" for one in rows}.items())


class HostField(forms.TypedChoiceField):
    """Whoever hears; cleans to the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=lambda pk: Person.objects.get(pk=pk), **kwargs)


class PlanForm(forms.Form):
    """One reception day, or a series."""

    host = HostField(label=gettext_lazy("Who hears"))
    first = DayField(label=gettext_lazy("Day, or the first of a series"), back=NOTHING, ahead=YEAR)
    begins = ClockField(label=pgettext_lazy("a time", "From"), initial="14:00")
    ends = ClockField(label=pgettext_lazy("a time", "Until"), initial="16:00")
    minutes = number_field(label=gettext_lazy("Minutes for each"), min_value=5, max_value=120, initial=20)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(ReceptionDay, "place"))
    about = CharField(
        label=gettext_lazy("What it is about, if it is about something"),
        max_length=longest(ReceptionDay, "about"),
        required=False,
    )
    repeat = forms.ChoiceField(label=gettext_lazy("How often"), choices=series.REPEATS)
    number = number_field(
        label=gettext_lazy("How many days"),
        min_value=1,
        max_value=series.MOST,
        initial=1,
        help_text=gettext_lazy(
            "A series leaves out public holidays. Each day can be moved or called off alone."
        ),
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "host", hosts(here))


class MoveForm(ActionForm[ReceptionDay]):
    """Where and when it is now."""

    host = HostField(label=gettext_lazy("Who hears"))
    on = DayField(label=gettext_lazy("Day"), back=NOTHING, ahead=YEAR)
    begins = ClockField(label=pgettext_lazy("a time", "From"))
    ends = ClockField(label=pgettext_lazy("a time", "Until"))
    place = CharField(label=gettext_lazy("Place"), max_length=longest(ReceptionDay, "place"))

    def prepare(self) -> None:
        """Begin with what is planned; whoever hears stays to be chosen without a post."""
        day = self.thing
        named = dict(hosts(day.neighbourhood))
        offer(self, "host", {day.host_id: day.host.public_name, **named}.items())
        self.begin(
            {
                "host": day.host_id,
                "on": clock.day_of(day.starts_at),
                "begins": hour(day.starts_at),
                "ends": hour(day.ends_at),
                "place": day.place,
            }
        )


class CallOffForm(ActionForm[ReceptionDay]):
    """Why."""

    reason = reason_field(longest(ReceptionDay, "reason"), rows=2)


class BookForm(ActionForm[ReceptionDay]):
    """When, and about what."""

    number = forms.TypedChoiceField(
        label=pgettext_lazy("of a reception day", "Time"), coerce=int, widget=forms.RadioSelect
    )
    matter = CharField(
        label=gettext_lazy("What it is about, in a line"),
        max_length=MATTER,
        help_text=gettext_lazy("Only whoever hears you and the committee read it."),
    )

    def prepare(self) -> None:
        """The free times."""
        offer(self, "number", self.times())

    def times(self) -> list[tuple[int, str]]:
        """The times to choose from."""
        return [(number, _clock(self.thing, number)) for number in free_numbers(self.thing)]


class BookForForm(BookForm):
    """The same for somebody who calls or walks in."""

    person = PersonField(
        label=gettext_lazy("Who: name, room or phone number"),
    )
    field_order = ("person", "number", "matter")

    def prepare(self) -> None:
        """Where people are looked for."""
        super().prepare()
        find_in(self, "person", self.thing.neighbourhood)

    def times(self) -> list[tuple[int, str]]:
        """On the day itself, also without a time."""
        today = clock.day_of(self.thing.starts_at) == clock.today()
        return super().times() + ([(self.thing.times, _("without a time: is here now"))] if today else [])


def _clock(day: ReceptionDay, number: int) -> str:
    moment = day.time_of(number)
    return hour(moment) if moment else ""


class NamelessForm(forms.Form):
    """A form whose words must not tell who asked."""

    def here(self) -> Area:
        """Whose register is asked."""
        raise NotImplementedError

    def clean_asked(self) -> str:
        """The words, refused with how they could stand."""
        return self._nameless("asked")

    def clean_answer(self) -> str:
        """The same of an answer."""
        return self._nameless("answer")

    def _nameless(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if said := objection(text, self.here()):
            raise forms.ValidationError(said)
        return text


class BuildingField(forms.ModelChoiceField[Area]):
    """A building of the neighbourhood, or none."""

    def __init__(self, **kwargs: Any) -> None:
        empty = gettext_lazy("the whole neighbourhood")
        label = gettext_lazy("Building")
        super().__init__(
            queryset=Area.objects.none(), label=label, required=False, empty_label=empty, **kwargs
        )


def buildings_of(here: Area) -> Any:
    """The buildings of a neighbourhood in the order of their names."""
    return Area.objects.filter(path__startswith=here.path, kind=Kind.BUILDING, retired_on=None).order_by(
        "path"
    )


class NoteForm(NamelessForm):
    """Three fields, for a phone in a stairwell."""

    building = BuildingField()
    kind = forms.ChoiceField(
        label=gettext_lazy("How it was heard"),
        choices=NoteKind,
        initial=NoteKind.VISIT,
        widget=forms.RadioSelect,
    )
    asked = CharField(label=gettext_lazy("What was asked"), max_length=ASKED, rows=3, help_text=NO_NAMES)

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._here = here
        offer_rows(self, "building", buildings_of(here))

    def here(self) -> Area:
        """Where the note is written."""
        return self._here


class HearForm(NamelessForm, ActionForm[Booking]):
    """What somebody asked who came."""

    asked = CharField(label=gettext_lazy("What was asked"), max_length=ASKED, rows=3, help_text=NO_NAMES)
    building = BuildingField()

    def prepare(self) -> None:
        """Begin with what they wrote themselves."""
        offer_rows(self, "building", buildings_of(self.here()))
        self.begin({"asked": self.thing.matter})

    def here(self) -> Area:
        """Where they came."""
        return self.thing.neighbourhood


class HandOnForm(ActionForm[Booking]):
    """To whom."""

    to = HostField(label=gettext_lazy("Who answers from now on"))

    def prepare(self) -> None:
        """Whoever holds a post."""
        offer(self, "to", hosts(self.thing.neighbourhood))


class MistakenForm(NamelessForm, ActionForm[Booking]):
    """Who said it instead, where that is known, and how it came out."""

    came = forms.ChoiceField(
        label=gettext_lazy("Whose time it was"), choices=(), required=False, widget=forms.RadioSelect
    )
    reason = reason_field(200, rows=2, help_text=gettext_lazy("Only the committee reads it."))

    def here(self) -> Area:
        """Where it was heard."""
        return self.thing.neighbourhood

    def prepare(self) -> None:
        """Those of the day who were not heard yet, or nobody of them."""
        self.others = {str(one.pk): one for one in may_have_come(self.thing)}
        nobody = [("", _("none of these: the note stays without a time"))]
        offer(self, "came", [*nobody, *((pk, _time_and_name(one)) for pk, one in self.others.items())])

    def clean_reason(self) -> str:
        """It does not tell who asked either."""
        return self._nameless("reason")

    def values(self) -> dict[str, Any]:
        """With the time, or none."""
        return {"reason": self.cleaned_data["reason"], "came": self.others.get(self.cleaned_data["came"])}


class AfterAllForm(NamelessForm, ActionForm[Booking]):
    """Why it is given back."""

    reason = reason_field(200, rows=2, help_text=gettext_lazy("Only the committee reads it."))

    def here(self) -> Area:
        """Where it was heard."""
        return self.thing.neighbourhood

    def clean_reason(self) -> str:
        """It does not tell who asked."""
        return self._nameless("reason")


def _time_and_name(booking: Booking) -> str:
    begins = booking.starts_at
    return f"{hour(begins)} {booking.person.real_name}" if begins else booking.person.real_name


class NotAnsweredForm(ActionForm[Booking]):
    """What is missing."""

    reason = reason_field(200, rows=3, help_text=gettext_lazy("Only the committee reads it."))


class AnswerForm(NamelessForm, ActionForm[VisitNote]):
    """The answer in words."""

    answer = CharField(
        label=gettext_lazy("What was answered"), max_length=longest(VisitNote, "answer"), rows=4
    )

    def here(self) -> Area:
        """Where the note is."""
        return self.thing.neighbourhood


class CorrectForm(NamelessForm, ActionForm[VisitNote]):
    """The words and the building as they are now."""

    asked = CharField(label=gettext_lazy("What was asked"), max_length=ASKED, rows=3, help_text=NO_NAMES)
    building = BuildingField()

    def prepare(self) -> None:
        """Begin with them."""
        offer_rows(self, "building", buildings_of(self.here()))
        self.begin({"asked": self.thing.asked, "building": self.thing.building_id})

    def here(self) -> Area:
        """Where the note is."""
        return self.thing.neighbourhood


class NoteReasonForm(ActionForm[VisitNote]):
    """Why it is removed or stands open again."""

    reason = reason_field(
        200, rows=2, help_text=gettext_lazy("It is kept with the note; only the committee reads it.")
    )


class FilterForm(forms.Form):
    """What the list shows."""

    q = CharField(label=gettext_lazy("Words"), max_length=60, required=False)
    building = BuildingField()
    kind = forms.ChoiceField(
        label=gettext_lazy("How it was heard"),
        choices=[("", gettext_lazy("All")), *NoteKind.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("All")), *NoteState.choices], required=False
    )
    period = forms.ChoiceField(label=gettext_lazy("Heard in"), choices=[], required=False)
    late = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "building", buildings_of(here), empty_label=_("All"))
        offer(self, "period", [("", _("All")), *periods()])


def periods() -> list[tuple[str, str]]:
    """This and the seven quarters before, then this and the four years before: `q20264`, `y2026`."""
    today = clock.today()
    quarter, found = today.year * 4 + (today.month - 1) // 3, []
    for at in range(quarter, quarter - 8, -1):
        year, number = divmod(at, 4)
        words = _("%(year)d, quarter %(number)d") % {"year": year, "number": number + 1}
        found.append((f"q{year}{number + 1}", words))
    return found + [
        (f"y{year}", _("%(year)d") % {"year": year}) for year in range(today.year, today.year - 5, -1)
    ]


class TakeUpForm(forms.Form):
    """A topic of one's own for what was asked, or one that runs already."""

    topic = forms.ModelChoiceField(
        label=gettext_lazy("Join them to a topic that runs"),
        queryset=Topic.objects.none(),
        required=False,
        empty_label=gettext_lazy("none: begin a new one"),
    )
    title = CharField(
        label=gettext_lazy("Title of a new topic"), max_length=longest(Topic, "title"), required=False
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = Topic.objects.public().current().filter(neighbourhood=here)
        offer_rows(self, "topic", running.order_by("-pk"))

    def clean(self) -> dict[str, Any]:
        """One of them."""
        data = super().clean() or {}
        if not data.get("topic") and not data.get("title"):
            raise forms.ValidationError(
                _("Please choose a topic that runs, or write the title of a new one.")
            )
        return data
