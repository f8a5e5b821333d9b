from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was found at half time, which everybody reads on the page of the project."""

    dependencies: ClassVar = [("funds", "0002_stays")]
    operations: ClassVar = [
        migrations.AddField("grant", "midterm_found", models.CharField(blank=True, max_length=300)),
    ]
