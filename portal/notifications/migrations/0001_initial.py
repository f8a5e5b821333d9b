import django.db.models.deletion
import portal.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('community', '0001_initial'),
        ('community', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no_mail', models.JSONField(default=list, verbose_name='not by e-mail')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preference', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('occasion', models.CharField(max_length=120)),
                ('params', models.JSONField(default=dict)),
                ('url', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('by_mail', models.BooleanField(default=False)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('mail_after', models.DateTimeField(default=portal.kit.clock.now, help_text='a sender has it in hand, or waits, until then')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.area')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['user', '-created_at'], name='notice_newest'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notice_unread'), models.Index(condition=models.Q(('by_mail', True), ('mailed_at', None)), fields=['mail_after'], name='notice_outbox')],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind', 'occasion'), name='notice_once')],
            },
        ),
    ]
