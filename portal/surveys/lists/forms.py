"""What is asked about a demand, a service and a figure of the profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField, one_file
from portal.actions.forms import ActionForm
from portal.community.models import Area, Post
from portal.deliberation.models import Topic
from portal.kit import clock
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    DayField,
    longest,
    number_field,
    offer,
    offer_rows,
    reason_field,
)
from portal.pages.resources.models import Resource
from portal.surveys.lists.profile import catalogue, estates
from portal.surveys.models import Demand, Match, ProfileFact, Service
from portal.volunteers import about
from portal.volunteers.models import Activity, Visibility

LONGEST = longest(Demand, "answer")
_WHAT, _READ = _("What becomes of it"), _("Everybody can read it.")


def _promised() -> DayField:
    return DayField(
        label=_("By when"),
        back=NOTHING,
        ahead=2 * YEAR,
        help_text=_("It is a promise with a date that everybody sees; you are reminded of it."),
    )


def _said(*, required: bool = False, label: Any = _WHAT) -> CharField:
    return CharField(label=label, max_length=LONGEST, rows=3, required=required, help_text=_READ)


class PromiseForm(ActionForm[Demand]):
    """What becomes of it, by when."""

    text = _said(required=True)
    promised_on = _promised()


class TopicForm(ActionForm[Demand]):
    """Which topic takes it up."""

    subject = forms.ChoiceField(label=_("Topic"), choices=())
    promised_on = _promised()
    text = _said()
    field_order = ("subject", "promised_on", "text")

    def prepare(self) -> None:
        """The topics of the place that have not ended."""
        offer(self, "subject", about.choices(self.thing.neighbourhood))


class NewTopicForm(ActionForm[Demand]):
    """How the topic is called that begins from it."""

    title = CharField(label=_("Title of the topic"), max_length=longest(Topic, "title"))
    promised_on = _promised()
    text = _said()

    def prepare(self) -> None:
        """The need itself."""
        self.begin({"title": self.thing.title[: longest(Topic, "title")]})


class ServiceAnswerForm(ActionForm[Demand]):
    """Which service answers it."""

    subject: Any = forms.ModelChoiceField(label=_("Service"), queryset=Service.objects.none())
    promised_on = _promised()
    text = _said()

    def prepare(self) -> None:
        """Those that are offered here."""
        offer_rows(self, "subject", Service.objects.offered().filter(neighbourhood=self.thing.neighbourhood))

    def values(self) -> dict[str, Any]:
        """By its key."""
        return self.cleaned_data | {"subject": f"service:{self.cleaned_data['subject'].pk}"}


class ActivityAnswerForm(ActionForm[Demand]):
    """Which activity of volunteers takes it up."""

    subject: Any = forms.ModelChoiceField(label=_("Activity"), queryset=Activity.objects.none())
    promised_on = _promised()
    text = _said()

    def prepare(self) -> None:
        """Those that were posted for everyone here."""
        posted = Activity.objects.posted().filter(visibility=Visibility.EVERYONE)
        found = posted.filter(neighbourhood=self.thing.neighbourhood).order_by("-pk")
        offer_rows(self, "subject", found)

    def values(self) -> dict[str, Any]:
        """By its key."""
        return self.cleaned_data | {"subject": f"activity:{self.cleaned_data['subject'].pk}"}


class SummonsForm(ActionForm[Demand]):
    """Who is asked to come, by when, and what about."""

    summoned = forms.ChoiceField(
        label=_("Who is asked to come"),
        choices=[(post.value, post.label) for post in (Post.PROPERTY, Post.OWNERS_COMMITTEE)],
    )
    promised_on = _promised()
    text = _said(required=True, label=_("What they are asked"))


class ReasonForm(ActionForm[Demand]):
    """Why, for everybody to read."""

    reason = reason_field(300, rows=3)


class NotPossibleForm(ActionForm[Demand]):
    """Why it is not possible."""

    text = _said(required=True, label=_("Not possible, because"))


class DoneForm(ActionForm[Demand]):
    """What was done, with a photo."""

    text = CharField(label=_("What was done"), max_length=longest(Demand, "done"), rows=3, help_text=_READ)
    photo = FilesField(most=1, label=_("A photo of it"), required=False)

    def values(self) -> dict[str, Any]:
        """The one photo."""
        return self.cleaned_data | {"photo": one_file(self.cleaned_data["photo"])}


class AppearForm(ActionForm[Demand]):
    """What those who were asked to come do about it."""

    text = CharField(label=_("What you do about it"), max_length=300, rows=3, help_text=_READ)


class MoveForm(ActionForm[Demand]):
    """Another day, and why."""

    promised_on = _promised()
    reason = reason_field(300, rows=3)


class CorrectForm(ActionForm[Demand]):
    """What it should say, and why."""

    text = _said(required=True, label=_("What it should say"))
    reason = reason_field(300, rows=3)

    def prepare(self) -> None:
        """What it says now."""
        self.begin({"text": self.thing.done or self.thing.answer})


class MatchForm(ActionForm[Demand]):
    """What on the resource map is of use, and how."""

    resource: Any = forms.ModelChoiceField(label=_("From the resource map"), queryset=Resource.objects.none())
    note = CharField(label=_("How it helps"), max_length=longest(Match, "note"), required=False)

    def prepare(self) -> None:
        """All that everybody reads; what shares words with the demand was offered on its page."""
        shown = Resource.objects.shown().filter(neighbourhood=self.thing.neighbourhood)
        offer_rows(self, "resource", shown.exclude(demands__demand=self.thing).order_by("title", "pk"))

    def values(self) -> dict[str, Any]:
        """By its key."""
        return self.cleaned_data | {"resource": self.cleaned_data["resource"].pk}


class UnmatchForm(ActionForm[Demand]):
    """Which one is named no more."""

    resource: Any = forms.ModelChoiceField(label=_("From the resource map"), queryset=Resource.objects.none())

    def prepare(self) -> None:
        """Those that are named."""
        offer_rows(self, "resource", Resource.objects.filter(demands__demand=self.thing).order_by("title"))

    def values(self) -> dict[str, Any]:
        """By its key."""
        return {"resource": self.cleaned_data["resource"].pk}


def _words(name: str, *, rows: int = 0, required: bool = False) -> CharField:
    field: Any = Service._meta.get_field(name)
    more = {"rows": rows} if rows else {}
    return CharField(label=field.verbose_name, max_length=field.max_length, required=required, **more)


class ServiceFields(forms.Form):
    """A line of the service list."""

    title = _words("title", required=True)
    provider = _words("provider", required=True)
    about = _words("about", rows=3)
    place = _words("place")
    hours = _words("hours")
    contact = _words("contact")
    capacity = number_field(label=_("for how many"), min_value=1, max_value=1_000_000, required=False)
    demand: Any = forms.ModelChoiceField(
        label=_("Which demand it answers"), queryset=Demand.objects.none(), required=False
    )

    def among(self, here: Area) -> None:
        """The demands of a place, the newest survey first."""
        found = Demand.objects.filter(survey__neighbourhood=here).select_related("survey")
        offer_rows(
            self,
            "demand",
            found.order_by("-survey__opened_at", "rank"),
            empty_label=_("none of the survey"),
            label_from_instance=lambda demand: f"{demand.title}（{demand.survey.title}）",
        )


class ServiceForm(ServiceFields):
    """A new one."""

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among(here)


class EditServiceForm(ServiceFields, ActionForm[Service]):
    """What it says now."""

    def prepare(self) -> None:
        """Begin with it."""
        self.among(self.thing.neighbourhood)
        self.begin({name: getattr(self.thing, name) for name in ServiceFields.base_fields})


class CountForm(ActionForm[Service]):
    """How many came in a month."""

    take_up = number_field(label=_("How many came"), min_value=0, max_value=1_000_000)
    month = DayField(label=_("A day of the month"), ahead=NOTHING, back=2 * YEAR, initial=clock.today)


class EndForm(ActionForm[Service]):
    """Why it is offered no more, or again."""

    reason = reason_field(200, rows=2)


class FactForm(forms.Form):
    """A figure of the profile, with its source and day."""

    area = forms.TypedChoiceField(label=_("Of which place"), coerce=int, choices=())
    name = forms.ChoiceField(label=_("What"), choices=())
    value = CharField(
        label=_("Figure or word"),
        max_length=longest(ProfileFact, "value"),
        required=False,
        help_text=_(
            "A whole number, a year, yes or no, or a word. Empty: what stood there does not hold any more."
        ),
    )
    as_of = DayField(label=_("As of"), ahead=NOTHING, back=20 * YEAR, initial=clock.today)
    source = CharField(label=_("Where it is known from"), max_length=longest(ProfileFact, "source"))

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", [(area.pk, area.name) for area in (here, *estates(here))])
        offer(self, "name", [(item.name, f"{item.group}：{item.title}") for item in catalogue().values()])
