"""What the record and the duties call coordination meetings and what is owed about them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.meetings.models import Obligation
from portal.record import wording
from portal.record.wording import Subject


def _of_obligation(duty: Duty) -> str:
    found = Obligation.objects.select_related("meeting").get(pk=number_of(duty))
    return found.meeting.get_absolute_url()


register_kinds(
    {
        "coordination.accept": _("say whether the coordination meeting is taken up"),
        "coordination.gather": _("ask all parties whether they agree to the coordination meeting"),
        "coordination.notify": _("send the parties the points to settle"),
        "coordination.begin": _("hold the coordination meeting"),
        "coordination.draft_minutes": _("write the record of the coordination meeting"),
        "coordination.sign_minutes": _("have the record confirmed by the parties"),
        "coordination.conclude": _("write down the agreement, or that there is none"),
        "coordination.seal": _("have the agreement signed, and sign as the mediator"),
        "coordination.refer": _("tell the parties the other routes"),
        "coordination.perform": _("begin watching that the agreement is carried out"),
        "coordination.watch": _("watch that the agreement is carried out"),
        "coordination.visit": _("visit the parties again"),
        "coordination.read_back": _("read the notes of the inquiry back to those who were asked"),
        "coordination.mediator": _("say who mediates, since the mediator has left"),
        "coordination.party_left": _("ask the party that has left whether it goes on"),
        "coordination.close": _("close the file of the coordination meeting"),
    },
    falls_to=Post.WORKER,
    official=True,
)
register_kinds(
    {"coordination.nobody": _("appoint somebody who can carry out the coordination meeting")},
    falls_to=Post.DIRECTOR,
    official=True,
)
register_kinds(
    {
        "coordination.consent": _("say whether you agree to the coordination meeting"),
        "coordination.sign": _("sign the agreement"),
        "coordination.do": _("do what was agreed"),
    },
    lasting=True,
)

wording.register_subjects({"coordination": Subject(_("coordination meetings"), "meetings:coordination")})
register_steps(
    "meetings:coordination_act",
    {
        "coordination.accept": ("accept", "decline"),
        "coordination.gather": ("tell_rights", "answer_on_paper"),
        "coordination.consent": ("answer",),
        "coordination.notify": ("notify",),
        "coordination.begin": ("begin", "reschedule"),
        "coordination.draft_minutes": ("draft_minutes",),
        "coordination.sign_minutes": ("reply_to_corrections", "sign_minutes", "mark_minutes_on_paper"),
        "coordination.conclude": ("agree", "not_agree"),
        "coordination.seal": ("seal", "sign_on_paper"),
        "coordination.sign": ("sign",),
        "coordination.refer": ("refer",),
        "coordination.perform": ("perform",),
        "coordination.watch": ("finish", "note_receipt", "breach"),
        "coordination.visit": ("note_visit",),
        "coordination.read_back": ("read_back",),
        "coordination.mediator": ("name_mediator",),
        "coordination.party_left": ("note_stays", "name_agent", "stop_for"),
        "coordination.close": ("close_file",),
        "meeting.mark": ("mark_minutes",),
    },
)
# What was agreed is done outside of the portal: the page says what, and whoever is in charge notes it.
register_page("coordination.do", _of_obligation)
register_page("coordination.nobody", lambda duty: reverse("register:posts", args=[duty.neighbourhood.slug]))
