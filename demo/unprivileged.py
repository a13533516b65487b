"""Who runs a server that refuses to run as root, and where that somebody may keep things.

An ordinary user runs it as themselves. Root runs it as `nobody`, in the data folder when `nobody`
can go there, else below /var/lib with a link from the data folder.
"""

import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Any


def account() -> dict[str, Any]:
    """Popen's words for whoever the server runs as."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def can_read(path: Path) -> bool:
    """Whether the server may read the file: as a stranger to it, when we are root."""
    return os.geteuid() != 0 or (bool(path.stat().st_mode & 0o004) and _can_pass(path.parent))


def make_home(folder: Path) -> None:
    """Give the server a folder of its own, here or behind a link."""
    if folder.exists():
        return
    folder.unlink(missing_ok=True)  # a link whose target is gone
    if os.geteuid() != 0 or _can_pass(folder.parent):
        folder.mkdir(mode=0o700)
    else:
        folder.symlink_to(tempfile.mkdtemp(prefix="akiruno-demo-", dir="/var/lib"))
    give(folder.resolve())


def give(path: Path) -> None:
    """Make the path, and all that is in it, the server's own."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for owned in [path, *path.rglob("*")]:
        if not owned.is_symlink():
            shutil.chown(owned, nobody.pw_uid, nobody.pw_gid)


def _can_pass(folder: Path) -> bool:
    folder = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in [folder, *folder.parents])
