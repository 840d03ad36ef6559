from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

CARDED = models.Q(('state', 'running'), models.Q(('told', ''), _negated=True))


class Migration(migrations.Migration):

    atomic = False  # indexes are built while others go on writing; the old ones go when the new ones are there

    dependencies = [
        ('work', '0004_drafts_and_phrases'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['region_no', 'due_at', 'department'], name='clock_running'),
        ),
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='clock_alarm'),
        ),
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=CARDED, fields=['region_no', 'department', 'subject_kind', 'subject_id', 'told'], include=('due_at', 'id'), name='clock_card_subject'),
        ),
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=CARDED, fields=['told', 'due_at', 'department', 'id'], include=('region_no',), name='clock_card_due'),
        ),
        RemoveIndexConcurrently(model_name='clockrow', name='clock_open'),
        RemoveIndexConcurrently(model_name='clockrow', name='clock_next'),
        RemoveIndexConcurrently(model_name='clockrow', name='clock_carded'),
    ]
