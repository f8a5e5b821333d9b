"""What is asked in the course of a survey: its settings, reasons, days, and whom a mark is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Appointment, Area, Kind, Post
from portal.community.permissions import COMMITTEE, roles_in
from portal.kit.fields import (
    NOTHING,
    CharField,
    MomentField,
    longest,
    number_field,
    offer,
    reason_field,
)
from portal.surveys.course.services.running import before_opening
from portal.surveys.models import (
    Because,
    Disposition,
    FrameUnit,
    Mode,
    Reach,
    Response,
    Strata,
    Survey,
    Unit,
    Wave,
)
from portal.surveys.states import OUT, SurveyState

# Months: results are published and corrected within them.
LEAST_KEPT, MOST_KEPT = 6, 120
READY, EMPTY = "ready", "empty"
# What staff can note; the others follow from what came, or have not been asked again.
NOTED = tuple(
    (value, label)
    for value, label in Disposition.choices
    if value not in (Disposition.PARTIAL, Disposition.NONE)
)
NOTHING_NOTED = "-"


class CallForm(ActionForm[Area]):
    """What a survey is called, and where its questions come from."""

    title = CharField(
        label=gettext_lazy("Title"),
        max_length=longest(Survey, "title"),
        help_text=gettext_lazy("For example: 2026 年秋季社区居民需求问卷"),
    )
    start = forms.ChoiceField(
        label=gettext_lazy("Begin with"), choices=(), widget=forms.RadioSelect, initial=READY
    )

    def prepare(self) -> None:
        """The ready questionnaire, those that were opened here, or none."""
        held = _earlier(self.user, self.thing)
        copied = [(str(one.pk), _("the questions of “%(title)s”") % {"title": one.title}) for one in held[:5]]
        ready = [(READY, _("the ready questionnaire")), (EMPTY, _("no question"))]
        offer(self, "start", [*copied, *ready])
        # A wave that was published was a demand survey; a small survey asks something else each time.
        last = next((str(one.pk) for one in held if one.state in OUT), "")
        if last in dict(copied):
            self.begin({"start": last})

    def values(self) -> dict[str, Any]:
        """Title, and the survey that is copied."""
        start = self.cleaned_data["start"]
        source = _earlier(self.user, self.thing).filter(pk=start).first() if start.isdecimal() else None
        return {"title": self.cleaned_data["title"], "source": source, "ready": start == READY}


def _earlier(user: Any, here: Area) -> QuerySet[Survey]:
    held = Survey.objects.visible_to(user).filter(neighbourhood=here)
    return held.exclude(state=SurveyState.CANCELLED).order_by("-created_at", "-pk")


class SettingsForm(ActionForm[Survey]):
    """Whom a survey asks, when and how."""

    title = CharField(label=gettext_lazy("Title"), max_length=longest(Survey, "title"))
    intro = CharField(
        label=gettext_lazy("What it is for"),
        max_length=longest(Survey, "intro"),
        rows=3,
        help_text=gettext_lazy("In plain words: what the committee wants to know, and what follows from it."),
    )
    privacy = CharField(
        label=gettext_lazy("What becomes of the answers"),
        max_length=longest(Survey, "privacy"),
        rows=4,
        help_text=gettext_lazy(
            "The privacy notice: what the answers are used for, who sees them, how long they are kept."
        ),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("With names or without"), choices=Mode.choices, widget=forms.RadioSelect
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("What counts as one answer"), choices=Unit.choices, widget=forms.RadioSelect
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Who is asked to answer"), choices=Reach.choices, widget=forms.RadioSelect
    )
    sample_size = number_field(
        label=gettext_lazy("If a sample: how many"), min_value=1, max_value=100_000, required=False
    )
    strata = forms.ChoiceField(
        label=gettext_lazy("If a sample: drawn in proportion"),
        choices=Strata.choices,
        widget=forms.RadioSelect,
    )
    opens_at = MomentField(
        label=gettext_lazy("Opens"),
        required=False,
        help_text=gettext_lazy("Left empty: at the moment it is opened."),
    )
    closes_at = MomentField(label=gettext_lazy("Closes"), back=NOTHING, deadline=True)
    keep_months = number_field(
        label=gettext_lazy("Months for which single answers are kept after the end"),
        min_value=LEAST_KEPT,
        max_value=MOST_KEPT,
        help_text=gettext_lazy("Then they are deleted by themselves. What was published of them stays."),
    )
    threshold = number_field(
        label=gettext_lazy("A demand is answered from so many percent “needed” on"),
        min_value=1,
        max_value=100,
    )

    def prepare(self) -> None:
        """With what was settled. Nothing is answered from a line on where nobody is asked what is needed."""
        if not self.thing.asks_needs:
            del self.fields["threshold"]
        self.begin({name: getattr(self.thing, name) for name in self.fields})


class PilotForm(ActionForm[Survey]):
    """How long it took those who tried it out."""

    minutes = number_field(
        label=gettext_lazy("Minutes it took"),
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("Everybody reads it before answering."),
    )


class ReasonForm(ActionForm[Any]):
    """Why, for those concerned to read."""

    reason = reason_field(200, rows=2)


class UntilForm(ReasonForm):
    """A new last day, and why."""

    closes_at = MomentField(label=gettext_lazy("New end"), back=NOTHING, deadline=True)
    field_order = ["closes_at", "reason"]

    def clean_closes_at(self) -> datetime:
        """After the opening, which may be still to come."""
        closes_at: datetime = self.cleaned_data["closes_at"]
        opens_at = self.thing.opens_at
        if opens_at and closes_at <= opens_at:
            raise forms.ValidationError(before_opening(opens_at))
        return closes_at


class MarkForm(ActionForm[Survey]):
    """What became of asking several: chosen on the list, or named by their numbers."""

    disposition = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[*NOTED, (NOTHING_NOTED, gettext_lazy("nothing: what was noted was wrong"))],
    )
    units: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which"), queryset=FrameUnit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Those that handed nothing in."""
        field: Any = self.fields["units"]
        field.queryset = self.thing.units.filter(handed_in_on=None).select_related("dwelling__building")
        field.label_from_instance = lambda unit: f"{unit.number} · {unit.dwelling}"

    def values(self) -> dict[str, Any]:
        """Which, and what became of them; nothing, where a note is taken back."""
        chosen = self.cleaned_data["disposition"]
        noted = Disposition.NONE if chosen == NOTHING_NOTED else Disposition(chosen)
        return {"units": self.cleaned_data["units"], "disposition": noted}


