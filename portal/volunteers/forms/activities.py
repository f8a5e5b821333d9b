"""The form of an activity, the reason for which one is sent back or called off, and what lists are narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.actions.versions import VersionForm
from portal.community.models import Area, Upload
from portal.community.rules import rule
from portal.kit.fields import (
    YEAR,
    CharField,
    MomentField,
    longest,
    number_field,
    offer,
    offer_rows,
    reason_field,
)
from portal.volunteers import about
from portal.volunteers.forms.times import TimesForm
from portal.volunteers.listing import PERIODS, Wish
from portal.volunteers.models import Activity, ActivityKind, Team, Visibility
from portal.volunteers.permissions import ACTIVITIES
from portal.volunteers.services.activities import AFTER_POSTING, FIELDS, MAX_PHOTOS


class ActivityForm(forms.Form):
    """What is done, for whom, with which risks."""

    title = CharField(label=gettext_lazy("The activity in one line"), max_length=longest(Activity, "title"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ActivityKind)
    about = forms.ChoiceField(
        label=gettext_lazy("Does it carry out a topic?"),
        required=False,
        help_text=gettext_lazy("It is then shown on the topic's page."),
    )
    content = CharField(
        label=gettext_lazy("What will be done"), max_length=longest(Activity, "content"), rows=5
    )
    beneficiary = CharField(
        label=gettext_lazy("Whom it serves"),
        max_length=longest(Activity, "beneficiary"),
        required=False,
        help_text=gettext_lazy("For example: older neighbours of buildings 3 to 8. No names, please."),
    )
    place = CharField(label=gettext_lazy("Where people meet"), max_length=longest(Activity, "place"))
    skills = CharField(
        label=gettext_lazy("Skills that help"), max_length=longest(Activity, "skills"), required=False
    )
    bring = CharField(
        label=gettext_lazy("What to bring"), max_length=longest(Activity, "bring"), required=False
    )
    risks = CharField(
        label=gettext_lazy("Risks and how they are met"),
        max_length=longest(Activity, "risks"),
        rows=3,
        help_text=gettext_lazy("Volunteers have to be told the truth beforehand: heat, ladders, traffic …"),
    )
    risky = forms.BooleanField(
        label=gettext_lazy("Somebody could get hurt"),
        required=False,
        help_text=gettext_lazy("Then the volunteers are insured, and the number is given below."),
    )
    insurance_number = CharField(
        label=gettext_lazy("Number of the insurance"),
        max_length=longest(Activity, "insurance_number"),
        required=False,
    )
    least_age = number_field(
        label=gettext_lazy("From age"),
        min_value=6,
        max_value=99,
        initial=18,
        help_text=gettext_lazy("Below 18 a guardian has to agree to each sign-up."),
    )
    most_age = number_field(
        label=gettext_lazy("Up to age"),
        min_value=6,
        max_value=120,
        required=False,
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=Visibility,
        initial=Visibility.EVERYONE,
        widget=forms.RadioSelect,
    )
    screened = forms.BooleanField(
        label=gettext_lazy("The leader decides about each sign-up"),
        required=False,
        help_text=gettext_lazy("Otherwise whoever comes first has the place."),
    )
    mutual_aid = forms.BooleanField(
        label=gettext_lazy("Elder-care mutual aid"),
        required=False,
        help_text=gettext_lazy(
            "The city credits these hours in its own scheme. They are shown here, but never counted as service "
            "hours: nothing is counted twice."
        ),
    )
    cancel_hours = number_field(
        label=gettext_lazy("People can cancel until so many hours before"),
        min_value=0,
        max_value=336,
    )
    signup_from = MomentField(
        label=gettext_lazy("Sign-up opens by itself from"),
        back=YEAR,
        required=False,
        help_text=gettext_lazy("Empty: as soon as it is posted."),
    )
    contact = CharField(
        label=gettext_lazy("Whom to ask"),
        max_length=longest(Activity, "contact"),
        required=False,
        help_text=gettext_lazy("As everybody will read it, such as: committee office, telephone …"),
    )
    photos = FilesField(label=gettext_lazy("Pictures and papers"), required=False, most=MAX_PHOTOS)
    alt = CharField(
        label=gettext_lazy("What the first picture shows"),
        max_length=longest(Upload, "alt"),
        required=False,
        help_text=gettext_lazy(
            "It then stands on the list beside the activity. Read aloud to those who cannot see it."
        ),
    )
    without = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take away"),
        queryset=Upload.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def fit(self, here: Area, activity: Activity | None = None, key: str = "") -> None:
        """Fit the choices to the neighbourhood; `key`: what a new activity is to carry out."""
        self.fields["cancel_hours"].initial = rule("activity.cancel_hours", here)
        also = key if about.fits(key, here) else ""
        topics = about.choices(here, also=activity.about if activity else also)
        offer(self, "about", [("", _("no topic")), *topics])
        self.fields["about"].initial = also
        self._offer_photos(activity)

    def clean(self) -> dict[str, Any]:
        """Bodily risk is insured, and ages are in order."""
        data = super().clean() or {}
        if data.get("risky") and not data.get("insurance_number", "").strip():
            self.add_error(
                "insurance_number",
                _("Where somebody could get hurt the law asks the organiser to insure the volunteers."),
            )
        least, most = data.get("least_age"), data.get("most_age")
        if least and most and most < least:
            self.add_error("most_age", _("This is younger than the age from which people may come."))
        return data

    def _offer_photos(self, activity: Activity | None) -> None:
        photos = activity.photos.all() if activity else Upload.objects.none()
        if photos.exists():
            offer_rows(self, "without", photos)
        else:
            del self.fields["without"]


class NewActivityForm(ActivityForm):
    """An activity with its first time or series: both are right, or nothing is kept."""

    def __init__(self, *args: Any, here: Area, key: str, times: TimesForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = times
        self.fit(here, key=key)

    def is_valid(self) -> bool:
        """Whether activity and times are."""
        return super().is_valid() & self.times.is_valid()


class EditActivityForm(ActionForm[Activity], VersionForm, ActivityForm):
    """An activity that is changed; once it is posted, others than the committee change a part of it."""

    def prepare(self) -> None:
        """With what stands there now."""
        self.begin({name: getattr(self.thing, name) for name in FIELDS})
        self.open_version(self.thing)
        self.fit(self.thing.neighbourhood, activity=self.thing)
        posted = self.thing.approved_at is not None
        self.in_part = posted and not ACTIVITIES.entitled(self.user, "approve", self.thing)
        for name in set(self.fields) - AFTER_POSTING - {"version"} if self.in_part else ():
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What is to be written, and over which version."""
        values = dict(self.cleaned_data)
        return {"version": values.pop("version"), "values": values}


class ReasonForm(ActionForm[Any]):
    """Why something is sent back or called off."""

    reason = reason_field(
        longest(Activity, "cancelled_why"), help_text=gettext_lazy("Those concerned read it.")
    )


class ListForm(forms.Form):
    """What the list of activities can be narrowed by. A wrong value narrows nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("All kinds")), *ActivityKind.choices],
        required=False,
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("", gettext_lazy("any time")), *((name, label) for name, (label, _d) in PERIODS.items())],
        required=False,
    )
    free = forms.ChoiceField(
        label=gettext_lazy("Places"),
        choices=[("", gettext_lazy("free or not")), ("1", gettext_lazy("only free ones"))],
        required=False,
    )
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.active().filter(neighbourhood=here).values_list("pk", "name")
        offer(self, "team", [("", _("All teams")), *((str(pk), name) for pk, name in teams)])

    def wish(self) -> Wish:
        """What was understood of it."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        team = data.get("team", "")
        return Wish(
            data.get("kind", ""),
            int(team) if team else None,
            bool(data.get("free")),
            data.get("when", ""),
            bool(data.get("mine")),
        )
