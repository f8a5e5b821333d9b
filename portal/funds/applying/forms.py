"""What is typed in an application: its parts, its rows, who applies together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.fields import FilesField, PersonField, find_in, one_file
from portal.actions.forms import ActionForm
from portal.actions.versions import VersionForm
from portal.community.finding import buildings
from portal.community.models import Area
from portal.deliberation.models import Topic
from portal.funds.applying.selectors import MOST_OFFERED, open_demands, open_topics
from portal.funds.applying.services.drafts import committee_of, places_of
from portal.funds.applying.services.rows import MOST_QUANTITY, amount_of
from portal.funds.applying.steps import STEPS, refusal
from portal.funds.models import (
    ApplicantKind,
    Application,
    BudgetLine,
    Call,
    CostClass,
    PaidBy,
    PayeeKind,
    PlannedActivity,
)
from portal.kit.errors import NotPossible
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    DayField,
    YuanField,
    longest,
    number_field,
    offer,
    offer_rows,
    reason_field,
    say_optional,
)
from portal.ledger.services import LARGEST
from portal.surveys.models import Demand

MOST_PEOPLE = 1_000_000


class HundredthsField(YuanField):
    """How many of a unit, such as 12 or 2.5. Cleans to whole hundredths, or None for nothing."""

    not_read = gettext_lazy("Please write a number such as 12 or 2.5.")


class CostSelect(forms.Select):
    """Kinds of cost; those that are not paid can be read, so that nobody wonders, and not chosen."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One that stands in a line already stays as it is, until another is chosen."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value.instance.forbidden and not option["selected"]:
            option["attrs"]["disabled"] = True
        return option


def _text(name: str, *, rows: int = 0, required: bool = False, **kwargs: Any) -> CharField:
    """A field of the application with the label and the limit of the model."""
    meta: Any = Application._meta
    label = meta.get_field(name).verbose_name
    return CharField(
        label=label, max_length=longest(Application, name), rows=rows, required=required, **kwargs
    )


def _file(label: Any, help_text: Any = None, *, required: bool = False) -> FilesField:
    more = {"help_text": help_text} if help_text else {}
    return FilesField(label=label, most=1, required=required, **more)


class BeginForm(ActionForm[Call]):
    """What it is called and who stands behind it: the rest follows part by part."""

    title = _text(
        "title", required=True, help_text=gettext_lazy("Such as: benches at the doors of building 3.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Who applies"), choices=())
    group = _text("group", required=True, help_text=gettext_lazy("Such as: the neighbours of building 3."))

    def prepare(self) -> None:
        """Those for whom the round is."""
        offer(self, "kind", kinds_of(self.thing))


class TakeInForm(BeginForm):
    """The same for somebody without a phone, with the sheet that they signed."""

    person = PersonField(label=gettext_lazy("Who applies: name, or name and room"))
    paper = _file(gettext_lazy("The signed sheet"), required=True)
    field_order = ("person", "title", "kind", "group", "paper")

    def prepare(self) -> None:
        """People of this neighbourhood."""
        super().prepare()
        find_in(self, "person", self.thing.neighbourhood)

    def values(self) -> dict[str, Any]:
        """One file."""
        return {**self.cleaned_data, "paper": one_file(self.cleaned_data["paper"])}


class StepForm(VersionForm, ActionForm[Application]):
    """A part of an application. What is empty is saved as empty: only handing in asks for all of it."""

    def prepare(self) -> None:
        """Begin with what is kept."""
        self.begin({name: getattr(self.thing, name) for name in self.kept()})
        self.open_version(self.thing)
        asked = {name for step in STEPS for name in step.needed}
        empty = [name for name, field in self.fields.items() if name in asked and not field.required]
        say_optional(self, _("(can be filled in later)"), *empty)
        self.fit()

    def fit(self) -> None:
        """Fit the fields to the application."""

    def kept(self) -> list[str]:
        """The fields that the application itself holds."""
        return [name for name in self.fields if name not in ("version", "cover")]

    def part(self) -> dict[str, Any]:
        """What is saved."""
        return {name: self.cleaned_data[name] for name in self.kept()}

    def besides(self) -> dict[str, Any]:
        """What the service takes besides: the version that was opened."""
        return {"version": self.cleaned_data["version"]}


