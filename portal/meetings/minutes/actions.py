"""The rows of minutes, which each kind of meeting takes into its table; and what can be done with a decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.forms import ActionForm
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.meetings.minutes import deciding, forms, services
from portal.meetings.minutes.log import log_of
from portal.meetings.models import Meeting

PAGE = "meetings/minutes/action.html"


def _beside(meeting: Meeting, user: User) -> dict[str, Any]:
    return {
        "log": log_of(meeting),
        "decisions": list(meeting.decisions.select_related("person")),
        "stances": meeting.participants.exclude(stance="").exists(),
    }


def _corrected(meeting: Meeting, user: User) -> bool:
    return services.came(meeting).exclude(correction="").exists()


def _to_reply(meeting: Meeting, user: User) -> bool:
    return services.unanswered(meeting).exists()


def _without_reply(meeting: Meeting, user: User) -> dict[str, Any]:
    """What closing would leave as it is, for good."""
    count = services.unanswered(meeting).count()
    if not count:
        return {}
    left = ngettext(
        "%(n)d correction or reason has no reply yet, and would be printed without one.",
        "%(n)d corrections or reasons have no reply yet, and would be printed without one.",
        count,
    )
    return {"text": f"{ROWS['sign_minutes'].text} {left % {'n': count}}"}


# The rows of the minutes of any kind of meeting.
ROWS: dict[str, Action] = {
    "draft_minutes": Action(
        _("Write the minutes"),
        services.draft_minutes,
        forms.MinutesForm,
        submit=_("Lay before those who took part"),
        text=_("Everybody who came confirms, corrects or refuses. A change asks all of them again."),
        done=_("The minutes are laid before those who took part."),
        template=PAGE,
        shows=_beside,
        effect=Effect.REPLACES,
        way_back=WayBack("draft_minutes"),
    ),
    "decide": Action(
        _("Note a decision"),
        deciding.decide,
        forms.DecideForm,
        text=_("It is owed from now on, with its day, and can be read by all who may read the minutes."),
        done=_("Noted, and owed until its day."),
        effect=Effect.PUBLISHES,
        way_back=_("On its own page it can be put off once, or dropped, each with a reason."),
    ),
    "mark_minutes": Action(
        _("Confirm the minutes"),
        services.mark_minutes,
        forms.MarkForm,
        submit=_("Send my answer"),
        text=_(
            "Read what was written, above all your own words. You can change your answer until all are in."
        ),
        done=_("Your answer is noted."),
        template=PAGE,
        shows=_beside,
        effect=Effect.REPLACES,
        way_back=WayBack("mark_minutes"),
    ),
    "mark_minutes_on_paper": Action(
        _("Enter the signed sheet"),
        services.mark_on_paper,
        forms.SheetForm,
        submit=_("Enter these answers"),
        text=_("What stands on the signed sheet, all in one form. It is published that it came on paper."),
        done=_("The answers of the sheet are entered."),
        template=PAGE,
        effect=Effect.PUBLISHES,
        way_back=WayBack("mark_minutes_on_paper"),
        leads_on=True,
    ),
    "reply_to_corrections": Action(
        _("Answer the corrections"),
        services.reply_to_corrections,
        forms.RepliesForm,
        submit=_("Save the replies"),
        text=_(
            "Text, correction and reply are all printed. To change the text itself, write the minutes anew."
        ),
        done=_("The replies are noted."),
        tells=True,
        template=PAGE,
        ready=_corrected,
        turn=_to_reply,
        not_ready=_("Nobody has asked for a correction."),
        effect=Effect.REPLACES,
        way_back=WayBack("reply_to_corrections"),
        leads_on=True,
    ),
    "sign_minutes": Action(
        _("Close the minutes"),
        services.sign_minutes,
        text=_("The minutes are published and cannot be changed any more; their hash stands in the record."),
        done=_("The minutes are closed."),
        shows=_without_reply,
        effect=Effect.ENDS,
        way_back=STAYS,
        waits=until(services.require_all_answered),
        leads_on=True,
    ),
}


def minutes_rows(form: type[ActionForm[Any]] = forms.MinutesForm) -> dict[str, Action]:
    """The rows of a kind's minutes. `form`: the kind's own, where it notes more than a text."""
    return ROWS | {"draft_minutes": replace(ROWS["draft_minutes"], form=form)}


DECISION_ACTIONS: dict[str, Action] = {
    "done": Action(
        _("Say that it is done"),
        deciding.done,
        forms.DoneForm,
        submit=_("It is done"),
        text=_("Everybody who took part is told."),
        done=_("Noted as done."),
        main=True,
        effect=Effect.ENDS,
        way_back=WayBack("owe_again"),
    ),
    "move": Action(
        _("Ask for more time"),
        deciding.move,
        forms.LaterForm,
        submit=_("Put it off"),
        text=_("Once only, with a reason that everybody reads."),
        done=_("The new day is noted."),
        tone="quiet",
        ready=lambda decision, user: decision.moved_on is None,
        not_ready=_("It was put off once already. Say how it stands, or that it is not done."),
        effect=Effect.REPLACES,
        way_back=_("There is no way back: it is put off once only."),
    ),
    "drop": Action(
        _("Say that it is not done"),
        deciding.drop,
        forms.DropForm,
        submit=_("It is not done"),
        text=_("The reason is published, and everybody who took part is told."),
        done=_("Noted as not done."),
        tone="danger",
        effect=Effect.ENDS,
        way_back=WayBack("owe_again"),
    ),
    "owe_again": Action(
        _("Take it up again"),
        deciding.owe_again,
        forms.LaterForm,
        submit=_("It is to be done"),
        text=_("For what was noted as done or dropped by mistake. Its owner is told."),
        done=_("It is owed again."),
        tone="quiet",
        until=deciding.taken_up_until,
        effect=Effect.PUBLISHES,
        way_back=WayBack("done"),
    ),
}
