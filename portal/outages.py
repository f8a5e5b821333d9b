"""What people read when something the portal stands on is away. Drawn without asking it anything."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from portal.community.web import to_copy
from portal.kit.outages import Outage, outage_of

RETRY_AFTER = "60"
STATUS = {Outage.AWAY: 503, Outage.FULL: 507}


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that failed: in words what is away, with what was typed; else the page of a fault.

    Called by Django while the exception is handled.
    """
    outage = outage_of(sys.exc_info()[1])
    if outage is None:
        return server_error(request)
    page = render_to_string(
        f"outages/{outage.value}.html", _typed(request) | {"sent": request.method == "POST"}
    )
    return HttpResponse(page, status=STATUS[outage], headers={"Retry-After": RETRY_AFTER})


def _typed(request: HttpRequest) -> dict[str, object]:
    try:
        return to_copy(request)
    except (OSError, ValueError):
        # What was sent could not be read to its end: its files found no room.
        return {"typed": [], "back": "/"}
