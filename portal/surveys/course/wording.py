"""What the record and the workbench call surveys, and what is owed about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record.wording import Subject, register_subjects
from portal.surveys.course.promises import APPROVE, STEPS

register_subjects({"survey": Subject(_("Surveys"), "surveys:survey"), "wave": Subject(_("Waves"))})
register_kinds({step.kind: step.label for step in (APPROVE, *STEPS)})
# While it runs nothing is offered for the check: closing it early is no step that anybody owes.
register_steps("surveys:course_act", {"survey.approve": ("approve",), "survey.clean": ("clean", "look")})
register_steps("surveys:course_act", {"survey.publish": ("analyse",)})
register_steps("surveys:results_act", {"survey.publish": ("publish",)})
