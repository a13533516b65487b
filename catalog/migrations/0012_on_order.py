from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_borrowed")]
    operations = [
        migrations.AddField(
            model_name="bibstatus",
            name="on_order",
            field=models.PositiveIntegerField(
                db_default=0, default=0, verbose_name="発注中の所蔵"
            ),
        ),
    ]
