"""An opinion map as it is read: the picture, one statement at a time, and the list of all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.actions.actions import Offer, offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.models import Visitor
from portal.community.permissions import roles_in
from portal.community.requests import set_here
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.meetings.models.opinions import PORTION, OpinionMap, Reaction, Statement
from portal.meetings.opinions import services, subjects
from portal.meetings.opinions.actions import MAP_ACTIONS, ROUTE, STATEMENT_ACTIONS, STATEMENT_ROUTE
from portal.meetings.opinions.forms import FirstForm
from portal.meetings.opinions.permissions import MAP_NEEDS, MAPS, STATEMENT_NEEDS, STATEMENTS
from portal.meetings.opinions.pictures import Picture, picture
from portal.meetings.opinions.standing import standing
from portal.threads.models import View

act = action_view(MAPS, MAP_ACTIONS)
statement_act = action_view(STATEMENTS, STATEMENT_ACTIONS)


@require_safe
def opinion_map(request: HttpRequest, pk: int) -> HttpResponse:
    """The map: what comes next to answer, the picture, what all share, what each group holds."""
    found = MAPS.open(request, pk)
    drawn, mine = picture(found), reactions_of(request.user, found)
    own = standing(found.snapshot, mine, drawn.needs_reactions) if found.snapshot else None
    context = {
        **_common(request, found),
        "picture": drawn,
        "mine": mine,
        "next": _next(found, drawn, mine),
        "answered": len(mine),
        "map_statements": drawn.statements,
        "own": own,
        "nearest": drawn.groups[own.group] if own else None,
        "alike": [(part.name, n) for part, n in zip(drawn.groups, own.alike, strict=True)] if own else [],
        "lacking": max(drawn.needs_reactions - len(mine), 0),
        "rows": [(row, mine.get(row.key)) for row in drawn.told],
    }
    return render(request, "meetings/opinions/map.html", context)


@require_safe
def statements(request: HttpRequest, pk: int) -> HttpResponse:
    """All statements by their numbers, each with what all say and what the reader said."""
    found = MAPS.open(request, pk)
    mine, page = (
        reactions_of(request.user, found),
        paged(request, found.statements.order_by("number"), PORTION),
    )
    told = {row.key: row for row in picture(found).rows}
    context = {
        **_common(request, found),
        "page": page,
        "rows": [(one, told.get(one.pk), mine.get(one.pk)) for one in page],
        "may_moderate": _may(request.user, "take_down", found),
    }
    return render(request, "meetings/opinions/statements.html", context)


@signed_in
@once
def begin(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put the first statement about a thing; a map that was begun meanwhile takes it as one of its own."""
    about = subjects.about(f"{kind}:{pk}")
    set_here(request, about.neighbourhood)
    begun = OpinionMap.objects.filter(subject=about.subject).first()
    if begun is not None and request.method != "POST":
        return redirect(begun.get_absolute_url())
    if MAP_NEEDS["put"].roles.isdisjoint(roles_in(request.user, about.neighbourhood)):
        raise PermissionDenied("put")

    def put(form: FirstForm) -> str:
        return services.begin(account(request), about.subject, **form.cleaned_data).map.get_absolute_url()

    form = FirstForm(sent(request), initial=typed_before(request))
    return handle_form(
        request,
        form,
        put,
        "meetings/opinions/begin.html",
        {"about": about, "tab": tab_of(about.subject)},
        ask=lambda: subjects.require_open(about.subject),
    )


def reactions_of(user: Visitor, map_: OpinionMap) -> dict[int, int]:
    """What the reader said to the statements shown, by key."""
    person = getattr(user, "person_id", None)
    if person is None:
        return {}
    own = Reaction.objects.filter(person=person, statement__map=map_, statement__taken_down_at=None)
    return dict(own.values_list("statement_id", "value"))


def tab_of(subject: str) -> str:
    """Behind which door of the portal the thing stands."""
    return "topics" if subject.startswith("topic:") else "meetings"


def _common(request: HttpRequest, found: OpinionMap) -> dict[str, Any]:
    about = subjects.about(found.subject)
    open_now: list[Offer] = offers(request, MAPS, MAP_ACTIONS, found, ROUTE)
    return {
        "map": found,
        "about": about,
        "views": View,
        "route": STATEMENT_ROUTE,
        "may_react": about.takes and _may(request.user, "react", found),
        "offers": [offer for offer in open_now if about.takes or offer.name != "put"],
        "tab": tab_of(found.subject),
    }


def _may(user: Visitor, action: str, found: OpinionMap) -> bool:
    return not STATEMENT_NEEDS[action].roles.isdisjoint(roles_in(user, found.neighbourhood))


def _next(found: OpinionMap, drawn: Picture, mine: dict[int, int]) -> Statement | None:
    """The statement to answer next: of those not answered the one that fewest have, as it was last reckoned."""
    seen = {row.key: row.seen for row in drawn.rows}
    return min(
        found.statements.shown().exclude(pk__in=mine),
        key=lambda one: (seen.get(one.pk, 0), one.number),
        default=None,
    )
