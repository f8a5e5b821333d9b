"""The forms of a hearing up to and on its day."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, PersonField, find_in
from portal.actions.forms import ActionForm
from portal.community.finding import neighbours_like
from portal.community.models import Appointment, Area, Person, Post
from portal.community.permissions import holders
from portal.community.rules import rule
from portal.kit.fields import NOTHING, CharField, MomentField, longest, offer
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.models import CHAIRS, Hearing, Participant
from portal.meetings.services.hearings import Invitation
from portal.meetings.services.seats import absent
from portal.voting.models import Channel

# Posts that can owe the answer.
DECIDERS = (Post.DIRECTOR, Post.OWNERS_COMMITTEE, Post.PROPERTY, Post.PARTY, Post.OFFICER)
SEPARATOR = re.compile(r"[，,、;；|\t]")
PANEL_MOST = 60


class PlanForm(forms.Form):
    """What a hearing is about, who presents, chairs, and answers afterwards."""

    title = CharField(label=gettext_lazy("Title of the hearing"), max_length=longest(Hearing, "title"))
    plan_owner = CharField(
        label=gettext_lazy("Who presents the plan"),
        max_length=longest(Hearing, "plan_owner"),
        help_text=gettext_lazy("As the public will read it, such as: the property company, manager Li."),
    )
    plan_person = PersonField(
        label=gettext_lazy("If the presenter lives or owns here: the name"),
        required=False,
        help_text=gettext_lazy("Name or phone, and the building where several share the name."),
    )
    chair = forms.TypedChoiceField(label=gettext_lazy("Who chairs"), coerce=int)
    decision_maker = forms.ChoiceField(
        label=gettext_lazy("Who must answer the opinion"),
        help_text=gettext_lazy(
            "A hearing does not decide: whoever does must answer each item, with reasons."
        ),
    )

    def __init__(self, *args: Any, here: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        find_in(self, "plan_person", here, partial(neighbours_like, here))
        self.chairs = {held.person_id: held for post in CHAIRS for held in holders(post, self.here)}
        offer(self, "chair", [(person, _signed(held)) for person, held in self.chairs.items()])
        deciders = [(post, held) for post in DECIDERS if (held := holders(post, self.here))]
        offer(self, "decision_maker", [(post.value, _post(post, held)) for post, held in deciders])

    def clean_chair(self) -> Person:
        """The person behind the chosen post."""
        return self.chairs[self.cleaned_data["chair"]].person


class HearingForm(ActionForm[Hearing]):
    """A form about one hearing. Without fields it is a question to confirm."""

    @property
    def head(self) -> list[forms.BoundField]:
        """The fields above the rows."""
        return list(self)

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Groups of fields that belong together, each with its title."""
        return []


class PanelForm(HearingForm):
    """The panel as a list, one delegate a line, as it stands on the committee's paper."""

    groups = CharField(
        label=gettext_lazy("Groups that are affected"),
        max_length=400,
        help_text=gettext_lazy(
            "Separated by commas, such as: owners, tenants, people over 70. Each needs a seat."
        ),
    )
    members = CharField(
        label=gettext_lazy("Delegates, one a line"),
        max_length=6000,
        rows=10,
        help_text=gettext_lazy(
            "Name (or phone), and the building where several share the name; a comma; the group. "
            "Such as: Chen Xiuying 6号楼, owners"
        ),
    )

    def clean_groups(self) -> list[str]:
        """The groups, each once, in the order given."""
        groups = [word.strip() for word in SEPARATOR.split(self.cleaned_data["groups"].replace("\n", ","))]
        if any(len(group) > 40 for group in groups):
            raise forms.ValidationError(_("The name of a group has at most 40 characters."))
        return list(dict.fromkeys(filter(None, groups)))

    def clean_members(self) -> list[tuple[int, str]]:
        """(person's key, group) for each line; every line that is not understood is named with its number."""
        lines = [line for line in self.cleaned_data["members"].splitlines() if line.strip()]
        if len(lines) > PANEL_MOST:
            raise forms.ValidationError(_("A panel has at most %(n)d delegates.") % {"n": PANEL_MOST})
        found, wrong = [], []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(self._member(line))
            except forms.ValidationError as error:
                reason = {"n": number, "reason": " ".join(error.messages)}
                wrong.append(_("Line %(n)d: %(reason)s") % reason)
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def _member(self, line: str) -> tuple[int, str]:
        words, *rest = [part.strip() for part in SEPARATOR.split(line, maxsplit=1)]
        if not words or not rest or not rest[0]:
            raise forms.ValidationError(_("Please write the name, a comma, and the group."))
        if len(rest[0]) > 40:
            raise forms.ValidationError(_("The name of a group has at most 40 characters."))
        return one_neighbour(self.thing.neighbourhood, words).pk, rest[0]


