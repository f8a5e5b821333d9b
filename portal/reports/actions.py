"""What can be done with a monthly report, as people meet it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.reports import services
from portal.reports.forms import CorrectForm, ReturnForm, TextForm
from portal.reports.models import MonthlyReport


def _stands(report: MonthlyReport, user: User) -> bool:
    return not MonthlyReport.objects.filter(corrects=report).exists()


ACTIONS = {
    "write": Action(
        _("Write the text"),
        services.write,
        TextForm,
        submit=_("Save"),
        done=_("Saved."),
        main=True,
        turn=lambda report, user: not report.text,
        effect=None,
    ),
    "hand_in": Action(
        _("Hand it to the director"),
        services.hand_in,
        text=_("The director signs it off, or gives it back with a reason."),
        done=_("Handed in."),
        main=True,
        waits=until(services.require_whole),
        effect=None,
    ),
    "publish": Action(
        _("Sign off and publish"),
        services.publish,
        text=_("The figures are counted once more and fixed. Everybody can read the report at once."),
        done=_("Published."),
        main=True,
        waits=until(services.require_whole),
        effect=Effect.PUBLISHES,
        way_back=WayBack("correct"),
    ),
    "return": Action(
        _("Give it back"),
        services.give_back,
        ReturnForm,
        text=_("Who began it is told, with your reason, and owes it again."),
        done=_("Given back."),
        effect=None,
    ),
    "correct": Action(
        _("Correct it"),
        services.correct,
        CorrectForm,
        text=_("The figures are counted anew. The former report stays readable, with your reason."),
        done=_("Corrected."),
        ready=_stands,
        then=lambda report, made: str(made.get_absolute_url()),
        effect=Effect.REPLACES,
        way_back=STAYS,
    ),
}
