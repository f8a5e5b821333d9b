"""Why a report was sent back stands on its page, not in a notice alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_reports")]

    operations = [
        migrations.AddField("monthlyreport", "sent_back", models.CharField(blank=True, max_length=300)),
    ]
