"""What can be done in a coordination meeting, in the order of the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.community.models import User
from portal.duties.models import Duty
from portal.kit import clock
from portal.meetings.coordination import forms, services
from portal.meetings.coordination.evidence_actions import EVIDENCE, IN_THE_FILE
from portal.meetings.coordination.selectors import party_of
from portal.meetings.coordination.services.after import PARTY_LEFT
from portal.meetings.coordination.services.sessions import earliest
from portal.meetings.minutes.actions import minutes_rows
from portal.meetings.models import Coordination
from portal.meetings.services.attending import require_hour
from portal.meetings.states.coordination import CoordinationState
from portal.record.services import key

ROUTE = "meetings:coordination_act"
PAGE = "meetings/coordination/action.html"
AGAIN = _("There is no way back, but a coordination meeting on the same matter can be asked for again.")
BY_STOPPING = _("There is no way back, but until the agreement is in effect every party can end it.")


def _text(meeting: Coordination, user: User) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "obligations": list(meeting.obligations.select_related("party__participant__person")),
    }


def _points(meeting: Coordination, user: User) -> dict[str, Any]:
    return {"meeting": meeting, "earliest": earliest(meeting)}


def _own_answer(meeting: Coordination, user: User) -> bool:
    party = party_of(meeting, user.person_id)
    return party is not None and not party.consent_at


def _left(meeting: Coordination, user: User) -> bool:
    """Whether a party has left, and is still to be asked whether it goes on."""
    return Duty.objects.active().about(key(meeting)).filter(kind=PARTY_LEFT).exists()


def _unseen(meeting: Coordination, user: User) -> bool:
    """Whether the invited parties' identity is what is still to be seen before the talks."""
    return meeting.state == CoordinationState.NOTIFIED and meeting.parties.filter(seen_on=None).exists()


def _unsigned(meeting: Coordination, user: User) -> bool:
    party = party_of(meeting, user.person_id)
    return party is not None and party.signed_at is None


