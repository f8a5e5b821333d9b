from django.db import migrations

FIELDS = ("office", "hours", "telephone", "property_telephone")


def move(apps, schema_editor):
    """What a page said of the committee's office belongs to the neighbourhood."""
    page, contact = apps.get_model("pages", "NeighbourhoodPage"), apps.get_model("community", "Contact")
    for row in page.objects.values("area_id", *FIELDS):
        area = row.pop("area_id")
        contact.objects.get_or_create(area_id=area, defaults=row)


def move_back(apps, schema_editor):
    page, contact = apps.get_model("pages", "NeighbourhoodPage"), apps.get_model("community", "Contact")
    for row in contact.objects.values("area_id", *FIELDS):
        page.objects.filter(area_id=row.pop("area_id")).update(**row)


class Migration(migrations.Migration):
    dependencies = [("community", "0008_contacts"), ("pages", "0001_initial")]

    operations = [
        migrations.RunPython(move, move_back),
        *(migrations.RemoveField(model_name="neighbourhoodpage", name=name) for name in FIELDS),
    ]
