import django.contrib.admin.models
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('patrons', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeRecord',
            fields=[
            ],
            options={
                'verbose_name': '変更の記録',
                'verbose_name_plural': '変更の記録',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('admin.logentry',),
            managers=[
                ('objects', django.contrib.admin.models.LogEntryManager()),
            ],
        ),
    ]
