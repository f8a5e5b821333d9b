"""The desks of those who keep hours, and the form by which volunteers claim theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.actions.web import once, refused
from portal.community import uploads
from portal.community.models import Person, User
from portal.community.requests import set_here
from portal.community.rules import rule
from portal.community.web import account, sent, signed_in, typed_before
from portal.kit import clock
from portal.kit.errors import NotPossible
from portal.volunteers import sums
from portal.volunteers.forms.hours import ClaimForm, EnterForm, VerifyForm, YearForm
from portal.volunteers.models import HourRecord, Shift, Team
from portal.volunteers.permissions import allowed, shift_for, team_for
from portal.volunteers.services import hour_records
from portal.volunteers.services import hours as services
from portal.volunteers.states import LIVE, HourState


@dataclass(frozen=True)
class Waiting:
    """A record that waits to be verified, as its desk shows it. `day_minutes`: of that day, where it is much."""

    record: HourRecord
    mine: bool
    typed: bool
    day_minutes: int

    @property
    def ready(self) -> bool:
        """Whether the reader may verify it."""
        return not self.mine and not self.typed


@signed_in
@once
def hours_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of one shift: its list is closed, records are entered and verified."""
    shift = shift_for(request.user, pk, "record")
    if request.method != "POST":
        return _desk(request, shift, {})
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    form = act.form(shift, request.POST)
    if not form.is_valid():
        return _desk(request, shift, {request.POST["do"]: form}, 422)
    try:
        said = act.run(account(request), shift, form)
    except NotPossible as refusal:
        return _desk(request, shift, {request.POST["do"]: refused(request, form, refusal)}, 409)
    messages.success(request, said)
    return redirect("volunteers:hours_desk", pk)


@require_safe
@signed_in
def team_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """All that waits for a team's keepers, and the team's year."""
    team = team_for(request.user, pk, "record")
    set_here(request, team.neighbourhood)
    form = YearForm(sums.years_of(HourRecord.objects.filter(team=team)), request.GET or None)
    context = {
        "team": team,
        "form": form,
        "year": form.chosen(),
        "sums": sums.of_team(team, form.chosen()),
        "members": _members(team, form.chosen()),
        "to_close": _to_close(team),
        "to_verify": _to_verify(team),
        "disputed": HourRecord.objects.filter(team=team, state=HourState.DISPUTED).select_related(
            "person", "activity", "shift"
        ),
        "may": allowed(request.user, team),
    }
    return render(request, "volunteers/team_hours.html", context)


