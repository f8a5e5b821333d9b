"""What can be done to a hearing: each action is a small page with its form, and one service behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions.web import once, refused
from portal.community.models import User
from portal.community.requests import set_here
from portal.community.web import account, signed_in, typed_before
from portal.kit.errors import NotPossible
from portal.meetings import hooks
from portal.meetings.forms import hearings as forms
from portal.meetings.forms.hearings import HearingForm
from portal.meetings.forms.opinions import (
    AnswerForm,
    MarkForm,
    MinutesForm,
    OpinionForm,
    PaperMarkForm,
)
from portal.meetings.models import Hearing
from portal.meetings.permissions import hearing_for, may
from portal.meetings.services import hearings, minutes, opinions, registrations, sessions
from portal.meetings.services.transitions import moved_on
from portal.meetings.states import HearingState as H
from portal.record.wording import subject_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Do = Callable[[User, int, Any], object]


@dataclass(frozen=True)
class Act:
    """An action in words: the page's title, the button, what it means; its form and its service."""

    title: StrOrPromise
    submit: StrOrPromise
    meaning: StrOrPromise
    do: Do
    form: type[HearingForm] = HearingForm
    tone: str = ""


ACTS: dict[str, Act] = {
    "set_panel": Act(
        gettext_lazy("Name the panel"),
        gettext_lazy("Name these delegates"),
        gettext_lazy(
            "The delegates speak for those the matter affects. The list is published, names masked."
        ),
        lambda user, pk, form: hearings.set_panel(
            user, pk, members=form.cleaned_data["members"], groups=form.cleaned_data["groups"]
        ),
        forms.PanelForm,
    ),
    "announce": Act(
        gettext_lazy("Announce the hearing"),
        gettext_lazy("Announce"),
        gettext_lazy("A public notice begins, and all who live or own where the matter applies are told."),
        lambda user, pk, form: hearings.announce(user, pk, hearings.Invitation(**form.cleaned_data)),
        forms.AnnounceForm,
    ),
    "open_registration": Act(
        gettext_lazy("Open registration"),
        gettext_lazy("Open registration"),
        gettext_lazy(
            "Neighbours can take the observers’ seats from now on, and say whether they want to speak."
        ),
        lambda user, pk, form: hearings.open_registration(user, pk),
    ),
    "register": Act(
        gettext_lazy("Take a seat"),
        gettext_lazy("Take a seat"),
        gettext_lazy("Your name as neighbours see it stands on the list of observers."),
        lambda user, pk, form: registrations.register(user, pk, **form.cleaned_data),
        forms.RegisterForm,
    ),
    "register_for": Act(
        gettext_lazy("Give somebody a seat"),
        gettext_lazy("Give the seat"),
        gettext_lazy("For neighbours who rang, wrote, or came to the counter."),
        lambda user, pk, form: registrations.register_for(
            user,
            pk,
            person_pk=form.cleaned_data["person"].pk,
            channel=form.cleaned_data["channel"],
            wants_to_speak=form.cleaned_data["wants_to_speak"],
        ),
        forms.RegisterForForm,
    ),
    "unregister": Act(
        gettext_lazy("Give the seat back"),
        gettext_lazy("Give the seat back"),
        gettext_lazy("Somebody else can take it then."),
        lambda user, pk, form: registrations.unregister(user, pk),
    ),
    "confirm_list": Act(
        gettext_lazy("Publish the list"),
        gettext_lazy("Close registration and publish"),
        gettext_lazy("Registration ends, and everybody can read who takes part, names masked."),
        lambda user, pk, form: hearings.confirm_list(user, pk),
    ),
    "begin": Act(
        gettext_lazy("Open the session"),
        gettext_lazy("Open the session"),
        gettext_lazy("The session can be opened when enough delegates are here."),
        lambda user, pk, form: sessions.begin(user, pk),
    ),
    "take_attendance": Act(
        gettext_lazy("Note who is here"),
        gettext_lazy("Save attendance"),
        gettext_lazy(
            "Tick the delegates who are here in this round. You can correct it while the session runs."
        ),
        lambda user, pk, form: sessions.take_attendance(user, pk, present=form.cleaned_data["present"]),
        forms.AttendanceForm,
    ),
    "adjourn": Act(
        gettext_lazy("Continue on another day"),
        gettext_lazy("Adjourn"),
        gettext_lazy(
            "For a visit, a pilot, or because more has to be found out. The next round needs its quorum."
        ),
        lambda user, pk, form: sessions.adjourn(user, pk, **form.cleaned_data),
        forms.NextRoundForm,
    ),
    "reschedule": Act(
        gettext_lazy("Change the date of the next round"),
        gettext_lazy("Change the date"),
        gettext_lazy("All who take part are told the new date."),
        lambda user, pk, form: sessions.reschedule(user, pk, **form.cleaned_data),
        forms.NextRoundForm,
    ),
    "draft_minutes": Act(
        gettext_lazy("Write the minutes"),
        gettext_lazy("Lay before the delegates"),
        gettext_lazy(
            "Each delegate who attended confirms, corrects or refuses. A change asks all of them again."
        ),
        lambda user, pk, form: minutes.draft_minutes(
            user, pk, text=form.cleaned_data["text"], views=form.views()
        ),
        MinutesForm,
    ),
    "mark_minutes": Act(
        gettext_lazy("Confirm the minutes"),
        gettext_lazy("Send my answer"),
        gettext_lazy(
            "Read what was written, above all your own words. You can change your answer until all are in."
        ),
        lambda user, pk, form: minutes.mark_minutes(user, pk, **form.cleaned_data),
        MarkForm,
    ),
    "mark_minutes_on_paper": Act(
        gettext_lazy("Enter a paper signature"),
        gettext_lazy("Enter the answer"),
        gettext_lazy("What a delegate wrote on the paper. It is published that it came on paper."),
        lambda user, pk, form: minutes.mark_on_paper(user, pk, **form.cleaned_data),
        PaperMarkForm,
    ),
    "sign_minutes": Act(
        gettext_lazy("Close the minutes"),
        gettext_lazy("Close the minutes"),
        gettext_lazy(
            "The minutes are published and cannot be changed any more; their hash stands in the record."
        ),
        lambda user, pk, form: minutes.sign_minutes(user, pk),
    ),
    "issue_opinion": Act(
        gettext_lazy("Write the opinion"),
        gettext_lazy("Issue the opinion"),
        gettext_lazy(
            "The counts come from the minutes. Each item will be answered, so let each say one thing."
        ),
        lambda user, pk, form: opinions.issue_opinion(
            user, pk, text=form.cleaned_data["text"], items=form.items()
        ),
        OpinionForm,
    ),
    "send_opinion": Act(
        gettext_lazy("Send the opinion"),
        gettext_lazy("Send it to the decision-maker"),
        gettext_lazy("From now on the decision-maker owes an answer, item by item, with a date."),
        lambda user, pk, form: opinions.send_opinion(user, pk),
    ),
    "answer": Act(
        gettext_lazy("Answer the opinion"),
        gettext_lazy("Publish the answer"),
        gettext_lazy("Each item: taken up, in part or not. What is not taken up in full needs its reason."),
        lambda user, pk, form: opinions.answer(user, pk, answers=form.answers()),
        AnswerForm,
    ),
    "publish": Act(
        gettext_lazy("Publish the result"),
        gettext_lazy("Publish and file"),
        gettext_lazy("All who live or own where the matter applies are told what became of the hearing."),
        lambda user, pk, form: opinions.publish(user, pk),
    ),
    "postpone": Act(
        gettext_lazy("Postpone the hearing"),
        gettext_lazy("Postpone"),
        gettext_lazy("The new date needs a new public notice. Seats that were taken stay taken."),
        lambda user, pk, form: hearings.postpone(user, pk, **form.cleaned_data),
        forms.ReasonForm,
        tone="quiet",
    ),
    "cancel": Act(
        gettext_lazy("Cancel the hearing"),
        gettext_lazy("Cancel the hearing"),
        gettext_lazy("It does not take place at all. The reason is published."),
        lambda user, pk, form: hearings.cancel(user, pk, **form.cleaned_data),
        forms.ReasonForm,
        tone="danger",
    ),
}
# These have their own place on the page.
ON_THE_PAGE = frozenset({"register", "unregister"})
# What leads onwards where several things can be done.
ONWARD = {
    H.REGISTRATION: "confirm_list",
    H.CONFIRMED: "take_attendance",
    H.ADJOURNED: "take_attendance",
    H.IN_SESSION: "draft_minutes",
    H.MINUTES_DRAFT: "mark_minutes",
}


