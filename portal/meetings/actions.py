"""What can be done to a hearing: its words, service and form, in the order of the committee's work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.forms import ActionForm
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.meetings.forms import hearings as forms
from portal.meetings.forms.chairs import ChairForm
from portal.meetings.forms.hearings import HearingForm
from portal.meetings.forms.opinions import AnswerForm, MinutesForm, OpinionForm
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.hallvote.actions import hall_rows
from portal.meetings.lots.forms import OpenForm
from portal.meetings.lots.services import open_draw
from portal.meetings.minutes.actions import minutes_rows
from portal.meetings.models import Hearing
from portal.meetings.rows import attendance
from portal.meetings.selectors import came_to
from portal.meetings.services import hearings, opinions, registrations, seats, sessions
from portal.meetings.services.attending import require_hour
from portal.meetings.services.chairing import name_chair
from portal.meetings.services.reinstating import reinstate
from portal.meetings.services.transitions import cancelled_for_good_at, require_ready
from portal.meetings.states.hearing import HearingState as H
from portal.meetings.states.lots import LotState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROUTE = "meetings:act"
OPENS = (require_ready, require_hour, sessions.require_quorum)
# More than a form: the minutes to mark, the opinion to answer, who is here, rows that belong together.
PAGE = "meetings/hearing_action.html"
BY_POSTPONING = _("There is no way back, but until its day the hearing can be postponed or cancelled.")
BY_CANCELLING = _("There is no way back, but the hearing can be cancelled and planned anew.")


def _action(
    label: StrOrPromise,
    run: Callable[..., Any],
    form: type[ActionForm[Any]] = HearingForm,
    **more: Any,
) -> Action:
    """A row that says afterwards what was done."""
    return Action(label, run, form, done=lambda result: gettext("Done: %(what)s.") % {"what": label}, **more)


def _quorum(hearing: Hearing, user: User) -> dict[str, Any]:
    came, seats = came_to(hearing)
    return {"came": came, "panel_size": seats}


ACTIONS: dict[str, Action] = {
    "set_panel": _action(
        _("Name the panel"),
        hearings.set_panel,
        forms.PanelForm,
        submit=_("Name these delegates"),
        text=_("The delegates speak for those the matter affects. The list is published, names masked."),
        effect=Effect.PUBLISHES,
        way_back=BY_CANCELLING,
        waits=until(hearings.require_no_draw),
        leads_on=True,
    ),
    "open_draw": _action(
        _("Draw the panel by lot"),
        open_draw,
        OpenForm,
        submit=_("Open sign-up"),
        text=_(
            "Everybody who lives or owns where the matter applies is told and can sign up. A published lot decides, "
            "with seats for each group."
        ),
        ready=lambda hearing, user: not hearing.draws.exclude(state=LotState.CALLED_OFF).exists(),
        not_ready=_("There is a draw for this hearing already."),
        then=lambda hearing, draw: str(draw.get_absolute_url()),
        effect=Effect.PUBLISHES,
        way_back=_("The draw can be called off until the seed can be known."),
    ),
    "announce": _action(
        _("Announce the hearing"),
        hearings.announce,
        forms.AnnounceForm,
        submit=_("Announce"),
        text=_("A public notice begins, and all who live or own where the matter applies are told."),
        effect=Effect.PUBLISHES,
        way_back=BY_POSTPONING,
        waits=until(require_ready),
        leads_on=True,
    ),
    "open_registration": _action(
        _("Open registration"),
        hearings.open_registration,
        text=_("Neighbours can take the observers’ seats from now on, and say whether they want to speak."),
        effect=Effect.PUBLISHES,
        way_back=BY_POSTPONING,
        waits=until(require_ready),
    ),
    "register": _action(
        _("Take a seat"),
        registrations.register,
        forms.RegisterForm,
        text=_("Your name as neighbours see it stands on the list of observers."),
        waits=until(registrations.require_ahead),
        effect=None,
    ),
    "register_for": _action(
        _("Give somebody a seat"),
        registrations.register_for,
        forms.RegisterForForm,
        submit=_("Give the seat"),
        text=_("For neighbours who rang, wrote, or came to the counter."),
        waits=until(registrations.require_ahead),
        effect=None,
    ),
    "unregister": _action(
        _("Give the seat back"),
        registrations.unregister,
        text=_("Somebody else can take it then."),
        ready=registrations.has_seat,
        not_ready=_("You have no seat at this hearing."),
        effect=None,
    ),
    "confirm_list": _action(
        _("Publish the list"),
        hearings.confirm_list,
        submit=_("Close registration and publish"),
        text=_("Registration ends, and everybody can read who takes part, names masked."),
        effect=Effect.ENDS,
        way_back=BY_POSTPONING,
        # On the day itself to who is here.
        leads_on=True,
    ),
    "begin": _action(
        _("Open the session"),
        sessions.begin,
        text=_("The session can be opened when enough delegates are here."),
        template=PAGE,
        shows=_quorum,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        waits=until(*OPENS),
        # Who is here comes first.
        turn=lambda hearing, user: not until(*OPENS)(hearing, user),
    ),
    "take_attendance": _action(
        _("Note who is here"),
        sessions.take_attendance,
        forms.AttendanceForm,
        text=_("Tick the delegates who are here in this round. You can correct it while the session runs."),
        template=PAGE,
        shows=_quorum,
        **attendance(ROUTE, OPENS),
    ),
    "adjourn": _action(
        _("Continue on another day"),
        sessions.adjourn,
        forms.NextRoundForm,
        submit=_("Adjourn"),
        text=_("For a visit, a pilot, or because more has to be found out. The next round needs its quorum."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("reschedule"),
    ),
    "reschedule": _action(
        _("Change the date of the next round"),
        sessions.reschedule,
        forms.NextRoundForm,
        submit=_("Change the date"),
        text=_("All who take part are told the new date."),
        effect=Effect.REPLACES,
        way_back=WayBack("reschedule"),
    ),
    **minutes_rows(MinutesForm),
    **hall_rows(),
    "issue_opinion": _action(
        _("Write the opinion"),
        opinions.issue_opinion,
        OpinionForm,
        submit=_("Issue the opinion"),
        text=_("The counts come from the minutes. Each item will be answered, so let each say one thing."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        leads_on=True,
    ),
    "send_opinion": _action(
        _("Send the opinion"),
        opinions.send_opinion,
        submit=_("Send it to the decision-maker"),
        text=_("From now on the decision-maker owes an answer, item by item, with a date."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        leads_on=True,
    ),
    "answer": _action(
        _("Answer the opinion"),
        opinions.answer,
        AnswerForm,
        submit=_("Publish the answer"),
        text=_("Each item: taken up, in part or not. What is not taken up in full needs its reason."),
        template=PAGE,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        leads_on=True,
    ),
    "publish": _action(
        _("Publish the result"),
        opinions.publish,
        submit=_("Publish and file"),
        text=_("All who live or own where the matter applies are told what became of the hearing."),
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "replace_delegate": _action(
        _("Give a delegate's seat to somebody else"),
        seats.replace_delegate,
        forms.ReplaceForm,
        submit=_("Give the seat"),
        text=_(
            "For a delegate who moved away or cannot come. Whoever follows speaks for the same group, and is told."
        ),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("replace_delegate"),
    ),
    "name_chair": _action(
        _("Name another chair"),
        name_chair,
        ChairForm,
        submit=_("Name this chair"),
        text=_("The hearing's page says who chairs, and the new chair is told."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("name_chair"),
    ),
    "postpone": _action(
        _("Postpone the hearing"),
        hearings.postpone,
        ReasonForm,
        submit=_("Postpone"),
        text=_("The new date needs a new public notice. Seats that were taken stay taken."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("announce"),
    ),
    "cancel": _action(
        _("Cancel the hearing"),
        hearings.cancel,
        ReasonForm,
        text=_("It does not take place at all. The reason is published."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": _action(
        _("Let it take place after all"),
        reinstate,
        ReasonForm,
        submit=_("It takes place after all"),
        text=_(
            "For a hearing that was cancelled by mistake. It goes on where it stood, on the day that "
            "was announced, and "
            "all who were told are told again with your reason."
        ),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("cancel"),
        until=cancelled_for_good_at,
        ready=lambda hearing, user: bool(hearing.cancelled_from),
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
