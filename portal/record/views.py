"""The public record: a page to read, an entry to check, a file to take along."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.record import services
from portal.record.forms import LARGEST, FilterForm
from portal.record.hashing import canonical
from portal.record.models import Chain, Entry, EntryQuerySet
from portal.record.streams import streamed

PAGE = 50


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
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The whole record as a file that can be checked without the portal."""
    get_object_or_404(Chain, pk=slug)
    response = streamed(request, services.export(slug), "application/jsonl")
    response["Content-Disposition"] = f'attachment; filename="record-{slug}.jsonl"'
    return response


def _entries(slug: str) -> EntryQuerySet:
    return Entry.objects.export(slug)
