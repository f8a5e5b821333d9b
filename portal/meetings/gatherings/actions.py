"""What can be done to a gathering: its words, service and form, in the order of the committee's work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack, address
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.gatherings import forms
from portal.meetings.gatherings.forms_of import hall_of, source_of
from portal.meetings.gatherings.services import calling, findings, holding
from portal.meetings.hallvote.actions import hall_rows
from portal.meetings.hallvote.services import came_by_name
from portal.meetings.minutes.actions import minutes_rows
from portal.meetings.models import Form, Gathering
from portal.meetings.rows import NAME_CHAIR, attendance
from portal.meetings.services.attending import require_day, require_hour
from portal.meetings.services.transitions import cancelled_for_good_at
from portal.meetings.states.gathering import GatheringState as G

ROUTE = "meetings:gathering_act"
OPENS = (require_hour, holding.require_quorum)
BY_POSTPONING = _("There is no way back, but until its day it can be postponed or cancelled.")


def _joint(gathering: Gathering, user: User) -> bool:
    return gathering.form == Form.JOINT


def _unanswered(gathering: Gathering, user: User) -> bool:
    return _joint(gathering, user) and gathering.findings.filter(decision=None).exists()


def _asks_quorum(gathering: Gathering, user: User) -> bool:
    return bool(gathering.quorum)


def _by_register(gathering: Gathering, user: User) -> bool:
    return not hall_of(gathering).seated


def _any_by_name(gathering: Gathering, user: User) -> bool:
    return _by_register(gathering, user) and bool(came_by_name(gathering))


def _has_points(gathering: Gathering, user: User) -> bool:
    return gathering.agenda_items.exists()


def _has_guests(gathering: Gathering, user: User) -> bool:
    return gathering.participants.filter(attended_at=None).exists()


def _here(gathering: Gathering, user: User) -> dict[str, Any]:
    came, body = holding.attended(gathering)
    need = holding.needed(gathering)
    return {
        "came": came,
        "body": body,
        "need": need,
        "enough": holding.has_quorum(gathering),
        "source": source_of(gathering),
    }


ACTIONS: dict[str, Action] = {
    "add_point": Action(
        _("Put a point on the agenda"),
        calling.add_point,
        forms.PointForm,
        text=_("It stands at the end of the agenda, which everybody can read."),
        done=_("The point is on the agenda."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("drop_point"),
    ),
    "add_finding": Action(
        _("Note what the patrol found"),
        findings.add_finding,
        forms.FindingForm,
        text=_(
            "It becomes a point of the agenda. The photo is published with it: nobody should be seen on it."
        ),
        done=_("What was found is on the agenda."),
        tone="quiet",
        ready=_joint,
        effect=Effect.PUBLISHES,
        way_back=WayBack("drop_point"),
    ),
    "drop_point": Action(
        _("Take a point off the agenda"),
        calling.drop_point,
        forms.WhichPointForm,
        text=_("What came from the meeting before comes up again at the next one."),
        done=_("The point is off the agenda."),
        tone="quiet",
        ready=_has_points,
        effect=Effect.REPLACES,
        way_back=WayBack("add_point"),
    ),
    "invite": Action(
        _("Invite somebody"),
        calling.invite,
        forms.InviteForm,
        text=_("The name stands on the page of the meeting; neighbours with an account are told."),
        done=_("Invited."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("uninvite"),
    ),
    "uninvite": Action(
        _("Take somebody off the list"),
        calling.uninvite,
        forms.UninviteForm,
        text=_("They are told that they are no longer expected."),
        done=_("Taken off the list."),
        tone="quiet",
        ready=_has_guests,
        effect=Effect.ENDS,
        way_back=WayBack("invite"),
    ),
    "announce": Action(
        _("Announce day and place"),
        calling.announce,
        forms.AnnounceForm,
        submit=_("Announce"),
        text=_("Those concerned are told at once, with the agenda as it stands."),
        done=_("It is announced."),
        ready=_has_points,
        not_ready=_("There is nothing on the agenda yet. Put a point on it first."),
        effect=Effect.PUBLISHES,
        way_back=BY_POSTPONING,
    ),
    "take_attendance": Action(
        _("Note who came today"),
        holding.take_attendance,
        forms.AttendanceForm,
        text=_("It can be corrected while the meeting runs."),
        done=_("The attendance is noted."),
        **attendance(ROUTE, OPENS),
    ),
    "sign_in": Action(
        _("Note a neighbour by name at the door"),
        holding.sign_in,
        forms.SignInForm,
        submit=_("Came"),
        text=_(
            "For votes in the hall: only who is noted by name has a voice. Whoever has a phone can scan the code "
            "at the door instead."
        ),
        done=_("Noted as present."),
        then=lambda gathering, result: address(ROUTE, gathering, "sign_in"),
        tone="quiet",
        ready=_by_register,
        effect=Effect.COUNTS,
        way_back=WayBack("sign_out"),
        waits=until(require_day),
    ),
    "sign_out": Action(
        _("Note that somebody left again"),
        holding.sign_out,
        forms.SignOutForm,
        submit=_("Has left"),
        text=_("Also where a wrong name was noted. Votes that were opened before stay as they are."),
        done=_("Noted as gone."),
        tone="quiet",
        ready=_any_by_name,
        effect=Effect.ENDS,
        way_back=WayBack("sign_in"),
    ),
    "begin": Action(
        _("Open the meeting"),
        holding.begin,
        submit=_("Open it"),
        text=_("Who came is noted, and where a quorum is asked, enough are here."),
        done=_("The meeting is open."),
        template="meetings/gatherings/begin.html",
        shows=_here,
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        waits=until(*OPENS),
    ),
    "too_few": Action(
        _("Too few came"),
        holding.too_few,
        submit=_("It is not held today"),
        text=_("It is not held today and is called again with a new notice. Those concerned are told."),
        done=_("Noted. Please announce the new day."),
        template="meetings/gatherings/begin.html",
        shows=_here,
        tone="quiet",
        ready=_asks_quorum,
        effect=Effect.ENDS,
        way_back=WayBack("announce"),
        waits=until(require_hour, holding.require_too_few),
    ),
    "note_point": Action(
        _("Note what came of a point"),
        holding.note_point,
        forms.OutcomeForm,
        text=_("The minutes begin with it. It can be noted anew while the meeting runs."),
        done=_("Noted."),
        ready=_has_points,
        effect=Effect.REPLACES,
        way_back=WayBack("note_point"),
    ),
    "answer_finding": Action(
        _("Answer what was found"),
        findings.answer_finding,
        forms.FindingAnswerForm,
        submit=_("Note the answer"),
        text=_("What is done about it, by whom and until when. It is owed from now on."),
        done=_("The answer is noted, and owed until its day."),
        ready=_unanswered,
        not_ready=_("Everything that was found is answered."),
        effect=Effect.PUBLISHES,
        way_back=_("On the page of the decision it can be put off once, or dropped, each with a reason."),
    ),
    **minutes_rows(),
    **hall_rows(),
    "publish": Action(
        _("Publish what came of it"),
        holding.publish,
        submit=_("Publish and file"),
        text=_("Those who were told of the meeting are told what came of it."),
        done=_("Published and filed."),
        effect=Effect.ENDS,
        way_back=STAYS,
    ),
    "postpone": Action(
        _("Postpone the meeting"),
        calling.postpone,
        ReasonForm,
        submit=_("Postpone"),
        text=_("It has no date until it is announced again."),
        done=_("The meeting is postponed."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("announce"),
    ),
    "name_chair": NAME_CHAIR,
    "cancel": Action(
        _("Cancel the meeting"),
        calling.cancel,
        ReasonForm,
        text=_("It does not take place at all. The reason is published."),
        done=_("The meeting is cancelled."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("reinstate"),
    ),
    "reinstate": Action(
        _("Let the meeting take place after all"),
        calling.reinstate,
        ReasonForm,
        submit=_("It takes place after all"),
        text=_("It goes on where it stood, and all who were told are told again with your reason."),
        done=_("The meeting takes place after all."),
        tone="quiet",
        effect=Effect.PUBLISHES,
        way_back=WayBack("cancel"),
        until=cancelled_for_good_at,
        ready=lambda gathering, user: bool(gathering.cancelled_from),
    ),
}
# What leads onwards where several things can be done.
ONWARD = {
    G.PLANNED: "announce",
    G.ANNOUNCED: "take_attendance",
    G.NO_QUORUM: "announce",
    G.POSTPONED: "announce",
    G.IN_SESSION: "draft_minutes",
    G.MINUTES_DRAFT: "mark_minutes",
    G.MINUTES_SIGNED: "publish",
}
