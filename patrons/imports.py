"""Import of patrons and old favourites from CSV, for a move from another system (9.4, 6.2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from akiruno_library import policy
from catalog.imports.cleaning import katakana
from catalog.imports.copies import (
    DEFAULT_SOURCE,
    bibs_named,
    branch_choices,
    branch_of,
    no_such_bib,
    short,
)
from catalog.imports.days import read_day, read_moment
from catalog.imports.pipeline import Outcome, written_or_one_by_one
from catalog.imports.records import BadRecord
from catalog.imports.tables import TableKind, TableRow, choices_of, one_of
from japanese.date_format import spoken_day
from notifications.models import MailAddress
from patrons import address_rules
from patrons.card_numbers import plain_number
from patrons.models import FavouriteEntry, FavouriteList, Patron, User
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
FAVOURITES = TableKind(
    "favourites",
    MAPPINGS / "favourites.toml",
    required={"card_number": "利用者番号", "bib": "書誌の番号", "added_at": "登録日"},
    optional=("bib_source",),
)
_FACTS = [
    "name", "name_reading", "birth_date", "telephone", "category", "card_expires_on",
    "mail_address_id", "contact_method", "pickup_branch_id",
]  # fmt: skip


@dataclass(slots=True)
class PatronRecord:
    where: str
    source_key: str
    facts: dict[str, object]
    mail: str
    remarks: list[str] = field(default_factory=list)


class PatronWriter:
    """Update known cards. Passwords, suspensions and consents stay as they are."""

    source = "利用者"

    def __init__(self, *, dry_run: bool = False, at: datetime | None = None) -> None:
        self.dry_run, self.at = dry_run, at or timezone.now()
        self._branches = branch_choices()
        self._categories = choices_of(Patron.Category.choices)
        self._contacts = choices_of(ContactMethod.choices)

    def ready(self, row: TableRow) -> PatronRecord:
        category = one_of(self._categories, row["category"] or Patron.Category.RESIDENT, "区分")
        born = read_day(row["birth_date"], "生年月日") if row["birth_date"] else None
        record = PatronRecord(
            where=row.where,
            source_key=card_of(row),
            mail=short(address_rules.tidied(row["mail"]), 254, "メールアドレス"),
            facts={
                "name": short(row["name"], 100, "名前"),
                "name_reading": short(katakana(row["name_reading"]), 100, "読み"),
                "birth_date": born if category != Patron.Category.ORGANISATION else None,
                "telephone": short(row["telephone"], 20, "電話番号"),
                "category": category,
                "card_expires_on": read_day(row["card_expires_on"], "有効期限"),
                "contact_method": one_of(
                    self._contacts, row["contact_method"] or ContactMethod.NONE, "連絡方法"
                ),
                "pickup_branch_id": branch_of(self._branches, row["pickup_branch"], "受取館")
                if row["pickup_branch"]
                else None,
            },
        )
        self._remark(record)
        return record

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
        addresses = self._addresses(record.mail for record in batch if record.mail)
        cards = [record.source_key for record in batch]
        known = {
            patron.card_number: patron
            # One statement locks all cards of the batch in the order of their keys, so two imports
            # at once cannot deadlock.
            for patron in Patron.objects.select_for_update(no_key=True)
            .filter(card_number__in=cards)
            .order_by("pk")
        }
        outcomes: list[Outcome | BadRecord] = []
        new, changed = [], []
        for record in batch:
            facts = record.facts | {"mail_address_id": addresses.get(record.mail)}
            patron = known.get(record.source_key)
            if patron is None:
                new.append(Patron(card_number=record.source_key, **facts))
                self._confirm(new[-1])
                outcomes.append("added")
            elif any(getattr(patron, name) != value for name, value in facts.items()):
                if patron.mail_address_id != facts["mail_address_id"]:
                    patron.mail_address_id = facts["mail_address_id"]  # type: ignore[assignment]
                    self._confirm(patron)
                for name, value in facts.items():
                    setattr(patron, name, value)
                changed.append(patron)
                outcomes.append("changed")
            else:
                outcomes.append("same")
        users = User.objects.bulk_create(
            # make_password(None) costs no hash: it only marks the account as having no password.
            User(kind=User.Kind.PATRON, password=make_password(None))
            for _ in new
        )
        for patron, user in zip(new, users, strict=True):
            patron.user = user
        Patron.objects.bulk_create(new)
        Patron.objects.bulk_update(changed, [*_FACTS, "mail_confirmed_at"])
        return outcomes

    def _confirm(self, patron: Patron) -> None:
        """Mark the address as confirmed: the old system had confirmed it (rule 3.1)."""
        patron.mail_confirmed_at = self.at if patron.mail_address_id else None

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


@dataclass(slots=True)
class FavouriteRecord:
    where: str
    source_key: str
    card_number: str
    bib: tuple[str, str]
    added_at: datetime
    remarks: list[str] = field(default_factory=list)


class FavouriteWriter:
    """これまでのお気に入り: entries from on or before the last day of the old system."""

    source = "これまでのお気に入り"

    def __init__(self, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run

    def ready(self, row: TableRow) -> FavouriteRecord:
        added_at = read_moment(row["added_at"], "登録日")
        if timezone.localdate(added_at) > policy.OLD_FAVOURITES_UNTIL:
            last_day = spoken_day(policy.OLD_FAVOURITES_UNTIL)
            raise BadRecord(f"登録日が{last_day}よりあとのものは、入れられません。")
        card, bib = card_of(row), (row["bib_source"] or DEFAULT_SOURCE, row["bib"])
        return FavouriteRecord(row.where, f"{card} {bib}", card, bib, added_at)

    def write(self, batch: list[FavouriteRecord]) -> Sequence[Outcome | BadRecord]:
        return written_or_one_by_one(batch, self._written, dry_run=self.dry_run)

    def _written(self, batch: list[FavouriteRecord]) -> list[Outcome | BadRecord]:
        patrons = patrons_with(record.card_number for record in batch)
        bibs = bibs_named(record.bib for record in batch)
        lists = self._lists(patrons.values())
        inside: dict[int, set[int]] = defaultdict(set)
        rows = FavouriteEntry.objects.filter(list__in=lists.values())
        for list_id, bib_id in rows.values_list("list_id", "bib_id"):
            inside[list_id].add(bib_id)
        outcomes: list[Outcome | BadRecord] = []
        new = []
        for record in batch:
            patron, bib = patrons.get(record.card_number), bibs.get(record.bib)
            if patron is None:
                outcomes.append(no_such_patron(record.card_number))
            elif bib is None:
                outcomes.append(no_such_bib(record.bib))
            elif bib in inside[lists[patron]]:
                outcomes.append("same")
            else:
                inside[lists[patron]].add(bib)
                new.append(
                    FavouriteEntry(list_id=lists[patron], bib_id=bib, added_at=record.added_at)
                )
                outcomes.append("added")
        FavouriteEntry.objects.bulk_create(new)
        return outcomes

    def _lists(self, patrons: Iterable[int]) -> dict[int, int]:
        wanted = set(patrons)
        FavouriteList.objects.bulk_create(
            (
                FavouriteList(patron_id=pk, slot=0, name="これまでのお気に入り")
                for pk in sorted(wanted)
            ),
            ignore_conflicts=True,
        )
        rows = FavouriteList.objects.filter(patron__in=wanted, slot=0)
        return dict(rows.values_list("patron_id", "pk"))


def card_of(row: TableRow) -> str:
    card = plain_number(row["card_number"])
    if not card:
        raise BadRecord(f"利用者番号「{row['card_number']}」が正しくありません。")
    return short(card, 20, "利用者番号")


def patrons_with(cards: Iterable[str]) -> dict[str, int]:
    rows = Patron.objects.filter(card_number__in=set(cards))
    return dict(rows.values_list("card_number", "pk"))


def no_such_patron(card: str) -> BadRecord:
    return BadRecord(f"利用者番号「{card}」の利用者がいません。先に利用者を取り込んでください。")
