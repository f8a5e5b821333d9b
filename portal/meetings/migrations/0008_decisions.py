"""Decisions of meetings; minutes that two may write; whoever took part in a meeting of any kind answers on them."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def one_kind_of_duty(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What delegates owe on minutes is called the same for every kind of meeting."""
    apps.get_model("duties", "Duty").objects.filter(kind="hearing.mark").update(kind="meeting.mark")


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0010_caption'),
        ('meetings', '0007_agenda'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=500, verbose_name='what is to be done')),
                ('post', models.CharField(blank=True, choices=[('director', 'committee director'), ('worker', 'committee worker'), ('party', 'party branch secretary'), ('oversight', 'oversight committee member'), ('owners_committee', "owners' committee member"), ('property', 'property manager'), ('building_head', 'building head'), ('delegate', "residents' delegate"), ('officer', 'subdistrict officer'), ('auditor', 'auditor'), ('editor', 'district editor'), ('operator', 'operator of the portal')], max_length=20, verbose_name='post')),
                ('body', models.CharField(blank=True, max_length=60, verbose_name='body outside the portal')),
                ('due_on', models.DateField(verbose_name='until')),
                ('state', models.CharField(choices=[('owed', 'to be done'), ('done', 'done'), ('dropped', 'not done')], default='owed', max_length=10)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('done_note', models.CharField(blank=True, max_length=500, verbose_name='how it ended')),
                ('moved_on', models.DateField(blank=True, help_text='the first day, before it was put off', null=True)),
                ('moved_why', models.CharField(blank=True, max_length=300, verbose_name='why it takes longer')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='meetings.meeting')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'number'), name='decision_number_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('post', ''), _negated=True), ('body', ''), ('person', None)), models.Q(('body', ''), ('person__isnull', False), ('post', '')), models.Q(('person', None), ('post', ''), models.Q(('body', ''), _negated=True)), _connector='OR'), name='decision_one_owner'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'owed')), models.Q(models.Q(('state', 'owed'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='decision_ended_with_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), models.Q(('done_note', ''), _negated=True), _connector='OR'), name='decision_dropped_why'), models.CheckConstraint(condition=models.Q(('moved_on', None), models.Q(('moved_why', ''), _negated=True), _connector='OR'), name='decision_moved_with_reason')],
            },
        ),
        migrations.RunPython(one_kind_of_duty, migrations.RunPython.noop),
    ]
