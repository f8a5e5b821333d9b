
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0004_appointment_dismissed'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dwelling',
            name='dwelling_once',
        ),
        migrations.AddField(
            model_name='dwelling',
            name='corrected_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='dwelling',
            name='retired_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='dwelling',
            name='retired_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddConstraint(
            model_name='dwelling',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_on', None)), fields=('building', 'entrance', 'room'), name='dwelling_once'),
        ),
    ]
