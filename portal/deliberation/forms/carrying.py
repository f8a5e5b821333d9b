"""One small form for each thing that can be done to a topic from its discussion on, and to a step of its plan."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.actions.versions import VersionForm
from portal.community.models import Area
from portal.community.rules import rule
from portal.deliberation.forms.reasons import decision
from portal.deliberation.models import Rating, Satisfaction, Step, Topic
from portal.deliberation.services.deciding import unanswered
from portal.deliberation.services.execution import CARRIERS, PlannedStep
from portal.deliberation.services.forum import Motion, earliest_end, scopes
from portal.duties.models import LONGEST_OBJECTION
from portal.kit import clock
from portal.kit.fields import (
    NOTHING,
    CharField,
    DayField,
    YuanField,
    longest,
    offer,
    offer_rows,
    reason_field,
)
from portal.voting.matters import MATTERS, Secrecy
from portal.voting.matters import Matter as VoteMatter
from portal.voting.models import LegalEffect, Vote
from portal.voting.permissions import may_call

ROWS, FIRST_ROWS = 8, 3  # steps that can be planned at once, and how many of them stand there at first
FOLDED = frozenset(f"{part}_{row}" for row in range(FIRST_ROWS + 1, ROWS + 1) for part in ("step", "until"))
OWN_ANSWERS = 20  # objections that are answered each by itself on one page


class AgreeForm(ActionForm[Topic]):
    agreed = decision(
        gettext_lazy("Decision"), gettext_lazy("Let the topic go"), gettext_lazy("The topic goes on")
    )
    reason = reason_field()


class UpholdForm(ActionForm[Topic]):
    """One answer to all objections, or to some of them one of their own."""

    reason = reason_field(
        label=gettext_lazy("Why the decision stands"),
        help_text=gettext_lazy(
            "Everybody can read it. It answers every objection without an answer of its own."
        ),
    )

    def prepare(self) -> None:
        """A field beneath each objection that waits, the oldest first."""
        for one in unanswered(self.thing)[:OWN_ANSWERS]:
            self.fields[f"to_{one.pk}"] = CharField(
                label=_("Answer to: “%(text)s”") % {"text": Truncator(one.text).chars(80)},
                max_length=LONGEST_OBJECTION,
                rows=3,
                required=False,
            )

    def values(self) -> dict[str, Any]:
        """The reason, and own answers by the key of the objection."""
        own = {
            int(name[3:]): text for name, text in self.cleaned_data.items() if name.startswith("to_") and text
        }
        return {"reason": self.cleaned_data["reason"], "answers": own}


class SummaryForm(ActionForm[Topic], VersionForm):
    """The staff's summary; colleagues who write it at the same time read each other's text."""

    summary = CharField(
        label=gettext_lazy("Summary of the discussion"),
        max_length=5000,
        rows=8,
        help_text=gettext_lazy("Arguments for and against, and what is open. #12 becomes a link to post 12."),
    )

    def prepare(self) -> None:
        """The summary there is, to be improved."""
        self.fields["summary"].initial = self.thing.summary
        self.open_version(self.thing)


class EndForm(ActionForm[Topic]):
    """Another last day of a discussion, and why."""

    ends_on = DayField(
        label=gettext_lazy("New last day of the discussion"),
        help_text=gettext_lazy("It ends at 24:00 of this day."),
    )
    reason = reason_field()

    def prepare(self) -> None:
        """The earliest day that the notice allows."""
        self.begin({"ends_on": clock.last_day(earliest_end(self.thing))})


class DecideForm(ActionForm[Topic]):
    adopted = decision(
        gettext_lazy("Decision of the committee"), gettext_lazy("Adopted"), gettext_lazy("Not adopted")
    )
    reason = reason_field()


class VoteForm(ActionForm[Topic]):
    """What is put to the vote, to whom and when. An owners' matter can only go to the owners."""

    question = CharField(
        label=gettext_lazy("Question"),
        max_length=longest(Vote, "title"),
        help_text=gettext_lazy("A question that can be answered with for or against."),
    )
    explanation = CharField(
        label=gettext_lazy("Explanation"),
        max_length=2000,
        rows=5,
        help_text=gettext_lazy("What speaks for it and what against it, what it costs, what follows."),
    )
    way = forms.ChoiceField(label=gettext_lazy("Who votes, under which rule"), widget=forms.RadioSelect)
    scope = forms.ModelChoiceField(label=gettext_lazy("Of which place"), queryset=Area.objects.none())
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
    secret = forms.BooleanField(
        label=gettext_lazy("Secret ballot"),
        required=False,
        help_text=gettext_lazy("Always for persons and reviews; never where floor area counts."),
    )
    legal_effect = forms.ChoiceField(
        label=gettext_lazy("Legal effect"), choices=LegalEffect, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """Suggest the notice days of the rules, and offer nothing that may not decide the matter."""
        ways = self._ways()
        offer(self, "way", [(way.key, way.label) for way in ways])
        places = scopes(self.thing)
        rows = Area.objects.filter(pk__in=[place.pk for place in places])
        offer_rows(self, "scope", rows, empty_label=None)
        if all(way.secrecy is Secrecy.NEVER for way in ways):
            del self.fields["secret"]
        opens = clock.today()
        if ways:
            # The days of notice are whole days between today and the first day of voting.
            opens += timedelta(days=rule(ways[0].notice, self.thing.area) + 1)
        self.initial = {
            "way": ways[0].key if ways else "",
            "scope": places[0],
            "opens_on": opens,
            "closes_on": opens + timedelta(days=7),
            "legal_effect": LegalEffect.CONSULTATIVE,
            **self.initial,
        }

    def _ways(self) -> list[VoteMatter]:
        """The ways open to this topic and this person; an owners' matter has one: its own rule."""
        own = MATTERS[self.thing.matter.rpartition(".")[2]] if self.thing.is_owners_matter else None
        ways = [own] if own else [MATTERS[key] for key in ("sounding", "assembly", "ordinary", "special")]
        place = self.thing.neighbourhood
        return [way for way in ways if may_call(self.user, place, way.electorate)]

    def clean(self) -> dict[str, Any]:
        """The days must follow each other."""
        data = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and opens < clock.today():
            self.add_error("opens_on", _("Voting cannot begin in the past."))
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day is before the first day."))
        last = data.get("extend_to")
        if closes and last and last <= closes:
            self.add_error("extend_to", _("An extension must end after the vote does."))
        return data

    def values(self) -> dict[str, Any]:
        """What was filled in, as the service takes it."""
        data = self.cleaned_data
        motion = Motion(
            question=data["question"],
            explanation=data["explanation"],
            electorate=MATTERS[data["way"]].electorate,
            scope=data["scope"],
            matter=data["way"],
            opens_at=max(clock.at_time(data["opens_on"], 0), clock.now()),
            closes_at=clock.end_of(data["closes_on"]),
            legal_effect=data["legal_effect"],
            may_extend_to=clock.end_of(data["extend_to"]) if data["extend_to"] else None,
            secret=data.get("secret", False),
        )
        return {"motion": motion}


class StepsForm(ActionForm[Topic]):
    """Some dated steps, as rows of plain fields; empty rows do not count. Those after the first few are folded."""

    fold_label = gettext_lazy("Add more steps")

    def prepare(self) -> None:
        """Add the rows."""
        for row in range(1, ROWS + 1):
            self.fields[f"step_{row}"] = CharField(
                label=_("Step %(number)d") % {"number": row},
                max_length=longest(Step, "text"),
                required=row == 1,
            )
            self.fields[f"until_{row}"] = DayField(
                label=_("Step %(number)d: done by") % {"number": row}, back=NOTHING, required=row == 1
            )

    @property
    def in_front(self) -> list[forms.BoundField]:
        """What stands there at once."""
        return [field for field in self if field.name not in FOLDED]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The rows of further steps."""
        return [field for field in self if field.name in FOLDED]

    @property
    def unfolded(self) -> bool:
        """Whether one of these was filled in, or has to be put right."""
        return any(field.value() or field.errors for field in self.folded)

    def clean(self) -> dict[str, Any]:
        """A step has both words and a date."""
        data = super().clean() or {}
        for row in range(1, ROWS + 1):
            text, day = data.get(f"step_{row}"), data.get(f"until_{row}")
            if text and not day and f"until_{row}" not in self.errors:
                self.add_error(f"until_{row}", _("Please say by when."))
            if day and not text and f"step_{row}" not in self.errors:
                self.add_error(f"step_{row}", _("Please say what is to be done."))
        return data

    def values(self) -> dict[str, Any]:
        """The rows that were filled in, in their order, as `steps` beside the other fields."""
        rest = dict(self.cleaned_data)
        rows = [(rest.pop(f"step_{row}"), rest.pop(f"until_{row}")) for row in range(1, ROWS + 1)]
        return rest | {"steps": [PlannedStep(text, day) for text, day in rows if text and day]}


class ExecutionForm(StepsForm):
    """Who carries it out, with how much money, in which steps."""

    post = forms.ChoiceField(
        label=gettext_lazy("Who is responsible"), choices=[(post.value, post.label) for post in CARRIERS]
    )
    name = CharField(
        label=gettext_lazy("Name shown to neighbours"),
        max_length=longest(Topic, "responsible_name"),
        help_text=gettext_lazy("As they sign in public, for example: property manager, Mr Li."),
    )
    budget = YuanField(label=gettext_lazy("Budget in yuan"), required=False)


class ReworkForm(StepsForm):
    """What is to be done again, and why."""

    reason = reason_field()


class AddStepForm(ActionForm[Topic]):
    step = CharField(label=gettext_lazy("Step"), max_length=longest(Step, "text"))
    until = DayField(label=gettext_lazy("Done by"), back=NOTHING)
    reason = reason_field()

    def values(self) -> dict[str, Any]:
        """The step as the service takes it."""
        data = self.cleaned_data
        return {"step": PlannedStep(data["step"], data["until"]), "reason": data["reason"]}


class MoveStepForm(ActionForm[Step]):
    due_on = DayField(label=gettext_lazy("New date"), back=NOTHING)
    reason = reason_field()


class ReportForm(ActionForm[Step]):
    note = CharField(
        label=gettext_lazy("What was done"),
        max_length=longest(Step, "note"),
        rows=4,
        help_text=gettext_lazy("Neighbours read it on the topic’s page."),
    )
    photos = FilesField(required=False)


class RateForm(ActionForm[Topic]):
    """How somebody judges the result; shows the judgement there is."""

    level = forms.ChoiceField(
        label=gettext_lazy("How do you judge the result?"), choices=Satisfaction, widget=forms.RadioSelect
    )
    text = CharField(
        label=gettext_lazy("A word about it"), max_length=longest(Rating, "text"), required=False, rows=3
    )

    def prepare(self) -> None:
        """What this person said in the present round."""
        mine = self.thing.ratings.filter(round=self.thing.round, person=self.user.person_id).first()
        if mine:
            self.initial = {"level": mine.level, "text": mine.text, **self.initial}
