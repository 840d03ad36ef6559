from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

DECIDED = models.Q(('decided_on__isnull', False))
OPEN = models.Q(('closed_on__isnull', True), ('ended', ''), ('outcome', ''), ('submitted_on__isnull', False))


class Migration(migrations.Migration):

    atomic = False  # the indexes are built while others go on writing

    dependencies = [
        ('indicators', '0001_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='casefigure',
            name='acceptance_on',
            field=models.DateField(null=True, verbose_name='受理那天'),
        ),
        migrations.AddField(
            model_name='casefigure',
            name='deemed',
            field=models.BooleanField(default=False, verbose_name='视为受理'),
        ),
        migrations.AddField(
            model_name='casefigure',
            name='data_late_on',
            field=models.DateField(null=True, verbose_name='最早哪天收到迟到的数据'),
        ),
        migrations.AddField(
            model_name='dayfigure',
            name='data_late',
            field=models.IntegerField(default=0),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(fields=['submitted_on', 'region_no'], name='figure_submitted'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('acceptance_on__isnull', False)), fields=['acceptance_on', 'region_no'], name='figure_accepted'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=OPEN, fields=['region_no', 'department', 'option', 'submitted_on'], name='figure_open'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=DECIDED, fields=['option', 'decided_on', 'case'], name='figure_of_option'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=DECIDED, fields=['department', 'decided_on', 'case'], name='figure_of_department'),
        ),
        AddIndexConcurrently(
            model_name='casefigure',
            index=models.Index(condition=models.Q(('data_late_on__isnull', False)), fields=['data_late_on', 'region_no'], name='figure_late'),
        ),
    ]
