"""One's own notices: reading them, and choosing what comes by e-mail."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.community.models import Appointment, Post, User
from portal.community.places import neighbourhood_or_404, touching
from portal.community.web import account, signed_in
from portal.kit import clock, webpush, wechat
from portal.kit.errors import NotPossible
from portal.kit.limits import HOUR, Limit, allow
from portal.kit.paging import at_once, paged
from portal.notifications import choosing, pushing, services, ways_out, wechatting
from portal.notifications import following as follows
from portal.notifications.forms import WAY, PreferenceForm, PushForm
from portal.notifications.kinds import mail_groups
from portal.notifications.models import Channel, Notice, Pace, PushDevice, WechatLink
from portal.notifications.parcels import matters
from portal.notifications.pushing import PUSH_COOKIE
from portal.notifications.ways_out import WayOut
from portal.record.wording import subject_label

WORKER = "js/sw.js"
YEAR = 365 * 24 * 3600


@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """One's notices, newest first; what is about one matter stands together."""
    own = Notice.objects.visible_to(request.user).select_related("neighbourhood")
    page = Paginator(own, at_once(request)).get_page(_number(request))
    return render(request, "notifications/notices.html", {"page": page, "matters": matters(list(page))})


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
    """Which news come, by which ways and how soon."""
    user = account(request)
    ways = choosing.ways_of(user)
    form = PreferenceForm(
        request.POST if request.method == "POST" else None, ways=ways, initial=_chosen(user, ways)
    )
    if form.is_bound and form.is_valid():
        choosing.choose_groups(user, form.cleaned_data["mail"], form.cleaned_data["hidden"])
        choosing.choose_ways(user, form.paces())
        messages.success(request, _("Saved."))
        return redirect("notifications:notices")
    devices = PushDevice.objects.filter(user=user).count()
    said = {"form": form, "push_key": webpush.public_key(), "devices": devices, "wechat": wechat.is_set_up()}
    return render(request, "notifications/preferences.html", said, status=422 if form.is_bound else 200)


@require_POST
@signed_in
def push_in(request: HttpRequest) -> HttpResponse:
    """Let news into this browser; a cookie keeps which of the account's it is, so that signing out ends it."""
    said = PushForm(request.POST)
    response = redirect("notifications:preferences")
    try:
        device = pushing.let_in(account(request), said.browser())
    except NotPossible as error:
        messages.error(request, str(error))
        return response
    messages.success(request, _("News comes to this device too, until you sign out here."))
    response.set_cookie(
        PUSH_COOKIE,
        device.mark,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
@signed_in
def push_out(request: HttpRequest) -> HttpResponse:
    """Send news to no browser of the account any more."""
    pushing.let_out(account(request))
    messages.success(request, _("News comes to no device of yours any more."))
    return redirect("notifications:preferences")


@signed_in
def wechat_code(request: HttpRequest) -> HttpResponse:
    """The code that links one's WeChat: asked for by a press, then shown until it holds no more."""
    if not wechat.is_set_up():
        raise Http404
    user = account(request)
    if request.method == "POST":
        wechatting.offer_code(user)
        return redirect("notifications:wechat_code")
    row = WechatLink.objects.filter(user=user).first()
    holds = row is not None and row.code_until is not None and not clock.passed(row.code_until)
    said = {"link": row, "code": row.code if row and holds else "", "name": settings.WECHAT_HTTP["name"]}
    return render(request, "notifications/wechat.html", said)


@require_POST
@signed_in
def wechat_out(request: HttpRequest) -> HttpResponse:
    """Send nothing to one's WeChat any more."""
    wechatting.unlink(account(request))
    messages.success(request, _("News goes to WeChat no more."))
    return redirect("notifications:wechat_code" if wechat.is_set_up() else "notifications:preferences")


@csrf_exempt
@require_POST
def wechat_link(request: HttpRequest) -> HttpResponse:
    """The gateway tells that a reader sent a code. The signature stands for it; whoever has none learns nothing."""
    if not wechat.is_from_gateway(request.get_full_path(), request.headers, request.body):
        return JsonResponse({"code": "FORBIDDEN"}, status=HTTPStatus.FORBIDDEN)
    try:
        said = json.loads(request.body)
        openid, code = str(said["openid"]), str(said["code"]).strip()
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"code": "BAD"}, status=HTTPStatus.BAD_REQUEST)
    if not allow("wechat-link", openid, Limit(10, HOUR)):
        return JsonResponse({"code": "LATER"}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse({"code": "OK" if wechatting.link(openid, code) else "UNKNOWN"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; standing at the top it speaks for the whole site."""
    text = Path(str(finders.find(WORKER))).read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": "max-age=3600"})


@require_safe
@signed_in
def following(request: HttpRequest) -> HttpResponse:
    """What one follows, and what one follows no more."""
    user = account(request)
    page = paged(request, follows.chosen(user))
    seen = filter(None, follows.followed(user, page))
    return render(request, "notifications/following.html", {"page": page, "chosen": list(seen)})


@signed_in
def follow(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Whether one follows a thing, and the button to change it; only oneself ever sees it."""
    subject = f"{kind}:{pk}"
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        follows.choose(account(request), subject, wanted=wanted)
        messages.success(request, _("You follow it.") if wanted else _("You follow it no more."))
        return redirect("notifications:follow", kind, pk)
    return render(request, "notifications/follow.html", {"seen": follows.look(account(request), subject)})


@require_safe
@signed_in
def posts(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds which post in a neighbourhood today, to choose whom to follow."""
    here = neighbourhood_or_404(slug)
    held = Appointment.objects.on(clock.today()).filter(touching(here.path)).exclude(post=Post.OPERATOR)
    listed = paged(request, held.select_related("person", "area").order_by("area__path", "pk"))
    return render(request, "notifications/posts.html", {"page": listed})


@csrf_exempt
def out(request: HttpRequest, token: str) -> HttpResponse:
    """The link out of a mail. Looking changes nothing, so that a scanner of links does no harm.

    The token stands for the account: no session is asked, and a mail program's own button (RFC 8058) sends no token
    against forgery. It is answered with 204 and not led on.
    """
    way = ways_out.read(token)
    if request.method != "POST":
        return render(request, "notifications/out.html", _way_out(way))
    if way.group:
        choosing.stop_group(way.user, way.group)
    elif way.channel:
        choosing.choose_ways(way.user, {way.channel: Pace.OFF})
    else:
        follows.choose(way.user, way.subject, wanted=request.POST.get("wanted") == "yes")
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect("notifications:out", token)


def _way_out(way: WayOut) -> dict[str, Any]:
    if way.group:
        return {"group": subject_label(way.group), "stopped": not choosing.is_mailed(way.user, way.group)}
    if way.channel:
        pace = choosing.ways_of(way.user).get(way.channel)
        return {"group": Channel(way.channel).label, "stopped": pace in (None, Pace.OFF)}
    return {"seen": follows.look(way.user, way.subject)}


def _chosen(user: User, ways: dict[str, str]) -> dict[str, Any]:
    kept = choosing.choices_of(user)
    wanted = [group for group, _label in mail_groups() if group not in kept.no_mail]
    return {"mail": wanted, "hidden": kept.hidden, **{WAY + channel: pace for channel, pace in ways.items()}}


def _number(request: HttpRequest) -> str:
    return request.GET.get("page", "1")


def _is_ours(url: str) -> bool:
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
