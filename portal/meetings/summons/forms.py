"""The forms of a summons: of the committee, the subdistrict, residents, and the department behind its link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.forms import ActionForm
from portal.kit.fields import NOTHING, YEAR, CharField, DayField, MomentField, longest, offer, reason_field
from portal.meetings.models import Decision, Judgement, Participant, Summons
from portal.meetings.summons.services.answering import Answer, kept_promises
from portal.meetings.summons.services.writing import Letter

ANSWERS = [
    (Answer.ACCEPT.value, gettext_lazy("We come on the day that is wanted")),
    (Answer.PROPOSE.value, gettext_lazy("We propose another day")),
    (Answer.REFUSE.value, gettext_lazy("We do not come")),
]
NAMES_MOST = 20
OTHERS_MOST = 6


class DepartmentFields(forms.Form):
    """Who is summoned, and how it is reached."""

    department = CharField(label=gettext_lazy("Which department"), max_length=longest(Summons, "department"))
    email = forms.EmailField(
        label=gettext_lazy("E-mail of the department"),
        required=False,
        help_text=gettext_lazy("Only the committee sees it."),
    )
    phone = CharField(
        label=gettext_lazy("Phone of the department"),
        max_length=longest(Summons, "phone"),
        required=False,
        help_text=gettext_lazy("Only the committee sees it."),
    )


class LetterFields(DepartmentFields):
    """What a summons says."""

    title = CharField(label=gettext_lazy("Title"), max_length=longest(Summons, "title"))
    matter = CharField(label=gettext_lazy("What it is about"), max_length=longest(Summons, "matter"), rows=5)
    tried = CharField(
        label=gettext_lazy("What was tried before"), max_length=longest(Summons, "tried"), rows=3
    )
    wanted_at = MomentField(label=gettext_lazy("Wanted for"), back=NOTHING)
    place = CharField(label=gettext_lazy("Place"), max_length=longest(Summons, "place"))
    attendees = CharField(
        label=gettext_lazy("Who takes part besides"),
        max_length=longest(Summons, "attendees"),
        required=False,
    )

    field_order = ["title", "matter", "tried"]

    def letter(self) -> Letter:
        """What the service writes."""
        return Letter(**self.cleaned_data)


class WriteFields(LetterFields):
    """What a summons says, to one department or to several."""

    others = CharField(
        label=gettext_lazy("Further departments, one a line"),
        max_length=OTHERS_MOST * (longest(Summons, "department") + 1),
        rows=2,
        required=False,
        help_text=gettext_lazy(
            "Each gets a summons and a link of its own; add its e-mail and phone on its page."
        ),
    )
    field_order = ["title", "matter", "tried", "department", "email", "phone", "others"]

    def clean_others(self) -> list[str]:
        """Their names, each once."""
        names = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["others"].splitlines()))))
        most = longest(Summons, "department")
        if len(names) > OTHERS_MOST or any(len(name) > most for name in names):
            said = _("At most %(n)d names, each with at most %(most)d characters.")
            raise forms.ValidationError(said % {"n": OTHERS_MOST, "most": most})
        return names

    def letter(self) -> Letter:
        """What the first one is told."""
        return Letter(**{name: value for name, value in self.cleaned_data.items() if name != "others"})


class DepartmentForm(DepartmentFields, ActionForm[Summons]):
    """One more department."""


class NewLinkForm(ActionForm[Summons]):
    """Where the new link is mailed to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the department"),
        required=False,
        help_text=gettext_lazy("The new link is mailed there. Empty: you pass it on yourself."),
    )

    def prepare(self) -> None:
        """The address that is known."""
        self.begin({"email": self.thing.email})


class RewriteForm(LetterFields, ActionForm[Summons]):
    """The same, as it was written."""

    def prepare(self) -> None:
        """As it stands."""
        self.begin({name: getattr(self.thing, name) for name in self.fields})

    def values(self) -> dict[str, Any]:
        """The whole letter."""
        return {"letter": self.letter()}


