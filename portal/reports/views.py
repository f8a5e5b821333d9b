"""Monthly reports as everybody reads them, and lists taken along as files."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.events import log
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Area, User
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock, printing
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.kit.paging import paged
from portal.kit.sheets import XLSX
from portal.kit.workbooks import workbook
from portal.reports import services
from portal.reports.actions import ACTIONS
from portal.reports.counting import count
from portal.reports.drawing import sections
from portal.reports.events import TAKEN
from portal.reports.forms import BeginForm, TakeForm, file_kinds
from portal.reports.models import MonthlyReport
from portal.reports.permissions import PLACES, REPORTS
from portal.reports.press import MOST_ROWS, drawn
from portal.reports.tables import FORMS, TABLES, Table

SHEETS = Limit(30, HOUR)
TAKEN_KEY = "list-file"

act = action_view(REPORTS, ACTIONS)


@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """All reports of a neighbourhood, the newest month first; a draft for the committee alone."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    found = MonthlyReport.objects.visible_to(request.user).filter(neighbourhood=here, corrected_by=None)
    context = {
        "here": here,
        "page": paged(request, found.defer("text", "figures")),
        "may_begin": PLACES.may(request.user, "begin", here),
        "may_take": PLACES.may(request.user, "take_lists", here),
    }
    return render(request, "reports/reports.html", context)


@signed_in
@once
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the report of a month."""
    here = PLACES.open(request, slug, "begin")

    def start(form: BeginForm) -> str:
        return services.begin(account(request), here.slug, form.cleaned_data["first"]).get_absolute_url()

    form = BeginForm(sent(request), initial=typed_before(request))
    return handle_form(request, form, start, "reports/begin.html", {"here": here})


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a month: as it was published, or as it would be now."""
    found = REPORTS.open(request, pk)
    context = {
        **_said(found),
        "after": MonthlyReport.objects.filter(corrects=found).first(),
        "before": found.corrects,
        "offers": offers(request, REPORTS, ACTIONS, found, "reports:act"),
        "prints": printing.can_print(),
    }
    return render(request, "reports/report.html", context)


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on A4. Where this computer makes no PDF, the page itself can be printed."""
    found = REPORTS.open(request, pk)
    if not printing.can_print():
        messages.info(
            request, _("This portal makes no PDF files. Print this page instead: it is the same sheet.")
        )
        return redirect(found)
    if not allow("sheet", _who(request), SHEETS):
        return render(request, "429.html", status=429)
    return _file(drawn("reports/report_pdf.html", _said(found)), "pdf", f"report-{found.first:%Y-%m}")


@require_safe
@signed_in
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """Which lists can be taken along."""
    here = PLACES.open(request, slug, "take_lists")
    may = [
        (name, table)
        for name, table in TABLES.items()
        if table.whole is not None and PLACES.may(request.user, table.need, here)
    ]
    context = {"here": here, "tables": may, "forms": file_kinds(), "most": f"{MOST_ROWS:,}"}
    return render(request, "reports/lists.html", context)


@signed_in
@once
def take(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A list with names: what for, in which form. That somebody takes it stands in the record."""
    table = _table(name)
    here = PLACES.open(request, slug, table.need)

    def keep(form: TakeForm) -> str:
        reason, kind = form.cleaned_data["reason"], form.cleaned_data["form"]
        _note(account(request), here, table, request.GET, reason, kind)
        request.session[TAKEN_KEY] = [here.pk, name, request.GET.urlencode()]
        return f"{reverse('reports:list_file', args=[here.slug, name, kind])}?{request.GET.urlencode()}"

    form = TakeForm(sent(request), initial=typed_before(request))
    return handle_form(request, form, keep, "reports/take.html", {"here": here, "table": table})


@require_safe
@signed_in
def list_file(request: HttpRequest, slug: str, name: str, form: str) -> HttpResponse:
    """A list as a file, with the filters of the address; one with names once after saying what for."""
    table = _table(name)
    here = PLACES.open(request, slug, table.need)
    if form not in FORMS:
        raise Http404(form)
    if table.named and request.session.pop(TAKEN_KEY, None) != [here.pk, name, request.GET.urlencode()]:
        return redirect(f"{reverse('reports:take', args=[here.slug, name])}?{request.GET.urlencode()}")
    if not allow("list", _who(request), SHEETS):
        return render(request, "429.html", status=429)
    return _as_file(request, here, table, name, form)


class _Place:
    """A neighbourhood as something the record speaks of."""

    def __init__(self, here: Area) -> None:
        self.neighbourhood, self.title, self.record_subject = here, here.name, f"area:{here.pk}"


def _note(user: User, here: Area, table: Table, asked: QueryDict, reason: str, kind: str) -> None:
    """Keep who takes how many rows along and what for. NotPossible: that kind of file does not hold them."""
    many = sum(1 for _row in table.rows(user, here, asked)) - 1
    if kind == "pdf" and many > MOST_ROWS:
        raise NotPossible(_too_long()).at("form")
    if table.look:
        table.look(user, here, asked, reason)
    with translation.override(settings.LANGUAGE_CODE):
        said = {"list": str(table.title), "rows": many, "reason": reason}
    log(TAKEN, _Place(here), by=user, data=said)


def _as_file(request: HttpRequest, here: Area, table: Table, name: str, form: str) -> HttpResponse:
    rows = table.rows(account(request), here, request.GET)
    stem = f"{name}-{here.slug}-{clock.today():%Y%m%d}"
    if form == "xlsx":
        return _file(workbook(str(table.title), rows), form, stem)
    # One more than a sheet holds, so that a long list is never whole in memory.
    head, *body = islice(rows, MOST_ROWS + 2)
    if len(body) > MOST_ROWS or not printing.can_print():
        messages.info(request, _too_long() if printing.can_print() else _("This portal makes no PDF files."))
        return redirect("reports:lists", here.slug)
    context = {"here": here, "table": table, "head": head, "rows": body, "today": clock.today()}
    return _file(drawn("reports/list_pdf.html", context), form, stem)


def _too_long() -> str:
    said = _("A PDF holds at most %(most)s rows, and this list has more. Please take it as XLSX.")
    return said % {"most": f"{MOST_ROWS:,}"}


def _file(content: bytes, form: str, stem: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX if form == "xlsx" else "application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{stem}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def _said(found: MonthlyReport) -> dict[str, Any]:
    figures = found.figures or count(found.neighbourhood, found.month)
    return {"report": found, "sections": sections(figures), "over": found.month.over}


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404(name)
    return TABLES[name]


def _who(request: HttpRequest) -> str:
    return str(request.user.pk or request.META.get("REMOTE_ADDR", ""))
