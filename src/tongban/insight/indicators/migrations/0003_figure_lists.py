from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # indexes are built while others go on writing; the old ones go when the new ones are there

    dependencies = [
        ('indicators', '0002_open_government'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('closed_on__isnull', False)), fields=['closed_on', 'region_no', 'department'], name='figure_closed_by'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(fields=['submitted_on', 'region_no', 'department'], name='figure_submitted_by'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('acceptance_on__isnull', False)), fields=['acceptance_on', 'region_no', 'department'], name='figure_accepted_by'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('closed_on__isnull', True), ('ended', ''), ('outcome', ''), ('submitted_on__isnull', False)), fields=['submitted_on', 'region_no', 'department'], name='figure_open_by_day'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('overdue_promised', True), ('overdue_statutory', True), _connector='OR'), fields=['decided_on', 'case'], name='figure_overdue'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('deemed', True)), fields=['acceptance_on', 'case'], name='figure_deemed'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('visits_made__gt', models.F('visits_told')), ('visits_made__gte', 2), _connector='OR'), fields=['closed_on', 'case'], name='figure_visits'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(fields=['option', 'case'], name='figure_option'),
        ),
        RemoveIndexConcurrently(
            model_name='casefigure',
            name='figure_closed',
        ),
        RemoveIndexConcurrently(
            model_name='casefigure',
            name='figure_submitted',
        ),
        RemoveIndexConcurrently(
            model_name='casefigure',
            name='figure_accepted',
        ),
    ]
