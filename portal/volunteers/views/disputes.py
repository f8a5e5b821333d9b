"""One hour record with its versions and what can be done to it, and the lines of a public notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community.models import User
from portal.community.requests import set_here
from portal.community.rules import rule
from portal.community.views import given
from portal.community.web import account, signed_in, typed_before
from portal.duties.models import PublicNotice
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import names
from portal.volunteers.forms.hours import ConfirmForm, CorrectForm, DisputeForm, FindForm, SpanForm, WhyForm
from portal.volunteers.models import HourRecord
from portal.volunteers.permissions import allowed, may, may_here, record_for
from portal.volunteers.services import disputes, hours
from portal.volunteers.services.booking import PURPOSE
from portal.volunteers.spans import Span
from portal.volunteers.states import FROM, HourState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Act:
    """What can be done to a record: who may, its words, its form, the service. `grave`: it takes something away."""

    needs: str
    label: StrOrPromise
    text: StrOrPromise
    done: StrOrPromise
    form: type[forms.Form]
    run: Callable[[User, HourRecord, Any], object]
    grave: bool = False


def _open(record: HourRecord) -> int:
    found = disputes.open_dispute(record)
    if found is None:
        raise Http404
    return found.pk


ACTS = {
    "verify": Act(
        "record",
        _("Verify these hours"),
        _("You answer for it that the person was there for this time. Then it goes on public notice."),
        _("Verified. It goes on public notice now."),
        ConfirmForm,
        lambda user, record, form: hours.verify(user, [record.pk]),
    ),
    "reject": Act(
        "record",
        _("Reject these hours"),
        _("The hours were not served. The volunteer is told why."),
        _("Rejected; the volunteer was told."),
        WhyForm,
        lambda user, record, form: hours.reject(user, record.pk, form.cleaned_data["why"]),
        grave=True,
    ),
    "correct": Act(
        "record",
        _("Correct the time"),
        _("The old version stays readable but counts no more. Another keeper verifies the new one."),
        _("Corrected; the volunteer was told. Another keeper verifies the new time."),
        CorrectForm,
        lambda user, record, form: hours.correct(user, record.pk, form.span(), form.cleaned_data["why"]),
    ),
    "revoke": Act(
        "revoke",
        _("Revoke this record"),
        _("Only for a false record. It counts no more, and certificates that counted it become void."),
        _("Revoked; the volunteer was told."),
        WhyForm,
        lambda user, record, form: hours.revoke(user, record.pk, form.cleaned_data["why"]),
        grave=True,
    ),
    "dispute": Act(
        "dispute",
        _("Object to this record"),
        _("One recorder looks at it and a second person confirms; you are told the answer."),
        _("Received. Two people look at it; you will be told the answer."),
        DisputeForm,
        lambda user, record, form: disputes.dispute(user, record.pk, form.cleaned_data["text"]),
    ),
    "find": Act(
        "record",
        _("Write what you found"),
        _("It takes effect when a second person confirms it."),
        _("Kept. A second person confirms it now."),
        FindForm,
        lambda user, record, form: disputes.find(
            user, _open(record), form.cleaned_data["finding"], form.cleaned_data["answer"], form.span()
        ),
    ),
    "confirm": Act(
        "record",
        _("Confirm what was found"),
        _("You looked at it yourself and agree. It takes effect at once, and whoever objected is told."),
        _("Confirmed; whoever objected was told."),
        ConfirmForm,
        lambda user, record, form: disputes.confirm(user, _open(record)),
    ),
}


@require_safe
@signed_in
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: for its person and for those who keep hours."""
    found = record_for(request.user, pk)
    set_here(request, found.neighbourhood)
    rights = allowed(request.user, found.team)
    own = found.person_id == account(request).person_id
    context = {
        "record": found,
        "own": own,
        "keeps": "record" in rights,
        "versions": _versions(found),
        "disputes": found.disputes.select_related("by", "found_by", "confirmed_by"),
        "acts": _possible(found, rights, own=own),
        "notice_days": rule("hours.public_notice", found.neighbourhood),
        "lives": found.state
        in {HourState.CLAIMED, HourState.ENTERED, HourState.VERIFIED, HourState.ON_NOTICE},
    }
    return render(request, "volunteers/record.html", context)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo or paper that shows a claim, for those who have to verify it."""
    found = record_for(request.user, pk, "record")
    if found.evidence is None:
        raise Http404
    return given(request, found.evidence)


@signed_in
@once
def record_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One of ACTS, on a page of its own."""
    if act not in ACTS:
        raise Http404(act)
    chosen = ACTS[act]
    found = record_for(request.user, pk, chosen.needs)
    form, status = _form(request, chosen, found), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                chosen.run(account(request), found, form)
            except NotPossible as refusal:
                form, status = refused(request, form, refusal), 409
            else:
                messages.success(request, str(chosen.done))
                return redirect(_back(request, found))
    set_here(request, found.neighbourhood)
    reads = found.person_id == account(request).person_id or may(request.user, "record", found.team)
    context = {
        "record": found,
        "act": chosen,
        "form": form,
        "reads": reads,
        "shown": names.shown(found.person),
        "back": _back(request, found),
        "dispute": disputes.open_dispute(found) if act in {"find", "confirm"} else None,
    }
    return render(request, "volunteers/record_act.html", context, status=status)


