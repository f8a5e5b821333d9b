"""The rules in force: for everybody, and for those who set a place's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.actions import offers
from portal.actions.views import action_view
from portal.administration.actions import OWN_RULES
from portal.administration.permissions import AREAS, RULES
from portal.administration.services import rules as service
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import signed_in

rule_act = action_view(RULES, OWN_RULES)


@require_safe
def in_force(request: HttpRequest, slug: str) -> HttpResponse:
    """By which numbers a neighbourhood goes, with source, since when, and what it has set for itself."""
    here = neighbourhood_or_404(slug)
    set_here(request, here)
    return render(request, "administration/in_force.html", {"groups": service.in_force(here), "tab": "home"})


@require_safe
@signed_in
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for whoever runs the portal, of any place with rules; with what can be set, and what was."""
    area = AREAS.open(request, pk, "see")
    own = [
        (row, label, said, offers(request, RULES, OWN_RULES, row, "administration:rule_act"))
        for row, label, said in service.own_rules(area)
    ]
    context = {
        "area": area,
        "groups": service.in_force(area),
        "own": own,
        "may_set": AREAS.may(request.user, "set_rule", area),
    }
    return render(request, "administration/rules.html", context)