@signed_in
@once
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The page of one action, and its doing."""
    if action not in ACTS:
        raise Http404
    hearing = hearing_for(request.user, pk, action)
    set_here(request, hearing.neighbourhood)
    if not may(request.user, action, hearing):
        messages.warning(request, str(moved_on(hearing)))
        return redirect(hearing)
    if request.method != "POST":
        return _shown(
            request, hearing, action, ACTS[action].form(initial=typed_before(request), hearing=hearing)
        )
    return _done(request, hearing, action)


@signed_in
@once
def plan(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Plan a hearing about a thing of a kind, such as "topic"; the app that keeps it gives this an address."""
    about = f"{kind}:{pk}"
    subject = hooks.to_call(request.user, about)
    set_here(request, subject.neighbourhood)
    back = subject_url(about)
    initial = {"title": subject.title} | typed_before(request)
    data = request.POST if request.method == "POST" else None
    form = forms.PlanForm(data, here=subject.neighbourhood, initial=initial)
    status = 200
    try:
        subject.require_callable()
        if request.method == "POST" and form.is_valid():
            made = hearings.plan_hearing(account(request), about, **form.cleaned_data)
            messages.success(request, _("The hearing is planned. Name the panel next."))
            return redirect(made)
    except NotPossible as error:
        if request.method != "POST":
            messages.warning(request, str(error))
            return redirect(back)
        refused(request, form, error)
        status = 409
    context = {"form": form, "subject": subject, "back": back, "tab": "meetings"}
    return render(request, "meetings/hearing_plan.html", context, status=status)


