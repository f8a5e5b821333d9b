"""Pages of a result: of the round, of one project, of one's own share, and for computing it again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from allauth.core.internal.ratelimit import get_ip
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import condition, require_http_methods, require_safe

from portal.funds.allocating.services import latest
from portal.funds.ballot.selectors import annulment
from portal.funds.explaining import recomputing, saying
from portal.funds.explaining.forms import CodeForm
from portal.funds.explaining.own import own, spent_on
from portal.funds.explaining.permissions import CALLS, PROJECTS
from portal.funds.explaining.reading import explanation, page, under_way
from portal.funds.explaining.selectors import ballots_of, ticks_under, written
from portal.funds.explaining.told import Project, told
from portal.funds.models import Allocation, AllocationRun, Call
from portal.kit.limits import MINUTE, AtOnce, Limit, allow
from portal.record.hashing import canonical

# So many projects on which supporters had spent most are named.
MAINLY = 3
# Computing a round again: so often from one address, and so many at the same time.
OFTEN, AT_ONCE = Limit(10, MINUTE), AtOnce(2)


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result of a round in plain words; while it is computed, how far that is."""
    call = CALLS.open(request, pk)
    found, run = written(call), AllocationRun.objects.filter(call=call).first()
    if found is None and run is None:
        raise Http404
    if found is None:
        context = {**under_way(request, call, run), "broken": run.ended_at} if run else {}
        return render(request, "funds/explaining/computing.html", context)
    context = {
        "call": call,
        "run": run if run and run.ended_at is None else None,
        "allocation": found,
        "why": saying.computed_anew(found.why),
        "annulment": annulment(call),
        "form": CodeForm(),
        **page(request, told(found.payload)),
    }
    return render(request, "funds/explaining/result.html", context)


@require_safe
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why one project was chosen or not, in plain words and as a picture."""
    application = PROJECTS.open(request, pk)
    found = _written(application.call)
    result = told(found.payload)
    project = result.by_id.get(str(application.number))
    if project is None:
        raise Http404
    spent: list[tuple[Project, Fraction]] = []
    if project.at_step and result.by_shares and not project.won and recomputing.is_small(result):
        spent = spent_on(found.payload, result, project, ballots_of(found))
    context = {
        "mainly": spent[:MAINLY],
        "mainly_all": len(spent) <= MAINLY,
        "application": application,
        "call": application.call,
        "allocation": found,
        "form": CodeForm(),
        **explanation(result, project),
    }
    return render(request, "funds/explaining/why.html", context)


@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "ticks")
@require_http_methods(["GET", "HEAD", "POST"])
def own_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the share of the ballot with the check code that is sent went.

    The one form whose valid answer is a page: what it says would otherwise have to wait in a session or an address.
    Nothing of it is kept, here or in a browser.
    """
    call = CALLS.open(request, pk)
    found = _written(call, ballots=True)
    form = CodeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"call": call, "form": form}
    status = 200
    if form.is_bound:
        ticks = ticks_under(found, form.cleaned_data["code"]) if form.is_valid() else None
        if ticks is None:
            status = 422
            _unknown(form)
        else:
            result = told(found.payload)
            context |= {"told": result, "own": own(found.payload, result, ticks)}
    return render(request, "funds/explaining/own.html", context, status=status)


@require_safe
def recompute(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a small round again and compare; of a large one it says how to do that on one's own computer."""
    call = CALLS.open(request, pk)
    found = _written(call, ballots=True)
    result = told(found.payload)
    context: dict[str, Any] = {"call": call, "allocation": found, "small": recomputing.is_small(result)}
    if context["small"] and request.GET.get("now"):
        if AT_ONCE.full or not allow("fund-recompute", get_ip(request), OFTEN):
            return render(request, "funds/explaining/recompute.html", context | {"later": True}, status=429)
        checks = list(AT_ONCE.during(recomputing.again(call, found, result)))
        context |= {"checks": checks, "holds": all(one.holds for one in checks)}
    return render(request, "funds/explaining/recompute.html", context)


def _tag(request: HttpRequest, pk: int) -> str | None:
    found = Allocation.objects.filter(call=pk).order_by("-number").values_list("sha256", flat=True).first()
    return f'"{found}"' if found else None


@require_safe
@condition(etag_func=_tag)
def ballots_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots as they were computed, without names, as Pabulib text."""
    call = CALLS.open(request, pk)
    found = _written(call, ballots=True)
    return _file(found.instance.encode(), "text/plain; charset=utf-8", f"fund-{pk}-ballots.pb")


@require_safe
@condition(etag_func=_tag)
def payload_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as data, byte for byte what its fingerprint is of."""
    found = _written(CALLS.open(request, pk))
    return _file(canonical(found.payload), "application/json", f"fund-{pk}-result.json")


def _written(call: Call, *, ballots: bool = False) -> Allocation:
    """The allocation that holds, with its ballots where they are asked for. Raises Http404."""
    found = latest(call) if ballots else written(call)
    if found is None:
        raise Http404
    return found


def _unknown(form: CodeForm) -> None:
    """Say kindly that no ballot has the code."""
    if not form.has_error("code"):
        said = _(
            "No counted ballot has this code. Please compare each letter with what you wrote down. Whoever voted more "
            "than once has the code of the last ballot: those before were replaced."
        )
        form.add_error("code", said)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "public, max-age=300"
    return response