class AnnounceForm(HearingForm):
    """When and where, what about, and how long the notice hangs."""

    starts_at = MomentField(label=gettext_lazy("Begins"), back=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Hearing, "place"))
    agenda = CharField(
        label=gettext_lazy("Agenda"),
        max_length=longest(Hearing, "agenda"),
        rows=6,
        help_text=gettext_lazy("One item a line."),
    )
    bring = CharField(
        label=gettext_lazy("What to bring"),
        max_length=longest(Hearing, "bring"),
        required=False,
        help_text=gettext_lazy(
            "Such as: reading glasses, the plan you were sent. It stands in the reminder."
        ),
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats for observers"), min_value=1, max_value=500)
    notice_days = forms.IntegerField(label=gettext_lazy("Days of public notice"))
    posted_at = CharField(
        label=gettext_lazy("Where the notice hangs on paper"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as: the boards of buildings 1 to 6."),
    )
    papers = FilesField(label=gettext_lazy("Papers"), required=False)
    registers = forms.BooleanField(
        label=gettext_lazy("Open registration at once"), required=False, initial=True
    )
    registers_at = MomentField(
        label=gettext_lazy("Or by itself from"),
        back=NOTHING,
        required=False,
        help_text=gettext_lazy("Then it opens at that time, without anybody's doing."),
    )

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        days = rule("hearing.notice_days", self.thing.neighbourhood)
        field = self.fields["notice_days"]
        field.validators += [MinValueValidator(days["minimum"]), MaxValueValidator(90)]
        field.widget.attrs |= {"min": days["minimum"], "max": 90}
        field.help_text = _("At least %(n)d. The hearing begins when they are over.") % {"n": days["minimum"]}
        self.begin(
            {
                "seats": self.thing.seats,
                "notice_days": days["default"],
                "place": self.thing.place,
                "agenda": self.thing.agenda,
                "bring": self.thing.bring,
            }
        )

    def clean(self) -> dict[str, Any]:
        """Registration opens before the hearing begins."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        opens, starts = data.get("registers_at"), data.get("starts_at")
        if opens and starts and opens >= starts:
            self.add_error("registers_at", _("Registration opens before the hearing begins."))
        return data

    def values(self) -> dict[str, Any]:
        """The whole invitation."""
        return {"invitation": Invitation(**self.cleaned_data)}


class RegisterForm(HearingForm):
    """Listening, or speaking too."""

    wants_to_speak = forms.BooleanField(
        label=gettext_lazy("I would like to speak"),
        required=False,
        help_text=gettext_lazy("The chair gives the word after the delegates."),
    )


class RegisterForForm(HearingForm):
    """A seat for somebody who rang or came."""

    person = PersonField(
        label=gettext_lazy("Which neighbour"),
        help_text=gettext_lazy("Name or phone, and the building where several share the name."),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How the neighbour asked"),
        choices=[choice for choice in Channel.choices if choice[0] not in {Channel.ONLINE, Channel.HALL}],
        widget=forms.RadioSelect,
    )
    wants_to_speak = forms.BooleanField(label=gettext_lazy("Would like to speak"), required=False)

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))

    def values(self) -> dict[str, Any]:
        """The neighbour by the key."""
        return {"person_pk": self.cleaned_data.pop("person").pk, **self.cleaned_data}


class AttendanceForm(HearingForm):
    """Which delegates are here."""

    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Delegates present"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick who is here. If nobody came, choose another date.")},
    )

    def prepare(self) -> None:
        """Fit the fields to the hearing."""
        panel = list(self.thing.participants.sitting().select_related("person"))
        offer(self, "present", seat_names(self.thing, panel))
        now = [member.pk for member in panel if self.thing.round in member.rounds]
        self.begin({"present": now})


class ReplaceForm(HearingForm):
    """Whose seat, and who takes it."""

    seat = forms.TypedChoiceField(label=gettext_lazy("Whose seat"), coerce=int, widget=forms.RadioSelect)
    person = PersonField(
        label=gettext_lazy("Who takes it"),
        help_text=gettext_lazy("Name or phone, and the building where several share the name."),
    )

    def prepare(self) -> None:
        """The seats of the panel; whoever follows lives or owns here."""
        here = self.thing.neighbourhood
        find_in(self, "person", here, partial(neighbours_like, here))
        offer(
            self,
            "seat",
            seat_names(self.thing, list(self.thing.participants.sitting().select_related("person"))),
        )


class NextRoundForm(ReasonForm):
    """Why, when and where it goes on."""

    resumes_at = MomentField(label=gettext_lazy("Continues on"), back=NOTHING)
    place = CharField(
        label=gettext_lazy("Place"),
        max_length=longest(Hearing, "place"),
        required=False,
        help_text=gettext_lazy("Empty: where it was."),
    )


def seat_names(hearing: Hearing, panel: list[Participant]) -> list[tuple[int, str]]:
    """Each delegate's key and label, as staff tell them apart; who moved away is marked."""
    away = absent(hearing)
    return [(one.pk, f"{one.real_name}（{one.shown}）· {one.group}{_gone(one, away)}") for one in panel]


def _gone(member: Participant, away: set[int]) -> str:
    gone = _("no longer lives or owns here")
    return f" · {gone}" if member.person_id in away else ""


def one_neighbour(here: Area, words: str) -> Person:
    """The one neighbour somebody means; says in plain words why nobody, or whom of several."""
    found = neighbours_like(here, words)
    if found.one:
        return found.one
    if not found.sure:
        raise forms.ValidationError(_("Nobody called “%(name)s” lives or owns here.") % {"name": words})
    raise forms.ValidationError(
        _("%(n)d people here are called “%(name)s”. Please add the building or the room.")
        % {"n": len(found.people), "name": words}
    )


def _signed(held: Appointment) -> str:
    return f"{held.title} {held.person.public_name}"


def _post(post: Post, held: list[Appointment]) -> str:
    return f"{post.label}（{'、'.join(sorted({one.person.public_name for one in held}))}）"
