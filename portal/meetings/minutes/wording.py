"""What the public record and the duties call decisions of meetings and what is owed about minutes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.community.models import Post
from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record import wording
from portal.record.wording import Subject

# What somebody owes who has left is taken in on paper, or done, by the committee.
register_kinds({"meeting.mark": _("answer on the minutes of the meeting")}, falls_to=Post.WORKER)
register_kinds({"decision.do": _("do what a meeting decided")}, falls_to=Post.WORKER)

wording.register_subjects({"decision": Subject(_("decisions of meetings"), "meetings:decision")})
register_steps("meetings:decision_act", {"decision.do": ("done",)})
