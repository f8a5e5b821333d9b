"""A summons as everybody reads it, where it is written, and its figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.actions import offers, onward_first
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.permissions import COMMITTEE, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here, visitor
from portal.community.rules import rule
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.track import Station, place, stations
from portal.meetings.cards import next_of
from portal.meetings.models import Summons
from portal.meetings.states.summons import STATIONS, TRACK
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import figures, links
from portal.meetings.summons.actions import ACTIONS, ONWARD, ROUTE
from portal.meetings.summons.forms import WriteFields
from portal.meetings.summons.permissions import PLACE, SUMMONS, visible
from portal.meetings.summons.services import writing
from portal.record import services as record

HISTORY = 60
act = action_view(SUMMONS, ACTIONS)


@require_safe
def summons(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a summons; the link of the department only for the committee."""
    found = SUMMONS.open(request, pk)
    state = S(found.state)
    staff = bool(roles_in(visitor(request), found.neighbourhood) & COMMITTEE)
    context = {
        "summons": found,
        "state": state,
        "track": _track(found, state),
        "next": next_of([found]).get(found.pk),
        "others": list(
            visible(visitor(request)).filter(pk__in=writing.together(found).values("pk")).order_by("pk")
        ),
        "members": list(found.participants.all()),
        "decisions": list(found.decisions.select_related("person")),
        "judgements": figures.judgements(found, rule("summons.rating_least", found.neighbourhood)),
        "history": record.history([record.key(found)], HISTORY),
        "offers": onward_first(offers(request, SUMMONS, ACTIONS, found, ROUTE), ONWARD.get(state)),
        **(_link(request, found) if staff else {}),
    }
    return render(request, "meetings/summons/summons.html", context)


@signed_in
@once
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a summons."""
    PLACE.open(request, slug, "summon")
    form = WriteFields(sent(request), initial=typed_before(request))

    def made(form: WriteFields) -> str:
        others = form.cleaned_data["others"]
        written = writing.write(account(request), slug, form.letter(), others=others)
        messages.success(request, _("It is written. Read it once more, then send it."))
        return written.get_absolute_url()

    return handle_form(request, form, made, "meetings/summons/write.html", {"tab": "meetings"})


@require_safe
def by_year(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of a place."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    context = {"years": figures.by_year(here), "tab": "meetings"}
    return render(request, "meetings/summons/figures.html", context)


def _link(request: HttpRequest, found: Summons) -> dict[str, Any]:
    """The link that holds, as the committee passes it on."""
    link = links.holding(found)
    if link is None or not links.holds(link):
        return {"staff": True}
    token = links.shown_again(link)
    url = request.build_absolute_uri(reverse("meetings:department_link", args=[token])) if token else ""
    return {"staff": True, "link": link, "link_url": url}


def _track(found: Summons, state: S) -> list[Station]:
    """The stations in order; of a withdrawn one those until where it was withdrawn."""
    reached = S(found.cancelled_from or S.DRAFTED) if state is S.CANCELLED else state
    status = {S.RATED: "done", S.CANCELLED: "stopped"}.get(state, "now")
    return stations(STATIONS, place(TRACK, reached), status, state.label)