@require_safe
def hours_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of a public notice: minutes, and names only of those who agreed to be named."""
    notices = PublicNotice.objects.visible_to(request.user).select_related("neighbourhood")
    notice = get_object_or_404(notices, pk=pk, purpose=PURPOSE)
    set_here(request, notice.neighbourhood)
    records = notice.hours.select_related("person__volunteer").order_by("-minutes", "pk")
    own = getattr(request.user, "person_id", None)
    lines = [
        {
            "number": number,
            "record": one,
            "name": names.shown(one.person),
            "own": one.person_id == own,
            "open": one.state in FROM["dispute"],
        }
        for number, one in enumerate(records, start=1)
    ]
    context = {
        "notice": notice,
        "lines": lines,
        "minutes": sum(one.minutes for one in records),
        "may_object": may_here(request.user, "dispute", notice.neighbourhood),
        "over": clock.now() >= notice.ends_at,
    }
    return render(request, "volunteers/hours_notice.html", context)


def _form(request: HttpRequest, act: Act, found: HourRecord) -> forms.Form:
    form = act.form(request.POST) if request.method == "POST" else act.form(initial=typed_before(request))
    if isinstance(form, SpanForm) and request.method != "POST":
        form.start_with(Span(found.starts_at, found.ends_at))
    return form


def _back(request: HttpRequest, found: HourRecord) -> str:
    """Where somebody goes who may not read the record itself: back to its notice."""
    if found.person_id == account(request).person_id or may(request.user, "record", found.team):
        return reverse("volunteers:record", args=[found.pk])
    return found.notice.url if found.notice else found.neighbourhood.get_absolute_url()


def _possible(found: HourRecord, rights: frozenset[str], *, own: bool) -> list[tuple[str, Act]]:
    """What the reader may do to the record as it is; about the own one only objecting."""
    acts = []
    for verb, act in ACTS.items():
        mine = verb == "dispute" if own else act.needs in rights
        if mine and found.state in FROM[verb]:
            acts.append((verb, act))
    waits = disputes.open_dispute(found) if found.state == HourState.DISPUTED else None
    if waits and waits.found_by is None:
        acts = [one for one in acts if one[0] != "confirm"]
    return acts


def _versions(found: HourRecord) -> list[dict[str, Any]]:
    """Every version of the record, the first one first, with the difference to the one before."""
    records = HourRecord.objects.filter(shift=found.shift_id, person=found.person_id).order_by("pk")
    rows: list[dict[str, Any]] = []
    for one in records.select_related("replaces", "recorder", "entered_by", "ended_by"):
        before = one.replaces.minutes if one.replaces else None
        rows.append({"record": one, "difference": None if before is None else one.minutes - before})
    return rows
