"""What the public record calls an activity, until hours have moved over to `Activity.record_title`."""

from __future__ import annotations

from portal.volunteers.models import Activity


def public_title(activity: Activity) -> str:
    """Old."""
    return activity.record_title
