"""Verifies and restores backups. An unverified backup may be useless, so verify before it is
needed.

Both verbs fill a database beside the portal's own. `verify` drops it; `restore` exchanges it
with the portal's only after everything succeeded.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from loans import history
from loans.history import Deletion
from operation import invariants
from operation.after_restore import Restored, settle_restored_rows
from operation.backups import BackupTrouble, postgres
from operation.backups.create import DELETIONS, Manifest, manifest_of
from operation.backups.sealing import Sealed, fingerprint, unseal


@dataclass(frozen=True)
class Looked:
    """The contents of a backup."""

    manifest: Manifest | None
    rows: dict[str, int]
    untrue: dict[str, list[int]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        tables, number = len(self.rows), sum(self.rows.values())
        counted = "控えたときの数と同じ" if self.manifest else "添え書きがなく、数は比べていません"
        sentences = [f"開いて戻せました: {tables}表、{number:,}行({counted})"]
        sentences += [f"合わないもの: {name} {len(ids)}件" for name, ids in self.untrue.items()]
        return sentences if self.untrue else [*sentences, "つじつまは、すべて合っています。"]


def verify(backup: Path, key: str) -> Looked:
    """Restore the backup into a temporary database. Raises BackupTrouble.

    1. The file is the one that its manifest describes.
    2. It can be opened, and fills an empty database.
    3. Every table has the row count of the manifest.
    4. After the migrations of this version the invariants hold.
    """
    with postgres.beside(f"{postgres.own_name()}_verify") as scratch:
        manifest, rows = _fill(scratch, backup, key)
        with postgres.speaking_to(scratch):
            call_command("migrate", interactive=False, verbosity=0)
            return Looked(manifest, rows, invariants.offenders())


def restore(
    backup: Path, key: str, *, replacing: bool = False, at: datetime | None = None
) -> tuple[Looked, Restored, str]:
    """Restore the backup; return its contents, what was settled, and the name of the old database.

    1. Refuse a database with contents, unless `replacing`, and a database in use.
    2. Fill a database beside it, and migrate that to this version.
    3. Delete deleted history again, from the lists beside the backup and from the old database;
    withdraw waiting mail (`settle_restored_rows`).
    4. Exchange both in one step. The old database is unchanged until then.
    """
    at = at or timezone.now()
    empty = postgres.is_empty()
    if not empty and not replacing:
        raise BackupTrouble("データベースに中身があります。置きかえるときは --replace を付けます。")
    if number := postgres.others_connected():
        raise BackupTrouble(
            f"データベースを使っているものが{number}あります。"
            "front web worker beat indexer を止めてください。"
        )
    deletions = listed_deletions(backup.parent, key) | (set() if empty else _deletions_here())
    own = postgres.own_name()
    aside = f"{own}_before_{timezone.localtime(at):%Y%m%d_%H%M%S}"
    with postgres.beside(f"{own}_restored") as new:
        manifest, rows = _fill(new, backup, key)
        with postgres.speaking_to(new):
            call_command("migrate", interactive=False, verbosity=0)
            settled = settle_restored_rows(deletions, at=at)
            looked = Looked(manifest, rows, invariants.offenders())
        postgres.exchange(new, aside=aside)
    if empty:
        postgres.drop(aside)
        aside = ""
    return looked, settled, aside


def _fill(database: str, backup: Path, key: str) -> tuple[Manifest | None, dict[str, int]]:
    manifest = _manifest(backup)
    if manifest is not None and fingerprint(backup) != Sealed(manifest.size, manifest.sha256):
        raise BackupTrouble(f"{backup.name} は、添え書きのときの中身ではありません。")
    with postgres.load(database) as target:
        unseal(backup, target, key)
    with postgres.speaking_to(database):
        rows = postgres.rows()
    if manifest is not None and rows != manifest.rows:
        tables = sorted(table for table in manifest.rows if manifest.rows[table] != rows.get(table))
        raise BackupTrouble(f"行の数が控えたときと違います: {'、'.join(tables)}")
    return manifest, rows


def _manifest(backup: Path) -> Manifest | None:
    if not backup.is_file():
        raise BackupTrouble(f"{backup} がありません。")
    path = manifest_of(backup)
    return Manifest(**json.loads(path.read_text())) if path.is_file() else None


def _deletions_here() -> set[Deletion]:
    try:
        return set(history.deletions())
    except DatabaseError:
        return set()  # a broken database may be the reason for the restore


def listed_deletions(folder: Path, key: str) -> set[Deletion]:
    """Return the deletions of all lists beside the backup; each list is kept for some days."""
    found: set[Deletion] = set()
    for path in sorted(folder.glob(DELETIONS.format("*"))):
        text = BytesIO()
        unseal(path, text, key)
        found |= {Deletion.of_line(line) for line in text.getvalue().decode().splitlines()}
    return found
