"""Numbers of the law and of practice, as dated rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models.people import User
from portal.community.models.places import Area
from portal.kit import clock
from portal.kit.constraints import in_order


class LegalStatus(models.TextChoices):
    LAW = "law", _("law")
    LOCAL_RULE = "local_rule", _("local rule")
    PRACTICE = "practice", _("practice")
    ASSUMED = "assumed", _("assumed, may be changed by the neighbourhood")


class RuleSet(models.Model):
    """A number of the law or of practice, as dated data with its source; copied where it is applied.

    A row with an area holds there in place of the general one, from `valid_from` to the day before `valid_to`;
    `reason`, `set_by` and `set_at` say why, who put it there, and when.
    """

    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="rule_sets")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=LegalStatus)
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "key", "valid_from"], name="rule_once_in_area"),
            models.UniqueConstraint(
                fields=["key", "valid_from"], condition=Q(area=None), name="rule_once_everywhere"
            ),
            in_order("valid_from", "valid_to", name="rule_days", same=True),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"

    @property
    def state(self) -> str:
        """Whether its last day is over, or was set (see administration.states)."""
        return "open" if self.valid_to is None else "ended"

    @property
    def never_held(self) -> bool:
        """Whether it was ended before its first day."""
        return self.valid_to is not None and self.valid_to <= self.valid_from

    @property
    def is_to_come(self) -> bool:
        """Whether its first day has not come."""
        return self.valid_from > clock.today()
