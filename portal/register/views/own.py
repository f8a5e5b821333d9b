"""A section of one's own page with all that is in it: paged, by what still goes on and by kind."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.community import sections
from portal.community.sections import SECTIONS, SOURCES
from portal.community.web import account, signed_in
from portal.kit.paging import paged


@never_cache
@require_safe
@signed_in
def own(request: HttpRequest, section: str) -> HttpResponse:
    """All of one section; 404 for a word that names none."""
    if section not in SECTIONS:
        raise Http404(section)
    named = SECTIONS[section]
    if named.page:
        return redirect(named.page)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    page = {
        "section": named,
        "page": paged(request, sections.listed(account(request), section, state=state, kind=kind)),
        "states": _states(section, state),
        "kinds": _kinds(section, kind),
    }
    return render(request, "register/own.html", page)


def _states(section: str, chosen: str) -> list[tuple[str, object, bool]]:
    """What to filter by: value, words, whether it is chosen; nothing where nothing of the section ends."""
    if not sections.has_states(section):
        return []
    going, over = SECTIONS[section].states
    return [("going", going, chosen == "going"), ("over", over, chosen == "over")]


def _kinds(section: str, chosen: str) -> list[tuple[str, object, bool]]:
    sources = SOURCES[section]
    return [(str(at), one.label, chosen == str(at)) for at, one in enumerate(sources) if len(sources) > 1]
