"""What the public record and the duties call the steps of a topic."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties import kinds
from portal.record import wording

wording.register_subjects({"topic": wording.Subject(_("Topics"), "deliberation:topic")})
wording.register(
    {
        "topic.seconding": _("proposed; looking for seconders"),
        "topic.screening": _("before the committee for screening"),
        "topic.returned": _("returned for completion"),
        "topic.rejected": _("not accepted"),
        "topic.merged": _("merged into another topic"),
        "topic.redirected": _("passed on"),
        "topic.announced": _("accepted; public notice begins"),
        "topic.discussing": _("discussion opened"),
        "topic.in_forum": _("taken to a hearing"),
        "topic.voting": _("put to the vote"),
        "topic.adopted": _("adopted"),
        "topic.not_adopted": _("not adopted"),
        "topic.executing": _("carrying out begins"),
        "topic.evaluating": _("done; neighbours judge the result"),
        "topic.closed": _("closed"),
        "topic.expired": _("time ran out"),
        "topic.withdrawn": _("withdrawn"),
        "topic.suspended": _("suspended"),
        "topic.appealed": _("appealed to the subdistrict"),
        "topic.appeal_refused": _("appeal decided: the refusal stands"),
        "topic.summarised": _("discussion summarised"),
        "topic.withdrawal_asked": _("proposer asks to withdraw"),
        "topic.withdrawal_refused": _("withdrawal not agreed"),
        "topic.step_done": _("step done"),
        "topic.step_added": _("step added"),
        "topic.step_moved": _("step given another date"),
    }
)

kinds.register_kinds(
    {
        "topic.screen": _("screen the topic"),
        "topic.complete": _("complete the topic"),
        "topic.appeal": _("decide on the appeal"),
        "topic.forum": _("summarise the discussion and choose how it is decided"),
        "topic.decide": _("decide, call a vote, or discuss again"),
        "topic.withdrawal": _("answer the proposer who wants to withdraw"),
        "topic.execute": _("name who carries it out, and the steps"),
        "topic.step": _("carry out a step"),
        "topic.evaluate": _("close the topic or have it done again"),
    }
)
