"""Where a promise is settled, the public figures, and public notices."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.community import rules
from portal.community.models import User
from portal.community.permissions import roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.web import account, signed_in
from portal.duties import services, tiles
from portal.duties.actions import ACTIONS
from portal.duties.counted import period
from portal.duties.kinds import closed_to
from portal.duties.models import Duty
from portal.duties.permissions import NOTICES, WORKBENCH, overseen
from portal.duties.services.promises import owed_in_team
from portal.duties.steps import step_of
from portal.duties.trends import LEAST, last_months
from portal.kit.paging import paged
from portal.notifications.models import Notice


@require_safe
@signed_in
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """To the form that settles a duty, for whoever owes it; to the page it is about where it cannot be done now.

    One address for lists and letters, so that nobody has to look for the button. 404 for whoever may not see the duty.
    """
    duty = _seen(request, pk)
    way = step_of(duty, account(request))
    return redirect(way.url if way else duty.url)


@require_safe
@signed_in
def date(request: HttpRequest, pk: int) -> HttpResponse:
    """How the date of a duty was counted, for lists that have no room for it. 404 for whoever may not see the duty."""
    duty = _seen(request, pk)
    context = {
        "duty": duty,
        "here": duty.neighbourhood,
        "tab": "me",
        "who": services.who_owes([duty])[duty.pk],
    }
    return render(request, "duties/date.html", context)


@require_safe
@signed_in
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of six months; who serves the whole subdistrict sees its neighbourhoods beside each other."""
    here = WORKBENCH.open(request, slug, "see_all")
    around, places = overseen(request.user, here)
    context = {
        "here": here,
        "tiles": tiles.tiles(here),
        "months": [tiles.month_name(month) for month in last_months()],
        "least": rules.rule(LEAST, here),
        "around": around,
        "lines": tiles.compare(places, here, {place.pk for place in places}) if places else [],
    }
    return render(request, "duties/figures/figures.html", context)


@require_safe
def promises(request: HttpRequest, slug: str) -> HttpResponse:
    """How many promises each post kept in time in the last twelve months."""
    here = neighbourhood_or_404(slug)
    figures = services.kept_promises(here)
    context = {
        "here": here,
        "tab": "home",
        "figures": figures,
        "kept": sum(figure.kept for figure in figures),
        "total": sum(figure.total for figure in figures),
        "overdue": sum(figure.overdue for figure in figures),
    }
    return render(request, "duties/promises.html", context)


@require_safe
def public_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A public notice as it is posted and printed, with what was objected to it."""
    notice = NOTICES.open(request, pk)
    context = {
        "tab": "home",
        "notice": notice,
        "count": period(notice.starts_at, notice.ends_at),
        "page": paged(request, notice.objections.select_related("person").order_by("-at", "-pk")),
        "offers": offers(request, NOTICES, ACTIONS, notice, "duties:act"),
        "outsider": request.user.is_authenticated and not NOTICES.may(request.user, "object", notice),
        "mine": getattr(request.user, "person_id", None),
    }
    return render(request, "duties/public_notice.html", context)


act = action_view(NOTICES, ACTIONS)


def _seen(request: HttpRequest, pk: int) -> Duty:
    duty = Duty.objects.select_related("neighbourhood", "person", "area").filter(pk=pk).first()
    if duty is None or not _may_see(account(request), duty):
        raise Http404(f"duty {pk}")
    return duty


def _may_see(user: User, duty: Duty) -> bool:
    here = duty.neighbourhood
    watches = WORKBENCH.may(user, "see_all", here) and duty.kind not in closed_to(roles_in(user, here))
    return watches or owed_in_team(user).filter(pk=duty.pk).exists() or _was_told(user, duty)


def _was_told(user: User, duty: Duty) -> bool:
    """Whoever was reminded of it finds its page also when it is done, or somebody else's by now."""
    return Notice.objects.filter(user=user, url=duty.step_url).exists()
