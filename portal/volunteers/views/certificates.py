"""Certificates of service: one's own, the committee's desk, the paper, and what its number tells anybody."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Area, Person
from portal.community.rules import rule
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import printing
from portal.kit.limits import HOUR, Limit, allow
from portal.kit.paging import paged
from portal.record import numbers
from portal.record.forms import NumberForm
from portal.volunteers import certificates as paper
from portal.volunteers.actions.certificates import ACTIONS
from portal.volunteers.forms.certificates import AskForm, CompareForm, CounterForm
from portal.volunteers.models import Certificate, HourRecord
from portal.volunteers.permissions import CERTIFICATES, NUMBERS, PLACES
from portal.volunteers.services import certificates as services
from portal.volunteers.states import CertificateState

PAGE = 30
# A name is guessed with the public page beside it: few tries an hour from one address, none of them kept.
COMPARISONS = Limit(20, HOUR)
# Drawing letters costs a second of the whole computer.
SHEETS = Limit(30, HOUR)
STYLES = ("css/certificate.css",)


@require_safe
@signed_in
def certificates(request: HttpRequest) -> HttpResponse:
    """One's own certificates, what was asked for, and the stars one may apply for."""
    user = account(request)
    booked = HourRecord.objects.counted().filter(person=user.person_id or 0).minutes()
    own = Certificate.objects.filter(person=user.person_id or 0).select_related("neighbourhood")
    context = {
        "page": paged(request, own.order_by("-requested_at")),
        "minutes": booked,
        "stars": paper.stars(booked, rule("stars")),
    }
    return render(request, "volunteers/certificates.html", context)


@signed_in
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one's own certificate."""
    user = account(request)

    def send(form: AskForm) -> str:
        services.ask(user, **form.cleaned_data)
        messages.success(request, _("The committee was asked. You will be told when it is issued."))
        return reverse("volunteers:certificates")

    form = AskForm(_places(user.person_id), sent(request), initial=typed_before(request))
    return handle_form(request, form, send, "volunteers/certificate_ask.html", {})


@require_safe
@signed_in
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the committee, the oldest first, and what was issued."""
    here = PLACES.open(request, slug, "certificates")
    found = Certificate.objects.filter(neighbourhood=here).select_related("person")
    waiting = found.filter(issued_at=None, refused_at=None).order_by("requested_at")
    context = {
        "here": here,
        "waiting": paged(request, waiting, param="waiting"),
        "page": paged(request, found.filter(issued_at__isnull=False).order_by("-issued_at")),
    }
    return render(request, "volunteers/certificate_desk.html", context)


@signed_in
@once
def at_counter(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for somebody who has no phone: found by name, then chosen."""
    here = PLACES.open(request, slug, "certificates")

    def send(form: CounterForm) -> str:
        return services.ask_for(account(request), here, **form.cleaned_data).get_absolute_url()

    form = CounterForm(here, _served_here(here), sent(request))
    return handle_form(request, form, send, "volunteers/certificate_for.html", {"here": here})


@require_safe
@signed_in
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet itself, or the request that waits for an answer; for its person and the committee."""
    found = CERTIFICATES.open(request, pk)
    context = {
        "offers": offers(request, CERTIFICATES, ACTIONS, found, "volunteers:certificate_act"),
        "counted": services.counted(found).select_related("activity", "team"),
        **_sheet(request, found),
    }
    return render(request, "volunteers/certificate.html", context)


@require_safe
@signed_in
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as PDF, A4. Where this computer makes none, the page itself can be printed."""
    found = CERTIFICATES.open(request, pk)
    if found.state is not CertificateState.ISSUED:
        messages.error(request, _("Only a certificate in force is printed."))
        return redirect("volunteers:certificate", pk)
    if not printing.can_print():
        messages.info(
            request, _("This portal makes no PDF files. Print this page instead: it is the same sheet.")
        )
        return redirect("volunteers:certificate", pk)
    if not allow("sheet", str(account(request).pk), SHEETS):
        return render(request, "429.html", status=429)
    html = render_to_string("volunteers/certificate_pdf.html", _sheet(request, found), request)
    response = HttpResponse(printing.pdf(html, STYLES), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{found.number}.pdf"'
    return response


@require_safe
def number(request: HttpRequest, number: str) -> HttpResponse:
    """What anybody reads under a certificate's number: never more than the paper, and neither name nor lines."""
    return _checked(request, NUMBERS.open(request, number))


def compare(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a paper says what was issued. Sent by POST, so that the name is in no address and in no log."""
    found = NUMBERS.open(request, numbers.meant(number))
    if request.method != "POST":
        return redirect("voting:receipt", found.number)
    if not allow("certificate", get_ip(request), COMPARISONS):
        return render(request, "429.html", status=429)
    form = CompareForm(request.POST)
    if not form.is_valid():
        return _checked(request, found, form, status=422)
    return _checked(request, found, form, agrees=paper.agrees(found.body, found.sha256, **form.said))


def _places(person: int | None) -> QuerySet[Area]:
    """Where somebody has hours that count."""
    counted = HourRecord.objects.counted().filter(person=person or 0)
    return Area.objects.filter(pk__in=counted.order_by().values("neighbourhood")).order_by("path")


def _served_here(here: Area) -> QuerySet[Person]:
    """People with hours that count here."""
    counted = HourRecord.objects.counted().filter(neighbourhood=here)
    return Person.objects.filter(pk__in=counted.order_by().values("person"))


def _sheet(request: HttpRequest, found: Certificate) -> dict[str, Any]:
    """What the sheet is drawn from, on the page and as PDF; nothing before it is issued."""
    if found.issued_at is None:
        return {"certificate": found}
    return {"certificate": found, "host": request.get_host(), **paper.sheet(found.body, found.sha256)}


def _checked(
    request: HttpRequest,
    found: Certificate,
    compare_form: CompareForm | None = None,
    *,
    agrees: bool | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": NumberForm(),
        "certificate": found,
        "name": paper.masked(found.body.get("name", "")),
        "issuer": found.body.get("issuer", ""),
        "holds": paper.holds(found.body, found.number or "", found.sha256),
        "compare": compare_form or CompareForm(),
        "agrees": agrees,
    }
    return render(request, "volunteers/number.html", context, status=status)
