from django.db import migrations


def open_discussions(apps, schema_editor):
    """Topics on their way to a discussion can be asked about from now on, as those that are sent from today."""
    Topic, Thread = apps.get_model('deliberation', 'Topic'), apps.get_model('threads', 'Thread')
    for topic in Topic.objects.filter(thread=None, state__in=['seconding', 'screening', 'returned', 'announced']):
        topic.thread = Thread.objects.create(
            neighbourhood_id=topic.neighbourhood_id,
            subject=f'topic:{topic.pk}',
            title=topic.title[:200],
            url=f'/topics/{topic.pk}/',
        )
        topic.save(update_fields=['thread'])


class Migration(migrations.Migration):

    dependencies = [
        ('deliberation', '0005_screening_and_deciding'),
        ('threads', '0008_answers_below'),
    ]

    operations = [
        migrations.RunPython(open_discussions, migrations.RunPython.noop),
    ]
