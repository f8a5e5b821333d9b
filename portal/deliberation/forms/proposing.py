"""The steps of raising a topic. Each is saved in the draft, so that nothing typed is ever lost."""

from __future__ import annotations

import json
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.versions import VersionForm
from portal.community.models import Area, Kind, Upload
from portal.community.places import inside
from portal.deliberation.models import Category, OwnRole, Topic
from portal.deliberation.services.topics import MAX_PHOTOS, Proposal
from portal.kit.fields import CharField, YuanField, longest, offer_rows


class AreaField(forms.ModelChoiceField[Area]):
    """A neighbourhood, one of its estates, or a building; named with the estate where it needs it."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, pushed in by level."""
        depth = {Kind.ESTATE: 1, Kind.BUILDING: 2}.get(obj.kind, 0)
        return "　" * depth + str(obj.name)


class StepForm(VersionForm):
    """A step of the proposal; knows the draft it belongs to, if there is one already."""

    def __init__(self, *args: Any, neighbourhood: Area, topic: Topic | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.neighbourhood, self.topic = neighbourhood, topic
        if topic:
            self.initial = {**{name: getattr(topic, name) for name in self.own}, **self.initial}
            self.open_version(topic)
        else:
            del self.fields["version"]
        self.prepare()

    @property
    def own(self) -> list[str]:
        """The names of the fields that are the topic's."""
        return [name for name in self.fields if name not in BESIDES]

    def prepare(self) -> None:
        """Fit the fields to the neighbourhood."""

    def proposal(self) -> Proposal:
        """What was filled in, as the service takes it."""
        return cast(Proposal, {name: self.cleaned_data[name] for name in self.own})

    def besides(self) -> dict[str, Any]:
        """What the service takes beside it: files, and which version was opened."""
        return {name: self.cleaned_data[name] for name in self.fields if name in BESIDES}


BESIDES = frozenset({"photos", "without", "version"})


class MatterForm(StepForm):
    """Step 1: what it is about, and where."""

    title = CharField(
        label=gettext_lazy("Your topic in one line"),
        max_length=longest(Topic, "title"),
        help_text=gettext_lazy(
            "Say what should become of what. For example: open the small gate at Red Forest Road."
        ),
    )
    area = AreaField(
        label=gettext_lazy("Whom it concerns"),
        queryset=Area.objects.none(),
        help_text=gettext_lazy(
            "The whole neighbourhood, one estate or one building: those who live there second it."
        ),
    )
    place = CharField(
        label=gettext_lazy("Where exactly"),
        max_length=longest(Topic, "place"),
        help_text=gettext_lazy("For example: north side of building 3."),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What kind of matter"), choices=Category, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """Only places of this neighbourhood can be chosen; topics of the same name are shown while one is typed."""
        vars(self.fields["title"])["answered"] = True
        self.fields["title"].widget.attrs |= {
            "hx-get": reverse("deliberation:alike", args=[self.neighbourhood.slug]),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": f"#{self['title'].auto_id}_answer",
            "hx-vals": json.dumps({"but": self.topic.pk if self.topic else ""}),
        }
        offer_rows(
            self, "area", inside(self.neighbourhood, *Kind), empty_label=None, initial=self.neighbourhood
        )


class ReasonsForm(StepForm):
    """Step 2: what is wrong, who is affected, what is wished for."""

    problem = CharField(
        label=gettext_lazy("What is wrong"),
        max_length=longest(Topic, "problem"),
        rows=5,
        help_text=gettext_lazy("What happens, how often, since when. Please name no private persons."),
    )
    affected = CharField(
        label=gettext_lazy("Who is affected"),
        max_length=longest(Topic, "affected"),
        rows=2,
        help_text=gettext_lazy(
            "For example: 312 households that walk to work, and the elderly on their way to market."
        ),
    )
    wish = CharField(
        label=gettext_lazy("What do you wish for"),
        max_length=longest(Topic, "wish"),
        rows=5,
        help_text=gettext_lazy("One wish is enough. What should be talked about?"),
    )


class OwnForm(StepForm):
    """Step 3: photos, a guess at the cost, and what the proposer has to do with it."""

    photos = FilesField(required=False, most=MAX_PHOTOS)
    without = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take away"),
        queryset=Upload.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cost = YuanField(
        label=gettext_lazy("What might it cost"),
        required=False,
        help_text=gettext_lazy("In yuan, if you have an idea. A guess helps to find the right way."),
    )
    own_role = forms.ChoiceField(
        label=gettext_lazy("What have you to do with it"), choices=OwnRole, widget=forms.RadioSelect
    )
    interest = CharField(
        label=gettext_lazy("Conflict of interest"),
        max_length=longest(Topic, "interest"),
        required=False,
        help_text=gettext_lazy(
            "If you or your family or firm could earn by it, say so here; neighbours can read it."
        ),
    )

    def prepare(self) -> None:
        """Only the draft's own photos can be taken away."""
        photos = self.topic.photos.all() if self.topic else Upload.objects.none()
        if photos.exists():
            offer_rows(self, "without", photos)
        else:
            del self.fields["without"]

    def clean(self) -> dict[str, Any]:
        """A business interest must be named."""
        data = super().clean() or {}
        if data.get("own_role") == OwnRole.INTEREST and not data.get("interest"):
            self.add_error("interest", _("Please say which interest; neighbours should know it."))
        return data


STEPS: tuple[type[StepForm], ...] = (MatterForm, ReasonsForm, OwnForm)
STATIONS = (
    gettext_lazy("What and where"),
    gettext_lazy("Why"),
    gettext_lazy("Photos and you"),
    gettext_lazy("Check and send"),
)


def stations(now: int) -> list[dict[str, Any]]:
    """The steps of raising a topic, drawn as a track; `now` counts from 1, and the last one sends it."""
    return [
        {"label": label, "status": "done" if at < now else "now" if at == now else "todo"}
        for at, label in enumerate(STATIONS, start=1)
    ]
