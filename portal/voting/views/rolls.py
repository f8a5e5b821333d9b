"""The roll, for the staff who keep it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.voting.forms import RollFilter
from portal.voting.permissions import vote_for
from portal.voting.views.boxes import stand_in

ROLL_PAGE = 100


@require_safe
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll with names and flats, for the staff who keep it. It does not say who voted, nor how."""
    found = vote_for(request.user, pk, "see_roll")
    stand_in(request, found.neighbourhood)
    form = RollFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    lines = found.roll.select_related("person", "building").filter(_matching(wanted))
    page = Paginator(lines.order_by("number"), ROLL_PAGE).get_page(request.GET.get("page"))
    return render(request, "voting/roll.html", {"vote": found, "form": form, "page": page})


def _matching(wanted: str) -> Q:
    """Lines of the roll by name, flat or code (e57)."""
    if not wanted:
        return Q()
    by_text = Q(person__real_name__icontains=wanted) | Q(where__icontains=wanted)
    digits = wanted.lower().removeprefix("e")
    return (
        by_text | Q(number=int(digits))
        if digits.isascii() and digits.isdigit() and len(digits) < 10
        else by_text
    )
