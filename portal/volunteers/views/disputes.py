"""One hour record with its versions and what can be done to it, and the lines of a public notice."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.community.rules import rule
from portal.community.views import given
from portal.community.web import account, signed_in
from portal.duties.permissions import NOTICES
from portal.kit import clock
from portal.kit.paging import paged
from portal.volunteers import names
from portal.volunteers.actions.hours import RECORD_ACTIONS
from portal.volunteers.models import HourRecord
from portal.volunteers.permissions import PENDING, PLACES, RECORDS
from portal.volunteers.services.booking import PURPOSE
from portal.volunteers.states import HourState


@require_safe
@signed_in
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: for its person and for those who keep hours. Nobody else reads even that there is one."""
    found = RECORDS.open(request, pk)
    if not RECORDS.may(request.user, "read", found):
        raise Http404
    context = {
        "record": found,
        "own": found.person_id == account(request).person_id,
        "keeps": RECORDS.may(request.user, "read_evidence", found),
        "versions": _versions(found),
        "disputes": found.disputes.select_related("by", "found_by", "confirmed_by"),
        "offers": offers(request, RECORDS, RECORD_ACTIONS, found, "volunteers:record_act"),
        "notice_days": rule("hours.public_notice", found.neighbourhood),
        "lives": found.state in PENDING | {HourState.VERIFIED, HourState.ON_NOTICE},
    }
    return render(request, "volunteers/record.html", context)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo or paper that shows a claim, for those who have to verify it."""
    found = RECORDS.open(request, pk, "read_evidence")
    if found.evidence is None:
        raise Http404
    return given(request, found.evidence)


@require_safe
def hours_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of a public notice: minutes, and names only of those who agreed to be named."""
    notice = NOTICES.open(request, pk)
    if notice.purpose != PURPOSE:
        raise Http404
    page = paged(request, notice.hours.select_related("person__volunteer").order_by("-minutes", "pk"))
    own = getattr(request.user, "person_id", None)
    lines = [
        {
            "number": number,
            "record": one,
            "name": names.shown(one.person),
            "own": one.person_id == own,
            "open": RECORDS.fits("dispute", one),
        }
        for number, one in enumerate(page, start=page.start_index())
    ]
    context = {
        "notice": notice,
        "lines": lines,
        "page": page,
        "minutes": notice.hours.minutes(),
        "may_object": PLACES.may(request.user, "dispute", notice.neighbourhood),
        "over": clock.now() >= notice.ends_at,
    }
    return render(request, "volunteers/hours_notice.html", context)


def _versions(found: HourRecord) -> list[dict[str, Any]]:
    """Every version of the record, the first one first, with the difference to the one before."""
    records = HourRecord.objects.filter(shift=found.shift_id, person=found.person_id).order_by("pk")
    rows: list[dict[str, Any]] = []
    for one in records.select_related("replaces", "recorder", "entered_by", "ended_by"):
        before = one.replaces.minutes if one.replaces else None
        rows.append({"record": one, "difference": None if before is None else one.minutes - before})
    return rows
