"""The life of a monthly report: written, signed off by the director; what was published is corrected by another one."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.actions.lifecycles import LifeCycle


class ReportState(TextChoices):
    """Where a report stands; it follows from when it was handed in and published."""

    DRAFT = "draft", _("draft")
    HANDED_IN = "handed_in", _("waits for the director")
    PUBLISHED = "published", _("published")


NEXT: dict[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.HANDED_IN}),
    ReportState.HANDED_IN: frozenset({ReportState.DRAFT, ReportState.PUBLISHED}),
    ReportState.PUBLISHED: frozenset(),
}
LIFE = LifeCycle("report", NEXT, ReportState.DRAFT)
