"""What the public record and the duties call the steps of a hearing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.record import wording
from portal.record.wording import Subject

wording.register(
    {
        "hearing.planned": _("hearing planned"),
        "hearing.panel_set": _("hearing panel named"),
        "hearing.announced": _("hearing announced"),
        "hearing.registration": _("registration for the hearing opened"),
        "hearing.registered": _("took seat %(seat)s for the hearing"),
        "hearing.unregistered": _("gave seat %(seat)s back"),
        "hearing.confirmed": _("list published: panel %(panel)s, observers %(registered)s"),
        "hearing.attendance": _("attendance, round %(round)s: %(attended)s of %(panel)s delegates"),
        "hearing.in_session": _("round %(round)s opened with %(attended)s of %(panel)s delegates"),
        "hearing.adjourned": _("hearing adjourned: %(reason)s"),
        "hearing.rescheduled": _("next round given another date: %(reason)s"),
        "hearing.minutes_draft": _("minutes laid before the panel"),
        "hearing.minutes_changed": _("minutes changed; the panel confirms them anew"),
        "hearing.marked": _("a delegate (%(group)s) answered on the minutes"),
        "hearing.minutes_signed": _("minutes confirmed"),
        "hearing.opinion_issued": _(
            "hearing opinion: %(for)s for, %(conditional)s with conditions, %(against)s against"
        ),
        "hearing.answer_due": _("opinion sent to the decision-maker"),
        "hearing.answered": _("opinion answered: %(adopted)s taken up, %(partly)s in part, %(not)s not"),
        "hearing.published": _("hearing published and filed"),
        "hearing.postponed": _("hearing postponed: %(reason)s"),
        "hearing.cancelled": _("hearing cancelled: %(reason)s"),
    }
)

register_kinds(
    {
        "hearing.set_panel": _("name the hearing panel"),
        "hearing.announce": _("announce the hearing"),
        "hearing.open_registration": _("open registration for the hearing"),
        "hearing.confirm_list": _("publish who takes part in the hearing"),
        "hearing.begin": _("hold the hearing"),
        "hearing.draft_minutes": _("write the minutes of the hearing"),
        "hearing.mark": _("confirm the minutes of the hearing"),
        "hearing.sign_minutes": _("have the minutes confirmed by all"),
        "hearing.issue_opinion": _("issue the hearing opinion"),
        "hearing.send_opinion": _("send the opinion to the decision-maker"),
        "hearing.answer": _("answer the hearing opinion item by item"),
        "hearing.publish": _("publish the result of the hearing"),
    }
)

wording.register_subjects({"hearing": Subject(_("hearings"), "meetings:hearing")})
