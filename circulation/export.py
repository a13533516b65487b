"""All data that the portal holds about a patron, for the patron (rule 10.6).

Every table with a link to a patron is exported or listed in LEFT_OUT with a reason; a test finds
others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from akiruno_library import policy
from akiruno_library.spans import in_minutes
from catalog.models import Bib, Copy
from patrons.models import Patron, User

LEFT_OUT = {
    "patrons.OneTimeLink": "メールでお送りしたリンクの控え。使える期限と種類だけです。",
    "patrons.KnownDevice": "ログインした機器を見分けるしるし。機器の名前も場所もありません。",
    "circulation.RecentScan": (
        f"窓口での読み取りを取り消すための控え。{in_minutes(policy.UNDO_WITHIN)}分で消えます。"
    ),
    "patrons.Session": "いまのログイン。〔ログイン中の機器〕でご覧になれます。",
}
# Tables that link to a patron through another table.
THROUGH = {
    "patrons.FavouriteEntry": "list__patron",
    "reservations.PhoneCall": "reservation__patron",
    "reservations.ReservationEvent": "reservation__patron",
}
CLOSED_FOR_A_WHILE = {"loans.HistoryEntry", "patrons.GuardianMail", "patrons.Visit"}
UNTOLD = {"id", "patron", "user", "folded"}  # row numbers, and spellings made for searching


@dataclass(frozen=True)
class Section:
    """One table: its Japanese name and its rows, each from field name to value."""

    name: str
    rows: list[dict[str, str]]


def everything_about(patron: Patron, *, at: datetime | None = None) -> list[Section]:
    """Return the sections that have rows.

    After a password reset by facts, sensitive tables stay closed for a while (rule 2.2).
    """
    sections = [Section("登録の内容", [_row(patron)])]
    for model, path in tables_that_name_a_patron():
        if patron.is_closed(at) and model._meta.label in CLOSED_FOR_A_WHILE:
            continue
        rows = model._default_manager.filter(**{path: patron}).select_related(*_joined(model))
        if exported := [_row(row) for row in rows]:
            sections.append(Section(str(model._meta.verbose_name), exported))
    return sections


def tables_that_name_a_patron() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each exported table with the path from it to its patron."""
    for model in apps.get_models():
        if model._meta.label in LEFT_OUT:
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is Patron:
                yield model, field.name
    for label, path in THROUGH.items():
        yield apps.get_model(label), path


def _exported_fields(model: type[models.Model] | models.Model) -> list[models.Field]:
    """Without what PostgreSQL derives for searching, which says nothing more."""
    fields = [f for f in model._meta.concrete_fields if f.name not in UNTOLD]
    return [f for f in fields if not isinstance(f, models.GeneratedField)]


def _joined(model: type[models.Model]) -> list[str]:
    named = [field.name for field in _exported_fields(model) if field.is_relation]
    return named + [f"{name}__bib" for name in named if _related(model, name) is Copy]


def _related(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name).related_model


def _row(row: models.Model) -> dict[str, str]:
    return {_name(field): _words(row, field) for field in _exported_fields(row)}


def _name(field: models.Field) -> str:
    """Return the field's Japanese name; a link without one gets the name of its target."""
    name = str(field.verbose_name)
    linked = field.related_model
    return str(linked._meta.verbose_name) if linked and name.isascii() else name


def _words(row: models.Model, field: models.Field) -> str:
    value = getattr(row, field.name)
    if value is None:
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, Bib):
        return value.title_with_volume
    if isinstance(value, Copy):
        return f"{value.bib.title_with_volume}({value.barcode})"
    if isinstance(value, User):
        return "職員"
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)
