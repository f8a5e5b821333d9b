"""What can be done to a summons on its page: its words, service and form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.meetings.forms.reasons import ReasonForm
from portal.meetings.models import Summons
from portal.meetings.services.attending import require_hour
from portal.meetings.states.summons import SummonsState as S
from portal.meetings.summons import forms, links, mailing
from portal.meetings.summons.services import answering, calling, writing

ROUTE = "meetings:summons_act"
BY_WITHDRAWING = _("There is no way back, but until the day itself the summons can be withdrawn.")
BY_ASKING_AGAIN = _("There is no way back, but the department can be summoned once more.")


def _open_settlement(summons: Summons, user: User) -> bool:
    return summons.settled_at is None


def _has_link(summons: Summons, user: User) -> bool:
    return summons.links.filter(revoked_at=None).exists()


def _sent(summons: Summons) -> str:
    return f"{_('Sent.')} {mailing.passed_on(links.holding(summons))}"


ACTIONS: dict[str, Action] = {
    "rewrite": Action(
        _("Change the summons"),
        writing.rewrite,
        forms.RewriteForm,
        submit=_("Save"),
        done=_("Saved."),
        tone="quiet",
        effect=None,
    ),
    "add_department": Action(
        _("Summon a further department"),
        writing.add_department,
        forms.DepartmentForm,
        submit=_("Add the department"),
        text=_(
            "It is told the same and has a summons of its own: its link, answer, undertakings and report. "
            "Nobody but the committee sees it before it is sent."
        ),
        done=_("It is named. Its summons is still to be sent."),
        tone="quiet",
        then=lambda summons, added: added.get_absolute_url(),
        effect=None,
    ),
    "send": Action(
        _("Send the summons"),
        writing.send,
        submit=_("Send"),
        text=_(
            "From now on everybody can read it, and the days for the answer run. Departments summoned together are "
            "asked at once, each by a link of its own. Where an e-mail is known the link goes there; otherwise its "
            "page shows it, to pass on."
        ),
        done=_sent,
        effect=Effect.PUBLISHES,
        way_back=BY_WITHDRAWING,
    ),
    "new_link": Action(
        _("Give the department a new link"),
        calling.new_link,
        forms.NewLinkForm,
        submit=_("Give a new link"),
        text=_("The link before is void at once. Where the department lost it, or it came into other hands."),
        done=lambda summons: mailing.passed_on(links.holding(summons)),
        tone="quiet",
        effect=Effect.REPLACES,
        way_back=_("There is no way back to the former link, but another one can be given at any time."),
    ),
    "revoke_link": Action(
        _("Withdraw the link"),
        calling.revoke_link,
        text=_("Nobody comes in by it any more. What the department says is noted by the committee then."),
        done=_("The link does not hold any more."),
        tone="quiet",
        ready=_has_link,
        effect=Effect.ENDS,
        way_back=WayBack("new_link"),
    ),
    "note_answer": Action(
        _("Note what the department answered"),
        answering.note_answer,
        forms.NoteAnswerForm,
        submit=_("Note the answer"),
        text=_("For what it says by phone or on paper. The record says that the committee noted it."),
        done=_("The answer is noted."),
        effect=Effect.PUBLISHES,
        way_back=BY_ASKING_AGAIN,
    ),
    "agree": Action(
        _("Agree to the day they propose"),
        calling.agree,
        submit=_("Agree"),
        text=_("They come on that day; everybody can read it."),
        done=_("The day is agreed."),
        effect=Effect.PUBLISHES,
        way_back=BY_WITHDRAWING,
    ),
    "ask_again": Action(
        _("Summon them once more"),
        calling.ask_again,
        forms.AgainForm,
        submit=_("Summon once more"),
        text=_(
            "With another day and your reason. The days for the answer run anew, and there is a new link."
        ),
        done=_sent,
        effect=Effect.PUBLISHES,
        way_back=BY_WITHDRAWING,
    ),
    "came": Action(
        _("Note who came"),
        calling.came,
        forms.CameForm,
        submit=_("They came"),
        text=_("The names stand on the page."),
        done=_("Noted. Please write down what they undertake."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
        waits=until(require_hour),
    ),
    "stayed_away": Action(
        _("Nobody came"),
        calling.stayed_away,
        submit=_("Note that nobody came"),
        text=_("Everybody can read that the department did not come, though it had agreed to."),
        done=_("Noted. They can be summoned once more."),
        tone="danger",
        effect=Effect.PUBLISHES,
        way_back=WayBack("ask_again"),
        waits=until(require_hour),
    ),
    "decide": Action(
        _("Note an undertaking"),
        calling.undertake,
        forms.UndertakeForm,
        submit=_("Note it"),
        text=_("It stands on the page with its day; the committee watches that it is done."),
        done=_("Noted, and owed until its day."),
        effect=Effect.PUBLISHES,
        way_back=_("On its own page it can be put off once, or dropped, each with a reason."),
    ),
    "note_report": Action(
        _("Note the department’s report"),
        answering.note_report,
        forms.NoteReportForm,
        submit=_("Note the report"),
        text=_("For a report on paper or by phone. Everybody can read it."),
        done=_("The report is noted."),
        effect=Effect.PUBLISHES,
        way_back=STAYS,
    ),
    "solved": Action(
        _("The matter is solved"),
        calling.solved,
        forms.ConclusionForm,
        submit=_("It is solved"),
        text=_("Residents are told and can say whether they are satisfied. The link ends."),
        done=_("Noted as solved."),
        effect=Effect.ENDS,
        way_back=_("There is no way back. What comes up again is a summons of its own."),
    ),
    "unsolved": Action(
        _("The matter is not solved"),
        calling.unsolved,
        forms.ConclusionForm,
        submit=_("It is not solved"),
        text=_("It goes to the subdistrict, which calls the department in again or says how it goes on."),
        done=_("Noted, and passed to the subdistrict."),
        tone="quiet",
        effect=Effect.ENDS,
        way_back=WayBack("call_in"),
    ),
    "call_in": Action(
        _("Call the department in once more"),
        calling.call_in,
        forms.AgainForm,
        submit=_("Call it in"),
        text=_("The subdistrict summons it with another day. The days for the answer run anew."),
        done=_sent,
        effect=Effect.PUBLISHES,
        way_back=BY_WITHDRAWING,
    ),
    "settle": Action(
        _("Say how it goes on"),
        calling.settle,
        forms.SettleForm,
        submit=_("Publish"),
        text=_("Where the department is not called in once more: what the subdistrict does with the matter."),
        done=_("It is published."),
        tone="quiet",
        ready=_open_settlement,
        effect=Effect.PUBLISHES,
        way_back=WayBack("call_in"),
    ),
    "judge": Action(
        _("Say whether you are satisfied"),
        calling.judge,
        forms.JudgeForm,
        submit=_("Send"),
        text=_("Only sums are shown, never who said what."),
        done=_("Thank you, it counts."),
        effect=Effect.COUNTS,
        way_back=_("It cannot be taken out, but you can say it anew until its days are over."),
    ),
    "cancel": Action(
        _("Withdraw the summons"),
        calling.cancel,
        ReasonForm,
        submit=_("Withdraw"),
        text=_("Nobody owes anything about it any more. Once it was sent, the reason is published."),
        done=_("The summons is withdrawn."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=_("There is no way back, but a new summons can be written."),
    ),
}
ONWARD = {
    S.DRAFTED: "send",
    S.SENT: "note_answer",
    S.UNANSWERED: "call_in",
    S.REFUSED: "call_in",
    S.RESCHEDULED: "agree",
    S.ACCEPTED: "came",
    S.ABSENT: "ask_again",
    S.HELD: "decide",
    S.UNDERTAKEN: "note_report",
    S.REPORTED: "solved",
    S.UNSOLVED: "call_in",
}
