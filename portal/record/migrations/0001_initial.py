import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('slug', models.SlugField(max_length=60, primary_key=True, serialize=False, verbose_name='neighbourhood')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=120)),
                ('action', models.CharField(max_length=60)),
                ('subject', models.CharField(help_text='model:pk of what it is about', max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='record.chain')),
            ],
            options={
                'ordering': ['chain', 'sequence'],
                'indexes': [models.Index(fields=['subject', 'sequence'], name='entry_subject')],
                'constraints': [models.UniqueConstraint(fields=('chain', 'sequence'), name='entry_sequence_once'), models.UniqueConstraint(fields=('chain', 'previous'), name='entry_never_forks')],
            },
        ),
    ]
