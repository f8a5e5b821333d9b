"""What moved to the base leaves the hearing; the members of its panel are participants of a meeting of any kind."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

MOVED = ("state", "round", "chair", "quorum", "notice", "reason", "cancelled_at", "cancelled_from")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_kinds")]
    operations = [
        *(migrations.RemoveField("hearing", f"old_{name}") for name in MOVED),
        migrations.AlterField(
            "meeting",
            "chair",
            models.ForeignKey("community.person", django.db.models.deletion.PROTECT, related_name="+"),
        ),
        migrations.RemoveConstraint(model_name="panelmember", name="panel_seat_once"),
        migrations.RemoveConstraint(model_name="panelmember", name="panel_marked_after_attending"),
        migrations.RemoveConstraint(model_name="panelmember", name="panel_correction_given"),
        migrations.RenameModel("PanelMember", "Participant"),
        migrations.RenameField("participant", "hearing", "meeting"),
        migrations.AlterField(
            "participant",
            "meeting",
            models.ForeignKey(
                "meetings.meeting", django.db.models.deletion.CASCADE, related_name="participants"
            ),
        ),
    ]
