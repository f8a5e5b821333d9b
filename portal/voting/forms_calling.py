"""What staff fill in to put a question to the vote, and to change its course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.finding import people_like
from portal.community.models import Appointment, Area, Kind, Person, Residency, User
from portal.community.places import inside
from portal.community.rules import rule
from portal.kit import clock
from portal.kit.fields import CharField, DayField, longest, offer, offer_rows, reason_field
from portal.voting.matters import MATTERS, MOST_OPTIONS, MOST_POINTS, Question, Secrecy
from portal.voting.models import Custody, Electorate, LegalEffect, Method, Vote
from portal.voting.permissions import may_call


class CallForm(forms.Form):
    """A question, who is asked, by which rule, from when to when. What does not fit together the service says."""

    question = CharField(label=gettext_lazy("Question"), max_length=longest(Vote, "title"))
    explanation = CharField(
        label=gettext_lazy("Explanation"),
        max_length=2000,
        required=False,
        rows=5,
        help_text=gettext_lazy("What speaks for it and what against it, what it costs, what follows."),
    )
    matter = forms.ChoiceField(label=gettext_lazy("What is it about"), widget=forms.RadioSelect)
    electorate = forms.ChoiceField(
        label=gettext_lazy("Who votes"), choices=Electorate, widget=forms.RadioSelect
    )
    scope = forms.ModelChoiceField(label=gettext_lazy("Of which place"), queryset=Area.objects.none())
    people = CharField(
        label=gettext_lazy("Members of the panel"),
        required=False,
        rows=4,
        help_text=gettext_lazy(
            "Only for a named panel: one name a line, as in the register; of namesakes with building and room."
        ),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How it is answered"),
        choices=Method,
        initial=Method.MOTION,
        widget=forms.RadioSelect,
    )
    options = CharField(
        label=gettext_lazy("Options"),
        required=False,
        rows=5,
        help_text=gettext_lazy("One a line; none where voters agree or disagree."),
    )
    choose = forms.IntegerField(
        label=gettext_lazy("How many a voter may mark"), initial=1, min_value=1, max_value=MOST_OPTIONS
    )
    seats = forms.IntegerField(
        label=gettext_lazy("How many are chosen"), initial=1, min_value=1, max_value=MOST_OPTIONS
    )
    points = forms.IntegerField(
        label=gettext_lazy("Most points for one option"), initial=5, min_value=1, max_value=MOST_POINTS
    )
    secret = forms.BooleanField(
        label=gettext_lazy("Secret ballot"),
        required=False,
        help_text=gettext_lazy("Always for persons and reviews; never where floor area counts."),
    )
    custody = forms.ChoiceField(
        label=gettext_lazy("Who keeps the key of a secret ballot"),
        choices=Custody,
        initial=Custody.SERVER,
        widget=forms.RadioSelect,
    )
    opens_on = DayField(label=gettext_lazy("First day of voting"))
    closes_on = DayField(
        label=gettext_lazy("Last day of voting"),
        help_text=gettext_lazy("Votes are taken until 24:00 of this day."),
    )
    extend_to = DayField(
        label=gettext_lazy("The end may be moved once, to this day at the latest"),
        required=False,
        help_text=gettext_lazy("Leave it empty, and the end stays fixed. It stands in the notice."),
    )
    legal_effect = forms.ChoiceField(
        label=gettext_lazy("Legal effect"),
        choices=LegalEffect,
        initial=LegalEffect.CONSULTATIVE,
        widget=forms.RadioSelect,
    )
    rules = FilesField(
        label=gettext_lazy("Adopted rules of procedure"),
        required=False,
    )

    def __init__(self, *args: Any, here: Area, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        offered = [
            matter
            for matter in MATTERS.values()
            if not (matter.counted_only or matter.by_app)
            and any(may_call(user, here, electorate) for electorate in matter.electorates)
        ]
        offer(self, "matter", [(matter.key, matter.label) for matter in offered])
        kinds = (Kind.NEIGHBOURHOOD, Kind.ESTATE, Kind.BUILDING)
        offer_rows(self, "scope", inside(here, *kinds), empty_label=None)
        opens = clock.today() + timedelta(days=rule("residents.notice_days", here) + 1)
        self.initial = {
            "scope": here,
            "opens_on": opens,
            "closes_on": opens + timedelta(days=7),
            **self.initial,
        }

    def clean_people(self) -> list[Person]:
        """The persons of these names, each verified and named once in the neighbourhood."""
        names = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        return list(dict.fromkeys(self._person(name) for name in names))

    def clean(self) -> dict[str, Any]:
        """Persons are judged in secret without asking; days follow each other."""
        data = super().clean() or {}
        matter = MATTERS.get(data.get("matter", ""))
        if matter and matter.secrecy is Secrecy.ALWAYS:
            data["secret"] = True
        opens, closes, last = data.get("opens_on"), data.get("closes_on"), data.get("extend_to")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day is before the first day."))
        if closes and last and last <= closes:
            self.add_error("extend_to", _("An extension must end after the vote does."))
        return data

    def call(self) -> dict[str, Any]:
        """What was filled in, as `services.call_vote` takes it; the document is left to the view."""
        data = self.cleaned_data
        return {
            "scope": data["scope"],
            "title": data["question"],
            "explanation": data["explanation"],
            "electorate": data["electorate"],
            "matter": data["matter"],
            "opens_at": max(clock.at_time(data["opens_on"], 0), clock.now()),
            "closes_at": clock.end_of(data["closes_on"]),
            "may_extend_to": clock.end_of(data["extend_to"]) if data["extend_to"] else None,
            "legal_effect": data["legal_effect"],
            "question": self._question(data),
            "custody": data["custody"],
            "people": data["people"],
        }

    def _question(self, data: dict[str, Any]) -> Question:
        method = Method(data["method"])
        lines = [line.strip() for line in data["options"].splitlines() if line.strip()]
        return Question(
            method=method,
            options=() if method is Method.MOTION else tuple(lines),
            choose=data["choose"] if method in {Method.APPROVAL, Method.ELECTION} else 1,
            seats=data["seats"],
            points=data["points"],
            secret=data["secret"],
        )

    def _person(self, name: str) -> Person:
        living = Residency.objects.on(clock.today()).in_area(self.here).values("person")
        posted = Appointment.objects.filter(area__path__startswith=self.here.path).values("person")
        among = Person.objects.filter(Q(pk__in=living) | Q(pk__in=posted))
        meant = people_like(self.here, name, among).one
        if meant is None:
            raise forms.ValidationError(
                _(
                    "“%(name)s” is not in the register, or stands there more than once. Of several please add "
                    "building and room (王芳 6号楼 502)."
                )
                % {"name": name}
            )
        return meant


class ExtendForm(ActionForm[Vote]):
    """A later end, and why."""

    closes_on = DayField(
        label=gettext_lazy("New last day of voting"),
        help_text=gettext_lazy("Votes are taken until 24:00 of this day."),
    )
    reason = reason_field()

    def prepare(self) -> None:
        """Propose the last day that the notice allows."""
        if self.thing.may_extend_to:
            self.initial.setdefault("closes_on", clock.last_day(self.thing.may_extend_to))

    def values(self) -> dict[str, Any]:
        """The end is the moment the chosen day ends."""
        data = self.cleaned_data
        return {"closes_at": clock.end_of(data["closes_on"]), "reason": data["reason"]}


class WhyForm(ActionForm[Vote]):
    """A published reason."""

    reason = reason_field()


class WithdrawForm(ActionForm[Vote]):
    """An option that is no longer to be chosen, and why; both are published."""

    option = forms.ChoiceField(label=gettext_lazy("Which option"))
    reason = reason_field(500, rows=3)

    def prepare(self) -> None:
        """Only those that were not withdrawn before."""
        gone = self.thing.rule.get("withdrawn", [])
        offer(
            self,
            "option",
            [(each, self.thing.label_of(each)) for each in self.thing.options if each not in gone],
        )


class LotForm(ActionForm[Vote]):
    """What came of the announced event."""

    lot = CharField(
        label=gettext_lazy("What came of the event"),
        max_length=longest(Vote, "lot"),
        help_text=gettext_lazy("For example “双色球 2026137 期：03 08 14 19 25 31 + 07”."),
    )

    def values(self) -> dict[str, Any]:
        """The text of the lot."""
        return {"text": self.cleaned_data["lot"]}
