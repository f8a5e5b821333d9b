import django.db.models.deletion
import portal.kit.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('community', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=300)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('length', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='community.area')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_at', None), ('closes_at__gte', models.F('opened_at')), _connector='OR'), name='thread_dates')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('revision', models.PositiveIntegerField()),
                ('key', models.UUIDField(default=uuid.uuid4, help_text='idempotency key of the form', unique=True)),
                ('author_name', models.CharField(max_length=80)),
                ('author_note', models.CharField(blank=True, help_text='building, or the post that signs', max_length=80)),
                ('body', models.TextField(max_length=4000, verbose_name='your post')),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('official', models.BooleanField(default=False)),
                ('asks', models.CharField(blank=True, help_text='the post asked to answer officially', max_length=20)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, help_text='until when the answer is owed', null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_reason', models.CharField(blank=True, choices=[('personal_data', "shows somebody's personal data"), ('insult', 'insults somebody'), ('unlawful', 'unlawful content'), ('advertising', 'advertising'), ('off_topic', 'nothing to do with the matter')], max_length=20)),
                ('appeal', models.CharField(blank=True, max_length=1000, verbose_name='why it should be shown again')),
                ('appealed_at', models.DateTimeField(blank=True, null=True)),
                ('upheld_at', models.DateTimeField(blank=True, help_text='the appeal failed: it stays hidden', null=True)),
                ('answers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_by', to='threads.post')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='community.person')),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='threads.thread')),
            ],
            options={
                'ordering': ['thread', 'sequence'],
                'indexes': [models.Index(fields=['author', 'at'], name='post_of_author')],
                'constraints': [models.UniqueConstraint(fields=('thread', 'sequence'), name='post_number_once'), models.UniqueConstraint(fields=('thread', 'revision'), name='post_revision_once'), models.UniqueConstraint(fields=('answers',), name='post_answered_once'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at', None), ('hidden_reason', '')), models.Q(('hidden_at__isnull', False), models.Q(('hidden_reason', ''), _negated=True)), _connector='OR'), name='post_hidden_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at', None), ('answered_at', None), ('asked_at', None), ('asks', ''), ('due_at', None)), models.Q(models.Q(('asks', ''), _negated=True), ('asked_at__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='post_asked_has_date'), models.CheckConstraint(condition=models.Q(models.Q(('answers__isnull', False), ('official', True)), models.Q(('answers', None), ('official', False)), _connector='OR'), name='post_official_answers')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('personal_data', "shows somebody's personal data"), ('insult', 'insults somebody'), ('unlawful', 'unlawful content'), ('advertising', 'advertising'), ('off_topic', 'nothing to do with the matter')], max_length=20)),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='threads.post')),
            ],
            options={
                'ordering': ['at'],
                'constraints': [models.UniqueConstraint(fields=('post', 'person'), name='flag_once')],
            },
        ),
    ]