def offered(hearing: Hearing, actions: list[str]) -> list[tuple[str, Act]]:
    """What the page of a hearing leads to: what leads onwards first, what puts off or ends last."""
    onward = ONWARD.get(H(hearing.state))
    places = list(ACTS)
    ordered = sorted(
        set(actions) - ON_THE_PAGE,
        key=lambda action: (action != onward, bool(ACTS[action].tone), places.index(action)),
    )
    return [(action, ACTS[action]) for action in ordered]


def _done(request: HttpRequest, hearing: Hearing, action: str) -> HttpResponse:
    form = ACTS[action].form(request.POST, request.FILES, hearing=hearing)
    if not form.is_valid():
        return _shown(request, hearing, action, form)
    try:
        ACTS[action].do(account(request), hearing.pk, form)
    except NotPossible as error:
        refused(request, form, error)
        return _shown(request, hearing, action, form, status=409)
    messages.success(request, _("Done: %(what)s.") % {"what": ACTS[action].title})
    if action == "take_attendance" and hearing.state != H.IN_SESSION:
        return redirect("meetings:hearing_act", hearing.pk, "begin")
    return redirect(hearing)


def _shown(
    request: HttpRequest, hearing: Hearing, action: str, form: HearingForm, *, status: int = 200
) -> HttpResponse:
    context = {"hearing": hearing, "action": action, "act": ACTS[action], "form": form}
    if action in {"begin", "take_attendance"}:
        context |= _quorum(hearing)
    return render(request, "meetings/hearing_act.html", context, status=status)


def _quorum(hearing: Hearing) -> dict[str, Any]:
    rounds = list(hearing.panel.values_list("rounds", flat=True))
    came = sum(hearing.round in attended for attended in rounds)
    return {"came": came, "panel_size": len(rounds)}