ACTIONS: dict[str, Action] = {
    "accept": Action(
        _("Take the request up"),
        services.accept,
        text=_("Every party is asked whether it agrees to the meeting, and reads its rights and duties."),
        done=_("Taken up. Every party is asked now."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=BY_STOPPING,
    ),
    "add_party": Action(
        _("Name a party"),
        services.add_party,
        forms.SideForm,
        text=_("Whoever is concerned on the other side. Once it is taken up, it is asked as the others are."),
        done=_("The party is named."),
        effect=Effect.PUBLISHES,
        way_back=BY_STOPPING,
    ),
    "tell_rights": Action(
        _("Note the notice of rights and duties"),
        services.tell_rights,
        forms.RightsForm,
        text=_(
            "Whom you gave it on paper, read it to, or told it on the telephone; the paper to print is in the file."
        ),
        done=_("Noted."),
        effect=Effect.REPLACES,
        way_back=WayBack("tell_rights"),
    ),
    "answer": Action(
        _("Say whether you agree to the meeting"),
        services.answer,
        forms.ConsentForm,
        submit=_("Send my answer"),
        text=_(
            "Nobody has to. If one party refuses, it does not take place, and you are told the other routes."
        ),
        done=_("Your answer is noted."),
        template=PAGE,
        shows=_text,
        main=True,
        turn=_own_answer,
        effect=Effect.COUNTS,
        way_back=BY_STOPPING,
    ),
    "answer_on_paper": Action(
        _("Enter a party’s answer"),
        services.answer_on_paper,
        forms.ConsentForForm,
        text=_(
            "What the party said on paper, on the telephone or at the counter. If one refuses, it ends here."
        ),
        done=_("The answer is entered."),
        effect=Effect.COUNTS,
        way_back=BY_STOPPING,
    ),
    "notify": Action(
        _("Send points and date"),
        services.notify,
        forms.NotifyForm,
        text=_(
            "The parties get the points to settle in writing a week before, unless all of them do without."
        ),
        done=_("The day is set."),
        tells=True,
        main=True,
        template=PAGE,
        shows=_points,
        effect=Effect.PUBLISHES,
        way_back=WayBack("reschedule"),
    ),
    "begin": Action(
        _("Open the meeting"),
        services.begin,
        forms.PresentForm,
        text=_(
            "No party, no meeting: each is here itself, or by an agent with a mandate. The mediator says so, "
            "and reads the rights and duties once more."
        ),
        done=_("The meeting is open."),
        main=True,
        ready=lambda meeting, user: clock.passed(meeting.starts_at),
        not_ready=_("The parties were invited for a later hour."),
        effect=Effect.COUNTS,
        way_back=WayBack("adjourn"),
        waits=until(require_hour),
    ),
    "reschedule": Action(
        _("Another date"),
        services.reschedule,
        forms.DateForm,
        text=_("The parties are invited anew, and the week counts anew."),
        done=_("The day is set anew."),
        tells=True,
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("reschedule"),
    ),
    "adjourn": Action(
        _("Continue on another day"),
        services.adjourn,
        forms.DateForm,
        text=_("To find something out, or because a party had to leave. Say which; it is noted."),
        done=_("The next day is noted."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("reschedule"),
    ),
    **{name: row for name, row in minutes_rows().items() if name != "decide"},
    "agree": Action(
        _("Write down the agreement"),
        services.agree,
        forms.AgreeForm,
        submit=_("Lay before the parties"),
        text=_("The parties read and sign it. A change asks all of them to sign again."),
        done=_("The agreement is laid before the parties."),
        template="meetings/minutes/action.html",
        main=True,
        turn=lambda meeting, user: not meeting.agreement,
        effect=Effect.REPLACES,
        way_back=WayBack("agree"),
    ),
    "sign": Action(
        _("Sign the agreement"),
        services.sign,
        forms.SignForm,
        text=_("Read it first. It binds you once all parties and the mediator have signed."),
        done=_("You have signed."),
        template=PAGE,
        shows=_text,
        main=True,
        turn=_unsigned,
        effect=Effect.COUNTS,
        way_back=BY_STOPPING,
    ),
    "sign_on_paper": Action(
        _("Enter signatures on paper"),
        services.sign_on_paper,
        forms.SeveralForm,
        text=_("Who signed the printed agreement, or confirmed an oral one before the mediator."),
        done=_("The signatures are entered."),
        effect=Effect.COUNTS,
        way_back=WayBack("agree"),
    ),
    "seal": Action(
        _("Sign as the mediator, and seal"),
        services.seal,
        text=_(
            "The agreement takes effect and binds the parties. They can ask the court together to confirm it."
        ),
        done=_("The agreement is in effect."),
        main=True,
        ready=lambda meeting, user: not meeting.parties.filter(signed_at=None).exists(),
        not_ready=_("Not all parties have signed yet."),
        effect=Effect.ENDS,
        way_back=_("There is no way back: a signed agreement changes only by a new one."),
    ),
    "not_agree": Action(
        _("Note that there is no agreement"),
        services.not_agree,
        forms.NotAgreeForm,
        text=_(
            "The parties sign a statement of it, and are told of arbitration, the authorities and the court."
        ),
        done=_("Noted. Tell the parties the other routes next."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
    "refer": Action(
        _("Tell the other routes"),
        services.refer,
        forms.ReferForm,
        text=_("Arbitration, the authorities, the court: note the day on which the parties were told."),
        done=_("Noted."),
        main=True,
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
    "perform": Action(
        _("Watch that it is carried out"),
        services.perform,
        text=_("Each promise is owed by its party until its day; the parties are told."),
        done=_("What was promised is owed now."),
        main=True,
        effect=Effect.PUBLISHES,
        way_back=WayBack("breach"),
    ),
    "note_receipt": Action(
        _("Note what was done"),
        services.note_receipt,
        forms.ReceiptForm,
        text=_("With the day, and by what it is proved."),
        done=_("Noted."),
        main=True,
        ready=lambda meeting, user: meeting.obligations.filter(done_on=None).exists(),
        not_ready=_("Everything promised is done."),
        effect=Effect.COUNTS,
        way_back=IN_THE_FILE,
    ),
    "finish": Action(
        _("All is carried out"),
        services.finish,
        text=_("The parties are told, and visited once more by a day."),
        done=_("Carried out. Visit the parties by the day that stands on the page."),
        main=True,
        ready=lambda meeting, user: not meeting.obligations.filter(done_on=None).exists(),
        not_ready=_("Something is still to be done."),
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
    "breach": Action(
        _("It is not carried out"),
        services.breach,
        forms.ReasonForm,
        text=_("The parties are told, and of what they can do. The public row says: not carried out."),
        done=_("Noted. Tell the parties the other routes next."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("perform"),
    ),
    "note_visit": Action(
        _("Note the return visit"),
        services.note_visit,
        forms.VisitForm,
        text=_("When, and how the parties get on. A later visit takes its place."),
        done=_("The visit is noted."),
        effect=Effect.REPLACES,
        way_back=WayBack("note_visit"),
    ),
    "close_file": Action(
        _("Close the file"),
        services.close_file,
        forms.CloseForm,
        text=_("With a report of what was done and what came of it."),
        done=_("The file is closed."),
        effect=Effect.REPLACES,
        way_back=WayBack("close_file"),
    ),
    **EVIDENCE,
    "see_identity": Action(
        _("Note that identity was seen"),
        services.see_identity,
        forms.IdentityForm,
        text=_("That you saw it, and when. No number is written down anywhere."),
        done=_("Noted."),
        main=True,
        turn=_unseen,
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("see_identity"),
    ),
    "name_agent": Action(
        _("Name a party’s agent"),
        services.name_agent,
        forms.AgentForm,
        text=_("Only with a written mandate that you saw. The agent reads the file from now on."),
        done=_("The agent is named."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("name_agent"),
    ),
    "name_mediator": Action(
        _("Let somebody else mediate"),
        services.name_mediator,
        forms.MediatorForm,
        text=_("Who mediates reads the file and can do all that you can."),
        done=_("The mediator is named."),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=WayBack("name_mediator"),
    ),
    "note_stays": Action(
        _("The party that left goes on"),
        services.note_stays,
        text=_(
            "You asked it: it comes itself, or by an agent whom you name. If not, note that it ends the meeting."
        ),
        done=_("Noted: it goes on."),
        tone="quiet",
        ready=_left,
        not_ready=_("No party has left since you last asked."),
        effect=Effect.COUNTS,
        way_back=WayBack("stop_for"),
    ),
    "hand_over": Action(
        _("Give it to a colleague"),
        services.hand_over,
        forms.HandOverForm,
        text=_(
            "The colleague reads the file and owes what is owed; you do not read it any more unless you mediate."
        ),
        done=_("The file is with your colleague now."),
        tone="quiet",
        then=lambda meeting, result: result.get_absolute_url(),
        effect=Effect.REPLACES,
        way_back=_("The colleague can give it back in the same way."),
    ),
    "decline": Action(
        _("Do not take it up"),
        services.decline,
        forms.ReasonForm,
        text=_("Who applied reads the reason and the other routes. The other side never hears of it."),
        done=_("Noted."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
    "stop": Action(
        _("End the coordination meeting"),
        services.stop,
        forms.StopForm,
        submit=_("End it"),
        text=_("Every party may, without saying why. All are told, and of the other routes."),
        done=_("It is ended."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
    "stop_for": Action(
        _("A party ends it"),
        services.stop_for,
        forms.StopForForm,
        submit=_("Note that it is ended"),
        text=_("Said by word of mouth or on paper, or by leaving the talks for good."),
        done=_("It is ended."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=AGAIN,
    ),
}
