from django.db import migrations

KINDS = ("noticepage", "textpage")


class Migration(migrations.Migration):
    """Apart from the one before: PostgreSQL drops no column of rows that were changed in the same transaction."""

    dependencies = [("pages", "0003_sections")]

    operations = [
        migrations.RemoveField(model_name=name, name=field) for name in KINDS for field in ("plain", "picture")
    ]
