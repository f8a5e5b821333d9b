"""Giving out files."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.community.models import Upload

# Pictures never change under their address, but may be taken back: the reader's own browser keeps them a while.
KEPT = "private, max-age=3600"
UNPUBLISHED = "private, no-store"


@require_safe
def upload(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file, for those who may see it: pictures in the page, papers as downloads, nothing that could run."""
    return given(request, get_object_or_404(Upload.objects.visible_to(request.user), pk=pk))


def given(request: HttpRequest, found: Upload) -> FileResponse:
    """A file whose reader may see it."""
    small = bool(request.GET.get("w")) and bool(found.thumbnail)
    response = FileResponse(
        (found.thumbnail if small else found.file).open(),
        as_attachment=not found.is_image,
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = KEPT if found.public else UNPUBLISHED
    return response
