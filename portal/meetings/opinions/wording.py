"""What the public record and the duties call an opinion map and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record.wording import Subject, register_subjects

register_subjects(
    {
        "opinionmap": Subject(_("Opinion maps"), "meetings:opinion_map"),
        "opinions": Subject(_("Opinion maps")),
    }
)
register_kinds({"opinions.screen": _("look at new statements of the opinion map")})
register_steps("meetings:opinion_map_act", {"opinions.screen": ("screen",)})
