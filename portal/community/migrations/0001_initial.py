import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import portal.community.models.files
import portal.kit.clock
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('natural', 'person'), ('company', 'company'), ('developer', 'developer')], default='natural', max_length=12)),
                ('real_name', models.CharField(max_length=60, verbose_name='real name')),
                ('display_name', models.CharField(blank=True, max_length=30, verbose_name='name shown to neighbours')),
                ('phone', models.CharField(blank=True, db_index=True, max_length=20, verbose_name='mobile phone')),
                ('adult_on', models.DateField(blank=True, null=True, verbose_name='adult from')),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
            ],
            options={
                'indexes': [models.Index(fields=['real_name', 'phone'], name='person_name_phone')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('phone_verified', models.BooleanField(default=False)),
                ('elder_mode', models.BooleanField(default=False)),
                ('language', models.CharField(blank=True, help_text="chosen language; empty: the portal's", max_length=10)),
                ('consented_at', models.DateTimeField(blank=True, help_text='when the privacy notice was agreed to', null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='user', to='community.person')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('phone', ''), _negated=True), fields=('phone',), name='user_phone_once'), models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('email',), name='user_email_once')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=255, unique=True)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('kind', models.CharField(choices=[('district', 'district'), ('subdistrict', 'subdistrict'), ('neighbourhood', 'neighbourhood'), ('estate', 'estate'), ('building', 'building')], max_length=20)),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['district', 'subdistrict', 'neighbourhood', 'estate', 'building'])), name='area_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Dwelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entrance', models.CharField(blank=True, max_length=20, verbose_name='entrance')),
                ('room', models.CharField(max_length=20, verbose_name='room')),
                ('exclusive_area', models.PositiveIntegerField(verbose_name='exclusive area')),
                ('area_source', models.CharField(choices=[('register', 'property register'), ('survey', 'survey'), ('contract', 'purchase contract')], default='register', max_length=12)),
                ('usage', models.CharField(choices=[('own', 'lived in by its owner'), ('let', 'let'), ('empty', 'empty'), ('other', 'other use')], default='own', max_length=12)),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dwellings', to='community.area')),
            ],
            options={
                'ordering': ['building', 'entrance', 'room'],
                'constraints': [models.UniqueConstraint(fields=('building', 'entrance', 'room'), name='dwelling_once'), models.CheckConstraint(condition=models.Q(('exclusive_area__gt', 0)), name='dwelling_has_area')],
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=portal.kit.clock.now)),
                ('reason', models.CharField(max_length=200)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='community.dwelling')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Ownership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(default=portal.kit.clock.today)),
                ('until', models.DateField(blank=True, null=True)),
                ('status', models.CharField(choices=[('requested', 'waiting for verification'), ('verified', 'verified'), ('refused', 'refused')], default='requested', max_length=12)),
                ('method', models.CharField(choices=[('roster', 'roster'), ('letter', 'letter with code'), ('request', 'request'), ('counter', 'at the counter'), ('neighbour', 'code from the household')], default='request', max_length=12)),
                ('requested_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('right', models.CharField(choices=[('owner', 'owner'), ('public_tenant', 'tenant of public housing')], default='owner', max_length=16)),
                ('is_voter', models.BooleanField(default=True)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='community.dwelling')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='community.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None), models.Q(('status', 'refused'), _negated=True)), fields=('person', 'dwelling'), name='ownership_once'), models.UniqueConstraint(condition=models.Q(('is_voter', True), ('status', 'verified'), ('until', None)), fields=('dwelling',), name='ownership_one_voter'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='ownership_dates')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(choices=[('director', 'committee director'), ('worker', 'committee worker'), ('party', 'party branch secretary'), ('oversight', 'oversight committee member'), ('owners_committee', "owners' committee member"), ('property', 'property manager'), ('building_head', 'building head'), ('delegate', "residents' delegate"), ('officer', 'subdistrict officer'), ('auditor', 'auditor'), ('editor', 'district editor')], max_length=20)),
                ('title', models.CharField(max_length=40)),
                ('since', models.DateField(default=portal.kit.clock.today)),
                ('until', models.DateField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='community.area')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='community.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('person', 'post', 'area'), name='appointment_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='appointment_dates')],
            },
        ),
        migrations.CreateModel(
            name='Residency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(default=portal.kit.clock.today)),
                ('until', models.DateField(blank=True, null=True)),
                ('status', models.CharField(choices=[('requested', 'waiting for verification'), ('verified', 'verified'), ('refused', 'refused')], default='requested', max_length=12)),
                ('method', models.CharField(choices=[('roster', 'roster'), ('letter', 'letter with code'), ('request', 'request'), ('counter', 'at the counter'), ('neighbour', 'code from the household')], default='request', max_length=12)),
                ('requested_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('dwelling', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='community.dwelling')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='community.person')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None), models.Q(('status', 'refused'), _negated=True)), fields=('person', 'dwelling'), name='residency_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='residency_dates')],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('value', models.JSONField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=200)),
                ('status', models.CharField(choices=[('law', 'law'), ('local_rule', 'local rule'), ('practice', 'practice'), ('assumed', 'assumed, may be changed by the neighbourhood')], max_length=12)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rule_sets', to='community.area')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('area', 'key', 'valid_from'), name='rule_once_in_area'), models.UniqueConstraint(condition=models.Q(('area', None)), fields=('key', 'valid_from'), name='rule_once_everywhere')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file', models.FileField(upload_to=portal.community.models.files.upload_path)),
                ('thumbnail', models.FileField(blank=True, upload_to=portal.community.models.files.thumbnail_path)),
                ('name', models.CharField(max_length=120)),
                ('alt', models.CharField(blank=True, max_length=200, verbose_name='what the picture shows')),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('public', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.area')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.person')),
            ],
        ),
    ]
