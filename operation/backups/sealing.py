"""Sealed files: written with a public key, opened only with the secret key, which is elsewhere.

The format is age (age-encryption.org/v1): `age -d -i key.txt FILE` opens them without the portal.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage
from pyrage import x25519

from operation.backups import BackupTrouble


@dataclass(frozen=True)
class Sealed:
    """Size and hash, which identify a sealed file without a key."""

    size: int
    sha256: str


def new_key() -> str:
    """Return a key pair in the format of age-keygen. The first line is public."""
    secret = x25519.Identity.generate()
    return f"# public key: {secret.to_public()}\n{secret}\n"


def seal(source: IO[bytes], target: IO[bytes], public_keys: Sequence[str]) -> Sealed:
    """Encrypt `source` into `target`. Raises BackupTrouble if there is no valid key."""
    counted = _Counted(target)
    pyrage.encrypt_io(source, counted, _recipients(public_keys))
    return Sealed(counted.size, counted.digest.hexdigest())


def unseal(path: Path, target: IO[bytes], key: str) -> None:
    """Decrypt `path` into `target`. Raises BackupTrouble if the key or the file is wrong.

    A damaged file is noticed only at the damage, after the part before it was written, so the
    target must be discarded then.
    """
    identities = _identities(key)
    with path.open("rb") as file:
        try:
            pyrage.decrypt_io(file, target, identities)
        except pyrage.DecryptError as error:
            raise BackupTrouble(
                f"{path.name} は、この鍵では開かないか、控えではありません。"
            ) from error
        except BrokenPipeError:
            raise  # the reader ended, which is no fault of the file
        except OSError as error:
            raise BackupTrouble(f"{path.name} は、途中でこわれているか、欠けています。") from error


@contextmanager
def appearing_whole(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that only the owner can read; it gets its name when it is complete on disk."""
    half = path.with_name(f".{path.name}.part")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    # Without the fsync of the folder the new name could be lost in a power failure.
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def fingerprint(path: Path) -> Sealed:
    with path.open("rb") as file:
        return Sealed(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


class _Counted:
    """Passes bytes to a file and computes size and hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def _recipients(public_keys: Sequence[str]) -> list[x25519.Recipient]:
    if not public_keys:
        raise BackupTrouble("BACKUP_RECIPIENTS に公開鍵がありません。new_backup_key で作れます。")
    try:
        return [x25519.Recipient.from_str(key) for key in public_keys]
    except pyrage.RecipientError as error:
        raise BackupTrouble("BACKUP_RECIPIENTS は age1… の公開鍵ではありません。") from error


def _identities(key: str) -> list[x25519.Identity]:
    lines = [line.strip() for line in key.splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except pyrage.IdentityError as error:
        raise BackupTrouble("鍵が読めません。AGE-SECRET-KEY-1… の行が要ります。") from error
    if not found:
        raise BackupTrouble("鍵がありません。AGE-SECRET-KEY-1… の行が要ります。")
    return found
