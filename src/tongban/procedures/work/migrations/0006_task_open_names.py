from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

CHARACTERS = models.Func(models.F('applicant_label'), template='string_to_array(%(expressions)s::text, NULL)')


class Migration(migrations.Migration):

    atomic = False  # the index is built while others go on writing

    dependencies = [
        ('work', '0005_clock_indexes'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='task',
            index=GinIndex(CHARACTERS, condition=models.Q(('done_at', None)), name='task_open_names'),
        ),
    ]
