"""Every kind of meeting has its state, chair, notice and rounds on the base; delegates become participants of any meeting."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from django.db.models import OuterRef, Subquery

MOVED = ("state", "round", "chair", "quorum", "notice", "reason", "cancelled_at", "cancelled_from")


def to_the_base(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What each hearing held, to the row of its meeting. One statement."""
    meetings, hearings = apps.get_model("meetings", "Meeting"), apps.get_model("meetings", "Hearing")
    of = hearings.objects.filter(pk=OuterRef("pk"))
    meetings.objects.filter(pk__in=hearings.objects.values("pk")).update(
        **{name: Subquery(of.values(f"old_{name}")[:1]) for name in MOVED}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_operator_post"),
        ("community", "0010_caption"),
        ("duties", "0003_results_and_pauses"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="hearing", name="hearing_known_state"),
        *(migrations.RenameField("hearing", name, f"old_{name}") for name in MOVED),
        migrations.AddField("meeting", "state", models.CharField(max_length=20, default="planned"), preserve_default=False),
        migrations.AddField("meeting", "round", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "meeting",
            "chair",
            models.ForeignKey("community.person", django.db.models.deletion.PROTECT, related_name="+", null=True),
        ),
        migrations.AddField("meeting", "quorum", models.JSONField(default=list, blank=True)),
        migrations.AddField(
            "meeting",
            "notice",
            models.ForeignKey(
                "duties.publicnotice", django.db.models.deletion.PROTECT, null=True, blank=True, related_name="+"
            ),
        ),
        migrations.AddField(
            "meeting",
            "reason",
            models.CharField(max_length=300, blank=True, default="", help_text="why it was postponed or cancelled"),
            preserve_default=False,
        ),
        migrations.AddField("meeting", "cancelled_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField(
            "meeting",
            "cancelled_from",
            models.CharField(
                max_length=20, blank=True, default="", help_text="where it stood when it was cancelled"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(to_the_base, migrations.RunPython.noop),
    ]
