"""Invoices: entered once in a fund, looked at by somebody else, counted line by line of the budget, or taken out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from portal.actions.events import announce, log
from portal.actions.lifecycles import advance
from portal.community import uploads
from portal.community.models import Post, User
from portal.community.permissions import roles_in
from portal.community.selectors import accounts_of
from portal.duties import services as duties
from portal.funds.models import BudgetLine, Grant, Invoice, InvoiceLine
from portal.funds.permissions import CLERKS
from portal.funds.running import einvoice, events
from portal.funds.running.owing import (
    applicants,
    budget,
    not_looked_at,
    office,
    reconcile,
    settle_refund,
    within,
)
from portal.funds.running.permissions import GRANTS, INVOICES
from portal.funds.running.wording import INVOICE
from portal.funds.states import InvoiceState
from portal.kit import clock, wording
from portal.kit.errors import NotPossible
from portal.kit.names import blank
from portal.ledger.selectors import plain_yuan
from portal.ledger.services import LARGEST

V = InvoiceState
HUNDRED = 100
ALIVE = (V.ENTERED, V.COUNTED)
FILES = {"pdf": "sha256", "xml": "xml_sha256"}


@dataclass(frozen=True)
class Part:
    """A line of an invoice: for which line of the budget, what, and how much in fen; a credit is negative.

    `row`: where it stands in the form, which shows a refusal there.
    """

    budget_line: BudgetLine
    text: str
    amount: int
    row: int = 1


@transaction.atomic
def enter_invoice(  # noqa: PLR0913 - what an invoice says
    user: User,
    pk: int,
    number: str,
    day: date,
    seller: str,
    buyer: str,
    total: int,
    pdf: UploadedFile[Any],
    parts: Iterable[Part],
    xml: UploadedFile[Any] | None = None,
) -> Invoice:
    """Enter an invoice with its lines, to be looked at by the office before it counts. Amounts in fen.

    NotPossible: its number or its file stands in the fund already, its lines come to another sum, its title is not
    that of the account money goes to, the XML says something else, or it is more than was agreed: over
    `change_percent` of a line a change is asked for first.
    """
    grant = GRANTS.take(user, pk, "enter_invoice")
    lines = list(parts)
    _require_day(day)
    _require_sums(lines, total)
    _require_lines(grant, lines)
    _require_buyer(grant, buyer)
    _require_same(xml, einvoice.Said(number, day, total, buyer, seller))
    require_within(grant, lines, waiting=True)
    made = _written(
        user, grant, Invoice(number=number, day=day, seller=seller, buyer=buyer, total=total), pdf, xml
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=made, budget_line=one.budget_line, text=one.text[:80], amount=one.amount)
        for one in lines
    )
    due = within(grant, "invoice")
    duties.open_duty(INVOICE, grant, due=due, post=Post.WORKER, url=made.get_absolute_url())
    told: dict[str, Any] = {"number": number, "fen": total, "due_at": due.at.isoformat()}
    to = _others(office(grant, Post.WORKER), user)
    announce(events.INVOICE_IN, grant, to=to, url=made.get_absolute_url(), **told)
    return made


@transaction.atomic
def look_at_invoice(user: User, pk: int, counts: bool, reason: str = "") -> Invoice:
    """Say that an invoice counts, or why not. By somebody else than who entered it. NotPossible else."""
    invoice = INVOICES.take(user, pk, "look_at")
    grant = invoice.grant
    if invoice.entered_by_id == user.pk:
        raise NotPossible(_("You entered this invoice. Somebody else of the committee looks at it."))
    if not counts:
        return _refused(user, invoice, reason)
    lines = [Part(one.budget_line, one.text, one.amount) for one in _lines(invoice)]
    require_within(grant, lines)
    advance(invoice, V.COUNTED, looked_by=user, reason="")
    _count(grant, lines, 1)
    _looked(user, grant)
    log(events.INVOICE_COUNTED, grant, by=user, data={"yuan": plain_yuan(invoice.total)})
    return invoice


@transaction.atomic
def look_again(user: User, pk: int, reason: str) -> Invoice:
    """Take a refusal back, with the reason: the invoice waits to be looked at again, and whoever read of it is told.

    NotPossible where it was entered anew since.
    """
    invoice = INVOICES.take(user, pk, "look_again")
    try:
        with transaction.atomic():
            advance(invoice, V.ENTERED, looked_by=None, reason="")
    except IntegrityError as error:
        raise NotPossible(_("This invoice was entered again meanwhile.")) from error
    grant = invoice.grant
    due, url = within(grant, "invoice"), invoice.get_absolute_url()
    duties.open_duty(INVOICE, grant, due=due, post=Post.WORKER, url=url)
    told: dict[str, Any] = {"number": invoice.number, "reason": reason, "due_at": due.at.isoformat()}
    announce(events.INVOICE_AGAIN, grant, to=_behind(invoice, user), url=url, **told)
    return invoice


@transaction.atomic
def take_out_invoice(user: User, pk: int, reason: str) -> Invoice:
    """Take a wrong invoice out with the reason; it stays to be read, and the right one can be entered.

    Whoever entered it before it counts, the office also after. NotPossible else.
    """
    invoice = INVOICES.take(user, pk, "take_out")
    grant = invoice.grant
    counted = invoice.state == V.COUNTED
    if not may_take_out(invoice, user):
        raise NotPossible(_("This invoice counts already. The office takes it out: please tell it why."))
    advance(invoice, V.TAKEN_OUT, reason=reason)
    if counted:
        _count(grant, [Part(one.budget_line, one.text, one.amount) for one in _lines(invoice)], -1)
    _looked(user, grant)
    told: dict[str, Any] = {"reason": reason, "number": invoice.number}
    to = _others([*applicants(grant), *office(grant, Post.WORKER)], user)
    url = invoice.get_absolute_url()
    announce(events.INVOICE_OUT, grant, by=user, to=to, data={"reason": reason}, url=url, **told)
    return invoice


def may_take_out(invoice: Invoice, user: User) -> bool:
    """Whoever entered an invoice takes it out until it counts; the office also after."""
    here = invoice.grant.neighbourhood
    return invoice.state != V.COUNTED or not CLERKS.isdisjoint(roles_in(user, here))


def require_within(grant: Grant, parts: list[Part], *, waiting: bool = False) -> None:
    """Refuse what would be more than was approved, or more than a line may grow without a change. In fen.

    `waiting`: what waits to be looked at counts as well. Raises NotPossible.
    """
    entered = _waiting(grant) if waiting else {}
    new: dict[int, int] = {}
    for one in parts:
        new[one.budget_line.pk] = new.get(one.budget_line.pk, 0) + one.amount
    total = grant.spent + sum(entered.values()) + sum(new.values())
    if total > grant.approved:
        raise NotPossible(
            _("With this invoice %(total)s would be spent; %(approved)s were approved.")
            % {"total": wording.yuan(total), "approved": wording.yuan(grant.approved)}
        ).at("total")
    rows = {one.budget_line.pk: one.row for one in reversed(parts)}
    percent = grant.application.call.change_percent
    for line in budget(grant).filter(pk__in=new):
        spent = line.spent + entered.get(line.pk, 0) + new[line.pk]
        if spent * HUNDRED > line.agreed * (HUNDRED + percent):
            raise NotPossible(
                _(
                    "“%(line)s” would come to %(spent)s; %(agreed)s were agreed. More than %(percent)d %% above it "
                    "needs a change of the budget first."
                )
                % {
                    "line": line.item,
                    "spent": wording.yuan(spent),
                    "agreed": wording.yuan(line.agreed),
                    "percent": percent,
                }
            ).at(f"line_{rows[line.pk]}")


def _waiting(grant: Grant) -> dict[int, int]:
    lines = InvoiceLine.objects.filter(invoice__grant=grant, invoice__state=V.ENTERED)
    return dict(lines.values_list("budget_line").annotate(sum=Sum("amount")))


def _refused(user: User, invoice: Invoice, reason: str) -> Invoice:
    if blank(reason):
        raise NotPossible(_("Please say why it does not count.")).at("reason")
    advance(invoice, V.REFUSED, looked_by=user, reason=reason)
    _looked(user, invoice.grant)
    told: dict[str, Any] = {"number": invoice.number, "reason": reason}
    url = invoice.get_absolute_url()
    announce(events.INVOICE_REFUSED, invoice.grant, to=_behind(invoice, user), url=url, **told)
    return invoice


def _behind(invoice: Invoice, user: User) -> list[User]:
    """Whoever applied and whoever entered it, but for who acts now."""
    return _others([*applicants(invoice.grant), *accounts_of(invoice.entered_by.person_id)], user)


def _count(grant: Grant, parts: list[Part], sign: int) -> None:
    for one in parts:
        budget(grant).filter(pk=one.budget_line.pk).update(spent=F("spent") + sign * one.amount)
    total = sign * sum(one.amount for one in parts)
    Grant.objects.filter(pk=grant.pk).update(spent=F("spent") + total)


def _looked(user: User, grant: Grant) -> None:
    """The promise is kept once none waits any more; what is proved shows on the instalments."""
    if not not_looked_at(grant).exists():
        duties.close(INVOICE, grant, by=user)
    reconcile(grant)
    settle_refund(grant, user)


def _written(
    user: User, grant: Grant, invoice: Invoice, pdf: UploadedFile[Any], xml: UploadedFile[Any] | None
) -> Invoice:
    invoice.grant, invoice.fund, invoice.entered_by = grant, grant.application.call.fund, user
    content = _whole(xml) if xml else b""
    invoice.sha256 = hashlib.sha256(_whole(pdf)).hexdigest()
    invoice.xml_sha256 = hashlib.sha256(content).hexdigest() if content else ""
    _require_new(invoice)
    invoice.pdf = uploads.accept(user, grant.neighbourhood, pdf, alt=_("Invoice"))
    if content:
        invoice.xml.save(f"{uuid4().hex}.xml", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            invoice.save(force_insert=True)
    except IntegrityError as error:
        raise NotPossible(_("This invoice was entered already.")).at("number") from error
    return invoice


def _whole(file: UploadedFile[Any]) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)
    return content


def _require_new(invoice: Invoice) -> None:
    alive = Invoice.objects.filter(fund=invoice.fund, state__in=ALIVE).select_related("grant__application")
    if there := alive.filter(number=invoice.number).first():
        raise NotPossible(
            _("The invoice %(number)s stands in the fund already: “%(title)s”. Each counts once.")
            % {"number": invoice.number, "title": there.title}
        ).at("number")
    for field, sha256 in (("pdf", invoice.sha256), ("xml", invoice.xml_sha256)):
        same = alive.filter(**{FILES[field]: sha256}).first() if sha256 else None
        if same:
            raise NotPossible(
                _("This very file was entered already, as invoice %(number)s of “%(title)s”.")
                % {"number": same.number, "title": same.title}
            ).at(field)


def _require_day(day: date) -> None:
    if day > clock.today():
        raise NotPossible(_("The day of the invoice is still to come. Please check it.")).at("day")


def _require_sums(parts: list[Part], total: int) -> None:
    if total <= 0:
        raise NotPossible(_("The total of an invoice is more than nothing; a credit is a line of it.")).at(
            "total"
        )
    if total > LARGEST or any(abs(one.amount) > LARGEST for one in parts):
        said = _("This is more than %(most)s. Please check it.") % {"most": wording.yuan(LARGEST)}
        raise NotPossible(said).at("total")
    if empty := next((one.row for one in parts if not one.amount), 0 if parts else 1):
        raise NotPossible(_("Each line of the invoice has an amount.")).at(f"amount_{empty}")
    come_to = sum(one.amount for one in parts)
    if come_to != total:
        raise NotPossible(
            _("The lines come to %(lines)s, the invoice to %(total)s. Both have to be the same.")
            % {"lines": _signed(come_to), "total": wording.yuan(total)}
        ).at("total")


def _signed(fen: int) -> str:
    return f"−{wording.yuan(-fen)}" if fen < 0 else wording.yuan(fen)


def _require_lines(grant: Grant, parts: list[Part]) -> None:
    own = set(budget(grant).values_list("pk", flat=True))
    if strange := next((one.row for one in parts if one.budget_line.pk not in own), 0):
        raise NotPossible(_("This line of the budget is not paid from this fund.")).at(f"line_{strange}")


def _require_buyer(grant: Grant, buyer: str) -> None:
    payee = grant.application.payee
    if "".join(buyer.split()) != "".join(payee.split()):
        raise NotPossible(
            _(
                "The title of the invoice is “%(buyer)s”. It has to be “%(payee)s”, whose account the money goes to."
            )
            % {"buyer": buyer, "payee": payee}
        ).at("buyer")


def _require_same(xml: UploadedFile[Any] | None, typed: einvoice.Said) -> None:
    """What was typed is what the XML says, as far as it says something."""
    if xml is None:
        return
    says = einvoice.read(xml)
    pairs = [
        ("number", _("number"), typed.number, says.number),
        ("day", _("day"), str(typed.day), str(says.day or "")),
        ("total", _("total"), plain_yuan(typed.total or 0), plain_yuan(says.total) if says.total else ""),
        ("buyer", _("title of the invoice"), typed.buyer, says.buyer),
    ]
    for field, what, mine, its in pairs:
        if its and "".join(mine.split()) != "".join(its.split()):
            raise NotPossible(
                _("The XML says something else: %(what)s “%(its)s”, typed was “%(mine)s”.")
                % {"what": what, "its": its, "mine": mine}
            ).at(field)


def _lines(invoice: Invoice) -> list[InvoiceLine]:
    return list(invoice.lines.select_related("budget_line"))


def _others(users: Iterable[User], user: User) -> list[User]:
    found = {one.pk: one for one in users if one.pk != user.pk}
    return [found[pk] for pk in sorted(found)]
