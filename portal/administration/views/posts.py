"""The posts that no desk gives."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actions.actions import offers
from portal.actions.views import handle_form
from portal.actions.web import once
from portal.administration.forms import GiveForm
from portal.administration.permissions import AREAS
from portal.administration.services import officers
from portal.community.models import Appointment, Area
from portal.community.places import neighbourhood_of
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.register.actions import APPOINTMENT
from portal.register.permissions import APPOINTMENTS, operator_gives
from portal.register.services.undoing import ended_of

CODE = "first_code"


@signed_in
@once
def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds the posts of a place that whoever runs the portal gives; and giving one."""
    area = AREAS.open(request, pk, "see")
    gives = operator_gives(area)

    def give(form: GiveForm) -> str:
        given = officers.give(account(request), form.cleaned_data["who"], form.term)
        said = _("The post is given; it counts from its first day: %(who)s")
        messages.success(request, said % {"who": given.held.record_title})
        if given.code:
            request.session[CODE] = {"code": given.code, "held": given.held.pk, "area": pk}
        return reverse("administration:posts", args=[pk])

    held = Appointment.objects.standing().filter(area=area, post__in=gives)
    shown = paged(
        request, held.select_related("person", "area", "deputy_for").order_by("post", "since", "pk")
    )
    ended = ended_of(area).filter(post__in=gives)[:20]
    form = GiveForm(sent(request), area=area, offered=gives, initial=typed_before(request))
    page = {
        "area": area,
        "page": shown,
        "held": [(one, _offers(request, one, area)) for one in shown],
        "ended": list(ended),
        "may_give": AREAS.may(account(request), "give_post", area) and gives,
        "given": _code(request, pk),
    }
    return handle_form(request, form, give, "administration/posts.html", page)


def _offers(request: HttpRequest, held: Appointment, area: Area) -> list[object]:
    held.area = area
    here = neighbourhood_of(area)
    if here is not None:
        held.area.__dict__["neighbourhood"] = here
    return list(offers(request, APPOINTMENTS, APPOINTMENT, held, "register:appointment"))


def _code(request: HttpRequest, pk: int) -> str:
    """The code that was just made, shown once and to whoever gave the post."""
    given = request.session.get(CODE)
    if request.method == "POST" or not given or given["area"] != pk:
        return ""
    del request.session[CODE]
    return str(given["code"])
