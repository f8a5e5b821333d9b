"""The calendar of a neighbourhood as a page and as a feed; how a phone subscribes to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.actions.dates import date_kinds, own_dates
from portal.actions.web import once
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import account, signed_in
from portal.kit import clock
from portal.meetings.calendar import links
from portal.meetings.calendar.feeds import AHEAD, feed_of, own_feed
from portal.meetings.calendar.reading import month, month_of

LIST, GRID = "list", "month"


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A month: squares on a wide screen with the days below them on a phone, or the list of days alone."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    kinds = date_kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in {one.name for one in kinds} else ""
    usual = LIST if getattr(request, "elder", False) else GRID
    view = request.GET.get("view", usual)
    context = {
        "month": month(here, request.user, month_of(request.GET.get("month", "")), kind),
        "kinds": kinds,
        "kind": kind,
        "view": view if view in {LIST, GRID} else usual,
        "today": clock.today(),
    }
    return render(request, "meetings/calendar/calendar.html", context)


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The calendar as a file to subscribe to: what everybody may read, of all kinds or one."""
    kind = request.GET.get("kind", "")
    if kind and kind not in {one.name for one in date_kinds()}:
        raise Http404(kind)
    return feed_of(request, neighbourhood_or_404(slug), kind)


@require_safe
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    """How a phone takes the neighbourhood's calendar over and keeps it up to date."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    address = request.build_absolute_uri(reverse("meetings:calendar_feed", args=[slug]))
    return render(request, "meetings/calendar/subscribe.html", _address(address))


@signed_in
@once
def own(request: HttpRequest) -> HttpResponse:
    """One's own dates, and the address under which a phone reads them; asked for, it is made."""
    user = account(request)
    if request.method == "POST":
        links.make(user)
        messages.success(request, _("Your calendar has an address now."))
        return redirect("meetings:own_calendar")
    context: dict[str, object] = {"lines": own_dates(user, clock.now(), clock.now() + AHEAD)}
    if token := links.token_of(user):
        context |= _address(request.build_absolute_uri(reverse("meetings:own_calendar_file", args=[token])))
    return render(request, "meetings/calendar/own.html", context)


@signed_in
@once
def renew(request: HttpRequest) -> HttpResponse:
    """Ask, and then give one's calendar another address."""
    if request.method != "POST":
        return render(request, "meetings/calendar/renew.html")
    links.renew(account(request))
    messages.success(request, _("Your calendar has another address. The former one leads nowhere."))
    return redirect("meetings:own_calendar")


@signed_in
@once
def end(request: HttpRequest) -> HttpResponse:
    """Ask, and then let one's calendar have no address."""
    if request.method != "POST":
        return render(request, "meetings/calendar/end.html")
    links.end(account(request))
    messages.success(request, _("Your calendar has no address any more."))
    return redirect("meetings:own_calendar")


@require_safe
@never_cache
def own_file(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's own calendar, for whoever has its address."""
    user = links.reader(token)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return own_feed(request, user)


def _address(address: str) -> dict[str, str]:
    """An address, and the same as phones open it at once."""
    return {"address": address, "webcal": address.replace("https:", "webcal:").replace("http:", "webcal:")}
