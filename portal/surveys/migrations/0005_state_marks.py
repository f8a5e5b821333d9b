"""What is open is found among a million notes by a word of the index, too."""

from __future__ import annotations

from django.db import migrations

MARK = "UPDATE surveys_visitnote SET words = 's' || replace(state, '_', '') || ' ' || words"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_heard_by_mistake")]

    operations = [migrations.RunSQL(MARK, migrations.RunSQL.noop)]
