"""What the public record and the duties call a topic and what is owed about it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.deliberation.models import Topic
from portal.duties.kinds import register_kinds
from portal.duties.models import Duty
from portal.duties.steps import number_of, register_page, register_steps
from portal.record.wording import Subject, register_subjects


def _unsummarised(duty: Duty) -> str | None:
    waits = Topic.objects.filter(pk=number_of(duty), summary="").exists()
    return reverse("deliberation:act", args=[number_of(duty), "summarise"]) if waits else None


register_subjects({"topic": Subject(_("Topics"), "deliberation:topic")})
register_kinds(
    {
        "topic.screen": _("screen the topic"),
        "topic.complete": _("complete the topic"),
        "topic.appeal": _("decide on the appeal"),
        "topic.passed_on": _("answer what was passed on"),
        "topic.heard_back": _("ask what became of it, and publish the answer"),
        "topic.objection": _("answer the objections to the decision"),
        "topic.contact": _("name another first contact"),
        "topic.forum": _("summarise the discussion and choose how it is decided"),
        "topic.decide": _("decide, call a vote, or discuss again"),
        "topic.withdrawal": _("answer the proposer who wants to withdraw"),
        "topic.execute": _("name who carries it out, and the steps"),
        "topic.step": _("carry out a step"),
        "topic.evaluate": _("close the topic or have it done again"),
    }
)
register_steps(
    "deliberation:act",
    {
        "topic.screen": ("accept", "return", "merge", "redirect", "reject"),
        "topic.appeal": ("decide_appeal",),
        "topic.passed_on": ("answer",),
        "topic.heard_back": ("answer",),
        "topic.objection": ("uphold", "take_back_decision"),
        "topic.contact": ("name_contact",),
        "topic.forum": ("decide", "call_vote"),
        "topic.decide": ("decide", "call_vote", "summarise", "back_to_discussion"),
        "topic.withdrawal": ("agree_withdrawal",),
        "topic.execute": ("start_execution",),
        "topic.evaluate": ("close",),
    },
)
register_steps("deliberation:step_act", {"topic.step": ("report",)})
# The summary is owed before anything can be decided; once written it is only improved.
register_page("topic.forum", _unsummarised, _("Write the summary"))
register_page("topic.complete", lambda duty: reverse("deliberation:draft", args=[number_of(duty), 1]))
