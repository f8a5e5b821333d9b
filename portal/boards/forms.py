"""Forms of building boards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, one_file
from portal.actions.forms import ActionForm
from portal.boards import selectors
from portal.boards.models import BuildingBoardPage, Face, MustRead, Photo, RotaDay
from portal.community.models import Dwelling
from portal.kit import clock, wording
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, longest, offer, reason_field
from portal.threads.models import LONGEST

WEEKS = 8
# So far ahead a must-read may stand, and a day can be given or swapped.
AHEAD = timedelta(days=120)
SWAPPED_WITHIN = timedelta(days=35)


def _photo(label: Any, *, required: bool = False) -> FilesField:
    return FilesField(most=1, label=label, required=required)


class IntroduceForm(ActionForm[BuildingBoardPage]):
    """When the head can be met, what the household on duty does, and the picture on top."""

    meets = CharField(
        label=gettext_lazy("When and where neighbours can find you"),
        max_length=longest(BuildingBoardPage, "meets"),
        required=False,
        help_text=gettext_lazy("For example: Tuesdays and Fridays 19:00–20:00, entrance hall."),
    )
    chore = CharField(
        label=gettext_lazy("What the household on duty does"),
        max_length=longest(BuildingBoardPage, "chore"),
        required=False,
        help_text=gettext_lazy("For example: sweep the stairs, lock the front door."),
    )
    cover = _photo(gettext_lazy("A new picture on top"))
    alt = CharField(label=gettext_lazy("What the picture shows"), max_length=200, required=False)

    def prepare(self) -> None:
        """With what stands there now."""
        self.begin({"meets": self.thing.meets, "chore": self.thing.chore})

    def clean(self) -> dict[str, Any]:
        """A picture needs its description."""
        data = super().clean() or {}
        if data.get("cover") and not data.get("alt"):
            self.add_error("alt", _("Please say in a few words what the picture shows."))
        return data

    def values(self) -> dict[str, Any]:
        """One picture, or none."""
        return {**self.cleaned_data, "cover": one_file(self.cleaned_data["cover"])}


class FaceForm(ActionForm[BuildingBoardPage]):
    """How somebody who looks after a building is shown."""

    looks_after = CharField(
        label=gettext_lazy("What you look after"),
        max_length=longest(Face, "looks_after"),
        required=False,
        help_text=gettext_lazy("For example: the rota, the cash book."),
    )
    photo = _photo(gettext_lazy("A photo of yourself"))
    remove = forms.BooleanField(label=gettext_lazy("Take my photo away"), required=False)

    def prepare(self) -> None:
        """With what stands there now."""
        face = self.thing.faces.filter(person=self.user.person_id).first()
        if face is None or face.photo_id is None:
            del self.fields["remove"]
        self.begin({"looks_after": face.looks_after if face else ""})

    def values(self) -> dict[str, Any]:
        """One photo, or none."""
        return {**self.cleaned_data, "photo": one_file(self.cleaned_data["photo"])}


class MustReadForm(ActionForm[Any]):
    """A must-read in a few words, the day it is about, and its last day."""

    title = CharField(
        label=gettext_lazy("What everybody must know"),
        max_length=longest(MustRead, "title"),
        help_text=gettext_lazy("For example: Water tank cleaned, no water 9:00–15:00."),
    )
    body = CharField(
        label=gettext_lazy("What to do, and whom to ask"),
        max_length=longest(MustRead, "body"),
        required=False,
        rows=3,
    )
    day = DayField(label=gettext_lazy("When it happens"), back=AHEAD, ahead=AHEAD)
    last_day = DayField(
        label=gettext_lazy("Shown until"),
        back=NOTHING,
        ahead=AHEAD,
        help_text=gettext_lazy("It goes by itself after this day."),
    )

    def clean(self) -> dict[str, Any]:
        """It stands at least until it happens."""
        data = super().clean() or {}
        if data.get("day") and data.get("last_day") and data["last_day"] < data["day"]:
            self.add_error("last_day", _("Please choose a day that is not before the day it happens."))
        return data


class CorrectForm(MustReadForm):
    """A must-read that is corrected."""

    def prepare(self) -> None:
        """With what it says now."""
        self.begin({name: getattr(self.thing, name) for name in ("title", "body", "day", "last_day")})


class PutUpForm(ActionForm[MustRead]):
    """Since when it hangs in the lobby, and a photo of it there."""

    on = DayField(label=gettext_lazy("Put up in the lobby on"), back=AHEAD, ahead=NOTHING)
    photo = _photo(gettext_lazy("A photo of it there"))

    def prepare(self) -> None:
        """Today, unless something stands there."""
        self.begin({"on": self.thing.posted_on or clock.today()})

    def values(self) -> dict[str, Any]:
        """One photo, or none."""
        return {"on": self.cleaned_data["on"], "photo": one_file(self.cleaned_data["photo"])}


class ReasonForm(ActionForm[Any]):
    """Why something is taken down or not taken."""

    reason = reason_field(longest(Photo, "reason"), help_text=gettext_lazy("Those concerned read it."))


class HomesForm(ActionForm[BuildingBoardPage]):
    """A form that names a flat of the board."""

    flat_field = "dwelling"

    def prepare(self) -> None:
        """With the flats in their order."""
        self.homes = {home.pk: home for home in selectors.in_order(self.thing)}
        flats = [(str(pk), selectors.flat(home, self.thing)) for pk, home in self.homes.items()]
        offer(self, self.flat_field, flats)

    def home(self) -> Dwelling:
        """The flat that was chosen."""
        return self.homes[int(self.cleaned_data[self.flat_field])]


class PlanForm(HomesForm):
    """From which day, for how many weeks, beginning with which flat."""

    flat_field = "start"
    first_day = DayField(label=gettext_lazy("From"), back=NOTHING, ahead=AHEAD)
    weeks = forms.TypedChoiceField(
        label=gettext_lazy("For how many weeks"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, WEEKS + 1)],
        initial=4,
    )
    start = forms.ChoiceField(label=gettext_lazy("Beginning with"))

    def prepare(self) -> None:
        """It goes on where the rota ends: the day after its last one, with the flat after the last."""
        super().prepare()
        last = self.thing.rota.order_by("-day").first()
        today = clock.today()
        first, flats = today, list(self.homes)
        start = flats[0] if flats else None
        if last is not None:
            first = max(today, last.day + timedelta(days=1))
            start = (
                flats[(flats.index(last.dwelling_id) + 1) % len(flats)]
                if last.dwelling_id in flats
                else start
            )
        self.begin({"first_day": first, "start": start})

    def values(self) -> dict[str, Any]:
        """The flat itself."""
        data = self.cleaned_data
        return {"first_day": data["first_day"], "weeks": data["weeks"], "start": self.home()}


class SetDayForm(HomesForm):
    """One day, and whose it is."""

    day = DayField(label=gettext_lazy("Day"), back=NOTHING, ahead=AHEAD)
    dwelling = forms.ChoiceField(label=gettext_lazy("Household"))

    def values(self) -> dict[str, Any]:
        """The flat itself."""
        return {"day": self.cleaned_data["day"], "dwelling": self.home()}


class SwapForm(ActionForm[RotaDay]):
    """With whose day one would like to swap."""

    other = forms.ChoiceField(label=gettext_lazy("With which day"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The days to come of other households."""
        today = clock.today()
        ahead = self.thing.board.rota.filter(day__gt=today, day__lte=today + SWAPPED_WITHIN)
        others = ahead.exclude(dwelling=self.thing.dwelling_id).select_related("dwelling")
        self.days = {day.pk: day for day in others}
        offer(self, "other", [(str(pk), self._named(day)) for pk, day in self.days.items()])

    def values(self) -> dict[str, Any]:
        """The day itself."""
        return {"other": self.days[int(self.cleaned_data["other"])]}

    def _named(self, day: RotaDay) -> str:
        return f"{wording.day(day.day)} {selectors.flat(day.dwelling, self.thing.board)}"


