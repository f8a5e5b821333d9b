"""Certificates of service: one's own, the committee's desk, and the paper."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.community.web import signed_in


@require_safe
@signed_in
def certificates(request: HttpRequest) -> HttpResponse:
    """One's own certificates."""
    raise Http404
