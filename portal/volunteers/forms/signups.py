"""What people type to sign up, to consent, to decide, and to mark who came."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.models import Person
from portal.kit import clock
from portal.kit.fields import CharField, MomentField, longest, offer
from portal.volunteers.models import Attendance, How, Shift, Signup
from portal.volunteers.selectors import expected, members_to_enter
from portal.volunteers.services import attendance, signing
from portal.volunteers.services.attendance import IN, OUT, Mark
from portal.voting.models import Channel

WAYS = [(way.value, way.label) for way in (Channel.PAPER, Channel.PHONE, Channel.COUNTER)]
WHAT = [(IN, _("come")), (OUT, _("gone"))]
YES, NO = "yes", "no"
LARGEST_KEY = 2**63
MOST_TEXT = 200_000


class SignUpForm(ActionForm[Shift]):
    """Signing up oneself. Asks only for what is not known: the age, a guardian, and whether a clash is wanted."""

    adult = forms.BooleanField(required=False)
    guardian_phone = CharField(
        label=_("If you are under 18: your guardian's mobile number"),
        max_length=longest(Person, "phone"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_(
            "Somebody of your household, who is then asked for consent here. Empty: bring the paper form, signed."
        ),
    )
    remark = CharField(
        label=_("Anything the team should know"),
        max_length=100,
        required=False,
        help_text=_("Nothing about your health, please: the leader and the recorders of the team read this."),
    )
    in_spite_of_clash = forms.BooleanField(required=False)

    def prepare(self) -> None:
        """Ask no more than is needed."""
        shift, person = self.thing, self.user.person
        known = person is not None and person.adult_on is not None
        grown = person is not None and person.is_adult(clock.day_of(shift.starts_at))
        if known:
            del self.fields["adult"]
        else:
            self.fields["adult"].label = gettext("I am %(age)d or older") % {
                "age": signing.declared_age(shift)
            }
        if grown or not shift.activity.takes_minors:
            del self.fields["guardian_phone"]
        clashes = signing.clashes(person, shift.span) if person else []
        self.clashes = [other for other in clashes if other.pk != shift.pk]
        if self.clashes:
            self.fields["in_spite_of_clash"].label = gettext(
                "I want both, although they are at the same time"
            )
        else:
            del self.fields["in_spite_of_clash"]


class SignUpForForm(ActionForm[Shift]):
    """Entering members of the team who have no account, one or a group."""

    people = forms.MultipleChoiceField(label=_("Who comes"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("How they said so"), choices=WAYS, initial=Channel.PAPER, widget=forms.RadioSelect
    )
    adult = forms.BooleanField(
        required=False,
        label=_("All of them are 18 or older"),
        help_text=_("For those whose age is not known. Without this a guardian signs on paper first."),
    )
    in_spite_of_clash = forms.BooleanField(
        required=False, label=_("Also who is signed up elsewhere at the same time")
    )

    def prepare(self) -> None:
        """Offer those of the team who cannot do it alone and are not signed up yet."""
        there = self.thing.signups.active().values("person")
        members = members_to_enter(self.thing).exclude(person__in=there).select_related("person")
        self.found = {str(one.person_id): one.person for one in members.order_by("person__real_name")}
        names = [(key, person.real_name) for key, person in self.found.items()]
        offer(self, "people", names)

    def clean_people(self) -> list[Person]:
        """Those who were ticked."""
        return [self.found[key] for key in self.cleaned_data["people"]]


class ConsentForm(ActionForm[Signup]):
    """A guardian's answer."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(YES, _("I consent")), (NO, _("I do not consent"))],
        widget=forms.RadioSelect,
    )
    guardian = forms.BooleanField(
        required=False,
        label=_("I am the guardian and 18 or older; I have read the risks and how they are met"),
    )

    def clean(self) -> dict[str, Any]:
        """A yes is a guardian's."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == YES and not cleaned.get("guardian"):
            self.add_error("guardian", _("Only a guardian who has read the risks can consent."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Yes or no."""
        return {"yes": self.cleaned_data["answer"] == YES}


