"""Pages of a project with money: its actions, what it spent, and its papers."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.views import action_view
from portal.community.views import given
from portal.community.web import signed_in
from portal.funds.running import reading
from portal.funds.running.actions import (
    CHANGE_ACTIONS,
    GRANT_ACTIONS,
    INSTALMENT_ACTIONS,
    INVOICE_ACTIONS,
    REFUND_ACTIONS,
)
from portal.funds.running.permissions import CHANGES, GRANTS, INSTALMENTS, INVOICES, REFUNDS

act = action_view(GRANTS, GRANT_ACTIONS)
instalment_act = action_view(INSTALMENTS, INSTALMENT_ACTIONS)
invoice_act = action_view(INVOICES, INVOICE_ACTIONS)
change_act = action_view(CHANGES, CHANGE_ACTIONS)
refund_act = action_view(REFUNDS, REFUND_ACTIONS)


@require_safe
def receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """What a project spent, invoice by invoice."""
    grant = GRANTS.open(request, pk)
    return render(request, "funds/running/receipts.html", reading.receipts(request, grant))


@signed_in
@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed agreement, for whoever applied, the office and those who accept the work."""
    grant = GRANTS.open(request, pk, "papers")
    if grant.agreement is None:
        raise Http404("agreement")
    return given(request, grant.agreement)


@signed_in
@require_safe
def invoice_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of an invoice."""
    return given(request, INVOICES.open(request, pk, "papers").pdf)


@signed_in
@require_safe
def invoice_xml(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed XML of a digital invoice, byte by byte as it was sent; never shown as a page."""
    invoice = INVOICES.open(request, pk, "papers")
    if not invoice.xml:
        raise Http404("xml")
    name = f"{invoice.number}.xml"
    response = FileResponse(
        invoice.xml.open(), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