class AnswerFields(forms.Form):
    """The answer of a department."""

    answer = forms.ChoiceField(label=gettext_lazy("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    proposed_at = MomentField(label=gettext_lazy("The day that is proposed"), back=NOTHING, required=False)
    words = CharField(
        label=gettext_lazy("The reason for another day, or for not coming"),
        max_length=longest(Summons, "words"),
        rows=3,
        required=False,
        help_text=gettext_lazy("Everybody can read it."),
    )

    def clean(self) -> dict[str, Any]:
        """What belongs to each answer."""
        data = super().clean() or {}
        if data.get("answer") == Answer.PROPOSE and not data.get("proposed_at"):
            self.add_error("proposed_at", _("Please propose a day that is still to come."))
        if data.get("answer") in (Answer.PROPOSE, Answer.REFUSE) and not data.get("words"):
            self.add_error("words", _("Please give the reason: everybody can read it."))
        return data


class NoteAnswerForm(AnswerFields, ActionForm[Summons]):
    """What they said on the phone."""


class ReportFields(forms.Form):
    """What was done, and which undertakings were kept."""

    done = forms.TypedMultipleChoiceField(
        label=gettext_lazy("These undertakings are done"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    report = CharField(
        label=gettext_lazy("What was done"),
        max_length=longest(Summons, "report"),
        rows=5,
        help_text=gettext_lazy("Everybody can read it."),
    )

    def offer_promises(self, promises: Iterable[Decision]) -> None:
        """Those that are still owed."""
        listed = [(one.pk, str(one)) for one in promises]
        offer(self, "done", listed)
        if not listed:
            del self.fields["done"]


class LinkReportForm(ReportFields):
    """The report of a department behind its link."""

    def __init__(self, *args: Any, summons: Summons, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_promises(kept_promises(summons))


class NoteReportForm(ReportFields, ActionForm[Summons]):
    """What they reported on paper or by phone."""

    def prepare(self) -> None:
        """The undertakings of this summons."""
        self.offer_promises(kept_promises(self.thing))


class AgainForm(ActionForm[Summons]):
    """Another day, and why."""

    wanted_at = MomentField(label=gettext_lazy("Wanted for"), back=NOTHING)
    reason = reason_field(300, rows=3)


class CameForm(ActionForm[Summons]):
    """Who of the department came."""

    who = CharField(
        label=gettext_lazy("Who came, one a line"),
        max_length=NAMES_MOST * longest(Participant, "name"),
        rows=4,
        help_text=gettext_lazy("Name and office, such as: engineer Wu, water company."),
    )

    def clean_who(self) -> list[str]:
        """The names, each once."""
        names = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["who"].splitlines()))))
        most = longest(Participant, "name")
        if len(names) > NAMES_MOST or any(len(name) > most for name in names):
            said = _("At most %(n)d names, each with at most %(most)d characters.")
            raise forms.ValidationError(said % {"n": NAMES_MOST, "most": most})
        return names


class UndertakeForm(ActionForm[Summons]):
    """What was undertaken, and until when."""

    text = CharField(
        label=gettext_lazy("What the department undertakes"), max_length=longest(Decision, "text"), rows=3
    )
    due_on = DayField(label=gettext_lazy("Until"), back=NOTHING, ahead=2 * YEAR)


class ConclusionForm(ActionForm[Summons]):
    """What came of it."""

    conclusion = CharField(
        label=gettext_lazy("What the result is"),
        max_length=longest(Summons, "conclusion"),
        rows=3,
        help_text=gettext_lazy("Everybody can read it."),
    )


class SettleForm(ActionForm[Summons]):
    """What the subdistrict says."""

    settlement = CharField(
        label=gettext_lazy("How it goes on"),
        max_length=longest(Summons, "settlement"),
        rows=3,
        help_text=gettext_lazy("Everybody can read it."),
    )


class JudgeForm(ActionForm[Summons]):
    """What a resident says."""

    judgement = forms.ChoiceField(
        label=gettext_lazy("What the result is"), choices=Judgement.choices, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """What was said before."""
        own = self.thing.judgements.filter(person=self.user.person_id).first()
        if own is not None:
            self.begin({"judgement": own.judgement})
