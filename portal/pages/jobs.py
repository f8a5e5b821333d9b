"""What time does to pages: those set for a moment appear, those that expire go."""

from __future__ import annotations

from django.core.management import call_command

from portal.duties.tick import job


@job
def publish_scheduled() -> None:
    """Publish and take down what editors set for a moment that has come."""
    call_command("publish_scheduled", verbosity=0)
