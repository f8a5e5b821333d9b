from __future__ import annotations

from typing import Any

import portal.kit.names
from django.db import migrations, models

SLICE = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    """The compared form of every name that is there, in slices."""
    people = apps.get_model("community", "Person").objects.only("pk", "real_name", "display_name")
    last = 0
    while some := list(people.filter(pk__gt=last).order_by("pk")[:SLICE]):
        for person in some:
            person.name_key = portal.kit.names.compared(person.real_name)
            person.shown_key = portal.kit.names.compared(person.display_name)
        people.bulk_update(some, ["name_key", "shown_key"])
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial")]

    operations = [
        migrations.RemoveIndex("person", "person_name_phone"),
        migrations.AddField("person", "name_key", portal.kit.names.ComparedField(source="real_name")),
        migrations.AddField("person", "shown_key", portal.kit.names.ComparedField(source="display_name")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("person", models.Index(fields=["name_key", "phone"], name="person_key_phone")),
    ]
