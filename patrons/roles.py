"""Roles of staff: a migration creates the groups, the table in akiruno_library/roles.py fills them.

Django creates permissions after the migrations of their app, so this runs once for each app.
"""

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from akiruno_library.roles import ROLES

WORDS = {"v": "view", "a": "add", "c": "change", "d": "delete"}


def grant_rights(app_config: AppConfig, **signal: object) -> None:
    """Give the groups exactly the permissions of the table, as far as they concern this app."""
    label = app_config.label
    rights = {
        f"{right.content_type.model}.{right.codename}": right
        for right in Permission.objects.filter(content_type__app_label=label).select_related(
            "content_type"
        )
    }
    for role in ROLES.values():
        group = Group.objects.filter(name=role.group).first()
        if group is None:  # `flush` sends the same signal after it has emptied the tables
            continue
        meant = {
            rights[f"{model}.{WORDS[code]}_{model}"]
            for app, model, codes in _split(role.tables)
            if app == label
            for code in codes
        }
        group.permissions.remove(*[right for right in rights.values() if right not in meant])
        group.permissions.add(*meant)


def _split(tables: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(*table.split(".", 1), codes) for table, codes in tables.items()]  # type: ignore[misc]
