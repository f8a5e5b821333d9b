"""What can be done with a monthly report, as people meet it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.actions.actions import Action, Effect, WayBack, address
from portal.actions.waiting import until
from portal.actions.ways import STAYS
from portal.community.models import User
from portal.reports import services
from portal.reports.counting import count
from portal.reports.drawing import sections
from portal.reports.forms import CorrectForm, ReturnForm, TextForm
from portal.reports.models import MonthlyReport


def _stands(report: MonthlyReport, user: User) -> bool:
    return not MonthlyReport.objects.filter(corrects=report).exists()


def _signed(report: MonthlyReport, user: User) -> dict[str, Any]:
    """What is signed stands on the page of the signature, as the workbench leads straight to it."""
    figures = sections(count(report.neighbourhood, report.month))
    return {"sections": figures, "return_url": address("reports:act", report, "return")}


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
        text=_("The director signs it off, or sends it back with a reason."),
        done=_("Handed in."),
        main=True,
        waits=until(services.require_whole),
        effect=None,
    ),
    "publish": Action(
        _("Sign off and publish"),
        services.publish,
        text=_("The figures are counted once more and fixed. Everybody can read the report at once."),
        done=_("The report is published."),
        main=True,
        waits=until(services.require_whole),
        template="reports/publish.html",
        shows=_signed,
        effect=Effect.PUBLISHES,
        way_back=WayBack("correct"),
    ),
    "return": Action(
        _("Send it back"),
        services.give_back,
        ReturnForm,
        text=_("Who began it is told, with your reason, and owes it again."),
        done=_("Sent back."),
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
