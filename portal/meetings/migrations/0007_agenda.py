"""A number, an end, a link; participants without a record; the agenda in points."""

from __future__ import annotations


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0010_caption'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('duties', '0003_results_and_pauses'),
        ('meetings', '0006_participants'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120, verbose_name='point')),
                ('presenter', models.CharField(blank=True, max_length=60, verbose_name='presented by')),
                ('minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes')),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=1000, verbose_name='what came of it')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='ends_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ends'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='link',
            field=models.URLField(blank=True, max_length=300, verbose_name='link for taking part from home'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='number',
            field=models.CharField(blank=True, max_length=24, verbose_name='number'),
        ),
        migrations.AddField(
            model_name='participant',
            name='name',
            field=models.CharField(blank=True, max_length=60, verbose_name='name'),
        ),
        migrations.AddField(
            model_name='participant',
            name='part',
            field=models.CharField(choices=[('delegate', 'delegate'), ('party', 'party'), ('agent', 'agent of a party'), ('member', 'member'), ('reviewed', 'reports'), ('department', 'department'), ('guest', 'guest')], default='delegate', max_length=12),
        ),
        migrations.AddField(
            model_name='participant',
            name='reply',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name='participant',
            name='group',
            field=models.CharField(blank=True, max_length=40, verbose_name='speaks for'),
        ),
        migrations.AlterField(
            model_name='participant',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['neighbourhood', 'starts_at'], name='meeting_date'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('neighbourhood', 'number'), name='meeting_number_once'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('round__gte', 1)), name='meeting_round_from_one'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('meeting', 'person'), name='participant_once'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), ('person__isnull', False)), models.Q(('person', None), models.Q(('name', ''), _negated=True)), _connector='OR'), name='participant_person_or_name'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark', ''), ('marked_at', None)), models.Q(models.Q(('mark', ''), _negated=True), ('attended_at__isnull', False), ('marked_at__isnull', False)), _connector='OR'), name='participant_marked_after_attending'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark', 'corrected'), _negated=True), models.Q(('correction', ''), _negated=True), _connector='OR'), name='participant_correction_given'),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agenda_items', to='meetings.meeting'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'number'), name='agenda_number_once'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (1, 480))), name='agenda_minutes_sane'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('began_at__isnull', False), ('ended_at__gte', models.F('began_at'))), _connector='OR'), name='agenda_ended_after_begun'),
        ),
    ]
