"""Bringing back: a backup that was never restored is none, so it is restored before it is needed.

Both verbs fill a database beside the portal's own. Verifying looks at it and throws it away;
restoring puts it in the place of the other only when everything went well.
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
    """What a backup turned out to hold."""

    manifest: Manifest | None
    rows: dict[str, int]
    untrue: dict[str, list[int]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        tables, number = len(self.rows), sum(self.rows.values())
        counted = "控えたときの数と同じ" if self.manifest else "添え書きがなく、数は比べていません"
        told = [f"開いて戻せました: {tables}表、{number:,}行({counted})"]
        told += [f"合わないもの: {name} {len(ids)}件" for name, ids in self.untrue.items()]
        return told if self.untrue else [*told, "つじつまは、すべて合っています。"]


def verify(backup: Path, key: str) -> Looked:
    """Restore the backup for a look, into a database that is thrown away.

    1. The file is the one that its manifest tells of.
    2. It opens, and fills an empty database.
    3. Every table has the rows that were counted when it was made.
    4. Brought to the tables of this version, what spans tables is true.
    """
    with postgres.beside(f"{postgres.own_name()}_verify") as scratch:
        manifest, rows = _fill(scratch, backup, key)
        with postgres.speaking_to(scratch):
            call_command("migrate", interactive=False, verbosity=0)
            return Looked(manifest, rows, invariants.offenders())


def restore(
    backup: Path, key: str, *, replacing: bool = False, at: datetime | None = None
) -> tuple[Looked, Restored, str]:
    """Bring the backup back; give what was done, and how the database before it is called now.

    1. A database that holds anything is refused unless it is to be replaced; so is one in use.
    2. The backup fills a database beside it, which is brought to the tables of this version.
    3. Deleted history is deleted again, by the lists beside the backup and by what the database
       before knows of; waiting mail is taken back (`settle_restored_rows`).
    4. The two change places in one step. Until then nothing has happened to the first.
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
        return set()  # whatever is broken there is why a backup is restored


def listed_deletions(folder: Path, key: str) -> set[Deletion]:
    """All that any list beside the backup names: each is kept for some days."""
    found: set[Deletion] = set()
    for path in sorted(folder.glob(DELETIONS.format("*"))):
        text = BytesIO()
        unseal(path, text, key)
        found |= {Deletion.of_line(line) for line in text.getvalue().decode().splitlines()}
    return found
