import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Only the names in Python change: the table keeps its name, so the database has nothing to do.

    dependencies = [
        ('patrons', '0003_roles_of_staff'),
        ('reservations', '0002_who_ended_it_and_why'),
    ]

    operations = [
        migrations.AlterModelTable('holdskip', 'reservations_holdskip'),
        migrations.RenameModel('HoldSkip', 'Suspension'),
        migrations.AlterField(
            model_name='suspension',
            name='patron',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='suspension', to='patrons.patron', verbose_name='利用者'),
        ),
    ]
