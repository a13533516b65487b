import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A device is known to a login, of whatever kind. Those known so far are met again."""

    dependencies = [
        ('patrons', '0004_the_guardian_is_told'),
    ]

    operations = [
        migrations.DeleteModel(
            name='KnownDevice',
        ),
        migrations.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, verbose_name='見分け')),
                ('last_used_at', models.DateTimeField(verbose_name='最後にログインした日時')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ログインしたことのある機器',
                'verbose_name_plural': 'ログインしたことのある機器',
                'constraints': [models.UniqueConstraint(fields=('token_hash', 'user'), name='known_device_once')],
            },
        ),
    ]
