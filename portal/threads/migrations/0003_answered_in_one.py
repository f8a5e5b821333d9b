from django.db import migrations, models


class Migration(migrations.Migration):
    # By itself: PostgreSQL alters no table with rows that the same transaction changed.

    dependencies = [
        ('threads', '0002_answering'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_in', None)), models.Q(('answered_at__isnull', False), ('answered_in__isnull', False)), _connector='OR'), name='post_answered_in_one'),
        ),
    ]
