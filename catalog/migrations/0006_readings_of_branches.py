"""How the branches' names are read: for ふりがな and for the children's pages."""

from django.db import migrations

READINGS = {
    "chuo": "チュウオウ トショカン",
    "el": "トウブ トショカン エル",
    "itsukaichi": "イツカイチ トショカン",
    "masuko": "チュウオウ トショカン マスコ ブンシツ",
}


def add_readings(apps, schema_editor):
    branches = apps.get_model("catalog", "Branch").objects
    for code, reading in READINGS.items():
        branches.filter(code=code, reading="").update(reading=reading)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_merged_bibs_stay_merged")]
    operations = [migrations.RunPython(add_readings, migrations.RunPython.noop)]
