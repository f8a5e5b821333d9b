"""The public record: a page to read, an entry to check, a file to take along. And what a number stands for."""

from __future__ import annotations

from threading import Lock

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kit.limits import HOUR, MINUTE, AtOnce, Limit, allow
from portal.kit.streams import streamed
from portal.record import numbers, services
from portal.record.days import ready_days
from portal.record.forms import LARGEST, FilterForm, NumberForm
from portal.record.hashing import canonical
from portal.record.models import Chain, Entry, EntryQuerySet

PAGE = 50
# Whoever keeps a copy needs one a day; many people may share an address.
DOWNLOADS = Limit(20, HOUR)
# In this process, so that a thread is left for pages.
WRITING = Lock()
AT_ONCE = AtOnce(max(1, settings.PAGE_THREADS - 1))


@require_safe
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """The record of a neighbourhood, newest first, a page of fifty at a time."""
    form = FilterForm(request.GET)
    found = list(form.narrow(_entries(slug))[: PAGE + 1]) if form.is_valid() else []
    shown = found[:PAGE]
    context = {
        "chain": get_object_or_404(Chain, pk=slug),
        "form": form,
        "lines": [services.line(entry) for entry in shown],
        "older": shown[-1].sequence if len(found) > PAGE else None,
    }
    return render(request, "record/record.html", context, status=200 if form.is_valid() else 400)


@require_safe
def entry(request: HttpRequest, slug: str, sequence: int) -> HttpResponse:
    """One entry with its hash, what the hash is of, and how to check it."""
    if sequence > LARGEST:
        raise Http404
    found = get_object_or_404(_entries(slug), sequence=sequence)
    context = {
        "chain": get_object_or_404(Chain, pk=slug),
        "entry": found,
        "line": services.line(found),
        "canonical": canonical(services.entry_body(found)).decode(),
    }
    return render(request, "record/entry.html", context)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The whole record as a file that can be checked without the portal; 429 where that is asked too often."""
    get_object_or_404(Chain, pk=slug)
    if not allow("record", f"{slug} {get_ip(request)}", DOWNLOADS):
        return _later(request, HOUR, _("The whole record was downloaded here many times in the last hour."))
    # Whoever comes first writes what is missing; a long record takes seconds, once.
    if AT_ONCE.full or not WRITING.acquire(timeout=1):
        return _later(request, MINUTE, _("Others are downloading a record just now."))
    try:
        days = ready_days(slug)
    finally:
        WRITING.release()
    since = services.export(slug, after=days[-1].last if days else 0)
    response = streamed(request, since, "application/jsonl", [each.piece for each in days], AT_ONCE)
    response["Content-Disposition"] = f'attachment; filename="record-{slug}.jsonl"'
    return response


def _later(request: HttpRequest, seconds: int, why: str) -> HttpResponse:
    response = render(request, "429.html", {"why": why}, status=429)
    response["Retry-After"] = str(seconds)
    return response


@require_safe
def find_number(request: HttpRequest) -> HttpResponse:
    """Where somebody types a number from paper."""
    form = NumberForm(request.GET) if "number" in request.GET else NumberForm()
    if form.is_bound and form.is_valid():
        return redirect("voting:receipt", form.cleaned_data["number"])
    return render(request, "record/number.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def number(request: HttpRequest, number: str) -> HttpResponse:
    """What a number stands for, as the app says that gave it out; 404 in words for one nobody gave out."""
    meant = numbers.meant(number)
    keeper = numbers.keeper_of(meant) if meant else None
    if keeper is None:
        return _unknown(request, number)
    return keeper.answer(request, meant)


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    form = NumberForm(initial={"number": typed})
    response = render(request, "record/number.html", {"form": form, "unknown": typed}, status=404)
    # Django writes the address of what it did not find to the log; a check code has no business there.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _entries(slug: str) -> EntryQuerySet:
    return Entry.objects.export(slug)
