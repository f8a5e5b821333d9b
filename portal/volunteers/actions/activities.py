"""What can be done to an activity, and to its times."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, WayBack
from portal.volunteers.forms.activities import EditActivityForm, ReasonForm
from portal.volunteers.forms.times import AddShiftsForm, ChangeShiftForm
from portal.volunteers.models import Shift
from portal.volunteers.selectors import without_account
from portal.volunteers.services import activities as services
from portal.volunteers.services import reinstating


def _added(made: list[Shift]) -> str:
    added = ngettext("%(number)d time was added.", "%(number)d times were added.", len(made))
    return added % {"number": len(made)}


def _in_person(shifts: Sequence[Shift]) -> str:
    """No notice reaches who has no account; whoever changed the plan is told to go and tell them."""
    count = without_account(shifts)
    if not count:
        return ""
    text = ngettext(
        "%(number)d person signed up has no account. Please tell them in person.",
        "%(number)d people signed up have no account. Please tell them in person.",
        count,
    )
    return text % {"number": count}


def _to_activity(shift: Shift, result: object) -> str:
    return shift.activity.get_absolute_url()


ACTIVITY_ACTIONS = {
    "submit": Action(
        _("Send to the committee"),
        services.submit,
        text=_("The committee reads it and posts it. An activity of the committee is posted at once."),
        done=_("Sent."),
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_off"),
    ),
    "approve": Action(
        _("Post the activity"),
        services.approve,
        text=_("From now on people can sign up. The team is told."),
        done=_("Posted."),
        tells=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_off"),
    ),
    "send_back": Action(
        _("Send back"),
        services.send_back,
        ReasonForm,
        text=_("The leader reads what has to be changed, and sends it again."),
        done=_("Sent back."),
        tells=True,
        tone="quiet",
        effect=None,
    ),
    "edit": Action(
        _("Change the activity"),
        services.edit,
        EditActivityForm,
        submit=_("Keep"),
        done=_("Kept."),
        tone="quiet",
        template="volunteers/activity_edit.html",
        effect=Effect.REPLACES,
        text=_(
            "Of what is posted everybody reads the new words at once; who signed up is told of "
            "another place, of risks and of what to bring."
        ),
        way_back=WayBack("edit"),
    ),
    "add_shifts": Action(
        _("Add times"),
        services.add_shifts,
        AddShiftsForm,
        done=_added,
        tone="quiet",
        effect=Effect.PUBLISHES,
        text=_("Where the activity is posted, people can sign up for them at once."),
        way_back=_("Each time can be changed or called off on its page."),
    ),
    "call_off": Action(
        _("Call the activity off"),
        services.call_off,
        ReasonForm,
        text=_("All times that have not begun are called off. Everybody signed up is told the reason."),
        done=_("Called off."),
        tone="danger",
        warn=_in_person,
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": Action(
        _("Let it take place after all"),
        reinstating.reinstate,
        ReasonForm,
        submit=_("It takes place after all"),
        text=_(
            "For what was called off by mistake. The times that lie ahead stand again with all sign-ups, and everybody "
            "signed up is told your reason."
        ),
        done=_("It goes ahead after all."),
        tells=True,
        tone="quiet",
        warn=_in_person,
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_off"),
        until=reinstating.called_off_for_good_at,
        ready=lambda activity, user: reinstating.can_be_reinstated(activity),
    ),
}
SHIFT_ACTIONS = {
    "change": Action(
        _("Change this time"),
        services.change_shift,
        ChangeShiftForm,
        submit=_("Keep"),
        done=_("Kept."),
        tells=True,
        tone="quiet",
        then=_to_activity,
        warn=lambda shift: _in_person([shift]) if shift.moved else "",
        template="volunteers/shift_change.html",
        effect=Effect.REPLACES,
        text=_("Everybody signed up is told of a new time or place."),
        way_back=WayBack("change"),
    ),
    "call_off": Action(
        _("Call this time off"),
        services.call_off_shift,
        ReasonForm,
        text=_("Only this time; the others stand. Everybody signed up is told the reason."),
        done=_("Called off."),
        tells=True,
        tone="danger",
        then=_to_activity,
        warn=lambda shift: _in_person([shift]),
        template="volunteers/shift_action.html",
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": Action(
        _("Let this time take place after all"),
        reinstating.reinstate_shift,
        ReasonForm,
        submit=_("It takes place after all"),
        text=_("It stands again with all sign-ups, and everybody signed up is told your reason."),
        done=_("It goes ahead after all."),
        tells=True,
        tone="quiet",
        then=_to_activity,
        warn=lambda shift: _in_person([shift]),
        template="volunteers/shift_action.html",
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_off"),
        until=lambda shift: shift.starts_at,
    ),
}
