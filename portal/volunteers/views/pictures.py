"""What came of it: one's own year, the neighbourhood's, a district's, and the wall of thanks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.views import handle_form
from portal.actions.web import once
from portal.community.models import Area, Kind, Person
from portal.community.rules import rule
from portal.community.web import account, sent, signed_in
from portal.kit import paging
from portal.kit.paging import paged
from portal.volunteers import certificates, sums
from portal.volunteers.forms.hours import VolunteerForm, YearForm
from portal.volunteers.models import HourRecord, Membership, Team, Volunteer
from portal.volunteers.permissions import PLACES
from portal.volunteers.services import volunteers

SUMMED = (Kind.DISTRICT, Kind.SUBDISTRICT, Kind.NEIGHBOURHOOD)


@require_safe
@signed_in
def my_hours(request: HttpRequest) -> HttpResponse:
    """One's own year: hours by month and kind, mutual aid apart, every record with its state."""
    person = _person(request)
    own = HourRecord.objects.filter(person=person)
    form = YearForm(sums.years_of(own), request.GET or None)
    year = sums.of_person(person, form.chosen())
    total = own.counted().minutes()
    context = {
        "form": form,
        "year": form.chosen(),
        "own": year,
        "total": total,
        "page": paged(request, sums.in_year(own, form.chosen()).select_related("activity", "shift", "team")),
        "teams": Membership.objects.active().filter(person=person).select_related("team"),
        "volunteer": Volunteer.objects.filter(person=person).first(),
        "stars": certificates.stars(total, rule("stars")),
    }
    return render(request, "volunteers/my_hours.html", context)


@signed_in
@once
def me_volunteer(request: HttpRequest) -> HttpResponse:
    """The number on the city's site, and whether neighbours may read the name."""
    held = Volunteer.objects.filter(person=_person(request)).first()
    initial = {"site_number": held.site_number, "named": held.named_since is not None} if held else {}

    def work(form: VolunteerForm) -> str:
        volunteers.choose(account(request), **form.cleaned_data)
        messages.success(request, _("Kept. You can change it at any time."))
        return request.path

    form = VolunteerForm(sent(request), initial=initial)
    return handle_form(request, form, work, "volunteers/me_volunteer.html", {"volunteer": held})


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """A neighbourhood's volunteers: the year's hours, the teams, who needs hands next week, the wall of thanks."""
    here = PLACES.open(request, slug)
    form = YearForm(
        sums.years_of(HourRecord.objects.counted().filter(neighbourhood=here)), request.GET or None
    )
    total = sums.of_neighbourhood(here, form.chosen())
    context = {
        "form": form,
        "year": form.chosen(),
        "sums": total,
        "least": sums.LEAST,
        "teams": Team.objects.active().filter(neighbourhood=here)[: paging.PAGE],
        "wanting": sums.wanting(request.user, here)[:20],
        "wall": sums.wall(here, form.chosen(), total.people),
        "may_export": PLACES.may(request.user, "export", here),
    }
    return render(request, "volunteers/overview.html", context)


@require_safe
def place_sums(request: HttpRequest, slug: str) -> HttpResponse:
    """The sums of a district, a subdistrict or a neighbourhood, for anybody."""
    area = get_object_or_404(Area, slug=slug, kind__in=SUMMED)
    if area.is_neighbourhood:
        PLACES.open(request, slug)
    form = YearForm(sums.years_in(area), request.GET or None)
    context = {
        "area": area,
        "form": form,
        "year": form.chosen(),
        "sums": sums.of_place(area, form.chosen()),
        "least": sums.LEAST,
        "above": [one for one in area.get_ancestors() if one.kind in SUMMED],
    }
    return render(request, "volunteers/sums.html", context)


def _person(request: HttpRequest) -> Person:
    person = account(request).person
    if person is None:
        raise PermissionDenied("nobody stands behind the account")
    return person