class RemoveForm(ActionForm[Response]):
    """Why an answer is left out."""

    because = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=Because.choices, widget=forms.RadioSelect
    )
    reason = reason_field(
        200,
        rows=2,
        label=gettext_lazy("What you saw"),
        help_text=gettext_lazy("For the committee and the auditor."),
    )


class WaveForm(ActionForm[Area]):
    """What a wave is called, how far it reaches, and whose questions it has."""

    title = CharField(label=gettext_lazy("Title"), max_length=longest(Wave, "title"))
    area: Any = forms.ModelChoiceField(
        label=gettext_lazy("For all of"), queryset=Area.objects.none(), empty_label=None
    )
    pattern: Any = forms.ModelChoiceField(
        label=gettext_lazy("With the questions of"),
        queryset=Survey.objects.none(),
        help_text=gettext_lazy(
            "A survey that was approved. Who joins takes its questions over and can add own ones."
        ),
    )

    def prepare(self) -> None:
        """The areas the officer serves that hold this place, and the surveys in them that were approved."""
        fields: dict[str, Any] = self.fields
        paths = Appointment.objects.served_by(self.user, [Post.OFFICER])
        above = [self.thing.path[:end] for end in range(Area.steplen, len(self.thing.path), Area.steplen)]
        served = [path for path in above if any(path.startswith(own) for own in paths)]
        wide = (Kind.DISTRICT, Kind.SUBDISTRICT)
        fields["area"].queryset = Area.objects.filter(path__in=served, kind__in=wide).order_by("-path")
        unfit = (SurveyState.DRAFT, SurveyState.CANCELLED)
        patterns = Survey.objects.visible_to(self.user).exclude(state__in=unfit)
        near = patterns.filter(neighbourhood__path__startswith=min(served, key=len, default="-"))
        fields["pattern"].queryset = near.select_related("neighbourhood").order_by("-created_at")
        fields["pattern"].label_from_instance = lambda one: f"{one.title}（{one.neighbourhood.name}）"


class JoinForm(ActionForm[Wave]):
    """Which neighbourhood joins."""

    neighbourhood = forms.ChoiceField(
        label=gettext_lazy("Neighbourhood"), choices=(), widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """Those of the area for whose committee the account acts, and that have not joined."""
        found = joinable(self.user, self.thing)
        offer(self, "neighbourhood", [(area.slug, area.name) for area in found])
        if found:
            self.begin({"neighbourhood": found[0].slug})


def joinable(user: Any, wave: Wave) -> list[Area]:
    """The neighbourhoods of a wave's area for whose committee somebody acts, and that have not joined."""
    inside = Area.objects.filter(path__startswith=wave.area.path, kind=Kind.NEIGHBOURHOOD, retired_on=None)
    joined = wave.surveys.exclude(state=SurveyState.CANCELLED).values("neighbourhood")
    paths = Appointment.objects.served_by(user, [Post.WORKER, Post.DIRECTOR])
    free = inside.exclude(pk__in=joined).order_by("path")
    near = [area for area in free if any(area.path.startswith(p) or p.startswith(area.path) for p in paths)]
    return [area for area in near if not roles_in(user, area).isdisjoint(COMMITTEE)]
