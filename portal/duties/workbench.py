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
from portal.duties.desk import OVERDUE, SORTS, Desk, group_counts, grouped
from portal.duties.levels import LEVELS
from portal.duties.listing import Question
from portal.duties.permissions import WORKBENCH

PAGE = 20

act = action_view(WORKBENCH, DESK_ACTIONS)


@require_safe
@signed_in
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """What is owed here, the most urgent first: one's own, the team's, and for those who watch over it everybody's."""
    here, user = WORKBENCH.open(request, slug, "work"), account(request)
    desk = Desk(user, here)
    question = Question(desk, request.GET)
    counts = group_counts(question.listed)
    paginator = Paginator(question.ordered, PAGE)
    # The groups have been counted.
    vars(paginator)["count"] = sum(counts.values())
    page = paginator.get_page(request.GET.get("page", "1"))
    rows = desk.rows(page)
    context = {
        "here": here,
        "desk": desk,
        "several": bool(desk.team.others) or desk.watching,
        "tabs": question.tabs,
        "whose": question.whose,
        "form": question.form,
        "asking": any(question.asked.values()),
        "page": page,
        "rows": rows,
        "groups": [{"rows": rows}] if question.asked["sort"] in SORTS else grouped(rows, counts),
        "overdue": counts.get(OVERDUE, 0),
        "back": request.GET.urlencode(),
        "steps": [days for days in rules.rule(LEVELS, here) if days],
        "elsewhere": desk.elsewhere(),
        **question.shut,
    }
    return render(request, "duties/workbench.html", context)
