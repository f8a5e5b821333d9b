"""What the public record and the duties call a discussion and what is owed in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_page, register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "thread": Subject(_("Discussions"), "threads:thread"),
        "post": Subject(_("Posts"), "threads:post"),
        "mute": Subject(_("Writing stopped for a time"), "threads:mute"),
    }
)
register_kinds(
    {
        "thread.answer": _("answer a neighbour officially"),
        "thread.again": _("see again to a question that your answer has not solved"),
        "thread.follow": _("see to it that a question you handed on is answered"),
        "thread.review": _("look at a post that waits to be shown"),
        "thread.mute_appeal": _("decide an appeal of somebody who may not write for a time"),
        "thread.flags": _("look at a post that neighbours reported"),
        "thread.appeal": _("decide an appeal about a hidden post"),
    }
)
register_steps(
    "threads:act",
    {
        "thread.answer": ("answer", "hand_on", "more_time"),
        "thread.again": ("answer_again",),
        "thread.review": ("release", "hide"),
        "thread.flags": ("keep", "hide"),
        "thread.appeal": ("restore", "uphold"),
    },
)
register_steps("threads:mute_act", {"thread.mute_appeal": ("lift", "uphold")})
# Whoever handed a question on stays its first contact: its place in the discussion says who answers.
register_page("thread.follow")
