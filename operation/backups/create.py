"""Makes a backup: one snapshot of the whole database, sealed before it reaches the disk."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from akiruno_library import policy
from loans import history
from notifications import backups
from operation.backups import BackupTrouble, postgres
from operation.backups.sealing import Sealed, appearing_whole, seal

DUMP, DELETIONS = "akiruno-{}.dump.age", "deletions-{}.csv.age"
MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Manifest:
    """Stands beside a backup, unsealed: version, size and row counts, no personal data."""

    made_at: str
    portal: str
    server: str
    size: int
    sha256: str
    rows: dict[str, int]

    def write(self, path: Path) -> None:
        with appearing_whole(path) as file:
            file.write(json.dumps(asdict(self), indent=1).encode())


def manifest_of(backup: Path) -> Path:
    return backup.with_name(backup.name.removesuffix(".dump.age") + ".json")


def back_up(folder: Path, public_keys: Sequence[str], *, at: datetime | None = None) -> Path:
    """Write a backup into the folder; return its path. Raises BackupTrouble.

    1. Export one snapshot of the database; count the rows of every table in it.
    2. pg_dump reads the same snapshot; its output is sealed before it reaches the disk.
    3. Write the manifest, then rename the backup: a file with its final name is complete.
    4. Delete backups that are older than BACKUPS_KEPT.
    5. Record the backup for staff.
    """
    at = at or timezone.now()
    path = _place(folder, DUMP, at)
    with appearing_whole(path) as file:
        # pg_dump can import the snapshot only while the transaction that exported it is open.
        with transaction.atomic():
            rows, snapshot = _one_moment()
            with postgres.dump(snapshot) as source:
                sealed = seal(source, file, public_keys)
        _manifest(sealed, rows, at).write(manifest_of(path))
    forget_old(folder, DUMP, settings.BACKUPS_KEPT, at=at)
    backups.note(at=at, remark=f"{path.name}、{sealed.size / 1e6:,.1f}MB")
    return path


def write_deletions(
    folder: Path, public_keys: Sequence[str], *, at: datetime | None = None
) -> tuple[Path, int]:
    """Write the sealed list of deleted history.

    It is newer than the backup, so a restore can delete the history again (rule 6.4).
    """
    at = at or timezone.now()
    path, listed = _place(folder, DELETIONS, at), history.deletions()
    text = "".join(f"{one.as_line()}\n" for one in listed)
    with appearing_whole(path) as file:
        seal(BytesIO(text.encode()), file, public_keys)
    forget_old(folder, DELETIONS, policy.DELETION_LISTS_KEPT, at=at)
    return path, len(listed)


def forget_old(folder: Path, kind: str, kept: timedelta, *, at: datetime) -> int:
    """Delete older files. A file whose name contains no moment is not ours."""
    gone = 0
    for path in folder.glob(kind.format("*")):
        made_at = moment_of(path)
        if made_at is not None and made_at < at - kept:
            path.unlink()
            if kind == DUMP:
                manifest_of(path).unlink(missing_ok=True)
            gone += 1
    return gone


def newest(folder: Path) -> Path:
    found = [path for path in folder.glob(DUMP.format("*")) if moment_of(path)]
    if not found:
        raise BackupTrouble(f"{folder} に控えがありません。")
    return max(found, key=lambda path: path.name)


def moment_of(path: Path) -> datetime | None:
    moment = path.name.partition("-")[2].partition(".")[0]
    try:
        return datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _place(folder: Path, kind: str, at: datetime) -> Path:
    if not folder.is_dir():
        raise BackupTrouble(f"控えを置くフォルダー {folder} がありません。")
    return folder / kind.format(at.astimezone(UTC).strftime(MOMENT))


def _one_moment() -> tuple[dict[str, int], str]:
    """Return the row counts and the name of the snapshot, for pg_dump to read the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
    return postgres.rows(), snapshot


def _manifest(sealed: Sealed, rows: dict[str, int], at: datetime) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [server] = cursor.fetchone()
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    return Manifest(moment, settings.VERSION, server, sealed.size, sealed.sha256, rows)