class PaperConsentForm(ActionForm[Signup]):
    """The signed paper."""

    paper = FilesField(most=1, label=_("Photo or scan of the signed consent"))

    def values(self) -> dict[str, Any]:
        """The one file."""
        return {"paper": self.cleaned_data["paper"][0]}


class DecideForm(ActionForm[Signup]):
    """The leader's answer."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(YES, _("The person gets a place")), (NO, _("Decline"))],
        widget=forms.RadioSelect,
    )
    reason = CharField(
        label=_("Why not"),
        max_length=longest(Signup, "decided_why"),
        required=False,
        help_text=_("The person reads this."),
    )

    def values(self) -> dict[str, Any]:
        """Yes or no, and why not."""
        return {"accept": self.cleaned_data["answer"] == YES, "reason": self.cleaned_data["reason"]}


class CodeForm(forms.Form):
    """The code said at the place."""

    code = CharField(
        label=_("The six digits said at the place"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        validators=[RegexValidator(r"^\d{3}[\s-]*\d{3}$", _("The code has six digits."))],
    )

    def clean_code(self) -> str:
        """The digits alone."""
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isdigit())


class PresenceForm(forms.Form):
    """The button at the place: come or gone, as it stood on the page."""

    what = forms.ChoiceField(choices=WHAT, label=_("Come or gone"))


class TickForm(ActionForm[Shift]):
    """Ticking people on the list."""

    who = forms.TypedMultipleChoiceField(
        coerce=int,
        label=_("Who"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick at least one name.")},
    )
    what = forms.ChoiceField(choices=WHAT, label=_("Come or gone"))
    at = MomentField(label=_("Time, if it was not just now"), required=False)

    def prepare(self) -> None:
        """Offer those who have a place."""
        self.rows = expected(self.thing)
        offer(self, "who", [(one.pk, one.person.real_name) for one in self.rows])

    @property
    def come(self) -> int:
        """How many are marked as come."""
        return sum(hasattr(row, "attendance") for row in self.rows)

    def values(self) -> dict[str, Any]:
        """Who, what, and when if not just now."""
        data = self.cleaned_data
        return {"signups": data["who"], "what": data["what"], "at": data["at"]}


class TimesForm(ActionForm[Signup]):
    """Somebody's times, set right."""

    in_at = MomentField(label=_("Come"))
    out_at = MomentField(label=_("Gone"), required=False)

    def prepare(self) -> None:
        """With what was marked, else the time at which it begins."""
        come = Attendance.objects.filter(signup=self.thing).first()
        came = {"in_at": come.in_at, "out_at": come.out_at} if come else {}
        self.begin({"in_at": self.thing.shift.starts_at} | came)


class OfflineForm(forms.Form):
    """A list kept without network: JSON lines {"signup": 12, "what": "in", "at": "2026-11-28T06:00:00Z"}.

    A file with one line that is none is refused as a whole: it was damaged on the way.
    """

    marks = CharField(max_length=MOST_TEXT, widget=forms.HiddenInput)

    def clean_marks(self) -> list[Mark]:
        """The lines as marks."""
        try:
            lines = json.loads(self.cleaned_data["marks"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("The list cannot be read. Nothing of it was taken.")) from error
        if not isinstance(lines, list) or not lines:
            raise forms.ValidationError(_("The list cannot be read. Nothing of it was taken."))
        if len(lines) > attendance.MOST_MARKS:
            raise forms.ValidationError(
                _("A list has at most %(most)d lines. Nothing of it was taken.")
                % {"most": attendance.MOST_MARKS}
            )
        return [_mark(number, line) for number, line in enumerate(lines, 1)]


def _mark(number: int, line: object) -> Mark:
    try:
        return _read(line)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise forms.ValidationError(
            _("Line %(number)d of the list cannot be read. Nothing of the list was taken.")
            % {"number": number}
        ) from error


def _read(line: Any) -> Mark:
    """Raises TypeError, ValueError, KeyError or OverflowError where a line is none."""
    signup, what, at = line["signup"], line["what"], datetime.fromisoformat(line["at"])
    if type(signup) is not int or not 0 < signup < LARGEST_KEY or what not in {IN, OUT} or at.tzinfo is None:
        raise ValueError(line)
    return Mark(signup, what, at.astimezone(UTC), How.OFFLINE)
