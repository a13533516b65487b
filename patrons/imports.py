"""Import of patrons and old favourites from CSV, for a move from another system (9.4, 6.2)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from catalog.imports.cleaning import katakana
from catalog.imports.copies import (
    branch_choices,
    branch_of,
    short,
)
from catalog.imports.days import read_day
from catalog.imports.numbers import read_number
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow, choices_of, one_of
from japanese.telephone_numbers import split_telephones
from notifications.models import MailAddress
from patrons import address_rules, counter_actions
from patrons.models import Patron, User
from patrons.models.patron import ContactMethod

MAPPINGS = Path(__file__).parent / "mappings"
PATRONS = TableKind(
    "patrons",
    MAPPINGS / "patrons.toml",
    required={"card_number": "利用者番号", "name": "名前", "card_expires_on": "有効期限"},
    optional=(
        "name_reading", "birth_date", "telephone", "category", "mail", "contact_method",
        "pickup_branch",
    ),
)  # fmt: skip
# The registry owns these, and a newer table changes them. What else a row brings is for a patron
# who is new: the address, the way of contact and the branch may have been changed since.
_OF_THE_REGISTRY = (
    "name", "name_reading", "birth_date", "telephone", "category", "card_expires_on",
)  # fmt: skip
_NAMES = {
    name: str(field.verbose_name)
    for field in Patron._meta.concrete_fields
    for name in (field.name, field.attname)
}
_KEPT = "連絡先(メールアドレス・連絡方法・受取館)は表とちがいますが、今のままにしました。"
_UNREAD = "その欄だけ空けて入れました。"


@dataclass(slots=True)
class PatronRecord:
    where: str
    source_key: str
    facts: dict[str, object]
    mail: str
    given: frozenset[str]  # the fields that are not empty in this row
    remarks: list[str] = field(default_factory=list)
    changed_fields: list[str] = field(default_factory=list)


class PatronWriter:
    """Update known cards. What the patron or the counter may have changed stays as it is."""

    source = "利用者"
    names = _NAMES | {"source_key": "利用者番号", "mail": "メールアドレス"}

    def __init__(self, *, dry_run: bool = False, at: datetime | None = None) -> None:
        self.dry_run, self.at = dry_run, at or timezone.now()
        self._branches = branch_choices()
        self._categories = choices_of(Patron.Category.choices)
        self._contacts = choices_of(ContactMethod.choices)

    def ready(self, row: TableRow) -> PatronRecord:
        category = one_of(self._categories, row["category"] or Patron.Category.RESIDENT, "区分")
        remarks: list[str] = []
        record = PatronRecord(
            where=row.where,
            source_key=card_of(row),
            mail=_side(remarks, short, address_rules.tidied(row["mail"]), 254, "メールアドレス")
            or "",
            facts=self._facts(row, category, remarks),
            given=frozenset(name for name in _OF_THE_REGISTRY if row[name]),
            remarks=remarks,
        )
        self._remark(record)
        return record

    def _facts(self, row: TableRow, category: str, remarks: list[str]) -> dict[str, object]:
        """Return what the row says. A side field that cannot be read costs the field."""
        born = _side(remarks, read_day, row["birth_date"], "生年月日")
        contact = _side(remarks, one_of, self._contacts, row["contact_method"], "連絡方法")
        return {
            "name": short(row["name"], 100, "名前"),
            "name_reading": short(katakana(row["name_reading"]), 100, "読み"),
            "birth_date": born if category != Patron.Category.ORGANISATION else None,
            "telephone": _telephone(row["telephone"], remarks),
            "category": category,
            "card_expires_on": read_day(row["card_expires_on"], "有効期限"),
            "contact_method": contact or ContactMethod.NONE,
            "pickup_branch_id": _side(
                remarks, branch_of, self._branches, row["pickup_branch"], "受取館"
            ),
        }

    def _remark(self, record: PatronRecord) -> None:
        facts = record.facts
        if facts["contact_method"] == ContactMethod.MAIL and not record.mail:
            facts["contact_method"] = ContactMethod.NONE
            record.remarks.append("メールアドレスがないため、連絡方法を「連絡不要」にしました。")
        if record.mail and any(address_rules.refusals(record.mail)):
            record.remarks.append(
                "メールアドレスは、メールを送信できない形です。残して印を付けました。"
            )
        if facts["birth_date"] is None and facts["category"] != Patron.Category.ORGANISATION:
            record.remarks.append("生年月日がないため、ウェブでの予約と登録はできません。")

    def write(self, batch: list[PatronRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[PatronRecord]) -> list[Outcome | BadRecord]:
        cards = [record.source_key for record in batch]
        known = {
            patron.card_number: patron
            # One statement locks all cards of the batch in the order of their keys, so two imports
            # at once cannot deadlock.
            for patron in Patron.objects.select_for_update(no_key=True, of=("self",))
            .select_related("mail_address")
            .filter(card_number__in=cards)
            .order_by("pk")
        }
        unknown = [record for record in batch if record.source_key not in known]
        addresses = self._addresses(record.mail for record in unknown if record.mail)
        new = [self._new(record, addresses) for record in unknown]
        outcomes: list[Outcome | BadRecord] = [
            self._updated(known[record.source_key], record)
            if record.source_key in known
            else "added"
            for record in batch
        ]
        changed = [
            known[record.source_key]
            for record, outcome in zip(batch, outcomes, strict=True)
            if outcome == "changed"
        ]
        users = User.objects.bulk_create(
            # make_password(None) costs no hash: it only marks the account as having no password.
            User(kind=User.Kind.PATRON, password=make_password(None))
            for _ in new
        )
        for patron, user in zip(new, users, strict=True):
            patron.user = user
        Patron.objects.bulk_create(new)
        Patron.objects.bulk_update(changed, _OF_THE_REGISTRY)
        return outcomes

    def _new(self, record: PatronRecord, addresses: Mapping[str, int]) -> Patron:
        address = addresses.get(record.mail)
        patron = Patron(card_number=record.source_key, mail_address_id=address, **record.facts)
        # The old system had confirmed the address (rule 3.1).
        patron.mail_confirmed_at = self.at if address else None
        return patron

    def _updated(self, patron: Patron, record: PatronRecord) -> Outcome:
        """Write what the registry owns, and keep a former name as the counter does (12.8)."""
        if _brings_other_contact(patron, record):
            record.remarks.append(_KEPT)
        facts = {name: record.facts[name] for name in record.given}
        wanted = {name: value for name, value in facts.items() if value not in (None, "")}
        if wanted.get("category", patron.category) == Patron.Category.ORGANISATION:
            wanted["birth_date"] = None  # an organisation has none, whatever the table says
        differing = {name for name, value in wanted.items() if getattr(patron, name) != value}
        if not differing:
            return "same"
        if differing & {"name", "name_reading"}:
            counter_actions.keep_former_name(patron, at=self.at)
        for name in differing:
            setattr(patron, name, wanted[name])
        record.changed_fields = [_NAMES[name] for name in _OF_THE_REGISTRY if name in differing]
        return "changed"

    def _addresses(self, wanted: Iterable[str]) -> Mapping[str, int]:
        addresses = set(wanted)
        MailAddress.objects.bulk_create(
            # Sorted: two imports of the same addresses cannot wait for each other in a circle.
            (self._address(address) for address in sorted(addresses)),
            ignore_conflicts=True,
        )
        rows = MailAddress.objects.filter(address__in=addresses)
        return dict(rows.values_list("address", "pk"))

    def _address(self, address: str) -> MailAddress:
        reasons = [str(refusal) for refusal in address_rules.refusals(address)]
        return MailAddress(
            address=address,
            undeliverable_since=self.at if reasons else None,
            undeliverable_reason=(reasons[0] if reasons else "")[:200],
        )


def _brings_other_contact(patron: Patron, record: PatronRecord) -> bool:
    address = patron.mail_address.address if patron.mail_address else ""
    facts, contact = record.facts, patron.contact_method
    return (
        record.mail not in ("", address)
        or facts["contact_method"] not in (ContactMethod.NONE, contact)
        or facts["pickup_branch_id"] not in (None, patron.pickup_branch_id)
    )


def _telephone(cell: str, remarks: list[str]) -> str:
    """Return the first number that can be dialled; the rest is told."""
    number, whole = split_telephones(cell)
    if whole:
        remarks.append(f"電話番号「{whole}」は「{number}」だけを入れました。")
    return _side(remarks, short, number, 20, "電話番号") or ""


def _side(remarks: list[str], read: Callable[..., Any], *given: Any) -> Any:
    """Return what `read` makes of a side field; None, and a remark, if it cannot be read."""
    cell = given[1] if isinstance(given[0], dict) else given[0]
    if not cell:
        return None
    try:
        return read(*given)
    except BadRecord as reason:
        remarks.append(f"{reason}{_UNREAD}")
        return None


def card_of(row: TableRow) -> str:
    return read_number(row["card_number"], "利用者番号")


def patrons_with(cards: Iterable[str]) -> dict[str, int]:
    rows = Patron.objects.filter(card_number__in=set(cards))
    return dict(rows.values_list("card_number", "pk"))


def no_such_patron(card: str) -> BadRecord:
    return BadRecord(f"利用者番号「{card}」の利用者がいません。先に利用者を取り込んでください。")
