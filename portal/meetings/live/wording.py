"""What is owed about a meeting that runs, and what a question in it is called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_page
from portal.record import wording
from portal.record.wording import Subject

register_kinds({"live.answer": _("see that a question asked at a meeting is answered")})
_QUESTIONS = Subject(_("questions at meetings"), "meetings:live_question")
wording.register_subjects({"hallquestion": _QUESTIONS, "live": Subject(_QUESTIONS.label)})
register_page("live.answer")
