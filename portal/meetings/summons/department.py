"""What a department sees and says, without an account, behind its link.

What stands in the link goes out of the address at once and into the session, so that no log, history or later page
carries it. Whoever tries links is stopped by the address it comes from.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from portal.actions.retrying import once_more
from portal.actions.views import handle_form
from portal.community.requests import set_here
from portal.community.web import sent
from portal.duties.models import Duty
from portal.kit.limits import HOUR, Limit, allow
from portal.meetings.models import DepartmentLink
from portal.meetings.states.summons import ANSWERABLE
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import links
from portal.meetings.summons.clocks import CLOCKS
from portal.meetings.summons.forms import AnswerFields, LinkReportForm
from portal.meetings.summons.services import answering, writing
from portal.record.services import key

TOKEN = "summons-link"  # noqa: S105 - the name of a place in the session
TRIES = Limit(60, HOUR)
FORMS = {S.SENT: AnswerFields, S.UNANSWERED: AnswerFields, S.UNDERTAKEN: LinkReportForm}


@never_cache
@require_safe
@sensitive_variables("token")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Come in by the link: it leaves the address, and what it opens is shown."""
    if not allow("summons-link", get_ip(request), TRIES):
        return render(request, "429.html", status=429)
    link = links.found(token)
    if link is None:
        return render(request, "meetings/summons/no_link.html", status=404)
    request.session[TOKEN] = token
    return redirect("meetings:department")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once_more
@sensitive_variables("token", "link")
def department(request: HttpRequest) -> HttpResponse:
    """The summons as the department reads it; its answer, then its report. A link that does not hold says so."""
    token = request.session.get(TOKEN, "")
    link = links.found(token) if token else None
    if link is None:
        return render(request, "meetings/summons/no_link.html", status=404)
    if request.method == "POST" and not allow("summons-answer", get_ip(request), TRIES):
        return render(request, "429.html", status=429)
    set_here(request, link.summons.neighbourhood)
    if not links.holds(link):
        # What ended well is no error; what was withdrawn or ran out is gone.
        ended = link.revoked_at is not None and link.summons.concluded_at is not None
        context = {"summons": link.summons, "link": link, "ended": ended}
        return render(request, "meetings/summons/no_link.html", context, status=410)
    answering.opened(link)
    return _page(request, token, link)


def _page(request: HttpRequest, token: str, link: DepartmentLink) -> HttpResponse:
    summons, state = link.summons, S(link.summons.state)
    context: dict[str, Any] = {
        "summons": summons,
        "state": state,
        "link": link,
        "answers": state in ANSWERABLE,
        "decisions": list(summons.decisions.all()),
        "due": _due(link),
        "others": [one.department for one in writing.together(summons) if one.sent_at],
    }
    kind = FORMS.get(state)
    if kind is None:
        if request.method == "POST":
            messages.info(request, _("This has moved on meanwhile."))
            return redirect("meetings:department")
        return render(request, "meetings/summons/department.html", context)
    form = kind(sent(request), **({"summons": summons} if kind is LinkReportForm else {}))

    def work(form: Any) -> str:
        if kind is AnswerFields:
            answering.answer_by_link(token, **form.cleaned_data)
        else:
            answering.report_by_link(token, **form.cleaned_data)
        messages.success(request, _("Thank you. The residents’ committee is told."))
        return reverse("meetings:department")

    try:
        return handle_form(request, form, work, "meetings/summons/department.html", context)
    except Http404:
        return redirect("meetings:department")


def _due(link: DepartmentLink) -> Any:
    """Until when the department is asked to answer or report, as it stands for the committee."""
    clock = CLOCKS.get(S(link.summons.state))
    if clock is None:
        return None
    standing = Duty.objects.active().about(key(link.summons)).filter(kind=clock[0])
    return standing.values_list("due_at", flat=True).first()
