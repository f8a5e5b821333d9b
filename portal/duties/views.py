"""The workbench of those who owe something, the public figures, and public notices."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community import rules
from portal.community.models import User
from portal.community.permissions import NEIGHBOUR, roles_in
from portal.community.places import neighbourhood_or_404
from portal.community.requests import set_here
from portal.community.web import signed_in, typed_before
from portal.duties import services
from portal.duties.forms import ObjectionForm, WhoseForm
from portal.duties.levels import LEVELS
from portal.duties.models import Duty, DutyQuerySet, PublicNotice
from portal.duties.permissions import duties_for, may_object, may_see_all, may_work
from portal.kit import clock
from portal.kit.errors import NotPossible

PAGE = 50


@require_safe
@signed_in
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """What is owed here, the most urgent first: one's own, and for those who watch over it everybody's."""
    here = neighbourhood_or_404(slug)
    if not may_work(request.user, here):
        raise PermissionDenied("workbench")
    watching = may_see_all(request.user, here)
    form = WhoseForm(request.GET or None)
    own = services.waiting_for(request.user)
    everybody = watching and form.is_valid() and form.cleaned_data["whose"] == "all"
    duties = duties_for(request.user, here, own) if everybody else own.filter(neighbourhood=here)
    page = Paginator(_shown(duties), PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "here": here,
        "form": form if watching else None,
        "everybody": everybody,
        "page": page,
        "rows": _rows(list(page)),
        "overdue": duties.filter(due_at__lte=clock.now()).count(),
        "steps": [days for days in rules.rule(LEVELS, here) if days],
        "elsewhere": own.exclude(neighbourhood=here).count(),
    }
    return render(request, "duties/workbench.html", context)


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
    notice = _notice(request, pk)
    typed = typed_before(request, reverse("duties:object", args=[pk]))
    return _notice_page(request, notice, ObjectionForm(initial=typed))


@signed_in
@once
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a public notice."""
    notice = _notice(request, pk)
    if request.method != "POST":
        return redirect(notice)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            services.object_to(cast(User, request.user), notice, form.cleaned_data["text"])
        except NotPossible as error:
            refused(request, form, error)
            return _notice_page(request, notice, form, status=409)
        messages.success(request, _("Your objection is published below; the committee was told."))
        return redirect(notice)
    return _notice_page(request, notice, form)


def _notice_page(
    request: HttpRequest, notice: PublicNotice, form: ObjectionForm, status: int = 200
) -> HttpResponse:
    set_here(request, notice.neighbourhood)
    objections = list(notice.objections.select_related("person"))
    person = getattr(request.user, "person_id", None)
    context = {
        "tab": "home",
        "notice": notice,
        "objections": objections,
        "form": form if _may_still_object(request, notice, objections) or form.errors else None,
        "door": not notice.is_over and not request.user.is_authenticated,
        "outsider": request.user.is_authenticated
        and NEIGHBOUR.isdisjoint(roles_in(request.user, notice.neighbourhood)),
        "mine": person,
    }
    return render(request, "duties/public_notice.html", context, status=status)


def _may_still_object(request: HttpRequest, notice: PublicNotice, objections: list[Any]) -> bool:
    if notice.is_over or not may_object(request.user, notice):
        return False
    person = getattr(request.user, "person_id", None)
    return all(objection.person_id != person for objection in objections)


def _notice(request: HttpRequest, pk: int) -> PublicNotice:
    return get_object_or_404(
        PublicNotice.objects.visible_to(request.user).select_related("neighbourhood"), pk=pk
    )


def _shown(duties: DutyQuerySet) -> DutyQuerySet:
    return duties.select_related("person", "area", "neighbourhood").order_by("due_at", "pk")


def _rows(duties: list[Duty]) -> list[dict[str, Any]]:
    owers = services.who_owes(duties)
    return [{"duty": duty, "who": owers[duty.pk]} for duty in duties]
