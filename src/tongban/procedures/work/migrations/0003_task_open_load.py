from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the index is built while others go on writing

    dependencies = [
        ('work', '0002_assigned'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='task',
            index=models.Index(condition=models.Q(('done_at', None)), fields=['department', 'post', 'assigned_to'], include=('due_at', 'region_no'), name='task_open_load'),
        ),
    ]
