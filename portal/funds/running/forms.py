"""What is typed about a project with money. Amounts in yuan on the page, in fen behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.actions.fields import FilesField, PersonField, find_in, one_file
from portal.actions.forms import ActionForm
from portal.funds.calls.selectors import free_in, sources
from portal.funds.models import BudgetLine, Grant, Instalment, Invoice, PaidBy, Part
from portal.funds.running import einvoice
from portal.funds.running.services import proving
from portal.kit import wording
from portal.kit.errors import NotPossible
from portal.kit.fields import (
    NOTHING,
    YEAR,
    CharField,
    DayField,
    YuanField,
    longest,
    offer_rows,
    reason_field,
    say_optional,
)
from portal.ledger.fields import line_day

LINES = range(1, 5)
LONGEST_REASON = 100
_IN_YUAN = gettext_lazy("In yuan, such as 64.80 or 1,293.")


class SignedYuanField(YuanField):
    """The same, and less than nothing with a minus before it: what is credited."""

    def clean(self, value: Any) -> int | None:
        """The amount in fen, with its sign."""
        text = str(value or "").strip().lstrip("¥￥").strip()
        less = text[:1] in ("-", "−", "－")
        fen = super().clean(text[1:] if less else text)
        return -fen if less and fen is not None else fen

    def prepare_value(self, value: Any) -> Any:
        """Fen as yuan, with the sign."""
        if isinstance(value, int) and value < 0:
            return f"-{super().prepare_value(-value)}"
        return super().prepare_value(value)


def _yes_no(label: Any, yes: Any, no: Any) -> forms.TypedChoiceField:
    choices = [("yes", yes), ("no", no)]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=lambda said: said == "yes", widget=forms.RadioSelect
    )


class ReasonForm(ActionForm[Any]):
    """Why, for everybody to read."""

    reason = reason_field(LONGEST_REASON, rows=2)


class AgreeForm(ActionForm[Grant]):
    """The signed agreement, and which sources the money comes from."""

    agreement = FilesField(label=gettext_lazy("The signed agreement"), most=1)
    ends_on = DayField(label=gettext_lazy("To be finished by"), back=NOTHING, ahead=3 * YEAR)

    def prepare(self) -> None:
        """One field a source that holds free money; filled from the first on."""
        left = self.thing.approved
        for source in sources(self.thing.application.call.fund):
            free = max(free_in(source), 0)
            if free:
                taken = min(left, free)
                self.fields[f"source_{source.pk}"] = YuanField(
                    label=_("From “%(name)s”") % {"name": source.name},
                    help_text=self._help(source, free),
                    required=False,
                    initial=taken or None,
                )
                left -= taken

    def values(self) -> dict[str, Any]:
        """The amounts by source."""
        data = self.cleaned_data
        chosen = {int(name[7:]): data[name] or 0 for name in data if name.startswith("source_")}
        return {"agreement": data["agreement"][0], "ends_on": data["ends_on"], "amounts": chosen}

    def _help(self, source: Any, free: int) -> str:
        said = _("%(free)s are free.") % {"free": wording.yuan(free)}
        if source.required_mark:
            said += " " + _("What is paid from it bears the mark “%(mark)s”.") % {
                "mark": source.required_mark
            }
        return said


class PayForm(ActionForm[Instalment]):
    """When it was paid, and by which voucher."""

    day = line_day(gettext_lazy("Paid on"))
    voucher = CharField(
        label=gettext_lazy("Number of the voucher"),
        max_length=longest(Instalment, "voucher"),
        help_text=gettext_lazy("It stands once in the books of the fund."),
    )
    papers = FilesField(label=gettext_lazy("Voucher"), most=4, required=False)


class RefundForm(ActionForm[Grant]):
    """What came back, and when."""

    day = line_day(gettext_lazy("Came back on"))
    amount = YuanField(label=gettext_lazy("Amount"), help_text=_IN_YUAN)
    papers = FilesField(label=gettext_lazy("Papers"), most=4, required=False)


class InvoiceForm(ActionForm[Grant]):
    """What an invoice says, and for which lines of the budget. What is left empty is read from its XML."""

    pdf = FilesField(label=gettext_lazy("The invoice: PDF or photo"), most=1)
    xml = forms.FileField(
        label=gettext_lazy("The signed XML of a digital invoice"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
        help_text=gettext_lazy(
            "What you leave empty below is read from it. It is kept beside the PDF, as the rules ask."
        ),
    )
    number = CharField(
        label=gettext_lazy("Number of the invoice"), max_length=longest(Invoice, "number"), required=False
    )
    day = DayField(label=gettext_lazy("Day of the invoice"), back=3 * YEAR, ahead=NOTHING, required=False)
    seller = CharField(
        label=gettext_lazy("Who was paid"), max_length=longest(Invoice, "seller"), required=False
    )
    buyer = CharField(
        label=gettext_lazy("Title of the invoice"), max_length=longest(Invoice, "buyer"), required=False
    )
    total = YuanField(label=gettext_lazy("Total"), help_text=_IN_YUAN, required=False)

    def prepare(self) -> None:
        """The lines of the budget that this fund pays; the title it has to bear."""
        rows = BudgetLine.objects.filter(application=self.thing.application_id, paid_by=PaidBy.GRANT)
        self.fields["buyer"].help_text = _("It has to be “%(payee)s”, whose account the money goes to.") % {
            "payee": self.thing.application.payee
        }
        say_optional(
            self, _("(read from the XML where it is empty)"), "number", "day", "seller", "buyer", "total"
        )
        for number in LINES:
            line = forms.ModelChoiceField(
                label=_("For which line of the budget"), queryset=rows, required=number == 1, empty_label=None
            )
            if number > 1:
                line.empty_label = _("none")
            vars(line)["label_from_instance"] = _left
            self.fields[f"line_{number}"] = line
            self.fields[f"amount_{number}"] = SignedYuanField(
                label=_("Amount of this line"),
                required=False,
                help_text=_("Empty: the whole total.") if number == 1 else _("A credit with a minus: -20."),
            )

    def clean(self) -> dict[str, Any]:
        """What is empty comes from the XML; what is missing then is asked for."""
        data = super().clean() or {}
        self._fill(data)
        for name in ("number", "day", "seller", "buyer", "total"):
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("This field is required."))
        return data

    def values(self) -> dict[str, Any]:
        """The lines as parts."""
        data = self.cleaned_data
        names = ("number", "day", "seller", "buyer", "total", "xml")
        return {**{name: data[name] for name in names}, "pdf": data["pdf"][0], "parts": self._parts(data)}

    @property
    def more(self) -> list[forms.BoundField]:
        """The further lines, folded away on the page."""
        return [self[f"{what}_{number}"] for number in LINES if number > 1 for what in ("line", "amount")]

    @property
    def first(self) -> list[forms.BoundField]:
        """What every invoice needs."""
        later = {field.name for field in self.more}
        return [field for field in self if field.name not in later]

    def _fill(self, data: dict[str, Any]) -> None:
        if not data.get("xml"):
            return
        try:
            said = einvoice.read(data["xml"])
        except NotPossible as reason:
            self.add_error("xml", str(reason))
            return
        for name in ("number", "day", "seller", "buyer", "total"):
            if data.get(name) in (None, ""):
                data[name] = getattr(said, name)

    def _parts(self, data: dict[str, Any]) -> list[proving.Part]:
        found = []
        for number in LINES:
            line, amount = data.get(f"line_{number}"), data.get(f"amount_{number}")
            if number == 1 and amount is None:
                others = sum(data.get(f"amount_{one}") or 0 for one in LINES if one > 1)
                amount = data["total"] - others
            if line is not None and (amount is not None or number == 1):
                found.append(proving.Part(line, line.item, amount or 0, number))
        return found


class LookForm(ActionForm[Invoice]):
    """Whether it counts, after a look at the scan and the XML."""

    counts = _yes_no(
        gettext_lazy("After a look at the scan"),
        gettext_lazy("it counts: number, title, total and lines are right"),
        gettext_lazy("it does not count"),
    )
    reason = reason_field(
        LONGEST_REASON, rows=2, required=False, help_text=gettext_lazy("Needed where it does not count.")
    )

    def clean(self) -> dict[str, Any]:
        """Why not, is said."""
        data = super().clean() or {}
        if data.get("counts") is False and not data.get("reason"):
            self.add_error("reason", _("Please say why it does not count."))
        return data


class ChangeForm(ActionForm[Grant]):
    """Another amount for a line of the budget, and which other line gives it."""

    line = forms.ModelChoiceField(
        label=gettext_lazy("Which line changes"), queryset=BudgetLine.objects.none(), empty_label=None
    )
    amount = YuanField(label=gettext_lazy("It becomes"), help_text=_IN_YUAN)
    from_line = forms.ModelChoiceField(
        label=gettext_lazy("If it grows: which line becomes smaller"),
        queryset=BudgetLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    why = reason_field(300, rows=3, label=gettext_lazy("Why"))

    def prepare(self) -> None:
        """The lines that this fund pays."""
        rows = BudgetLine.objects.filter(application=self.thing.application_id, paid_by=PaidBy.GRANT)
        for name in ("line", "from_line"):
            offer_rows(self, name, rows)
            vars(self.fields[name])["label_from_instance"] = _left


class AnswerForm(ActionForm[Any]):
    """Yes or no, and why."""

    agrees = _yes_no(
        gettext_lazy("Answer"), gettext_lazy("I agree"), gettext_lazy("refused: the budget stays as it is")
    )
    answer = reason_field(LONGEST_REASON, rows=2)


class MidtermForm(ActionForm[Grant]):
    """What was found at half time."""

    passes = _yes_no(
        gettext_lazy("The check"),
        gettext_lazy("passed: the next instalment can be asked for"),
        gettext_lazy("something is to be put right first"),
    )
    found = reason_field(LONGEST_REASON, rows=3, label=pgettext_lazy("a check", "What was found"))


class SignForm(ActionForm[Grant]):
    """What somebody of the team found on the spot."""

    accepts = _yes_no(
        gettext_lazy("You looked at the finished work"),
        gettext_lazy("I accept it"),
        gettext_lazy("not yet: something is to be put right"),
    )
    found = reason_field(300, rows=3, label=gettext_lazy("What you found"))
    photo = FilesField(label=gettext_lazy("A photo from the spot"), most=1, required=False)

    def values(self) -> dict[str, Any]:
        """One photo."""
        return {**self.cleaned_data, "photo": one_file(self.cleaned_data["photo"])}


class TeamForm(ActionForm[Grant]):
    """Who accepts, by what each stands for."""

    committee = PersonField(label=pgettext_lazy("a team", "For the committee"))
    delegate = PersonField(label=pgettext_lazy("a team", "For the residents' delegates"))
    finance = PersonField(label=pgettext_lazy("a team", "For finance"))
    other = PersonField(label=gettext_lazy("Another member"), required=False)

    def prepare(self) -> None:
        """People of this neighbourhood."""
        for name in self.fields:
            find_in(self, name, self.thing.neighbourhood)

    def clean(self) -> dict[str, Any]:
        """Each of them stands for one thing."""
        data = super().clean() or {}
        people = [one.pk for one in data.values() if one is not None]
        if len(set(people)) < len(people):
            raise forms.ValidationError(_("Each person stands for one thing: please name different people."))
        return data

    def values(self) -> dict[str, Any]:
        """The team."""
        parts = {one.value for one in Part}
        named = {person: name for name, person in self.cleaned_data.items() if person and name in parts}
        return {"team": named}


def _left(line: BudgetLine) -> str:
    return _("%(item)s (%(left)s left)") % {
        "item": line.item,
        "left": wording.yuan(max(line.agreed - line.spent, 0)),
    }