@signed_in
@once
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the own hours of a shift that is over."""
    shift = shift_for(request.user, pk, "sign_up")
    form = ClaimForm(sent(request), request.FILES or None, initial=typed_before(request))
    form.start_with(shift.span)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            record = _claim(account(request), shift, form)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("Received. A recorder verifies it; you will be told."))
            return redirect("volunteers:record", record.pk)
    set_here(request, shift.activity.neighbourhood)
    step = hour_records.step_in(shift)
    context = {"shift": shift, "form": form, "step": step, "over": clock.now() >= shift.ends_at}
    return render(request, "volunteers/claim.html", context, status=status)


# --- the desk of a shift ---


@dataclass(frozen=True)
class Act:
    """What can be done on the desk: its form, and the service, which says what was done."""

    form: Callable[[Shift, Any], forms.Form]
    run: Callable[[User, Shift, Any], str]


def _close(user: User, shift: Shift, form: forms.Form) -> str:
    made = services.close_list(user, shift.pk)
    return ngettext(
        "The list is closed: %(number)d record was made.",
        "The list is closed: %(number)d records were made.",
        len(made),
    ) % {"number": len(made)}


def _verify(user: User, shift: Shift, form: VerifyForm) -> str:
    done = services.verify(user, form.cleaned_data["pks"])
    return ngettext(
        "%(number)d record was verified. It goes on public notice now.",
        "%(number)d records were verified. They go on public notice now.",
        len(done),
    ) % {"number": len(done)}


def _enter(user: User, shift: Shift, form: EnterForm) -> str:
    span = form.span()
    assert span is not None  # noqa: S101 - both times are required
    services.enter(user, shift.pk, form.cleaned_data["who"], span, form.cleaned_data["remark"])
    return _("Entered. Another keeper verifies it.")


ACTS = {
    "close": Act(lambda shift, typed: forms.Form(typed), _close),
    "verify": Act(lambda shift, typed: VerifyForm(_pending(shift), typed), _verify),
    "enter": Act(EnterForm, _enter),
}


def _desk(
    request: HttpRequest, shift: Shift, tried: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    set_here(request, shift.activity.neighbourhood)
    records = list(
        HourRecord.objects.filter(shift=shift).select_related("person", "recorder").order_by("person", "pk")
    )
    pending = [record for record in records if record.state in hour_records.PENDING]
    context = {
        "shift": shift,
        "team": shift.activity.team,
        "over": clock.now() >= shift.ends_at,
        "waiting": _waiting(account(request).person, pending),
        "others": [record for record in records if record.state not in hour_records.PENDING],
        "without": services.without_record(shift) if shift.closed_at else [],
        "came": shift.signups.filter(attendance__isnull=False).count(),
        "no_end": shift.signups.filter(attendance__isnull=False, attendance__out_at=None).count(),
        "keepers": hour_records.others_than(
            shift.activity.team, hour_records.person_behind(account(request))
        ),
        "verify": tried.get("verify") or VerifyForm(pending),
        "close": tried.get("close"),
        "enter": tried.get("enter") or EnterForm(shift),
        "soft": rule("hours.daily_soft", shift.activity.neighbourhood),
        "minutes": sum(record.minutes for record in records if record.state in LIVE),
    }
    return render(request, "volunteers/hours_desk.html", context, status=status)


def _pending(shift: Shift) -> list[HourRecord]:
    return list(HourRecord.objects.filter(shift=shift, state__in=sorted(hour_records.PENDING)))


def _waiting(reader: Person | None, pending: list[HourRecord]) -> list[Waiting]:
    """Each record with whether the reader may verify it, and the day's minutes where they are above the soft limit."""
    if not pending or reader is None:
        return []
    soft = int(rule("hours.daily_soft", pending[0].shift.activity.neighbourhood))
    days = HourRecord.objects.filter(
        person__in={record.person_id for record in pending},
        day__in={record.day for record in pending},
        state__in=sorted(LIVE),
    )
    served = {
        (person, day): minutes
        for person, day, minutes in days.order_by().values_list("person", "day").annotate(Sum("minutes"))
    }
    return [
        Waiting(
            record,
            mine=record.person_id == reader.pk,
            typed=not hour_records.can_verify(reader.pk, record) and record.person_id != reader.pk,
            day_minutes=much if (much := served.get((record.person_id, record.day), 0)) > soft else 0,
        )
        for record in pending
    ]


# --- the desk of a team ---


def _to_close(team: Team) -> list[Shift]:
    over = Shift.objects.posted().filter(activity__team=team, ends_at__lte=clock.now(), closed_at=None)
    return list(over.select_related("activity").order_by("ends_at"))


def _to_verify(team: Team) -> list[Shift]:
    waiting = Q(hours__state__in=sorted(hour_records.PENDING))
    found = Shift.objects.filter(activity__team=team).annotate(
        waiting=Count("hours", filter=waiting), minutes=Sum("hours__minutes", filter=waiting)
    )
    return list(found.filter(waiting__gt=0).select_related("activity").order_by("ends_at"))


def _members(team: Team, year: int) -> list[tuple[str, int]]:
    """Who served how long for the team in a year, for those who keep its hours."""
    counted = sums.in_year(HourRecord.objects.counted(), year).filter(team=team).order_by()
    rows = counted.values_list("person__real_name", "person").annotate(sum=Sum("minutes"))
    return [(name, minutes) for name, _pk, minutes in rows.order_by("-sum", "person")]


def _claim(user: User, shift: Shift, form: ClaimForm) -> HourRecord:
    span, files = form.span(), form.cleaned_data["evidence"]
    assert span is not None  # noqa: S101 - both times are required
    here = shift.activity.neighbourhood
    paper = uploads.accept(user, here, files[0]) if files else None
    return services.claim(user, shift.pk, span, form.cleaned_data["remark"], paper)
