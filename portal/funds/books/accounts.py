"""The final accounts of a project as everybody reads them: line by line, with the numbers of invoices and no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.funds.models import BudgetLine, Grant, InvoiceLine, PaidBy
from portal.funds.states import InvoiceState


@dataclass
class SpentLine:
    """A line of the budget with what was agreed and what invoices prove, in fen, and their numbers."""

    line: BudgetLine
    planned: int
    spent: int = 0
    invoices: list[str] = field(default_factory=list)

    @property
    def by_fund(self) -> bool:
        """Whether the fund pays it."""
        return self.line.paid_by == PaidBy.GRANT


@dataclass(frozen=True)
class Accounts:
    """What a project was approved, paid, proved and gave back, in fen."""

    grant: Grant
    lines: list[SpentLine]

    @property
    def planned(self) -> int:
        """All lines together."""
        return sum(one.planned for one in self.lines)

    @property
    def spent(self) -> int:
        """All invoices that count, line by line."""
        return sum(one.spent for one in self.lines)

    @property
    def kept(self) -> int:
        """What was paid and not given back."""
        return self.grant.paid - self.grant.returned


def accounts_of(grant: Grant) -> Accounts:
    """Line by line, from the invoices that count and not from sums kept; two queries."""
    lines = {
        line.pk: SpentLine(line, line.agreed or line.amount)
        for line in BudgetLine.objects.filter(application=grant.application_id).select_related("cost_class")
    }
    _prove(lines, _counted(grant))
    return Accounts(grant, list(lines.values()))


def _counted(grant: Grant) -> Iterable[tuple[int, int, str]]:
    found = InvoiceLine.objects.filter(invoice__grant=grant, invoice__state=InvoiceState.COUNTED)
    return found.order_by("invoice__day", "pk").values_list("budget_line", "amount", "invoice__number")


def _prove(lines: dict[int, SpentLine], counted: Iterable[tuple[int, int, str]]) -> None:
    for line, amount, number in counted:
        lines[line].spent += amount
        if number not in lines[line].invoices:
            lines[line].invoices.append(number)
