import django.db.models.deletion
import portal.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('community', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('duties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('subject_number', models.CharField(blank=True, max_length=20)),
                ('subject_title', models.CharField(blank=True, max_length=200)),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('place', models.CharField(blank=True, max_length=100, verbose_name='place')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='begins')),
                ('agenda', models.TextField(blank=True, max_length=2000, verbose_name='agenda')),
                ('minutes', models.TextField(blank=True, max_length=20000, verbose_name='minutes')),
                ('minutes_hash', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.area')),
                ('called_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='community.area')),
                ('papers', models.ManyToManyField(blank=True, related_name='+', to='community.upload')),
                ('polymorphic_ctype', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='polymorphic_%(app_label)s.%(class)s_set+', to='contenttypes.contenttype')),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
                'indexes': [models.Index(fields=['subject'], name='meeting_subject')],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('meeting_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='meetings.meeting')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('panel_set', 'panel named'), ('announced', 'announced'), ('registration', 'registration open'), ('confirmed', 'list published'), ('in_session', 'in session'), ('adjourned', 'adjourned'), ('minutes_draft', 'minutes being confirmed'), ('minutes_signed', 'minutes confirmed'), ('opinion_issued', 'opinion issued'), ('answer_due', 'waiting for the answer'), ('answered', 'answered'), ('published', 'published and filed'), ('postponed', 'postponed'), ('cancelled', 'cancelled')], default='planned', max_length=16)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('plan_owner', models.CharField(max_length=100, verbose_name='who presents the plan')),
                ('quorum', models.JSONField()),
                ('seats', models.PositiveSmallIntegerField(default=20, verbose_name='seats for observers')),
                ('decision_maker', models.CharField(choices=[('director', 'committee director'), ('worker', 'committee worker'), ('party', 'party branch secretary'), ('oversight', 'oversight committee member'), ('owners_committee', "owners' committee member"), ('property', 'property manager'), ('building_head', 'building head'), ('delegate', "residents' delegate"), ('officer', 'subdistrict officer'), ('auditor', 'auditor'), ('editor', 'district editor')], default='director', max_length=20)),
                ('opinion', models.TextField(blank=True, max_length=5000, verbose_name='hearing opinion')),
                ('answer_due_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='why it was postponed or cancelled', max_length=300)),
                ('chair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='duties.publicnotice')),
                ('plan_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'panel_set', 'announced', 'registration', 'confirmed', 'in_session', 'adjourned', 'minutes_draft', 'minutes_signed', 'opinion_issued', 'answer_due', 'answered', 'published', 'postponed', 'cancelled'])), name='hearing_known_state')],
            },
            bases=('meetings.meeting',),
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants_to_speak', models.BooleanField(default=False)),
                ('seat', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('channel', models.CharField(choices=[('online', 'online'), ('paper', 'paper'), ('phone', 'telephone'), ('counter', 'at the counter')], default='online', max_length=10)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='meetings.hearing')),
            ],
            options={
                'ordering': ['seat'],
                'constraints': [models.UniqueConstraint(fields=('hearing', 'person'), name='registration_once'), models.UniqueConstraint(fields=('hearing', 'seat'), name='registration_seat_once'), models.CheckConstraint(condition=models.Q(('seat__gte', 1)), name='registration_seat_from_one')],
            },
        ),
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=40, verbose_name='speaks for')),
                ('attended_at', models.DateTimeField(blank=True, null=True)),
                ('rounds', models.JSONField(default=list)),
                ('stance', models.CharField(blank=True, choices=[('for', 'for'), ('conditional', 'for, with conditions'), ('against', 'against')], max_length=12)),
                ('statement', models.TextField(blank=True, max_length=1000)),
                ('mark', models.CharField(blank=True, choices=[('signed', 'confirmed'), ('corrected', 'confirmed with a correction'), ('refused', 'refused to sign')], max_length=10)),
                ('correction', models.CharField(blank=True, max_length=500)),
                ('marked_at', models.DateTimeField(blank=True, null=True)),
                ('channel', models.CharField(blank=True, choices=[('online', 'online'), ('paper', 'paper'), ('phone', 'telephone'), ('counter', 'at the counter')], max_length=10)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='panel', to='meetings.hearing')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('hearing', 'person'), name='panel_seat_once'), models.CheckConstraint(condition=models.Q(models.Q(('mark', ''), ('marked_at', None)), models.Q(models.Q(('mark', ''), _negated=True), ('attended_at__isnull', False), ('marked_at__isnull', False)), _connector='OR'), name='panel_marked_after_attending'), models.CheckConstraint(condition=models.Q(models.Q(('mark', 'corrected'), _negated=True), models.Q(('correction', ''), _negated=True), _connector='OR'), name='panel_correction_given')],
            },
        ),
        migrations.CreateModel(
            name='OpinionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('for', 'argument for'), ('against', 'argument against'), ('condition', 'condition'), ('minority', 'minority view')], max_length=10)),
                ('text', models.CharField(max_length=500)),
                ('verdict', models.CharField(blank=True, choices=[('adopted', 'taken up'), ('partly', 'taken up in part'), ('not', 'not taken up')], max_length=8)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='meetings.hearing')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('hearing', 'number'), name='item_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['partly', 'not']), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='item_declined_with_reason')],
            },
        ),
    ]
