from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # the index is built while others go on writing

    dependencies = [
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='assigned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='assigned_to',
            field=models.UUIDField(help_text='staff id; empty: whoever holds the post', null=True, verbose_name='派给谁'),
        ),
        AddIndexConcurrently(
            model_name='task',
            index=models.Index(condition=models.Q(('assigned_to__isnull', False), ('done_at', None)), fields=['assigned_to', 'due_at', 'id'], name='task_open_by_staff'),
        ),
    ]
