import django.db.models.deletion
import portal.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('community', '0001_initial'),
        ('threads', '0001_initial'),
        ('voting', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.CharField(blank=True, help_text='year and serial, such as 2026-017; none while a draft', max_length=12)),
                ('category', models.CharField(choices=[('traffic', 'getting about and safety'), ('environment', 'environment and greening'), ('elder', 'elder care and access'), ('repair', 'repairs and facilities'), ('parking', 'parking and charging'), ('property', 'property service'), ('culture', 'culture, sport, children'), ('other', 'other')], max_length=14, verbose_name='kind')),
                ('matter', models.CharField(choices=[('neighbourhood', 'a matter of the neighbourhood'), ('owners.ordinary', "owners' joint matter (Civil Code art. 278, ordinary)"), ('owners.special', "owners' joint matter (Civil Code art. 278, special majority)")], default='neighbourhood', max_length=20)),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('place', models.CharField(max_length=100, verbose_name='place')),
                ('problem', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('affected', models.CharField(max_length=300, verbose_name='who is affected')),
                ('wish', models.TextField(max_length=2000, verbose_name='what you wish for')),
                ('cost', models.PositiveBigIntegerField(blank=True, help_text='fen', null=True, verbose_name='cost guess')),
                ('own_role', models.CharField(choices=[('affected', 'I am affected myself'), ('for_others', 'I speak for neighbours'), ('interest', 'I have a business interest in it')], default='affected', max_length=12)),
                ('interest', models.CharField(blank=True, max_length=200, verbose_name='conflict of interest')),
                ('signed', models.CharField(blank=True, help_text='how the proposer signs in public, fixed when sent', max_length=100)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('seconding', 'looking for seconders'), ('screening', 'screening'), ('returned', 'returned for completion'), ('announced', 'public notice'), ('discussing', 'discussion'), ('in_forum', 'hearing'), ('voting', 'vote'), ('adopted', 'adopted'), ('executing', 'being carried out'), ('evaluating', 'evaluation'), ('closed', 'closed'), ('not_adopted', 'not adopted'), ('rejected', 'not accepted'), ('merged', 'merged'), ('redirected', 'redirected'), ('expired', 'too few seconders'), ('withdrawn', 'withdrawn'), ('suspended', 'suspended')], default='draft', max_length=14)),
                ('state_since', models.DateTimeField(default=portal.kit.clock.now)),
                ('state_until', models.DateTimeField(blank=True, help_text='when the present state runs out, if it does', null=True)),
                ('needs', models.JSONField(default=dict, help_text='copy of topic.seconders, with the number asked for')),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, help_text='published reason of the last decision that has one')),
                ('appeal', models.TextField(blank=True, help_text='what the proposer says against the refusal; once', max_length=1000)),
                ('appealed_at', models.DateTimeField(blank=True, null=True)),
                ('appeal_decided_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawal_asked_at', models.DateTimeField(blank=True, null=True)),
                ('redirected_to', models.CharField(blank=True, max_length=200)),
                ('suspended_from', models.CharField(blank=True, choices=[('draft', 'draft'), ('seconding', 'looking for seconders'), ('screening', 'screening'), ('returned', 'returned for completion'), ('announced', 'public notice'), ('discussing', 'discussion'), ('in_forum', 'hearing'), ('voting', 'vote'), ('adopted', 'adopted'), ('executing', 'being carried out'), ('evaluating', 'evaluation'), ('closed', 'closed'), ('not_adopted', 'not adopted'), ('rejected', 'not accepted'), ('merged', 'merged'), ('redirected', 'redirected'), ('expired', 'too few seconders'), ('withdrawn', 'withdrawn'), ('suspended', 'suspended')], help_text='where it stood when it was suspended or withdrawn', max_length=14)),
                ('summary', models.TextField(blank=True, help_text="the staff's summary of the discussion")),
                ('responsible_post', models.CharField(blank=True, choices=[('director', 'committee director'), ('worker', 'committee worker'), ('party', 'party branch secretary'), ('oversight', 'oversight committee member'), ('owners_committee', "owners' committee member"), ('property', 'property manager'), ('building_head', 'building head'), ('delegate', "residents' delegate"), ('officer', 'subdistrict officer'), ('auditor', 'auditor'), ('editor', 'district editor')], max_length=20)),
                ('responsible_name', models.CharField(blank=True, max_length=80)),
                ('budget', models.PositiveBigIntegerField(blank=True, help_text='fen', null=True)),
                ('round', models.PositiveSmallIntegerField(default=1, help_text='of carrying out; each rework begins another')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.area', verbose_name='where it applies')),
                ('first_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='deliberation.topic')),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='community.area')),
                ('photos', models.ManyToManyField(blank=True, related_name='+', to='community.upload')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='community.person')),
                ('thread', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='topic', to='threads.thread')),
                ('vote', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='voting.vote')),
            ],
            options={
                'ordering': ['-state_since', '-id'],
                'indexes': [models.Index(fields=['neighbourhood', '-state_since', '-id'], name='topic_newest'), models.Index(fields=['neighbourhood', 'state', '-state_since', '-id'], name='topic_by_state'), models.Index(fields=['neighbourhood', 'category', '-state_since', '-id'], name='topic_by_category'), models.Index(fields=['state', 'state_until'], name='topic_running_out')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('neighbourhood', 'number'), name='topic_number_once'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'seconding', 'screening', 'returned', 'announced', 'discussing', 'in_forum', 'voting', 'adopted', 'executing', 'evaluating', 'closed', 'not_adopted', 'rejected', 'merged', 'redirected', 'expired', 'withdrawn', 'suspended'])), name='topic_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rejected', 'returned']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='topic_refused_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='topic_merged_into_one')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=200, verbose_name='step')),
                ('due_on', models.DateField(verbose_name='until')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, max_length=1000)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('photos', models.ManyToManyField(blank=True, related_name='+', to='community.upload')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='deliberation.topic')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('topic', 'number'), name='step_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Seconding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.dwelling')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secondings', to='deliberation.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'dwelling'), name='seconding_one_a_household'), models.UniqueConstraint(fields=('topic', 'person'), name='seconding_one_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('level', models.CharField(choices=[('satisfied', 'satisfied'), ('basically', 'basically satisfied'), ('not', 'not satisfied')], max_length=10)),
                ('text', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='deliberation.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'round', 'person'), name='rating_once_a_round')],
            },
        ),
        migrations.CreateModel(
            name='TopicGram',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gram', models.CharField(max_length=2)),
                ('neighbourhood', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.area')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grams', to='deliberation.topic')),
            ],
            options={
                'indexes': [models.Index(fields=['neighbourhood', 'gram', 'topic'], name='gram_of_neighbourhood')],
                'constraints': [models.UniqueConstraint(fields=('topic', 'gram'), name='gram_once')],
            },
        ),
    ]
