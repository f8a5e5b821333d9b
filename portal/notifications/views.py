"""One's own notices: reading them, and choosing what comes by e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.community.models import User
from portal.community.web import account, signed_in
from portal.notifications import services
from portal.notifications.forms import PreferenceForm
from portal.notifications.kinds import mail_groups
from portal.notifications.models import Notice, Preference

PAGE = 20


@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """One's notices, newest first."""
    own = Notice.objects.visible_to(request.user).select_related("neighbourhood")
    return render(
        request, "notifications/notices.html", {"page": Paginator(own, PAGE).get_page(_number(request))}
    )


@require_POST
@signed_in
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    try:
        notice = services.open_notice(account(request), pk)
    except Notice.DoesNotExist as missing:
        raise Http404 from missing
    return redirect(notice.url if _is_ours(notice.url) else "notifications:notices")


@require_POST
@signed_in
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    services.read_all(account(request))
    messages.success(request, _("All notices are marked as read."))
    return redirect("notifications:notices")


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Which news come by e-mail."""
    form = PreferenceForm(
        request.POST if request.method == "POST" else None, initial=_chosen(account(request))
    )
    if form.is_bound and form.is_valid():
        services.choose_mail(account(request), form.cleaned_data["mail"])
        messages.success(request, _("Saved."))
        return redirect("notifications:notices")
    return render(request, "notifications/preferences.html", {"form": form})


def _chosen(user: User) -> dict[str, Any]:
    kept = Preference.objects.filter(user=user).first()
    unwanted = set(kept.no_mail) if kept else set()
    return {"mail": [group for group, _label in mail_groups() if group not in unwanted]}


def _number(request: HttpRequest) -> str:
    return request.GET.get("page", "1")


def _is_ours(url: str) -> bool:
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
