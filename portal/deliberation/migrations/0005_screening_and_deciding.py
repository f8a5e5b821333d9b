"""Who came from a merged topic, the promised end of a discussion, an answer from elsewhere, the committee's own."""

import django.db.models.deletion
from django.db import migrations, models


def remember_ends(apps, schema_editor):
    """The end of a discussion under way was promised by the topic's state."""
    running = apps.get_model("deliberation", "Topic").objects.filter(state="discussing")
    running.update(discussed_until=models.F("state_until"))


class Migration(migrations.Migration):
    dependencies = [("deliberation", "0004_one_index")]

    operations = [
        migrations.AddField(
            model_name="seconding",
            name="came_from",
            field=models.ForeignKey(
                blank=True,
                help_text="the merged topic they stood behind",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deliberation.topic",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="answer",
            field=models.TextField(
                blank=True, help_text="what the body said to which it was passed on", max_length=2000
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="topic",
            name="decided_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when the committee itself decided it; none where a vote did",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="discussed_until",
            field=models.DateTimeField(
                blank=True,
                help_text="promised end of the latest discussion; nothing is decided before",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="matter",
            field=models.CharField(
                choices=[
                    ("committee", "a small matter of the residents’ committee"),
                    ("neighbourhood", "a matter of the neighbourhood"),
                    ("owners.ordinary", "owners' joint matter (Civil Code art. 278, ordinary)"),
                    ("owners.special", "owners' joint matter (Civil Code art. 278, special majority)"),
                ],
                default="neighbourhood",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="topic_answer_has_its_moment",
            ),
        ),
        migrations.RunPython(remember_ends, migrations.RunPython.noop),
    ]
