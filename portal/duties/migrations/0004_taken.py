import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0011_upload_closed"),
        ("duties", "0003_results_and_pauses"),
    ]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="taken_by",
            field=models.ForeignKey(
                blank=True,
                help_text="who of those who hold the post said: I have it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="community.person",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="urged_at",
            field=models.DateTimeField(
                blank=True, help_text="when somebody who watches over it last reminded of it by hand", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_at", None), ("taken_by", None)),
                    models.Q(
                        ("taken_at__isnull", False),
                        ("taken_by__isnull", False),
                        models.Q(("post", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="duty_taken_of_post",
            ),
        ),
    ]
