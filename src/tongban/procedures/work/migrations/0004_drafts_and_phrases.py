import django.db.models.deletion
import tongban.ground.crypto.fields
import tongban.ground.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0003_task_open_load'),
    ]

    operations = [
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.UUIDField(default=tongban.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('staff_id', models.UUIDField(db_index=True)),
                ('text', models.CharField(max_length=300, verbose_name='常用语')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': '常用语',
                'constraints': [models.UniqueConstraint(fields=('staff_id', 'text'), name='phrase_once')],
            },
        ),
        migrations.CreateModel(
            name='TaskDraft',
            fields=[
                ('id', models.UUIDField(default=tongban.ground.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('staff_id', models.UUIDField()),
                ('content', tongban.ground.crypto.fields.EncryptedTextField(default='{}', verbose_name='草稿')),
                ('saved_at', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='work.task')),
            ],
            options={
                'verbose_name': '任务草稿',
                'constraints': [models.UniqueConstraint(fields=('task', 'staff_id'), name='task_draft_once')],
            },
        ),
    ]
