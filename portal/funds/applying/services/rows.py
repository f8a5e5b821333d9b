"""What will be done, and the lines of the budget. Sums are computed under the lock of the application."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.actions.versions import require_version, save_version
from portal.community import uploads
from portal.community.models import Upload, User
from portal.funds.applying import changes
from portal.funds.applying.changes import became, of_activity, of_line
from portal.funds.applying.permissions import ACTIVITIES, APPLICATIONS, LINES
from portal.funds.applying.services.drafts import require_in_time
from portal.funds.applying.steps import refusal
from portal.funds.models import Application, BudgetLine, CostClass, PaidBy, PlannedActivity
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.ledger.services import LARGEST

MOST_LINES, MOST_ACTIVITIES = 60, 30
# Hundredths of a unit: a hundred thousand pieces.
MOST_QUANTITY = 10_000_000
HUNDREDTHS, HALF = 100, 50


@transaction.atomic
def add_activity(
    user: User, pk: int, what: str, begins_on: date, ends_on: date, place: str = ""
) -> PlannedActivity:
    """Say one more thing that will be done, from one day to another. Raises NotPossible where it is said already."""
    application = _taken(user, pk, "add_activity")
    if application.activities.count() >= MOST_ACTIVITIES:
        raise NotPossible(_("These are too many lines. Please put some together."))
    _require_days(begins_on, ends_on)
    said = {"what": what.strip(), "place": place.strip(), "begins_on": begins_on, "ends_on": ends_on}
    _require_new(application.activities, said)
    row = PlannedActivity.objects.create(application=application, **said)
    changes.note(application, user, became("", of_activity(row)))
    return row


@transaction.atomic
def change_activity(
    user: User, pk: int, what: str, begins_on: date, ends_on: date, version: int, place: str = ""
) -> PlannedActivity:
    """Say it otherwise. Raises Overtaken where somebody else did so meanwhile."""
    row = ACTIVITIES.take(user, pk, "change")
    require_in_time(row.application)
    require_version(row, version)
    _require_days(begins_on, ends_on)
    was = of_activity(row)
    row.what, row.place, row.begins_on, row.ends_on = what.strip(), place.strip(), begins_on, ends_on
    save_version(row, version, ["what", "place", "begins_on", "ends_on"])
    changes.note(row.application, user, became(was, of_activity(row)))
    return row


@transaction.atomic
def remove_activity(user: User, pk: int) -> Application:
    """Take it out of the plan."""
    row = ACTIVITIES.take(user, pk, "remove")
    require_in_time(row.application)
    changes.note(row.application, user, became(of_activity(row), ""))
    row.delete()
    return row.application


@transaction.atomic
def add_line(  # noqa: PLR0913 - what a line of a budget is
    user: User,
    pk: int,
    cost_class: CostClass,
    item: str,
    unit: str,
    quantity: int,
    price: int,
    paid_by: str = PaidBy.GRANT,
    quote: UploadedFile[Any] | None = None,
) -> BudgetLine:
    """Add a line: `quantity` in hundredths of a unit, `price` of one in fen. The amount is computed, never typed.

    Raises NotPossible for a kind of cost that is not paid, with the reason, for amounts nobody can mean, and for a line
    that stands there already.
    """
    application = _taken(user, pk, "add_line")
    if application.lines.count() >= MOST_LINES:
        raise NotPossible(_("These are too many lines. Please put some together."))
    _require_kind(application, cost_class)
    amount = amount_of(quantity, price)
    said = {
        "cost_class": cost_class,
        "item": item.strip(),
        "unit": unit.strip(),
        "quantity": quantity,
        "price": price,
        "paid_by": paid_by,
    }
    _require_new(application.lines, said)
    line = BudgetLine(application=application, amount=amount, quote=_quote(user, application, quote), **said)
    line.save()
    sum_up(application)
    changes.note(application, user, became("", of_line(line, quote=quote is not None)))
    return line


@transaction.atomic
def change_line(  # noqa: PLR0913 - as above
    user: User,
    pk: int,
    cost_class: CostClass,
    item: str,
    unit: str,
    quantity: int,
    price: int,
    version: int,
    paid_by: str = PaidBy.GRANT,
    quote: UploadedFile[Any] | None = None,
) -> BudgetLine:
    """Say a line otherwise; the quote stays where none is brought. Raises Overtaken where somebody else was faster."""
    line = LINES.take(user, pk, "change")
    require_in_time(line.application)
    require_version(line, version)
    _require_kind(line.application, cost_class)
    was = of_line(line)
    line.cost_class, line.item, line.unit, line.paid_by = cost_class, item.strip(), unit.strip(), paid_by
    line.quantity, line.price, line.amount = quantity, price, amount_of(quantity, price)
    line.quote = _quote(user, line.application, quote) or line.quote
    changes.note(line.application, user, became(was, of_line(line, quote=quote is not None)))
    save_version(
        line, version, ["cost_class", "item", "unit", "paid_by", "quantity", "price", "amount", "quote"]
    )
    sum_up(line.application)
    return line


@transaction.atomic
def remove_line(user: User, pk: int) -> Application:
    """Take a line out of the budget."""
    line = LINES.take(user, pk, "remove")
    require_in_time(line.application)
    changes.note(line.application, user, became(of_line(line), ""))
    line.delete()
    sum_up(line.application)
    return line.application


def amount_of(quantity: int, price: int) -> int:
    """Quantity in hundredths times the price in fen, half a fen rounded up. NotPossible for what nobody can mean."""
    if quantity <= 0 or price <= 0:
        raise NotPossible(_("Quantity and price have to be more than nothing."))
    amount = (quantity * price + HALF) // HUNDREDTHS
    if quantity > MOST_QUANTITY or price > LARGEST or amount > LARGEST:
        raise NotPossible(_("This amount is too large for a neighbourhood's fund. Please check the digits."))
    if amount == 0:
        raise NotPossible(_("This line comes to less than one fen. Please check quantity and price."))
    return amount


def sum_up(application: Application) -> None:
    """Compute costs, other sources and what is asked from the lines, under the lock of the application."""
    others = ~Q(paid_by=PaidBy.GRANT)
    sums = application.lines.aggregate(
        costs=Coalesce(Sum("amount"), 0), other=Coalesce(Sum("amount", filter=others), 0)
    )
    application.costs, application.other_sources = sums["costs"], sums["other"]
    application.asked = application.costs - application.other_sources
    application.save(update_fields=["costs", "other_sources", "asked"])


def _taken(user: User, pk: int, verb: str) -> Application:
    application = APPLICATIONS.take(user, pk, verb)
    require_in_time(application)
    return application


def _require_new(rows: Any, said: dict[str, Any]) -> None:
    """A browser shows a form that was sent with what was typed in it: who goes back to it does not add a row twice."""
    if rows.filter(**said).exists():
        raise NotPossible(_("This stands there already. To say it otherwise, change it there."))


def _require_kind(application: Application, kind: CostClass) -> None:
    if kind.call_id != application.call_id:
        raise NotPossible(_("Please choose a kind of cost of this round."))
    if kind.forbidden:
        raise NotPossible(refusal(kind))


def _require_days(begins_on: date, ends_on: date) -> None:
    if ends_on < begins_on:
        raise NotPossible(_("It ends before it begins. Please check the days."))
    if ends_on < clock.today():
        raise NotPossible(_("This day is over."))


def _quote(user: User, application: Application, file: UploadedFile[Any] | None) -> Upload | None:
    return uploads.accept(user, application.neighbourhood, file) if file else None
