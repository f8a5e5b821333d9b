import django.db.models.deletion
import portal.kit.clock
from django.db import migrations, models


def name_the_answers(apps, schema_editor):
    """Each question that was answered names its answer, which one answer of several questions shares."""
    Post = apps.get_model('threads', 'Post')
    answer = Post.objects.filter(answers=models.OuterRef('pk')).values('pk')[:1]
    Post.objects.filter(answered_at__isnull=False).update(answered_in=models.Subquery(answer))


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0011_upload_closed'),
        ('threads', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(help_text='the body whose text it is', max_length=20)),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('text', models.TextField(max_length=4000, verbose_name='text')),
                ('by_name', models.CharField(max_length=80)),
                ('changed_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('away_at', models.DateTimeField(blank=True, help_text='since when it is offered no more', null=True)),
            ],
            options={
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HandOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.CharField(help_text="the body asked first; it stays the asker's contact", max_length=20)),
                ('to', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('by_name', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='MoreTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('was_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=80)),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='answered_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_too', to='threads.post'),
        ),
        migrations.AddField(
            model_name='post',
            name='files',
            field=models.ManyToManyField(blank=True, related_name='+', to='community.upload'),
        ),
        migrations.AddField(
            model_name='answertext',
            name='neighbourhood',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.area'),
        ),
        migrations.AddField(
            model_name='handon',
            name='post',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handed', to='threads.post'),
        ),
        migrations.AddField(
            model_name='moretime',
            name='post',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='more_time', to='threads.post'),
        ),
        migrations.AddConstraint(
            model_name='answertext',
            constraint=models.UniqueConstraint(condition=models.Q(('away_at', None)), fields=('neighbourhood', 'body', 'title'), name='answer_text_title_once'),
        ),
        migrations.AddConstraint(
            model_name='answertext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='answer_text_says_something'),
        ),
        migrations.AddConstraint(
            model_name='handon',
            constraint=models.CheckConstraint(condition=models.Q(('first', models.F('to')), _negated=True), name='handed_to_another'),
        ),
        migrations.AddConstraint(
            model_name='moretime',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('was_due_at'))), name='more_time_is_later'),
        ),
        migrations.RunPython(name_the_answers, migrations.RunPython.noop),
    ]
