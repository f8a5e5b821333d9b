"""Who holds which post here, and giving and ending posts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.actions.actions import offers
from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community.finding import named
from portal.community.places import find_neighbourhoods
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit.paging import paged
from portal.register import actions, listing
from portal.register.forms import AppointForm
from portal.register.permissions import APPOINTMENTS, DESK, posts_to_give
from portal.register.services import posts, undoing

appointment = action_view(APPOINTMENTS, actions.APPOINTMENT)


@signed_in
@once
def appointments(request: HttpRequest, slug: str) -> HttpResponse:
    """The posts of a neighbourhood; the director and the subdistrict's officer give them."""
    here = DESK.open(request, slug, "see_posts")
    offered = posts_to_give(request.user, here)

    def appoint(form: AppointForm) -> str:
        posts.appoint(account(request), form.cleaned_data["who"], form.term)
        messages.success(request, _("The post is given; it counts from its first day."))
        return request.path

    shown = paged(request, listing.posts(here))
    find_neighbourhoods(one.area for one in shown)
    names = dict(named([one.person for one in shown], here))
    held = [
        (
            one,
            names[str(one.person_id)],
            offers(request, APPOINTMENTS, actions.APPOINTMENT, one, "register:appointment"),
        )
        for one in shown
    ]
    ended = [one for one in undoing.ended_lately(here) if one.post in offered]
    form = AppointForm(sent(request), neighbourhood=here, offered=offered, initial=typed_before(request))
    page = {"offered": offered, "held": held, "ended": ended, "page": shown, "neighbourhood": here}
    return handle_form(request, form, appoint, "register/posts.html", page)
