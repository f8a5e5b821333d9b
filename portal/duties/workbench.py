"""The pages of the workbench: what somebody owes or watches over, and what is done to several at once."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.actions.views import action_view
from portal.community import rules
from portal.community.web import account, signed_in
from portal.duties.actions import DESK_ACTIONS
from portal.duties.desk import OVERDUE, SORTS, Desk, found, group_counts, grouped, sorted_by
from portal.duties.forms import DeskForm
from portal.duties.levels import LEVELS
from portal.duties.permissions import WORKBENCH
from portal.duties.services import waiting_for

PAGE = 20

act = action_view(WORKBENCH, DESK_ACTIONS)


@require_safe
@signed_in
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """What is owed here, the most urgent first: one's own, the team's, and for those who watch over it everybody's."""
    here, user = WORKBENCH.open(request, slug, "work"), account(request)
    desk = Desk(user, here)
    tabs, shut = desk.counted()
    whose = request.GET.get("whose", "")
    if whose not in {tab.name for tab in tabs}:
        # Whoever owes nothing here and watches over others begins with these.
        whose = "mine" if tabs[0].count or not desk.watching else "all"
    part = desk.part(whose)
    form = DeskForm(request.GET, here=here, part=part)
    asked = form.asked()
    listed = found(part, asked)
    counts = group_counts(listed)
    page = Paginator(sorted_by(listed, asked["sort"]), PAGE).get_page(request.GET.get("page", "1"))
    rows = desk.rows(page)
    context = {
        "here": here,
        "desk": desk,
        "several": bool(desk.team.others) or desk.watching,
        "tabs": tabs,
        "whose": whose,
        "form": form,
        "asking": any(asked.values()),
        "page": page,
        "rows": rows,
        "groups": [{"rows": rows}] if asked["sort"] in SORTS else grouped(rows, counts),
        "overdue": counts.get(OVERDUE, 0),
        "back": request.GET.urlencode(),
        "steps": [days for days in rules.rule(LEVELS, here) if days],
        "elsewhere": waiting_for(user).exclude(neighbourhood=here).count(),
        **shut,
    }
    return render(request, "duties/workbench.html", context)
