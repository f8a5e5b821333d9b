from django.db import migrations, models


def put_below(apps, schema_editor):
    """Official answers stand under the question they answer, as they do from now on."""
    Post = apps.get_model('threads', 'Post')
    Post.objects.filter(official=True, under=None).update(under=models.F('answers'))


class Migration(migrations.Migration):
    # By itself: PostgreSQL alters no table with rows that the same transaction changed.

    dependencies = [
        ('threads', '0007_reading'),
    ]

    operations = [
        migrations.RunPython(put_below, migrations.RunPython.noop),
    ]
