from django.db import migrations, models


def name_the_answers(apps, schema_editor):
    """Each question that was answered names its answer, which one answer of several questions shares."""
    Post = apps.get_model('threads', 'Post')
    answer = Post.objects.filter(answers=models.OuterRef('pk')).values('pk')[:1]
    Post.objects.filter(answered_at__isnull=False).update(answered_in=models.Subquery(answer))


class Migration(migrations.Migration):

    dependencies = [
        ('threads', '0002_answering'),
    ]

    operations = [
        migrations.RunPython(name_the_answers, migrations.RunPython.noop),
    ]
