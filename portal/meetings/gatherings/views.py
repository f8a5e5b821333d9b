"""A gathering as everybody reads it, and the page where one is planned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers, onward_first
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.requests import visitor
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.track import Station, place, stations
from portal.meetings.cards import next_of
from portal.meetings.gatherings.actions import ACTIONS, ONWARD, ROUTE
from portal.meetings.gatherings.forms import PlanForm
from portal.meetings.gatherings.forms_of import ROWS, source_of
from portal.meetings.gatherings.permissions import GATHERINGS, PLACE
from portal.meetings.gatherings.services import calling, holding
from portal.meetings.hallvote.reading import hall_votes
from portal.meetings.minutes.reading import what_came_of
from portal.meetings.models import Form, Gathering
from portal.meetings.states.gathering import STATIONS, TRACK
from portal.meetings.states.gathering import GatheringState as G
from portal.record import services as record

HISTORY = 60
DATED = frozenset({G.ANNOUNCED, G.IN_SESSION})
UNDATED = frozenset({G.PLANNED, G.POSTPONED, G.NO_QUORUM})
# What is done to the agenda, and to the list of those invited, stands beside it.
AT_AGENDA = ("note_point", "answer_finding", "add_point", "add_finding", "drop_point")
AT_LIST = ("invite", "uninvite")
# Steps of everybody's daily coming and going are in the record, not on the page.
SMALL = frozenset({"gathering.marked", "gathering.attendance", "gathering.point", "gathering.point_dropped"})
act = action_view(GATHERINGS, ACTIONS)


@require_safe
def gathering(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a gathering."""
    found = GATHERINGS.open(request, pk)
    members = list(found.participants.select_related("person"))
    state = G(found.state)
    came, body = holding.attended(found)
    context = {
        "gathering": found,
        "state": state,
        "row": ROWS[Form(found.form)],
        "track": _track(found, state),
        "next": next_of([found]).get(found.pk),
        "points": _points(found),
        "members": members,
        "came": came,
        "body": body,
        "need": holding.needed(found),
        "source": source_of(found),
        "hall_votes": hall_votes(found, visitor(request)),
        "dated": found.starts_at is not None and state in DATED,
        "history": record.history([record.key(found)], HISTORY, but=SMALL),
        **what_came_of(found, visitor(request), members),
        **_offered(offers(request, GATHERINGS, ACTIONS, found, ROUTE), state),
    }
    return render(request, "meetings/gatherings/gathering.html", context)


@signed_in
@once
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a gathering in one of its forms."""
    here = PLACE.open(request, slug, "plan")
    initial = {name: request.GET.get(name, "") for name in ("form", "about")} | typed_before(request)
    form = PlanForm(sent(request), here=here, initial=initial)

    def made(form: PlanForm) -> str:
        planned = calling.plan(account(request), slug, form.plan())
        messages.success(request, _("It is planned. Write its agenda next, and see who is invited."))
        return planned.get_absolute_url()

    context = {"rows": [(form.label, ROWS[form]) for form in Form], "tab": "meetings"}
    return handle_form(request, form, made, "meetings/gatherings/plan.html", context)


def _offered(open_now: list[Offer], state: G) -> dict[str, list[Offer]]:
    """What can be done now, where it belongs on the page."""
    by_name = {offer.name: offer for offer in open_now}
    beside = {*AT_AGENDA, *AT_LIST}
    if state in UNDATED and "announce" not in by_name:
        # Nothing can be announced without an agenda: that comes first.
        beside -= {"add_point"}
    return {
        "offers": onward_first([one for one in open_now if one.name not in beside], ONWARD.get(state)),
        "at_agenda": [by_name[name] for name in AT_AGENDA if name in by_name and name in beside],
        "at_list": [by_name[name] for name in AT_LIST if name in by_name],
    }


def _track(found: Gathering, state: G) -> list[Station]:
    """The stations in order; of a cancelled one those until where it was cancelled."""
    reached = G(found.cancelled_from or G.PLANNED) if state is G.CANCELLED else state
    status = {G.PUBLISHED: "done", G.CANCELLED: "stopped"}.get(state, "now")
    return stations(STATIONS, place(TRACK, reached), status, state.label)


def _points(found: Gathering) -> list[Any]:
    return list(
        found.agenda_items.select_related(
            "finding__photo", "finding__decision__person", "finding__carries__gathering"
        )
    )