class PhotoForm(ActionForm[BuildingBoardPage]):
    """A photo with its day and what it shows."""

    photo = _photo(gettext_lazy("Photo"), required=True)
    caption = CharField(
        label=gettext_lazy("What it shows"),
        max_length=longest(Photo, "caption"),
        help_text=gettext_lazy("For example: Making dumplings in the entrance hall. No full names."),
    )
    taken_on = DayField(label=gettext_lazy("Taken on"), back=20 * YEAR, ahead=NOTHING)

    def prepare(self) -> None:
        """Today, unless said otherwise."""
        self.begin({"taken_on": clock.today()})

    def values(self) -> dict[str, Any]:
        """One photo."""
        return {**self.cleaned_data, "photo": one_file(self.cleaned_data["photo"])}


class MessageForm(ActionForm[BuildingBoardPage]):
    """What a neighbour writes to the head."""

    body = CharField(label=gettext_lazy("Your message"), max_length=LONGEST, rows=4)

    def values(self) -> dict[str, Any]:
        """Under a key of its own; a double press is answered before."""
        return {"body": self.cleaned_data["body"], "key": uuid4()}


class DivideForm(ActionForm[BuildingBoardPage]):
    """The entrances that get a board of their own."""

    entrances = forms.MultipleChoiceField(
        label=gettext_lazy("Entrances"), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Those that are on this board."""
        there = self.thing.dwellings().order_by("entrance").values_list("entrance", flat=True).distinct()
        offer(self, "entrances", [(one, one) for one in there if one])
