"""Calling a vote that does not follow from a topic (an election, a review, a sounding), and changing its course."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.actions.views import action_view, handle_form
from portal.actions.web import once
from portal.community import uploads
from portal.community.models import Area, Upload, User
from portal.community.web import account, sent, signed_in, typed_before
from portal.record import services as record
from portal.voting import services
from portal.voting.actions.candidates import CANDIDATE
from portal.voting.actions.course import COURSE
from portal.voting.forms_calling import CallForm
from portal.voting.models import Vote
from portal.voting.permissions import CANDIDATES, PLACES, VOTES

act = action_view(VOTES, COURSE)
candidate_act = action_view(CANDIDATES, CANDIDATE)


@signed_in
@once
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for staff; what does not fit together is said above it, and nothing typed is lost."""
    here, user = PLACES.open(request, slug, "call"), account(request)
    form = CallForm(sent(request), request.FILES or None, here=here, user=user, initial=typed_before(request))
    return handle_form(
        request, form, lambda form: _called(user, here, form).get_absolute_url(), "voting/call.html", {}
    )


@transaction.atomic
def _called(user: User, here: Area, form: CallForm) -> Vote:
    return services.call_vote(
        user,
        neighbourhood=here,
        subject=record.key(here),
        subject_url=reverse("voting:votes", args=[here.slug]),
        rules_document=_document(user, here, form),
        **form.call(),
    )


def _document(user: User, here: Area, form: CallForm) -> Upload | None:
    """The first of the files: everybody may read the rules a vote rests on."""
    files = form.cleaned_data["rules"]
    if not files:
        return None
    kept_file = uploads.accept(user, here, files[0])
    uploads.publish([kept_file])
    return kept_file
