"""The forms of a draw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.community.models import Area, Kind
from portal.kit.fields import NOTHING, CharField, MomentField, longest, offer
from portal.meetings.forms.hearings import PANEL_MOST, SEPARATOR
from portal.meetings.lots.people import home_in
from portal.meetings.lots.refusals import FEATURES, VALUES, value_said
from portal.meetings.lots.services import Rows
from portal.meetings.models import AgeBand, Hearing, PanelDraw, Sex, Tenure

QUOTAS_MOST = 80
PARTS = 4


class SeatsForm(ActionForm[PanelDraw]):
    """How many seats, and for whom at least and at most."""

    size = forms.IntegerField(label=gettext_lazy("Seats on the panel"), min_value=1, max_value=PANEL_MOST)
    quotas = CharField(
        label=gettext_lazy("Seats for each group and feature, one a line"),
        max_length=4000,
        rows=10,
        help_text=gettext_lazy(
            "What, which, fewest and most seats, with commas between. What can be: affected group, building, age, "
            "sex, lives here as. Such as: affected group, local people, 7, 7 – age, 60 and older, 2, 4 – "
            "sex, female, 5, 6"
        ),
    )

    def prepare(self) -> None:
        """Begin with the seats as they are."""
        self.begin({"size": self.thing.size, "quotas": quota_lines(self.thing.quotas)})

    @property
    def here(self) -> Area:
        """The neighbourhood whose buildings can be named."""
        return self.thing.neighbourhood

    def clean_quotas(self) -> Rows:
        """Each line as feature, value, fewest, most; every line that is not understood is named with its number."""
        lines = [line for line in self.cleaned_data["quotas"].splitlines() if line.strip()]
        if len(lines) > QUOTAS_MOST:
            raise forms.ValidationError(_("At most %(n)d lines, please.") % {"n": QUOTAS_MOST})
        found: Rows = []
        wrong = []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(self._quota(line, found))
            except forms.ValidationError as error:
                reason = {"n": number, "reason": " ".join(error.messages)}
                wrong.append(_("Line %(n)d: %(reason)s") % reason)
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def _quota(self, line: str, before: Rows) -> list[str | int]:
        parts = [part.strip() for part in SEPARATOR.split(line)]
        if len(parts) != PARTS or not all(part.isascii() and part.isdecimal() for part in parts[2:]):
            raise forms.ValidationError(
                _("Please write what, which, fewest and most seats, with commas between.")
            )
        feature = _feature(parts[0])
        value = self._value(feature, parts[1])
        least, most = int(parts[2]), int(parts[3])
        if least > most or most > PANEL_MOST:
            raise forms.ValidationError(_("The fewest seats are more than the most, or there are too many."))
        if [feature, value] in [row[:2] for row in before]:
            raise forms.ValidationError(_("This stands here twice."))
        return [feature, value, least, most]

    def _value(self, feature: str, said: str) -> str:
        if feature == "group":
            if not said or len(said) > 40:
                raise forms.ValidationError(_("The name of a group has at most 40 characters."))
            return said
        if feature == "building":
            known = Area.objects.filter(path__startswith=self.here.path, kind=Kind.BUILDING, name=said)
            if not known.exists():
                raise forms.ValidationError(_("There is no building “%(name)s” here.") % {"name": said})
            return said
        for value, label in VALUES[feature].choices:
            if said in {value, str(label)}:
                return str(value)
        labels = "、".join(str(label) for label in VALUES[feature].labels)
        raise forms.ValidationError(_("Please choose one of: %(choices)s.") % {"choices": labels})


class OpenForm(SeatsForm):
    """The same for a hearing that gets a draw, and how long one can sign up."""

    closes_at = MomentField(label=gettext_lazy("Sign-up until"), back=NOTHING, deadline=True)
    field_order = ("closes_at", "size", "quotas")
    thing: Hearing  # type: ignore[assignment]

    def prepare(self) -> None:
        """Nothing is known yet."""


class VolunteerForm(ActionForm[PanelDraw]):
    """The group, and what the quotas ask of a person; nothing that they do not ask."""

    group = forms.ChoiceField(label=gettext_lazy("I would speak for"), widget=forms.RadioSelect)
    age = forms.ChoiceField(label=gettext_lazy("My age"), required=False, widget=forms.RadioSelect)
    sex = forms.ChoiceField(label=gettext_lazy("My sex"), required=False, widget=forms.RadioSelect)
    tenure = forms.ChoiceField(label=gettext_lazy("I live here as"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Only what has quotas is asked; who signed up before sees what was said."""
        draw, person = self.thing, self.user.person
        mine = draw.volunteers.filter(person=person).first()
        tenure = home_in(draw.hearing, person)[1] if person else Tenure.OWNER
        asked = {row[0] for row in draw.quotas}
        offer(self, "group", [(name, name) for name in draw.groups])
        for name, choices in (("age", AgeBand.choices), ("sex", Sex.choices)):
            offer(self, name, [*choices, ("", _("I would rather not say"))])
        offer(self, "tenure", Tenure.choices)
        names = ("group", "age", "sex", "tenure")
        self.begin({name: getattr(mine, name) for name in names} if mine else {"tenure": tenure})
        self.derived = {"age": "", "sex": "", "tenure": str(tenure)}
        for name in self.derived:
            if name not in asked:
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was asked, and for the rest what is known or nothing."""
        return {**self.derived, **self.cleaned_data}


class ReopenForm(ActionForm[PanelDraw]):
    """How long one can sign up."""

    closes_at = MomentField(label=gettext_lazy("Sign-up until"), back=NOTHING, deadline=True)


class CommitForm(ActionForm[PanelDraw]):
    """The event that will give the seed."""

    seed_event = CharField(
        label=gettext_lazy("What the seed is read from, and how it is written"),
        max_length=longest(PanelDraw, "seed_event"),
        rows=3,
        help_text=gettext_lazy(
            "Something that nobody can know or choose beforehand. Such as: the red balls of the next lottery, "
            "ascending, with spaces between – or: three dice thrown by three neighbours at the counter, in that order."
        ),
    )
    seed_at = MomentField(label=gettext_lazy("When that takes place"), back=NOTHING)


class SeedForm(ActionForm[PanelDraw]):
    """The seed as it was announced that it would be written."""

    seed = CharField(label=gettext_lazy("Seed"), max_length=longest(PanelDraw, "seed"))


def quota_lines(quotas: Rows) -> str:
    """The quotas as they are typed."""
    return "\n".join(
        _("%(feature)s, %(value)s, %(least)d, %(most)d")
        % {
            "feature": FEATURES[str(feature)],
            "value": value_said(str(feature), str(value)),
            "least": least,
            "most": most,
        }
        for feature, value, least, most in quotas
    )


def _feature(said: str) -> str:
    for feature, label in FEATURES.items():
        if said in {feature, str(label)}:
            return feature
    labels = "、".join(str(label) for label in FEATURES.values())
    raise forms.ValidationError(_("Please choose one of: %(choices)s.") % {"choices": labels})
