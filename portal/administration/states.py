"""Whether a place is still there, and whether a rule of its own holds on. The rows lie in portal.community."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class AreaState(TextChoices):
    """Whether there is such a place; follows from the day it was retired."""

    IN_USE = "in_use", _("in use")
    RETIRED = "retired", _("retired")


class RuleState(TextChoices):
    """Whether an end was set to a rule of a place; follows from its last day."""

    OPEN = "open", _("holds until further notice")
    ENDED = "ended", _("ended")


AREA_LIFE = LifeCycle(
    "area",
    {
        AreaState.IN_USE: frozenset({AreaState.RETIRED}),
        AreaState.RETIRED: frozenset({AreaState.IN_USE}),
    },
    AreaState.IN_USE,
    refusals={AreaState.RETIRED: _("This place is retired. Please bring it back first.")},
)
RULE_LIFE = LifeCycle(
    "rule",
    {RuleState.OPEN: frozenset({RuleState.ENDED}), RuleState.ENDED: frozenset({RuleState.OPEN})},
    RuleState.OPEN,
    refusals={RuleState.ENDED: _("This rule has an end already.")},
)
