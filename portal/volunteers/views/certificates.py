"""Certificates of service: one's own, the committee's desk, the paper, and what its number tells anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community.models import Area, Person, User
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.rules import rule
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import printing
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.record import numbers
from portal.record.forms import NumberForm
from portal.volunteers import certificates as paper
from portal.volunteers.forms.certificates import (
    AskForm,
    CompareForm,
    CounterForm,
    IssueForm,
    WhyForm,
)
from portal.volunteers.models import Certificate, HourRecord
from portal.volunteers.permissions import certificate_for, may_here
from portal.volunteers.services import certificates as services

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
        "certificates": own.order_by("-requested_at"),
        "minutes": booked,
        "stars": paper.stars(booked, rule("stars")),
    }
    return render(request, "volunteers/certificates.html", context)


@signed_in
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one's own certificate."""
    user = account(request)
    form = AskForm(_places(user.person_id), sent(request), initial=typed_before(request))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            services.ask(user, typed["here"], typed["since"], typed["until"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("The committee was asked. You will be told when it is issued."))
            return redirect("volunteers:certificates")
    return render(request, "volunteers/certificate_ask.html", {"form": form}, status=status)


@require_safe
@signed_in
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the committee, the oldest first, and what was issued."""
    here = _desk(request, slug)
    found = Certificate.objects.filter(neighbourhood=here).select_related("person")
    waiting = found.filter(issued_at=None, refused_at=None).order_by("requested_at")
    page = Paginator(found.filter(issued_at__isnull=False).order_by("-issued_at"), PAGE)
    context = {"here": here, "waiting": waiting, "page": page.get_page(request.GET.get("page"))}
    return render(request, "volunteers/certificate_desk.html", context)


@signed_in
@once
def at_counter(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for somebody who has no phone: found by name, then chosen."""
    here = _desk(request, slug)
    form = CounterForm(here, _served_here(here), sent(request))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            asked = services.ask_for(account(request), here, typed["person"], typed["since"], typed["until"])
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            return redirect("volunteers:certificate", asked.pk)
    return render(request, "volunteers/certificate_for.html", {"here": here, "form": form}, status=status)


@require_safe
@signed_in
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet itself, or the request that waits for an answer; for its person and the committee."""
    return _show(request, certificate_for(request.user, pk))


@dataclass(frozen=True)
class Act:
    """What the committee does to a certificate: its form, the service, and what is said afterwards."""

    form: Callable[..., forms.Form]
    run: Callable[[User, int, dict[str, Any]], object]
    said: Any


ACTS = {
    "issue": Act(
        IssueForm,
        lambda user, pk, typed: services.issue(user, pk, contact=typed["contact"], remarks=typed["remarks"]),
        gettext_lazy("Issued. Its volunteer was told; it is on public notice."),
    ),
    "refuse": Act(
        WhyForm,
        lambda user, pk, typed: services.refuse(user, pk, typed["why"]),
        gettext_lazy("Refused. The person reads the reason on their own page."),
    ),
    "void": Act(
        WhyForm,
        lambda user, pk, typed: services.void(user, pk, typed["why"]),
        gettext_lazy("Voided. Whoever checks the number reads it."),
    ),
}


@signed_in
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Issue, refuse or void."""
    if act not in ACTS:
        raise Http404
    found, doing = certificate_for(request.user, pk, "issue"), ACTS[act]
    if request.method != "POST":
        return redirect("volunteers:certificate", pk)
    form = doing.form(request.POST, prefix=act)
    if not form.is_valid():
        return _show(request, found, {act: form}, 422)
    try:
        doing.run(account(request), pk, form.cleaned_data)
    except NotPossible as refusal:
        return _show(request, found, {act: refused(request, form, refusal)}, 409)
    messages.success(request, str(doing.said))
    return redirect("volunteers:certificate", pk)


@require_safe
@signed_in
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as PDF, A4. Where this computer makes none, the page itself can be printed."""
    found = certificate_for(request.user, pk)
    if not _in_force(found):
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
    return _checked(request, _numbered(number))


def compare(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a paper says what was issued. Sent by POST, so that the name is in no address and in no log."""
    found = _numbered(numbers.meant(number))
    if request.method != "POST":
        return redirect("voting:receipt", found.number)
    if not allow("certificate", get_ip(request), COMPARISONS):
        return render(request, "429.html", status=429)
    form = CompareForm(request.POST)
    if not form.is_valid():
        return _checked(request, found, form, status=422)
    return _checked(request, found, form, agrees=paper.agrees(found.body, found.sha256, **form.said))


def _desk(request: HttpRequest, slug: str) -> Area:
    here = neighbourhood_or_404(slug)
    if not may_here(request.user, "issue", here):
        raise PermissionDenied("issue")
    set_here(request, here)
    return here


def _places(person: int | None) -> QuerySet[Area]:
    """Where somebody has hours that count."""
    counted = HourRecord.objects.counted().filter(person=person or 0)
    return Area.objects.filter(pk__in=counted.order_by().values("neighbourhood")).order_by("path")


def _served_here(here: Area) -> QuerySet[Person]:
    """People with hours that count here."""
    counted = HourRecord.objects.counted().filter(neighbourhood=here)
    return Person.objects.filter(pk__in=counted.order_by().values("person"))


def _in_force(found: Certificate) -> bool:
    return found.issued_at is not None and found.voided_at is None


def _show(
    request: HttpRequest, found: Certificate, typed: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a certificate, with the forms of whoever may answer it; `typed`: one that was refused."""
    set_here(request, found.neighbourhood)
    context = {"acts": _acts(request, found) | (typed or {}), "counted": None, **_sheet(request, found)}
    if found.issued_at is None:
        context["counted"] = services.counted(found).select_related("activity", "team")
    return render(request, "volunteers/certificate.html", context, status=status)


def _acts(request: HttpRequest, found: Certificate) -> dict[str, forms.Form]:
    if not may_here(request.user, "issue", found.neighbourhood):
        return {}
    if _in_force(found):
        return {"void": WhyForm(prefix="void")}
    if found.refused_at is not None or found.issued_at is not None:
        return {}
    refuse = WhyForm(prefix="refuse")
    if found.person_id == account(request).person_id:
        return {}
    return {"issue": IssueForm(prefix="issue", initial=services.last_contact(found)), "refuse": refuse}


def _sheet(request: HttpRequest, found: Certificate) -> dict[str, Any]:
    """What the sheet is drawn from, on the page and as PDF; nothing before it is issued."""
    if found.issued_at is None:
        return {"certificate": found}
    return {"certificate": found, "host": request.get_host(), **paper.sheet(found.body, found.sha256)}


def _numbered(number: str) -> Certificate:
    return get_object_or_404(
        Certificate.objects.select_related("neighbourhood"), number=number, issued_at__isnull=False
    )


def _checked(
    request: HttpRequest,
    found: Certificate,
    compare_form: CompareForm | None = None,
    *,
    agrees: bool | None = None,
    status: int = 200,
) -> HttpResponse:
    set_here(request, found.neighbourhood)
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
