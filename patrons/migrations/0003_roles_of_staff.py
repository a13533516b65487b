from django.db import migrations

GROUPS = ["窓口", "目録", "管理者"]


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.get_or_create(name=name)


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("patrons", "0002_changes_in_the_admin"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
