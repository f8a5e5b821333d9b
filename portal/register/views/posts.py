"""Who holds which post here, and giving and ending posts."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.actions.web import once, refused
from portal.community.models import Appointment, Area
from portal.community.permissions import posts_to_give
from portal.community.web import account, sent, typed_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.register.forms import AppointForm
from portal.register.services import posts
from portal.register.views.desk import at_desk


@at_desk("see_posts")
@once
def appointments(request: HttpRequest, neighbourhood: Area) -> HttpResponse:
    """The posts of a neighbourhood; the director and the subdistrict's officer give them."""
    offered = posts_to_give(request.user, neighbourhood)
    form = AppointForm(
        sent(request), neighbourhood=neighbourhood, offered=offered, initial=typed_before(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            posts.appoint(account(request), form.cleaned_data["who"], form.term)
        except NotPossible as error:
            refused(request, form, error)
        else:
            messages.success(request, _("The post is given; it counts from its first day."))
            return redirect("register:posts", neighbourhood.slug)
    page = {"form": form, "offered": offered, "held": _held(neighbourhood), "neighbourhood": neighbourhood}
    return render(request, "register/posts.html", page, status=409 if form.errors else 200)


@at_desk("appoint")
@require_POST
@once
def dismiss(request: HttpRequest, neighbourhood: Area, pk: int) -> HttpResponse:
    """End a post today."""
    get_object_or_404(Appointment, pk=pk, area__path__startswith=neighbourhood.path)
    try:
        posts.dismiss(account(request), pk)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The post has ended."))
    return redirect("register:posts", neighbourhood.slug)


def _held(neighbourhood: Area) -> list[Appointment]:
    """Posts that hold or will hold, in the order of their area and kind."""
    here = Appointment.objects.filter(
        Q(until=None) | Q(until__gt=clock.today()), area__path__startswith=neighbourhood.path
    )
    return list(here.select_related("person", "area").order_by("area__path", "post", "since"))
