"""What the public record and the duties call a draw and what is owed about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.duties.kinds import register_kinds
from portal.duties.steps import register_steps
from portal.record import wording
from portal.record.wording import Subject

register_kinds(
    {
        "lot.close": _("close sign-up for the draw"),
        "lot.commit": _("publish the tickets of the draw"),
        "lot.seed": _("write down the seed of the draw"),
        "lot.draw": _("read the seed a second time and draw"),
    }
)
# The record names its acts by “lot”, the draw itself by its table.
wording.register_subjects(
    {
        "paneldraw": Subject(_("draws by lot"), "meetings:lot"),
        "lot": Subject(_("panels chosen by lot"), ""),
    }
)
register_steps(
    "meetings:lot_act",
    {
        "lot.close": ("close_sign_up",),
        "lot.commit": ("commit",),
        "lot.seed": ("enter_seed",),
        "lot.draw": ("draw",),
    },
)
