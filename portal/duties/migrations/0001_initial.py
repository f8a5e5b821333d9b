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
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('ran_at', models.DateTimeField(default=portal.kit.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='PublicNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=60)),
                ('purpose', models.CharField(help_text='what the notice is of, such as topic or hearing', max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True)),
                ('url', models.CharField(max_length=300)),
                ('places', models.CharField(blank=True, max_length=200, verbose_name='where it is posted')),
                ('starts_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('ends_at', models.DateTimeField()),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='public_notices', to='community.area')),
            ],
            options={
                'ordering': ['-starts_at'],
                'indexes': [models.Index(fields=['subject'], name='public_notice_subject'), models.Index(fields=['neighbourhood', 'ends_at'], name='public_notice_running')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='public_notice_dates')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000, verbose_name='objection')),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='duties.publicnotice')),
            ],
            options={
                'ordering': ['at'],
                'constraints': [models.UniqueConstraint(fields=('notice', 'person'), name='objection_once')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=300)),
                ('post', models.CharField(blank=True, choices=[('director', 'committee director'), ('worker', 'committee worker'), ('party', 'party branch secretary'), ('oversight', 'oversight committee member'), ('owners_committee', "owners' committee member"), ('property', 'property manager'), ('building_head', 'building head'), ('delegate', "residents' delegate"), ('officer', 'subdistrict officer'), ('auditor', 'auditor'), ('editor', 'district editor')], max_length=20)),
                ('opened_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('due_at', models.DateTimeField()),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('provisional', models.BooleanField(default=False, help_text='the working-day calendar of that year was not published')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('level', models.PositiveSmallIntegerField(default=0, help_text='supervision level 0-5; never falls')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.area')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='community.area')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='community.person')),
            ],
            options={
                'ordering': ['due_at'],
                'indexes': [models.Index(fields=['subject'], name='duty_subject'), models.Index(condition=models.Q(('done_at', None), ('dropped_at', None)), fields=['due_at'], name='duty_due'), models.Index(condition=models.Q(('done_at', None), ('dropped_at', None), ('reminded_at', None)), fields=['remind_at'], name='duty_remind')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('post', '')), models.Q(('area__isnull', False), ('person', None), models.Q(('post', ''), _negated=True)), _connector='OR'), name='duty_has_one_ower'), models.CheckConstraint(condition=models.Q(('level__lte', 5)), name='duty_level'), models.UniqueConstraint(condition=models.Q(('done_at', None), ('dropped_at', None), ('person', None)), fields=('kind', 'subject'), name='duty_of_post_once'), models.UniqueConstraint(condition=models.Q(('done_at', None), ('dropped_at', None)), fields=('kind', 'subject', 'person'), name='duty_of_person_once')],
            },
        ),
    ]
