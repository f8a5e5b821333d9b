"""What is typed about a fund, its money and its rounds. Amounts in yuan on the page, in fen behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.actions.fields import FilesField
from portal.actions.forms import ActionForm
from portal.community.models import Area
from portal.funds.calls.services.money import MOST_PAPERS
from portal.funds.models import ApplicantKind, Ballot, Call, Completion, Fund, FundKind, Rule, Source, Tie
from portal.funds.states import CallState
from portal.kit import clock
from portal.kit.fields import (
    CharField,
    MomentField,
    YuanField,
    longest,
    number_field,
    offer_rows,
    reason_field,
)
from portal.ledger.fields import line_day
from portal.ledger.models import LONGEST_TEXT, Entry

_IN_YUAN = _("In yuan, such as 64.80 or 1,293.")
LEAST_REVIEWERS = 3
LONGEST_DAYS = 365


class ReasonForm(ActionForm[Any]):
    """Why, for everybody to read."""

    reason = reason_field(200, rows=2)


class FundForm(ActionForm[Area]):
    """A new fund."""

    title = CharField(label=_("Name of the fund"), max_length=longest(Fund, "title"))
    kind = forms.ChoiceField(label=_("Kind of money"), choices=FundKind.choices)
    about = CharField(
        label=_("What it is for"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("The portal moves no money and collects none: it keeps the books."),
    )


class EditFundForm(FundForm):
    """What a fund says of itself, and why it changes."""

    reason = reason_field(200, rows=2)

    def prepare(self) -> None:
        """As it is."""
        fund: Any = self.thing
        self.begin({"title": fund.title, "kind": fund.kind, "about": fund.about})


class SourceForm(ActionForm[Fund]):
    """Where money comes from, what it asks for in return, and what it is for."""

    name = CharField(
        label=_("Where the money comes from"),
        max_length=longest(Source, "name"),
        help_text=_("Such as the street office, a foundation, or gifts of neighbours."),
    )
    mark = CharField(
        label=_("Mark that projects have to bear"),
        max_length=longest(Source, "required_mark"),
        required=False,
        help_text=_("Such as 中国福利彩票, on everything that is paid from it."),
    )
    earmark = CharField(
        label=_("What alone it may be spent on"), max_length=longest(Source, "earmark"), required=False
    )


class EditSourceForm(SourceForm):
    """A source as it should be called, and why."""

    reason = reason_field(200, rows=2)

    def prepare(self) -> None:
        """As it is."""
        source: Any = self.thing
        self.begin({"name": source.name, "mark": source.required_mark, "earmark": source.earmark})


class LineForm(ActionForm[Any]):
    """A line of the book: when, what for, how much."""

    day = line_day(_("Day"))
    text = CharField(
        label=_("What it is for"),
        max_length=LONGEST_TEXT,
        help_text=_("Everybody can read it: the thing, not the name or the flat of a neighbour."),
    )
    amount = YuanField(label=_("Amount"), help_text=_IN_YUAN)


class PapersForm(LineForm):
    """A line with its papers."""

    papers = FilesField(
        label=_("Papers"),
        most=MOST_PAPERS,
        required=False,
    )


class CorrectForm(LineForm):
    """The line as it should have been, and what was wrong."""

    source = forms.ModelChoiceField(
        label=_("Where the money comes from"), queryset=Source.objects.none(), empty_label=None
    )
    reason = reason_field(100, rows=2)
    field_order = ("source", "day", "text", "amount", "reason")

    def prepare(self) -> None:
        """As the line is."""
        line: Entry = self.thing
        offer_rows(self, "source", Source.objects.filter(fund__book=line.book_id))
        codes = {one.account_id: abs(one.amount) for one in line.postings.all()}
        source = Source.objects.filter(at_hand__in=codes).first()
        amount = max(codes.values(), default=0)
        self.begin({"source": source, "day": line.day, "text": line.text, "amount": amount})


class RuleForm(ActionForm[Call]):
    """Something a round says: with a reason where everybody can read it already."""

    reason = reason_field(200, rows=2)

    def prepare(self) -> None:
        """A draft is changed without a reason."""
        if self.thing.state == CallState.DRAFT:
            del self.fields["reason"]


class CallForm(ActionForm[Any]):
    """What a round is: window, pot, the most for one project, and who may apply."""

    title = CharField(label=_("Title"), max_length=longest(Call, "title"))
    year = number_field(label=_("Year"), min_value=2000, max_value=2100)
    about = CharField(
        label=_("What is looked for"),
        max_length=longest(Call, "about") or 2000,
        rows=4,
        required=False,
        help_text=_("What kind of projects, for whom, and an example or two."),
    )
    opens_at = MomentField(
        label=_("Applications from"), required=False, help_text=_("Empty: as soon as it is opened.")
    )
    closes_at = MomentField(label=_("Applications until"), deadline=True, required=False)
    pot = YuanField(label=_("The whole pot"), help_text=_("All that is given in this round, in yuan."))
    cap = YuanField(label=_("The most for one project"), help_text=_IN_YUAN)
    applicants = forms.MultipleChoiceField(
        label=_("Who may apply"), choices=ApplicantKind.choices, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """This year, for everybody."""
        self.begin({"year": clock.today().year, "applicants": [kind.value for kind in ApplicantKind]})

    def clean(self) -> dict[str, Any]:
        """The window ends after it begins, and no project gets more than there is."""
        data = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", forms.ValidationError(_("The window would end before it begins.")))
        pot, cap = data.get("pot"), data.get("cap")
        if pot is not None and cap is not None and cap > pot:
            self.add_error("cap", forms.ValidationError(_("One project cannot get more than the whole pot.")))
        return data


def _days(label: Any, least: int = 1) -> forms.IntegerField:
    return number_field(label=label, min_value=least, max_value=LONGEST_DAYS)


class EditCallForm(CallForm, RuleForm):
    """The same of a round that is there, with its deadlines."""

    eligibility_days = _days(_("Working days for the check whether it may apply"))
    review_days = _days(_("Working days for the review"))
    notice_days = _days(_("Working days of public notice"))
    reviewers_least = number_field(
        label=_("Reviewers, at the least"), min_value=LEAST_REVIEWERS, max_value=50
    )
    posted_days = _days(_("Days for which the final accounts are posted"))
    progress_months = number_field(
        label=_("Months after which the next progress note is due"), min_value=1, max_value=12
    )
    change_percent = number_field(
        label=_("From how many percent on a changed budget line has to be agreed"), min_value=1, max_value=100
    )

    def prepare(self) -> None:
        """As it is."""
        RuleForm.prepare(self)
        self.begin(
            {
                name: getattr(self.thing, name)
                for name in self.fields
                if hasattr(self.thing, name) and name != "reason"
            }
        )
        self.order_fields([name for name in self.fields if name != "reason"])


class RulesForm(RuleForm):
    """When residents vote, and how their ballots become winners."""

    ballot = forms.ChoiceField(label=_("Residents vote"), choices=Ballot.choices, widget=forms.RadioSelect)
    rule = forms.ChoiceField(
        label=_("How ballots become winners"),
        choices=Rule.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Equal shares: everybody's vote is worth the same share of the pot, so that a smaller group gets its part "
            "too. Most votes first: the projects with the most ticks, while the pot lasts."
        ),
    )
    completion = forms.ChoiceField(
        label=_("What becomes of money that equal shares leave over"),
        choices=Completion.choices,
        widget=forms.RadioSelect,
    )
    minimum_votes = number_field(label=_("Fewest ticks a project needs"), min_value=1, max_value=100_000)
    dear_floor = forms.BooleanField(
        label=_("A dear project needs a fitting share of the voters"),
        required=False,
        help_text=_("It is out where the share of voters for it is below its cost ÷ (3 × pot)."),
    )
    comparison = forms.BooleanField(
        label=_("The result that more voters prefer stands"),
        required=False,
        help_text=_(
            "Both results are made. Where more voters have more of their ticks funded by the other rule, that result "
            "stands."
        ),
    )
    tie = forms.ChoiceField(
        label=_("Of two equal projects goes first"), choices=Tie.choices, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """As it is."""
        super().prepare()
        names = ("ballot", "rule", "completion", "minimum_votes", "dear_floor", "comparison", "tie")
        self.begin({name: getattr(self.thing, name) for name in names})
        self.order_fields(names)


class CopyForm(ActionForm[Call]):
    """What the next round is called."""

    title = CharField(label=_("Title"), max_length=longest(Call, "title"))
    year = number_field(label=_("Year"), min_value=2000, max_value=2100)

    def prepare(self) -> None:
        """The same words, this year."""
        this = clock.today().year
        title = self.thing.title.replace(str(self.thing.year), str(this))
        self.begin({"title": title, "year": this})