class WhoForm(StepForm):
    """Who, for which project, where."""

    title = _text("title", required=True)
    summary = _text(
        "summary", help_text=gettext_lazy("It stands on the ballot under the name of the project.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Who applies"), choices=())
    group = _text("group", required=True)
    scope = forms.ModelChoiceField(
        label=gettext_lazy("Where"), queryset=Area.objects.none(), empty_label=None
    )

    def fit(self) -> None:
        """Kinds of the round, places of the neighbourhood."""
        offer(self, "kind", kinds_of(self.thing.call))
        within = [area.pk for area in places_of(self.thing.neighbourhood)]
        offer_rows(self, "scope", Area.objects.filter(pk__in=within).order_by("path"))


class NeedForm(StepForm):
    """Why, and how it is known."""

    topic = forms.ModelChoiceField(
        label=gettext_lazy("It grew out of the topic"),
        queryset=Topic.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    demand = forms.ModelChoiceField(
        label=gettext_lazy("It was asked for in the survey"),
        queryset=Demand.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    need = _text("need", rows=6)
    evidence = _text(
        "evidence", rows=4, help_text=gettext_lazy("Whom did you ask, what did you count, what was seen?")
    )
    households = number_field(
        label=gettext_lazy("households that gain"), required=False, min_value=0, max_value=MOST_PEOPLE
    )
    people = number_field(
        label=gettext_lazy("people who gain"), required=False, min_value=0, max_value=MOST_PEOPLE
    )

    def fit(self) -> None:
        """Open topics and demands of this neighbourhood, and what was chosen before."""
        here = self.thing.neighbourhood
        topics = Q(pk__in=open_topics(here)[:MOST_OFFERED].values("pk")) | Q(pk=self.thing.topic_id)
        offer_rows(self, "topic", Topic.objects.filter(topics).order_by("-pk"))
        known = [one.pk for one in open_demands(here)[:MOST_OFFERED]]
        demands = Demand.objects.filter(Q(pk__in=known) | Q(pk=self.thing.demand_id)).select_related("survey")
        offer_rows(self, "demand", demands.order_by("-percent", "-pk"))
        field: Any = self.fields["demand"]
        field.label_from_instance = lambda demand: (
            _("%(title)s (%(percent)d %%, %(survey)s)")
            % {
                "title": demand.title,
                "percent": demand.percent,
                "survey": demand.survey.title,
            }
        )


class PlanForm(StepForm):
    """What will be different. What is done stands in rows beneath."""

    outcomes = _text("outcomes", rows=5)
    cover = _file(gettext_lazy("A picture of the place or the idea"))

    def besides(self) -> dict[str, Any]:
        """The picture with it."""
        return {**super().besides(), "cover": one_file(self.cleaned_data["cover"])}


class BudgetForm(StepForm):
    """Nothing to type here: the lines are rows of their own."""


class LaterForm(StepForm):
    """What could go wrong, and who looks after it."""

    risks = _text("risks", rows=4)
    upkeep = _text("upkeep", rows=4)


class PayeeForm(StepForm):
    """To whose account, and which ties."""

    payee_kind = forms.ChoiceField(
        label=gettext_lazy("whose account"),
        choices=PayeeKind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy("Money never goes to a private account."),
    )
    payee = _text(
        "payee",
        help_text=gettext_lazy("The full registered name; for the committee it is filled in by itself."),
    )
    conflict = _text(
        "conflict",
        rows=3,
        help_text=gettext_lazy(
            "Is somebody of your group related to, or employed with, those who decide, sell or are paid? Without any, "
            "leave it empty."
        ),
    )
    conflict_declared = forms.BooleanField(
        label=gettext_lazy("This is complete: we have no other ties"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """The committee's account has one name."""
        data = super().clean() or {}
        if data.get("payee_kind") == PayeeKind.COMMITTEE:
            data["payee"] = committee_of(self.thing.neighbourhood)
        return data


FORMS: dict[str, type[StepForm]] = {
    "who": WhoForm,
    "need": NeedForm,
    "plan": PlanForm,
    "budget": BudgetForm,
    "later": LaterForm,
    "payee": PayeeForm,
}


class ActivityForm(ActionForm[Any]):
    """One thing that will be done."""

    what = CharField(label=gettext_lazy("what is done"), max_length=longest(PlannedActivity, "what"))
    place = CharField(
        label=gettext_lazy("where"), max_length=longest(PlannedActivity, "place"), required=False
    )
    begins_on = DayField(label=gettext_lazy("from"), back=YEAR)
    ends_on = DayField(label=gettext_lazy("until"), back=NOTHING)

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data = super().clean() or {}
        begins, ends = data.get("begins_on"), data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("It ends before it begins. Please check the days."))
        return data


class ChangeActivityForm(VersionForm, ActivityForm):
    """The same, as it stands."""

    def prepare(self) -> None:
        """Begin with what is kept."""
        self.begin({name: getattr(self.thing, name) for name in ("what", "place", "begins_on", "ends_on")})
        self.open_version(self.thing)


class LineForm(ActionForm[Any]):
    """One line of the budget; what it comes to is computed."""

    cost_class = forms.ModelChoiceField(
        label=gettext_lazy("kind of cost"),
        queryset=CostClass.objects.none(),
        empty_label=None,
        widget=CostSelect,
    )
    item = CharField(label=gettext_lazy("what for"), max_length=longest(BudgetLine, "item"))
    quantity = HundredthsField(label=gettext_lazy("how many"), help_text=gettext_lazy("Such as 12 or 2.5."))
    unit = CharField(
        label=gettext_lazy("unit"),
        max_length=longest(BudgetLine, "unit"),
        help_text=gettext_lazy("Such as: pieces, metres, hours."),
    )
    price = YuanField(label=gettext_lazy("price of one"), help_text=gettext_lazy("In yuan, such as 64.80."))
    paid_by = forms.ChoiceField(
        label=gettext_lazy("who pays"), choices=PaidBy.choices, initial=PaidBy.GRANT, widget=forms.RadioSelect
    )
    quote = _file(gettext_lazy("Quote of a price"))

    def prepare(self) -> None:
        """The kinds of the round, what is not paid among them, so that nobody wonders."""
        offer_rows(self, "cost_class", CostClass.objects.filter(call=self._application().call_id))
        field: Any = self.fields["cost_class"]
        field.label_from_instance = _kind_label

    def clean(self) -> dict[str, Any]:
        """A kind that is paid; an amount somebody can mean, said beside its field."""
        data = super().clean() or {}
        kind = data.get("cost_class")
        if kind is not None and kind.forbidden:
            self.add_error("cost_class", refusal(kind))
        self._require_amount(data.get("quantity"), data.get("price"))
        return data

    def values(self) -> dict[str, Any]:
        """One file."""
        return {**self.cleaned_data, "quote": one_file(self.cleaned_data["quote"])}

    def _application(self) -> Application:
        return self.thing if isinstance(self.thing, Application) else self.thing.application

    def _require_amount(self, quantity: int | None, price: int | None) -> None:
        if quantity is None or price is None:
            return
        try:
            amount_of(quantity, price)
        except NotPossible as reason:
            name = "quantity" if quantity > MOST_QUANTITY or (quantity <= 0 and price <= LARGEST) else "price"
            self.add_error(name, str(reason))


class ChangeLineForm(VersionForm, LineForm):
    """The same, as it stands."""

    def prepare(self) -> None:
        """Begin with what is kept."""
        super().prepare()
        names = ("cost_class", "item", "quantity", "unit", "price", "paid_by")
        self.begin({name: getattr(self.thing, name) for name in names})
        self.open_version(self.thing)


class NeighbourForm(ActionForm[Application]):
    """Whom to ask: exactly a name and a flat, so that nobody can look through the register."""

    name = CharField(label=gettext_lazy("Name as in the ID card"), max_length=60)
    building = forms.TypedChoiceField(label=gettext_lazy("Building"), choices=(), coerce=int)
    room = CharField(label=gettext_lazy("Room"), max_length=20)

    def prepare(self) -> None:
        """The buildings of the neighbourhood."""
        offer(self, "building", buildings(self.thing.neighbourhood))


class SheetForm(ActionForm[Any]):
    """The sheet that somebody signed."""

    paper = _file(gettext_lazy("The signed sheet"), required=True)

    def values(self) -> dict[str, Any]:
        """One file."""
        return {"paper": one_file(self.cleaned_data["paper"])}


class WithdrawForm(ActionForm[Application]):
    """Why."""

    reason = reason_field(200, rows=3, help_text=gettext_lazy("Whoever applied and the office read it."))


def kinds_of(call: Call) -> list[tuple[str, str]]:
    """Who may apply in a round, to choose from."""
    return [(value, str(label)) for value, label in ApplicantKind.choices if value in call.applicants]


def _kind_label(kind: CostClass) -> str:
    if kind.forbidden:
        return _("%(kind)s – not paid") % {"kind": kind.label}
    if kind.most_percent:
        return _("%(kind)s – at most %(n)d %% of the costs") % {"kind": kind.label, "n": kind.most_percent}
    return kind.label
