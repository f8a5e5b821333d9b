"""Numbers of the law and of practice, as dated rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.community.models.places import Area


class LegalStatus(models.TextChoices):
    LAW = "law", _("law")
    LOCAL_RULE = "local_rule", _("local rule")
    PRACTICE = "practice", _("practice")
    ASSUMED = "assumed", _("assumed, may be changed by the neighbourhood")


class RuleSet(models.Model):
    """A number of the law or of practice, as dated data with its source; copied where it is applied."""

    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="rule_sets")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=LegalStatus)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "key", "valid_from"], name="rule_once_in_area"),
            models.UniqueConstraint(
                fields=["key", "valid_from"], condition=Q(area=None), name="rule_once_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"
