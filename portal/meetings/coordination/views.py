"""A coordination meeting as those concerned read it, its public row, its papers, and the registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Upload
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here, visitor
from portal.community.views import given
from portal.community.web import account, sent, signed_in, typed_before
from portal.duties.models import Duty
from portal.duties.next_step import body_of
from portal.kit import clock
from portal.kit.paging import paged
from portal.meetings.coordination import services
from portal.meetings.coordination.actions import ACTIONS, ROUTE
from portal.meetings.coordination.forms import ApplyForm, CounterForm
from portal.meetings.coordination.papers import PAPERS, copies, papers_of
from portal.meetings.coordination.permissions import COORDINATIONS, PLACE, visible
from portal.meetings.coordination.selectors import parties, party_of, public_row, public_rows
from portal.meetings.coordination.track import track
from portal.meetings.minutes.reading import what_came_of
from portal.meetings.models import Coordination
from portal.meetings.states.coordination import CoordinationState as C
from portal.record.services import key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

act = action_view(COORDINATIONS, ACTIONS)
# Where those concerned read what else they can do.
ROUTES = frozenset({C.DECLINED, C.REFUSED, C.STOPPED, C.NOT_AGREED, C.BREACHED, C.REFERRED})


@dataclass(frozen=True)
class Owed:
    """What somebody owes next, as those concerned read it."""

    who: StrOrPromise
    what: str
    by: datetime
    late: bool


@require_safe
@never_cache
def coordination(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for those concerned; for everybody else the public row, whoever they are."""
    found = visible(visitor(request)).filter(pk=pk).first()
    if found is None:
        return _public(request, pk)
    meeting = COORDINATIONS.open(request, pk)
    sides = parties(meeting)
    found_offers = offers(request, COORDINATIONS, ACTIONS, meeting, ROUTE)
    context = {
        "meeting": meeting,
        "state": C(meeting.state),
        "track": track(meeting),
        "parties": sides,
        "own": party_of(meeting, account(request).person_id),
        "owed": _owed(meeting),
        "routes": meeting.state in ROUTES,
        "papers": papers_of(meeting),
        **_file(meeting),
        # The steps of the course first, the next as the big button; what is done besides stands below.
        "steps": sorted(
            (one for one in found_offers if one.main or not one.action.tone), key=lambda one: not one.main
        ),
        "besides": [one for one in found_offers if one.action.tone and not one.main],
        **what_came_of(meeting, visitor(request)),
    }
    return render(request, "meetings/coordination/coordination.html", context)


@require_safe
@never_cache
def paper(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One paper of the file on A4."""
    meeting = COORDINATIONS.open(request, pk)
    found = PAPERS.get(part)
    if found is None or not found.there(meeting):
        raise Http404(part)
    context = {"meeting": meeting, "paper": found, "parties": parties(meeting), **_file(meeting)}
    return render(request, "meetings/coordination/paper.html", context)


@require_safe
@never_cache
def evidence(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The file of something handed in, for those who read the meeting's page and nobody else."""
    meeting = COORDINATIONS.open(request, pk)
    found = get_object_or_404(meeting.evidence.select_related("file"), number=number, file__isnull=False)
    return given(request, cast("Upload", found.file))


@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The public register: number, kind, outcome and day of each; and how one asks for a meeting."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    page = paged(request, public_rows(here))
    context = {
        "rows": [(meeting, public_row(meeting)) for meeting in page],
        "page": page,
        "may_apply": PLACE.may(request.user, "apply", here),
        "may_take_down": PLACE.may(request.user, "take_down", here),
    }
    return render(request, "meetings/coordination/register.html", context)


@require_safe
@never_cache
def oral(request: HttpRequest, slug: str) -> HttpResponse:
    """The register of oral agreements on A4: of the files the reader has in charge or mediates, and no others."""
    here = PLACE.open(request, slug, "take_down")
    known = visible(request.user).filter(neighbourhood=here, oral=True, sealed_at__isnull=False)
    context = {"agreements": known.prefetch_related("parties__participant__person").order_by("sealed_at")}
    return render(request, "meetings/coordination/oral.html", context)


@signed_in
@once
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A party's application."""
    here = PLACE.open(request, slug, "apply")

    def work(form: ApplyForm) -> str:
        made = services.apply(account(request), slug, **form.cleaned_data)
        messages.success(request, _("Your request has the number %(number)s.") % {"number": made.number})
        return made.get_absolute_url()

    form = ApplyForm(sent(request), here=here, initial=typed_before(request))
    return handle_form(request, form, work, "meetings/coordination/new.html", {})


@signed_in
@once
def counter(request: HttpRequest, slug: str) -> HttpResponse:
    """An application at the counter, or an offer of the committee's."""
    here = PLACE.open(request, slug, "take_down")

    def work(form: CounterForm) -> str:
        return services.take_down(account(request), slug, **form.values()).get_absolute_url()

    form = CounterForm(sent(request), here=here, initial=typed_before(request))
    return handle_form(request, form, work, "meetings/coordination/new.html", {"counter": True})


def _public(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_object_or_404(Coordination.objects.select_related("neighbourhood"), pk=pk)
    set_here(request, meeting.neighbourhood)
    here, row = meeting.neighbourhood, public_row(meeting)
    context = {"row": row, "register": reverse("meetings:coordinations", args=[here.slug])}
    return render(request, "meetings/coordination/public.html", context)


def _file(meeting: Coordination) -> dict[str, Any]:
    """What the page and the papers show of the file; read only where a template shows it."""
    return {
        "obligations": meeting.obligations.select_related("party__participant__person"),
        "evidence": meeting.evidence.whole(),
        "inquiries": meeting.inquiries.select_related("by"),
        "copies": copies(meeting),
    }


def _owed(meeting: Coordination) -> list[Owed]:
    """All that is owed about a meeting and its agreement, the next first."""
    keys = [key(meeting), *(key(one) for one in meeting.obligations.all())]
    standing = Duty.objects.active().filter(subject__in=keys).select_related("person").order_by("due_at")
    if not clock.passed(meeting.starts_at or clock.now()):
        # The date stands above already.
        standing = standing.exclude(kind=meeting.course.owed[C.NOTIFIED])
    return [
        Owed(
            duty.person.public_name if duty.person else body_of(duty.post),
            duty.what,
            duty.due_at,
            duty.is_overdue,
        )
        for duty in standing
    ]
