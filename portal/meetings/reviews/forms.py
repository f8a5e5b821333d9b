"""The forms of a review."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.models import Appointment, Area
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    DayField,
    MomentField,
    longest,
    number_field,
    offer,
)
from portal.kit.wording import bracketed
from portal.meetings.hooks import Subject
from portal.meetings.models import CHAIRS, Part, Review, Reviewed, ReviewMeasure
from portal.meetings.reviews.selectors import OF_THE_COMMITTEE, delegates_of, staff_of
from portal.meetings.reviews.services.planning import Invitation

MEASURES = 5
PANEL_PARTS = {Part.DELEGATE: "", Part.REVIEWED: gettext_lazy("reports, has no ballot")}


class PlanForm(forms.Form):
    """Who is reviewed, and who chairs."""

    reviewed = forms.ChoiceField(
        label=gettext_lazy("What is reviewed"), choices=Reviewed, widget=forms.RadioSelect
    )
    name = CharField(
        label=gettext_lazy("Its name, as everybody reads it"),
        max_length=longest(Review, "reviewed_name"),
        help_text=gettext_lazy("Such as: the residents’ committee, the property firm with its manager."),
    )
    person = forms.TypedChoiceField(
        label=gettext_lazy("If a member of the committee is reviewed: who"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    title = CharField(label=gettext_lazy("Title of the review"), max_length=longest(Review, "title"))
    chair = forms.TypedChoiceField(label=gettext_lazy("Who chairs"), coerce=int)

    def __init__(self, *args: Any, here: Area, matter: Subject | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        self.chairs = {held.person_id: held for post in CHAIRS for held in holders(post, here)}
        members = {held.person_id: held for post in OF_THE_COMMITTEE for held in holders(post, here)}
        self.people = {pk: held.person for pk, held in {**self.chairs, **members}.items()}
        offer(self, "chair", _signed(self.chairs))
        offer(self, "person", [("", "—"), *_signed(members)])
        if matter:
            for name in ("reviewed", "name", "person"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """People instead of their keys; a member has a name, and only a member. What is finished names itself."""
        data = super().clean() or {}
        if self.matter:
            name = self.matter.title[: longest(Review, "reviewed_name")]
            data |= {"reviewed": Reviewed.MATTER.value, "name": name}
        for name in ("chair", "person"):
            data[name] = self.people.get(data.get(name) or 0)
        if data.get("reviewed") == Reviewed.MEMBER and data["person"] is None:
            self.add_error("person", _("Please choose who of the committee is reviewed."))
        if data.get("reviewed") != Reviewed.MEMBER:
            data["person"] = None
        return data


class ReviewForm(ActionForm[Review]):
    """A form about one review. Without fields it is a question to confirm."""


class AnnounceForm(ReviewForm):
    """When and where, and who of the delegates works for whom is reviewed."""

    starts_at = MomentField(label=gettext_lazy("Begins"), back=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Review, "place"))
    agenda = CharField(
        label=gettext_lazy("Agenda"),
        max_length=longest(Review, "agenda"),
        rows=5,
        help_text=gettext_lazy("One item a line."),
    )
    bring = CharField(
        label=gettext_lazy("What to bring"), max_length=longest(Review, "bring"), required=False
    )
    works_for = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Delegates who work for whom is reviewed"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They may come and speak, but have no ballot."),
    )
    notice_days = number_field(label=gettext_lazy("Days of public notice"))
    posted_at = CharField(
        label=gettext_lazy("Where the notice hangs on paper"), max_length=200, required=False
    )
    papers = FilesField(label=gettext_lazy("Papers"), required=False)

    def prepare(self) -> None:
        """The delegates, and the least days of notice."""
        days = rule("review.notice_days", self.thing.neighbourhood)
        field = self.fields["notice_days"]
        field.validators += [MinValueValidator(days["minimum"]), MaxValueValidator(90)]
        field.help_text = _("At least %(n)d. The meeting begins when they are over.") % {"n": days["minimum"]}
        people = delegates_of(self.thing.neighbourhood)
        offer(self, "works_for", [(pk, person.real_name) for pk, person in people.items()])
        self.begin(
            {
                "notice_days": days["default"],
                "place": self.thing.place,
                "agenda": self.thing.agenda,
                "bring": self.thing.bring,
                "works_for": [pk for pk in staff_of(self.thing) if pk in people],
            }
        )

    def values(self) -> dict[str, Any]:
        """The whole invitation."""
        return {"invitation": Invitation(**self.cleaned_data)}


class ReportForm(ReviewForm):
    """The report of who is reviewed."""

    text = CharField(
        label=gettext_lazy("Report"),
        max_length=longest(Review, "report"),
        rows=12,
        help_text=gettext_lazy("What was done, what was not, and why. Everybody can read it."),
    )
    papers = FilesField(label=gettext_lazy("Files"), required=False)

    def prepare(self) -> None:
        """What was handed in before."""
        self.begin({"text": self.thing.report})


class CheckForm(ReviewForm):
    """What the oversight member says of the report."""

    remarks = CharField(
        label=gettext_lazy("Remarks"),
        max_length=longest(Review, "remarks"),
        rows=6,
        help_text=gettext_lazy("What is right, what is missing. Everybody can read it beside the report."),
    )


class AttendanceForm(ReviewForm):
    """Which delegates are here."""

    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Delegates present"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        """All who were invited, those with a ballot first."""
        members = list(self.thing.participants.select_related("person").order_by("part", "pk"))
        offer(self, "present", [(one.pk, _seat(one.real_name, one.part)) for one in members])
        self.begin({"present": [one.pk for one in members if self.thing.round in one.rounds]})


class BallotForm(ReviewForm):
    """How long the ballot is open."""

    minutes = number_field(
        label=gettext_lazy("Minutes for the ballot"),
        min_value=10,
        max_value=1440,
        initial=30,
        help_text=gettext_lazy("It is counted at once when they are over and all paper is in."),
    )


class OpinionForm(ReviewForm):
    """What the residents said, point by point."""

    opinion = CharField(
        label=gettext_lazy("Opinion"),
        max_length=longest(Review, "opinion"),
        rows=8,
        help_text=gettext_lazy("One point a line: what is good, what has to change. Everybody can read it."),
    )
    asks_plan = forms.BooleanField(
        label=gettext_lazy("A plan for putting right is asked for"), required=False, initial=True
    )


class FilePlanForm(ReviewForm):
    """Targets, up to five measures with their days, and the name of the head."""

    targets = CharField(label=gettext_lazy("Targets"), max_length=longest(Review, "plan"), rows=5)
    head = CharField(
        label=gettext_lazy("Signed by the head (name)"),
        max_length=longest(Review, "plan_head"),
        help_text=gettext_lazy("On paper with signature and seal; the name stands here."),
    )
    listener = CharField(
        label=gettext_lazy("Who listens to residents regularly"),
        max_length=longest(Review, "listener"),
        required=False,
    )

    def prepare(self) -> None:
        """Rows for measures, with what a plan given back had."""
        before = list(self.thing.measures.all())
        for number in range(1, MEASURES + 1):
            self.fields[f"measure_{number}"] = CharField(
                label=_("Measure %(n)d") % {"n": number},
                max_length=longest(ReviewMeasure, "text"),
                required=number == 1,
            )
            self.fields[f"due_{number}"] = DayField(
                label=_("Done by"), back=NOTHING, ahead=YEAR, required=number == 1
            )
        kept: dict[str, Any] = {
            "targets": self.thing.plan,
            "head": self.thing.plan_head,
            "listener": self.thing.listener,
        }
        for one in before[:MEASURES]:
            kept |= {f"measure_{one.number}": one.text, f"due_{one.number}": one.due_on}
        self.begin(kept)

    def clean(self) -> dict[str, Any]:
        """A measure has its day, and a day its measure."""
        data = super().clean() or {}
        for number in range(2, MEASURES + 1):
            text, day = data.get(f"measure_{number}"), data.get(f"due_{number}")
            if text and not day and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", _("Please give the day until which it is done."))
            if day and not text:
                self.add_error(f"measure_{number}", _("Please write what is done until then."))
        return data

    def values(self) -> dict[str, Any]:
        """The plan with its measures in order."""
        data = self.cleaned_data
        rows: list[tuple[str, date]] = [
            (data[f"measure_{n}"], data[f"due_{n}"])
            for n in range(1, MEASURES + 1)
            if data.get(f"measure_{n}") and data.get(f"due_{n}")
        ]
        return {name: data[name] for name in ("targets", "head", "listener")} | {"measures": rows}


class MeasureForm(ReviewForm):
    """Which measure was carried out, and how."""

    measure = forms.TypedChoiceField(label=gettext_lazy("Measure"), coerce=int, widget=forms.RadioSelect)
    note = CharField(
        label=gettext_lazy("How it went"),
        max_length=longest(ReviewMeasure, "note"),
        rows=4,
        help_text=gettext_lazy("What was done, or why not. Everybody can read it."),
    )

    def prepare(self) -> None:
        """Those not reported yet."""
        offer(self, "measure", [(one.pk, str(one)) for one in self.thing.measures.standing()])


class ReCheckForm(ReviewForm):
    """What the oversight member found."""

    found = CharField(
        label=gettext_lazy("What was found"),
        max_length=longest(Review, "recheck"),
        rows=5,
        help_text=gettext_lazy("Everybody can read it."),
    )


class MoreForm(ReviewForm):
    """One more measure."""

    measure = CharField(
        label=gettext_lazy("What else is to be done"), max_length=longest(ReviewMeasure, "text")
    )
    due_on = DayField(label=gettext_lazy("Done by"), back=NOTHING, ahead=YEAR)


def _seat(name: str, part: str) -> str:
    said = str(PANEL_PARTS.get(Part(part), ""))
    return bracketed(name, said) if said else name


def _signed(held: dict[int, Appointment]) -> list[tuple[int, str]]:
    return [(pk, f"{one.title} {one.person.real_name}") for pk, one in held.items()]
