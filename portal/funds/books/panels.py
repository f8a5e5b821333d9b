"""The parts of a project's page that are about its books: how far it is, its accounts, what residents think of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal.actions.actions import Offer, offers
from portal.community.models import User
from portal.community.selectors import signature
from portal.duties.models import PublicNotice
from portal.funds.applying.track import grant_of
from portal.funds.books import selectors
from portal.funds.books.accounts import accounts_of
from portal.funds.books.actions import GRANT_ACTIONS, NOTE_ACTIONS
from portal.funds.books.forms import RATINGS
from portal.funds.books.permissions import GRANTS, NOTES, TELLING, TO_SETTLE
from portal.funds.books.services.accounts import PURPOSE, unsettled
from portal.funds.models import Application, Evaluation, Grant
from portal.funds.permissions import APPLICANT, OFFICE, towards_grant
from portal.funds.states import UNDER_WAY, GrantState
from portal.kit import clock
from portal.kit.paging import paged
from portal.record.services import key

NOTES_SHOWN = 5
SETTLED = frozenset({GrantState.POSTED, GrantState.CLOSED})


def on_project(request: HttpRequest, application: Application) -> list[Offer]:
    """What the reader may do about the books of a project; rating stands with what residents think (`judged`)."""
    grant = grant_of(application)
    found = offers(request, GRANTS, GRANT_ACTIONS, grant, "funds:books_grant_act") if grant else []
    return [offer for offer in found if offer.name != "evaluate"]


def progress(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """How far the project is, the newest note first, and by when the next is owed."""
    grant = grant_of(application)
    if grant is None or (grant.state not in TELLING and not grant.notes.exists()):
        return None
    page = paged(request, selectors.notes_of(grant), size=NOTES_SHOWN, param="notes")
    insiders = bool(towards_grant(request.user, grant) & (OFFICE | APPLICANT))
    return {
        "grant": grant,
        "page": page,
        "notes": [_note(request, grant, one, insiders) for one in page],
        "next_on": grant.next_report_on if grant.state in UNDER_WAY else None,
        "late": grant.next_report_on is not None
        and grant.state in UNDER_WAY
        and clock.today() > grant.next_report_on,
    }


def accounts(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """The final accounts once they are posted; what is missing before, for the office that owes them."""
    grant = grant_of(application)
    if grant is None:
        return None
    if grant.state in SETTLED:
        return {
            "grant": grant,
            "accounts": accounts_of(grant),
            "running": grant.posted_until is not None and not clock.passed(grant.posted_until),
            "ask_url": _asked_at(application),
            "object_url": _objected_at(grant),
        }
    if grant.state in TO_SETTLE and GRANTS.entitled(request.user, "post_accounts", grant):
        return {"grant": grant, "accounts": accounts_of(grant), "missing": unsettled(grant), "before": True}
    return None


def judged(request: HttpRequest, application: Application) -> Mapping[str, Any] | None:
    """What residents think of the project, from so many answers on; one's own answer is told to oneself."""
    grant = grant_of(application)
    if grant is None or grant.state not in SETTLED:
        return None
    found = selectors.judged(grant)
    insiders = bool(towards_grant(request.user, grant) & (OFFICE | APPLICANT))
    return {
        "grant": grant,
        "judged": found,
        "rows": [{"label": words, "count": dict(found.counts)[rating]} for rating, words in RATINGS],
        "mine": _mine(request, grant),
        "comments": _comments(grant) if insiders and found.shown else [],
        "url": reverse("funds:books_grant_act", args=[grant.pk, "evaluate"])
        if GRANTS.may(request.user, "evaluate", grant)
        else "",
    }


def _note(request: HttpRequest, grant: Grant, note: Any, insiders: bool) -> dict[str, Any]:
    note.grant = grant
    here = grant.neighbourhood
    return {
        "note": note,
        "by": signature(note.by, here).name,
        "down_by": signature(note.taken_down_by, here).name if note.taken_down_by else "",
        "shown": not note.taken_down,
        "insider": insiders,
        "photos": list(note.photos.all()),
        "offers": offers(request, NOTES, NOTE_ACTIONS, note, "funds:books_note_act"),
    }


def _asked_at(application: Application) -> str:
    """Where questions are put: in the topic the project came from, else at the office."""
    if application.topic_id:
        return f"{reverse('deliberation:topic', args=[application.topic_id])}#thread"
    return reverse("pages:contacts", args=[application.neighbourhood.slug])


def _objected_at(grant: Grant) -> str:
    """The form of the public notice while it runs, else nothing."""
    notices = PublicNotice.objects.running().filter(subject=key(grant), purpose=PURPOSE)
    return next((f"{notice.get_absolute_url()}#objections" for notice in notices[:1]), "")


def _mine(request: HttpRequest, grant: Grant) -> str:
    user = request.user
    if not isinstance(user, User) or user.person_id is None:
        return ""
    said = (
        Evaluation.objects.filter(grant=grant, person=user.person_id).values_list("rating", flat=True).first()
    )
    return str(dict(RATINGS).get(said, "")) if said else ""


def _comments(grant: Grant) -> list[str]:
    """What was said besides, in no order of time."""
    return sorted(grant.evaluations.exclude(comment="").values_list("comment", flat=True))
